"""Rates as people write and read them: "100 JPY = 0.93 CAD". Pure.

A rate is of one unit; a weak currency is read by the hundred or the thousand.
"""

import re
import unicodedata
from decimal import Decimal

from models.errors import DomainError, N_

# Of how many units a rate may be stated.
UNITS = (1, 10, 100, 1_000, 10_000)
# Below this, one more zero of units reads better than one more of decimals.
_SMALLEST_READ = Decimal("0.1")
_HALF = Decimal("0.5")
# Beyond these nobody meant what stands there.
_SMALLEST, _LARGEST = Decimal("1e-9"), Decimal("1e9")
_PLAIN = re.compile(r"\d+(\.\d+)?", re.ASCII)
_GROUPED = re.compile(r"[1-9]\d{0,2}(,\d{3})+(\.\d+)?", re.ASCII)
_LONGEST = 30


def read_number(text: str, *, decimal_sign: str) -> Decimal:
    """The number that somebody typed, read as people of a language write it.

    With a decimal comma, a comma is never a separator of thousands; else it is nothing but that.

    Raises:
        DomainError: it is none, or could be read in two ways.
    """
    typed = text.strip()[:_LONGEST]
    found = re.sub(r"[\s'\u2019]", "", unicodedata.normalize("NFKC", typed))
    if decimal_sign == ",":
        found = found.replace(",", ".")
    elif _GROUPED.fullmatch(found):
        found = found.replace(",", "")
    if _PLAIN.fullmatch(found):
        return Decimal(found)
    if decimal_sign == ",":
        raise DomainError(
            N_("“%(value)s” is no number. Write it as 0,93 or 1021."), field="amount", value=typed
        )
    raise DomainError(
        N_("“%(value)s” is no number. Write it as 0.93 or 1,021."), field="amount", value=typed
    )


def rate_of(amount: Decimal, units: int) -> float:
    """What one unit is worth, where `units` of them are worth an amount.

    Raises:
        DomainError: it is no rate.
    """
    if units not in UNITS:
        raise DomainError(N_("Choose of how many units the rate is."), field="units")
    rate = amount / units
    if not rate.is_finite() or not _SMALLEST <= rate <= _LARGEST:
        raise DomainError(
            N_("A rate is larger than nothing. Say what these units are worth."), field="amount"
        )
    return float(rate)


def exact(rate: float) -> Decimal:
    """The decimal that somebody wrote, not the binary fraction next to it."""
    return Decimal(str(rate))


def units_of(rate: Decimal) -> int:
    """Of how many units a rate is read best: of the yen by the hundred, of the won by the thousand.

    So that two rates of one currency are told of as many units.
    """
    if rate >= _SMALLEST_READ:
        return 1
    for units in UNITS:
        if units > 10 and rate * units >= _HALF:
            return units
    return UNITS[-1]
