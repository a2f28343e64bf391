"""Which saved views somebody sees, and which of them a list opens with for them."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from models.errors import NotFoundError
from models.report import DefaultView, SavedView
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
    found = find_view(session, actor, public_id)
    if found is None:
        raise NotFoundError
    return found


def find_view(session: Session, actor: Actor, public_id: str) -> SavedView | None:
    """The same with whose it is, or None."""
    statement = (
        sa.select(SavedView)
        .where(SavedView.public_id == public_id, _may_see(actor))
        .options(joinedload(SavedView.owner))
    )
    return session.scalars(statement).one_or_none()


def find_default(session: Session, actor: Actor, place: str) -> SavedView | None:
    """The view that a list opens with for somebody, as long as they may see it."""
    statement = (
        sa.select(SavedView)
        .join(DefaultView, DefaultView.view_id == SavedView.id)
        .where(DefaultView.user_id == actor.id, DefaultView.place == place, _may_see(actor))
    )
    return session.scalars(statement).one_or_none()


def _may_see(actor: Actor) -> Any:
    own = SavedView.owner_id == actor.id
    if actor.role is Role.PARTNER:
        return own
    return sa.or_(own, SavedView.is_shared)
