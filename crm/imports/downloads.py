"""Files that the pages of imports hand out: templates, and every mistake of a file."""

import csv
import io
from collections.abc import Iterable, Sequence

import xlsxwriter  # type: ignore[import-untyped]
from flask_babel import gettext as _

from crm.imports.preview import Said
from crm.imports.template import template_rows
from crm.spreadsheet_cells import protect
from models.import_batch import BatchKind

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def template_csv(language: str, kind: BatchKind) -> bytes:
    """The template as a CSV file that Excel opens rightly."""
    return _csv(template_rows(language, kind))


def template_xlsx(language: str, kind: BatchKind) -> bytes:
    """The template as a workbook; every cell is text, so that no spreadsheet changes a date."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        head = book.add_format({"bold": True})
        text = book.add_format({"num_format": "@"})
        for number, row in enumerate(template_rows(language, kind)):
            for column, cell in enumerate(row):
                sheet.write_string(number, column, cell, head if number == 0 else text)
        sheet.set_column(0, 40, 18)
        sheet.freeze_panes(1, 0)
    return out.getvalue()


def problems_csv(problems: Iterable[Said]) -> bytes:
    """Every mistake with its row; no cell is a formula to any spreadsheet."""
    rows = [(str(one.row), protect(one.column), protect(one.text)) for one in problems]
    return _csv([(_("Row"), _("Column"), _("What is wrong")), *rows])


def _csv(rows: Iterable[Sequence[str]]) -> bytes:
    out = io.StringIO(newline="")
    # All quoted: a cell that holds the separator of another locale stays one cell there too.
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows(rows)
    return out.getvalue().encode("utf-8-sig")
