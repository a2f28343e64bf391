"""What a list holds as a file: its columns, and the rows behind them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from flask_babel import get_locale, gettext

from crm.imports.columns import MatchedBy, match_columns
from crm.imports.fields import FIELDS
from models.import_batch import BatchKind

Cell = str | int | float | date | datetime | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a file: its English heading, and what a row has there.

    `field` is the import's field that reads it back, where there is one. `is_shown` says whether
    the list on screen shows it too.
    """

    heading: str
    value: Callable[[Any], Cell]
    field: str | None = None
    is_shown: bool = True


@dataclass(frozen=True, slots=True)
class Table:
    """A list as it is filtered: `name` is that of the file, `kind` what our import takes it for.

    `restricted_count` is how many rows say what is restricted to a team. `screen` names the
    columns that the list on screen shows, in its order, where `is_shown` of each does not say it.
    """

    name: str
    columns: Sequence[Column]
    rows: Sequence[Any]
    kind: BatchKind | None = None
    filters: Mapping[str, Any] = field(default_factory=dict)
    restricted_count: int = 0
    screen: Sequence[str] = ()

    def shown(self) -> "Table":
        """The same with only the columns that the list on screen shows, in its order.

        It is for people: our import is not promised to read it back, so that every heading is in
        the reader's language.
        """
        columns = [column for column in self.columns if column.is_shown]
        if self.screen:
            named = {column.heading: column for column in self.columns}
            columns = [named[heading] for heading in self.screen]
        return replace(self, columns=columns, kind=None)

    def headings(self) -> list[str]:
        """The headings in the reader's language, as far as our import knows them by that name."""
        language = get_locale().language
        return [
            _heading(column.heading, column.field, self.kind, language) for column in self.columns
        ]

    def cells(self) -> Iterator[list[Cell]]:
        """The cells of each row."""
        values = [column.value for column in self.columns]
        return ([value(row) for value in values] for row in self.rows)


@lru_cache(maxsize=512)
def _heading(english: str, field: str | None, kind: BatchKind | None, _language: str) -> str:
    translated = gettext(english)
    if kind is None or field is None:
        return translated
    [match] = match_columns([translated], kind).matches
    return translated if (match.field, match.by) == (field, MatchedBy.NAME) else english


def import_label(kind: BatchKind, code: str, otherwise: str) -> str:
    """What the import calls one of its fields."""
    return next(
        (field.label for field in FIELDS if field.code == code and kind in field.kinds), otherwise
    )
