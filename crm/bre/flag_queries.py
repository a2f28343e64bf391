"""What the pages of flags, of facilities at risk and of rules read; for the team alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from crm.bre.finishing import rule_of
from crm.bre.queries import company_columns
from crm.web.paging import Order, Page, fetch_page
from models.bre_call import (
    BreAnswer,
    BreCall,
    BreCase,
    BreFlag,
    FlagAxis,
    FlagStanding,
    Severity,
)
from models.errors import NotFoundError
from models.lead import Lead
from models.organization import Organization, Site

PAGE_SIZE = 50


# The answer that says how many people work at a facility.
EMPLOYEES = "C1.employees_now"


@dataclass(frozen=True, slots=True)
class FlagFilter:
    """Which flags a list shows."""

    severity: Severity | None = None
    axis: FlagAxis | None = None
    rule: str | None = None
    is_open: bool = True

    @property
    def arguments(self) -> dict[str, str]:
        """The filters as an address has them."""
        found = {
            "severity": self.severity,
            "axis": self.axis,
            "rule": self.rule,
            "state": "" if self.is_open else "all",
        }
        return {name: str(value) for name, value in found.items() if value}


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
            *company_columns(),
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


def list_flags_of_firm(session: Session, organization_id: int) -> Sequence[BreFlag]:
    """The flags of a company that are open or confirmed, for its team alone."""
    return session.scalars(
        sa.select(BreFlag)
        .join(BreFlag.call)
        .where(
            BreFlag.organization_id == organization_id,
            BreFlag.standing.in_((FlagStanding.OPEN, FlagStanding.CONFIRMED)),
        )
        # Red, then yellow, then green: what a reader has to see comes first.
        .order_by(
            sa.case(
                (BreFlag.severity == Severity.RED, 0),
                (BreFlag.severity == Severity.YELLOW, 1),
                else_=2,
            ),
            BreFlag.raised_at.desc(),
            BreFlag.id,
        )
        .limit(50)
    ).all()
