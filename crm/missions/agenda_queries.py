"""The agenda as its pages show it: items with everybody who attends, and who is busy when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from crm.missions.cautions import end_of
from crm.missions.clocks import market_day
from crm.missions.course import OPEN
from models.agenda import AgendaAttendee, AgendaItem, AgendaMaterial, AgendaNote, AgendaStanding
from models.contact import Contact
from models.errors import NotFoundError
from models.lead import Lead
from models.mission import Delegate, Mission


def item_options(*, with_notes: bool = False) -> list[Any]:
    """What a page of items loads with them; each collection costs one query, however many items."""
    attendees = selectinload(AgendaItem.attendees)
    found = [
        joinedload(AgendaItem.lead).joinedload(Lead.organization),
        joinedload(AgendaItem.organization),
        joinedload(AgendaItem.programme),
        joinedload(AgendaItem.interaction),
        joinedload(AgendaItem.owner),
        attendees.joinedload(AgendaAttendee.delegate),
        attendees.joinedload(AgendaAttendee.contact).joinedload(Contact.organization),
        attendees.joinedload(AgendaAttendee.organization),
        selectinload(AgendaItem.offered_times),
        selectinload(AgendaItem.materials),
    ]
    if with_notes:
        found.append(selectinload(AgendaItem.notes).joinedload(AgendaNote.author))
    return found


def list_items(
    session: Session, mission: Mission, *, with_notes: bool = False
) -> Sequence[AgendaItem]:
    """The items of a mission that the viewer sees: by their hour, then the ones without."""
    return session.scalars(
        sa.select(AgendaItem)
        .where(AgendaItem.mission_id == mission.id)
        .options(*item_options(with_notes=with_notes))
        .order_by(
            AgendaItem.starts_at.is_(None),
            AgendaItem.starts_at,
            AgendaItem.happens_on.is_(None),
            AgendaItem.happens_on,
            AgendaItem.id,
        )
    ).all()


def get_item(session: Session, public_id: str) -> AgendaItem:
    """One item with its mission, its people, its papers and everybody's notes.

    Raises:
        NotFoundError: there is none that the viewer may see.
    """
    found = session.scalars(
        sa.select(AgendaItem)
        .join(Mission, Mission.id == AgendaItem.mission_id)
        .where(AgendaItem.public_id == public_id)
        .options(
            joinedload(AgendaItem.mission).options(
                selectinload(Mission.markets), selectinload(Mission.offices)
            ),
            *item_options(with_notes=True),
        )
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def get_material(session: Session, item: AgendaItem, public_id: str) -> AgendaMaterial:
    """One paper of an item.

    Raises:
        NotFoundError: there is none that the viewer may see.
    """
    found = session.scalars(
        sa.select(AgendaMaterial).where(
            AgendaMaterial.item_id == item.id, AgendaMaterial.public_id == public_id
        )
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found


@dataclass(frozen=True, slots=True)
class Day:
    """The items of one day in the market; None are those whose day nobody knows."""

    on: date | None
    items: Sequence[AgendaItem]


def by_day(items: Sequence[AgendaItem], zone_name: str) -> list[Day]:
    """The items by their day in the market, those without an hour first; unknown days last."""
    days: dict[date | None, list[AgendaItem]] = {}
    for item in items:
        days.setdefault(market_day(item, zone_name), []).append(item)
    known = sorted(day for day in days if day is not None)
    return [
        Day(day, sorted(days[day], key=lambda item: item.starts_at is not None))
        for day in (*known, *([None] if None in days else []))
    ]


@dataclass(frozen=True, slots=True)
class Busy:
    """A stretch of time in which somebody of ours is at another item."""

    starts_at: datetime
    ends_at: datetime


def list_busy(session: Session, item: AgendaItem) -> list[Busy]:
    """When our people of an item are at other items, on this mission or another.

    Nobody named means everybody: then all other items of the mission count. What the viewer
    cannot see is unknown to them here as everywhere.
    """
    ours = [one for one in item.attendees if one.delegate is not None]
    statement = sa.select(AgendaItem).where(
        AgendaItem.id != item.id,
        AgendaItem.starts_at.is_not(None),
        AgendaItem.standing.in_((*OPEN, AgendaStanding.HELD)),
    )
    if ours:
        delegate_ids = [one.delegate_id for one in ours]
        user_ids = [one.delegate.user_id for one in ours if one.delegate and one.delegate.user_id]
        theirs = (
            sa.select(AgendaAttendee.item_id)
            .join(Delegate, Delegate.id == AgendaAttendee.delegate_id)
            .where(sa.or_(Delegate.id.in_(delegate_ids), Delegate.user_id.in_(user_ids)))
        )
        statement = statement.where(AgendaItem.id.in_(theirs))
    else:
        statement = statement.where(AgendaItem.mission_id == item.mission_id)
    return [
        Busy(one.starts_at, ends_at)
        for one in session.scalars(statement)
        if one.starts_at is not None and (ends_at := end_of(one)) is not None
    ]


@dataclass(frozen=True, slots=True)
class MyItem:
    """The next item of somebody's missions, as my day lists it."""

    public_id: str
    title: str
    kind: Any
    standing: AgendaStanding
    starts_at: datetime
    time_zone: str | None
    video_link: str | None
    is_demo: bool
    mission_id: str
    mission_name: str
    home_zone: str | None
    market_zone: str | None


def list_my_items(
    session: Session, user_id: int | None, *, since: datetime, until: datetime, limit: int = 6
) -> list[MyItem]:
    """The next items of missions where somebody is a delegate or the owner."""
    if user_id is None:
        return []
    delegated = sa.select(Delegate.mission_id).where(Delegate.user_id == user_id)
    rows = session.execute(
        sa.select(
            AgendaItem.public_id,
            AgendaItem.title,
            AgendaItem.kind,
            AgendaItem.standing,
            AgendaItem.starts_at,
            AgendaItem.time_zone,
            AgendaItem.video_link,
            AgendaItem.is_demo,
            Mission.public_id.label("mission_id"),
            Mission.name.label("mission_name"),
            Mission.home_zone,
            Mission.market_zone,
        )
        .join(Mission, Mission.id == AgendaItem.mission_id)
        .where(
            AgendaItem.standing.in_(OPEN),
            AgendaItem.starts_at >= since,
            AgendaItem.starts_at < until,
            sa.or_(Mission.owner_id == user_id, Mission.id.in_(delegated)),
        )
        .order_by(AgendaItem.starts_at, AgendaItem.id)
        .limit(limit)
    )
    return [MyItem(**row._mapping) for row in rows]
