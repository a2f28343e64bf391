"""Signing in, and ending what was signed in."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from crm.auth import accounts
from crm.auth.passwords import Passwords
from crm.database import Database
from models.errors import DomainError
from models.user import LOCAL_ADMINISTRATOR, Role, User, UserSession
from tests.factories.user import make_user

PASSWORD = "maple otter lantern 42"


@pytest.fixture
def officer(app: Flask, database: Database) -> User:
    passwords: Passwords = app.extensions["passwords"]
    app.config["WTF_CSRF_ENABLED"] = False
    return make_user(database, password_hash=passwords.hash(PASSWORD))


def _try(client: FlaskClient, user: User, password: str = PASSWORD) -> int:
    answer = client.post("/auth/sign-in", data={"username": user.username, "password": password})
    return answer.status_code


def test_the_right_password_opens_a_session(anonymous: FlaskClient, officer: User) -> None:
    assert _try(anonymous, officer) == 302
    assert anonymous.get("/auth/account").status_code == 200


def test_wrong_unknown_and_deactivated_get_the_same_answer(
    anonymous: FlaskClient, officer: User, database: Database
) -> None:
    wrong = anonymous.post(
        "/auth/sign-in", data={"username": officer.username, "password": "not it at all"}
    )
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        session.get_one(User, officer.id).is_active = False
    gone = anonymous.post(
        "/auth/sign-in", data={"username": officer.username, "password": PASSWORD}
    )
    assert wrong.status_code == gone.status_code == 422
    assert wrong.data == gone.data


def test_signing_out_makes_the_cookie_worthless(anonymous: FlaskClient, officer: User) -> None:
    _try(anonymous, officer)
    with anonymous.session_transaction() as cookie:
        kept = dict(cookie)
    anonymous.post("/auth/sign-out")
    with anonymous.session_transaction() as cookie:
        cookie.update(kept)
    assert anonymous.get("/auth/account").status_code == 302


def test_deactivation_holds_from_the_next_request_on(
    sign_in: Callable[..., FlaskClient], database: Database
) -> None:
    client = sign_in(Role.OFFICER)
    assert client.get("/auth/account").status_code == 200
    user = client.user  # type: ignore[attr-defined]
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        accounts.deactivate(
            session,
            session.get_one(User, user.id),
            actor=LOCAL_ADMINISTRATOR,
            now=datetime.now(UTC),
        )
    assert client.get("/auth/account").status_code == 302


@pytest.mark.parametrize(
    ("role", "field", "age"),
    [
        (Role.OFFICER, "last_seen_at", timedelta(minutes=61)),
        (Role.ADMIN, "last_seen_at", timedelta(minutes=16)),
        (Role.OFFICER, "created_at", timedelta(hours=12, minutes=1)),
    ],
)
def test_sessions_end_by_themselves(
    sign_in: Callable[..., FlaskClient],
    database: Database,
    role: Role,
    field: str,
    age: timedelta,
) -> None:
    client = sign_in(role)
    assert client.get("/auth/account").status_code == 200
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        found = session.scalars(sa.select(UserSession)).one()
        setattr(found, field, datetime.now(UTC) - age)
    assert client.get("/auth/account").status_code == 302


def test_guessing_is_throttled_but_another_name_is_not(
    anonymous: FlaskClient, officer: User, app: Flask, database: Database
) -> None:
    statuses = [_try(anonymous, officer, "wrong guess") for _ in range(12)]
    assert statuses[:10] == [422] * 10
    assert (
        b"Too many attempts"
        in anonymous.post(
            "/auth/sign-in", data={"username": officer.username, "password": PASSWORD}
        ).data
    )
    other = make_user(database, password_hash=app.extensions["passwords"].hash(PASSWORD))
    assert _try(app.test_client(), other) == 302


def test_a_sixth_session_ends_the_oldest(app: Flask, officer: User, database: Database) -> None:
    clients = [app.test_client() for _ in range(6)]
    for client in clients:
        _try(client, officer)
    assert clients[0].get("/auth/account").status_code == 302
    assert clients[5].get("/auth/account").status_code == 200


def test_a_form_without_its_token_is_refused(
    sign_in: Callable[..., FlaskClient], app: Flask, database: Database
) -> None:
    client = sign_in(Role.OFFICER)
    app.config["WTF_CSRF_ENABLED"] = True
    answer = client.post("/auth/account", data={"language": "fr", "time_zone": "Asia/Tokyo"})
    assert answer.status_code == 400
    with database.reader(LOCAL_ADMINISTRATOR) as session:
        assert session.scalars(sa.select(User.language)).one().value == "en"


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x"]
)
def test_signing_in_never_leads_to_another_site(
    anonymous: FlaskClient, officer: User, target: str
) -> None:
    answer = anonymous.post(
        "/auth/sign-in",
        query_string={"next": target},
        data={"username": officer.username, "password": PASSWORD},
    )
    assert answer.location == "/"


@pytest.mark.parametrize(
    "password", ["short", "passwordpassword", "aaaaaaaaaaaaaaaaaaa", "x" * 201]
)
def test_weak_passwords_are_refused(app: Flask, password: str) -> None:
    passwords: Passwords = app.extensions["passwords"]
    with pytest.raises(DomainError):
        passwords.check_new(password, username="chen")


def test_every_answer_has_its_security_headers(anonymous: FlaskClient) -> None:
    headers = anonymous.get("/auth/sign-in").headers
    assert "script-src 'self'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    cookie = headers.get("Set-Cookie", "")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
