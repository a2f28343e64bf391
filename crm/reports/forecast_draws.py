"""From the chances of leads to what is to be expected, and its likely range. Pure, by a fixed seed.

Every lead is announced in one of the quarters or in none, each on its own; part of how far the
model is off is shared by all of them. Thousands of such futures are drawn, and the likely range
holds the middle 80 % of them. Where there are hundreds of leads, those that matter most are drawn
one by one, and the others, of which no one matters, together: by their mean and spread (the
central limit theorem, for a sum of trials with different chances; Poisson 1837).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from crm.reports.forecast import Currency, Expected

Numbers = npt.NDArray[np.float64]

FUTURES = 4000
_DRAWN_ALL = 300
_DRAWN_EACH = 100
_SEED = 20_260
# The days by which the model says a chance.
KNOTS = (0.0, 90.0, 180.0, 365.0)
# Deviations to either end of a band of 80 %.
_WIDTH = 1.2815515655446004
_TINY = 1e-9
# How much of a lead's own deviation is taken to be wrong for all leads alike. On 48 past days of
# 16 invented offices what came in a year lay within the range 81 % of the time with none of it,
# 85 % with half and 98 % with all; a quarter's counts are so small that it is 92 % or more.
_SHARED = 0.5
_SHIFTS = np.linspace(-3.5, 3.5, 15)


@dataclass(frozen=True, slots=True)
class Chance:
    """`count` leads that are alike: their chances, how long ago they were said, their size.

    `low` and `high` are the ends of the band of `ever`. `amount` is in whole units of `currency`.
    """

    ever: float
    within_90: float
    within_180: float
    within_365: float
    low: float
    high: float
    said_days_ago: float = 0.0
    currency: str | None = None
    amount: int | None = None
    jobs: int | None = None
    count: int = 1


@dataclass(frozen=True, slots=True)
class Told:
    """What is to be expected by quarter, and in all quarters together (the last of each)."""

    leads: tuple[Expected, ...]
    jobs: tuple[Expected, ...]
    capex: tuple[tuple[Expected, ...], ...]
    currencies: tuple[Currency, ...]
    unknown_jobs_count: int
    largest_jobs_share: float | None


def quarter_chances(chances: Sequence[Chance], ends: Sequence[float]) -> Numbers:
    """The chance of each lead (a row) to be announced in each quarter (a column).

    `ends` are the days from now to the end of each quarter, at most 366. Between two days of
    which the model says a chance, whoever is left is announced at an even pace.
    """
    if not chances:
        return np.zeros((0, len(ends)))
    said = np.array([[0.0, c.within_90, c.within_180, c.within_365] for c in chances])
    said = np.maximum.accumulate(np.clip(said, 0.0, 1.0 - _TINY), axis=1)
    left = -np.log1p(-said)
    edges = (0.0, *ends)
    reached = np.empty((len(chances), len(edges)))
    ago = np.array([c.said_days_ago for c in chances])
    for place, edge in enumerate(edges):
        # What was said some days ago goes on from there.
        days = np.clip(edge + ago, 0.0, KNOTS[-1])
        upper = np.clip(np.searchsorted(KNOTS, days, side="left"), 1, len(KNOTS) - 1)
        knots = np.array(KNOTS)
        part = (days - knots[upper - 1]) / (knots[upper] - knots[upper - 1])
        rows = np.arange(len(chances))
        start, end = left[rows, upper - 1], left[rows, upper]
        reached[:, place] = -np.expm1(-(start + part * (end - start)))
    in_quarters: Numbers = np.diff(reached, axis=1)
    # Not announced until now, as is known of every open lead.
    return in_quarters / (1.0 - reached[:, :1])


def tell(chances: Sequence[Chance], ends: Sequence[float], *, has_range: bool) -> Told:
    """What is to be expected in the quarters that end in so many days."""
    in_quarters = quarter_chances(chances, ends)
    counts = np.array([c.count for c in chances], dtype=float)
    jobs = np.array([c.jobs or 0 for c in chances], dtype=float)
    codes = sorted({c.currency for c in chances}, key=lambda code: (code is None, code or ""))
    amounts = [
        np.array([(c.amount or 0) if c.currency == code else 0 for c in chances], dtype=float)
        for code in codes
    ]
    weights = [np.ones(len(chances)), jobs, *amounts]
    means = [
        _with_whole((in_quarters * (weight * counts)[:, None]).sum(axis=0)) for weight in weights
    ]
    ranges: list[Numbers | None] = [None] * len(weights)
    if has_range and chances:
        drawn = _futures(chances, in_quarters, weights)
        ranges = [
            np.quantile(_with_whole(one), [0.1, 0.9], axis=0, method="inverted_cdf")
            for one in drawn
        ]
    whole = in_quarters.sum(axis=1)
    told = [_expected(mean, ends_of) for mean, ends_of in zip(means, ranges, strict=True)]
    return Told(
        leads=told[0],
        jobs=told[1],
        capex=tuple(told[2:]),
        currencies=tuple(
            Currency(
                code,
                sum(c.count for c in chances if c.currency == code and c.amount is not None),
                sum(c.count for c in chances if c.currency == code and c.amount is None),
                _largest(whole * amount, counts),
            )
            for code, amount in zip(codes, amounts, strict=True)
        ),
        unknown_jobs_count=sum(c.count for c in chances if c.jobs is None),
        largest_jobs_share=_largest(whole * jobs, counts),
    )


def _with_whole(by_quarter: Numbers) -> Numbers:
    """The quarters with their sum behind them, along the last axis."""
    return np.concatenate([by_quarter, by_quarter.sum(axis=-1, keepdims=True)], axis=-1)


def _largest(parts: Numbers, counts: Numbers) -> float | None:
    total = float((parts * counts).sum())
    return float(parts.max()) / total if total > 0 else None


def _expected(mean: Numbers, ends: Numbers | None) -> tuple[Expected, ...]:
    if ends is None:
        return tuple(Expected(float(one)) for one in mean)
    return tuple(
        Expected(float(one), round(low), round(high))
        for one, low, high in zip(mean, ends[0], ends[1], strict=True)
    )


def _futures(
    chances: Sequence[Chance], in_quarters: Numbers, weights: Sequence[Numbers]
) -> list[Numbers]:
    """By weight, what is announced in each quarter (a column) of each future (a row)."""
    random = np.random.default_rng(_SEED)
    shift = random.standard_normal(FUTURES)
    shifted = _shifted(chances)
    counts = np.array([c.count for c in chances])
    apart = _drawn_apart(in_quarters, weights, counts)
    found = [np.zeros((FUTURES, in_quarters.shape[1])) for _weight in weights]
    for row in np.flatnonzero(apart):
        scale = np.interp(shift, _SHIFTS, shifted[row])
        edges = np.minimum(np.cumsum(in_quarters[row])[None, :] * scale[:, None], 1.0)
        for _one in range(counts[row]):
            place = random.random(FUTURES)[:, None]
            is_in = (place < edges) & (place >= np.pad(edges, ((0, 0), (1, 0)))[:, :-1])
            for number, weight in enumerate(weights):
                if weight[row]:
                    found[number] += is_in * weight[row]
    rest = ~apart
    if rest.any():
        means, spreads = _together(
            in_quarters[rest], shifted[rest], np.stack(weights)[:, rest], counts[rest]
        )
        for number, quarter in np.ndindex(means.shape[1:]):
            drawn = np.interp(shift, _SHIFTS, means[:, number, quarter])
            spread = np.interp(shift, _SHIFTS, spreads[:, number, quarter])
            drawn += spread * random.standard_normal(FUTURES)
            found[number][:, quarter] += np.maximum(np.round(drawn), 0.0)
    return found


def _shifted(chances: Sequence[Chance]) -> Numbers:
    """How much larger each lead's chance is (a row) where the model errs by `_SHIFTS`."""
    ever = np.clip([c.ever for c in chances], _TINY, 1.0 - _TINY)
    low = np.clip([c.low for c in chances], _TINY, 1.0 - _TINY)
    high = np.clip([c.high for c in chances], _TINY, 1.0 - _TINY)

    def odds(chance: Numbers) -> Numbers:
        return np.asarray(np.log(chance / (1.0 - chance)), dtype=float)

    spread = _SHARED * np.maximum(odds(high) - odds(low), 0.0) / (2.0 * _WIDTH)
    moved = odds(ever)[:, None] + spread[:, None] * _SHIFTS[None, :]
    scale = 1.0 / (1.0 + np.exp(-moved)) / ever[:, None]
    # On average over all futures the chance is what the model says.
    density = np.exp(-(_SHIFTS**2) / 2.0)
    mean = (scale * density).sum(axis=1) / density.sum()
    return np.asarray(scale / mean[:, None], dtype=float)


