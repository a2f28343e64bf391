"""What happened with whom, what was promised, what was asked, and the papers that came with it."""

import enum
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, DemoFlag, Id, PublicId, TeamScoped
from models.contact import Contact, Seniority
from models.lead import Lead
from models.measure import Precision
from models.organization import Organization
from models.types import coded
from models.user import User


class InteractionKind(enum.StrEnum):
    """How people were in touch."""

    CALL = "call"
    MEETING = "meeting"
    EMAIL = "email"
    VIDEO = "video"
    BRIEFING = "briefing"
    ROUNDTABLE = "roundtable"
    SITE_VISIT = "site_visit"
    RECEPTION = "reception"
    LETTER = "letter"
    NOTE = "note"


class ContactDirection(enum.StrEnum):
    """Who sought whom."""

    IN = "in"
    OUT = "out"
    BOTH = "both"


class InteractionStanding(enum.StrEnum):
    """Whether it took place."""

    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"


TWO_WAY_KINDS = frozenset(
    {
        InteractionKind.CALL,
        InteractionKind.MEETING,
        InteractionKind.VIDEO,
        InteractionKind.BRIEFING,
        InteractionKind.ROUNDTABLE,
        InteractionKind.SITE_VISIT,
        InteractionKind.RECEPTION,
    }
)
MEETING_KINDS = TWO_WAY_KINDS - {InteractionKind.RECEPTION}


class Interaction(PublicId, DemoFlag, TeamScoped, Base):
    """A conversation, a meeting (planned or held), a letter: the text in any language.

    `summary` is one line in the office's language. `known_at` is when the office knew, which is
    what training reads; `happened_on` is the day it took place. A planned meeting has moments.
    """

    __tablename__ = "interactions"

    id: Mapped[Id]
    lead_id: Mapped[int | None] = mapped_column(sa.ForeignKey("leads.id", ondelete="CASCADE"))
    organization_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("organizations.id", ondelete="CASCADE")
    )
    mission_id: Mapped[int | None] = mapped_column(sa.ForeignKey("missions.id"), index=True)
    kind: Mapped[InteractionKind] = mapped_column(coded(InteractionKind))
    direction: Mapped[ContactDirection | None] = mapped_column(coded(ContactDirection))
    standing: Mapped[InteractionStanding] = mapped_column(coded(InteractionStanding))
    happened_on: Mapped[date | None]
    happened_precision: Mapped[Precision] = mapped_column(
        coded(Precision), default=Precision.DAY, server_default="day"
    )
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    time_zone: Mapped[str | None] = mapped_column(sa.String(64))
    place: Mapped[str | None]
    language: Mapped[str | None] = mapped_column(sa.String(12))
    summary: Mapped[str | None]
    text: Mapped[str | None]
    message_id: Mapped[str | None] = mapped_column(sa.String(400))
    document_id: Mapped[int | None] = mapped_column(sa.ForeignKey("documents.id"))
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    known_at: Mapped[datetime] = mapped_column(index=True)
    recorded_at: Mapped[datetime]
    batch_id: Mapped[int | None] = mapped_column(sa.ForeignKey("import_batches.id"), index=True)

    lead: Mapped[Lead | None] = relationship(lazy="raise_on_sql")
    organization: Mapped[Organization | None] = relationship(lazy="raise_on_sql")
    author: Mapped[User | None] = relationship(lazy="raise_on_sql")
    participants: Mapped[list["InteractionParticipant"]] = relationship(
        lazy="raise_on_sql", passive_deletes=True
    )

    __table_args__ = (
        sa.Index(None, "lead_id", "happened_on"),
        sa.Index(None, "organization_id", "happened_on"),
        sa.Index(None, "standing", "starts_at"),
    )


class InteractionParticipant(TeamScoped, Base):
    """Somebody who took part: a contact, a member of staff, or a name on no record.

    `seniority` is the contact's rank when it was written down, whatever it became since.
    `known_at` is when they were added, where that was after the conversation was recorded.
    """

    __tablename__ = "interaction_participants"

    id: Mapped[Id]
    interaction_id: Mapped[int] = mapped_column(
        sa.ForeignKey("interactions.id", ondelete="CASCADE"), index=True
    )
    contact_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("contacts.id", ondelete="CASCADE"), index=True
    )
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"), index=True)
    name: Mapped[str | None]
    seniority: Mapped[Seniority | None] = mapped_column(coded(Seniority, "seniority_then"))
    known_at: Mapped[datetime | None]

    contact: Mapped[Contact | None] = relationship(lazy="raise_on_sql")
    user: Mapped[User | None] = relationship(lazy="raise_on_sql")

    __table_args__ = (
        sa.CheckConstraint(
            "contact_id IS NOT NULL OR user_id IS NOT NULL OR name IS NOT NULL", name="somebody"
        ),
    )


