"""Files of four languages in the encodings that offices save in."""

import random

import pytest

from crm.imports.columns import guess_kind, match_columns
from crm.imports.encodings import decode
from crm.imports.reading import read_table
from models.errors import DomainError
from tests.crm.imports.offices import CSV_ENCODINGS, make_office, to_csv

CASES = [(language, code) for language, codes in CSV_ENCODINGS.items() for code in codes]


@pytest.mark.parametrize("leads", [1, 3, 40])
@pytest.mark.parametrize(("language", "encoding"), CASES)
def test_an_office_s_file_is_decoded(language: str, encoding: str, leads: int) -> None:
    office = make_office(language, leads, seed=leads)
    content = to_csv(office.headers, office.rows, encoding)
    table = read_table(content, f"leads_{encoding}.csv")
    # Quotation marks and middle dots that an encoding lacks became question marks on the way.
    expected = [
        tuple(cell.encode(encoding, "replace").decode(encoding) for cell in row)
        for row in office.rows
    ]
    assert [row.cells for row in table.rows] == expected
    assert not table.is_repaired


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("id,a,b\r\n1,株式会社テスト,有限会社山田製作所\r\n", "cp932"),
        ("id,a,b\r\n1,東京都千代田区丸の内1-1,研究開発拠点\r\n", "euc_jp"),
        ("id,a,b\r\n1,삼성전자,서울특별시 강남구 테헤란로\r\n", "cp949"),
        ("id,a,b\r\n1,뷁똠 상사,경기도 성남시\r\n", "cp949"),
        ("id,a,b\r\n1,Société Générale,Québec\r\n", "cp1252"),
        ("id,a,b\r\n1,株式会社テスト,山田\r\n", "iso2022_jp"),
        ("id,a,b\r\n1,株式会社テスト,山田\r\n", "utf-16-le"),
        ("id,a,b\r\n1,plain,letters\r\n", "utf-16-be"),
        ("id,a,b\r\n1,株式会社テスト,山田\r\n", "utf-32"),
    ],
)
def test_a_short_file_without_known_headers_is_decoded(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)).text == text


@pytest.mark.parametrize("encoding", ["cp932", "euc_jp"])
def test_known_headers_decide_where_the_rows_tell_nothing(encoding: str) -> None:
    text = "管理番号,会社名,備考\r\n1,ﾃｽﾄ半角,ﾃｽﾄ半角\r\n2,ﾃｽﾄ,ﾊﾝｶｸ\r\n"
    assert decode(text.encode(encoding)).text == text


def test_a_western_file_with_a_single_sign_is_read() -> None:
    text = "Ref,Company,First contact\r\nL1,Hakusan® Logistics,2024-01-05\r\n"
    assert decode(text.encode("cp1252")).text == text


def test_korean_names_lost_in_a_japanese_file_do_not_mislead() -> None:
    office = make_office("ja", 30)
    rows = [(*row[:2], "주식회사 우람", *row[3:]) for row in office.rows]
    table = read_table(to_csv(office.headers, rows, "cp932"))
    assert table.encoding == "cp932"
    assert {row.cells[2] for row in table.rows} == {"???? ??"}


def test_a_few_broken_characters_are_shown_not_refused() -> None:
    content = to_csv(*_parts("fr", 20), "utf-8")
    broken = content.replace("É".encode(), b"\xff", 1)
    table = read_table(broken)
    assert table.is_repaired
    assert table.encoding == "utf-8"
    assert len(table.rows) == 20


def test_bytes_of_no_encoding_are_refused_with_a_sentence() -> None:
    rng = random.Random(1)
    noise = bytes(rng.randrange(128, 256) for _ in range(4000))
    with pytest.raises(DomainError, match="encoding cannot be told"):
        read_table(b"a,b\n" + noise)


def test_the_file_of_every_language_is_understood_whatever_the_encoding() -> None:
    for language, encoding in CASES:
        office = make_office(language, 5)
        table = read_table(to_csv(office.headers, office.rows, encoding))
        mapping = match_columns(table.headers, guess_kind(table.headers))
        assert mapping.missing == ()
        assert mapping.unmatched == ()


def _parts(language: str, leads: int) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    office = make_office(language, leads)
    return office.headers, office.rows
