"""A report as tables: what a page, a workbook, a PDF and a mail print alike. Pure.

A table holds plain values and what kind they are; each taker formats them in its own way. What
has no number says why (`Absent`), so that unknown is never a zero.
"""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any


class Kind(enum.StrEnum):
    """What the values of a column, or of a chart, are.

    MONEY is in whole units of a currency, PERCENT a share from 0 to 1, DAYS a number of days,
    DAY a date, NUMBER has decimals. CHANGE is a count printed with its sign.
    """

    TEXT = "text"
    COUNT = "count"
    CHANGE = "change"
    NUMBER = "number"
    MONEY = "money"
    PERCENT = "percent"
    DAYS = "days"
    DAY = "day"

    @property
    def is_number(self) -> bool:
        """Whether values stand right-aligned, as numbers do."""
        return self not in (Kind.TEXT, Kind.DAY)


class Absent(enum.StrEnum):
    """Why a cell has no number.

    NOTHING: there is nothing to count. UNKNOWN: nobody knows. FEW: fewer than three, so not
    printed in public. WITHHELD: a sum not printed in public, because it would tell of few leads.
    TOO_FEW: too few cases to say. NOT_CHECKED: stated, without evidence.
    NOT_YET: so many have not gone on yet.
    """

    NOTHING = "nothing"
    UNKNOWN = "unknown"
    FEW = "few"
    WITHHELD = "withheld"
    TOO_FEW = "too_few"
    NOT_CHECKED = "not_checked"
    NOT_YET = "not_yet"


Value = str | int | float | Decimal | date | Absent


@dataclass(frozen=True, slots=True)
class Link:
    """Where a number leads to: a page of the program with its arguments.

    Without an endpoint it leads to the leads behind the number, as they stood on the day: the
    arguments narrow them (`behind.py` knows which there are).
    """

    args: Mapping[str, str] = field(default_factory=dict)
    endpoint: str | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """A value that leads somewhere, or that a few words belong to.

    `note` is printed small beside the value. `currency` is for money in a column of several, `kind`
    for a number of another kind than its column's, as what stood there in a column of changes.
    """

    value: Value
    link: Link | None = None
    note: str | None = None
    currency: str | None = None
    kind: Kind | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, what its values are, and a heading over it and its neighbours.

    A zero is quiet, and left away where there is little room, unless it `says_zero`.
    """

    title: str
    kind: Kind = Kind.TEXT
    group: str | None = None
    currency: str | None = None
    says_zero: bool = False


class RowKind(enum.StrEnum):
    """What a row is to the others: one of them, their sum, or apart from the sum."""

    BODY = "body"
    TOTAL = "total"
    APART = "apart"
    # A heading over the rows that follow: its first cell is all there is.
    GROUP = "group"


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of a line; the first one says what the line is about."""

    cells: tuple[Cell, ...]
    kind: RowKind = RowKind.BODY


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its heading. `code` names it in addresses and as a sheet; unique in a report.

    `footnotes` belong to this table alone. `rows` may be empty: `empty` then says so.
    On a page, tables that are `is_folded` stand side by side, each under its chart, to be opened.
    `more_count` rows that follow were not asked for.
    """

    code: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    footnotes: tuple[str, ...] = ()
    empty: str = ""
    is_folded: bool = False
    more_count: int = 0


def row(*values: Value | Cell, kind: RowKind = RowKind.BODY) -> Row:
    """A line of values and cells."""
    return Row(tuple(value if isinstance(value, Cell) else Cell(value) for value in values), kind)


def is_absent(value: Any) -> bool:
    """Whether a value says why there is none."""
    return isinstance(value, Absent)
