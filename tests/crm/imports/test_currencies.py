"""Currencies by code, symbol and name."""

import pytest

from crm.imports.currencies import ANY_DOLLAR, codes, parse_currency
from crm.imports.problems import ValueProblem


@pytest.mark.parametrize(
    ("printed", "code"),
    [
        ("CAD", "CAD"),
        ("cad", "CAD"),
        (" usd ", "USD"),
        ("C$", "CAD"),
        ("CA$", "CAD"),
        ("US$", "USD"),
        ("$ US", "USD"),
        ("Canadian dollars", "CAD"),
        ("dollars canadiens", "CAD"),
        ("カナダドル", "CAD"),
        ("カナダ・ドル", "CAD"),
        ("캐나다 달러", "CAD"),
        ("米ドル", "USD"),
        ("미국 달러", "USD"),
        ("円", "JPY"),
        ("日本円", "JPY"),
        ("Yen", "JPY"),
        ("엔", "JPY"),
        ("¥", "JPY"),
        ("원", "KRW"),
        ("₩", "KRW"),
        ("won", "KRW"),
        ("ウォン", "KRW"),
        ("대한민국 원", "KRW"),
        ("€", "EUR"),
        ("euros", "EUR"),
        ("ユーロ", "EUR"),
        ("人民元", "CNY"),
        ("£", "GBP"),
        ("ＪＰＹ", "JPY"),
    ],
)
def test_a_currency_is_known_by_code_symbol_or_name(printed: str, code: str) -> None:
    named = parse_currency(printed)
    assert named is not None
    assert named.code == code


@pytest.mark.parametrize("printed", ["$", "dollar", "dollars", "ドル", "달러"])
def test_a_dollar_alone_is_no_particular_dollar(printed: str) -> None:
    assert parse_currency(printed) == ANY_DOLLAR
    assert ANY_DOLLAR.code is None


@pytest.mark.parametrize("printed", ["", "-", "unknown", "不明", "미정", None])
def test_an_unknown_currency_is_none(printed: str | None) -> None:
    assert parse_currency(printed) is None


@pytest.mark.parametrize("printed", ["XYZ", "BTC", "XXX", "DEM", "CAD/USD", "money", "x" * 3000])
def test_a_word_that_is_no_currency_is_a_mistake(printed: str) -> None:
    with pytest.raises(ValueProblem, match="not a currency"):
        parse_currency(printed)


def test_the_money_of_the_offices_partners_is_in_use() -> None:
    assert {"CAD", "USD", "JPY", "KRW", "EUR", "GBP", "CNY"} <= codes()
    assert "DEM" not in codes()
