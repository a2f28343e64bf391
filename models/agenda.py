"""A mission's agenda: what is asked, agreed and held, who attends, and what each noted."""

import enum
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, DemoFlag, Id, PublicId, TeamScoped
from models.contact import Contact
from models.interaction import Interaction
from models.lead import Lead
from models.measure import Precision, Qualifier
from models.mission import Delegate, Mission, MissionProgramme
from models.organization import Organization
from models.types import coded
from models.user import User


class AgendaKind(enum.StrEnum):
    """What sort of item it is."""

    MEETING = "meeting"
    BRIEFING = "briefing"
    ROUNDTABLE = "roundtable"
    SIGNING = "signing"
    LUNCH = "lunch"
    RECEPTION = "reception"
    SITE_VISIT = "site_visit"
    BRE_CALL = "bre_call"
    SERIES = "series"


class AgendaStanding(enum.StrEnum):
    """How an item stands."""

    ASKED = "asked"
    OFFERED = "offered"
    CONFIRMED = "confirmed"
    MOVED = "moved"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"
    HELD = "held"


class InterpreterNeed(enum.StrEnum):
    """Whether somebody interprets, and how. Null is "not known yet"."""

    NONE = "none"
    CONSECUTIVE = "consecutive"
    SIMULTANEOUS = "simultaneous"


class AgendaOutcome(enum.StrEnum):
    """What the debrief says of a meeting."""

    ADVANCED = "advanced"
    INTERESTED = "interested"
    LATER = "later"
    NO_INTEREST = "no_interest"
    RELATIONSHIP = "relationship"


class AgendaSide(enum.StrEnum):
    """On which side of the table somebody sits."""

    OURS = "ours"
    THEIRS = "theirs"


class AgendaItem(PublicId, DemoFlag, TeamScoped, Base):
    """One entry of the agenda. What a text reports often has no hour: `happens_on` and words.

    `count` is how many meetings a series had; null is unknown. Its `interaction` is written when
    it was held, so that the timeline of the company and the lead shows it. While its lead or
    organization is restricted it carries their team.
    """

    __tablename__ = "agenda_items"

    id: Mapped[Id]
    mission_id: Mapped[int] = mapped_column(sa.ForeignKey("missions.id", ondelete="CASCADE"))
    programme_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("mission_programmes.id", ondelete="SET NULL"), index=True
    )
    kind: Mapped[AgendaKind] = mapped_column(coded(AgendaKind))
    standing: Mapped[AgendaStanding] = mapped_column(coded(AgendaStanding))
    title: Mapped[str]
    organization_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("organizations.id", ondelete="SET NULL"), index=True
    )
    lead_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("leads.id", ondelete="SET NULL"), index=True
    )
    interaction_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("interactions.id", ondelete="SET NULL"), index=True
    )
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    time_zone: Mapped[str | None] = mapped_column(sa.String(64))
    happens_on: Mapped[date | None]
    happens_precision: Mapped[Precision] = mapped_column(
        coded(Precision), default=Precision.UNKNOWN, server_default="unknown"
    )
    happens_as_printed: Mapped[str | None]
    count: Mapped[int | None]
    count_qualifier: Mapped[Qualifier | None] = mapped_column(coded(Qualifier, "count_qualifier"))
    count_as_printed: Mapped[str | None]
    guest_count: Mapped[int | None]
    guest_qualifier: Mapped[Qualifier | None] = mapped_column(coded(Qualifier, "guest_qualifier"))
    guests_as_printed: Mapped[str | None]
    place: Mapped[str | None]
    video_link: Mapped[str | None]
    interpreter_need: Mapped[InterpreterNeed | None] = mapped_column(coded(InterpreterNeed))
    interpreter_languages: Mapped[str | None]
    interpreter_provider: Mapped[str | None]
    interpreter_cost_amount: Mapped[int | None] = mapped_column(sa.BigInteger)
    is_interpreter_briefed: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    protocol_notes: Mapped[str | None]
    talking_points: Mapped[str | None]
    purpose: Mapped[str | None]
    outcome: Mapped[AgendaOutcome | None] = mapped_column(coded(AgendaOutcome))
    outcome_note: Mapped[str | None]
    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    document_id: Mapped[int | None] = mapped_column(sa.ForeignKey("documents.id"))
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1, server_default="1")

    mission: Mapped[Mission] = relationship(lazy="raise_on_sql")
    programme: Mapped[MissionProgramme | None] = relationship(lazy="raise_on_sql")
    organization: Mapped[Organization | None] = relationship(lazy="raise_on_sql")
    lead: Mapped[Lead | None] = relationship(lazy="raise_on_sql")
    interaction: Mapped[Interaction | None] = relationship(lazy="raise_on_sql")
    owner: Mapped[User | None] = relationship(lazy="raise_on_sql")
    attendees: Mapped[list["AgendaAttendee"]] = relationship(
        lazy="raise_on_sql", order_by="AgendaAttendee.id", passive_deletes=True
    )
    offered_times: Mapped[list["OfferedTime"]] = relationship(
        lazy="raise_on_sql", order_by="OfferedTime.starts_at", passive_deletes=True
    )
    materials: Mapped[list["AgendaMaterial"]] = relationship(
        lazy="raise_on_sql", order_by="AgendaMaterial.id", passive_deletes=True
    )
    notes: Mapped[list["AgendaNote"]] = relationship(
        lazy="raise_on_sql", order_by="AgendaNote.id", passive_deletes=True
    )

    __table_args__ = (
        sa.Index(None, "mission_id", "starts_at"),
        sa.Index(None, "starts_at"),
    )


