"""Keyset paging: stable under change, and as fast on the last page as on the first.

A list is ordered by one column and then by the public id. Rows without a value come last, both
ways, on both databases: they are read as a second part, so that a plain index serves each part.
The cursor holds the last row's value and public id, never an integer key.
"""

import base64
import binascii
import enum
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.web.incoming import is_text
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
        next_cursor=write_cursor(getattr(last, value_key), getattr(last, public_id_key))
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


def write_cursor(value: Any, second: str | int) -> str:
    """A cursor that holds two values."""
    if isinstance(value, date | datetime):
        value = value.isoformat()
    elif isinstance(value, enum.Enum):
        value = value.value
    text = json.dumps([value, second], separators=(",", ":"), ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_cursor(cursor: str, value: Any, second: Any) -> tuple[Any, Any]:
    """The two values of a cursor, as those columns hold them; the first may be None.

    Raises:
        DomainError: the cursor is not one that we made.
    """
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        raw = json.loads(text)
        if not isinstance(raw, list) or len(raw) != 2:
            raise ValueError(cursor)
        return None if raw[0] is None else _typed(value, raw[0]), _typed(second, raw[1])
    except (binascii.Error, ValueError, OverflowError, RecursionError) as error:
        raise unreadable() from error


def _read(cursor: str, order: Order) -> tuple[Any, str]:
    value, public_id = read_cursor(cursor, order.value.type, order.public_id.type)
    if value is None and not order.may_be_unknown:
        raise unreadable()
    return value, public_id


def _typed(column_type: Any, raw: Any) -> Any:
    """A value as a column of this type can be compared with it on either database.

    Raises:
        ValueError: it cannot.
        OverflowError: it lies beyond what the type counts to.
    """
    kind = column_type.python_type
    if isinstance(raw, bool):
        raise ValueError(raw)
    if isinstance(raw, str):
        if not is_text(raw):
            raise ValueError(raw)
        if kind is datetime:
            moment = datetime.fromisoformat(raw)
            if moment.tzinfo is None:
                raise ValueError(raw)
            return moment.astimezone(UTC)
        if kind is date:
            return date.fromisoformat(raw)
        if kind is str or issubclass(kind, enum.Enum):
            return kind(raw)
    elif kind is float and isinstance(raw, int | float):
        number = float(raw)
        if math.isfinite(number):
            return number
    elif kind is int and isinstance(raw, int):
        is_wide = isinstance(column_type, sa.BigInteger)
        if abs(raw) < 2 ** (63 if is_wide else 31):
            return raw
    raise ValueError(raw)


def unreadable() -> DomainError:
    """What a reader is told of a cursor that we did not make."""
    return DomainError(N_("This page link is broken. Go back to the first page of the list."))
