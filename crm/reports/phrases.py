"""Words that several reports share: quarters, groups, sums of money, and what a sum leaves out."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from babel.numbers import format_compact_decimal, format_decimal
from flask_babel import gettext as _
from flask_babel import ngettext

from crm.reports.params import Dimension
from crm.reports.periods import Quarter
from crm.reports.pipeline import GroupKey
from crm.reports.report import Words
from crm.reports.sums import Money, Sums, Told
from crm.reports.tables import Absent, Value
from crm.web.formatting import count, country_name, day, reading_locale


def quarter_name(quarter: Quarter | None) -> str:
    """A fiscal quarter: "Q2 2026", or "Q2 2026–27" where the year does not begin in January."""
    if quarter is None:
        return _("before")
    begins_in = (quarter.starts_on.month - 1 - 3 * (quarter.number - 1)) % 12
    year = str(quarter.year)
    if begins_in:
        year = f"{quarter.year}\u2013{(quarter.year + 1) % 100:02d}"
    return _("Q%(number)s %(year)s", number=quarter.number, year=year)


def group_name(key: GroupKey, by: Dimension, words: Words) -> str:
    """What a group is called, in the reader's language where there are two names."""
    if key.is_other:
        return _("Other")
    if key.code is None:
        return _("Without owner") if by is Dimension.OWNER else _("not known")
    if by is Dimension.MARKET:
        return country_name(key.code)
    return (words.is_french and key.name_fr) or key.name or key.code


def dimension_name(by: Dimension) -> str:
    """What a report is divided by."""
    return {
        Dimension.STAGE: _("Stage"),
        Dimension.MARKET: _("Country"),
        Dimension.SECTOR: _("Sector"),
        Dimension.OFFICE: _("Office"),
        Dimension.OWNER: _("Owner"),
        Dimension.SOURCE: _("Source"),
        Dimension.AGREEMENT: _("Agreement"),
    }[by]


def currency_name(currency: str | None) -> str:
    """A currency's code; amounts that nobody said it of say so."""
    return currency or _("currency not known")


def short_number(number: float | Decimal, *, digits: int = 0) -> str:
    """A number to read across a room: "1.2B", and in full below a hundred thousand."""
    size = float(number)
    if abs(size) < 100_000:
        return str(format_decimal(round(size, digits), locale=reading_locale()))
    return str(format_compact_decimal(round(size), locale=reading_locale(), fraction_digits=1))


def short_money(amount: float | Decimal, currency: str | None) -> str:
    """An amount to read across a room: "1.2B JPY"."""
    return f"{short_number(amount)}\u00a0{currency or _('(currency not known)')}"


def listed(parts: Iterable[str]) -> str:
    """A list in a sentence: "a, b and c"."""
    kept = list(parts)
    if len(kept) < 2:
        return "".join(kept)
    return _("%(first)s and %(last)s", first=", ".join(kept[:-1]), last=kept[-1])


def leads_text(number: int) -> str:
    """So many leads."""
    return ngettext("%(count)s lead", "%(count)s leads", number, count=count(number))


def change_text(now: int, before: int, on: date) -> str:
    """How a count compares with an earlier day's."""
    if now == before:
        return _("as many as on %(day)s", day=day(on))
    if now > before:
        return _("%(number)s more than on %(day)s", number=count(now - before), day=day(on))
    return _("%(number)s fewer than on %(day)s", number=count(before - now), day=day(on))


def not_compared() -> str:
    """Why a report has no earlier day in public: its counts only grow."""
    return _(
        "In public this report is not compared with another day: what grew between two days may "
        "be one lead."
    )


def value_or(value: Value | None, absent: Absent) -> Value:
    """A number, or why there is none."""
    return absent if value is None else value


def amount_value(money: Money) -> Value:
    """The stated amount of a cell: nothing where no lead states one."""
    if money.is_few:
        return Absent.WITHHELD
    if not money.lead_count:
        return Absent.NOTHING
    return value_or(money.amount, Absent.WITHHELD)


def weighted_value(money: Money) -> Value:
    """The weighted amount of a cell, in whole units."""
    if money.is_few:
        return Absent.WITHHELD
    if not money.lead_count:
        return Absent.NOTHING
    return Absent.WITHHELD if money.weighted is None else round(money.weighted)


def currencies_of(sums: Iterable[Sums]) -> tuple[str | None, ...]:
    """The currencies that some lead states an amount in, those without one last."""
    found = {
        money.currency for item in sums for money in item.capex if money.lead_count or money.is_few
    }
    return tuple(sorted(found, key=lambda code: (code is None, code or "")))


def told_text(told: Told, of: str) -> str:
    """How many numbers of a sum were stated as about, at least, up to or between; "" for none."""
    parts = [
        text
        for number, text in (
            (told.approximate, _("about: %(count)s", count=count(told.approximate))),
            (told.at_least, _("at least: %(count)s", count=count(told.at_least))),
            (told.at_most, _("up to: %(count)s", count=count(told.at_most))),
            (told.between, _("between two numbers: %(count)s", count=count(told.between))),
        )
        if number
    ]
    if not parts:
        return ""
    return _("%(what)s stated as %(list)s.", what=of, list=listed(parts))
