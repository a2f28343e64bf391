"""What the states of an announcement, and what was promised in one, are called."""

from decimal import Decimal
from typing import Any

from flask_babel import format_decimal, format_percent
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _lp

from crm.announcements.embargo import State
from models.commitment import Commitment
from models.measure import Qualifier

STATES: dict[State, Any] = {
    State.DRAFT: _lp("announcement", "Draft"),
    State.EMBARGOED: _l("Under embargo"),
    State.AWAITING: _l("Awaits its release"),
    State.HELD: _lp("announcement", "On hold"),
    State.PUBLIC: _lp("announcement", "Public"),
}

_FORMS: dict[Qualifier, Any] = {
    Qualifier.EXACT: "%(number)s",
    Qualifier.APPROXIMATE: _l("about %(number)s"),
    Qualifier.AT_LEAST: _l("at least %(number)s"),
    Qualifier.AT_MOST: _l("up to %(number)s"),
    Qualifier.BETWEEN: _l("%(number)s to %(upper)s"),
}


def promised(commitment: Commitment) -> str:
    """The number of a promise as it was stated; what is not stated is said to be so."""
    if commitment.qualifier is Qualifier.NOT_DISCLOSED:
        return _("not disclosed")
    if commitment.qualifier is None or commitment.amount is None:
        return _("no number stated")
    words = str(_FORMS[commitment.qualifier]) % {
        "number": _number(commitment.amount),
        "upper": _number(commitment.upper) if commitment.upper is not None else "",
    }
    if commitment.unit in ("%", "percent", "per cent"):
        return f"{words}\u00a0%"
    return " ".join(part for part in (words, commitment.currency, commitment.unit) if part)


def share(value: float | None) -> str:
    """A share of a hundred, as it was stated."""
    return _("not stated") if value is None else str(format_percent(value / 100, "#,##0.##%"))


def _number(value: float) -> str:
    return str(format_decimal(Decimal(repr(value)).normalize()))
