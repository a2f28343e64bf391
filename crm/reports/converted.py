"""Sums of several currencies told in one, at stated rates, where somebody asked for it. Pure.

The amounts of each currency stay as they are; what is converted stands beside them. It is told
from the figures alone and the rates that they hold: a frozen edition tells the same later, and in
public nothing can come in that is not printed.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from crm.reports.sums import ZERO, Sums


@dataclass(frozen=True, slots=True)
class UsedRate:
    """A rate as it was stated, and by whom: of one unit of `currency` in the target.

    Where it `is_inverse`, it was stated the other way round: `rate` is of one unit of the target
    in `currency`.
    """

    currency: str
    rate: Decimal
    stated_on: date
    source: str
    is_inverse: bool = False

    @property
    def factor(self) -> Decimal:
        """What one unit of the currency is worth in the target."""
        return 1 / self.rate if self.is_inverse else self.rate


@dataclass(frozen=True, slots=True)
class Rates:
    """What amounts are converted into, and at which rates: the newest stated by a day's end.

    Currencies without a rate have none here; never is one put together from two others. Where it
    is not `is_counted`, as in public, nobody is told of how many leads something is left out.
    """

    target: str
    day: date
    used: tuple[UsedRate, ...] = ()
    is_counted: bool = True

    def of(self, currency: str | None) -> UsedRate | None:
        """The rate of a currency, if one is stated."""
        return next((rate for rate in self.used if rate.currency == currency), None)

    def factor(self, currency: str | None) -> Decimal | None:
        """What one unit of a currency is worth; None where nobody stated it."""
        if currency is None:
            return None
        if currency == self.target:
            return Decimal(1)
        rate = self.of(currency)
        return rate.factor if rate else None

    def only(self, currencies: Iterable[str | None]) -> "Rates":
        """Without the rates that nothing was converted at."""
        kept = set(currencies)
        return replace(self, used=tuple(rate for rate in self.used if rate.currency in kept))


@dataclass(frozen=True, slots=True)
class Part:
    """A sum in a currency, of so many leads; what is None is withheld, too few state it."""

    currency: str | None
    amount: Decimal | int | None
    weighted: Decimal | None = None
    lead_count: int | None = None


@dataclass(frozen=True, slots=True)
class Converted:
    """A sum in the target. `left_out` are the parts of which no rate is stated.

    The numbers are None where a part of them is withheld, and where there is nothing but parts
    that are left out. `count` parts went into the sum.
    """

    amount: Decimal | None
    weighted: Decimal | None
    left_out: tuple[Part, ...] = ()
    count: int = 0
    is_withheld: bool = False

    @property
    def left_out_count(self) -> int | None:
        """The leads whose amount is not in the sum; None where nobody is told how many."""
        counts = [part.lead_count for part in self.left_out]
        return None if None in counts else sum(count or 0 for count in counts)


WITHHELD = Converted(None, None, is_withheld=True)


def convert(parts: Iterable[Part], rates: Rates) -> Converted:
    """Parts in several currencies as one sum."""
    inside, outside = [], []
    for part in parts:
        factor = rates.factor(part.currency)
        if factor is None:
            outside.append(part if rates.is_counted else replace(part, lead_count=None))
        else:
            inside.append((part, factor))
    left_out = tuple(outside)
    if any(part.amount is None for part, _factor in inside):
        return Converted(None, None, left_out, len(inside), is_withheld=True)
    if outside and not inside:
        return Converted(None, None, left_out)
    is_weighted = all(part.weighted is not None for part, _factor in inside)
    return Converted(
        sum(((part.amount or 0) * factor for part, factor in inside), ZERO),
        sum(((part.weighted or 0) * factor for part, factor in inside), ZERO)
        if is_weighted
        else None,
        left_out,
        len(inside),
    )


def parts_of(sums: Sums) -> list[Part]:
    """The currencies in which some lead of the sums states an amount."""
    return [
        Part(money.currency, money.amount, money.weighted, money.lead_count)
        for money in sums.capex
        if money.lead_count or money.is_few
    ]


def convert_sums(sums: Sums, rates: Rates) -> Converted:
    """The investment of sums; withheld with them."""
    # A stage that is printed with its neighbours alone has no count either.
    is_told = not sums.is_few and sums.lead_count is not None
    return convert(parts_of(sums), rates) if is_told else WITHHELD
