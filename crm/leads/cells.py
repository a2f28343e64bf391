"""What the cells of a long list say, remembered: words and dates repeat from row to row.

A list has hundreds of them, and each costs a look into the catalogue or the rules of a language.
"""

from collections.abc import Hashable
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from flask_babel import get_locale
from flask_babel import lazy_gettext as _l

from crm.labels import label
from crm.scores.bands import Band, band
from crm.web.formatting import chance, country_name, day
from crm.wording import amount, jobs
from models.measure import Qualifier

BAND_WORDS = {Band.LOW: _l("Low"), Band.MEDIUM: _l("Medium"), Band.HIGH: _l("High")}


class _Capex(NamedTuple):
    capex_amount: int | None
    capex_qualifier: Qualifier | None
    capex_upper: int | None
    capex_currency: str | None


class _Jobs(NamedTuple):
    jobs_count: int | None
    jobs_qualifier: Qualifier | None
    jobs_upper: int | None


class Cells:
    """The words of one page's cells, in its reader's language."""

    def __init__(self) -> None:
        self._locale = str(get_locale())

    def label(self, code: Any) -> str:
        """What a code is called."""
        return _label(self._locale, type(code), code)

    def day(self, value: date | None) -> str:
        """A date; an empty text for none, which an empty cell says well enough."""
        return "" if value is None else _day(self._locale, value)

    def amount(self, row: Any) -> str:
        """The investment as stated."""
        return _amount(
            self._locale,
            _Capex(
                row.capex_amount, row.capex_qualifier, row.capex_upper, row.capex_currency
            ),
        )

    def jobs(self, row: Any) -> str:
        """The jobs as stated."""
        return _jobs(self._locale, _Jobs(row.jobs_count, row.jobs_qualifier, row.jobs_upper))

    def chance(self, value: float | None) -> str:
        """A chance as a percentage; an empty text for none."""
        return "" if value is None else _chance(self._locale, round(value, 3))

    def band(self, value: float) -> tuple[str, str]:
        """Whether a chance is low, medium or high: the code for its colour, and the word."""
        found = band(value)
        return found.value, _band(self._locale, found)

    def country(self, code: str | None) -> str:
        """A country's name; an empty text for none."""
        return "" if code is None else country_name(code)


@lru_cache(maxsize=512)
def _label(_locale: str, _kind: type, code: Any) -> str:
    return label(code)


@lru_cache(maxsize=16)
def _band(_locale: str, code: Band) -> str:
    return str(BAND_WORDS[code])


@lru_cache(maxsize=8192)
def _day(_locale: str, value: date) -> str:
    return day(value)


@lru_cache(maxsize=8192)
def _amount(_locale: str, record: Hashable) -> str:
    return amount(record)


@lru_cache(maxsize=2048)
def _jobs(_locale: str, record: Hashable) -> str:
    return jobs(record)


@lru_cache(maxsize=2048)
def _chance(_locale: str, value: float) -> str:
    return chance(value)
