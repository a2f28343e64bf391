"""Exchange rates in words, in the locale in force."""

from decimal import Decimal

from babel.numbers import format_decimal, get_decimal_symbol

from crm.rates.numbers import units_of
from crm.web.formatting import count, reading_locale

_EXACT = "#,##0.##############"


def equation(currency: str, target: str, rate: Decimal) -> str:
    """What some units are worth: "100 JPY = 0.93 CAD"."""
    units = units_of(rate)
    worth = plain_number(rate * units)
    return f"{count(units)}\u00a0{currency} = {worth}\u00a0{target}"


def plain_number(number: Decimal) -> str:
    """A number with all its decimals, as the reader writes it."""
    return str(format_decimal(number, format=_EXACT, locale=reading_locale()))


def decimal_sign() -> str:
    """What stands before the decimals in the reader's language."""
    return str(get_decimal_symbol(reading_locale()))
