"""Cursors that we did not make."""

import base64
import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from crm.web.paging import read_cursor, write_cursor
from models.errors import DomainError
from models.lead import Lead
from models.types import UtcDateTime

TEXT, NUMBER, MOMENT = sa.String(), sa.Integer(), UtcDateTime()


def _cursor(values: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        *((NUMBER, value) for value in (True, 1.0, "1", 2**31, -(2**31), 10**40)),
        *((sa.BigInteger(), value) for value in (2**63, -(2**63))),
        *((sa.Float(), value) for value in (True, "1", float("nan"), float("inf"), 10**400)),
        *((TEXT, value) for value in (1, "a\x00", "\ud800", ["a"], {})),
        *((MOMENT, value) for value in ("2026-11-20T15:00:00", "0001-01-01T00:00:00+14:00", "x")),
        (MOMENT, "9999-12-31T23:59:59-12:00"),
        *((sa.Date(), value) for value in ("2026-02-30", 5)),
        (Lead.stage.type, "nowhere"),
    ],
)
def test_what_no_column_holds_is_a_broken_link(kind: Any, value: Any) -> None:
    with pytest.raises(DomainError, match="broken"):
        read_cursor(_cursor([value, "a"]), kind, TEXT)
    with pytest.raises(DomainError, match="broken"):
        read_cursor(_cursor(["a", value]), TEXT, kind)


@pytest.mark.parametrize("values", [None, 5, "ab", [], ["a"], ["a", "b", "c"], {"a": 1, "b": 2}])
def test_a_cursor_holds_two_values(values: Any) -> None:
    with pytest.raises(DomainError, match="broken"):
        read_cursor(_cursor(values), TEXT, TEXT)


@pytest.mark.parametrize(
    "cursor", ["", "?", "é", "W" * 3, base64.b64encode(b"[" * 30_000).decode()]
)
def test_what_is_no_cursor_is_a_broken_link(cursor: str) -> None:
    with pytest.raises(DomainError, match="broken"):
        read_cursor(cursor, TEXT, TEXT)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (NUMBER, 7),
        (sa.Float(), 0.25),
        (TEXT, "株式会社"),
        (MOMENT, datetime(2026, 11, 20, 15, tzinfo=UTC)),
        (sa.Date(), date(2026, 11, 20)),
        (TEXT, None),
    ],
)
def test_a_cursor_of_ours_is_read_back(kind: Any, value: Any) -> None:
    assert read_cursor(write_cursor(value, "id"), kind, TEXT) == (value, "id")
