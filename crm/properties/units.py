"""Areas and electrical power as lists state them, in one unit each: square metres and kilowatts."""

import enum
import math
import re
from decimal import Decimal

from crm.imports.problems import ValueProblem
from crm.imports.quantities import Number, is_negative, read_number
from crm.imports.table import Cell
from crm.imports.text import is_unknown, one_line, plain, quoted
from models.errors import N_


class AreaUnit(enum.StrEnum):
    """Units that land and floors are measured in here."""

    M2 = "m2"
    HECTARE = "ha"
    ACRE = "acre"
    SQUARE_FOOT = "sqft"


class PowerUnit(enum.StrEnum):
    """Units of electrical power."""

    KW = "kw"
    MW = "mw"


# An acre is that of the international yard and pound agreement of 1959, as is the foot.
SQUARE_METRES = {
    AreaUnit.M2: Decimal(1),
    AreaUnit.HECTARE: Decimal(10_000),
    AreaUnit.ACRE: Decimal("4046.8564224"),
    AreaUnit.SQUARE_FOOT: Decimal("0.09290304"),
}
KILOWATTS = {PowerUnit.KW: Decimal(1), PowerUnit.MW: Decimal(1_000)}

# A hundred times the largest city of the country, and more power than a province makes.
_LARGEST_AREA = Decimal(10) ** 12
_LARGEST_POWER = Decimal(10) ** 9

_AREA_WORDS = (
    (
        AreaUnit.M2,
        r"m2|m\^2|sq\.? ?m(?:et(?:er|re)s?)?\.?|sqm|square met(?:er|re)s?|metres? carres?|mc",
    ),
    (AreaUnit.HECTARE, r"ha\.?|hectares?"),
    (AreaUnit.ACRE, r"ac\.?|acres?|acreage"),
    (
        AreaUnit.SQUARE_FOOT,
        r"sq\.? ?f(?:oo|ee)?t\.?|sqft|sf|s\.f\.|ft2|ft\^2|square f(?:oo|ee)t|pi2|pi\^2|pc"
        r"|pieds? carres?|pi\.? ?ca\.?",
    ),
)
_POWER_WORDS = (
    (PowerUnit.KW, r"kw|kilowatts?"),
    (PowerUnit.MW, r"mw|megawatts?"),
)
_FIGURE_AND_WORDS = re.compile(r"(?P<figure>[\d.,' ]*\d)(?: ?(?P<words>[^\d ].*))?")
_LONGEST = 60


def find_area_unit(words: str) -> AreaUnit | None:
    """The unit of area that `plain` words name, or None."""
    return next((unit for unit, known in _AREA_WORDS if re.fullmatch(known, words)), None)


def find_power_unit(words: str) -> PowerUnit | None:
    """The unit of power that `plain` words name, or None."""
    return next((unit for unit, known in _POWER_WORDS if re.fullmatch(known, words)), None)


def read_area(cell: Cell, unit: AreaUnit | None = None) -> float | None:
    """The square metres in a cell, in its own unit or in that of its column; None for unknown.

    Raises:
        ValueProblem: it is no area, or nobody says in which unit.
    """
    if is_unknown(cell):
        return None
    number, words = _split(cell)
    named = find_area_unit(words) if words else unit
    if number is None or (words and named is None):
        raise ValueProblem(
            N_(
                "“%(value)s” is not an area. Write it like 12 ha, 30 acres, 4500 m² or 50000 sq ft."
            ),
            value=quoted(cell),
        )
    if named is None:
        raise ValueProblem(
            N_("“%(value)s” has no unit. Say whether it is m², ha, acres or sq ft."),
            value=quoted(cell),
        )
    area = number.value * SQUARE_METRES[named]
    if area > _LARGEST_AREA:
        raise ValueProblem(
            N_("“%(value)s” is larger than any site. Check the unit."), value=quoted(cell)
        )
    return float(area)


def read_power(cell: Cell, unit: PowerUnit | None = None) -> int | None:
    """The kilowatts in a cell, in its own unit or in that of its column; None for unknown.

    Raises:
        ValueProblem: it is no power, or nobody says in which unit.
    """
    if is_unknown(cell):
        return None
    number, words = _split(cell)
    named = find_power_unit(words) if words else unit
    if number is None or (words and named is None):
        raise ValueProblem(
            N_("“%(value)s” is no electrical power. Write it like 800 kW or 2.5 MW."),
            value=quoted(cell),
        )
    if named is None:
        raise ValueProblem(
            N_("“%(value)s” has no unit. Say whether it is kW or MW."), value=quoted(cell)
        )
    power = number.value * KILOWATTS[named]
    if power > _LARGEST_POWER:
        raise ValueProblem(
            N_("“%(value)s” is larger than any site. Check the unit."), value=quoted(cell)
        )
    return int(power.to_integral_value(rounding="ROUND_HALF_UP"))


def exact_area(area: float | None) -> str:
    """The area in the unit in which it is a short number, such that reading gives it back."""
    if area is None:
        return ""
    for unit, name in ((AreaUnit.HECTARE, "ha"), (AreaUnit.ACRE, "acres"), (AreaUnit.M2, "m²")):
        value = Decimal(repr(area)) / SQUARE_METRES[unit]
        short = round(value, 2)
        if (unit is AreaUnit.M2 or short >= 1) and float(short * SQUARE_METRES[unit]) == area:
            return f"{_digits(short)} {name}"
    feet = round(Decimal(repr(area)) / SQUARE_METRES[AreaUnit.SQUARE_FOOT], 2)
    if float(feet * SQUARE_METRES[AreaUnit.SQUARE_FOOT]) == area:
        return f"{_digits(feet)} sq ft"
    return f"{_digits(Decimal(repr(area)))} m²"


def exact_power(power: int | None) -> str:
    """The power with its unit; nothing for unknown."""
    return "" if power is None else f"{power} kW"


def _digits(value: Decimal) -> str:
    text = format(value, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    # Three decimals could be read as thousands; four cannot.
    return f"{text}0" if len(text.partition(".")[2]) == 3 else text


def _split(cell: Cell) -> tuple[Number | None, str]:
    """The number of a cell and the words behind it."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        if not math.isfinite(cell) or cell < 0:
            return None, ""
        return Number(Decimal(repr(cell))), ""
    text = plain(one_line(cell)) if isinstance(cell, str) else ""
    if not text or len(text) > _LONGEST or is_negative(text):
        return None, ""
    match = _FIGURE_AND_WORDS.fullmatch(text)
    if match is None:
        return None, ""
    number = read_number(match["figure"].strip())
    if number is not None and number.is_ambiguous and match["figure"].count(".") == 1:
        # 4.500 m² is four and a half to some and four thousand five hundred to others.
        raise ValueProblem(
            N_(
                "“%(value)s” may be thousands or decimals."
                " Write it without a separator, or with a comma between thousands."
            ),
            value=quoted(cell),
        )
    return number, (match["words"] or "").strip(" ()")
