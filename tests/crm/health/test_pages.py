"""Alive, and ready."""

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from crm import schema
from crm.database import Database
from tests.support.application import QueryCounter


def test_alive_is_said_without_looking_at_the_database(
    anonymous: FlaskClient, queries: QueryCounter
) -> None:
    with queries:
        answer = anonymous.get("/health/live")
    assert (answer.status_code, answer.text) == (200, "ok")
    assert queries.count == 0


def test_ready_is_said_of_a_database_with_our_schema(anonymous: FlaskClient) -> None:
    answer = anonymous.get("/health/ready")
    assert (answer.status_code, answer.text) == (200, "ok")


def test_an_old_schema_is_not_ready(anonymous: FlaskClient, database: Database) -> None:
    schema.downgrade(database.engine, "base")
    answer = anonymous.get("/health/ready")
    assert (answer.status_code, answer.text) == (503, "not ready")


def test_a_database_that_fails_is_not_ready_and_no_more_is_said(
    anonymous: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_engine: sa.Engine) -> str:
        raise sa.exc.OperationalError("SELECT", {}, Exception("secret host"))

    monkeypatch.setattr(schema, "current", fail)
    answer = anonymous.get("/health/ready")
    assert (answer.status_code, answer.text) == (503, "not ready")
