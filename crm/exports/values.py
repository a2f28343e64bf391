"""Values of records as cells, in forms that our import reads back."""

from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from flask_babel import get_locale

from crm.exports.columns import Cell
from crm.imports.problems import ValueProblem
from crm.labels import label
from crm.leads.measures import exact_words
from crm.timezones import zone
from crm.web.formatting import country_name
from models.measure import Measure, Precision, Qualifier


def text(name: str) -> Callable[[Any], Cell]:
    """An attribute that is a text."""
    return lambda row: getattr(row, name) or ""


def day(name: str) -> Callable[[Any], Cell]:
    """An attribute that is a day."""
    return lambda row: getattr(row, name)


def stated(value: date | None, precision: Precision | None) -> Cell:
    """A date as exact as it is known, in a form that every import reads back."""
    if value is None or precision is Precision.UNKNOWN:
        return None
    if precision is Precision.MONTH:
        return f"{value:%Y-%m}"
    if precision is Precision.QUARTER:
        return f"Q{(value.month + 2) // 3} {value.year}"
    return str(value.year) if precision is Precision.YEAR else value


def stated_day(name: str) -> Callable[[Any], Cell]:
    """The day and the precision in `<name>_on` and `<name>_precision`."""
    return lambda row: stated(getattr(row, f"{name}_on"), getattr(row, f"{name}_precision"))


def country(name: str) -> Callable[[Any], Cell]:
    """An attribute that is a country's code."""
    return lambda row: country_name(value) if (value := getattr(row, name)) else ""


def called(name: str) -> Callable[[Any], Cell]:
    """What an attribute's code is called, in the reader's language."""
    return lambda row: str(label(value)) if (value := getattr(row, name)) is not None else ""


def coded(name: str, parse: Callable[[str], Any]) -> Callable[[Any], Cell]:
    """What an attribute's code is called, as far as our import reads it back from that word."""
    return lambda row: word(getattr(row, name), parse)


def word(code: Any, parse: Callable[[str], Any]) -> str:
    """What a code is called, as far as our import reads it back from that word."""
    return "" if code is None else _word(code, parse, str(get_locale()))


@lru_cache(maxsize=512)
def _word(code: Any, parse: Callable[[str], Any], _locale: str) -> str:
    said = str(label(code))
    try:
        return said if parse(said) is code else str(code.value)
    except ValueProblem:
        return str(code.value)


def number(measure: Measure) -> Cell:
    """A stated number: a real one where it is exact, else with its bound in words."""
    if measure.qualifier is Qualifier.EXACT:
        return measure.value
    return exact_words(measure)


def local(moment: datetime | None, zone_name: str | None) -> datetime | None:
    """A moment by the clock of a zone, without the zone, as a spreadsheet knows it."""
    if moment is None:
        return None
    return moment.astimezone(zone(zone_name or "UTC")).replace(tzinfo=None)
