"""Conversations as the pages of organizations, contacts and missions list them."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.interaction import (
    Interaction,
    InteractionKind,
    InteractionParticipant,
    InteractionStanding,
    StoredFile,
)
from models.lead import Lead
from models.measure import Precision
from models.user import User


@dataclass(frozen=True, slots=True)
class ConversationRow:
    """One conversation or meeting on another record's page."""

    public_id: str
    kind: InteractionKind
    standing: InteractionStanding
    happened_on: date | None
    happened_precision: Precision
    starts_at: datetime | None
    time_zone: str | None
    summary: str | None
    language: str | None
    author: str | None
    lead_id: str | None
    lead_title: str | None
    is_demo: bool
    document_id: int | None


def list_conversations(
    session: Session, *where: sa.ColumnElement[bool], limit: int = 20
) -> list[ConversationRow]:
    """Conversations that meet a condition: the planned ones first, then the latest."""
    is_past = sa.case((Interaction.standing == InteractionStanding.PLANNED, 0), else_=1)
    rows = session.execute(
        sa.select(
            Interaction.public_id,
            Interaction.kind,
            Interaction.standing,
            Interaction.happened_on,
            Interaction.happened_precision,
            Interaction.starts_at,
            Interaction.time_zone,
            Interaction.summary,
            Interaction.language,
            User.name.label("author"),
            Lead.public_id.label("lead_id"),
            Lead.title.label("lead_title"),
            Interaction.is_demo,
            Interaction.document_id,
        )
        .outerjoin(Lead, Lead.id == Interaction.lead_id)
        .outerjoin(User, User.id == Interaction.author_id)
        .where(*where)
        .order_by(
            is_past,
            Interaction.happened_on.desc().nulls_last(),
            Interaction.starts_at.desc().nulls_last(),
            Interaction.id.desc(),
        )
        .limit(limit)
    )
    return [ConversationRow(**row._mapping) for row in rows]


def with_contact(contact_id: int | sa.ScalarSelect[int]) -> sa.ColumnElement[bool]:
    """Conversations that a person took part in."""
    return Interaction.id.in_(
        sa.select(InteractionParticipant.interaction_id).where(
            InteractionParticipant.contact_id == contact_id
        )
    )


def list_files(session: Session, organization_id: int) -> list[StoredFile]:
    """The files kept on an organization itself."""
    return list(
        session.scalars(
            sa.select(StoredFile)
            .where(StoredFile.organization_id == organization_id)
            .order_by(StoredFile.created_at.desc())
            .limit(100)
        )
    )
