"""What officers know before any data: points with a reason each, and a chance a stage.

Points are whole numbers; ten points are one unit of log-odds, seven about double the odds. The
card is plain data, so that a page can show and edit it, and a model can carry the one it used.
"""

import unicodedata
from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import gammainc, logit

from scoring.features import FEATURES, NUMBER, STAGES
from scoring.timing import Timing

Matrix = npt.NDArray[np.float64]

FORMAT: Final = 1
POINTS_PER_LOG_ODDS: Final = 10.0
OPEN_STAGES: Final = STAGES[:-1]
STEADINESS: Final = 1.0
"""Shape of the time spent in one stage: an even chance each day. A steadier time (1.5) or a more
ragged one (0.4) changes no result by more than its error."""

_KINDS: Final = {feature.code: feature.kind for feature in FEATURES}


@dataclass(frozen=True, slots=True)
class Rule:
    """Points for a value: one of some codes, a range of a number, or not being known.

    Codes are compared without case, punctuation and width, and by whole words: `jetro` matches
    `JETRO`, `jetro_tokyo` and `Introduced by JETRO`. A range holds its lower end.
    """

    feature: str
    points: int
    reason: str
    any_of: tuple[str, ...] = ()
    at_least: float | None = None
    below: float | None = None
    is_missing: bool = False

    def __post_init__(self) -> None:
        if self.feature not in _KINDS:
            raise ValueError(f"no such feature: {self.feature}")
        ranged = self.at_least is not None or self.below is not None
        if (bool(self.any_of) + ranged + self.is_missing) != 1:
            raise ValueError(f"a rule on {self.feature} needs codes, a range or 'missing', one")
        if ranged and _KINDS[self.feature] != NUMBER:
            raise ValueError(f"{self.feature} is no number")
        if self.any_of and _KINDS[self.feature] == NUMBER:
            raise ValueError(f"{self.feature} is a number")
        if not -100 <= self.points <= 100:
            raise ValueError("points lie between -100 and 100")

    def holds(self, values: pd.Series) -> npt.NDArray[np.bool_]:
        """Return which values the rule is about, shape (n,)."""
        absent = values.isna().to_numpy()
        if self.is_missing:
            return absent
        if self.any_of:
            codes, uniques = pd.factorize(values.astype(object))
            wanted = [f" {_words(text)} " for text in self.any_of]
            found = [any(w in f" {_words(str(u))} " for w in wanted) for u in uniques]
            hit = np.array([*found, False], dtype=bool)
            return np.asarray(hit[codes])
        numbers = values.to_numpy(dtype=np.float64)
        with np.errstate(invalid="ignore"):
            above = numbers >= (-np.inf if self.at_least is None else self.at_least)
            under = numbers < (np.inf if self.below is None else self.below)
        return np.asarray(above & under & ~absent)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data; what does not apply is left out."""
        plain: dict[str, Any] = {"feature": self.feature}
        if self.any_of:
            plain["any_of"] = list(self.any_of)
        if self.at_least is not None:
            plain["at_least"] = self.at_least
        if self.below is not None:
            plain["below"] = self.below
        if self.is_missing:
            plain["is_missing"] = True
        return plain | {"points": self.points, "reason": self.reason}


@dataclass(frozen=True, slots=True)
class Scorecard:
    """The chance that a lead at each stage is ever announced, and points that move it."""

    stages: tuple[float, ...]
    rules: tuple[Rule, ...]

    def __post_init__(self) -> None:
        if len(self.stages) != len(OPEN_STAGES):
            raise ValueError(f"the card needs a chance for each of {len(OPEN_STAGES)} stages")
        if not all(0.0 < chance < 1.0 for chance in self.stages):
            raise ValueError("a chance lies between 0 and 1")

    @classmethod
    def default(cls) -> Self:
        """Return the card that ships with the product."""
        from scoring.scorecard_defaults import DEFAULT

        return cls.from_dict(DEFAULT)

    @classmethod
    def from_dict(cls, plain: dict[str, Any]) -> Self:
        """Build from plain data (`to_dict`, JSON). Raises `ValueError` for what it cannot read."""
        if plain.get("format") != FORMAT:
            raise ValueError("unknown format of a scorecard")
        chances = plain["stages"]
        if set(chances) != set(OPEN_STAGES):
            raise ValueError("the card names other stages than the pipeline")
        rules = tuple(
            Rule(**{**item, "any_of": tuple(item.get("any_of", ()))}) for item in plain["rules"]
        )
        return cls(tuple(float(chances[stage]) for stage in OPEN_STAGES), rules)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON and for a page."""
        return {
            "format": FORMAT,
            "stages": dict(zip(OPEN_STAGES, self.stages, strict=True)),
            "rules": [rule.to_dict() for rule in self.rules],
        }

    def points(self, frame: pd.DataFrame) -> dict[str, Matrix]:
        """Return the log-odds that the rules give each lead, by feature, each shape (n,)."""
        result: dict[str, Matrix] = {}
        for rule in self.rules:
            given = rule.holds(frame[rule.feature]) * (rule.points / POINTS_PER_LOG_ODDS)
            result[rule.feature] = result.get(rule.feature, np.zeros(len(frame))) + given
        return result

    def stage_log_odds(self, timing: Timing, stage_days: float) -> Matrix:
        """Return log-odds of each interval's hazard at each stage, shape (stages, intervals).

        The chance of the stage is spread over the intervals by the time that the remaining
        stages take (a sum of equal Gamma times of mean `stage_days`), so that without any data
        the chance of being announced ever is the chance on the card. What would come after the
        last bound is counted into the last interval.
        """
        left = np.arange(len(OPEN_STAGES), 0, -1, dtype=np.float64)[:, None]
        bounds = timing.bounds[None, :]
        reached = gammainc(STEADINESS * left, STEADINESS * bounds / stage_days)
        reached[:, -1] = 1.0
        by_end = np.array(self.stages)[:, None] * reached
        before = np.concatenate([np.zeros((len(left), 1)), by_end[:, :-1]], axis=1)
        hazards = (by_end - before) / (1.0 - before)
        return np.asarray(logit(np.clip(hazards, 1e-5, 1.0 - 1e-5)))


def stage_places(stages: pd.Series) -> npt.NDArray[np.intp]:
    """Return the place of each stage code among the open stages.

    Raises `ValueError` for a lead that is announced already: there is nothing to predict.
    """
    places = pd.Index(OPEN_STAGES).get_indexer(pd.Index(stages))
    if (places < 0).any():
        raise ValueError("a lead that was announced has no chance to predict")
    return np.asarray(places, dtype=np.intp)


def _words(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join("".join(c if c.isalnum() else " " for c in folded).split())
