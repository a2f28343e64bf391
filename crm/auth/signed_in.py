"""The signed-in user as Flask-Login carries it: its id in the cookie is the session's token."""

from datetime import datetime

from flask import Flask, g, session
from flask_login import UserMixin, current_user

from crm.auth import service
from crm.extensions import login_manager
from crm.web.request import database, now, settings
from models.user import Actor


class SignedInUser(UserMixin):
    """Who is signed in, by which session."""

    def __init__(self, token: str, found: service.SignedIn | None = None) -> None:
        self._token = token
        self._found = found

    @classmethod
    def with_token(cls, token: str) -> "SignedInUser":
        """For handing a fresh session to Flask-Login; the next request loads the rest."""
        return cls(token)

    @property
    def actor(self) -> Actor:
        """Who acts."""
        return self._loaded.actor

    @property
    def session_id(self) -> int:
        """The key of the session."""
        return self._loaded.session_id

    @property
    def confirmed_at(self) -> datetime:
        """When the password was last typed in this session."""
        return self._loaded.confirmed_at

    @property
    def _loaded(self) -> service.SignedIn:
        if self._found is None:
            raise RuntimeError("The session was opened in this very request.")
        return self._found

    def get_id(self) -> str:
        """The token: the user's own key in the cookie could not be taken back."""
        return self._token


def install(app: Flask) -> None:
    """Load the signed-in user from the server's sessions at each request."""
    login_manager.init_app(app)
    login_manager.login_view = "auth.sign_in"
    login_manager.login_message = None
    login_manager.session_protection = None
    login_manager.user_loader(_load)
    app.before_request(_note_seen)


def _load(token: str) -> SignedInUser | None:
    with database().unscoped_reader(purpose="signing in") as reading:
        found = service.find_signed_in(reading, token, config=settings(), now=now())
    if found is None:
        session.pop("_user_id", None)
        return None
    if found.is_seen_stale:
        g.stale_session_id = found.session_id
    return SignedInUser(token, found)


def _note_seen() -> None:
    # Before the view, so that a failure here is seen; at most once a minute for a session.
    if current_user.is_authenticated and (number := g.pop("stale_session_id", None)):
        with database().transaction(current_user.actor) as writing:
            service.note_seen(writing, number, now=now())
