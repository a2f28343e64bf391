"""Rates as people write and read them."""

from decimal import Decimal

import pytest
from flask import Flask
from flask_babel import force_locale

from crm.rates.numbers import exact, rate_of, read_number, units_of
from crm.rates.wording import equation
from models.errors import DomainError


@pytest.mark.parametrize(
    ("typed", "sign", "number"),
    [
        ("0.93", ".", "0.93"),
        ("1,021", ".", "1021"),
        ("1,021.5", ".", "1021.5"),
        ("1 021", ".", "1021"),
        ("０．９３", ".", "0.93"),
        ("0,93", ",", "0.93"),
        ("0.93", ",", "0.93"),
        ("1\u202f021,50", ",", "1021.50"),
        # In French a comma is never a separator: this is a little more than one.
        ("1,021", ",", "1.021"),
    ],
)
def test_a_number_is_read_as_its_language_writes_it(typed: str, sign: str, number: str) -> None:
    assert read_number(typed, decimal_sign=sign) == Decimal(number)


@pytest.mark.parametrize(
    ("typed", "sign"),
    [
        ("0,93", "."),
        ("0,930", "."),
        ("1,02", "."),
        ("1,021,5", "."),
        ("1.021,50", ","),
        ("about 1", "."),
        ("-1", "."),
        ("1e3", "."),
        ("NaN", "."),
        ("", "."),
    ],
)
def test_what_could_be_read_in_two_ways_is_refused(typed: str, sign: str) -> None:
    with pytest.raises(DomainError) as caught:
        read_number(typed, decimal_sign=sign)
    assert caught.value.field == "amount"


@pytest.mark.parametrize(
    ("amount", "units", "field"),
    [("0", 1, "amount"), ("1e10", 1, "amount"), ("1e-7", 10_000, "amount"), ("1", 7, "units")],
)
def test_what_is_no_rate(amount: str, units: int, field: str) -> None:
    with pytest.raises(DomainError) as caught:
        rate_of(Decimal(amount), units)
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("amount", "units", "read_of"),
    [("0.93", 100, 100), ("1021", 1, 1), ("0.98", 1_000, 1_000), ("1.37", 1, 1), ("0.7", 1, 1)],
)
def test_a_rate_is_read_back_as_it_was_typed(amount: str, units: int, read_of: int) -> None:
    rate = exact(rate_of(Decimal(amount), units))
    assert (units_of(rate), rate * read_of) == (read_of, Decimal(amount))


def test_a_rate_in_words(app: Flask) -> None:
    with app.test_request_context():
        with force_locale("en"):
            assert equation("JPY", "CAD", Decimal("0.0093")) == "100\u00a0JPY = 0.93\u00a0CAD"
            assert equation("CAD", "KRW", Decimal(1021)) == "1\u00a0CAD = 1,021\u00a0KRW"
        with force_locale("fr"):
            assert equation("KRW", "CAD", Decimal("0.00098")) == (
                "1\u202f000\u00a0KRW = 0,98\u00a0CAD"
            )
