"""What the pages of cards read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from crm.interactions.choice_queries import OPEN, Choice, native_name_of_lead
from crm.timezones import end_of_day, start_of_day, today
from crm.web.paging import Order, Page, fetch_page
from models.agenda import AgendaItem
from models.card import Card, CardStanding
from models.contact import Contact
from models.errors import NotFoundError
from models.interaction import StoredFile
from models.lead import Lead
from models.mission import Mission, MissionStanding
from models.organization import Organization
from models.user import Actor, User

PAGE = 25
_OF_THE_DAY = 300
_PERSONS = 5


def get_card(session: Session, public_id: str) -> Card:
    """One card with all that it led to.

    Raises:
        NotFoundError: there is none that the viewer may see.
    """
    found = session.scalars(
        sa.select(Card).where(Card.public_id == public_id).options(*card_options())
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def card_options() -> list[Any]:
    """What a page of cards loads with them."""
    return [
        joinedload(Card.mission).selectinload(Mission.markets),
        joinedload(Card.item),
        joinedload(Card.taken_by),
        joinedload(Card.front),
        joinedload(Card.back),
        joinedload(Card.contact),
        joinedload(Card.organization),
        joinedload(Card.interaction),
        joinedload(Card.lead),
        joinedload(Card.follow_up),
    ]


@dataclass(frozen=True, slots=True)
class DeskRow:
    """A card that waits to be typed."""

    public_id: str
    name: str | None
    note: str | None
    wish: Any
    taken_at: datetime
    received_at: datetime
    is_demo: bool
    taken_by: str | None
    mission_name: str | None
    front_id: str | None


def list_desk(
    session: Session, mission: Mission | None, *, cursor: str | None = None
) -> Page[DeskRow]:
    """The cards that wait to be typed, the longest waiting first."""
    statement: Any = (
        sa.select(
            Card.public_id,
            Card.name,
            Card.note,
            Card.wish,
            Card.taken_at,
            Card.received_at,
            Card.is_demo,
            User.name.label("taken_by"),
            Mission.name.label("mission_name"),
            StoredFile.public_id.label("front_id"),
        )
        .outerjoin(User, User.id == Card.taken_by_id)
        .outerjoin(Mission, Mission.id == Card.mission_id)
        .outerjoin(StoredFile, StoredFile.id == sa.func.coalesce(Card.front_id, Card.back_id))
        .where(Card.standing == CardStanding.TAKEN)
    )
    if mission is not None:
        statement = statement.where(Card.mission_id == mission.id)
    page = fetch_page(
        session,
        statement,
        Order(Card.received_at, Card.public_id),
        size=PAGE,
        cursor=cursor,
        value_key="received_at",
    )
    return Page([DeskRow(**row._mapping) for row in page.rows], page.next_cursor, page.is_first)


def find_next(session: Session, card: Card) -> str | None:
    """The card to type after this one: of the same mission first, the longest waiting."""
    return session.scalar(
        sa.select(Card.public_id)
        .where(Card.standing == CardStanding.TAKEN, Card.id != card.id)
        .order_by(
            sa.case((Card.mission_id == card.mission_id, 0), else_=1), Card.received_at, Card.id
        )
        .limit(1)
    )


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many cards wait, of a mission or of all."""

    to_type: int
    to_sort: int


def count_waiting(session: Session, mission: Mission | None = None) -> Waiting:
    """How many cards nobody has typed yet, and how many are typed but not sorted."""
    statement = sa.select(Card.standing, sa.func.count(Card.id)).group_by(Card.standing)
    if mission is not None:
        statement = statement.where(Card.mission_id == mission.id)
    counts = {row[0]: row[1] for row in session.execute(statement)}
    return Waiting(counts.get(CardStanding.TAKEN, 0), counts.get(CardStanding.TYPED, 0))


def list_days(session: Session, mission: Mission | None, zone_name: str) -> list[tuple[date, int]]:
    """The days on which cards were taken that are not sorted, the latest first."""
    statement = sa.select(Card.taken_at).where(Card.standing != CardStanding.SORTED)
    if mission is not None:
        statement = statement.where(Card.mission_id == mission.id)
    counts: dict[date, int] = {}
    for taken_at in session.scalars(statement):
        day = today(taken_at, zone_name)
        counts[day] = counts.get(day, 0) + 1
    return sorted(counts.items(), reverse=True)


def list_of_day(
    session: Session, mission: Mission | None, day: date, zone_name: str
) -> Sequence[Card]:
    """The cards of one day by their hour: sorted ones too, so that each can be undone."""
    statement = (
        sa.select(Card)
        .where(
            Card.taken_at >= start_of_day(day, zone_name),
            Card.taken_at < end_of_day(day, zone_name),
        )
        .options(*card_options())
        .order_by(Card.taken_at, Card.id)
        .limit(_OF_THE_DAY)
    )
    if mission is not None:
        statement = statement.where(Card.mission_id == mission.id)
    return session.scalars(statement).all()


