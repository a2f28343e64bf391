"""From the bytes of a file to a table with printed headers and numbered rows."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

from crm.imports import limits
from crm.imports.columns import count_known
from crm.imports.encodings import Decoded, decode, decode_as, not_a_table
from crm.imports.problems import RowProblem
from crm.imports.table import Cell, Row, Table
from crm.imports.text import clean, one_line
from crm.imports.workbooks import is_workbook, read_sheet
from models.errors import DomainError, N_

DELIMITERS = (",", ";", "\t", "|")
_SAMPLE_LINES = 30
_EXCEL_HINT = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
_PAGE = re.compile(
    r"\s*(?:<\?xml|<!doctype|<html|<head|<body|<table|<style|<meta|<div)", re.IGNORECASE
)
_FOREIGN = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"\x1f\x8b",
    b"7z\xbc\xaf",
    b"Rar!",
    b"{\\rtf",
)


def read_table(
    content: bytes,
    file_name: str = "",
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
) -> Table:
    """The table in a CSV file or an .xlsx workbook. The content decides, not the file's name.

    `encoding` and `delimiter` are what a person says of a CSV file; else its content tells.

    Raises a `DomainError` with a sentence where there is no table. A row with more cells than
    headers, or with a cell beyond the limit, stands in the table's problems.
    """
    limits.check_size(content)
    if content.startswith(_FOREIGN):
        raise not_a_table()
    if is_workbook(content):
        return _from_workbook(content)
    return _from_text(decode_as(content, encoding) if encoding else decode(content), delimiter)


def _from_workbook(content: bytes) -> Table:
    sheet = read_sheet(content)
    return _build(
        sheet.rows,
        encoding="xlsx",
        sheet=sheet.name,
        other_sheets=sheet.other_sheets,
        first_column=sheet.first_column,
    )


def _from_text(decoded: Decoded, said: str | None = None) -> Table:
    text = decoded.text
    if not text.strip():
        raise DomainError(N_("The file is empty."))
    if _PAGE.match(text):
        raise DomainError(
            N_(
                "This is a web page or an XML file, even if its name says otherwise."
                " Open it in Excel, save it as .xlsx or as CSV UTF-8, and import that."
            )
        )
    hint = _EXCEL_HINT.match(text)
    if hint is not None:
        # Excel takes this line for itself: it is not a row of the sheet.
        text = text[hint.end() :]
    if said is not None and said not in DELIMITERS:
        raise DomainError(N_("Between cells stands a comma, a semicolon, a tab or a bar."))
    delimiter = said or (hint[1] if hint is not None else _find_delimiter(text))
    return _build(
        _split(text, delimiter),
        encoding=decoded.encoding,
        delimiter=delimiter,
        is_repaired=decoded.is_repaired,
    )


def _find_delimiter(text: str) -> str:
    """The delimiter whose header row holds most known names, then most columns."""
    sample = "".join(text.splitlines(keepends=True)[:_SAMPLE_LINES])
    best, found = (-1, -1), ","
    for delimiter in DELIMITERS:
        rows = _lenient_rows(sample, delimiter)[: limits.HEADER_SEARCH_ROWS]
        known = max((count_known(row) for row in rows), default=0)
        width = max((len(row) for row in rows), default=0)
        if (known, width) > best:
            best, found = (known, width), delimiter
    return found


def _lenient_rows(text: str, delimiter: str) -> list[list[str]]:
    rows: list[list[str]] = []
    try:
        rows.extend(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:
        return rows
    return rows


def _split(text: str, delimiter: str) -> Sequence[Sequence[str]]:
    """The records of a CSV text, blank ones included, as a spreadsheet would number them."""
    rows: list[list[str]] = []
    is_strict = True
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            rows.append(row)
            limits.check_rows(len(rows) - limits.HEADER_SEARCH_ROWS)
    except csv.Error as error:
        if "unexpected end of data" in str(error):
            raise _unclosed(len(rows) + 1) from error
        if "field larger" in str(error):
            raise _long_cell(len(rows) + 1) from error
        is_strict = False
    if is_strict:
        return rows
    # A stray quotation mark inside a cell (12" pipe) is read as it stands.
    rows = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            rows.append(row)
            limits.check_rows(len(rows) - limits.HEADER_SEARCH_ROWS)
    except csv.Error as error:
        raise _long_cell(len(rows) + 1) from error
    if rows and rows[-1] and "\n" in rows[-1][-1].rstrip() and not text.rstrip().endswith('"'):
        raise _unclosed(len(rows))
    return rows


def _unclosed(number: int) -> DomainError:
    return DomainError(
        N_(
            "In row %(row)s a quotation mark opens and never closes, so that the rest of the file"
            " is one cell. Close it or take it out."
        ),
        row=number,
    )


def _long_cell(number: int) -> DomainError:
    return DomainError(
        N_(
            "Row %(row)s has a cell of more than %(limit)s characters."
            " Shorten it, or close a quotation mark that is left open."
        ),
        row=number,
        limit=limits.CELL_CHARACTERS,
    )


def _is_empty(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip(" \t\r\n\0\u3000\ufeff\u200b"))


def _find_header(rows: Sequence[Sequence[Cell]]) -> int:
    """The index of the header row: of the first rows the one with most known names."""
    first, best, best_known = -1, -1, 1
    seen = 0
    for index, row in enumerate(rows):
        if all(_is_empty(cell) for cell in row):
            continue
        first = index if first < 0 else first
        seen += 1
        known = count_known(one_line(cell) for cell in row if isinstance(cell, str))
        if known > best_known:
            best, best_known = index, known
        if seen == limits.HEADER_SEARCH_ROWS:
            break
    return best if best >= 0 else first


def _build(
    rows: Sequence[Sequence[Cell]],
    *,
    encoding: str,
    delimiter: str | None = None,
    sheet: str | None = None,
    other_sheets: Iterable[str] = (),
    is_repaired: bool = False,
    first_column: int = 0,
) -> Table:
    header_at = _find_header(rows)
    if header_at < 0:
        raise DomainError(N_("The file is empty."))
    headers = tuple(one_line(cell) for cell in rows[header_at])
    width = max((at for at, header in enumerate(headers, start=1) if header), default=0)
    width = max(width, _widest_below_blank_headers(rows[header_at + 1 :], len(headers)))
    headers = headers[:width]
    limits.check_columns(width)
    kept: list[Row] = []
    problems: list[RowProblem] = []
    for number, cells in enumerate(rows[header_at + 1 :], start=header_at + 2):
        if all(_is_empty(cell) for cell in cells):
            continue
        problem = _row_problem(number, cells, headers)
        if problem is not None:
            problems.append(problem)
            continue
        padded = tuple(cells[:width]) + (None,) * (width - len(cells))
        kept.append(Row(number, padded))
    limits.check_rows(len(kept) + len(problems))
    if not kept and not problems:
        raise DomainError(
            N_("The file has a header in row %(row)s and no row below it."), row=header_at + 1
        )
    return Table(
        headers=headers,
        header_row=header_at + 1,
        rows=tuple(kept),
        encoding=encoding,
        delimiter=delimiter,
        sheet=sheet,
        other_sheets=tuple(other_sheets),
        problems=tuple(problems),
        is_repaired=is_repaired,
        first_column=first_column,
    )


def _widest_below_blank_headers(rows: Sequence[Sequence[Cell]], width: int) -> int:
    """How many of the header row's cells are used below, although the header itself is blank."""
    used = 0
    for row in rows:
        for at in range(min(len(row), width), used, -1):
            if not _is_empty(row[at - 1]):
                used = at
                break
    return used


def _row_problem(number: int, cells: Sequence[Cell], headers: Sequence[str]) -> RowProblem | None:
    extra = [cell for cell in cells[len(headers) :] if not _is_empty(cell)]
    if extra:
        return RowProblem(
            number,
            "",
            N_(
                "This row has %(cells)s cells and the header has %(headers)s."
                " Put a cell that contains the delimiter between quotation marks."
            ),
            {"cells": len(cells), "headers": len(headers)},
        )
    for header, cell in zip(headers, cells, strict=False):
        if isinstance(cell, str) and len(cell) > limits.CELL_CHARACTERS:
            return RowProblem(
                number,
                header,
                N_("This cell has %(length)s characters; at most %(limit)s can be read."),
                {"length": len(clean(cell)), "limit": limits.CELL_CHARACTERS},
            )
    return None
