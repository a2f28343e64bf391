"""The clock of the model: horizons of the answer, intervals of the target, ages of snapshots."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Self

import numpy as np

Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Timing:
    """Days that shape rows and targets; a fast process (loans) scales them down.

    `horizons` are the promised answers ("announced within 180 days"). `tail` continues them far
    enough that what is won later no longer matters: "ever" is the chance by the last tail day.
    `ages` are the days after the lead became known at which it is looked at for training.
    `stage_days` is the prior for the mean time a lead that moves on spends in a stage, and
    `stage_days_weight` how many observed moves that prior is worth.
    """

    horizons: tuple[int, ...] = (90, 180, 365)
    tail: tuple[int, ...] = (730, 1460)
    ages: tuple[int, ...] = (0, 7, 30, 60, 90, 180, 270, 365, 540, 730)
    stage_days: float = 100.0
    stage_days_weight: float = 20.0

    def __post_init__(self) -> None:
        bounds = (*self.horizons, *self.tail)
        if not self.horizons or any(b <= a for a, b in pairwise((0, *bounds))):
            raise ValueError("horizons and tail must be rising positive days")
        if not self.ages or any(b <= a for a, b in pairwise(self.ages)) or self.ages[0] < 0:
            raise ValueError("ages must be rising days from zero on")
        if self.stage_days <= 0 or self.stage_days_weight <= 0:
            raise ValueError("stage_days and its weight must be positive")

    @property
    def intervals(self) -> tuple[Interval, ...]:
        """Half-open intervals of days after a snapshot, in order: (0, 90], (90, 180] ..."""
        return tuple(pairwise((0.0, *map(float, self.horizons), *map(float, self.tail))))

    @property
    def bounds(self) -> np.ndarray:
        """End of each interval, in days."""
        return np.array([end for _, end in self.intervals])

    def to_dict(self) -> dict[str, Any]:
        """Return plain numbers for the artefact."""
        return {
            "horizons": list(self.horizons),
            "tail": list(self.tail),
            "ages": list(self.ages),
            "stage_days": self.stage_days,
            "stage_days_weight": self.stage_days_weight,
        }

    @classmethod
    def from_dict(cls, plain: dict[str, Any]) -> Self:
        """Rebuild from `to_dict`."""
        return cls(
            horizons=tuple(plain["horizons"]),
            tail=tuple(plain["tail"]),
            ages=tuple(plain["ages"]),
            stage_days=float(plain["stage_days"]),
            stage_days_weight=float(plain["stage_days_weight"]),
        )
