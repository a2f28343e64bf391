"""Every route with every caller: who gets in, and that a refusal changes nothing."""

import io
import re
import zipfile
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from crm.database import Database
from crm.web.access import roles_of
from models.lead import Lead
from models.tables import METADATA
from models.user import LOCAL_ADMINISTRATOR, Role, Team
from tests.factories.lead import make_lead
from tests.factories.user import make_team, make_user

_METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE"}


def _routes(app: Flask) -> list[tuple[Rule, str]]:
    return [
        (rule, method)
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) & _METHODS)
        if not rule.endpoint.endswith("static")
    ]


def _path(rule: Rule, public_id: str = "a" * 16) -> str:
    path = re.sub(r"<int:[^>]+>", "1", rule.rule)
    return re.sub(r"<[^>]+>", public_id, path)


def _state(database: Database) -> dict[str, list[tuple[object, ...]]]:
    """Everything in the database but what a request may always write: when it was made."""
    with database.engine.connect() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(sa.select(table))]
            for table in METADATA.sorted_tables
            if table.name not in {"user_sessions", "sign_in_attempts"}
        }


def test_every_view_says_who_may_call_it(app: Flask) -> None:
    silent = {
        rule.endpoint for rule, _method in _routes(app) if roles_of(app, rule.endpoint) is None
    }
    assert silent == set()


def test_only_the_doors_are_public(app: Flask) -> None:
    public = {
        rule.endpoint for rule, _method in _routes(app) if roles_of(app, rule.endpoint) == set()
    }
    assert public == {
        "auth.sign_in",
        "auth.language",
        "health.live",
        "health.ready",
        "announcements.confirm",
    }


def test_nobody_gets_past_the_door_unknown(
    app: Flask, anonymous: FlaskClient, database: Database
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    make_lead(database)
    before = _state(database)
    for rule, method in _routes(app):
        if roles_of(app, rule.endpoint):
            answer = anonymous.open(_path(rule), method=method)
            assert answer.status_code == 302, (method, rule.rule)
            assert answer.location.startswith("/auth/sign-in"), (method, rule.rule)
    assert _state(database) == before


@pytest.mark.parametrize("role", list(Role))
def test_a_role_gets_where_it_may_and_nowhere_else(
    app: Flask, sign_in: Callable[..., FlaskClient], database: Database, role: Role
) -> None:
    lead = make_lead(database)
    client = sign_in(role)
    before = _state(database)
    refused = allowed = 0
    for rule, method in _routes(app):
        roles = roles_of(app, rule.endpoint)
        if not roles or rule.endpoint in {"auth.sign_out", "auth.end_session"}:
            continue
        if role not in roles:
            answer = client.open(_path(rule, lead.public_id), method=method)
            assert answer.status_code == 403, (method, rule.rule, answer.status_code)
            refused += 1
    assert _state(database) == before
    for rule, method in _routes(app):
        roles = roles_of(app, rule.endpoint)
        if roles and role in roles and method == "GET" and rule.endpoint != "auth.sign_out":
            answer = client.open(_path(rule), method=method)
            assert answer.status_code in {200, 302, 303, 404, 422}, (method, rule.rule)
            allowed += 1
    assert allowed > 0
    assert refused > 0 or role is Role.ADMIN


def test_a_restricted_lead_answers_like_none_at_all(
    app: Flask, sign_in: Callable[..., FlaskClient], database: Database
) -> None:
    team = _team(database)
    hidden = make_lead(database, actor=LOCAL_ADMINISTRATOR, team_id=team.id)
    outsider = sign_in(Role.MANAGER)
    before = _state(database)
    for rule, method in _routes(app):
        roles = roles_of(app, rule.endpoint)
        if not roles or Role.MANAGER not in roles or "lead_id" not in rule.arguments:
            continue
        real = outsider.open(_path(rule, hidden.public_id), method=method)
        none = outsider.open(_path(rule, "b" * 16), method=method)
        assert real.status_code == none.status_code == 404, (method, rule.rule, real.status_code)
        assert real.data == none.data, (method, rule.rule)
        assert dict(real.headers) == dict(none.headers), (method, rule.rule)
        for trace in (hidden.public_id, "csrf", str(hidden.title)):
            assert trace.encode() not in real.data
    assert _state(database) == before


def test_a_restricted_lead_changes_no_page_of_an_outsider(
    app: Flask, sign_in: Callable[..., FlaskClient], database: Database
) -> None:
    make_lead(database)
    team = _team(database)
    outsider = sign_in(Role.OFFICER)
    paths = [
        _path(rule)
        for rule, method in _routes(app)
        if method == "GET"
        and not rule.arguments
        and Role.OFFICER in (roles_of(app, rule.endpoint) or ())
    ]
    assert len(paths) > 10
    before = {path: _body(outsider, path) for path in paths}
    hidden = make_lead(database, actor=LOCAL_ADMINISTRATOR, team_id=team.id)
    with database.unscoped_reader(purpose="test") as session:
        assert session.get(Lead, hidden.id) is not None
    for path in paths:
        assert _body(outsider, path) == before[path], path


def _body(client: FlaskClient, path: str) -> bytes:
    answer = client.get(path)
    if answer.data.startswith(b"PK"):
        # A workbook says in its own frame when it was made.
        with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
            names = sorted(set(book.namelist()) - {"docProps/core.xml"})
            return b"".join(name.encode() + book.read(name) for name in names)
    # A token and the clock change by themselves.
    body = re.sub(rb'(csrf_token"[^>]*value=|X-CSRFToken": )"[^"]*"', b"", answer.data)
    return re.sub(rb"\d\d:\d\d(:\d\d)?", b"", body)


def _team(database: Database) -> Team:
    return make_team(database, make_user(database))
