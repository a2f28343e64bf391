"""Commands on saved views. Whoever saved a view changes it; who may see it is said in `queries`."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.errors import ConflictError, DomainError, ForbiddenError, N_
from models.report import DefaultView, SavedView
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
    expected_version: int | None = None,
) -> SavedView:
    """Keep a list under a name.

    With `expected_version` it replaces one's own view of that name, as it was read at that
    version.

    Raises:
        DomainError: there is no name, it is too long, or there are too many views.
        ConflictError: there is a view of that name that would be lost, or what was to be replaced
            has changed.
        ForbiddenError: the command line, which is nobody, or a partner who would share.
    """
    name = _checked(name)
    _check_sharing(actor, is_shared=is_shared)
    if actor.id is None:
        raise ForbiddenError
    found = find_own(session, actor, place, name)
    if found is not None:
        _check_replaced(found, expected_version)
        found.version += 1
    else:
        if expected_version is not None:
            raise ConflictError(
                N_(
                    "The view “%(name)s” was renamed or deleted since you opened it. Nothing was"
                    " saved: save this list again to keep it as a new view."
                ),
                name=name,
            )
        found = _new_view(session, place, name, actor, now)
    found.query = query
    _share(session, found, is_shared=is_shared)
    session.flush()
    return found


def find_own(session: Session, actor: Actor, place: str, name: str) -> SavedView | None:
    """One's own view of a list that bears a name."""
    own = sa.select(SavedView).where(SavedView.owner_id == actor.id, SavedView.place == place)
    return session.scalars(own.where(SavedView.name == _plain(name))).one_or_none()


def change_view(
    session: Session,
    view: SavedView,
    *,
    name: str,
    is_shared: bool,
    actor: Actor,
    expected_version: int | None = None,
) -> None:
    """Call a view otherwise, and say who sees it.

    Raises:
        DomainError: no name, or another of one's views of this list has it.
        ConflictError: it has changed since `expected_version`.
        ForbiddenError: it is somebody else's.
    """
    _check_owner(view, actor)
    _check_version(view, expected_version)
    name = _checked(name)
    _check_sharing(actor, is_shared=is_shared)
    taken = find_own(session, actor, view.place, name)
    if taken is not None and taken.id != view.id:
        raise DomainError(N_("You have a view of this name."), field="name")
    if (view.name, view.is_shared) == (name, is_shared):
        return
    view.name = name
    view.version += 1
    _share(session, view, is_shared=is_shared)


def delete_view(
    session: Session, view: SavedView, *, actor: Actor, expected_version: int | None = None
) -> None:
    """Delete a view; a list that opened with it opens plainly.

    Raises:
        ConflictError: it has changed since `expected_version`.
        ForbiddenError: it is somebody else's.
    """
    _check_owner(view, actor)
    _check_version(view, expected_version)
    for default in _defaults_of(session, view):
        session.delete(default)
    session.flush()
    session.delete(view)


def open_with(session: Session, view: SavedView, *, actor: Actor) -> None:
    """Let the view's list open with it from now on, for whoever asks."""
    if actor.id is None:
        raise ForbiddenError
    found = _find_default(session, actor, view.place)
    if found is None:
        session.add(DefaultView(user_id=actor.id, place=view.place, view_id=view.id))
    else:
        found.view_id = view.id
    session.flush()


def open_plainly(session: Session, place: str, *, actor: Actor) -> None:
    """Let a list open without a view again."""
    found = _find_default(session, actor, place)
    if found is not None:
        session.delete(found)


def _find_default(session: Session, actor: Actor, place: str) -> DefaultView | None:
    return session.scalars(
        sa.select(DefaultView).where(DefaultView.user_id == actor.id, DefaultView.place == place)
    ).one_or_none()


def _defaults_of(session: Session, view: SavedView) -> list[DefaultView]:
    statement = sa.select(DefaultView).where(DefaultView.view_id == view.id)
    return list(session.scalars(statement))


def _new_view(session: Session, place: str, name: str, actor: Actor, now: datetime) -> SavedView:
    own = sa.select(SavedView.id).where(SavedView.owner_id == actor.id, SavedView.place == place)
    count = session.scalar(sa.select(sa.func.count()).select_from(own.subquery())) or 0
    if count >= MOST_VIEWS:
        raise DomainError(
            N_("You have %(count)s views of this list. Delete one first."),
            field="name",
            count=count,
        )
    found = SavedView(place=place, name=name, query="", owner_id=actor.id, created_at=now)
    found.version = 1
    found.is_shared = False
    session.add(found)
    return found


def _share(session: Session, view: SavedView, *, is_shared: bool) -> None:
    if view.is_shared and not is_shared:
        # Shared again one day, it shall not open the lists of colleagues by surprise.
        for default in _defaults_of(session, view):
            if default.user_id != view.owner_id:
                session.delete(default)
    view.is_shared = is_shared


def _check_replaced(view: SavedView, expected: int | None) -> None:
    if expected is None:
        raise ConflictError(
            N_(
                "You have a view “%(name)s” already. Replace it, or choose another name.",
            ),
            field="name",
            name=view.name,
        )
    _check_version(view, expected)


def _check_version(view: SavedView, expected: int | None) -> None:
    if expected is not None and expected != view.version:
        raise ConflictError(
            N_(
                "The view “%(name)s” was changed since you opened it, in another window. Nothing"
                " was saved: look at what it holds now."
            ),
            name=view.name,
        )


def _check_owner(view: SavedView, actor: Actor) -> None:
    if actor.id is None or view.owner_id != actor.id:
        raise ForbiddenError


def _check_sharing(actor: Actor, *, is_shared: bool) -> None:
    # A partner is of another office: what colleagues name their views is not for them either.
    if is_shared and actor.role is Role.PARTNER:
        raise ForbiddenError


def _plain(name: str) -> str:
    return " ".join(name.split())


def _checked(name: str) -> str:
    name = _plain(name)
    if not name:
        raise DomainError(N_("Give it a name."), field="name")
    if len(name) > LONGEST_NAME:
        raise DomainError(
            N_("A name has at most %(count)s letters."), field="name", count=LONGEST_NAME
        )
    return name
