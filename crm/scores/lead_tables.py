"""Any table of leads as a data frame: read as imports are, numbers and dates told from words.

Unlike an import it has no limit of rows: it keeps nothing, and each cell's text only once.
"""

import csv
import io
import re
from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from crm.imports.dates import DateOrder, find_date_order, parse_date
from crm.imports.encodings import decode, decode_as
from crm.imports.problems import ValueProblem
from crm.imports.reading import DELIMITERS, read_table
from crm.imports.table import Cell, Table
from crm.imports.text import is_blank, one_line, plain
from crm.imports.workbooks import is_workbook
from models.errors import DomainError, N_

if TYPE_CHECKING:
    import pandas as pd

_HEAD_LINES: Final = 200
_MOST_HEAD_LINES: Final = 5_000
_EXCEL_HINT = re.compile(r"sep=.\r?\n", re.IGNORECASE)
# What programs write where a cell holds nothing. In an office's file "none" may be an answer.
_NOTHING: Final = frozenset({"nan", "null", "na", "<na>", "nat", "#n/a"})

_SIGNS = re.compile(r"^[$€£¥₩]|^(?:ca|us|c)\$|[%円원]$")
_POINT = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d*)?(?:e[+-]?\d+)?")
_COMMA = re.compile(r"[+-]?(?:\d{1,3}(?:[. ']\d{3})+|\d+)?(?:,\d*)?")
_BARE = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_PADDED = re.compile(r"0\d+")
_DIGIT = re.compile(r"\d")
_PROBED: Final = 50
_MOSTLY: Final = 0.95
"""The share of different values that must read as dates for a column to be one of dates."""


@dataclass(frozen=True, slots=True)
class Read:
    """A file as a data frame, and what was found on the way."""

    frame: "pd.DataFrame"
    encoding: str
    delimiter: str | None
    sheet: str | None
    unreadable_rows: int


@dataclass(frozen=True, slots=True)
class Coded:
    """One column: each different cell once, and the place of each row's cell among them."""

    values: tuple[Cell, ...]
    codes: "array[int]"


