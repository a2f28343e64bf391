"""A report as CSV: one table, or all of them with what they are about in a ZIP."""

import io
import zipfile
from collections.abc import Iterator
from decimal import Decimal

from flask_babel import gettext as _

from crm.exports.columns import Cell as Written
from crm.exports.writing import csv_bytes
from crm.reports.cell_text import absent_text
from crm.reports.tables import Absent, Cell, Table
from crm.reports.takeaway.taken import Line, Taken
from crm.reports.takeaway.xlsx import has_notes, headings_of, notes_of

# An archive's files have a time; that of its making would make two alike differ.
_NO_TIME = (1980, 1, 1, 0, 0, 0)


def csv_of(taken: Taken) -> tuple[bytes, bool]:
    """The report's one table with what it is about below it; else a ZIP (then True)."""
    if len(taken.tables) == 1:
        [table] = taken.tables
        rows = [*_rows(table), [], *_about(taken)]
        return csv_bytes(headings_of(table), rows), False
    return _zip(taken), True


def table_csv(table: Table) -> bytes:
    """One table of a report, for a program to read: nothing but its rows."""
    return csv_bytes(headings_of(table), _rows(table))


def _zip(taken: Taken) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        about = list(_about(taken))
        files = [("about.csv", csv_bytes(about[0], about[1:]))]
        files += [(f"{table.code}.csv", table_csv(table)) for table in taken.tables]
        for name, content in files:
            archive.writestr(zipfile.ZipInfo(name, _NO_TIME), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _about(taken: Taken) -> Iterator[Line]:
    yield from taken.about
    if taken.sentence:
        yield (_("In a sentence"), taken.sentence)
    for note in taken.notes:
        yield (_("How this is counted"), note)
    for table in taken.tables:
        for note in table.footnotes:
            yield (table.title, note)


def _rows(table: Table) -> Iterator[list[Written]]:
    notes = has_notes(table)
    for row in table.rows:
        cells: list[Written] = [_written(cell) for cell in row.cells]
        if notes:
            cells += [""] * (len(table.columns) - len(cells)) + [notes_of(row, table)]
        yield cells


def _written(cell: Cell) -> Written:
    value = cell.value
    if isinstance(value, Absent):
        # Neither a zero nor nothing: why there is no number.
        return "" if value is Absent.NOTHING else absent_text(value)
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if cell.currency and isinstance(value, int | float):
        return f"{value} {cell.currency}"
    return value
