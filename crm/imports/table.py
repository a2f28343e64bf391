"""A file as a table: printed headers and numbered rows, before anything is understood."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from crm.imports.problems import RowProblem

Cell = str | int | float | bool | date | datetime | time | timedelta | None
"""A CSV cell is always text; a workbook knows numbers, dates and truth values."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row that is not blank. `number` is the row's number in a spreadsheet."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """What a file holds, and how it was read.

    Every row has as many cells as there are headers. A row that has more is left out and stands
    in `problems`. `delimiter` is None for a workbook, `sheet` and `other_sheets` are for one only.
    `is_repaired` says that some characters could not be decoded and stand as U+FFFD.
    """

    headers: tuple[str, ...]
    header_row: int
    rows: tuple[Row, ...]
    encoding: str
    delimiter: str | None = None
    sheet: str | None = None
    other_sheets: tuple[str, ...] = ()
    problems: tuple[RowProblem, ...] = ()
    is_repaired: bool = False
    first_column: int = 0

    def letter(self, index: int) -> str:
        """The name that a spreadsheet gives to the column of this header: A, B ... AA."""
        number, letters = index + self.first_column + 1, ""
        while number:
            number, rest = divmod(number - 1, 26)
            letters = chr(ord("A") + rest) + letters
        return letters
