"""What an officer knows of any lead table before its outcomes: a chance, and points by value."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import logit

from scoring.columns import is_number, numbers
from scoring.scorecard import POINTS_PER_LOG_ODDS, Rule

Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class TableRule(Rule):
    """A rule of the scorecard about a column of any table; `feature` is the column's name."""

    def __post_init__(self) -> None:
        ranged = self.at_least is not None or self.below is not None
        if (bool(self.any_of) + ranged + self.is_missing) != 1:
            raise ValueError(f"a rule on {self.feature} needs codes, a range or 'missing', one")
        if not -100 <= self.points <= 100:
            raise ValueError("points lie between -100 and 100")


@dataclass(frozen=True, slots=True)
class TableCard:
    """The chance of a lead of which nothing is known, and the rules that move it."""

    chance: float
    rules: tuple[TableRule, ...]

    def __post_init__(self) -> None:
        if not 0.0 < self.chance < 1.0:
            raise ValueError("a chance lies between 0 and 1")

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Self:
        """Build from `{"chance": 0.1, "rules": [{"feature": ..., "points": ...}]}`.

        Raises `ValueError` for what it cannot read.
        """
        try:
            rules = tuple(
                TableRule(
                    **{
                        "reason": "",
                        **item,
                        "any_of": tuple(str(text) for text in item.get("any_of", ())),
                    }
                )
                for item in plain["rules"]
            )
            return cls(float(plain["chance"]), rules)
        except (AttributeError, KeyError, TypeError) as problem:
            raise ValueError(f"a scorecard that cannot be read: {problem}") from problem

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {"chance": self.chance, "rules": [rule.to_dict() for rule in self.rules]}

    def check(self, frame: pd.DataFrame) -> None:
        """Raise `ValueError` for a rule about a column that is not there, or of another kind."""
        for rule in self.rules:
            if rule.feature not in frame:
                raise ValueError(f"the scorecard names a column that is not there: {rule.feature}")
            ranged = rule.at_least is not None or rule.below is not None
            if ranged and not is_number(frame[rule.feature]):
                raise ValueError(
                    f"the scorecard has a range for {rule.feature}, which is no number"
                )

    @property
    def start(self) -> float:
        """Return the log-odds without any points."""
        return float(logit(self.chance))

    def points(self, frame: pd.DataFrame) -> Matrix:
        """Return the log-odds that the rules give, by column, shape (n, columns)."""
        result = np.zeros((len(frame), frame.shape[1]))
        places = {name: place for place, name in enumerate(frame.columns)}
        for rule in self.rules:
            raw = frame[rule.feature]
            held = rule.holds(pd.Series(numbers(raw)) if is_number(raw) else raw)
            result[:, places[rule.feature]] += held * (rule.points / POINTS_PER_LOG_ODDS)
        return result