def read_lead_table(
    path: Path, *, encoding: str | None = None, delimiter: str | None = None
) -> Read:
    """Read a CSV file or an .xlsx workbook.

    Text is categories, numbers are numbers, dates are dates; what is blank is missing.

    Raises:
        DomainError: the file cannot be read, or is no table.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DomainError(
            N_("%(file)s cannot be read (%(why)s)."), file=str(path), why=error.strerror or error
        ) from error
    if is_workbook(content):
        table = read_table(content)
        coded, unreadable = _coded((row.cells for row in table.rows), len(table.headers))
        unreadable += len(table.problems)
        return _as_frame(table, coded, unreadable, "xlsx")
    decoded = decode_as(content, encoding) if encoding else decode(content)
    del content
    table = _layout(decoded.text, delimiter)
    rows = _records(decoded.text, table)
    coded, unreadable = _coded(rows, len(table.headers))
    return _as_frame(table, coded, unreadable, decoded.encoding)


def _layout(text: str, delimiter: str | None) -> Table:
    """Find delimiter and headers, as an import does, from the head of a text."""
    end, lines = 0, 0
    while end < len(text) and lines < _MOST_HEAD_LINES:
        for _ in range(_HEAD_LINES):
            end = text.find("\n", end) + 1 or len(text)
        lines += _HEAD_LINES
        # Not within a cell that holds line ends.
        if text.count('"', 0, end) % 2 == 0:
            break
    head = text[:end].encode("utf-8", errors="replace")
    table = read_table(head, delimiter=delimiter)
    if len(table.headers) > 1 or delimiter is not None:
        return table
    # An import looks for the headers it knows; a table of another kind may only be wide.
    others = (read_table(head, delimiter=sign) for sign in DELIMITERS if sign in table.headers[0])
    return max((table, *others), key=lambda one: len(one.headers))


def _records(text: str, table: Table) -> Iterable[Sequence[str]]:
    hint = _EXCEL_HINT.match(text)
    source = io.StringIO(text[hint.end() :] if hint is not None else text, newline="")
    delimiter = table.delimiter if table.delimiter is not None else DELIMITERS[0]
    row: list[str] = []
    number = 0
    try:
        for number, row in enumerate(csv.reader(source, delimiter=delimiter), start=1):
            if number > table.header_row:
                yield row
    except csv.Error as error:
        raise _unclosed(number + 1) from error
    if row and "\n" in row[-1].rstrip() and not text.rstrip().endswith('"'):
        raise _unclosed(number)


def _unclosed(number: int) -> DomainError:
    return DomainError(
        N_(
            "In row %(row)s a quotation mark opens and never closes, so that the rest of the file"
            " is one cell. Close it or take it out."
        ),
        row=number,
    )


def _coded(rows: Iterable[Sequence[Cell]], width: int) -> tuple[list[Coded], int]:
    """Take the rows apart into columns; a row with more cells than headers is left out."""
    places: list[dict[tuple[type, Cell], int]] = [{} for _ in range(width)]
    columns = [array("l") for _ in range(width)]
    unreadable = 0
    for row in rows:
        if not any(cell not in ("", None) for cell in row):
            continue
        if len(row) > width and any(cell not in ("", None) for cell in row[width:]):
            unreadable += 1
            continue
        for index in range(width):
            cell = row[index] if index < len(row) else None
            found = places[index]
            columns[index].append(found.setdefault((type(cell), cell), len(found)))
    coded = [
        Coded(tuple(cell for _, cell in found), codes)
        for found, codes in zip(places, columns, strict=True)
    ]
    return coded, unreadable


def _as_frame(table: Table, columns: Sequence[Coded], unreadable: int, encoding: str) -> Read:
    import pandas as pd

    names = _names(table)
    found = {name: _series(one) for name, one in zip(names, columns, strict=True)}
    return Read(pd.DataFrame(found), encoding, table.delimiter, table.sheet, unreadable)


def _names(table: Table) -> list[str]:
    """Each header once: a blank one by its letter, a repeated one with its number."""
    names: list[str] = []
    for index, header in enumerate(table.headers):
        name = bare = header or f"Column {table.letter(index)}"
        times = 1
        while name in names:
            times += 1
            name = f"{bare} ({times})"
        names.append(name)
    return names


def _series(column: Coded) -> "pd.Series[Any]":
    """The cells as numbers, dates or words, by what all of them can be."""
    import numpy as np
    import pandas as pd

    values = [None if _is_nothing(cell) else cell for cell in column.values]
    codes = np.frombuffer(column.codes, dtype=np.dtype("l")) if column.codes else np.zeros(0, int)
    held = [value for value in values if value is not None]
    dates = _dates(held) if held else None
    numbers = _numbers(held) if held and dates is None else None
    if dates is not None:
        days = pd.Series(_spread(values, dates), dtype="datetime64[us]")
        return days[codes].reset_index(drop=True)
    if numbers is not None:
        return pd.Series(_spread(values, numbers), dtype="float64")[codes].reset_index(drop=True)
    texts = np.array([None if v is None else one_line(v) for v in values], dtype=object)
    return pd.Series(texts[codes], dtype=object) if len(codes) else pd.Series(dtype=object)


def _spread(values: Sequence[Cell], read: Iterable[Any]) -> list[Any]:
    """What was read of the cells that hold something, at their places."""
    places = iter(read)
    return [None if value is None else next(places) for value in values]


def _is_nothing(cell: Cell) -> bool:
    # Most cells of a long table are plain numbers.
    if isinstance(cell, str) and _BARE.fullmatch(cell):
        return False
    return is_blank(cell) or (isinstance(cell, str) and plain(cell) in _NOTHING)


def _numbers(held: Sequence[Cell]) -> list[float] | None:
    """Each cell as a number, with a decimal point or else with a decimal comma."""
    if any(isinstance(cell, bool | date | datetime) for cell in held):
        return None
    readings: tuple[Callable[[Cell], float | None], ...] = (_with_point, _with_comma)
    for reading in readings:
        found: list[float] = []
        for cell in held:
            number = reading(cell)
            if number is None:
                break
            found.append(number)
        else:
            return found
    return None


def _bare_number(cell: Cell) -> str | None:
    if not isinstance(cell, str):
        return None
    text = plain(cell)
    while (shorter := _SIGNS.sub("", text).strip()) != text:
        text = shorter
    # Digits after a zero are a code: a telephone number, a postal code.
    return text if _DIGIT.search(text) and not _PADDED.fullmatch(text) else None


def _with_point(cell: Cell) -> float | None:
    if isinstance(cell, int | float):
        return float(cell)
    if isinstance(cell, str) and _BARE.fullmatch(cell) and not _PADDED.fullmatch(cell):
        return float(cell)
    text = _bare_number(cell)
    return float(text.replace(",", "")) if text and _POINT.fullmatch(text) else None


def _with_comma(cell: Cell) -> float | None:
    if isinstance(cell, int | float):
        return float(cell)
    text = _bare_number(cell)
    if not text or not _COMMA.fullmatch(text):
        return None
    return float(re.sub(r"[. ']", "", text).replace(",", "."))


def _dates(held: Sequence[Cell]) -> list[datetime | None] | None:
    """Each cell as a date, where nearly all are; plain numbers only when written as 20240403."""
    import pandas as pd

    texts = [cell for cell in held if isinstance(cell, str)]
    if len(texts) < len(held):
        if not all(isinstance(cell, date) for cell in held):
            return None
        return [_moment(cell) for cell in held if isinstance(cell, date)]
    if all(text.isdigit() and len(text) == 8 for text in texts):
        return _mostly(pd.to_datetime(pd.Series(texts), format="%Y%m%d", errors="coerce"))
    if _numbers(texts[:_PROBED]) is not None or not all(
        _DIGIT.search(text) for text in texts[:_PROBED]
    ):
        return None
    iso = _mostly(pd.to_datetime(pd.Series(texts), format="ISO8601", errors="coerce", utc=True))
    if iso is not None:
        return iso
    probed = [_stated(text, DateOrder.MONTH_FIRST) for text in texts[:_PROBED]]
    if sum(one is not None for one in probed) < len(probed) / 2:
        return None
    order = find_date_order(texts) or DateOrder.MONTH_FIRST
    return _mostly(pd.Series([_stated(text, order) for text in texts], dtype="datetime64[us]"))


def _mostly(found: "pd.Series[Any]") -> list[datetime | None] | None:
    if found.notna().mean() < _MOSTLY:
        return None
    if found.dt.tz is not None:
        found = found.dt.tz_localize(None)
    return [
        None if there else moment.to_pydatetime()
        for moment, there in zip(found, found.isna(), strict=True)
    ]


def _moment(cell: date) -> datetime:
    whole = cell if isinstance(cell, datetime) else datetime(cell.year, cell.month, cell.day)  # noqa: DTZ001 - a day as printed
    return whole.replace(tzinfo=None)


def _stated(text: str, order: DateOrder) -> datetime | None:
    try:
        stated = parse_date(text, order)
    except ValueProblem:
        return None
    return _moment(stated.on) if stated is not None else None