@dataclass(frozen=True, slots=True)
class LeadChoices:
    """The open leads that the cards of a day may belong to: by their company, and others."""

    by_company: dict[int, list[Choice]]
    others: list[Choice]


def list_lead_choices(
    session: Session, cards: Sequence[Card], mission: Mission | None, actor: Actor
) -> LeadChoices:
    """Open leads of the cards' companies; and those of the mission's agenda and the actor's own."""
    companies = {card.organization_id for card in cards if card.organization_id is not None}
    columns: list[Any] = [
        Lead.organization_id,
        Lead.public_id,
        Lead.title.label("name"),
        *native_name_of_lead(),
        Lead.is_demo,
    ]
    mine: sa.ColumnElement[bool] = Lead.owner_id == actor.id
    if mission is not None:
        of_mission = sa.select(AgendaItem.lead_id).where(AgendaItem.mission_id == mission.id)
        mine = sa.or_(mine, Lead.id.in_(of_mission))
    found: dict[int, list[Choice]] = {}
    of_these = sa.select(*columns).outerjoin(Organization, Organization.id == Lead.organization_id)
    if companies:
        rows = session.execute(
            of_these.where(Lead.status.in_(OPEN), Lead.organization_id.in_(companies))
            .order_by(Lead.changed_at.desc(), Lead.id.desc())
            .limit(200)
        )
        for company, *rest in rows:
            found.setdefault(company, []).append(Choice(*rest))
    rows = session.execute(
        of_these.where(Lead.status.in_(OPEN), mine)
        .order_by(Lead.changed_at.desc(), Lead.id.desc())
        .limit(40)
    )
    others = [Choice(*rest) for _company, *rest in rows]
    return LeadChoices(found, others)


def find_lead(session: Session, public_id: str) -> Lead | None:
    """A lead by its public id, if the viewer may see it."""
    if not public_id:
        return None
    return session.scalars(sa.select(Lead).where(Lead.public_id == public_id)).one_or_none()


@dataclass(frozen=True, slots=True)
class MissionChoice:
    """A mission that a card may be taken on."""

    public_id: str
    name: str
    starts_on: date | None
    ends_on: date | None


def list_missions(session: Session, day: date) -> list[MissionChoice]:
    """Missions that may be under way: those around the day first, then the latest."""
    rows = session.execute(
        sa.select(Mission.public_id, Mission.name, Mission.starts_on, Mission.ends_on)
        .where(
            sa.or_(
                Mission.standing.is_(None),
                Mission.standing.in_((MissionStanding.PLANNED, MissionStanding.UNDER_WAY)),
                Mission.ends_on >= day - timedelta(days=14),
            ),
            sa.or_(Mission.starts_on.is_(None), Mission.starts_on >= day - timedelta(days=366)),
        )
        .order_by(Mission.starts_on.is_(None), Mission.starts_on.desc(), Mission.id.desc())
        .limit(40)
    )
    found = [MissionChoice(*row) for row in rows]
    return sorted(found, key=lambda one: not is_around(one, day))


def is_around(mission: MissionChoice, day: date) -> bool:
    """Whether a mission is under way on this day, give or take the day that zones differ by."""
    if mission.starts_on is None:
        return False
    last = mission.ends_on or mission.starts_on
    return mission.starts_on - timedelta(days=1) <= day <= last + timedelta(days=1)


def find_mission(session: Session, public_id: str | None) -> Mission | None:
    """A mission with its markets, if the viewer may see it."""
    if not public_id:
        return None
    return session.scalars(
        sa.select(Mission)
        .where(Mission.public_id == public_id)
        .options(selectinload(Mission.markets))
    ).one_or_none()


def find_item(session: Session, public_id: str | None) -> AgendaItem | None:
    """An agenda item, if the viewer may see it."""
    if not public_id:
        return None
    return session.scalars(
        sa.select(AgendaItem).where(AgendaItem.public_id == public_id)
    ).one_or_none()


def find_persons(session: Session, names: Sequence[str | None], email: str | None) -> list[Contact]:
    """People on file with this address or one of these names, at whatever company."""
    wanted = sorted({name.strip().lower() for name in names if name and name.strip()})
    conditions: list[sa.ColumnElement[bool]] = []
    if email and email.strip():
        conditions.append(sa.func.lower(Contact.email) == email.strip().lower())
    if wanted:
        conditions += [
            sa.func.lower(column).in_(wanted)
            for column in (Contact.printed_name, Contact.native_name, Contact.romanized_name)
        ]
    if not conditions:
        return []
    return list(
        session.scalars(
            sa.select(Contact)
            .where(sa.or_(*conditions))
            .options(joinedload(Contact.organization))
            .order_by(Contact.printed_name, Contact.id)
            .limit(_PERSONS)
        )
    )


def find_person(session: Session, public_id: str) -> Contact:
    """A contact that a form chose.

    Raises:
        NotFoundError: there is none that the viewer may see.
    """
    found = session.scalars(sa.select(Contact).where(Contact.public_id == public_id)).one_or_none()
    if found is None:
        raise NotFoundError
    return found
