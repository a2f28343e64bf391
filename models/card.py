"""Business cards caught on the way, thanks that are owed, and gifts."""

import enum
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.agenda import AgendaItem
from models.base import Base, DemoFlag, Id, PublicId, TeamScoped
from models.contact import Contact
from models.interaction import FollowUp, Interaction, StoredFile
from models.lead import Lead
from models.mission import Mission
from models.organization import Organization
from models.types import coded
from models.user import User


class CardWish(enum.StrEnum):
    """What the person who took the card wants next."""

    TALK_AGAIN = "talk_again"
    SEND_SOMETHING = "send_something"
    KEEP = "keep"


class CardStanding(enum.StrEnum):
    """How far a card has come: taken, its names typed, sorted."""

    TAKEN = "taken"
    TYPED = "typed"
    SORTED = "sorted"


class CardSorting(enum.StrEnum):
    """What became of a card."""

    LEAD = "lead"
    EXISTING_LEAD = "existing_lead"
    KEEP_IN_TOUCH = "keep_in_touch"
    DISCARD = "discard"


class Card(PublicId, DemoFlag, TeamScoped, Base):
    """A business card as it was caught on a phone; it is a contact and an interaction, no lead.

    `capture_key` is made by the phone, so that a card sent twice is kept once. `taken_at` is the
    phone's clock, `received_at` ours.
    """

    __tablename__ = "cards"

    id: Mapped[Id]
    capture_key: Mapped[str] = mapped_column(sa.String(64), unique=True)
    mission_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("missions.id", ondelete="SET NULL"), index=True
    )
    item_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("agenda_items.id", ondelete="SET NULL"), index=True
    )
    taken_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"), index=True)
    taken_at: Mapped[datetime]
    received_at: Mapped[datetime]
    name: Mapped[str | None]
    note: Mapped[str | None]
    wish: Mapped[CardWish | None] = mapped_column(coded(CardWish))
    standing: Mapped[CardStanding] = mapped_column(coded(CardStanding))
    sorting: Mapped[CardSorting | None] = mapped_column(coded(CardSorting))
    front_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("stored_files.id", ondelete="SET NULL", use_alter=True), index=True
    )
    back_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("stored_files.id", ondelete="SET NULL", use_alter=True), index=True
    )
    contact_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("contacts.id", ondelete="SET NULL"), index=True
    )
    organization_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("organizations.id", ondelete="SET NULL"), index=True
    )
    interaction_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("interactions.id", ondelete="SET NULL"), index=True
    )
    lead_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("leads.id", ondelete="SET NULL"), index=True
    )
    follow_up_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("follow_ups.id", ondelete="SET NULL"), index=True
    )
    typed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))

    mission: Mapped[Mission | None] = relationship(lazy="raise_on_sql")
    item: Mapped[AgendaItem | None] = relationship(lazy="raise_on_sql")
    taken_by: Mapped[User | None] = relationship(lazy="raise_on_sql", foreign_keys=[taken_by_id])
    front: Mapped[StoredFile | None] = relationship(lazy="raise_on_sql", foreign_keys=[front_id])
    back: Mapped[StoredFile | None] = relationship(lazy="raise_on_sql", foreign_keys=[back_id])
    contact: Mapped[Contact | None] = relationship(lazy="raise_on_sql")
    organization: Mapped[Organization | None] = relationship(lazy="raise_on_sql")
    interaction: Mapped[Interaction | None] = relationship(lazy="raise_on_sql")
    lead: Mapped[Lead | None] = relationship(lazy="raise_on_sql")
    follow_up: Mapped[FollowUp | None] = relationship(lazy="raise_on_sql")

    __table_args__ = (sa.Index(None, "standing", "received_at"),)


class ThankYou(PublicId, DemoFlag, TeamScoped, Base):
    """One letter of thanks that a mission owes; unsent until `sent_at`."""

    __tablename__ = "thank_yous"

    id: Mapped[Id]
    mission_id: Mapped[int] = mapped_column(sa.ForeignKey("missions.id", ondelete="CASCADE"))
    item_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("agenda_items.id", ondelete="SET NULL"), index=True
    )
    contact_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("contacts.id", ondelete="CASCADE"), index=True
    )
    person_name: Mapped[str]
    sender_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    sender_name: Mapped[str | None]
    language: Mapped[str] = mapped_column(sa.String(12))
    honorific: Mapped[str | None]
    text: Mapped[str]
    due_on: Mapped[date | None]
    sent_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    contact: Mapped[Contact | None] = relationship(lazy="raise_on_sql")
    item: Mapped[AgendaItem | None] = relationship(lazy="raise_on_sql")
    sender: Mapped[User | None] = relationship(lazy="raise_on_sql")

    __table_args__ = (sa.UniqueConstraint("mission_id", "contact_id"),)


class LetterTemplate(Base):
    """An office's own wording of a letter in one language, with placeholders in braces."""

    __tablename__ = "letter_templates"

    kind: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    language: Mapped[str] = mapped_column(sa.String(12), primary_key=True)
    text: Mapped[str]
    changed_at: Mapped[datetime]


class GiftDirection(enum.StrEnum):
    """Who gave."""

    GIVEN = "given"
    RECEIVED = "received"


class Gift(PublicId, DemoFlag, TeamScoped, Base):
    """An entry of the register of gifts and hospitality."""

    __tablename__ = "gifts"

    id: Mapped[Id]
    mission_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("missions.id", ondelete="SET NULL"), index=True
    )
    item_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("agenda_items.id", ondelete="SET NULL"), index=True
    )
    direction: Mapped[GiftDirection] = mapped_column(coded(GiftDirection))
    organization_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("organizations.id", ondelete="SET NULL"), index=True
    )
    contact_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("contacts.id", ondelete="SET NULL"), index=True
    )
    person_name: Mapped[str | None]
    our_person: Mapped[str | None]
    description: Mapped[str]
    value_amount: Mapped[int | None] = mapped_column(sa.BigInteger)
    currency: Mapped[str | None] = mapped_column(sa.String(3))
    given_on: Mapped[date | None]
    disposition: Mapped[str | None]
    recorded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    created_at: Mapped[datetime]

    organization: Mapped[Organization | None] = relationship(lazy="raise_on_sql")
    contact: Mapped[Contact | None] = relationship(lazy="raise_on_sql")
    item: Mapped[AgendaItem | None] = relationship(lazy="raise_on_sql")
