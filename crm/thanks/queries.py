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
from crm.web.paging import Order, Page, fetch_page
from models.agenda import AgendaAttendee, AgendaItem, AgendaSide, AgendaStanding
from models.card import Card, CardSorting, Gift, GiftDirection, LetterTemplate, ThankYou
from models.contact import Contact
from models.errors import NotFoundError
from models.mission import Delegate, DelegateRole, Mission
from models.organization import Organization
from models.user import User

MOST = 500
PAGE = 50


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

    Who sat at several tables was met at the first.
    """
    found: dict[Any, Met] = {}
    zone_name = market_zone(mission, otherwise=otherwise)
    for item in _held_items(session, mission):
        sender_id, sender_name = _sender(item, mission)
        for one in item.attendees:
            if one.side is not AgendaSide.THEIRS or (one.contact is None and not one.name):
                continue
            company = one.organization or (one.contact.organization if one.contact else None)
            key = one.contact.id if one.contact else (one.name, item.id)
            found.setdefault(
                key,
                Met(
                    one.contact,
                    one.contact.printed_name if one.contact else one.name or "",
                    company.name if company else "",
                    market_day(item, zone_name),
                    item,
                    sender_id,
                    sender_name,
                ),
            )
    clock = evening_zone(mission, otherwise=otherwise)
    for card in _kept_cards(session, mission):
        if card.contact is None:
            continue
        company = card.contact.organization
        found.setdefault(
            card.contact.id,
            Met(
                card.contact,
                card.contact.printed_name,
                company.name if company else "",
                today(card.taken_at, clock),
                card.item,
                card.taken_by_id,
                None,
            ),
        )
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


@dataclass(frozen=True, slots=True)
class GiftFilter:
    """Which gifts a list shows."""

    direction: GiftDirection | None = None
    year: int | None = None
    mission: str | None = None


def read_gift_filter(args: Mapping[str, str]) -> GiftFilter:
    """The filter in an address; what it cannot mean is left out."""
    direction, year = args.get("direction", ""), args.get("year", "")
    is_year = len(year) == 4 and year.isascii() and year.isdigit() and "1900" <= year <= "2200"
    return GiftFilter(
        GiftDirection(direction) if direction in set(GiftDirection) else None,
        int(year) if is_year else None,
        args.get("mission") or None,
    )


def select_gifts(chosen: GiftFilter, *columns: Any) -> Any:
    """The gifts of a list, with whom they are of and where they were given."""
    statement = (
        sa.select(
            Gift.public_id,
            Gift.direction,
            Gift.person_name,
            Gift.our_person,
            Gift.description,
            Gift.value_amount,
            Gift.currency,
            Gift.given_on,
            Gift.disposition,
            Gift.team_id,
            Gift.is_demo,
            Mission.public_id.label("mission_id"),
            Mission.name.label("mission_name"),
            AgendaItem.title.label("item_title"),
            Organization.public_id.label("organization_id"),
            Organization.name.label("organization_name"),
            Organization.native_name.label("organization_native"),
            Organization.native_language.label("organization_language"),
            *columns,
        )
        .select_from(Gift)
        .outerjoin(Mission, Mission.id == Gift.mission_id)
        .outerjoin(AgendaItem, AgendaItem.id == Gift.item_id)
        .outerjoin(Organization, Organization.id == Gift.organization_id)
    )
    if chosen.direction is not None:
        statement = statement.where(Gift.direction == chosen.direction)
    if chosen.year is not None:
        first, last = date(chosen.year, 1, 1), date(chosen.year, 12, 31)
        statement = statement.where(Gift.given_on >= first, Gift.given_on <= last)
    if chosen.mission is not None:
        statement = statement.where(Mission.public_id == chosen.mission)
    return statement


def list_gifts(session: Session, chosen: GiftFilter, *, cursor: str | None) -> Page[Any]:
    """A page of gifts, the latest first, those of unknown day last."""
    return fetch_page(
        session,
        select_gifts(chosen),
        Order(Gift.given_on, Gift.public_id, is_descending=True, may_be_unknown=True),
        size=PAGE,
        cursor=cursor,
        value_key="given_on",
    )


def get_gift(session: Session, public_id: str) -> Gift:
    """One gift with its organization.

    Raises:
        NotFoundError: there is none that the viewer may see.
    """
    found = session.scalars(
        sa.select(Gift)
        .where(Gift.public_id == public_id)
        .options(
            joinedload(Gift.organization),
            joinedload(Gift.item).joinedload(AgendaItem.mission),
            joinedload(Gift.contact),
        )
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def list_mission_choices(session: Session) -> list[tuple[str, str]]:
    """Missions by public id and name, the latest first."""
    rows = session.execute(
        sa.select(Mission.public_id, Mission.name)
        .order_by(Mission.starts_on.is_(None), Mission.starts_on.desc(), Mission.id.desc())
        .limit(200)
    )
    return [(public_id, name) for public_id, name in rows]


def list_gift_years(session: Session) -> list[int]:
    """The years in which gifts were given, the latest first."""
    days = session.scalars(sa.select(Gift.given_on).where(Gift.given_on.is_not(None)).distinct())
    return sorted({day.year for day in days if day is not None}, reverse=True)


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


def find_mission(session: Session, public_id: str | None) -> Mission | None:
    """A mission that a form names, if the viewer may see it."""
    if not public_id:
        return None
    return session.scalars(sa.select(Mission).where(Mission.public_id == public_id)).one_or_none()


def find_item(session: Session, public_id: str | None) -> AgendaItem | None:
    """An agenda item that a link names, if the viewer may see it."""
    if not public_id:
        return None
    return session.scalars(
        sa.select(AgendaItem)
        .where(AgendaItem.public_id == public_id)
        .options(joinedload(AgendaItem.mission), joinedload(AgendaItem.organization))
    ).one_or_none()


def find_mission_by_key(session: Session, key: int | None) -> Mission | None:
    """The mission of a record, if the viewer may see it."""
    return session.get(Mission, key) if key is not None else None
