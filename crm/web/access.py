"""Who may call a view, said at the view as data, and refused by default."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from flask import Flask, abort, current_app, request
from flask_login import current_user

from models.errors import ForbiddenError
from models.user import Role

View = TypeVar("View", bound=Callable[..., Any])

ADMINS = frozenset({Role.ADMIN})
DIRECTORS = frozenset({Role.MANAGER, Role.ADMIN})
WRITERS = frozenset({Role.OFFICER, Role.MANAGER, Role.ADMIN})
STAFF = WRITERS | {Role.VIEWER}
EVERYBODY = STAFF | {Role.PARTNER}

_ATTRIBUTE = "allowed_roles"
PUBLIC: frozenset[Role] = frozenset()


def allow(roles: Iterable[Role]) -> Callable[[View], View]:
    """Let people with one of `roles` call the view."""

    def mark(view: View) -> View:
        setattr(view, _ATTRIBUTE, frozenset(roles))
        return view

    return mark


def public(view: View) -> View:
    """Let anybody call the view, signed in or not."""
    setattr(view, _ATTRIBUTE, PUBLIC)
    return view


def roles_of(app: Flask, endpoint: str) -> frozenset[Role] | None:
    """The roles an endpoint is open to: empty for a public one, None when nobody said."""
    if endpoint == "static" or endpoint.endswith(".static"):
        return PUBLIC
    return getattr(app.view_functions[endpoint], _ATTRIBUTE, None)


def guard() -> Any:
    """Refuse a request before its view: first who is asking, then whether the role allows it.

    It reads nothing of the record asked for, so that a refusal never tells whether there is one.
    """
    if request.endpoint is None:
        abort(404)
    roles = roles_of(current_app, request.endpoint)
    if roles is None:
        raise RuntimeError(f"Nobody said who may call {request.endpoint}.")
    if not roles:
        return None
    if not current_user.is_authenticated:
        return current_app.login_manager.unauthorized()  # type: ignore[attr-defined]
    if current_user.actor.role not in roles:
        raise ForbiddenError
    return None
