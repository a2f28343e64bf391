"""CSV files as tables: delimiters, quotation marks, blank and ragged rows, and their numbers."""

import contextlib
import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.imports import limits
from crm.imports.reading import read_table
from models.errors import DomainError

HEAD = "Ref,Company,First contact\n"


def _numbers(text: str) -> list[int]:
    return [row.number for row in read_table(text.encode()).rows]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(delimiter: str) -> None:
    text = HEAD.replace(",", delimiter) + delimiter.join(["L1", "A, B; C", "2024-05-09"]) + "\n"
    if delimiter in ",;":
        text = text.replace("A, B; C", '"A, B; C"')
    table = read_table(text.encode())
    assert table.delimiter == delimiter
    assert table.rows[0].cells == ("L1", "A, B; C", "2024-05-09")


def test_excel_s_own_hint_is_no_row() -> None:
    table = read_table(b"sep=;\r\nRef;Company\r\nL1;A\r\n")
    assert (table.headers, table.header_row) == (("Ref", "Company"), 1)
    assert table.rows[0].number == 2


def test_a_quoted_line_break_does_not_shift_the_row_numbers() -> None:
    text = HEAD + 'L1,"A\nB\r\nC",2024-05-09\nL2,D,2024-05-09\n'
    table = read_table(text.encode())
    assert [(row.number, row.cells[1]) for row in table.rows] == [(2, "A\nB\r\nC"), (3, "D")]


def test_blank_rows_are_left_out_but_counted() -> None:
    assert _numbers(HEAD + "L1,A,\n\n,,\n  , ,\nL2,B,\n\n") == [2, 6]


def test_a_short_row_is_filled_and_a_long_one_is_a_mistake() -> None:
    table = read_table((HEAD + "L1,A\nL2,Hakusan, Ltd.,2024-05-09\nL3,C,,,\n").encode())
    assert [row.cells for row in table.rows] == [("L1", "A", None), ("L3", "C", "")]
    (problem,) = table.problems
    assert (problem.row, problem.column) == (3, "")
    assert "4 cells and the header has 3" in problem.text()


def test_a_title_above_the_header_is_skipped() -> None:
    text = "Leads of the office,,\n\nas of 2026-10-01,,\n" + HEAD + "L1,A,2024-05-09\n"
    table = read_table(text.encode())
    assert table.headers == ("Ref", "Company", "First contact")
    assert (table.header_row, table.rows[0].number) == (4, 5)


def test_without_known_names_the_first_row_is_the_header() -> None:
    table = read_table(b"\nNummer,Firma\n1,A\n")
    assert (table.headers, table.header_row) == (("Nummer", "Firma"), 2)


def test_a_stray_quotation_mark_stays() -> None:
    table = read_table((HEAD + 'L1,12" pipe,2024-05-09\nL2,"A" B,2024-05-09\n').encode())
    assert [row.cells[1] for row in table.rows] == ['12" pipe', "A B"]


def test_an_open_quotation_mark_is_named_with_its_row() -> None:
    for first in ("L1,A,", 'L1,"A" B,'):
        with pytest.raises(DomainError, match="row 3 a quotation mark"):
            read_table((HEAD + f'{first}\nL2,"B,\nL3,C,\nL4,D,\n').encode())


def test_an_open_quotation_mark_in_the_last_cell_is_found() -> None:
    with pytest.raises(DomainError, match="row 3 a quotation mark"):
        read_table((HEAD + 'L1,A,\nL2,B,"\n').encode())


def test_nul_and_control_characters_do_not_stop_a_file() -> None:
    table = read_table((HEAD + "L1,A\x00B\x07,2024-05-09\n").encode())
    assert len(table.rows) == 1


@pytest.mark.parametrize("content", [b"", b"  \n \r\n", b"\xef\xbb\xbf", b"\xff\xfe", b",,,\n,,\n"])
def test_an_empty_file_says_so(content: bytes) -> None:
    with pytest.raises(DomainError, match="is empty"):
        read_table(content)


def test_a_header_alone_says_so() -> None:
    with pytest.raises(DomainError, match="header in row 1 and no row below"):
        read_table(HEAD.encode())


@pytest.mark.parametrize(
    "content",
    [
        b"<html><body><table><tr><td>Ref</td></tr></table></body></html>",
        b'\xef\xbb\xbf <?xml version="1.0"?><Workbook/>',
        "<!DOCTYPE html><table>".encode("utf-16"),
    ],
)
def test_a_web_page_is_no_table(content: bytes) -> None:
    with pytest.raises(DomainError, match="web page or an XML file"):
        read_table(content, "leads.xls")


@pytest.mark.parametrize(
    "content",
    [b"%PDF-1.7 ...", b"\x89PNG\r\n\x1a\n....", bytes(range(256)) * 40, b"\x1f\x8b\x08.."],
)
def test_other_files_are_no_table(content: bytes) -> None:
    with pytest.raises(DomainError):
        read_table(content, "leads.csv")


def test_the_limits_of_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DomainError, match="more than 200 columns"):
        read_table(("h," * 201 + "\n" + "1," * 201).encode())
    monkeypatch.setattr(limits, "ROWS", 20)
    assert len(_numbers(HEAD + "L,A,\n" * 20)) == 20
    with pytest.raises(DomainError, match="more than 20 rows"):
        read_table((HEAD + "L,A,\n" * 21).encode())
    monkeypatch.setattr(limits, "FILE_BYTES", 2**20)
    with pytest.raises(DomainError, match="larger than 1 MB"):
        read_table(b"x" * (2**20 + 1))


def test_a_cell_beyond_excel_s_limit_is_a_mistake_of_its_row() -> None:
    table = read_table((HEAD + f"L1,{'a' * 32_768},\nL2,{'a' * 32_767},\n").encode())
    assert [(problem.row, problem.column) for problem in table.problems] == [(2, "Company")]
    assert [row.number for row in table.rows] == [3]
    with pytest.raises(DomainError, match="Row 2 has a cell of more than 32767"):
        read_table((HEAD + f"L1,{'a' * 200_000},\n").encode())


def test_columns_bear_the_letters_of_a_spreadsheet() -> None:
    table = read_table(HEAD.encode() + b"1,2,3\n")
    assert [table.letter(index) for index in (0, 25, 26, 51, 52, 701, 702)] == [
        "A",
        "Z",
        "AA",
        "AZ",
        "BA",
        "ZZ",
        "AAA",
    ]


CELLS = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n\t"), max_size=12
).map(lambda text: text.replace("\r", ""))


@given(rows=st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=8))
def test_any_text_comes_back_with_its_row_number(rows: list[tuple[str, str, str]]) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(("Ref", "Company", "First contact"))
    writer.writerows((f"L{number}", *row[:2]) for number, row in enumerate(rows))
    table = read_table(text.getvalue().encode("utf-8-sig"))
    assert [(row.number, row.cells) for row in table.rows] == [
        (number + 2, (f"L{number}", *row[:2])) for number, row in enumerate(rows)
    ]


@given(st.binary(max_size=400))
def test_no_bytes_raise_anything_but_a_sentence(content: bytes) -> None:
    for prefix in (b"", HEAD.encode(), "管理番号,会社名\n".encode("cp932"), b"PK\x03\x04"):
        with contextlib.suppress(DomainError):
            read_table(prefix + content)
