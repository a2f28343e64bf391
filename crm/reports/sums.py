"""Sums over leads as figures: per currency, weighted, and how many they leave out. Pure.

Everything that a page, a workbook, a PDF or a frozen edition says of amounts and jobs stands in
these objects, as plain numbers without any formatting.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from models.measure import Qualifier

ZERO = Decimal(0)
# The qualifiers that a reader has to be told of beside a sum.
TOLD = (Qualifier.APPROXIMATE, Qualifier.AT_LEAST, Qualifier.AT_MOST, Qualifier.BETWEEN)


@dataclass(frozen=True, slots=True)
class Told:
    """How many of the numbers in a sum were stated as about, at least, up to or between."""

    approximate: int = 0
    at_least: int = 0
    at_most: int = 0
    between: int = 0

    def __add__(self, other: "Told") -> "Told":
        return Told(
            self.approximate + other.approximate,
            self.at_least + other.at_least,
            self.at_most + other.at_most,
            self.between + other.between,
        )


@dataclass(frozen=True, slots=True)
class Money:
    """Investment in one currency; `currency` is None for amounts that nobody said it of.

    `amount` adds the lower ends of ranges, `upper` the upper ones. `lead_count` leads state an
    amount, `unknown_count` do not. `weighted` is the sum of amount times chance, `largest` the
    largest part that one lead has in it. Where there were too few leads to print, `is_few` is
    set and the numbers are None. In public, other numbers may be None too: they would tell of few.
    """

    currency: str | None
    amount: int | None = 0
    upper: int | None = 0
    weighted: Decimal | None = ZERO
    largest: Decimal | None = ZERO
    lead_count: int | None = 0
    unknown_count: int | None = 0
    told: Told = Told()
    is_few: bool = False

    @property
    def largest_share(self) -> float | None:
        """The part of the weighted sum that its largest lead makes; None where there is none."""
        return float(self.largest / self.weighted) if self.largest and self.weighted else None


@dataclass(frozen=True, slots=True)
class Jobs:
    """Jobs, with the same meanings as in `Money`."""

    count: int | None = 0
    upper: int | None = 0
    weighted: Decimal | None = ZERO
    largest: Decimal | None = ZERO
    lead_count: int | None = 0
    unknown_count: int | None = 0
    told: Told = Told()
    is_few: bool = False

    @property
    def largest_share(self) -> float | None:
        """The part of the weighted sum that its largest lead makes; None where there is none."""
        return float(self.largest / self.weighted) if self.largest and self.weighted else None


@dataclass(frozen=True, slots=True)
class Sums:
    """Leads with their investment and jobs. Currencies are in order, amounts without one last.

    `on_hold_count` of the leads are on hold. `is_few` says that there were too few to print: then
    `lead_count` is None, and there are no amounts. Nor are there where they are printed together
    with their neighbours.
    """

    lead_count: int | None = 0
    on_hold_count: int | None = 0
    capex: tuple[Money, ...] = ()
    jobs: Jobs = Jobs()
    is_few: bool = False

    @property
    def unknown_capex_count(self) -> int | None:
        """The leads whose investment is not known; None where that is not printed."""
        counts = [money.unknown_count for money in self.capex]
        return None if None in counts else sum(count or 0 for count in counts)

    def in_currency(self, currency: str | None) -> Money:
        """The investment in a currency; nothing of it where there is none."""
        for money in self.capex:
            if money.currency == currency:
                return money
        return Money(currency)


FEW = Sums(lead_count=None, on_hold_count=None, is_few=True)
# A part that is printed together with its neighbours alone.
TOGETHER = Sums(lead_count=None, on_hold_count=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class SumRow:
    """What the statements say of leads that stand alike and share a currency."""

    currency: str | None
    leads: int
    on_hold: int
    amounts: int
    amount: int
    amount_upper: int
    amount_largest: int
    amount_told: Told
    jobs_leads: int
    jobs: int
    jobs_upper: int
    jobs_largest: int
    jobs_told: Told


def sums_of(rows: Iterable[tuple[SumRow, Decimal]]) -> Sums:
    """The sums over rows, each with the chance of the leads it is about."""
    kept = sorted(rows, key=lambda item: (item[0].currency is None, item[0].currency or ""))
    capex = tuple(
        _money(currency, list(found)) for currency, found in groupby(kept, lambda r: r[0].currency)
    )
    return Sums(
        lead_count=sum(row.leads for row, _chance in kept),
        on_hold_count=sum(row.on_hold for row, _chance in kept),
        capex=capex,
        jobs=Jobs(
            count=sum(row.jobs for row, _chance in kept),
            upper=sum(row.jobs_upper for row, _chance in kept),
            weighted=sum((row.jobs * chance for row, chance in kept), ZERO),
            largest=max((row.jobs_largest * chance for row, chance in kept), default=ZERO),
            lead_count=sum(row.jobs_leads for row, _chance in kept),
            unknown_count=sum(row.leads - row.jobs_leads for row, _chance in kept),
            told=sum((row.jobs_told for row, _chance in kept), Told()),
        ),
    )


def _money(currency: str | None, rows: list[tuple[SumRow, Decimal]]) -> Money:
    return Money(
        currency,
        amount=sum(row.amount for row, _chance in rows),
        upper=sum(row.amount_upper for row, _chance in rows),
        weighted=sum((row.amount * chance for row, chance in rows), ZERO),
        largest=max((row.amount_largest * chance for row, chance in rows), default=ZERO),
        lead_count=sum(row.amounts for row, _chance in rows),
        unknown_count=sum(row.leads - row.amounts for row, _chance in rows),
        told=sum((row.amount_told for row, _chance in rows), Told()),
    )


def merged(parts: Iterable[Sums]) -> Sums:
    """The sums over several that have no lead in common and are none of them too few to print."""
    kept = list(parts)
    currencies = {money.currency for part in kept for money in part.capex}
    return Sums(
        lead_count=sum(part.lead_count or 0 for part in kept),
        on_hold_count=sum(part.on_hold_count or 0 for part in kept),
        capex=tuple(
            _merged_money(currency, [part.in_currency(currency) for part in kept])
            for currency in sorted(currencies, key=lambda code: (code is None, code or ""))
        ),
        jobs=_merged_jobs([part.jobs for part in kept]),
    )


def _merged_money(currency: str | None, parts: list[Money]) -> Money:
    return Money(
        currency,
        amount=sum(part.amount or 0 for part in parts),
        upper=sum(part.upper or 0 for part in parts),
        weighted=sum((part.weighted or ZERO for part in parts), ZERO),
        largest=max((part.largest or ZERO for part in parts), default=ZERO),
        lead_count=sum(part.lead_count or 0 for part in parts),
        unknown_count=sum(part.unknown_count or 0 for part in parts),
        told=sum((part.told for part in parts), Told()),
    )


def _merged_jobs(parts: list[Jobs]) -> Jobs:
    return Jobs(
        count=sum(part.count or 0 for part in parts),
        upper=sum(part.upper or 0 for part in parts),
        weighted=sum((part.weighted or ZERO for part in parts), ZERO),
        largest=max((part.largest or ZERO for part in parts), default=ZERO),
        lead_count=sum(part.lead_count or 0 for part in parts),
        unknown_count=sum(part.unknown_count or 0 for part in parts),
        told=sum((part.told for part in parts), Told()),
    )
