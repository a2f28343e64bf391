"""Missions of mine whose items still wait for a word."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.missions.course import OPEN
from models.agenda import AgendaItem, AgendaStanding
from models.mission import Mission
from models.user import Actor

# Beyond, nobody remembers what was said.
_FOR = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A mission, and how many of its items that have begun nobody spoke of yet."""

    public_id: str
    name: str
    items: int


def list_waiting(session: Session, actor: Actor, *, now: datetime) -> list[Waiting]:
    """The missions the actor looks after with items of the last month to debrief."""
    if actor.id is None or not actor.may_write:
        return []
    unsaid = sa.or_(
        AgendaItem.standing.in_(OPEN),
        sa.and_(AgendaItem.standing == AgendaStanding.HELD, AgendaItem.outcome.is_(None)),
    )
    rows = session.execute(
        sa.select(Mission.public_id, Mission.name, sa.func.count(AgendaItem.id))
        .join(AgendaItem, AgendaItem.mission_id == Mission.id)
        .where(
            Mission.owner_id == actor.id,
            AgendaItem.starts_at < now,
            AgendaItem.starts_at >= now - _FOR,
            unsaid,
        )
        .group_by(Mission.public_id, Mission.name)
        .order_by(Mission.name, Mission.public_id)
        .limit(5)
    )
    return [Waiting(*row) for row in rows]
