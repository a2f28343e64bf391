"""Firms already here that vouch for the place when a prospect asks."""

import enum
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, DemoFlag, Id, PublicId, TeamScoped
from models.contact import Contact
from models.lead import Lead
from models.organization import Organization
from models.types import coded


class Willingness(enum.StrEnum):
    """Whether a firm lets prospects call it."""

    YES = "yes"
    ASK_FIRST = "ask_first"
    NO = "no"


class ReferenceOutcome(enum.StrEnum):
    """What became of one request. Null is "no answer yet"."""

    GAVE = "gave"
    DECLINED = "declined"
    NO_ANSWER = "no_answer"


class PeerReference(PublicId, DemoFlag, TeamScoped, Base):
    """What a resident firm said about vouching for us."""

    __tablename__ = "peer_references"

    id: Mapped[Id]
    organization_id: Mapped[int] = mapped_column(
        sa.ForeignKey("organizations.id", ondelete="CASCADE"), unique=True
    )
    contact_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("contacts.id", ondelete="SET NULL"), index=True
    )
    willingness: Mapped[Willingness] = mapped_column(coded(Willingness))
    said_on: Mapped[date | None]
    languages: Mapped[str | None]
    note: Mapped[str | None]
    document_id: Mapped[int | None] = mapped_column(sa.ForeignKey("documents.id"))
    created_at: Mapped[datetime]

    organization: Mapped[Organization] = relationship(lazy="raise_on_sql")
    contact: Mapped[Contact | None] = relationship(lazy="raise_on_sql")


class ReferenceRequest(PublicId, DemoFlag, TeamScoped, Base):
    """One time a firm was asked to speak with a prospect."""

    __tablename__ = "reference_requests"

    id: Mapped[Id]
    reference_id: Mapped[int] = mapped_column(
        sa.ForeignKey("peer_references.id", ondelete="CASCADE"), index=True
    )
    lead_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("leads.id", ondelete="CASCADE"), index=True
    )
    asked_on: Mapped[date]
    asked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    outcome: Mapped[ReferenceOutcome | None] = mapped_column(coded(ReferenceOutcome))
    note: Mapped[str | None]

    reference: Mapped[PeerReference] = relationship(lazy="raise_on_sql")
    lead: Mapped[Lead | None] = relationship(lazy="raise_on_sql")
