"""Commands on conversations and meetings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.days import check_happened
from crm.interactions.follow_ups import finish, set_next_step
from crm.teams import team_of
from crm.timezones import today
from models.contact import Contact, Seniority
from models.errors import DomainError, N_
from models.interaction import (
    ContactDirection,
    FollowUp,
    Interaction,
    InteractionKind,
    InteractionParticipant,
    InteractionStanding,
)
from models.lead import Lead
from models.measure import Precision
from models.organization import Organization
from models.user import Actor


@dataclass(frozen=True, slots=True)
class ParticipantDetails:
    """Somebody who took part: a contact, a member of staff, or just a name."""

    contact_id: int | None = None
    user_id: int | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class ConversationDetails:
    """What is said of a conversation that took place."""

    kind: InteractionKind
    happened_on: date
    summary: str | None = None
    text: str | None = None
    language: str | None = None
    direction: ContactDirection | None = None
    precision: Precision = Precision.DAY
    starts_at: datetime | None = None
    time_zone: str | None = None
    place: str | None = None
    participants: tuple[ParticipantDetails, ...] = ()
    message_id: str | None = None
    next_step: str | None = None
    next_step_on: date | None = None
    mission_id: int | None = None
    is_demo: bool = False


@dataclass(frozen=True, slots=True)
class MeetingDetails:
    """What is said of a meeting that is planned."""

    kind: InteractionKind
    starts_at: datetime
    ends_at: datetime | None
    time_zone: str
    summary: str
    place: str | None = None
    participants: tuple[ParticipantDetails, ...] = ()
    mission_id: int | None = None


def log_conversation(
    session: Session,
    details: ConversationDetails,
    *,
    lead: Lead | None = None,
    organization: Organization | None = None,
    actor: Actor,
    now: datetime,
) -> Interaction:
    """Keep a conversation, and the next step it led to. The office knows it from now on.

    Raises:
        DomainError: nothing was said, it lies in the future, or it belongs nowhere.
    """
    if lead is None and organization is None:
        raise DomainError(N_("A conversation belongs to a lead or an organization."))
    check_said(details, actor=actor, now=now)
    interaction = Interaction(
        lead_id=lead.id if lead else None,
        organization_id=organization.id
        if organization
        else (lead.organization_id if lead else None),
        team_id=team_of(lead, organization),
        mission_id=details.mission_id,
        kind=details.kind,
        direction=details.direction,
        standing=InteractionStanding.HELD,
        happened_on=details.happened_on,
        happened_precision=details.precision,
        starts_at=details.starts_at,
        time_zone=details.time_zone,
        place=details.place,
        language=details.language,
        summary=details.summary,
        text=details.text,
        message_id=details.message_id,
        author_id=actor.id,
        known_at=now,
        recorded_at=now,
        is_demo=details.is_demo,
    )
    session.add(interaction)
    session.flush()
    add_participants(session, interaction, details.participants)
    if lead is not None:
        touch_lead(lead, details.happened_on, now=now)
        if details.next_step:
            set_next_step(
                session, lead, details.next_step, details.next_step_on, actor=actor, now=now
            )
    session.flush()
    return interaction


def plan_meeting(
    session: Session,
    details: MeetingDetails,
    *,
    lead: Lead | None = None,
    organization: Organization | None = None,
    actor: Actor,
    now: datetime,
) -> Interaction:
    """Put a meeting on the day it will take place.

    Raises:
        DomainError: it ends before it begins, or belongs nowhere.
    """
    if lead is None and organization is None:
        raise DomainError(N_("A meeting belongs to a lead or an organization."))
    if details.ends_at is not None and details.ends_at <= details.starts_at:
        raise DomainError(N_("The meeting ends before it begins."), field="ends_at")
    meeting = Interaction(
        lead_id=lead.id if lead else None,
        organization_id=organization.id
        if organization
        else (lead.organization_id if lead else None),
        team_id=team_of(lead, organization),
        mission_id=details.mission_id,
        kind=details.kind,
        standing=InteractionStanding.PLANNED,
        starts_at=details.starts_at,
        ends_at=details.ends_at,
        time_zone=details.time_zone,
        place=details.place,
        summary=details.summary,
        author_id=actor.id,
        known_at=now,
        recorded_at=now,
        is_demo=lead.is_demo if lead else False,
    )
    session.add(meeting)
    session.flush()
    add_participants(session, meeting, details.participants)
    session.flush()
    return meeting


def hold_meeting(
    session: Session,
    meeting: Interaction,
    *,
    summary: str,
    lead: Lead | None,
    actor: Actor,
    now: datetime,
) -> None:
    """Say that a planned meeting took place, and what came of it. It is known from now on.

    Raises:
        DomainError: it lies in the future.
    """
    if meeting.standing is not InteractionStanding.PLANNED:
        raise DomainError(N_("This meeting is not planned any more."))
    if meeting.starts_at is not None and meeting.starts_at > now:
        raise DomainError(N_("This meeting has not begun yet."))
    meeting.standing = InteractionStanding.HELD
    meeting.summary = summary.strip() or meeting.summary
    meeting.known_at = now
    zone = meeting.time_zone or actor.office_time_zone
    meeting.happened_on = today(meeting.starts_at or now, zone)
    if lead is not None:
        touch_lead(lead, meeting.happened_on, now=now)


def cancel_meeting(session: Session, meeting: Interaction, *, now: datetime) -> None:
    """Say that a planned meeting will not take place."""
    if meeting.standing is not InteractionStanding.PLANNED:
        raise DomainError(N_("This meeting is not planned any more."))
    meeting.standing = InteractionStanding.CANCELLED


def log_call(
    session: Session,
    lead: Lead,
    *,
    next_on: date,
    step: FollowUp | None,
    summary: str,
    next_step: str,
    actor: Actor,
    now: datetime,
) -> Interaction:
    """One tap: a call took place today, and the next one is on `next_on`."""
    if step is not None:
        finish(session, step, lead=lead, actor=actor, now=now)
    return log_conversation(
        session,
        ConversationDetails(
            kind=InteractionKind.CALL,
            direction=ContactDirection.OUT,
            happened_on=today(now, actor.office_time_zone),
            summary=summary,
            next_step=next_step,
            next_step_on=next_on,
            is_demo=lead.is_demo,
        ),
        lead=lead,
        actor=actor,
        now=now,
    )


def touch_lead(lead: Lead, day: date, *, now: datetime) -> None:
    """Keep the day of the last contact on the lead, which lists order by."""
    if lead.last_contact_on is None or day > lead.last_contact_on:
        lead.last_contact_on = day
    lead.changed_at = now


def check_said(details: ConversationDetails, *, actor: Actor, now: datetime) -> None:
    """Refuse a conversation that says nothing, or has not happened yet.

    Raises:
        DomainError: with the field that has to change.
    """
    if not (details.summary or details.text):
        raise DomainError(N_("Write one line: what was said?"), field="summary")
    check_happened(
        details.happened_on,
        # A day of grace: it may be tomorrow already where the conversation took place.
        latest=today(now, actor.office_time_zone) + timedelta(days=1),
        field="happened_on",
        future=N_("This day lies in the future: plan a meeting instead."),
    )


def add_participants(
    session: Session,
    interaction: Interaction,
    participants: Sequence[ParticipantDetails],
    *,
    later: datetime | None = None,
) -> None:
    """Say who took part, with the rank that each has today; `later` than it was recorded."""
    ranks = _ranks(session, participants)
    session.add_all(
        InteractionParticipant(
            interaction_id=interaction.id,
            team_id=interaction.team_id,
            contact_id=someone.contact_id,
            user_id=someone.user_id,
            name=someone.name,
            seniority=ranks.get(someone.contact_id),
            known_at=later,
        )
        for someone in participants
    )


def _ranks(
    session: Session, participants: Sequence[ParticipantDetails]
) -> dict[int | None, Seniority | None]:
    keys = {someone.contact_id for someone in participants} - {None}
    if not keys:
        return {}
    rows = session.execute(sa.select(Contact.id, Contact.seniority).where(Contact.id.in_(keys)))
    return {row.id: row.seniority for row in rows}