class AgendaAttendee(TeamScoped, Base):
    """Somebody who attends: a delegate of ours, a contact of theirs, or a name on no record."""

    __tablename__ = "agenda_attendees"

    id: Mapped[Id]
    item_id: Mapped[int] = mapped_column(
        sa.ForeignKey("agenda_items.id", ondelete="CASCADE"), index=True
    )
    side: Mapped[AgendaSide] = mapped_column(coded(AgendaSide))
    delegate_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("delegates.id", ondelete="CASCADE"), index=True
    )
    contact_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("contacts.id", ondelete="CASCADE"), index=True
    )
    organization_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("organizations.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str | None]
    part: Mapped[str | None]

    delegate: Mapped[Delegate | None] = relationship(lazy="raise_on_sql")
    contact: Mapped[Contact | None] = relationship(lazy="raise_on_sql")
    organization: Mapped[Organization | None] = relationship(lazy="raise_on_sql")

    __table_args__ = (
        sa.CheckConstraint(
            "delegate_id IS NOT NULL OR contact_id IS NOT NULL"
            " OR organization_id IS NOT NULL OR name IS NOT NULL",
            name="somebody",
        ),
    )


class OfferedTime(TeamScoped, Base):
    """A time that was offered for an item, before one was agreed."""

    __tablename__ = "offered_times"

    id: Mapped[Id]
    item_id: Mapped[int] = mapped_column(
        sa.ForeignKey("agenda_items.id", ondelete="CASCADE"), index=True
    )
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]


class AgendaMaterial(PublicId, TeamScoped, Base):
    """A paper for the meeting in one language, and whether it is ready."""

    __tablename__ = "agenda_materials"

    id: Mapped[Id]
    item_id: Mapped[int] = mapped_column(
        sa.ForeignKey("agenda_items.id", ondelete="CASCADE"), index=True
    )
    title: Mapped[str]
    language: Mapped[str | None] = mapped_column(sa.String(12))
    is_ready: Mapped[bool] = mapped_column(default=False, server_default=sa.false())


class AgendaNote(TeamScoped, Base):
    """What one person noted at an item; several people's notes stand side by side."""

    __tablename__ = "agenda_notes"

    id: Mapped[Id]
    item_id: Mapped[int] = mapped_column(sa.ForeignKey("agenda_items.id", ondelete="CASCADE"))
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"), index=True)
    text: Mapped[str]
    changed_at: Mapped[datetime]

    author: Mapped[User] = relationship(lazy="raise_on_sql")

    __table_args__ = (sa.UniqueConstraint("item_id", "author_id"),)
