"""Amounts and jobs in words: what was stated, as it was stated, never a zero for the unknown."""

from typing import Any

from babel.numbers import format_compact_decimal
from flask import Flask
from flask_babel import gettext as _
from flask_babel import lazy_pgettext as _lp
from flask_babel import ngettext

from crm.labels import choices, label
from crm.web.formatting import count, reading_locale
from models.measure import Qualifier

# After a word that stands alone before what is said of it; French has a space before it.
COLON = _lp("between a word and what is said of it", ":")


def install(app: Flask) -> None:
    """Give the templates the labels of codes and the words for amounts."""
    app.jinja_env.filters.update(amount=amount, jobs=jobs, label=label)
    app.jinja_env.globals.update(choices=choices, quantity=quantity, colon=COLON)


def amount(record: Any) -> str:
    """The investment of a lead, a revision or an announcement, as it was stated."""
    return quantity(
        record.capex_amount,
        record.capex_qualifier,
        record.capex_upper,
        record.capex_currency or _("(currency not known)"),
    )


def jobs(record: Any) -> str:
    """The jobs of a lead, a revision or an announcement, as they were stated."""
    if record.jobs_count is None:
        return quantity(None, record.jobs_qualifier, None)
    most = record.jobs_upper or record.jobs_count
    text = quantity(record.jobs_count, record.jobs_qualifier, record.jobs_upper, compact=False)
    return ngettext("%(text)s job", "%(text)s jobs", most, text=text)


def quantity(
    value: int | None,
    qualifier: Qualifier | None,
    upper: int | None,
    unit: str = "",
    *,
    compact: bool = True,
) -> str:
    """A stated number with its qualifier; "not known" and "not disclosed" are said, never 0."""
    if value is None:
        if qualifier is Qualifier.NOT_DISCLOSED:
            return _("not disclosed")
        return _("not known")
    shown = _number(value, compact)
    if qualifier is Qualifier.BETWEEN and upper is not None:
        shown = _("%(low)s to %(high)s", low=shown, high=_number(upper, compact))
    elif qualifier is Qualifier.APPROXIMATE:
        shown = _("about %(number)s", number=shown)
    elif qualifier is Qualifier.AT_LEAST:
        shown = _("at least %(number)s", number=shown)
    elif qualifier is Qualifier.AT_MOST:
        shown = _("up to %(number)s", number=shown)
    return f"{shown}\u00a0{unit}" if unit else shown


def _number(value: int, compact: bool) -> str:
    locale = reading_locale()
    if compact and value >= 100_000:
        return str(format_compact_decimal(value, locale=locale, fraction_digits=1))
    return count(value)
