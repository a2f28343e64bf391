"""Keyset paging: stable under change, and as fast on the last page as on the first.

A list is ordered by one column and then by the public id. Rows without a value come last, both
ways, on both databases: they are read as a second part, so that a plain index serves each part.
The cursor holds the last row's value and public id, never an integer key.
"""

import base64
import binascii
import enum
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.errors import DomainError, N_

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Order:
    """What a list is ordered by. `value` and `public_id` are columns that it also selects."""

    value: Any
    public_id: Any
    is_descending: bool = False
    may_be_unknown: bool = False


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows of a list, and where the next ones begin."""

    rows: Sequence[Row]
    next_cursor: str | None
    is_first: bool


def fetch_page(
    session: Session,
    statement: sa.Select[Any],
    order: Order,
    *,
    size: int,
    cursor: str | None = None,
    value_key: str,
    public_id_key: str = "public_id",
) -> Page[Any]:
    """One page of rows: one query, or two where the rows without a value begin.

    `value_key` and `public_id_key` name the row attributes that hold the order's columns.

    Raises:
        DomainError: the cursor is not one that we made.
    """
    value, public_id = _read(cursor, order) if cursor else (None, "")
    rows: list[Any] = []
    is_in_unknown = cursor is not None and value is None
    if not is_in_unknown:
        known = statement.where(order.value.is_not(None)) if order.may_be_unknown else statement
        if cursor:
            known = known.where(_behind(order, value, public_id))
        rows += session.execute(known.order_by(*_terms(order)).limit(size + 1)).all()
    if order.may_be_unknown and len(rows) <= size:
        unknown = statement.where(order.value.is_(None))
        if is_in_unknown:
            unknown = unknown.where(_further(order.public_id, public_id, order.is_descending))
        tie = order.public_id.desc() if order.is_descending else order.public_id.asc()
        rows += session.execute(unknown.order_by(tie).limit(size + 1 - len(rows))).all()
    shown = rows[:size]
    last = shown[-1] if len(rows) > size else None
    return Page(
        rows=shown,
        next_cursor=_write(getattr(last, value_key), getattr(last, public_id_key))
        if last is not None
        else None,
        is_first=cursor is None,
    )


def _terms(order: Order) -> list[Any]:
    columns = (order.value, order.public_id)
    return [column.desc() if order.is_descending else column.asc() for column in columns]


def _behind(order: Order, value: Any, public_id: str) -> sa.ColumnElement[bool]:
    further = _further(order.value, value, order.is_descending)
    reached: sa.ColumnElement[bool] = (
        order.value <= value if order.is_descending else order.value >= value
    )
    tie = _further(order.public_id, public_id, order.is_descending)
    # The first half bounds the index, the second cuts off the ties already shown.
    return sa.and_(reached, sa.or_(further, tie))


def _further(column: Any, value: Any, is_descending: bool) -> sa.ColumnElement[bool]:
    condition: sa.ColumnElement[bool] = column < value if is_descending else column > value
    return condition


def _write(value: Any, public_id: str) -> str:
    if isinstance(value, date | datetime):
        value = value.isoformat()
    elif isinstance(value, enum.Enum):
        value = value.value
    text = json.dumps([value, public_id], separators=(",", ":"), ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read(cursor: str, order: Order) -> tuple[Any, str]:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        values = json.loads(text)
    except (binascii.Error, ValueError, RecursionError) as error:
        raise _unreadable() from error
    if not isinstance(values, list) or len(values) != 2 or not isinstance(values[1], str):
        raise _unreadable()
    raw, public_id = values
    if raw is None and order.may_be_unknown:
        return None, public_id
    return _value(order, raw), public_id


def _value(order: Order, raw: Any) -> Any:
    kind = order.value.type.python_type
    try:
        if kind in (datetime, date) and isinstance(raw, str):
            return kind.fromisoformat(raw)
        if (kind is str or issubclass(kind, enum.Enum)) and isinstance(raw, str):
            return kind(raw)
        if kind is float and isinstance(raw, int | float):
            return float(raw)
        if kind is int and isinstance(raw, int):
            return raw
    except (TypeError, ValueError) as error:
        raise _unreadable() from error
    raise _unreadable()


def _unreadable() -> DomainError:
    return DomainError(N_("This page link is broken. Go back to the first page of the list."))
