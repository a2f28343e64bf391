"""Commands on saved views. Whoever saved a view changes it; who may see it is said in `queries`."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.errors import DomainError, ForbiddenError, N_
from models.report import SavedView
from models.user import Actor, Role

LONGEST_NAME = 80
MOST_VIEWS = 100


def save_view(
    session: Session,
    *,
    place: str,
    name: str,
    query: str,
    is_shared: bool,
    actor: Actor,
    now: datetime,
) -> SavedView:
    """Keep a list under a name; one's own view of that name takes the new filters.

    Raises:
        DomainError: there is no name, it is too long, or there are too many views.
        ForbiddenError: the command line, which is nobody, or a partner who would share.
    """
    name = _checked(name)
    _check_sharing(actor, is_shared=is_shared)
    if actor.id is None:
        raise ForbiddenError
    own = sa.select(SavedView).where(SavedView.owner_id == actor.id, SavedView.place == place)
    found = session.scalars(own.where(SavedView.name == name)).one_or_none()
    if found is None:
        count = session.scalar(sa.select(sa.func.count()).select_from(own.subquery())) or 0
        if count >= MOST_VIEWS:
            raise DomainError(
                N_("You have %(count)s views of this list. Delete one first."),
                field="name",
                count=count,
            )
        found = SavedView(place=place, name=name, owner_id=actor.id, created_at=now)
        session.add(found)
    found.query, found.is_shared = query, is_shared
    session.flush()
    return found


def change_view(
    session: Session, view: SavedView, *, name: str, is_shared: bool, actor: Actor
) -> None:
    """Call a view otherwise, and say who sees it.

    Raises:
        DomainError: no name, or another of one's views of this list has it.
        ForbiddenError: it is somebody else's.
    """
    _check_owner(view, actor)
    name = _checked(name)
    _check_sharing(actor, is_shared=is_shared)
    taken = session.scalar(
        sa.select(SavedView.id).where(
            SavedView.owner_id == view.owner_id,
            SavedView.place == view.place,
            SavedView.name == name,
            SavedView.id != view.id,
        )
    )
    if taken is not None:
        raise DomainError(N_("You have a view of this name."), field="name")
    view.name, view.is_shared = name, is_shared


def delete_view(session: Session, view: SavedView, *, actor: Actor) -> None:
    """Delete a view.

    Raises:
        ForbiddenError: it is somebody else's.
    """
    _check_owner(view, actor)
    session.delete(view)


def _check_owner(view: SavedView, actor: Actor) -> None:
    if actor.id is None or view.owner_id != actor.id:
        raise ForbiddenError


def _check_sharing(actor: Actor, *, is_shared: bool) -> None:
    # A partner is of another office: what colleagues name their views is not for them either.
    if is_shared and actor.role is Role.PARTNER:
        raise ForbiddenError


def _checked(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise DomainError(N_("Give it a name."), field="name")
    if len(name) > LONGEST_NAME:
        raise DomainError(
            N_("A name has at most %(count)s letters."), field="name", count=LONGEST_NAME
        )
    return name
