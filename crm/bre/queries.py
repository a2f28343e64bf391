"""What the pages of one visit, of flags, of cases and of rules read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, joinedload

from crm.bre.finishing import rule_of
from crm.web.paging import Order, Page, fetch_page
from models.bre_call import (
    BreAnswer,
    BreCall,
    BreCase,
    BreFlag,
    BreStanding,
    FlagAxis,
    FlagStanding,
    Severity,
)
from models.errors import NotFoundError
from models.lead import Lead
from models.organization import Organization, Site
from models.user import Actor, TeamMember, User

PAGE_SIZE = 50
# The answer that says how many people work at a facility.
EMPLOYEES = "C1.employees_now"


def get_visit(session: Session, public_id: str) -> BreCall:
    """A visit with its company, its facility, its mission and who conducts it.

    Raises:
        NotFoundError: there is none that this session may see.
    """
    found = session.scalars(
        sa.select(BreCall)
        .join(BreCall.organization)
        .where(BreCall.public_id == public_id)
        .options(
            joinedload(BreCall.organization),
            joinedload(BreCall.site),
            joinedload(BreCall.mission),
            joinedload(BreCall.interviewer),
            joinedload(BreCall.interaction),
        )
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def get_organization(session: Session, public_id: str) -> Organization:
    """The company that is to be visited.

    Raises:
        NotFoundError: there is none that this session may see.
    """
    found = session.scalars(
        sa.select(Organization).where(Organization.public_id == public_id)
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def list_sites(session: Session, organization_id: int) -> Sequence[Site]:
    """The facilities of a company here."""
    return session.scalars(
        sa.select(Site).where(Site.organization_id == organization_id).order_by(Site.id)
    ).all()


@dataclass(frozen=True, slots=True)
class FlagFilter:
    """Which flags a list shows."""

    severity: Severity | None = None
    axis: FlagAxis | None = None
    rule: str | None = None
    is_open: bool = True


def read_flag_filter(args: Any) -> FlagFilter:
    """The filters in an address. What is no filter of ours is left out, never an error."""
    severity, axis = args.get("severity", ""), args.get("axis", "")
    return FlagFilter(
        Severity(severity) if severity in set(Severity) else None,
        FlagAxis(axis) if axis in set(FlagAxis) else None,
        args.get("rule", "")[:60] or None,
        args.get("state") != "all",
    )


def list_flags(session: Session, chosen: FlagFilter, *, cursor: str | None) -> Page[Any]:
    """Flags with their company, those due first."""
    statement = (
        sa.select(
            BreFlag.public_id,
            BreFlag.rule,
            BreFlag.rule_version,
            BreFlag.severity,
            BreFlag.axis,
            BreFlag.is_composed,
            BreFlag.evidence,
            BreFlag.standing,
            BreFlag.set_down_reason,
            BreFlag.raised_at,
            BreFlag.due_at,
            BreFlag.is_demo,
            BreCall.public_id.label("call_id"),
            BreCase.public_id.label("case_id"),
            Lead.public_id.label("lead_id"),
            *_company(),
        )
        .join(Organization, Organization.id == BreFlag.organization_id)
        .join(BreCall, BreCall.id == BreFlag.call_id)
        .outerjoin(BreCase, BreCase.id == BreFlag.case_id)
        .outerjoin(Lead, Lead.id == BreFlag.lead_id)
    )
    if chosen.is_open:
        statement = statement.where(
            BreFlag.standing.in_((FlagStanding.OPEN, FlagStanding.CONFIRMED))
        )
    if chosen.severity is not None:
        statement = statement.where(BreFlag.severity == chosen.severity)
    if chosen.axis is not None:
        statement = statement.where(BreFlag.axis == chosen.axis)
    if chosen.rule is not None:
        statement = statement.where(
            sa.or_(
                BreFlag.rule == chosen.rule,
                BreFlag.rule.startswith(f"{chosen.rule}/", autoescape=True),
            )
        )
    return fetch_page(
        session,
        statement,
        Order(BreFlag.due_at, BreFlag.public_id, may_be_unknown=True),
        size=PAGE_SIZE,
        cursor=cursor,
        value_key="due_at",
    )


def get_flag(session: Session, public_id: str) -> BreFlag:
    """A flag with its company, its visit and its case.

    Raises:
        NotFoundError: there is none that this session may see.
    """
    found = session.scalars(
        sa.select(BreFlag)
        .join(BreFlag.organization)
        .join(BreFlag.call)
        .where(BreFlag.public_id == public_id)
        .options(
            joinedload(BreFlag.organization),
            joinedload(BreFlag.call),
            joinedload(BreFlag.case),
        )
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def list_flags_of_visit(session: Session, call: BreCall) -> Sequence[BreFlag]:
    """The flags of a visit, the worst first."""
    rows = session.scalars(
        sa.select(BreFlag).where(BreFlag.call_id == call.id).options(joinedload(BreFlag.case))
    ).all()
    order = list(Severity)
    return sorted(rows, key=lambda flag: (order.index(flag.severity), flag.rule))


def find_lead(session: Session, flag: BreFlag) -> Lead | None:
    """The lead that was opened from a flag, for those who see it."""
    if flag.lead_id is None:
        return None
    return session.scalars(sa.select(Lead).where(Lead.id == flag.lead_id)).one_or_none()


@dataclass(frozen=True, slots=True)
class AtRisk:
    """A company with red flags, and what hangs on it."""

    organization_id: str
    name: str
    native_name: str | None
    native_language: str | None
    country: str | None
    is_demo: bool
    call_id: str
    visited_on: date | None
    site: Site | None
    flags: Sequence[BreFlag]
    case_id: str | None
    case_outcome_open: bool
    jobs_at_risk: int | None
    employees: int | None
    site_jobs: int | None


def list_at_risk(session: Session) -> list[AtRisk]:
    """Companies with a red flag that is open or confirmed; those with most jobs first."""
    flags = session.scalars(
        sa.select(BreFlag)
        .join(BreFlag.organization)
        .join(BreFlag.call)
        .where(
            BreFlag.severity == Severity.RED,
            BreFlag.standing.in_((FlagStanding.OPEN, FlagStanding.CONFIRMED)),
        )
        .options(
            joinedload(BreFlag.organization),
            joinedload(BreFlag.call).joinedload(BreCall.site),
            joinedload(BreFlag.case),
        )
        .order_by(BreFlag.id)
    ).all()
    by_call: dict[int, list[BreFlag]] = {}
    for flag in flags:
        by_call.setdefault(flag.call_id, []).append(flag)
    told = session.execute(
        sa.select(BreAnswer.call_id, BreAnswer.value).where(
            BreAnswer.call_id.in_(by_call), BreAnswer.part == EMPLOYEES
        )
    )
    employees: dict[int, Any] = {row.call_id: row.value for row in told}
    found = [_at_risk(rows, employees.get(call_id)) for call_id, rows in by_call.items()]
    return sorted(found, key=lambda row: -(_jobs_of(row) or -1))


def _at_risk(rows: Sequence[BreFlag], employees: Any) -> AtRisk:
    firm, call = rows[0].organization, rows[0].call
    case = next((flag.case for flag in rows if flag.case is not None), None)
    return AtRisk(
        organization_id=firm.public_id,
        name=firm.name,
        native_name=firm.native_name,
        native_language=firm.native_language,
        country=firm.country,
        is_demo=firm.is_demo,
        call_id=call.public_id,
        visited_on=call.visited_on,
        site=call.site,
        flags=rows,
        case_id=case.public_id if case is not None else None,
        case_outcome_open=case is not None and case.closed_at is None,
        jobs_at_risk=case.jobs_at_risk if case is not None else None,
        employees=employees if isinstance(employees, int) else None,
        site_jobs=call.site.jobs_count if call.site is not None else None,
    )


def _jobs_of(row: AtRisk) -> int | None:
    for number in (row.jobs_at_risk, row.employees, row.site_jobs):
        if number is not None:
            return number
    return None


def list_cases(
    session: Session, *, is_open: bool, owner_id: int | None = None, limit: int = 200
) -> Sequence[Any]:
    """Cases with their company and owner: open ones by what is due next, closed ones the latest."""
    owner = aliased(User)
    statement = (
        sa.select(BreCase, owner.name.label("owner_name"), *_company())
        .join(Organization, Organization.id == BreCase.organization_id)
        .outerjoin(owner, owner.id == BreCase.owner_id)
    )
    if is_open:
        statement = statement.where(BreCase.closed_at.is_(None)).order_by(
            next_due_column(), BreCase.id
        )
    else:
        statement = statement.where(BreCase.closed_at.is_not(None)).order_by(
            BreCase.closed_at.desc(), BreCase.id.desc()
        )
    if owner_id is not None:
        statement = statement.where(BreCase.owner_id == owner_id)
    return session.execute(statement.limit(limit)).all()


def next_due_column() -> sa.ColumnElement[datetime]:
    """What is due next on a case: the first answer, the plan, the end."""
    return sa.case(
        (BreCase.replied_at.is_(None), BreCase.reply_due_at),
        (BreCase.planned_at.is_(None), BreCase.plan_due_at),
        else_=BreCase.close_due_at,
    )


def get_case(session: Session, public_id: str) -> BreCase:
    """A case with its company, its visit and its people.

    Raises:
        NotFoundError: there is none that this session may see.
    """
    found = session.scalars(
        sa.select(BreCase)
        .join(BreCase.organization)
        .where(BreCase.public_id == public_id)
        .options(
            joinedload(BreCase.organization),
            joinedload(BreCase.call).joinedload(BreCall.site),
            joinedload(BreCase.owner),
            joinedload(BreCase.backup),
            joinedload(BreCase.manager),
        )
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def list_flags_of_case(session: Session, case: BreCase) -> Sequence[BreFlag]:
    """The flags that a case answers for."""
    return session.scalars(
        sa.select(BreFlag).where(BreFlag.case_id == case.id).order_by(BreFlag.id)
    ).all()


def list_members(session: Session, team_id: int | None) -> list[tuple[str, str]]:
    """Who is in a team, by public id and name."""
    if team_id is None:
        return []
    rows = session.execute(
        sa.select(User.public_id, User.name)
        .join(TeamMember, TeamMember.user_id == User.id)
        .where(TeamMember.team_id == team_id, User.is_active)
        .order_by(User.name, User.id)
    )
    return [(public_id, name) for public_id, name in rows]


def list_my_cases(session: Session, actor: Actor) -> Sequence[Any]:
    """Open cases that this person owns; none for whoever belongs to no team."""
    if actor.id is None or not actor.team_ids:
        return []
    return list_cases(session, is_open=True, owner_id=actor.id, limit=10)


@dataclass(frozen=True, slots=True)
class RuleCount:
    """How often one version of a rule fired, and what people made of it."""

    rule: str
    version: int
    fired: int
    confirmed: int
    set_down: int
    open: int


def count_rules(session: Session) -> dict[str, list[RuleCount]]:
    """How often each rule fired, by rule and version; withdrawn flags are not counted."""
    rows = session.execute(
        sa.select(BreFlag.rule, BreFlag.rule_version, BreFlag.standing, sa.func.count())
        .join(Organization, Organization.id == BreFlag.organization_id)
        .join(BreCall, BreCall.id == BreFlag.call_id)
        .where(
            sa.or_(
                BreFlag.standing != FlagStanding.CLOSED,
                BreFlag.set_down_reason.is_(None),
            )
        )
        .group_by(BreFlag.rule, BreFlag.rule_version, BreFlag.standing)
    )
    counts: dict[tuple[str, int], dict[FlagStanding, int]] = {}
    for rule, version, standing, count in rows:
        one = counts.setdefault((rule_of(rule), version), dict.fromkeys(FlagStanding, 0))
        one[standing] += count
    found: dict[str, list[RuleCount]] = {}
    for (rule, version), one in sorted(counts.items()):
        found.setdefault(rule, []).append(
            RuleCount(
                rule,
                version,
                sum(one.values()),
                # A flag whose case was closed had been taken for real.
                one[FlagStanding.CONFIRMED] + one[FlagStanding.CLOSED],
                one[FlagStanding.SET_DOWN],
                one[FlagStanding.OPEN],
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class VisitOfFirm:
    """A visit as a company's page lists it: that it took place, never what was said."""

    public_id: str
    standing: BreStanding
    season: int | None
    visited_on: date | None
    visited_precision: Any
    visited_as_printed: str | None
    starts_at: datetime | None
    topic: str | None
    interviewer: str | None
    is_demo: bool
    document_id: int | None