def _drawn_apart(
    in_quarters: Numbers, weights: Sequence[Numbers], counts: npt.NDArray[np.int_]
) -> npt.NDArray[np.bool_]:
    if counts.sum() <= _DRAWN_ALL:
        return np.ones(len(counts), dtype=bool)
    apart = np.zeros(len(counts), dtype=bool)
    whole = in_quarters.sum(axis=1)
    for weight in weights[1:]:
        matter = whole * (1.0 - whole) * weight**2
        apart[np.argsort(-matter, kind="stable")[:_DRAWN_EACH]] |= True
    # Leads that are many and alike are none that matters by itself.
    return apart & (counts <= 3)


def _together(
    in_quarters: Numbers, shifted: Numbers, weights: Numbers, counts: npt.NDArray[np.int_]
) -> tuple[Numbers, Numbers]:
    """Of many leads together: mean and spread by how far the model errs, weight and quarter."""
    once, squared = weights * counts, weights**2 * counts
    means, spreads = [], []
    for column in range(len(_SHIFTS)):
        chance = np.minimum(in_quarters * shifted[:, column : column + 1], 1.0)
        means.append(once @ chance)
        spreads.append(np.sqrt(squared @ (chance * (1.0 - chance))))
    return np.stack(means), np.stack(spreads)
