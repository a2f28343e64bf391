"""What is due: enquiries, promises, next steps, answers to ask for, leads to look at again."""

import enum
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from crm.announcements.embargo import State, is_public, past_embargo, state_of
from crm.interactions.agenda_queries import is_mine, select_follow_ups
from crm.interactions.choice_queries import OPEN, native_name_of_lead
from crm.leads.facts import LeadFacts, known_fields
from crm.timezones import end_of_day, start_of_day, today
from models.announcement import Announcement
from models.interaction import (
    MEETING_KINDS,
    Enquiry,
    FollowUp,
    Interaction,
    InteractionStanding,
)
from models.lead import DecisionStep, Lead, LeadAnswer
from models.organization import Organization
from models.stage import AnswerState, StageCode, Status
from models.user import Actor

HORIZON = timedelta(days=7)
_READ = 20
_ROOM_FOR_COMING = 4


class DueKind(enum.StrEnum):
    """What sort of thing is due."""

    ENQUIRY = "enquiry"
    PROMISE = "promise"
    NEXT_STEP = "next_step"
    GAP = "gap"
    HOLD = "hold"
    EMBARGO = "embargo"


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
    may_release: bool = False


def list_due(session: Session, actor: Actor, *, now: datetime, limit: int) -> list[Due]:
    """What is overdue, then what is due today and within a week.

    The overdue come first, the freshest before the stale, and leave room for what can still be
    done in time: old neglect must not hide tomorrow's promise.
    """
    found: list[Due] = []
    day = today(now, actor.time_zone)
    until = day + HORIZON
    found += _follow_ups(session, actor, now=now, day=day, until=until)
    if not actor.is_partner:
        found += _enquiries(session, actor, now=now, day=day, until=until)
        found += _gaps(session, actor, now=now, day=day)
        found += _holds(session, actor, now=now, day=day)
    if actor.may_write:
        found += _embargoes(session, actor, now=now, day=day, until=until)
    overdue = sorted((i for i in found if i.is_overdue), key=lambda i: i.when, reverse=True)
    coming = sorted((i for i in found if not i.is_overdue), key=lambda i: i.when)
    shown = overdue[: max(limit - len(coming), limit - _ROOM_FOR_COMING)]
    return shown + coming[: limit - len(shown)]


def _follow_ups(
    session: Session, actor: Actor, *, now: datetime, day: date, until: date
) -> Iterable[Due]:
    mine = select_follow_ups().where(
        FollowUp.done_at.is_(None), is_mine(actor, FollowUp.owner_id, FollowUp.office_id)
    )
    past = mine.where(FollowUp.due_on < day).order_by(FollowUp.due_on.desc(), FollowUp.id)
    coming = mine.where(FollowUp.due_on.between(day, until)).order_by(FollowUp.due_on, FollowUp.id)
    for statement in (past, coming):
        for row in session.execute(statement.limit(_READ)):
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
            sa.or_(Enquiry.due_at.is_(None), Enquiry.due_at < end_of_day(until, actor.time_zone)),
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
        sa.select(LeadAnswer.field, LeadAnswer.ask_by_on, Lead, *_facts())
        .join(Lead, Lead.id == LeadAnswer.lead_id)
        .where(
            LeadAnswer.state == AnswerState.ASK_BY,
            LeadAnswer.ask_by_on <= day,
            Lead.status.in_(OPEN),
            Lead.owner_id == actor.id,
        )
        .options(joinedload(Lead.organization))
        .order_by(LeadAnswer.ask_by_on.desc(), LeadAnswer.id)
        .limit(_READ)
    )
    for asked, ask_by_on, lead, *facts in rows:
        if known_fields(lead, LeadFacts(*facts)).get(asked, False):
            # Learned in the meantime, by another way than the answer to this question.
            continue
        company = lead.organization if lead.code_name is None else None
        yield Due(
            kind=DueKind.GAP,
            public_id=lead.public_id,
            text=asked,
            **_when(actor, now=now, day=day, due_on=ask_by_on, due_at=None),
            time_zone=None,
            is_demo=lead.is_demo,
            lead_id=lead.public_id,
            lead_title=lead.title,
            native_name=company.native_name if company else None,
            native_language=company.native_language if company else None,
        )


def _facts() -> list[Any]:
    """The fields of `LeadFacts` in their order, beside the lead in one query."""
    steps = sa.select(DecisionStep).where(DecisionStep.lead_id == Lead.id).correlate(Lead)
    met = steps.where(DecisionStep.met_on.is_not(None))
    body = sa.func.coalesce(DecisionStep.department, DecisionStep.name)
    return [
        sa.select(Interaction.id)
        .where(
            Interaction.lead_id == Lead.id,
            Interaction.kind.in_(MEETING_KINDS),
            Interaction.standing == InteractionStanding.HELD,
        )
        .correlate(Lead)
        .exists(),
        sa.select(Announcement.id).where(Announcement.lead_id == Lead.id).correlate(Lead).exists(),
        steps.with_only_columns(sa.func.count(DecisionStep.id)).scalar_subquery(),
        met.where(DecisionStep.is_decider).with_only_columns(DecisionStep.id).exists(),
        met.with_only_columns(sa.func.count(body.distinct())).scalar_subquery(),
    ]


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
        .where(Lead.status == Status.ON_HOLD, Lead.hold_until <= day, Lead.owner_id == actor.id)
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


def _embargoes(
    session: Session, actor: Actor, *, now: datetime, day: date, until: date
) -> Iterable[Due]:
    """Announcements to release once their embargo is over, or whose lead could not move with them.

    Read from the announcements, which only those who write see before they are public.
    """
    is_out = is_public(now)
    waits = sa.and_(sa.not_(is_out), Announcement.is_held.is_(False))
    stands = sa.and_(is_out, Lead.status.in_(OPEN), Lead.stage != StageCode.ANNOUNCED)
    rows = session.execute(
        sa.select(
            Announcement.public_id,
            Announcement.title,
            Announcement.embargo_until,
            Announcement.embargo_zone,
            Announcement.public_at,
            Announcement.is_held,
            Announcement.is_demo,
            Lead.public_id.label("lead_id"),
            Lead.title.label("lead_title"),
            *native_name_of_lead(),
        )
        .outerjoin(Lead, Lead.id == Announcement.lead_id)
        .outerjoin(Organization, Organization.id == Lead.organization_id)
        .where(
            past_embargo(actor, now=now),
            sa.func.coalesce(Announcement.owner_id, Lead.owner_id) == actor.id,
            Announcement.embargo_until < end_of_day(until, actor.time_zone),
            sa.or_(waits, stands),
        )
        .order_by(Announcement.embargo_until, Announcement.id)
        .limit(_READ)
    )
    for row in rows:
        yield Due(
            kind=DueKind.EMBARGO,
            public_id=row.public_id,
            text=row.title,
            **_when(actor, now=now, day=day, due_on=None, due_at=row.embargo_until),
            time_zone=row.embargo_zone,
            is_demo=row.is_demo,
            lead_id=row.lead_id,
            lead_title=row.lead_title,
            native_name=row.native_name,
            native_language=row.native_language,
            may_release=state_of(row, now) is State.AWAITING,
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