class FollowUp(PublicId, DemoFlag, TeamScoped, Base):
    """Something promised, or the next step of a lead, due on a day or at a moment in a zone."""

    __tablename__ = "follow_ups"

    id: Mapped[Id]
    lead_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("leads.id", ondelete="CASCADE"), index=True
    )
    organization_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("organizations.id", ondelete="CASCADE"), index=True
    )
    interaction_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("interactions.id", ondelete="SET NULL"), index=True
    )
    mission_id: Mapped[int | None] = mapped_column(sa.ForeignKey("missions.id"), index=True)
    text: Mapped[str]
    promised_to: Mapped[str | None]
    is_next_step: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    due_on: Mapped[date | None]
    due_at: Mapped[datetime | None]
    time_zone: Mapped[str | None] = mapped_column(sa.String(64))
    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    office_id: Mapped[int | None] = mapped_column(sa.ForeignKey("offices.id"), index=True)
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    batch_id: Mapped[int | None] = mapped_column(sa.ForeignKey("import_batches.id"), index=True)

    lead: Mapped[Lead | None] = relationship(lazy="raise_on_sql")
    organization: Mapped[Organization | None] = relationship(lazy="raise_on_sql")
    owner: Mapped[User | None] = relationship(lazy="raise_on_sql")

    __table_args__ = (
        sa.Index(
            "ix_follow_ups_open",
            "owner_id",
            "due_on",
            sqlite_where=sa.text("done_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL"),
        ),
    )


class EnquiryChannel(enum.StrEnum):
    """How an enquiry arrived."""

    EMAIL = "email"
    PHONE = "phone"
    WEB = "web"
    LETTER = "letter"
    IN_PERSON = "in_person"
    INTERMEDIARY = "intermediary"


class EnquiryOutcome(enum.StrEnum):
    """What became of an enquiry."""

    OPEN = "open"
    ANSWERED = "answered"
    LEAD = "lead"
    REFERRED = "referred"
    NOT_FOR_US = "not_for_us"


class Enquiry(PublicId, DemoFlag, TeamScoped, Base):
    """Somebody asked something, due at a moment in a zone. A blind search opens a lead."""

    __tablename__ = "enquiries"

    id: Mapped[Id]
    received_at: Mapped[datetime]
    channel: Mapped[EnquiryChannel] = mapped_column(coded(EnquiryChannel))
    asker: Mapped[str | None]
    through: Mapped[str | None]
    asked_for: Mapped[str]
    due_at: Mapped[datetime | None]
    time_zone: Mapped[str] = mapped_column(sa.String(64))
    answered_at: Mapped[datetime | None]
    outcome: Mapped[EnquiryOutcome] = mapped_column(coded(EnquiryOutcome))
    outcome_note: Mapped[str | None]
    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    office_id: Mapped[int | None] = mapped_column(sa.ForeignKey("offices.id"), index=True)
    organization_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("organizations.id", ondelete="SET NULL"), index=True
    )
    lead_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("leads.id", ondelete="SET NULL"), index=True
    )
    created_at: Mapped[datetime]

    lead: Mapped[Lead | None] = relationship(lazy="raise_on_sql")
    organization: Mapped[Organization | None] = relationship(lazy="raise_on_sql")
    owner: Mapped[User | None] = relationship(lazy="raise_on_sql")

    __table_args__ = (
        sa.Index(None, "received_at"),
        sa.Index(
            "ix_enquiries_open",
            "due_at",
            sqlite_where=sa.text("answered_at IS NULL"),
            postgresql_where=sa.text("answered_at IS NULL"),
        ),
    )


class StoredFile(PublicId, TeamScoped, Base):
    """A file on a lead, an interaction, an organization, a card or an announcement.

    It is kept under a random name.

    `content_type` comes from the bytes, never from the sender. A file on a lead's interaction
    also carries the lead, so that it shares its visibility.
    """

    __tablename__ = "stored_files"

    id: Mapped[Id]
    name: Mapped[str]
    content_type: Mapped[str] = mapped_column(sa.String(120))
    byte_count: Mapped[int] = mapped_column(sa.BigInteger)
    sha256: Mapped[str] = mapped_column(sa.String(64))
    storage_name: Mapped[str] = mapped_column(sa.String(64), unique=True)
    lead_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("leads.id", ondelete="CASCADE"), index=True
    )
    interaction_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("interactions.id", ondelete="CASCADE"), index=True
    )
    organization_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("organizations.id", ondelete="CASCADE"), index=True
    )
    card_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("cards.id", ondelete="CASCADE"), index=True
    )
    announcement_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("announcements.id", ondelete="CASCADE"), index=True
    )
    uploaded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    created_at: Mapped[datetime]

    __table_args__ = (
        sa.CheckConstraint(
            "lead_id IS NOT NULL OR interaction_id IS NOT NULL OR organization_id IS NOT NULL"
            " OR card_id IS NOT NULL OR announcement_id IS NOT NULL",
            name="belongs_somewhere",
        ),
    )
