"""The EDINET code list: what is taken from the agency's file, and how companies are found."""

import io
import time
import zipfile
from datetime import date
from pathlib import Path

import pytest

from crm.organizations.identifiers import check_identifier
from crm.registers.edinet import EMBEDDED, Edinet, read_code_list, read_table, write_table
from crm.registers.tables import industries
from models.errors import DomainError
from models.organization import IdentifierScheme
from tests.crm.registers.code_list import HEADER, ROWS, code_list


@pytest.fixture(scope="module")
def register() -> Edinet:
    """The edition that we ship."""
    return Edinet()


def test_companies_of_japan_are_taken_and_nobody_else() -> None:
    found = read_code_list(code_list())
    assert found.as_of == date(2026, 10, 5)
    assert [entry.code for entry in found.entries] == ["E90001", "E90002"]
    first, second = found.entries
    assert (first.native, first.kana, first.english) == (
        *("株式会社見本タネA", "ミホンタネエー"),
        "MIHON SEEDS A CO., LTD.",
    )
    assert (first.city, first.industry, first.fiscal_year_end_month) == ("横浜市", "0050", 3)
    assert (first.is_listed, first.securities_code) == (True, "9991")
    assert first.number(IdentifierScheme.JP_CORPORATE_NUMBER) == "7000012050002"
    assert (second.kana, second.english, second.is_listed) == ("ミホンソウコ", None, False)
    assert (second.industry, second.fiscal_year_end_month) == ("5200", 2)
    assert second.numbers == ((IdentifierScheme.EDINET, "E90002"),)


def test_a_table_of_ours_holds_the_same(tmp_path: Path) -> None:
    found = read_code_list(code_list())
    path = tmp_path / "edinet.tsv"
    path.write_text(write_table(found), encoding="utf-8")
    again = read_table(path)
    assert again.as_of == found.as_of
    # A city is called as in Latin letters where it is shown; the table keeps the register's.
    assert [entry.city for entry in again.entries] == ["Yokohama", "Tokyo"]
    assert [entry.native for entry in again.entries] == [entry.native for entry in found.entries]
    assert [entry.numbers for entry in again.entries] == [entry.numbers for entry in found.entries]
    assert "Public Data License 1.0; edited" in path.read_text(encoding="utf-8").splitlines()[0]


def test_the_archive_that_the_agency_gives_is_opened() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("EdinetcodeDlInfo.csv", code_list())
    assert len(read_code_list(packed.getvalue()).entries) == 2


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "not the EDINET code list"),
        (b"a,b\r\nc,d\r\n", "not the EDINET code list"),
        (code_list(header=HEADER[1:]), "not the EDINET code list"),
        (code_list(day="heute"), "not the EDINET code list"),
        (code_list((*ROWS, ("E90005", "x"))), "Row 7 "),
        (code_list((ROWS[0][1:] + ROWS[0][:1],)), "Row 3 "),
        (code_list((ROWS[2],)), "no Japanese company"),
        (b"\xff\xfe\x00\x81", "code page 932"),
        (b"PK\x03\x04 and no more", "cannot be opened"),
    ],
)
def test_what_is_not_that_file_is_refused_with_its_row(content: bytes, words: str) -> None:
    with pytest.raises(DomainError, match=words):
        read_code_list(content)


def test_the_edition_that_we_ship_is_whole(register: Edinet) -> None:
    entries = read_table(EMBEDDED).entries
    assert len(entries) == register.count() > 7_000
    assert sum(entry.is_listed for entry in entries) > 3_700
    for entry in entries:
        number = entry.number(IdentifierScheme.JP_CORPORATE_NUMBER)
        assert number is None or check_identifier(IdentifierScheme.JP_CORPORATE_NUMBER, number)
        assert entry.industry is None or entry.industry in industries()
        assert entry.fiscal_year_end_month in (None, *range(1, 13))
    assert EMBEDDED.stat().st_size < 1_500_000
    # Persons are of no type that is taken: none of their family names stands alone.
    assert not any(" " in entry.native and len(entry.native) < 7 for entry in entries)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("トヨタ自動車", "E02144"),
        ("とよたじどうしゃ", "E02144"),
        ("ﾄﾖﾀ自動車", "E02144"),
        ("toyota motor", "E02144"),
        ("TOYOTA MOTOR CORPORATION", "E02144"),
        ("株式会社シマノ", "E02257"),
        ("しまの", "E02257"),
        ("simano", "E02257"),
        ("7203", "E02144"),
        ("E02144", "E02144"),
        ("1180301018771", "E02144"),
        ("T1-1803-0101-8771", "E02144"),
        ("日産自", "E02142"),
        ("nissan motor", "E02142"),
        ("ソニーグ", "E01777"),
    ],
)
def test_a_company_is_found_first(register: Edinet, text: str, code: str) -> None:
    assert register.search(text, 10)[0].code == code


@pytest.mark.parametrize("text", ["日産", "にっ", "ni", "to", "70", "ソニ", "工業", "z9"])
def test_two_letters_are_enough_and_quick(register: Edinet, text: str) -> None:
    register.count()
    best = min(_seconds(register, text) for _ in range(5))
    assert best < 0.010
    assert (len(register.search(text, 20)) > 0) == (text != "z9")


def _seconds(register: Edinet, text: str) -> float:
    begin = time.perf_counter()
    register.search(text, 20)
    return time.perf_counter() - begin


@pytest.mark.parametrize("text", ["", " ", "a", "日", "。。", "%%", "\n\n"])
def test_nothing_to_go_by_finds_nothing(register: Edinet, text: str) -> None:
    assert list(register.search(text, 10)) == []


def test_a_beginning_comes_before_a_middle_and_listed_before_others(register: Edinet) -> None:
    found = register.search("ソニー", 20)
    starts = [entry.native.startswith("ソニー") for entry in found]
    assert starts == sorted(starts, reverse=True)
    assert found[0].native.startswith("ソニー")


def test_a_refreshed_edition_is_used_at_once(tmp_path: Path) -> None:
    path = tmp_path / "registers" / "edinet.tsv"
    register = Edinet(path)
    assert not register.is_refreshed
    assert register.find("E02144") is not None
    path.parent.mkdir()
    path.write_text(write_table(read_code_list(code_list())), encoding="utf-8")
    assert register.is_refreshed
    assert register.find("E02144") is None
    assert register.search("見本", 5)[0].code == "E90001"
