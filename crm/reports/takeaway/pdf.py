"""Reports as PDF: all their tables, with the charts as they stand on the page."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _

from crm.reports.cell_text import cell_text
from crm.reports.chart_options import text_of
from crm.reports.rendering import draw_svg
from crm.reports.tables import Absent, RowKind, Table
from crm.reports.takeaway.taken import Taken
from crm.reports.takeaway.typesetting import to_pdf, worded
from crm.reports.takeaway.xlsx import headings_of, letters
from crm.web.formatting import reading_locale

# Points: what a page is wide between its margins, upright and on its side, what stands beside the
# words of a cell, and the sizes of letters that one reads with ease, and at all.
_UPRIGHT, _ON_ITS_SIDE = 493.0, 740.0
_BESIDE = 7.0
_EASY, _LEAST, _SMALLEST = 8.5, 5.8, 5.0
# A letter's width in letters' sizes, on average; digits are that wide.
_LETTER = 0.57
_NAME, _WORDS, _DIGITS = 28, 16, 22
_FEW = 7


def pdf_bytes(reports: Sequence[Taken], *, title: str | None = None) -> bytes:
    """One report, or a book of several with a list of them in front.

    Raises:
        DomainError: the fonts were not fetched.
    """
    document, pictures = document_of(reports, title=title)
    return to_pdf("report.typ", document, pictures, made_at=reports[0].made_at)


def document_of(
    reports: Sequence[Taken], *, title: str | None = None
) -> tuple[dict[str, Any], dict[str, str]]:
    """What the template is given: the words, and the charts by their names."""
    pictures: dict[str, str] = {}
    first = reports[0]
    lines = dict(first.about)
    return {
        "title": title or first.title,
        "lang": reading_locale().language,
        "foot": " · ".join(
            filter(None, (title or first.title, lines.get(_("Made by")), lines.get(_("Made on"))))
        ),
        "page": _("Page"),
        "of": _("of"),
        "how": _("How this is counted"),
        "reports": [_report(taken, pictures) for taken in reports],
    }, pictures


def _report(taken: Taken, pictures: dict[str, str]) -> dict[str, Any]:
    parts = []
    for table in taken.tables:
        charts = []
        for spec in taken.charts:
            if spec.table == table.code:
                name = f"svg{len(pictures)}"
                pictures[name] = draw_svg(spec)
                charts.append({"title": spec.title, "svg": name, "alt": text_of(spec)})
        parts.append(
            {
                "title": table.title,
                "charts": charts,
                "table": table_of(table),
                "empty": table.empty or _("Nothing yet."),
                "notes": [worded(note) for note in table.footnotes],
            }
        )
    return {
        "title": taken.title,
        "sentence": worded(taken.sentence) if taken.sentence else "",
        "about": [[heading, worded(text)] for heading, text in taken.about],
        "parts": parts,
        "notes": [worded(note) for note in taken.notes],
    }


def table_of(table: Table) -> dict[str, Any]:
    """A table as the template sets it; its columns are as wide as their words need."""
    heads = headings_of(table)[: len(table.columns)]
    width = len(heads)
    rows = []
    for row in table.rows:
        cells = [
            {
                "t": worded(cell_text(cell, column)),
                "n": worded(cell.note) if cell.note else "",
                "q": isinstance(cell.value, Absent),
            }
            for cell, column in zip(row.cells, table.columns, strict=False)
        ]
        cells += [{"t": "", "n": "", "q": False}] * (width - len(cells))
        rows.append({"kind": row.kind.value, "cells": cells})
    widths = _widths(table, heads)
    size = _size(widths, _UPRIGHT)
    is_flipped = size < _LEAST
    if is_flipped:
        size = max(_size(widths, _ON_ITS_SIDE), _SMALLEST)
    return {
        "heads": heads,
        "numbers": [column.kind.is_number for column in table.columns],
        "widths": widths,
        "size": size,
        "flipped": is_flipped,
        "rows": rows,
    }


def _size(widths: Sequence[int], room: float) -> float:
    """As large as the letters of a table may be, so that no number runs into the next one."""
    return min((room - _BESIDE * len(widths)) / (_LETTER * sum(widths)), _EASY)


def _widths(table: Table, heads: Sequence[str]) -> list[int]:
    # A heading has three lines at most, where there is room, and four where there is little.
    lines = 3 if len(heads) <= _FEW else 4
    found = [
        max(max((len(word) for word in head.split()), default=1) + 1, -(-len(head) // lines))
        for head in heads
    ]
    for row in table.rows:
        if row.kind is RowKind.GROUP:
            continue
        for number, (cell, column) in enumerate(zip(row.cells, table.columns, strict=False)):
            longest = letters(cell_text(cell, column)) + 1
            longest += min(len(cell.note), 12) if cell.note else 0
            most = _DIGITS if column.kind.is_number else _WORDS if number else _NAME
            found[number] = max(found[number], min(longest, most))
    return [max(width, 5) for width in found]
