"""The reads behind officers' open work: counts only, a fixed number of statements."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.bre.response import is_of_a_team
from crm.leads.filters import MINE, NOBODY
from crm.reports.as_of import held_at, is_open, scope_conditions, total
from crm.reports.params import ReportParams, Settled, settle
from crm.reports.pipeline import GroupKey
from crm.reports.work import TypeCount, Work, WorkLine, WorkReport
from models.bre_call import BreCall, BreCase, BreStanding
from models.interaction import TWO_WAY_KINDS, Enquiry, FollowUp, Interaction, InteractionStanding
from models.lead import LeadRevision
from models.stage import LeadType
from models.user import Office, Role, User

_OFFICERS = (Role.OFFICER, Role.MANAGER, Role.ADMIN)
_PLANNED = (BreStanding.ASKED, BreStanding.BOOKED)


def read_work(session: Session, params: ReportParams, *, now: datetime) -> WorkReport:
    """Open work as of a day, and as of the one that it is compared with.

    Raises:
        DomainError: a day that no report can be about.
    """
    settled = settle(session, params, now=now)
    before = _work(session, settled, settled.compare) if settled.compare else None
    return WorkReport(_work(session, settled, settled.as_of), before)


def _work(session: Session, settled: Settled, day: date) -> Work:
    end = settled.calendar.end_of(day)
    is_own = not settled.actor.may_direct
    people = _people(session, settled, end, is_own=is_own)
    who = [key for key in people if key is not None]
    nobodys = None in people
    counts = [
        _leads(session, settled, end, who, nobodys=nobodys),
        _steps(session, settled, day, end, _of(FollowUp.owner_id, who, nobodys=nobodys)),
        _enquiries(session, settled, end, _of(Enquiry.owner_id, who, nobodys=nobodys)),
        _talks(session, settled, day, end, who),
        _visits(session, settled, day, end, who),
    ]
    cases = _cases(session, end, who) if is_of_a_team(session, settled.actor) else None
    lines = []
    for key, person in people.items():
        leads, steps, enquiries, talks, visits = (found.get(key, {}) for found in counts)
        lines.append(
            WorkLine(
                person,
                tuple(TypeCount(kind, leads.get(kind, 0)) for kind in LeadType),
                steps.get("open", 0),
                steps.get("overdue", 0),
                enquiries.get("open", 0),
                talks.get("held", 0),
                visits.get("held", 0),
                visits.get("planned", 0),
                None if cases is None else cases.get(key, 0),
            )
        )
    return Work(day, _monday(day), is_own, tuple(lines))


def _people(
    session: Session, settled: Settled, end: datetime, *, is_own: bool
) -> dict[int | None, GroupKey]:
    """Whose work is told of, by name: those who worked here then; last what nobody looks after."""
    params = settled.params
    statement = (
        sa.select(User.id, User.public_id, User.name)
        .where(
            User.role.in_(_OFFICERS),
            User.password_hash.is_not(None),
            User.created_at < end,
            sa.or_(User.deactivated_at.is_(None), User.deactivated_at >= end),
        )
        .order_by(User.name, User.id)
    )
    if is_own or params.owner == MINE:
        statement = statement.where(User.id == (settled.actor.id or 0))
    elif params.owner == NOBODY:
        statement = statement.where(sa.false())
    elif params.owner:
        statement = statement.where(User.public_id == params.owner)
    if params.office and not is_own:
        office = sa.select(Office.id).where(Office.public_id == params.office)
        statement = statement.where(User.office_id == office.scalar_subquery())
    found: dict[int | None, GroupKey] = {
        row.id: GroupKey(row.public_id, row.name) for row in session.execute(statement)
    }
    if not is_own and not params.office and params.owner in (None, NOBODY):
        found[None] = GroupKey()
    return found


def _of(column: Any, who: list[int], *, nobodys: bool) -> Any:
    """What belongs to these people; with `nobodys` also what has no owner."""
    return sa.or_(column.in_(who), column.is_(None)) if nobodys else column.in_(who)


def _leads(
    session: Session, settled: Settled, end: datetime, who: list[int], *, nobodys: bool
) -> Mapping[int | None, Mapping[Any, int]]:
    statement: Any = (
        sa.select(LeadRevision.owner_id, LeadRevision.lead_type, sa.func.count())
        .where(
            *held_at(end),
            is_open(),
            *scope_conditions(settled),
            _of(LeadRevision.owner_id, who, nobodys=nobodys),
        )
        .group_by(LeadRevision.owner_id, LeadRevision.lead_type)
    )
    found: dict[int | None, dict[Any, int]] = {}
    for owner_id, kind, leads in session.execute(total(settled, statement)):
        found.setdefault(owner_id, {})[kind] = leads
    return found


def _steps(
    session: Session, settled: Settled, day: date, end: datetime, whose: Any
) -> Mapping[int | None, Mapping[Any, int]]:
    statement = sa.select(
        FollowUp.owner_id,
        sa.func.count().label("open"),
        sa.func.count(sa.case((FollowUp.due_on < day, 1))).label("overdue"),
    ).where(
        FollowUp.created_at < end,
        sa.or_(FollowUp.done_at.is_(None), FollowUp.done_at >= end),
        whose,
    )
    return _read(session, settled, statement.group_by(FollowUp.owner_id), "open", "overdue")


def _enquiries(
    session: Session, settled: Settled, end: datetime, whose: Any
) -> Mapping[int | None, Mapping[Any, int]]:
    statement = sa.select(Enquiry.owner_id, sa.func.count().label("open")).where(
        Enquiry.received_at < end,
        Enquiry.created_at < end,
        sa.or_(Enquiry.answered_at.is_(None), Enquiry.answered_at >= end),
        whose,
    )
    return _read(session, settled, statement.group_by(Enquiry.owner_id), "open")


def _talks(
    session: Session, settled: Settled, day: date, end: datetime, who: list[int]
) -> Mapping[int | None, Mapping[Any, int]]:
    statement = sa.select(
        Interaction.author_id.label("owner_id"), sa.func.count().label("held")
    ).where(
        Interaction.standing == InteractionStanding.HELD,
        Interaction.kind.in_(TWO_WAY_KINDS),
        Interaction.happened_on.between(_monday(day), day),
        Interaction.known_at < end,
        Interaction.author_id.in_(who),
    )
    return _read(session, settled, statement.group_by(Interaction.author_id), "held")


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _visits(
    session: Session, settled: Settled, day: date, end: datetime, who: list[int]
) -> Mapping[int | None, Mapping[Any, int]]:
    first = date(day.year, 1, 1)
    was_held = sa.and_(BreCall.standing == BreStanding.DONE, BreCall.visited_on.between(first, day))
    is_planned = sa.or_(
        BreCall.standing.in_(_PLANNED),
        sa.and_(BreCall.standing == BreStanding.DONE, BreCall.visited_on > day),
    )
    statement = sa.select(
        BreCall.interviewer_id.label("owner_id"),
        sa.func.count(sa.case((was_held, 1))).label("held"),
        sa.func.count(sa.case((is_planned, 1))).label("planned"),
    ).where(BreCall.interviewer_id.in_(who), BreCall.created_at < end)
    return _read(session, settled, statement.group_by(BreCall.interviewer_id), "held", "planned")


def _cases(session: Session, end: datetime, who: list[int]) -> Mapping[int | None, int]:
    """Open cases, only those that the reader's own teams were told of."""
    statement = (
        sa.select(BreCase.owner_id, sa.func.count().label("cases"))
        .where(
            BreCase.owner_id.in_(who),
            BreCase.opened_at < end,
            sa.or_(BreCase.closed_at.is_(None), BreCase.closed_at >= end),
        )
        .group_by(BreCase.owner_id)
    )
    return {row.owner_id: row.cases for row in session.execute(statement)}


def _read(
    session: Session, settled: Settled, statement: Any, *names: str
) -> Mapping[int | None, Mapping[Any, int]]:
    return {
        row.owner_id: {name: row._mapping[name] for name in names}
        for row in session.execute(total(settled, statement))
    }
