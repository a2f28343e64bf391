"""One chance for one lead, with the reasons behind it: plain data, worded by the application."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

SCORECARD: Final = "scorecard"
MODEL: Final = "model"
BASE_RATE: Final = "base_rate"
BASES: Final = (SCORECARD, MODEL, BASE_RATE)


@dataclass(frozen=True, slots=True)
class Reason:
    """What one feature adds to the log-odds, and the closed leads behind it.

    `value` is the code or number the lead has, None for unknown. `low` and `high` bound the band
    of numbers that is counted (the ends are open at None). `closed_count` leads had that value
    at some look while they were open, `announced_count` of them were announced; the `office_`
    counts are of all leads. `is_weak`: the model is less sure of it than it is large.
    """

    feature: str
    value: str | float | None
    points: float
    is_weak: bool
    low: float | None
    high: float | None
    closed_count: int | None
    announced_count: int | None
    office_closed_count: int
    office_announced_count: int

    def to_dict(self) -> dict[str, Any]:
        """Return plain data to be stored."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Prediction:
    """The chance that a lead is announced: ever, and by each horizon (days to chance).

    `low` and `high` bound the 80 % band of `probability`. `log_odds` orders leads; it equals
    `base_log_odds`, the office's average lead, plus the points of all reasons. It belongs to
    `probability`, except on the basis `base_rate`: there it is the scorecard's, for ordering
    only, while every lead has the same honest probability.
    """

    lead_id: int
    as_of: datetime
    probability: float
    horizon: dict[int, float]
    low: float
    high: float
    log_odds: float
    base_log_odds: float
    basis: str
    reasons: tuple[Reason, ...]
