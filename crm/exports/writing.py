"""Tables as the bytes of a CSV file or of an Excel workbook."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime

import xlsxwriter  # type: ignore[import-untyped]

from crm.exports.columns import Cell
from crm.spreadsheet_cells import is_live, protect, restore
from models.errors import DomainError, N_

_LONGEST_CELL = 32_767
_WIDEST, _NARROWEST = 60, 8
_MEASURED_ROWS = 200
# A spreadsheet counts its days from here; an earlier one stays text.
_FIRST_DAY = date(1900, 3, 1)
# Beyond these a spreadsheet rounds a number.
_LARGEST_NUMBER = 10**15
_A4 = 9
# A narrower column shows a moment as crosses.
_MOMENT = 18
# From here on a number is read by its groups; no year, and no number of a thing, is as long.
_GROUPED = 100_000


def csv_bytes(headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """UTF-8 with a byte order mark, every cell quoted, none of them a formula to anybody."""
    out = io.StringIO(newline="")
    # All quoted: a cell that holds the separator of another locale stays one cell there too.
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow([protect(heading) for heading in headings])
    writer.writerows([_as_text(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _as_text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return protect(cell)
    if isinstance(cell, datetime):
        return cell.replace(tzinfo=None).isoformat(" ", "minutes")
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def xlsx_bytes(title: str, headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """A workbook of one sheet: text is only text, numbers are numbers, days are days.

    Raises:
        DomainError: a text is longer than a cell of a workbook may be.
    """
    out = io.BytesIO()
    kept = list(rows)
    # Row after row: a workbook of fifty thousand is not held in memory twice.
    with xlsxwriter.Workbook(out, {"constant_memory": True}) as book:
        sheet = book.add_worksheet(title[:31])
        formats = _Formats(book)
        for number, width in enumerate(_widths(headings, kept)):
            sheet.set_column(number, number, width)
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)
        sheet.set_landscape()
        sheet.set_paper(_A4)
        for number, heading in enumerate(headings):
            sheet.write_string(0, number, heading, formats.head)
        for line, row in enumerate(kept, start=1):
            for number, cell in enumerate(row):
                _write(sheet, formats, line, number, cell)
        if headings and kept:
            sheet.autofilter(0, 0, len(kept), len(headings) - 1)
    return out.getvalue()


class _Formats:
    """How cells of each kind look."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self.head = book.add_format({"bold": True})
        self.text = book.add_format({"num_format": "@"})
        # Excel's own mark of a text that must stay one, even when somebody edits the cell.
        self.quoted = book.add_format({"num_format": "@", "quote_prefix": True})
        self.day = book.add_format({"num_format": "yyyy-mm-dd"})
        self.long = book.add_format({"num_format": "#,##0"})
        self.moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})


def _write(
    sheet: "xlsxwriter.worksheet.Worksheet", formats: _Formats, line: int, number: int, cell: Cell
) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, datetime):
        sheet.write_datetime(line, number, cell.replace(tzinfo=None), formats.moment)
    elif isinstance(cell, date):
        if cell < _FIRST_DAY:
            sheet.write_string(line, number, cell.isoformat(), formats.text)
        else:
            sheet.write_datetime(line, number, datetime(*cell.timetuple()[:3]), formats.day)  # noqa: DTZ001
    elif isinstance(cell, str):
        # A workbook tells text from formulas by itself: only what would lose its own apostrophe
        # on the way back gets another.
        text = cell if restore(cell) == cell else protect(cell)
        if len(text) > _LONGEST_CELL:
            raise DomainError(
                N_(
                    "One text has more than %(longest)s characters, which no cell of a workbook"
                    " holds. Export as CSV instead."
                ),
                longest=_LONGEST_CELL,
            )
        sheet.write_string(line, number, text, formats.quoted if is_live(text) else formats.text)
    elif abs(cell) >= _LARGEST_NUMBER:
        sheet.write_string(line, number, str(cell), formats.text)
    else:
        is_long = isinstance(cell, int) and abs(cell) >= _GROUPED
        sheet.write_number(line, number, cell, formats.long if is_long else None)


def _widths(headings: Sequence[str], rows: Sequence[Sequence[Cell]]) -> list[int]:
    found = [len(heading) + 2 for heading in headings]
    for row in rows[:_MEASURED_ROWS]:
        for number, cell in enumerate(row):
            found[number] = max(found[number], _width(cell))
    return [min(max(width, _NARROWEST), _WIDEST) for width in found]


def _width(cell: Cell) -> int:
    if isinstance(cell, str):
        # Letters of East Asian scripts are twice as wide.
        return sum(2 if ord(letter) > 0x1100 else 1 for letter in cell[:_WIDEST]) + 1
    if isinstance(cell, datetime):
        return _MOMENT
    if isinstance(cell, int) and abs(cell) >= _GROUPED:
        return len(f"{cell:,}") + 2
    return 0 if cell is None else 12
