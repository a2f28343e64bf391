"""What the cells of a long list say, remembered: words and dates repeat from row to row.

A page has hundreds of them, and each costs a look into the catalogue or the rules of a language.
"""

from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from flask_babel import get_locale
from flask_babel import gettext as _
from markupsafe import Markup

from crm.labels import label
from crm.scores.bands import band
from crm.scores.states import ScoreState, Standing, standing_of_row
from crm.web.formatting import chance, country_name, day, named
from crm.wording import amount, jobs
from models.measure import Qualifier
from models.stage import LeadType, StageCode, Status


class LeadCells(NamedTuple):
    """One lead of a list, in words. Empty texts stand for what is not known or goes unsaid."""

    public_id: str
    version: int
    title: Markup | str
    native_name: Markup | str
    lead_type: str
    team: str
    is_demo: bool
    position: int
    stage: str
    status: str
    status_word: str
    country: str
    sector: str
    amount: str
    is_amount_known: bool
    jobs: str
    are_jobs_known: bool
    band: str
    band_word: str
    chance: str
    chance_range: str
    chance_state: str
    last_contact: str
    next_action: str
    next_day: str
    is_late: bool
    owner: str
    has_owner_left: bool


def lead_cells(row: Any, *, locale: str, today: date, is_ranked: bool = True) -> LeadCells:
    """The words of a row that `list_queries.row_statement` read; not ranked, it has no chance."""
    code = word = percent = span = state = ""
    if is_ranked and row.status.is_open and row.stage is not StageCode.ANNOUNCED:
        standing = standing_of_row(row)
        state = _state(locale, standing)
        if row.chance is not None:
            code, word, percent = chance_words(locale, row.chance)
            # The range is the model's: it says nothing of a chance that an officer set.
            if standing.state is not ScoreState.SET and row.chance_low is not None:
                span = _span(locale, round(row.chance_low, 3), round(row.chance_high, 3))
    step_on = row.next_action_on
    is_coded = row.code_name is not None or row.native_name in (None, row.title)
    return LeadCells(
        row.public_id,
        row.version,
        _name(row.title, None),
        "" if is_coded else _name(row.native_name, row.native_language),
        "" if row.lead_type is LeadType.INVESTMENT else _word(locale, row.lead_type),
        row.team or "",
        row.is_demo,
        row.stage.position,
        _word(locale, row.stage),
        row.status.value,
        "" if row.status is Status.ACTIVE else _word(locale, row.status),
        country_name(row.market) if row.market else "",
        (row.sector_fr if locale.startswith("fr") else None) or row.sector_en or "",
        _amount(locale, row.capex_amount, row.capex_qualifier, row.capex_upper, row.capex_currency),
        row.capex_amount is not None,
        _jobs(locale, row.jobs_count, row.jobs_qualifier, row.jobs_upper),
        row.jobs_count is not None,
        code,
        word,
        percent,
        span,
        state,
        "" if row.last_contact_on is None else _day(locale, row.last_contact_on),
        row.next_action or "",
        "" if step_on is None else _day(locale, step_on),
        step_on is not None and step_on < today,
        row.owner or "",
        row.owner is not None and not row.is_owner_active,
    )


def locale_key() -> str:
    """The reader's language, which everything remembered here is remembered by."""
    return str(get_locale())


def chance_words(locale: str, value: float) -> tuple[str, str, str]:
    """The code of a chance's band, the band's word, and the percentage."""
    return _chance(locale, round(value, 3))


@lru_cache(maxsize=2048)
def _chance(_locale: str, value: float) -> tuple[str, str, str]:
    found = band(value)
    return found.value, label(found), chance(value)


@lru_cache(maxsize=8192)
def _span(_locale: str, low: float, high: float) -> str:
    return _("(%(low)s to %(high)s)", low=chance(low), high=chance(high))


@lru_cache(maxsize=64)
def _state(_locale: str, standing: Standing) -> str:
    return standing.word


@lru_cache(maxsize=8192)
def _name(text: str, language: str | None) -> Markup | str:
    return named(text, language)


def _word(locale: str, code: Any) -> str:
    # Codes of two enumerations may be one text, and would be one key.
    return _label(locale, type(code).__name__, code)


@lru_cache(maxsize=512)
def _label(_locale: str, _kind: str, code: Any) -> str:
    return label(code)


@lru_cache(maxsize=8192)
def _day(_locale: str, value: date) -> str:
    return day(value)


class _Capex(NamedTuple):
    capex_amount: int | None
    capex_qualifier: Qualifier | None
    capex_upper: int | None
    capex_currency: str | None


class _Jobs(NamedTuple):
    jobs_count: int | None
    jobs_qualifier: Qualifier | None
    jobs_upper: int | None


@lru_cache(maxsize=8192)
def _amount(_locale: str, *columns: Any) -> str:
    return amount(_Capex(*columns))


@lru_cache(maxsize=2048)
def _jobs(_locale: str, *columns: Any) -> str:
    return jobs(_Jobs(*columns))
