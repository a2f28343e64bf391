"""A report as a workbook: what it is about first, then a sheet a table, with real numbers."""

import io
import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]
from flask_babel import gettext as _

from crm.reports.cell_text import absent_text
from crm.reports.tables import Absent, Cell, Column, Kind, Row, RowKind, Table
from crm.reports.takeaway.taken import Taken
from crm.spreadsheet_cells import is_live, protect, restore

_LONGEST_NAME = 31
_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
_WIDEST, _NARROWEST = 60, 9
# A spreadsheet counts its days from here; an earlier one stays text.
_FIRST_DAY = date(1900, 3, 1)
# Beyond these a spreadsheet rounds a number.
_LARGEST_NUMBER = 10**15
_PICTURES = {
    Kind.COUNT: "#,##0",
    Kind.CHANGE: "+#,##0;\u2212#,##0;0",
    Kind.NUMBER: "#,##0.0",
    Kind.MONEY: "#,##0",
    Kind.PERCENT: "0%",
    Kind.DAYS: "#,##0",
    Kind.DAY: "yyyy-mm-dd",
}
_CURRENCY = re.compile(r"[A-Z]{3}")
_A4 = 9
# Points that a line of text needs; a program that opens the file does not always find out.
_LINE = 15
_LABELS, _TEXTS = 24, 90


def xlsx_bytes(taken: Taken) -> bytes:
    """The workbook of a report."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        # The one moment that a workbook holds by itself: that of the figures, not of the writing.
        book.set_properties({"title": taken.title, "created": taken.made_at.replace(tzinfo=None)})
        formats = _Formats(book)
        names = sheet_names(taken.tables)
        _write_about(book.add_worksheet(_about_name()), formats, taken)
        for name, table in zip(names, taken.tables, strict=True):
            _write_table(book.add_worksheet(name), formats, table, title=taken.title)
    return out.getvalue()


def _about_name() -> str:
    return _clean(_("About"))


def _clean(title: str) -> str:
    plain = " ".join(_FORBIDDEN.sub(" ", title).split())
    return plain.strip("'")[:_LONGEST_NAME].strip() or "-"


def sheet_names(tables: Sequence[Table]) -> list[str]:
    """A name a table that a workbook takes: short, without its signs, none twice."""
    # "History" is a name that spreadsheets keep for themselves.
    taken = {_about_name().casefold(), "history"}
    found = []
    for table in tables:
        plain = name = _clean(table.title)
        number = 2
        while name.casefold() in taken:
            suffix = f" {number}"
            name = plain[: _LONGEST_NAME - len(suffix)].strip() + suffix
            number += 1
        taken.add(name.casefold())
        found.append(name)
    return found


class _Formats:
    """How cells look, by what they are; each is made once a workbook."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        self._made: dict[tuple[object, ...], xlsxwriter.format.Format] = {}

    def of(
        self, picture: str, *, kind: RowKind = RowKind.BODY, **more: object
    ) -> xlsxwriter.format.Format:
        """The format of a cell in a row of a kind."""
        key = (picture, kind, *sorted(more.items()))
        if key not in self._made:
            look: dict[str, object] = {"num_format": picture, "valign": "top", **more}
            if kind in (RowKind.TOTAL, RowKind.GROUP):
                look["bold"] = True
            if kind is RowKind.TOTAL:
                look["top"] = 1
            self._made[key] = self._book.add_format(look)
        return self._made[key]


def _write_about(sheet: "xlsxwriter.worksheet.Worksheet", formats: _Formats, taken: Taken) -> None:
    sheet.set_column(0, 0, _LABELS)
    sheet.set_column(1, 1, _TEXTS)
    wrapped = formats.of("@", text_wrap=True)
    line = 0
    for heading, text in taken.about:
        sheet.set_row(line, _height((text, _TEXTS)))
        sheet.write_string(line, 0, heading, formats.of("@", bold=True))
        _write_text(sheet, line, 1, text, formats, kind=RowKind.BODY, text_wrap=True)
        line += 1
    for heading, lines in (
        (_("In a sentence"), (taken.sentence,) if taken.sentence else ()),
        (_("How this is counted"), taken.notes),
    ):
        for number, text in enumerate(lines):
            if not number:
                line += 1
                sheet.write_string(line, 0, heading, formats.of("@", bold=True))
            sheet.set_row(line, _height((text, _TEXTS)))
            sheet.write_string(line, 1, text, wrapped)
            line += 1
    _set_page(sheet, taken.title)


def _set_page(sheet: "xlsxwriter.worksheet.Worksheet", title: str) -> None:
    """Printed, a sheet says of what it is: its name alone is cut."""
    # In a header "&" begins a code.
    sheet.set_header("&L" + title.replace("&", "&&"))
    sheet.set_footer("&R&P / &N")
    sheet.set_paper(_A4)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def _height(*cells: tuple[str, int]) -> int:
    """How high a row must be, in points, for texts in columns so many letters wide."""
    return _LINE * max((_line_count(text, width) for text, width in cells), default=1)


def _line_count(text: str, width: int) -> int:
    lines, used = 1, 0
    for word in text.split():
        length = letters(word)
        if used and used + 1 + length > width:
            lines, used = lines + 1, 0
        used += length + (1 if used else 0)
        while used > width:
            lines, used = lines + 1, used - width
    return lines


def letters(text: str) -> int:
    """How wide a text is, in letters: those of East Asian scripts are twice as wide."""
    return sum(2 if ord(letter) > 0x1100 else 1 for letter in text)


