"""The reads behind the response times: moments without names, a fixed number of statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.leads.filters import MINE, NOBODY
from crm.reports.as_of import total
from crm.reports.params import ReportParams, Settled, settle
from crm.reports.periods import Quarter
from crm.reports.responses import Answers, Responses, ResponsesReport
from crm.reports.waits import wait_of
from models.interaction import Enquiry, EnquiryOutcome
from models.lead import LeadRevision
from models.user import Office, User, cannot_work

QUARTERS_SHOWN = 8
_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Fact:
    """The moments of one enquiry. A moment after the end of the day has not come yet: None."""

    received_at: datetime
    due_at: datetime | None
    answered_at: datetime | None
    assigned_at: datetime | None
    is_referred: bool
    has_lead: bool


def read_responses(session: Session, params: ReportParams, *, now: datetime) -> ResponsesReport:
    """Response times as of a day, and as of the one that they are compared with.

    Raises:
        DomainError: a day that no report can be about.
    """
    settled = settle(session, params, now=now)
    before = _responses(session, settled, settled.compare) if settled.compare else None
    return ResponsesReport(_responses(session, settled, settled.as_of), before)


def _responses(session: Session, settled: Settled, day: date) -> Responses:
    end = settled.calendar.end_of(day)
    facts = _facts(session, settled, end)
    # A day that is not over has no end yet: what waits has waited until now.
    moment = min(end, settled.now)
    quarters = settled.calendar.quarters_until(day, QUARTERS_SHOWN)
    placed: dict[Quarter | None, list[Fact]] = {None: [], **{quarter: [] for quarter in quarters}}
    starts = [(settled.calendar.start_of(quarter.starts_on), quarter) for quarter in quarters]
    for fact in facts:
        place = None
        for start, quarter in starts:
            if fact.received_at >= start:
                place = quarter
        placed[place].append(fact)
    first = min((fact.received_at for fact in facts), default=None)
    zone = settled.calendar.start_of(day).tzinfo
    return Responses(
        day,
        _answers(None, facts, moment),
        tuple(_answers(quarter, several, moment) for quarter, several in placed.items()),
        first.astimezone(zone).date() if first is not None else None,
    )


def _facts(session: Session, settled: Settled, end: datetime) -> list[Fact]:
    owned = (
        sa.select(sa.func.min(LeadRevision.valid_from))
        .where(
            LeadRevision.lead_id == Enquiry.lead_id,
            LeadRevision.owner_id.is_not(None),
            LeadRevision.valid_from < end,
        )
        .correlate(Enquiry)
        .scalar_subquery()
    )
    statement = sa.select(
        Enquiry.received_at,
        Enquiry.due_at,
        Enquiry.answered_at,
        Enquiry.outcome,
        Enquiry.lead_id.is_not(None).label("has_lead"),
        sa.type_coerce(owned, LeadRevision.valid_from.type).label("owned_at"),
    ).where(Enquiry.received_at < end, Enquiry.created_at < end, *_conditions(settled))
    found = []
    for row in session.execute(total(settled, statement)):
        answered_at = row.answered_at if row.answered_at and row.answered_at < end else None
        is_referred = row.outcome is EnquiryOutcome.REFERRED and answered_at is not None
        found.append(
            Fact(
                row.received_at,
                row.due_at,
                answered_at,
                answered_at if is_referred else row.owned_at,
                is_referred,
                bool(row.has_lead),
            )
        )
    return found


def _conditions(settled: Settled) -> list[Any]:
    """Whose enquiries: they have no history, so by who looks after them now."""
    params = settled.params
    found: list[Any] = [Enquiry.team_id.is_(None)] if params.is_public else []
    if params.office:
        office = sa.select(Office.id).where(Office.public_id == params.office)
        found.append(Enquiry.office_id == office.scalar_subquery())
    if params.owner == MINE:
        found.append(Enquiry.owner_id == settled.actor.id)
    elif params.owner == NOBODY:
        gone = sa.select(User.id).where(cannot_work())
        found.append(sa.or_(Enquiry.owner_id.is_(None), Enquiry.owner_id.in_(gone)))
    elif params.owner:
        owner = sa.select(User.id).where(User.public_id == params.owner)
        found.append(Enquiry.owner_id == owner.scalar_subquery())
    return found


def _answers(quarter: Quarter | None, facts: Sequence[Fact], moment: datetime) -> Answers:
    by_promise = [_promise(fact, moment) for fact in facts]
    return Answers(
        quarter,
        answered=wait_of(
            (_hours(fact.received_at, fact.answered_at or moment), fact.answered_at is not None)
            for fact in facts
        ),
        assigned=wait_of(
            (_hours(fact.received_at, fact.assigned_at or moment), fact.assigned_at is not None)
            for fact in facts
            if fact.assigned_at is not None or fact.answered_at is None or fact.has_lead
        ),
        on_time_count=by_promise.count("on_time"),
        late_count=by_promise.count("late"),
        overdue_count=by_promise.count("overdue"),
        undue_count=by_promise.count("undue"),
    )


def _promise(fact: Fact, moment: datetime) -> str:
    if fact.due_at is None:
        return "undue"
    if fact.answered_at is not None:
        return "on_time" if fact.answered_at <= fact.due_at else "late"
    return "overdue" if fact.due_at < moment else "waiting"


def _hours(start: datetime, end: datetime) -> int:
    # A lead may be older than the enquiry that was tied to it: then nobody waited.
    return max(int((end - start).total_seconds() // _SECONDS), 0)
