"""Running late: an evening's items are shifted together, and back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.missions.clocks import evening_zone, same_day
from crm.missions.course import OPEN
from crm.missions.rules import must_write
from models.agenda import AgendaItem
from models.errors import ConflictError, DomainError, N_
from models.mission import Mission
from models.user import Actor

LATEST_SHIFT = 24 * 60


@dataclass(frozen=True, slots=True)
class Shifted:
    """Items that were shifted, by public id, with the version each had then."""

    minutes: int
    items: tuple[tuple[str, int], ...]


def shift_items(
    session: Session,
    item: AgendaItem,
    minutes: int,
    *,
    actor: Actor,
    now: datetime,
) -> Shifted:
    """Running late: shift an item and what follows on the same evening and is not over.

    An item that the actor cannot see stays where it is; its own people are told by it.

    Raises:
        DomainError: the item has no hour, or so many minutes cannot be meant.
    """
    must_write(actor)
    if not 0 < abs(minutes) <= LATEST_SHIFT:
        raise DomainError(N_("Shift it by at most a day."), field="minutes")
    if item.starts_at is None:
        raise DomainError(N_("This item has no hour that could be shifted."))
    mission = session.get_one(Mission, item.mission_id)
    session.refresh(mission, ["markets"])
    clock = evening_zone(mission, otherwise=actor.office_time_zone)
    following = session.scalars(
        sa.select(AgendaItem)
        .where(
            AgendaItem.mission_id == item.mission_id,
            AgendaItem.starts_at >= item.starts_at,
            AgendaItem.starts_at < item.starts_at + timedelta(days=1),
            AgendaItem.standing.in_(OPEN),
        )
        .order_by(AgendaItem.starts_at, AgendaItem.id)
    ).all()
    late = [
        one
        for one in following
        if one.starts_at is not None and same_day(one.starts_at, item.starts_at, clock)
    ]
    if not late:
        raise DomainError(N_("Nothing of this evening can be shifted: all of it is over."))
    return _shift(session, late, minutes)


def shift_back(
    session: Session,
    mission: Mission,
    shifted: Shifted,
    *,
    actor: Actor,
    now: datetime,
) -> Shifted:
    """Undo a shift: all of its items, or none.

    Raises:
        ConflictError: somebody changed one of them since.
    """
    must_write(actor)
    versions = dict(shifted.items)
    items = session.scalars(
        sa.select(AgendaItem)
        .where(
            AgendaItem.mission_id == mission.id,
            AgendaItem.public_id.in_(versions),
            AgendaItem.starts_at.is_not(None),
        )
        .order_by(AgendaItem.starts_at, AgendaItem.id)
    ).all()
    if len(items) != len(versions) or any(
        one.version != versions[one.public_id] or one.standing not in OPEN for one in items
    ):
        raise ConflictError(
            N_("Something of this evening was changed since. Shift it anew, or change one item.")
        )
    if not 0 < abs(shifted.minutes) <= LATEST_SHIFT:
        raise DomainError(N_("Shift it by at most a day."), field="minutes")
    return _shift(session, items, -shifted.minutes)


def _shift(session: Session, items: Iterable[AgendaItem], minutes: int) -> Shifted:
    by = timedelta(minutes=minutes)
    done = []
    for item in items:
        assert item.starts_at is not None
        item.starts_at += by
        if item.ends_at is not None:
            item.ends_at += by
        item.version += 1
        done.append((item.public_id, item.version))
    session.flush()
    return Shifted(minutes, tuple(done))
