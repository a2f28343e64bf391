"""The records that the pages of conversations, meetings and follow-ups are about."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from models.contact import Contact
from models.errors import NotFoundError
from models.interaction import (
    FollowUp,
    Interaction,
    InteractionParticipant,
    StoredFile,
)
from models.lead import Lead
from models.organization import Organization

Record = TypeVar("Record")


def get_lead(session: Session, public_id: str) -> Lead:
    """The lead with its company.

    Raises:
        NotFoundError: there is none that this session may see.
    """
    found = session.scalars(
        sa.select(Lead)
        .where(Lead.public_id == public_id)
        .options(joinedload(Lead.organization), joinedload(Lead.owner))
    ).one_or_none()
    return _found(found)


def get_organization(session: Session, public_id: str) -> Organization:
    """The organization.

    Raises:
        NotFoundError: there is none that this session may see.
    """
    return _found(
        session.scalars(
            sa.select(Organization).where(Organization.public_id == public_id)
        ).one_or_none()
    )


@dataclass(frozen=True, slots=True)
class Subject:
    """What a conversation is about: a lead, or an organization alone."""

    lead: Lead | None = None
    organization: Organization | None = None


def get_subject(session: Session, record_type: str, public_id: str) -> Subject:
    """The `lead` or the `organization` with this public id.

    Raises:
        NotFoundError: there is none that this session may see.
    """
    if record_type == "lead":
        return Subject(lead=get_lead(session, public_id))
    return Subject(organization=get_organization(session, public_id))


def get_interaction(session: Session, public_id: str) -> Interaction:
    """The conversation or meeting, with its lead, its organization, its author and who took part.

    Raises:
        NotFoundError: there is none that this session may see.
    """
    participants = selectinload(Interaction.participants)
    return _found(
        session.scalars(
            sa.select(Interaction)
            .where(Interaction.public_id == public_id)
            .options(
                joinedload(Interaction.lead).joinedload(Lead.organization),
                joinedload(Interaction.lead).joinedload(Lead.owner),
                joinedload(Interaction.organization),
                joinedload(Interaction.author),
                participants.joinedload(InteractionParticipant.contact).joinedload(
                    Contact.organization
                ),
                participants.joinedload(InteractionParticipant.user),
            )
        ).one_or_none()
    )


def get_follow_up(session: Session, public_id: str) -> FollowUp:
    """The follow-up, with its lead, its organization and its owner.

    Raises:
        NotFoundError: there is none that this session may see.
    """
    return _found(
        session.scalars(
            sa.select(FollowUp)
            .where(FollowUp.public_id == public_id)
            .options(
                joinedload(FollowUp.lead).joinedload(Lead.organization),
                joinedload(FollowUp.organization),
                joinedload(FollowUp.owner),
            )
        ).one_or_none()
    )


def get_contact(session: Session, public_id: str) -> Contact:
    """The contact with their organization.

    Raises:
        NotFoundError: there is none that this session may see.
    """
    return _found(
        session.scalars(
            sa.select(Contact)
            .where(Contact.public_id == public_id)
            .options(joinedload(Contact.organization))
        ).one_or_none()
    )


def list_follow_ups_of(session: Session, interaction: Interaction) -> Sequence[FollowUp]:
    """What was promised in a conversation."""
    return session.scalars(
        sa.select(FollowUp)
        .where(FollowUp.interaction_id == interaction.id)
        .options(joinedload(FollowUp.owner))
        .order_by(FollowUp.done_at.is_not(None), FollowUp.due_on, FollowUp.id)
    ).all()


def list_files_of(session: Session, interaction: Interaction) -> Sequence[StoredFile]:
    """The papers that came with a conversation."""
    return session.scalars(
        sa.select(StoredFile)
        .where(StoredFile.interaction_id == interaction.id)
        .order_by(StoredFile.id)
    ).all()


def _found(record: Record | None) -> Record:
    if record is None:
        raise NotFoundError
    return record
