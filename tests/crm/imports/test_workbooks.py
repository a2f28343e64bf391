"""Excel workbooks: what their cells are, and what they may not do to us."""

import io
import re
import zipfile
from collections.abc import Callable
from datetime import date

import pytest
import xlsxwriter

from crm.imports import limits, workbooks
from crm.imports.reading import read_table
from models.errors import DomainError
from tests.crm.imports.offices import to_xlsx

SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"
HEADERS = ("Ref", "Company", "First contact", "Capex", "Jobs")
ROWS = (
    ("L1", "㈱白山物流", date(2024, 5, 9), 45_700_000, 177),
    ("L2", "=1+1", "2024년 5월 3일", "12億円", "~24"),
)


def _parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def _pack(parts: dict[str, bytes], **more: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in {**parts, **more}.items():
            package.writestr(name, data)
    return content.getvalue()


def _with_rows(more: str) -> bytes:
    parts = _parts(to_xlsx(HEADERS, ROWS))
    parts[SHEET] = parts[SHEET].replace(b"</sheetData>", more.encode() + b"</sheetData>")
    return _pack(parts)


def test_cells_keep_their_types_and_rows_their_numbers() -> None:
    table = read_table(to_xlsx(HEADERS, ROWS, skip=3), "leads.xlsx")
    assert (table.encoding, table.delimiter, table.sheet) == ("xlsx", None, "Leads")
    assert (table.headers, table.header_row) == (HEADERS, 4)
    assert [row.number for row in table.rows] == [5, 6]
    assert table.rows[0].cells == ("L1", "㈱白山物流", date(2024, 5, 9), 45_700_000.0, 177.0)
    assert table.rows[1].cells == ("L2", "=1+1", "2024년 5월 3일", "12億円", "~24")


def test_the_first_visible_sheet_with_something_is_read() -> None:
    content = io.BytesIO()
    workbook = xlsxwriter.Workbook(content)
    workbook.add_worksheet("Empty")
    hidden = workbook.add_worksheet("Lists")
    hidden.write_row(0, 0, ("Ref", "Company"))
    hidden.hide()
    sheet = workbook.add_worksheet("案件")
    sheet.write_row(1, 2, ("Ref", "Company"))
    sheet.write_row(3, 2, ("L1", "A"))
    workbook.add_worksheet("Notes").write(0, 0, "x")
    workbook.close()
    table = read_table(content.getvalue())
    assert (table.sheet, table.other_sheets) == ("案件", ("Empty", "Notes"))
    assert (table.header_row, table.rows[0].number, table.letter(0)) == (2, 4, "C")


def test_a_workbook_is_known_by_its_content_not_its_name() -> None:
    assert read_table(to_xlsx(HEADERS, ROWS), "leads.csv").encoding == "xlsx"
    assert read_table(b"Ref,Company\nL1,A\n", "leads.xlsx").encoding == "utf-8"


def test_an_empty_workbook_says_so() -> None:
    content = io.BytesIO()
    workbook = xlsxwriter.Workbook(content)
    workbook.add_worksheet()
    workbook.close()
    with pytest.raises(DomainError, match="no visible sheet"):
        read_table(content.getvalue())


def test_old_and_protected_workbooks_are_told_apart() -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
    with pytest.raises(DomainError, match="old Office format"):
        read_table(ole, "leads.xls")
    with pytest.raises(DomainError, match="protected by a password"):
        read_table(ole + "EncryptedPackage".encode("utf-16-le"), "leads.xlsx")


def test_other_archives_and_damaged_workbooks() -> None:
    with pytest.raises(DomainError, match="archive or a document"):
        read_table(_pack({"word/document.xml": b"<w/>"}))
    whole = to_xlsx(HEADERS, ROWS)
    for broken in (whole[:200], whole[: len(whole) // 2], b"PK\x03\x04" + b"x" * 500):
        with pytest.raises(DomainError, match="damaged"):
            read_table(broken)
    parts = _parts(whole)
    parts[SHEET] = parts[SHEET][:-200]
    with pytest.raises(DomainError, match="damaged"):
        read_table(_pack(parts))


# calamine would end the whole process on most of these: none may reach it.
HOSTILE: dict[str, tuple[str, Callable[[], bytes]]] = {
    "a value in the last column": (
        "columns",
        lambda: _with_rows('<row r="9"><c r="XFD9"><v>1</v></c></row>'),
    ),
    "a value in the last cell": (
        "columns",
        lambda: _with_rows('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
    ),
    "single quotes": (
        "columns",
        lambda: _with_rows("<row r='1048576'><c r='xfd1048576'><v>1</v></c></row>"),
    ),
    "spaces": (
        "rows",
        lambda: _with_rows('<row r="1048576"><c  s = "0"  r = "A1048576" ><v>1</v></c></row>'),
    ),
    "a cell without a reference": (
        "rows",
        lambda: _with_rows('<row r="1048576"><c><v>1</v></c></row>'),
    ),
    "an inline text": (
        "rows",
        lambda: _with_rows(
            '<row r="90000"><c r="A90000" t="inlineStr"><is><t>x</t></is></c></row>'
        ),
    ),
    "a sheet under another name": (
        "columns",
        lambda: _pack(
            {
                name.replace("sheet1", "elsewhere"): data.replace(b"sheet1.xml", b"elsewhere.xml")
                for name, data in _parts(
                    _with_rows('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
                ).items()
            }
        ),
    ),
    "a false count of texts": (
        "damaged",
        lambda: _pack(
            _parts(to_xlsx(HEADERS, ROWS)),
            **{
                STRINGS: re.sub(
                    rb'uniqueCount="\d+"',
                    b'uniqueCount="99999999999"',
                    _parts(to_xlsx(HEADERS, ROWS))[STRINGS],
                )
            },
        ),
    ),
    "an entity that grows": (
        "damaged",
        lambda: _pack(
            _parts(to_xlsx(HEADERS, ROWS)),
            **{
                STRINGS: b'<!DOCTYPE s [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
                + b'<sst uniqueCount="1"><si><t>&b;</t></si></sst>'
            },
        ),
    ),
    "an entity that reads a file": (
        "damaged",
        lambda: _pack(
            _parts(to_xlsx(HEADERS, ROWS)),
            **{
                SHEET: b'<!DOCTYPE s [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
                + _parts(to_xlsx(HEADERS, ROWS))[SHEET].partition(b"?>")[2]
            },
        ),
    ),
    "a bomb": (
        "unpacks to far more",
        lambda: _pack(_parts(to_xlsx(HEADERS, ROWS)), **{"xl/media/a": b"\0" * (20 * 2**20)}),
    ),
    "many entries": (
        "unpacks to far more",
        lambda: _pack(_parts(to_xlsx(HEADERS, ROWS)), **{f"x{n}": b"" for n in range(1001)}),
    ),
}


@pytest.mark.parametrize("attack", HOSTILE)
def test_a_hostile_workbook_is_refused(attack: str, monkeypatch: pytest.MonkeyPatch) -> None:
    says, build = HOSTILE[attack]
    monkeypatch.setattr(workbooks, "CalamineWorkbook", None)
    with pytest.raises(DomainError, match=says):
        read_table(build())


def test_a_size_that_the_archive_denies_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "UNPACKED_BYTES", 2**20)
    monkeypatch.setattr(workbooks, "CalamineWorkbook", None)
    large = b"".join(number.to_bytes(4) for number in range(2**19))
    content = bytearray(_pack(_parts(to_xlsx(HEADERS, ROWS)), **{"xl/media/a": large}))
    entry = content.rfind(b"PK\x01\x02")
    content[entry + 24 : entry + 28] = (100).to_bytes(4, "little")
    with pytest.raises(DomainError, match="unpacks to far more"):
        read_table(bytes(content))


def test_empty_styled_cells_far_out_are_no_attack() -> None:
    table = read_table(_with_rows('<row r="1048576"><c r="XFD1048576" s="1"/></row>'))
    assert len(table.rows) == 2