def list_visits_of(session: Session, organization_id: int) -> list[VisitOfFirm]:
    """The visits to a company, the latest first."""
    rows = session.execute(
        sa.select(
            BreCall.public_id,
            BreCall.standing,
            BreCall.season,
            BreCall.visited_on,
            BreCall.visited_precision,
            BreCall.visited_as_printed,
            BreCall.starts_at,
            BreCall.topic,
            User.name.label("interviewer"),
            BreCall.is_demo,
            BreCall.document_id,
        )
        .outerjoin(User, User.id == BreCall.interviewer_id)
        .where(BreCall.organization_id == organization_id)
        .order_by(
            sa.func.coalesce(BreCall.season, 0).desc(),
            BreCall.visited_on.is_(None).desc(),
            BreCall.visited_on.desc(),
            BreCall.id.desc(),
        )
        .limit(50)
    )
    return [VisitOfFirm(*row) for row in rows]


def list_flags_of_firm(session: Session, organization_id: int) -> Sequence[BreFlag]:
    """The flags of a company that are open or confirmed, for its team alone."""
    return session.scalars(
        sa.select(BreFlag)
        .join(BreFlag.call)
        .where(
            BreFlag.organization_id == organization_id,
            BreFlag.standing.in_((FlagStanding.OPEN, FlagStanding.CONFIRMED)),
        )
        .order_by(BreFlag.raised_at.desc(), BreFlag.id)
        .limit(50)
    ).all()


def names_of(session: Session, keys: Sequence[int | None]) -> dict[int, str]:
    """The names of people by their keys."""
    wanted = sorted({key for key in keys if key is not None})
    if not wanted:
        return {}
    rows = session.execute(sa.select(User.id, User.name).where(User.id.in_(wanted)))
    return {row.id: row.name for row in rows}


def _company() -> list[Any]:
    return [
        Organization.public_id.label("organization_id"),
        Organization.name.label("organization_name"),
        Organization.native_name,
        Organization.native_language,
    ]
