"""Files of any cells: nothing in them is live, and everything comes back."""

import csv
import io
import re
import zipfile
from collections.abc import Sequence
from datetime import UTC, date, datetime

import pytest
from python_calamine import CalamineWorkbook

from crm.exports.columns import Cell
from crm.exports.writing import csv_bytes, xlsx_bytes
from crm.spreadsheet_cells import restore
from models.errors import DomainError
from tests.crm.exports.payloads import PAYLOADS

# What a spreadsheet takes for the beginning of a formula, looked at on its own, not by our rules.
_LIVE = re.compile(r"[\s\u200b\ufeff]*[=+\-@＝＋－＠﹢﹦﹣﹫]|[\t\r\n]")


def _csv_cells(content: bytes, delimiter: str = ",") -> list[list[str]]:
    text = content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def _sheet(content: bytes) -> list[list[object]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return book.get_sheet_by_index(0).to_python()


def test_there_are_enough_payloads() -> None:
    assert len(set(PAYLOADS)) >= 33


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_csv_cell_is_live_and_each_comes_back(payload: str) -> None:
    content = csv_bytes(["Text", "Next"], [[payload, "x"]])
    # In a locale that parts cells by semicolons, the row is still one cell a column or none at all.
    for delimiter in ",;\t":
        for row in _csv_cells(content, delimiter):
            assert not any(_LIVE.match(cell) for cell in row), (delimiter, row)
    [_heading, row] = _csv_cells(content)
    assert [restore(cell) for cell in row] == [payload, "x"]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_cell_of_a_workbook_is_live_and_each_comes_back(payload: str) -> None:
    content = xlsx_bytes("Texts", ["Text", "Next"], [[payload, "x"]])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = [archive.read(name) for name in archive.namelist()]
        assert not any(b"<f>" in part or b"<f " in part for part in parts)
        assert not any("externalLink" in name or "hyperlink" in name for name in archive.namelist())
        sheet = archive.read("xl/worksheets/sheet1.xml")
    # A cell of text, by its type; one that could be a formula also bears the mark of a text.
    assert sheet.count(b'<c r="A2" ') == 1
    assert re.search(rb'<c r="A2"[^>]* t="(inlineStr|s)"', sheet)
    [_heading, row] = _sheet(content)
    assert [restore(str(cell)) for cell in row] == [payload, "x"]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_workbook_shows_a_text_as_it_is(payload: str) -> None:
    """No apostrophe in front, but where taking one away would change the text."""
    [_heading, [cell, _next]] = _sheet(xlsx_bytes("Texts", ["Text", "Next"], [[payload, "x"]]))
    assert cell == payload or payload.startswith("'")


def test_what_could_be_a_formula_stays_text_when_somebody_edits_it() -> None:
    content = xlsx_bytes("Texts", ["Text"], [["=1+1"]])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert b'quotePrefix="1"' in archive.read("xl/styles.xml")


ROW: Sequence[Cell] = (
    "見本工業",
    12_000_000,
    0.35,
    date(2026, 4, 1),
    datetime(2026, 11, 20, 9, 30),  # noqa: DTZ001 - as a spreadsheet knows it
    None,
    "",
    "0012",
    -5,
)


def test_numbers_and_days_are_real_ones_in_a_workbook() -> None:
    [_heading, row] = _sheet(xlsx_bytes("Cells", [str(n) for n in range(9)], [ROW]))
    assert row == [
        "見本工業",
        12_000_000,
        0.35,
        date(2026, 4, 1),
        datetime(2026, 11, 20, 9, 30),  # noqa: DTZ001
        "",
        "",
        "0012",
        -5,
    ]


def test_they_are_plain_words_in_a_csv_file() -> None:
    [_heading, row] = _csv_cells(csv_bytes([str(n) for n in range(9)], [ROW]))
    assert row == [
        *("見本工業", "12000000", "0.35", "2026-04-01", "2026-11-20 09:30"),
        *("", "", "0012", "-5"),
    ]


def test_a_number_that_a_spreadsheet_would_round_stays_text() -> None:
    [_heading, row] = _sheet(xlsx_bytes("Cells", ["A"], [[12_345_678_901_234_567]]))
    assert row == ["12345678901234567"]


def test_a_moment_is_by_the_clock_it_was_given_in() -> None:
    moment = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
    [_heading, row] = _sheet(xlsx_bytes("Cells", ["A"], [[moment]]))
    assert row == [datetime(2026, 11, 20, 9, 30)]  # noqa: DTZ001


def test_a_day_before_the_calendar_of_spreadsheets_is_text() -> None:
    [_heading, row] = _sheet(xlsx_bytes("Cells", ["A"], [[date(1900, 1, 1)]]))
    assert row == ["1900-01-01"]


def test_what_no_cell_holds_is_refused_and_never_cut() -> None:
    with pytest.raises(DomainError, match="32767 characters"):
        xlsx_bytes("Cells", ["A"], [["x" * 32_768]])
    assert "x" * 32_768 in csv_bytes(["A"], [["x" * 32_768]]).decode()


def test_many_rows_are_all_there() -> None:
    rows: list[list[Cell]] = [[number, f"row {number}"] for number in range(3_000)]
    assert len(_sheet(xlsx_bytes("Cells", ["A", "B"], rows))) == 3_001


def test_a_moment_and_an_amount_can_be_read_in_their_columns() -> None:
    moment = datetime(2026, 3, 31, 9, 5, tzinfo=UTC)
    content = xlsx_bytes("Leads", ["At", "Sum", "Year"], [[moment, 12_345_678_901, 2026]])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
        looks = archive.read("xl/styles.xml").decode()
    widths = [float(width) for width in re.findall(r'<col [^>]*width="([\d.]+)"', sheet)]
    assert widths[0] > len("2026-03-31 09:05")
    assert widths[1] > len("12,345,678,901")
    styled = dict(re.findall(r'<c r="(\w+)"(?: s="(\d+)")?>', sheet))
    assert (bool(styled["B2"]), styled["C2"]) == (True, "")
    assert 'formatCode="#,##0"' in looks
