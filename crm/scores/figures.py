"""Measures in small print, in the reader's way of writing numbers."""

from babel.numbers import format_decimal

from crm.web.formatting import reading_locale


def number(value: float | None, digits: int) -> str:
    """A number with some digits; a dash where there is none."""
    if value is None:
        return "–"
    pattern = "0" if float(value).is_integer() and digits == 1 else "0." + "0" * digits
    return str(format_decimal(value, pattern, locale=reading_locale()))


def gain(value: float | None, error: float | None) -> str:
    """A gain with its sign and its error, for small print."""
    if value is None:
        return "–"
    value = round(value, 3) + 0.0
    text = ("+" if value > 0 else "") + number(value, 3)
    return text if error is None else f"{text} ± {number(error, 3)}"
