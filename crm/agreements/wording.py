"""Market figures in words: the number as it was stated, with what it counts."""

from decimal import Decimal
from typing import Any

from babel.numbers import format_compact_decimal, format_decimal
from flask_babel import gettext as _

from crm.web.formatting import reading_locale
from models.measure import Qualifier

_LONG = 1_000_000


def figure(record: Any) -> str:
    """The number of a statistic; an empty text where words as printed are all there is."""
    if record.qualifier is Qualifier.NOT_DISCLOSED:
        return _("not disclosed")
    if record.amount is None:
        return ""
    shown = _number(record.amount)
    if record.qualifier is Qualifier.BETWEEN and record.upper is not None:
        shown = _("%(low)s to %(high)s", low=shown, high=_number(record.upper))
    elif record.qualifier is Qualifier.APPROXIMATE:
        shown = _("about %(number)s", number=shown)
    elif record.qualifier is Qualifier.AT_LEAST:
        shown = _("at least %(number)s", number=shown)
    elif record.qualifier is Qualifier.AT_MOST:
        shown = _("up to %(number)s", number=shown)
    # What counts nothing else counts money, of a currency that the source may not name.
    units = [unit for unit in (record.currency, record.unit) if unit] or [_("(currency not known)")]
    return f"{shown}\u00a0{' '.join(units)}"


def _number(value: float) -> str:
    """Long round numbers are shortened; nothing that was stated is rounded away."""
    locale = reading_locale()
    exact = Decimal(repr(value)).normalize()
    if abs(exact) >= _LONG and exact % 100_000 == 0:
        digits = 0 if exact % _scale(exact) == 0 else 1
        if digits == 0 or exact % (_scale(exact) / 10) == 0:
            return str(format_compact_decimal(exact, locale=locale, fraction_digits=digits))
    return str(format_decimal(exact, locale=locale, format="#,##0.##########"))


def _scale(value: Decimal) -> Decimal:
    """The thousand, million or milliard that a compact number counts in."""
    power = (value.copy_abs().adjusted() // 3) * 3
    return Decimal(10) ** power
