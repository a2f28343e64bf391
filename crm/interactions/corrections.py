"""Commands that put right what was written: one's own conversation, a meeting still planned."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.interactions.service import (
    ConversationDetails,
    MeetingDetails,
    ParticipantDetails,
    add_participants,
    check_said,
    touch_lead,
)
from models.errors import DomainError, ForbiddenError, N_
from models.interaction import (
    FollowUp,
    Interaction,
    InteractionParticipant,
    InteractionStanding,
    StoredFile,
)
from models.lead import ImportedTotal, Lead
from models.user import Actor

CORRECTABLE_FOR = timedelta(days=1)


def may_correct(interaction: Interaction, *, actor: Actor, now: datetime) -> bool:
    """Whether this person may still correct what they wrote: their own, within a day."""
    return (
        actor.may_write
        and actor.id is not None
        and interaction.author_id == actor.id
        and interaction.standing is InteractionStanding.HELD
        and now < interaction.recorded_at + CORRECTABLE_FOR
    )


def correct_conversation(
    session: Session,
    interaction: Interaction,
    details: ConversationDetails,
    *,
    lead: Lead | None,
    actor: Actor,
    now: datetime,
) -> None:
    """Put right what one wrote oneself, within a day of writing it. The audit keeps both.

    Raises:
        ForbiddenError: it is somebody else's, or too old.
        DomainError: nothing would be left of it, or it lies in the future.
    """
    if not may_correct(interaction, actor=actor, now=now):
        raise ForbiddenError(N_("You can correct only what you wrote yourself, within a day."))
    check_said(details, actor=actor, now=now)
    day_before = interaction.happened_on
    for name in ("kind", "happened_on", "summary", "text", "language", "direction"):
        setattr(interaction, name, getattr(details, name))
    # What it said before is gone, so training may read it only as the office knows it from now on.
    interaction.known_at = now
    _replace_participants(session, interaction, details.participants)
    if lead is not None:
        if lead.last_contact_on == day_before:
            session.flush()
            lead.last_contact_on = _last_contact(session, lead)
        touch_lead(lead, details.happened_on, now=now)
    session.flush()


def change_meeting(session: Session, meeting: Interaction, details: MeetingDetails) -> None:
    """Move a planned meeting to another hour or place, or change who takes part.

    Raises:
        DomainError: it took place or was cancelled, or it ends before it begins.
    """
    if meeting.standing is not InteractionStanding.PLANNED:
        raise DomainError(N_("This meeting is not planned any more."))
    if details.ends_at is not None and details.ends_at <= details.starts_at:
        raise DomainError(N_("The meeting ends before it begins."), field="ends_at")
    for name in ("kind", "starts_at", "ends_at", "time_zone", "summary", "place"):
        setattr(meeting, name, getattr(details, name))
    _replace_participants(session, meeting, details.participants)
    session.flush()


def take_back(
    session: Session, interaction: Interaction, *, lead: Lead | None, now: datetime
) -> None:
    """It did not take place after all: the conversation goes, and the last contact with it.

    Where something hangs on it (a file, a promise) it stays, as one that was called off.
    """
    session.flush()
    day = interaction.happened_on
    if any(
        session.scalar(sa.select(table.id).where(table.interaction_id == interaction.id).limit(1))
        for table in (FollowUp, StoredFile)
    ):
        interaction.standing = InteractionStanding.CANCELLED
    else:
        session.delete(interaction)
    session.flush()
    if lead is not None and lead.last_contact_on == day:
        lead.last_contact_on = _last_contact(session, lead)
        lead.changed_at = now
        session.flush()


def _last_contact(session: Session, lead: Lead) -> date | None:
    """The day of the last contact, as the conversations, the files and the opening tell it."""
    days = session.execute(
        sa.select(
            sa.select(sa.func.max(Interaction.happened_on))
            .where(
                Interaction.lead_id == lead.id,
                Interaction.standing == InteractionStanding.HELD,
            )
            .scalar_subquery(),
            sa.select(sa.func.max(ImportedTotal.last_contact_on))
            .where(ImportedTotal.lead_id == lead.id)
            .scalar_subquery(),
        )
    ).one()
    return max(filter(None, (*days, lead.first_contact_on)), default=None)


def _replace_participants(
    session: Session, interaction: Interaction, participants: Sequence[ParticipantDetails]
) -> None:
    for someone in session.scalars(
        sa.select(InteractionParticipant).where(
            InteractionParticipant.interaction_id == interaction.id
        )
    ):
        session.delete(someone)
    add_participants(session, interaction, participants)
