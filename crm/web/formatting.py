"""Dates, moments, numbers and names as a reader sees them."""

import unicodedata
from datetime import date, datetime
from functools import lru_cache

from babel import Locale
from babel.dates import format_date, format_datetime, format_skeleton
from babel.numbers import format_decimal, format_percent
from flask import Flask
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import Markup, escape

from crm.timezones import today, zone
from crm.web.request import now
from models.measure import Precision
from models.user import LOCAL_ADMINISTRATOR


def install(app: Flask) -> None:
    """Give the templates the formats as filters and functions."""
    app.jinja_env.filters.update(
        chance=chance,
        clock=clock,
        count=count,
        day=day,
        language_of=language_of,
        moment=moment,
    )
    app.jinja_env.globals.update(
        country_name=country_name,
        get_locale=reading_locale,
        named=named,
        days_ago=days_ago,
    )


def reading_locale() -> Locale:
    return get_locale() or Locale("en")


def day(value: date | None, precision: Precision | None = Precision.DAY) -> str:
    """A date to the precision it is known to; "not known" for none."""
    if value is None or precision is Precision.UNKNOWN:
        return _("not known")
    locale = reading_locale()
    if precision is Precision.MONTH:
        return str(format_skeleton("yMMMM", value, locale=locale))
    if precision is Precision.QUARTER:
        return str(format_skeleton("yQQQ", value, locale=locale))
    if precision is Precision.YEAR:
        return str(value.year)
    # As in `moment` and `clock`: one style on a page.
    return str(format_date(value, "d MMM y", locale=locale))


def moment(value: datetime | None, zone_name: str | None = None) -> str:
    """A moment in the reader's zone, or in the one given."""
    if value is None:
        return _("not known")
    name = zone_name or current_user.actor.time_zone
    return str(
        format_datetime(value.astimezone(zone(name)), "EEE d MMM y HH:mm", locale=reading_locale())
    )


def clock(value: datetime, zone_name: str) -> str:
    """Weekday, day, hour and city of a moment in a zone: one of the two clocks."""
    local = value.astimezone(zone(zone_name))
    text = format_datetime(local, "EEE d MMM HH:mm", locale=reading_locale())
    return f"{text} {zone_name.rsplit('/', 1)[-1].replace('_', ' ')}"


def count(value: int) -> str:
    """A whole number with the reader's separators."""
    return str(format_decimal(value, locale=reading_locale()))


def chance(value: float | None) -> str:
    """A probability as a whole percentage; never 0 % or 100 %, which would promise."""
    if value is None:
        return _("not known")
    if value < 0.01:
        return _("under %(percent)s", percent=format_percent(0.01, locale=reading_locale()))
    return str(format_percent(min(value, 0.99), locale=reading_locale()))


def percent(share: float) -> str:
    """A share as a whole percentage."""
    return str(format_percent(share, locale=reading_locale()))


def days_ago(value: date | None) -> str:
    """How long ago a day was, for the reader: "today", "3 days ago", "in 2 days"."""
    if value is None:
        return _("not known")
    days = (today(now(), current_user.actor.time_zone) - value).days
    if days == 0:
        return _("today")
    if days < 0:
        return ngettext("in %(num)d day", "in %(num)d days", -days)
    if days > 730:
        return ngettext("%(num)d year ago", "%(num)d years ago", days // 365)
    if days > 60:
        return ngettext("%(num)d month ago", "%(num)d months ago", days // 30)
    return ngettext("%(num)d day ago", "%(num)d days ago", days)


@lru_cache(maxsize=1024)
def _territory(code: str, language: str) -> str:
    return str(Locale(language).territories.get(code, code))


def country_name(code: str | None) -> str:
    """A country's name; "not known" for none."""
    return _territory(code, reading_locale().language) if code else _("not known")


@lru_cache(maxsize=4096)
def language_of(text: str) -> str | None:
    """The language tag that a name needs: its script tells Korean and kana; Han is taken as ja.

    None for Latin text: nobody can tell its language from its letters.
    """
    has_han = False
    for letter in text:
        name = unicodedata.name(letter, "")
        if name.startswith("HANGUL"):
            return "ko"
        if name.startswith(("HIRAGANA", "KATAKANA", "HALFWIDTH KATAKANA")):
            return "ja"
        has_han = has_han or name.startswith(("CJK", "PARENTHESIZED IDEOGRAPH"))
    return "ja" if has_han else None


def named(text: str | None, language: str | None = None) -> Markup | str:
    """A name with the `lang` that a screen reader and the right glyphs need."""
    if not text:
        return ""
    if text == LOCAL_ADMINISTRATOR.name:
        return _("local administrator")
    tag = language or language_of(text)
    if tag is None:
        return escape(text)
    return Markup('<span lang="{}">{}</span>').format(tag, text)
