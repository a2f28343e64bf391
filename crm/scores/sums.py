"""The whole sum behind a chance: every reason with its points, in the scorecard's unit.

Ten points are one unit of log-odds, seven about double the odds. What is printed adds up to the
last digit: each line is rounded so that the lines so far sum as they are printed.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from crm.scores.wording import fact, reason_texts

POINTS = 10.0
_DIGITS = 1


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a sum. `points` are as printed."""

    text: str
    points: float
    is_weak: bool = False


@dataclass(frozen=True, slots=True)
class Sum:
    """`base` and the points of all lines make the `total`; each belongs to a chance.

    `told` are the strongest, in words; `rest_count` smaller ones make `rest_points` together.
    """

    base: float
    base_chance: float
    total: float
    total_chance: float
    told: tuple[Line, ...]
    rest_count: int
    rest_points: float
    lines: tuple[Line, ...]


def sum_of(
    reasons: Sequence[Mapping[str, Any]],
    log_odds: float,
    *,
    limit_up: int = 3,
    limit_down: int = 2,
) -> Sum:
    """The sum behind a score's log-odds."""
    base = log_odds - math.fsum(reason["points"] for reason in reasons)
    lines = _rounded(
        base,
        [
            (fact(reason), float(reason["points"]), bool(reason["is_weak"]))
            for reason in sorted(reasons, key=lambda reason: -abs(reason["points"]))
        ],
    )
    start, total = in_points(base), in_points(log_odds)
    told = tuple(
        Line(text.text, in_points(text.points), text.is_weak)
        for text in reason_texts(reasons, limit_up=limit_up, limit_down=limit_down)
    )
    return Sum(
        base=start,
        base_chance=_chance(base),
        total=total,
        total_chance=_chance(log_odds),
        told=told,
        rest_count=len(reasons) - len(told),
        rest_points=round(total - start - sum(line.points for line in told), _DIGITS),
        lines=tuple(lines),
    )


def in_points(log_odds: float) -> float:
    """Log-odds in the scorecard's unit, as printed."""
    # Adding nothing turns a negative zero into a plain one.
    return round(POINTS * log_odds, _DIGITS) + 0.0


def _rounded(base: float, parts: Iterable[tuple[str, float, bool]]) -> Iterable[Line]:
    so_far, printed = base, in_points(base)
    for text, points, is_weak in parts:
        so_far += points
        now = in_points(so_far)
        yield Line(text, round(now - printed, _DIGITS) + 0.0, is_weak)
        printed = now


def _chance(log_odds: float) -> float:
    return 1.0 / (1.0 + math.exp(-log_odds))