def _write_table(
    sheet: "xlsxwriter.worksheet.Worksheet", formats: _Formats, table: Table, *, title: str
) -> None:
    headings = headings_of(table)
    widths = list(_widths(headings, table))
    for number, heading in enumerate(headings):
        is_number = number < len(table.columns) and table.columns[number].kind.is_number
        look = formats.of(
            "@", bold=True, text_wrap=True, bottom=1, **_aligned(number, is_number=is_number)
        )
        sheet.write_string(0, number, heading, look)
    for line, row in enumerate(table.rows, start=1):
        for number, (cell, column) in enumerate(zip(row.cells, table.columns, strict=False)):
            _write_cell(sheet, line, number, cell, column, formats=formats, kind=row.kind)
        notes = notes_of(row, table)
        if notes:
            place = len(table.columns)
            _write_text(sheet, line, place, notes, formats, kind=row.kind, align="left", indent=1)
    if not table.rows:
        sheet.write_string(1, 0, table.empty or _("Nothing yet."), formats.of("@", italic=True))
    line = len(table.rows) + 2
    for note in table.footnotes:
        sheet.write_string(line, 0, note, formats.of("@", italic=True))
        line += 1
    for number, width in enumerate(widths):
        sheet.set_column(number, number, width)
    # Bold letters are wider than those that a column is measured by.
    measured = zip(headings, (width - 1 for width in widths), strict=True)
    sheet.set_row(0, _height(*measured))
    sheet.freeze_panes(1, 1)
    sheet.repeat_rows(0)
    _set_page(sheet, f"{title}: {table.title}" if table.title != title else title)


def _aligned(number: int, *, is_number: bool) -> dict[str, Any]:
    """Words that follow a number keep a distance from it."""
    if is_number:
        return {"align": "right"}
    return {"align": "left", "indent": 1} if number else {"align": "left"}


def headings_of(table: Table) -> list[str]:
    """One line of headings: a heading over several columns stands before each of theirs."""
    found = [column_title(column) for column in table.columns]
    return [*found, _("Note")] if has_notes(table) else found


def column_title(column: Column) -> str:
    """A column's heading with what stands over it, and its currency where no word says it."""
    title = column.title
    if column.group:
        title = f"{column.group}: {title}" if title else column.group
    if column.currency and column.currency not in title:
        title = f"{title} ({column.currency})"
    return title


def has_notes(table: Table) -> bool:
    """Whether words belong to some cell."""
    return any(cell.note for row in table.rows for cell in row.cells)


def notes_of(row: Row, table: Table) -> str:
    """The words that belong to cells of a row, each behind its column's heading."""
    return "; ".join(
        cell.note if number == 0 else f"{column_title(column)}: {cell.note}"
        for number, (cell, column) in enumerate(zip(row.cells, table.columns, strict=False))
        if cell.note
    )


def _write_cell(
    sheet: "xlsxwriter.worksheet.Worksheet",
    line: int,
    number: int,
    cell: Cell,
    column: Column,
    *,
    formats: _Formats,
    kind: RowKind,
) -> None:
    value = cell.value
    if isinstance(value, Absent):
        aligned = _aligned(number, is_number=column.kind.is_number)
        look = formats.of("@", kind=kind, font_color="#52606D", **aligned)
        sheet.write_string(line, number, absent_text(value), look)
    elif isinstance(value, str):
        aligned = _aligned(number, is_number=column.kind.is_number)
        _write_text(sheet, line, number, value, formats, kind=kind, **aligned)
    elif isinstance(value, date):
        look = formats.of(_PICTURES[Kind.DAY], kind=kind, **_aligned(number, is_number=False))
        if value < _FIRST_DAY:
            sheet.write_string(line, number, value.isoformat(), look)
        else:
            moment = datetime(*value.timetuple()[:3])  # noqa: DTZ001 - a day, of no zone
            sheet.write_datetime(line, number, moment, look)
    elif abs(float(value)) >= _LARGEST_NUMBER:
        sheet.write_string(line, number, str(value), formats.of("@", kind=kind, align="right"))
    else:
        picture = _PICTURES.get(cell.kind or column.kind, "General")
        if cell.currency and _CURRENCY.fullmatch(cell.currency):
            picture = f'{picture} "{cell.currency}"'
        sheet.write_number(line, number, float(value), formats.of(picture, kind=kind))


def _write_text(
    sheet: "xlsxwriter.worksheet.Worksheet",
    line: int,
    number: int,
    value: str,
    formats: _Formats,
    *,
    kind: RowKind,
    **more: object,
) -> None:
    # A workbook tells text from formulas by itself: only what would lose its own apostrophe on the
    # way back gets another; what looks like a formula is marked as text even when it is edited.
    text = value if restore(value) == value else protect(value)
    if is_live(text):
        more["quote_prefix"] = True
    sheet.write_string(line, number, text, formats.of("@", kind=kind, **more))


def _widths(headings: Sequence[str], table: Table) -> Iterator[int]:
    for number, heading in enumerate(headings):
        longest = max((len(word) for word in heading.split()), default=0) + 2
        for row in table.rows:
            if number < len(row.cells):
                longest = max(longest, _width(row.cells[number]))
        yield min(max(longest, _NARROWEST), _WIDEST)


def _width(cell: Cell) -> int:
    if isinstance(cell.value, Absent):
        return len(absent_text(cell.value)) + 1
    if isinstance(cell.value, str):
        return letters(cell.value[:_WIDEST]) + 2
    if isinstance(cell.value, date):
        return 12
    return len(f"{float(cell.value):,.0f}") + (6 if cell.currency else 2)
