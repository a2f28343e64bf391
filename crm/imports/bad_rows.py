"""The rows of a file that have a mistake, as a file of the same kind, each with what is wrong."""

import csv
import io
from collections.abc import Sequence
from datetime import date, datetime

import xlsxwriter  # type: ignore[import-untyped]
from flask_babel import gettext as _

from crm.imports.preview import Said
from crm.imports.table import Cell, Table
from crm.imports.text import printed
from crm.spreadsheet_cells import protect

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def bad_rows_file(table: Table, problems: Sequence[Said]) -> tuple[bytes, str, str]:
    """The file, its type and its ending: a workbook where a workbook came, else CSV."""
    said: dict[int, list[str]] = {}
    for one in problems:
        where = f"{one.column}: " if one.column else ""
        said.setdefault(one.row, []).append(f"{where}{one.text}")
    rows = [(row.cells, said.pop(row.number)) for row in table.rows if row.number in said]
    # Of a row that could not be taken apart only its number is known.
    blank: tuple[Cell, ...] = (None,) * len(table.headers)
    rows += [
        (blank, [_("Row %(row)s: %(problem)s", row=number, problem=text) for text in texts])
        for number, texts in sorted(said.items())
    ]
    lines = [(cells, " ".join(texts)) for cells, texts in rows]
    if table.encoding == "xlsx":
        return _workbook(table.headers, lines), XLSX, "xlsx"
    return _text(table, lines), "text/csv", "csv"


def _text(table: Table, lines: Sequence[tuple[Sequence[Cell], str]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=table.delimiter or ",", quoting=csv.QUOTE_ALL)
    writer.writerow([*map(protect, table.headers), _("Problem")])
    for cells, text in lines:
        writer.writerow([*(protect(printed(cell)) for cell in cells), protect(text)])
    return out.getvalue().encode("utf-8-sig", errors="replace")


def _workbook(headers: Sequence[str], lines: Sequence[tuple[Sequence[Cell], str]]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        head = book.add_format({"bold": True})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for column, header in enumerate([*headers, _("Problem")]):
            sheet.write_string(0, column, header, head)
        for number, (cells, text) in enumerate(lines, start=1):
            for column, cell in enumerate([*cells, text]):
                if isinstance(cell, bool) or cell is None:
                    sheet.write_string(number, column, printed(cell))
                elif isinstance(cell, int | float):
                    sheet.write_number(number, column, cell)
                elif isinstance(cell, datetime | date):
                    sheet.write_datetime(number, column, cell, day)
                else:
                    sheet.write_string(number, column, printed(cell))
    return out.getvalue()
