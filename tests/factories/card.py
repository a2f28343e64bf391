"""Business cards, gifts and letters, made by the same commands as in the product."""

import io
import uuid
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from config import Config
from crm.cards.capture import CaptureDetails, take_card
from crm.cards.service import Words, type_card
from crm.contacts.service import ContactDetails
from crm.database import Database
from crm.thanks.gifts import About, GiftDetails, record_gift
from crm.thanks.service import propose_letters
from models.agenda import AgendaItem
from models.card import Card, Gift, GiftDirection, ThankYou
from models.contact import Contact
from models.mission import Mission
from models.organization import Organization
from models.user import LOCAL_ADMINISTRATOR, Actor

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
WORDS = Words(summary="Card of a sample", obtained_from="Business card")
# The smallest pictures that begin as they must.
JPEG = b"\xff\xd8\xff\xe0" + b"\x00" * 64
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\x00" * 32


def make_card(
    database: Database,
    config: Config | None = None,
    *,
    mission: Mission | None = None,
    item: AgendaItem | None = None,
    actor: Actor = LOCAL_ADMINISTRATOR,
    now: datetime = NOW,
    **values: Any,
) -> Card:
    """A card that was taken: by its name, unless photos are given (with `config`)."""
    details = CaptureDetails(
        **{
            "capture_key": str(uuid.uuid4()),
            "name": None if "front" in values else "SATO Sample",
            **{
                key: io.BytesIO(value) if type(value) is bytes else value
                for key, value in values.items()
            },
        }
    )
    with database.transaction(actor) as session:
        taken = take_card(
            session,
            details,
            mission=session.get_one(Mission, mission.id) if mission else None,
            item=session.get_one(AgendaItem, item.id) if item else None,
            config=config,  # type: ignore[arg-type]
            actor=actor,
            now=now,
        )
    with database.unscoped_reader(purpose="factory") as session:
        return session.scalars(sa.select(Card).where(Card.public_id == taken.public_id)).one()


def type_it(
    database: Database,
    card: Card,
    organization: Organization | None = None,
    *,
    contact: Contact | None = None,
    actor: Actor = LOCAL_ADMINISTRATOR,
    now: datetime = NOW,
    **values: Any,
) -> Contact:
    """What the card says, typed."""
    details = ContactDetails(**{"printed_name": "SATO Sample", **values})
    with database.transaction(actor) as session:
        return type_card(
            session,
            session.get_one(Card, card.id),
            details,
            WORDS,
            organization=session.get_one(Organization, organization.id) if organization else None,
            contact=session.get_one(Contact, contact.id) if contact else None,
            actor=actor,
            now=now,
        )


def reload_card(database: Database, card: Card) -> Card:
    """The card as it stands in the database now."""
    with database.unscoped_reader(purpose="factory") as session:
        return session.get_one(Card, card.id)


def make_gift(
    database: Database,
    *,
    organization: Organization | None = None,
    mission: Mission | None = None,
    item: AgendaItem | None = None,
    actor: Actor = LOCAL_ADMINISTRATOR,
    now: datetime = NOW,
    **values: Any,
) -> Gift:
    """An entry of the register of gifts; whatever is given replaces the default."""
    details = GiftDetails(
        **{
            "direction": GiftDirection.RECEIVED,
            "description": "A sample fan",
            "person_name": "SATO Sample",
            **values,
        }
    )
    with database.transaction(actor) as session:
        about = About(
            session.get_one(Organization, organization.id) if organization else None,
            session.get_one(Mission, mission.id) if mission else None,
            session.get_one(AgendaItem, item.id) if item else None,
        )
        return record_gift(session, details, about=about, actor=actor, now=now)


def write_letters(
    database: Database,
    mission: Mission,
    *,
    actor: Actor = LOCAL_ADMINISTRATOR,
    now: datetime = NOW,
) -> list[ThankYou]:
    """Letters of thanks to everybody whom the mission met."""
    with database.transaction(actor) as session:
        found = session.get_one(Mission, mission.id)
        return propose_letters(session, found, actor=actor, now=now)
