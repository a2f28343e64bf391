"""What is due: enquiries, promises, next steps, answers to ask for, leads to look at again."""

import enum
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.interactions.agenda_queries import is_mine, select_follow_ups
from crm.interactions.choice_queries import OPEN, native_name_of_lead
from crm.timezones import end_of_day, start_of_day, today
from models.interaction import Enquiry, FollowUp
from models.lead import Lead, LeadAnswer
from models.organization import Organization
from models.stage import AnswerState, Status
from models.user import Actor

HORIZON = timedelta(days=7)
_READ = 40


class DueKind(enum.StrEnum):
    """What sort of thing is due."""

    ENQUIRY = "enquiry"
    PROMISE = "promise"
    NEXT_STEP = "next_step"
    GAP = "gap"
    HOLD = "hold"


@dataclass(frozen=True, slots=True)
class Due:
    """One thing that is due, on a day or at a moment; `when` puts all of them on one line."""

    kind: DueKind
    public_id: str
    text: str
    when: datetime
    due_on: date | None
    due_at: datetime | None
    time_zone: str | None
    is_overdue: bool
    is_today: bool
    is_demo: bool
    lead_id: str | None
    lead_title: str | None
    native_name: str | None
    native_language: str | None
    organization_id: str | None = None
    organization_name: str | None = None
    promised_to: str | None = None


def list_due(session: Session, actor: Actor, *, now: datetime, limit: int) -> list[Due]:
    """What is overdue, due today and due within a week, the most pressing first."""
    found: list[Due] = []
    day = today(now, actor.time_zone)
    until = day + HORIZON
    found += _follow_ups(session, actor, now=now, day=day, until=until)
    if not actor.is_partner:
        found += _enquiries(session, actor, now=now, day=day, until=until)
        found += _gaps(session, actor, now=now, day=day)
        found += _holds(session, actor, now=now, day=day)
    return sorted(found, key=lambda item: (not item.is_overdue, item.when))[:limit]


def _follow_ups(
    session: Session, actor: Actor, *, now: datetime, day: date, until: date
) -> Iterable[Due]:
    rows = session.execute(
        select_follow_ups()
        .where(
            FollowUp.done_at.is_(None),
            is_mine(actor, FollowUp.owner_id, FollowUp.office_id),
            sa.or_(
                FollowUp.due_on <= until,
                FollowUp.due_at < end_of_day(until, actor.time_zone),
            ),
        )
        .order_by(FollowUp.due_on, FollowUp.id)
        .limit(_READ)
    )
    for row in rows:
        yield Due(
            kind=DueKind.NEXT_STEP if row.is_next_step else DueKind.PROMISE,
            public_id=row.public_id,
            text=row.text,
            **_when(actor, now=now, day=day, due_on=row.due_on, due_at=row.due_at),
            time_zone=row.time_zone,
            is_demo=row.is_demo,
            lead_id=row.lead_id,
            lead_title=row.lead_title,
            native_name=row.native_name,
            native_language=row.native_language,
            organization_id=row.organization_id,
            organization_name=row.organization_name,
            promised_to=row.promised_to,
        )


def _enquiries(
    session: Session, actor: Actor, *, now: datetime, day: date, until: date
) -> Iterable[Due]:
    rows = session.execute(
        sa.select(Enquiry, Lead.public_id, Lead.title)
        .outerjoin(Lead, Lead.id == Enquiry.lead_id)
        .where(
            Enquiry.answered_at.is_(None),
            is_mine(actor, Enquiry.owner_id, Enquiry.office_id),
            sa.or_(
                Enquiry.due_at.is_(None), Enquiry.due_at < end_of_day(until, actor.time_zone)
            ),
        )
        .order_by(Enquiry.due_at.is_(None), Enquiry.due_at, Enquiry.id)
        .limit(_READ)
    )
    for enquiry, lead_id, title in rows:
        # One without a due moment waits since it came.
        due_at = enquiry.due_at
        due_on = None if due_at else today(enquiry.received_at, enquiry.time_zone)
        yield Due(
            kind=DueKind.ENQUIRY,
            public_id=enquiry.public_id,
            text=enquiry.asked_for,
            **_when(actor, now=now, day=day, due_on=due_on, due_at=due_at),
            time_zone=enquiry.time_zone,
            is_demo=enquiry.is_demo,
            lead_id=lead_id,
            lead_title=title,
            native_name=None,
            native_language=None,
            promised_to=enquiry.asker,
        )


def _gaps(session: Session, actor: Actor, *, now: datetime, day: date) -> Iterable[Due]:
    rows = session.execute(
        sa.select(
            LeadAnswer.field,
            LeadAnswer.ask_by_on,
            Lead.public_id,
            Lead.title,
            Lead.is_demo,
            *native_name_of_lead(),
        )
        .join(Lead, Lead.id == LeadAnswer.lead_id)
        .outerjoin(Organization, Organization.id == Lead.organization_id)
        .where(
            LeadAnswer.state == AnswerState.ASK_BY,
            LeadAnswer.ask_by_on <= day,
            Lead.status.in_(OPEN),
            Lead.owner_id == actor.id,
        )
        .order_by(LeadAnswer.ask_by_on, LeadAnswer.id)
        .limit(_READ)
    )
    for row in rows:
        yield Due(
            kind=DueKind.GAP,
            public_id=row.public_id,
            text=row.field,
            **_when(actor, now=now, day=day, due_on=row.ask_by_on, due_at=None),
            time_zone=None,
            is_demo=row.is_demo,
            lead_id=row.public_id,
            lead_title=row.title,
            native_name=row.native_name,
            native_language=row.native_language,
        )


def _holds(session: Session, actor: Actor, *, now: datetime, day: date) -> Iterable[Due]:
    rows = session.execute(
        sa.select(
            Lead.public_id,
            Lead.title,
            Lead.status_reason,
            Lead.hold_until,
            Lead.is_demo,
            *native_name_of_lead(),
        )
        .outerjoin(Organization, Organization.id == Lead.organization_id)
        .where(
            Lead.status == Status.ON_HOLD, Lead.hold_until <= day, Lead.owner_id == actor.id
        )
        .order_by(Lead.hold_until, Lead.id)
        .limit(_READ)
    )
    for row in rows:
        yield Due(
            kind=DueKind.HOLD,
            public_id=row.public_id,
            text=row.status_reason or "",
            **_when(actor, now=now, day=day, due_on=row.hold_until, due_at=None),
            time_zone=None,
            is_demo=row.is_demo,
            lead_id=row.public_id,
            lead_title=row.title,
            native_name=row.native_name,
            native_language=row.native_language,
        )


def _when(
    actor: Actor, *, now: datetime, day: date, due_on: date | None, due_at: datetime | None
) -> dict[str, Any]:
    if due_at is not None:
        return {
            "due_on": due_on,
            "due_at": due_at,
            "when": due_at,
            "is_overdue": due_at < now,
            "is_today": today(due_at, actor.time_zone) <= day,
        }
    assert due_on is not None
    return {
        "due_on": due_on,
        "due_at": None,
        # A day without an hour comes before the hours of that day: it can be done at once.
        "when": start_of_day(due_on, actor.time_zone),
        "is_overdue": due_on < day,
        "is_today": due_on <= day,
    }
