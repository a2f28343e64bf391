"""What the pages of letters and gifts read: whom a mission met, and who is thanked already."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from crm.missions.clocks import evening_zone, market_day, market_zone
from crm.thanks.wording import KIND, SHIPPED
from crm.timezones import today
from models.agenda import AgendaAttendee, AgendaItem, AgendaSide, AgendaStanding
from models.card import Card, CardSorting, LetterTemplate, ThankYou
from models.contact import Contact
from models.errors import NotFoundError
from models.mission import Delegate, DelegateRole, Mission
from models.user import User

MOST = 500


@dataclass(frozen=True, slots=True)
class Met:
    """Somebody who was met on a mission: a contact, or a name on no record."""

    contact: Contact | None
    name: str
    company: str
    day: date | None
    item: AgendaItem | None
    sender_id: int | None
    sender_name: str | None


def load_mission(session: Session, public_id: str) -> Mission:
    """A mission with its markets.

    Raises:
        NotFoundError: there is none that the viewer may see.
    """
    found = session.scalars(
        sa.select(Mission)
        .where(Mission.public_id == public_id)
        .options(selectinload(Mission.markets))
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def list_met(session: Session, mission: Mission, *, otherwise: str) -> list[Met]:
    """Everybody of the other side at items that were held, and whose card was kept; each once.

    Who sat at several tables was met at the first: at the first open one, if there is one. A
    letter that a team keeps to itself would tell others of itself by being in the way of theirs.
    """
    met: list[tuple[int | None, Any, Met]] = []
    zone_name = market_zone(mission, otherwise=otherwise)
    for item in _held_items(session, mission):
        sender_id, sender_name = _sender(item, mission)
        for one in item.attendees:
            if one.side is not AgendaSide.THEIRS or (one.contact is None and not one.name):
                continue
            company = one.organization or (one.contact.organization if one.contact else None)
            key = one.contact.id if one.contact else (one.name, item.id)
            table = Met(
                one.contact,
                one.contact.printed_name if one.contact else one.name or "",
                company.name if company else "",
                market_day(item, zone_name),
                item,
                sender_id,
                sender_name,
            )
            met.append((item.team_id, key, table))
    clock = evening_zone(mission, otherwise=otherwise)
    for card in _kept_cards(session, mission):
        if card.contact is None:
            continue
        company = card.contact.organization
        caught = Met(
            card.contact,
            card.contact.printed_name,
            company.name if company else "",
            today(card.taken_at, clock),
            card.item,
            card.taken_by_id,
            None,
        )
        met.append((card.team_id, card.contact.id, caught))
    found: dict[Any, Met] = {}
    for _team_id, key, who in sorted(met, key=lambda row: row[0] is not None):
        found.setdefault(key, who)
    return list(found.values())


def list_unthanked(
    session: Session, mission: Mission, letters: Sequence[ThankYou], *, otherwise: str
) -> list[Met]:
    """Those who were met and have no letter yet."""
    contacts = {letter.contact_id for letter in letters if letter.contact_id is not None}
    names = {
        (letter.person_name, letter.item_id) for letter in letters if letter.contact_id is None
    }
    return [
        one
        for one in list_met(session, mission, otherwise=otherwise)
        if (
            one.contact.id not in contacts
            if one.contact is not None
            else (one.name, one.item.id if one.item else None) not in names
        )
    ]


def list_letters(session: Session, mission: Mission) -> Sequence[ThankYou]:
    """The letters of a mission: unsent ones first, by the day they are due."""
    return session.scalars(
        select_letters(mission)
        .options(*letter_options())
        .order_by(ThankYou.sent_at.is_not(None), ThankYou.due_on.asc().nulls_last(), ThankYou.id)
        .limit(MOST)
    ).all()


def select_letters(mission: Mission) -> Any:
    """The letters that a mission owes."""
    return sa.select(ThankYou).where(ThankYou.mission_id == mission.id)


def letter_options() -> list[Any]:
    """What a page of letters loads with them."""
    return [
        joinedload(ThankYou.contact).joinedload(Contact.organization),
        joinedload(ThankYou.item),
        joinedload(ThankYou.sender).joinedload(User.office),
    ]


def get_letter(session: Session, public_id: str) -> ThankYou:
    """One letter.

    Raises:
        NotFoundError: there is none that the viewer may see.
    """
    found = session.scalars(
        sa.select(ThankYou).where(ThankYou.public_id == public_id).options(*letter_options())
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def find_letters(
    session: Session, mission: Mission, public_ids: Sequence[str]
) -> Sequence[ThankYou]:
    """The letters of a mission that a form ticked."""
    return session.scalars(
        select_letters(mission).where(ThankYou.public_id.in_(public_ids[:MOST]))
    ).all()


def load_templates(session: Session) -> dict[str, str]:
    """The wording of letters by language: the office's own where there is one."""
    own = {
        row.language: row.text
        for row in session.scalars(sa.select(LetterTemplate).where(LetterTemplate.kind == KIND))
    }
    return {**SHIPPED, **own}


def list_own_templates(session: Session) -> Mapping[str, datetime]:
    """The languages in which the office has wording of its own, and since when."""
    rows = session.execute(
        sa.select(LetterTemplate.language, LetterTemplate.changed_at).where(
            LetterTemplate.kind == KIND
        )
    )
    return {row.language: row.changed_at for row in rows}


def _held_items(session: Session, mission: Mission) -> Sequence[AgendaItem]:
    attendees = selectinload(AgendaItem.attendees)
    return session.scalars(
        sa.select(AgendaItem)
        .where(AgendaItem.mission_id == mission.id, AgendaItem.standing == AgendaStanding.HELD)
        .options(
            attendees.joinedload(AgendaAttendee.delegate),
            attendees.joinedload(AgendaAttendee.contact).joinedload(Contact.organization),
            attendees.joinedload(AgendaAttendee.organization),
        )
        .order_by(
            AgendaItem.starts_at.is_(None),
            AgendaItem.starts_at,
            AgendaItem.happens_on,
            AgendaItem.id,
        )
    ).all()


def _kept_cards(session: Session, mission: Mission) -> Sequence[Card]:
    return session.scalars(
        sa.select(Card)
        .where(
            Card.mission_id == mission.id,
            Card.contact_id.is_not(None),
            sa.or_(Card.sorting.is_(None), Card.sorting != CardSorting.DISCARD),
        )
        .options(joinedload(Card.contact).joinedload(Contact.organization), joinedload(Card.item))
        .order_by(Card.taken_at, Card.id)
        .limit(MOST)
    ).all()


_FIRST = (DelegateRole.LEAD, DelegateRole.CO_LEAD)


def _sender(item: AgendaItem, mission: Mission) -> tuple[int | None, str | None]:
    """Who of ours sat there: who led, else somebody of the house; else who owns the mission."""
    ours: list[Delegate] = [one.delegate for one in item.attendees if one.delegate is not None]
    for one in sorted(ours, key=lambda who: (who.role not in _FIRST, who.user_id is None)):
        if one.role in (*_FIRST, DelegateRole.MEMBER, DelegateRole.ORGANIZER):
            return one.user_id, None if one.user_id is not None else one.name
    return mission.owner_id, None


def find_mission_of(session: Session, letter: ThankYou) -> Mission:
    """The mission that a letter is owed for.

    Raises:
        NotFoundError: the viewer may not see it.
    """
    found = session.get(Mission, letter.mission_id)
    if found is None:
        raise NotFoundError
    return found
