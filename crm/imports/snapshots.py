"""Rows as plain JSON and back, so that undoing an import restores them bit by bit."""

import enum
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa

from models.types import UtcDateTime


def as_plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Column values for a JSON column."""
    return {name: _plain(value) for name, value in values.items()}


def from_plain(table: sa.Table, values: Mapping[str, Any]) -> dict[str, Any]:
    """Column values of a table, read back from JSON."""
    return {name: _typed(table.c[name].type, value) for name, value in values.items()}


def pick(values: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """Some of the columns."""
    return {name: values[name] for name in names}


def split_by_free_keys(
    rows: Collection[Mapping[str, Any]], taken: Collection[int]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The rows that can have their old keys again, and without key those whose keys are taken."""
    free = [dict(row) for row in rows if row["id"] not in taken]
    others = [
        {name: value for name, value in row.items() if name != "id"}
        for row in rows
        if row["id"] in taken
    ]
    return free, others


def _plain(value: Any) -> Any:
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return value


def _typed(kind: sa.types.TypeEngine[Any], value: Any) -> Any:
    if value is None:
        return None
    if isinstance(kind, UtcDateTime):
        return datetime.fromisoformat(value)
    if isinstance(kind, sa.Date):
        return date.fromisoformat(value)
    if isinstance(kind, sa.Enum) and kind.enum_class is not None:
        return kind.enum_class(value)
    return value
