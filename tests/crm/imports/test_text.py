"""Text as printed, and text told apart from nothing, from "unknown" and from lost letters."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.imports.addresses import parse_email, parse_website
from crm.imports.problems import ValueProblem
from crm.imports.text import (
    clean,
    is_damaged,
    is_lost,
    is_native,
    is_unknown,
    key,
    one_line,
    parse_text,
    printed,
    quoted,
)


def test_names_keep_their_printed_form() -> None:
    for name in ("㈱白山物流", "（株）八雲食品", "ﾃｽﾄ半角", "山田　太郎", "髙﨑商事", "辻󠄀", "SK㈜"):
        assert parse_text(name) == name


def test_letters_are_composed_but_not_folded() -> None:
    assert parse_text("Socie\u0301te\u0301") == "Société"
    assert parse_text(unicodedata.normalize("NFD", "대한가스")) == "대한가스"
    assert parse_text(unicodedata.normalize("NFD", "ガス")) == "ガス"


def test_control_characters_are_dropped() -> None:
    assert parse_text("  A\x00B\x07C\u202e\u200bD\ufeff ") == "ABCD"
    assert one_line("one\r\ntwo\tthree") == "one two three"
    assert parse_text("one\r\ntwo\x0bthree", lines=True) == "one\ntwo\nthree"


def test_a_formula_is_text() -> None:
    assert parse_text('=HYPERLINK("x")') == '=HYPERLINK("x")'
    assert parse_text("+81 3 1234") == "+81 3 1234"


@pytest.mark.parametrize(
    ("cell", "text"),
    [(1001.0, "1001"), (2.5, "2.5"), (True, "TRUE"), (None, ""), (7, "7")],
)
def test_a_workbook_cell_reads_as_in_the_sheet(cell: object, text: str) -> None:
    assert printed(cell) == text  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "cell",
    [
        "",
        " ",
        "\u3000",
        "-",
        "--",
        "—",
        "–",
        "ー",
        "n/a",
        "N/A",
        "#N/A",
        "?",
        "...",
        None,
        "unknown",
        "Unknown",
        "TBD",
        "none",
        "inconnu",
        "À déterminer",
        "不明",
        "未定",
        "미정",
        "없음",
    ],
)
def test_nothing_and_unknown(cell: str | None) -> None:
    assert is_unknown(cell)
    assert parse_text(cell) is None


@pytest.mark.parametrize(
    "cell", ["Na", "X", "0", "No", "無印良品", "Unknown Worlds Inc.", 0.0, False]
)
def test_what_looks_like_nothing_but_is_something(cell: object) -> None:
    assert not is_unknown(cell)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "cell", ["????????", "???? ?????", "???(?)", "?? ?? ?", "\ufffd\ufffd", "(??)", "??・??"]
)
def test_letters_lost_to_question_marks(cell: str) -> None:
    assert is_lost(cell)


@pytest.mark.parametrize("cell", ["Who? Games", "Why", "?", "", "SK??", "?1", None, 7.0])
def test_a_name_with_a_question_mark_is_a_name(cell: object) -> None:
    assert not is_lost(cell)  # type: ignore[arg-type]


def test_partly_lost_names_are_told_apart() -> None:
    assert is_damaged("?? Logistics")
    assert is_damaged("Qu\ufffdbec")
    assert not is_damaged("Who? Games")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("株式会社八雲", True),
        ("NTTデータ", True),
        ("SK하이닉스", True),
        ("Hakusan Logistics Co., Ltd.", False),
        ("Société Générale", False),
        ("123", False),
        ("3M", False),
    ],
)
def test_the_script_of_a_name(name: str, expected: bool) -> None:
    assert is_native(name) is expected


def test_comparison_ignores_case_accents_width_and_punctuation() -> None:
    assert key("Société  Générale, S.A.") == key("societe generale sa")
    assert key("会社名（英）") == key("会社名(英)") == "会社名英"
    assert key("제안ㆍ방문") == key("제안·방문")
    assert key("ガス") == "ガス"
    assert key("か") != key("が")


def test_a_long_text_is_a_mistake_and_a_quotation_is_short() -> None:
    with pytest.raises(ValueProblem, match="characters"):
        parse_text("a" * 301)
    assert len(quoted("a\n" * 500)) == 60


@given(st.text())
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@pytest.mark.parametrize(
    ("cell", "address"),
    [
        ("taro@example.com", "taro@example.com"),
        ("mailto:taro@example.com", "taro@example.com"),
        ("Taro Example <taro@example.com>", "taro@example.com"),
        ("ｔaro@example.com", "taro@example.com"),
        ("-", None),
        ("", None),
    ],
)
def test_an_email_address(cell: str, address: str | None) -> None:
    assert parse_email(cell) == address


@pytest.mark.parametrize(
    "cell", ["taro", "taro@", "@example.com", "a@b", "a b@example.com", "a@x..com", "a.b" * 200]
)
def test_what_is_no_email_address(cell: str) -> None:
    with pytest.raises(ValueProblem, match="e-mail"):
        parse_email(cell)


@pytest.mark.parametrize(
    ("cell", "site"),
    [
        ("https://www.example.com/a?b=c", "https://www.example.com/a?b=c"),
        ("HTTP://example.com", "http://example.com"),
        ("www.example.com", "https://www.example.com"),
        ("例示.example.jp", "https://例示.example.jp"),
        ("", None),
    ],
)
def test_a_web_address(cell: str, site: str | None) -> None:
    assert parse_website(cell) == site


@pytest.mark.parametrize(
    "cell",
    ["javascript:alert(1)", "data:text/html,x", "ftp://example.com", "see file", "http://", "x"],
)
def test_what_is_no_web_address(cell: str) -> None:
    with pytest.raises(ValueProblem, match="web address"):
        parse_website(cell)
