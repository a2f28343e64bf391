"""Areas, power and prices of properties as a reader sees them."""

from decimal import Decimal
from typing import Any

from babel.numbers import format_decimal
from flask_babel import gettext as _

from crm.errors import sentence
from crm.properties.units import SQUARE_METRES, AreaUnit
from crm.web.formatting import count, reading_locale
from models.errors import DomainError

_HECTARE, _MEGAWATT = 10_000, 1_000


def area_words(area: float | None) -> str:
    """An area of land in metric and in the unit that is spoken of here; "not known" for none."""
    if area is None or area < _HECTARE:
        return floor_area_words(area)
    return _(
        "%(hectares)s ha (%(acres)s acres)",
        hectares=_number(area, AreaUnit.HECTARE),
        acres=_number(area, AreaUnit.ACRE),
    )


def floor_area_words(area: float | None) -> str:
    """An area of a building, which nobody states in hectares; "not known" for none."""
    if area is None:
        return _("not known")
    return _(
        "%(metres)s m² (%(feet)s sq ft)",
        metres=_number(area, AreaUnit.M2),
        feet=_number(area, AreaUnit.SQUARE_FOOT),
    )


def power_words(power: int | None) -> str:
    """Electrical power in kW, or in MW where that is shorter; "not known" for none."""
    if power is None:
        return _("not known")
    if power >= _MEGAWATT:
        return f"{format_decimal(Decimal(power) / _MEGAWATT, locale=reading_locale())} MW"
    return f"{count(power)} kW"


def price_words(item: Any) -> str:
    """A price with its currency, as far as both are known."""
    if item.price_amount is None:
        return _("not known")
    amount = count(item.price_amount)
    if item.currency is None:
        return _("%(amount)s, currency not known", amount=amount)
    return f"{amount} {item.currency}"


def problem_words(problem: Any) -> str:
    """What is wrong with a cell or a row, in the reader's language."""
    return sentence(DomainError(problem.message, field=None, **problem.params))


def _number(area: float, unit: AreaUnit) -> str:
    value = Decimal(repr(area)) / SQUARE_METRES[unit]
    # Two decimals of a hectare are a hundred square metres; of a square foot, nothing.
    places = 0 if unit in (AreaUnit.M2, AreaUnit.SQUARE_FOOT) and value >= 100 else 2
    return str(format_decimal(round(value, places), locale=reading_locale()))
