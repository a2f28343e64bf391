"""Commands on pairs: not the same, the one belongs to the other."""

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.organizations.parts import RelationDetails, relate
from models.duplicate import DistinctPair
from models.errors import ForbiddenError
from models.organization import Organization, RelationKind
from models.user import Actor


def say_distinct(
    session: Session, one: Organization, other: Organization, *, actor: Actor, now: datetime
) -> None:
    """Remember that the two are not the same, so that nobody is asked again.

    Raises:
        ForbiddenError: the actor only reads.
    """
    if not actor.may_write:
        raise ForbiddenError
    low, high = sorted((one.id, other.id))
    if low != high and session.get(DistinctPair, (low, high)) is None:
        session.add(
            DistinctPair(organization_id=low, other_id=high, actor_id=actor.id, decided_at=now)
        )
        session.flush()


def say_subsidiary(
    session: Session, child: Organization, parent: Organization, *, actor: Actor
) -> None:
    """Say that the first belongs to the second.

    Raises:
        DomainError: it is said already, either way.
        ForbiddenError: the actor only reads.
    """
    relate(session, child, parent, RelationDetails(RelationKind.SUBSIDIARY), actor=actor)


def remember_distinct(
    session: Session,
    organization: Organization,
    public_ids: Iterable[str],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Keep what was said of others while this one was entered, as far as the actor sees them."""
    wanted = sorted(set(public_ids))[:50]
    if not wanted:
        return
    for other in session.scalars(sa.select(Organization).where(Organization.public_id.in_(wanted))):
        say_distinct(session, organization, other, actor=actor, now=now)
