"""Amounts, jobs and meetings as offices write them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.imports.amounts import (
    ColumnUnit,
    in_currency,
    parse_amount,
    parse_jobs,
    parse_meetings,
    read_column_unit,
)
from crm.imports.currencies import NamedCurrency, parse_currency
from crm.imports.problems import ValueProblem
from models.measure import UNKNOWN, Measure, Qualifier

M = 1_000_000


def _said(problem: ValueProblem) -> str:
    return problem.message % problem.params


@given(amount=st.integers(0, 10**15))
def test_a_whole_amount_comes_back_from_every_separator(amount: int) -> None:
    for printed in (
        str(amount),
        f"{amount:,}",
        f"{amount:,}".replace(",", " "),
        f"{amount:,}".replace(",", "\u202f"),
        f"{amount:,}".replace(",", "\u00a0") + " $",
        f"CAD {amount:,}.00",
        f"{amount}円",
    ):
        assert parse_amount(printed).measure.value == amount


@given(tenths=st.integers(1, 99_999))
def test_millions_come_back_with_a_point_or_a_comma(tenths: int) -> None:
    figure = f"{tenths // 10}.{tenths % 10}"
    for printed in (
        f"{figure}M",
        f"{figure} M",
        f"${figure}M",
        f"CAD {figure} million",
        f"{figure.replace('.', ',')} M$",
        f"{figure.replace('.', ',')} millions de dollars",
        f"{figure}百万円",
        f"{figure}백만원",
        f"MCAD {figure}".replace("MCAD ", "") + " MCAD",
    ):
        assert parse_amount(printed).measure.value == tenths * 100_000


@given(
    trillions=st.integers(0, 999),
    hundred_millions=st.integers(0, 9_999),
    ten_thousands=st.integers(0, 9_999),
)
def test_units_of_ten_thousand_come_back(
    trillions: int, hundred_millions: int, ten_thousands: int
) -> None:
    amount = trillions * 10**12 + hundred_millions * 10**8 + ten_thousands * 10**4
    if amount == 0:
        return
    for units, currency in (("兆億万", "円"), ("조억만", "원")):
        parts = zip((trillions, hundred_millions, ten_thousands), units, strict=True)
        printed = "".join(f"{figure}{unit}" for figure, unit in parts if figure) + currency
        stated = parse_amount(printed)
        assert stated.measure.value == amount
        assert stated.currency is not None
        assert stated.currency.code == ("JPY" if currency == "円" else "KRW")


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("12億円", 1_200 * M),
        ("3.5兆円", 3_500_000 * M),
        ("1億 2천만원", 120 * M),
        ("1억 2천만원", 120 * M),
        ("5천만 원", 50 * M),
        ("1,200백만원", 1_200 * M),
        ("十億円", 1_000 * M),
        ("三億五千万円", 350 * M),
        ("百万ドル", M),
        ("€3m", 3 * M),
        ("US$ 5 billion", 5_000 * M),
        ("5 milliards de yens", 5_000 * M),
        ("45.700.000,00", 45_700_000),
        ("500k", 500_000),
        ("4.57E+07", 45_700_000),
        ("1.234M", 1_234_000),
        ("1000.5", 1_001),
    ],
)
def test_an_amount_is_read(printed: str, value: int) -> None:
    measure = parse_amount(printed).measure
    assert measure == Measure(value, Qualifier.EXACT, as_printed=printed)


@pytest.mark.parametrize(
    ("printed", "qualifier", "value", "upper"),
    [
        ("~24M", Qualifier.APPROXIMATE, 24 * M, None),
        ("approx. 5M", Qualifier.APPROXIMATE, 5 * M, None),
        ("約5億円", Qualifier.APPROXIMATE, 500 * M, None),
        ("약 5억원", Qualifier.APPROXIMATE, 500 * M, None),
        ("5億円程度", Qualifier.APPROXIMATE, 500 * M, None),
        ("environ 5 M$", Qualifier.APPROXIMATE, 5 * M, None),
        ("up to 10M", Qualifier.AT_MOST, 10 * M, None),
        ("最大10億円", Qualifier.AT_MOST, 1_000 * M, None),
        ("최대 10억원", Qualifier.AT_MOST, 1_000 * M, None),
        ("Jusqu’à 10 M$", Qualifier.AT_MOST, 10 * M, None),
        ("<5M", Qualifier.AT_MOST, 5 * M, None),
        (">5M", Qualifier.AT_LEAST, 5 * M, None),
        ("5M+", Qualifier.AT_LEAST, 5 * M, None),
        ("at least CAD 5M", Qualifier.AT_LEAST, 5 * M, None),
        ("約5億円以上", Qualifier.AT_LEAST, 500 * M, None),
        ("5억원 이상", Qualifier.AT_LEAST, 500 * M, None),
        ("au moins 5 M", Qualifier.AT_LEAST, 5 * M, None),
        ("5-10M", Qualifier.BETWEEN, 5 * M, 10 * M),
        ("5M to 10M", Qualifier.BETWEEN, 5 * M, 10 * M),
        ("USD 5M – USD 10M", Qualifier.BETWEEN, 5 * M, 10 * M),
        ("5〜10億円", Qualifier.BETWEEN, 500 * M, 1_000 * M),
        ("5億円以上10億円以下", Qualifier.BETWEEN, 500 * M, 1_000 * M),
        ("5~10억원", Qualifier.BETWEEN, 500 * M, 1_000 * M),
        ("entre 5 et 10 M$", Qualifier.BETWEEN, 5 * M, 10 * M),
        ("de 5 à 10 millions de dollars", Qualifier.BETWEEN, 5 * M, 10 * M),
        ("2,000-3,000", Qualifier.BETWEEN, 2_000, 3_000),
        ("5-5M", Qualifier.EXACT, 5 * M, None),
    ],
)
def test_how_an_amount_was_stated_is_kept(
    printed: str, qualifier: Qualifier, value: int, upper: int | None
) -> None:
    assert parse_amount(printed).measure == Measure(value, qualifier, upper, as_printed=printed)


@pytest.mark.parametrize(
    "printed",
    ["not disclosed", "非公表", "비공개", "confidentiel", "Cannot provide", "NON DIVULGUÉ"],
)
def test_not_disclosed_is_more_than_unknown(printed: str) -> None:
    expected = Measure(qualifier=Qualifier.NOT_DISCLOSED, as_printed=printed)
    assert parse_amount(printed).measure == expected
    assert parse_jobs(printed) == expected


@pytest.mark.parametrize(
    "printed", ["", "-", "—", "N/A", "TBD", "不明", "未定", "미정", "inconnu", None]
)
def test_nothing_is_unknown_not_zero(printed: str | None) -> None:
    assert parse_amount(printed).measure == UNKNOWN
    assert parse_jobs(printed) == UNKNOWN
    assert parse_meetings(printed) is None


@pytest.mark.parametrize(
    ("printed", "says"),
    [
        ("lots", "not an amount"),
        ("12.5.3M", "not an amount"),
        ("1,23,456", "not an amount"),
        ("億円", "not an amount"),
        ("1万2億円", "not an amount"),
        ("2억5천", "not an amount"),
        ("M", "not an amount"),
        ("0.4", "not an amount"),
        ("about", "not an amount"),
        ("5" * 101, "not an amount"),
        ("-5M", "below zero"),
        ("(5M)", "below zero"),
        ("▲5億円", "below zero"),
        ("−5", "below zero"),
        ("CAD -5M", "below zero"),
        ("45.700", "thousands or decimals"),
        ("10-5M", "Write the smaller first"),
        ("CAD 5M USD", "two currencies"),
        ("9" * 60, "larger than any investment"),
        (True, "not an amount"),
        (float("inf"), "not an amount"),
        (-2.0, "below zero"),
    ],
)
def test_an_amount_that_cannot_be_read_says_why(printed: str | float, says: str) -> None:
    with pytest.raises(ValueProblem) as caught:
        parse_amount(printed)
    assert says in _said(caught.value)


def test_a_workbook_number_is_what_it_says() -> None:
    assert parse_amount(45_700_000.0).measure.value == 45_700_000
    assert parse_amount(1e14).measure.value == 10**14
    assert parse_amount(12.345).measure.value == 12
    assert parse_amount(12.0).is_bare


@pytest.mark.parametrize(
    ("amount", "currency", "code"),
    [
        ("5M", "CAD", "CAD"),
        ("5M", "", None),
        ("US$5M", "", "USD"),
        ("5億円", "", "JPY"),
        ("$5M", "", None),
        ("$5M", "CAD", "CAD"),
        ("US$5M", "$", "USD"),
        ("$5M", "$", None),
        ("¥5M", "", "JPY"),
        ("¥5M", "CNY", "CNY"),
        ("", "CAD", "CAD"),
        ("非公表", "JPY", "JPY"),
    ],
)
def test_the_currency_comes_from_the_column_or_the_amount(
    amount: str, currency: str, code: str | None
) -> None:
    measure = in_currency(parse_amount(amount), parse_currency(currency), amount)
    assert measure.currency == code


@pytest.mark.parametrize(
    ("amount", "currency"), [("US$5M", "CAD"), ("5億円", "KRW"), ("$5M", "EUR"), ("5억원", "CAD")]
)
def test_two_currencies_that_differ_are_a_mistake(amount: str, currency: str) -> None:
    with pytest.raises(ValueProblem, match="different currencies"):
        in_currency(parse_amount(amount), parse_currency(currency), amount)


@pytest.mark.parametrize(
    ("words", "multiplier", "code"),
    [
        ("CAD millions", M, "CAD"),
        ("CAD M", M, "CAD"),
        ("MCAD", M, "CAD"),
        ("M$", M, None),
        ("k€", 1_000, "EUR"),
        ("百万円", M, "JPY"),
        ("単位：億円", 100 * M, "JPY"),
        ("억원", 100 * M, "KRW"),
        ("in thousands", 1_000, None),
        ("USD", 1, "USD"),
    ],
)
def test_a_header_may_state_the_unit(words: str, multiplier: int, code: str | None) -> None:
    unit = read_column_unit(words)
    assert unit is not None
    assert unit.multiplier == multiplier
    assert (unit.currency.code if unit.currency else None) == code


@pytest.mark.parametrize("words", ["est.", "local name", "2024", ""])
def test_other_brackets_state_no_unit(words: str) -> None:
    assert read_column_unit(words) is None


def test_the_unit_of_a_header_holds_for_bare_numbers_only() -> None:
    unit = ColumnUnit(Decimal(M), NamedCurrency("CAD", ("CAD",)))
    assert parse_amount("45.7", unit).measure.value == 45_700_000
    assert parse_amount("5-10", unit).measure == Measure(
        5 * M, Qualifier.BETWEEN, 10 * M, as_printed="5-10"
    )
    assert parse_amount("2 billion", unit).measure.value == 2_000 * M
    assert parse_amount("USD 500000", unit).measure.value == 500_000
    assert parse_amount("45.7", unit).currency == unit.currency


@pytest.mark.parametrize(
    ("printed", "qualifier", "value", "upper"),
    [
        ("177", Qualifier.EXACT, 177, None),
        ("1,200", Qualifier.EXACT, 1_200, None),
        ("40名", Qualifier.EXACT, 40, None),
        ("40명", Qualifier.EXACT, 40, None),
        ("40 emplois", Qualifier.EXACT, 40, None),
        ("40 FTE", Qualifier.EXACT, 40, None),
        ("2천명", Qualifier.EXACT, 2_000, None),
        ("１２０", Qualifier.EXACT, 120, None),
        ("0", Qualifier.EXACT, 0, None),
        (40.0, Qualifier.EXACT, 40, None),
        ("~24", Qualifier.APPROXIMATE, 24, None),
        ("about 40", Qualifier.APPROXIMATE, 40, None),
        ("約40人", Qualifier.APPROXIMATE, 40, None),
        ("40명 내외", Qualifier.APPROXIMATE, 40, None),
        ("40名程度", Qualifier.APPROXIMATE, 40, None),
        (">100", Qualifier.AT_LEAST, 100, None),
        ("100人以上", Qualifier.AT_LEAST, 100, None),
        ("100명 이상", Qualifier.AT_LEAST, 100, None),
        ("up to 50 jobs", Qualifier.AT_MOST, 50, None),
        ("50人以下", Qualifier.AT_MOST, 50, None),
        ("20-30", Qualifier.BETWEEN, 20, 30),
        ("20〜30名", Qualifier.BETWEEN, 20, 30),
    ],
)
def test_jobs_are_read(
    printed: str | float, qualifier: Qualifier, value: int, upper: int | None
) -> None:
    measure = parse_jobs(printed)
    assert (measure.value, measure.qualifier, measure.upper) == (value, qualifier, upper)


@pytest.mark.parametrize(
    ("printed", "says"),
    [
        ("-5", "below zero"),
        (-5.0, "below zero"),
        ("40.5", "not a whole number"),
        (40.5, "not a whole number"),
        ("1.200", "not a whole number"),
        ("many", "not a whole number"),
        ("forty", "not a whole number"),
        ("9" * 50, "more than a million"),
        (True, "not a whole number"),
    ],
)
def test_jobs_that_cannot_be_read_say_why(printed: str | float, says: str) -> None:
    with pytest.raises(ValueProblem) as caught:
        parse_jobs(printed)
    assert says in _said(caught.value)


def test_meetings_are_one_number() -> None:
    assert [parse_meetings(cell) for cell in ("9", "9回", "9회", 9.0, "~9", "9+")] == [9] * 6
    for wrong in ("5-7", "-1", "some", "2.5"):
        with pytest.raises(ValueProblem):
            parse_meetings(wrong)
