"""Which saved views somebody sees: their own, and those that colleagues share."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from models.errors import NotFoundError
from models.report import SavedView
from models.user import Actor, Role


def list_views(session: Session, actor: Actor, place: str) -> Sequence[SavedView]:
    """The views of a list: one's own first, each by name, with whose they are."""
    statement = (
        sa.select(SavedView)
        .where(SavedView.place == place, _may_see(actor))
        .options(joinedload(SavedView.owner))
        .order_by(sa.case((SavedView.owner_id == actor.id, 0), else_=1), SavedView.name)
    )
    return session.scalars(statement).all()


def get_view(session: Session, actor: Actor, public_id: str) -> SavedView:
    """A view that somebody may see.

    Raises:
        NotFoundError: there is none, or it is somebody else's and private.
    """
    statement = sa.select(SavedView).where(SavedView.public_id == public_id, _may_see(actor))
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def _may_see(actor: Actor) -> Any:
    own = SavedView.owner_id == actor.id
    if actor.role is Role.PARTNER:
        return own
    return sa.or_(own, SavedView.is_shared)
