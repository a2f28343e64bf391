"""What forms offer to choose from: countries, languages and sectors, in the reader's language."""

from functools import lru_cache

import sqlalchemy as sa
from babel import Locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from crm.imports.countries import country_codes
from crm.web.formatting import reading_locale
from models.organization import Sector

_OFTEN = ("JP", "KR", "CA", "US")
_LANGUAGES = ("en", "fr", "ja", "ko", "zh-Hans", "zh-Hant", "de", "es", "it", "nl", "pt", "vi")


def country_choices() -> list[tuple[str, str]]:
    """Every country, those of this office's work first."""
    return [("", _("not known")), *_countries(reading_locale().language)]


def language_choices(blank: str) -> list[tuple[str, str]]:
    """Languages that names and people are met in; `blank` words the choice of none."""
    return [("", blank), *((tag, language_name(tag)) for tag in _LANGUAGES)]


def language_name(tag: str | None) -> str:
    """What a language is called; an empty text for none."""
    if not tag:
        return ""
    return _language(tag, reading_locale().language)


def sector_choices(session: Session) -> list[tuple[str, str]]:
    """The sectors on file, by code."""
    rows = session.execute(sa.select(Sector.code, Sector.name_en, Sector.name_fr)).all()
    named = sorted(
        ((row.code, in_reading_language(row.name_en, row.name_fr)) for row in rows),
        key=lambda choice: choice[1].casefold(),
    )
    return [("", _("not known")), *named]


def month_choices() -> list[tuple[str, str]]:
    """The months, by number."""
    return [("", _("not known")), *((str(number), month_name(number)) for number in range(1, 13))]


def month_name(number: int | None) -> str:
    """What a month is called; an empty text for none."""
    if number is None:
        return ""
    return str(reading_locale().months["stand-alone"]["wide"][number])


def in_reading_language(name_en: str | None, name_fr: str | None) -> str:
    """The name of a sector or a source in the reader's language, as far as there is one."""
    if reading_locale().language == "fr" and name_fr:
        return name_fr
    return name_en or ""


@lru_cache(maxsize=4)
def _countries(language: str) -> tuple[tuple[str, str], ...]:
    names = Locale(language).territories
    often = [(code, str(names.get(code, code))) for code in _OFTEN]
    others = sorted(
        (
            (code, str(names.get(code, code)))
            for code in country_codes()
            if len(code) == 2 and code not in _OFTEN
        ),
        key=lambda choice: choice[1].casefold(),
    )
    return (*often, *others)


@lru_cache(maxsize=256)
def _language(tag: str, reading: str) -> str:
    try:
        return str(Locale.parse(tag, sep="-").get_display_name(reading) or tag)
    except ValueError:
        return tag
    except LookupError:
        return tag
