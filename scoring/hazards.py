"""Chances by several horizons from one additive model of interval hazards.

Each interval after a snapshot has a hazard: the chance of being announced within it if not
before. Their log-odds are a sum over features, so all horizons come from one model, agree with
each other, and can be explained by the same parts (`scoring.explain`).
"""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from scoring.columns import ColumnSet
from scoring.evidence import Posterior, fit_evidence, moderated
from scoring.features import FEATURES
from scoring.scorecard import Scorecard, stage_places
from scoring.sizes import SizeRanks
from scoring.snapshots import Rows
from scoring.timing import Timing

Matrix = npt.NDArray[np.float64]

CODES = tuple(feature.code for feature in FEATURES)
RECORDED = frozenset(feature.code for feature in FEATURES if feature.is_recorded)
CROSSED_NUMBERS = ("stage_days", "contact_days")
"""Numbers whose effect may differ by interval, besides the stage: how fresh a lead is."""
STAGE = CODES.index("stage")
INTERCEPT_PRECISION = 4.0
RATE = 0.1
SHAPE, SHAPE_OF_TIMING = 3.0, 1.0
"""Hyper-prior of departures from the scorecard. That of the features is tight, because at a
hundred leads the scorecard ranks better than anything learned freely, and loose enough to leave
it at a thousand. That of when things happen is loose: it disturbs no order within a stage."""


@dataclass(frozen=True, slots=True)
class Terms:
    """The additive parts of interval log-odds for n leads and i intervals.

    `parts` (n, features, i) sum, with `base` (i,), to `mean` (n, i); `variance` (n, i) is the
    posterior's; `design` (n, i, d) are the columns behind it.
    """

    base: Matrix
    parts: Matrix
    mean: Matrix
    variance: Matrix
    design: Matrix


@dataclass(frozen=True, slots=True)
class HazardModel:
    """Scorecard, fitted columns and posterior; without rows it is the scorecard itself."""

    scorecard: Scorecard
    timing: Timing
    stage_days: float
    sizes: SizeRanks
    columns: ColumnSet
    posterior: Posterior
    centres: Matrix
    is_learned: bool

    @classmethod
    def fit(
        cls,
        rows: Rows,
        *,
        scorecard: Scorecard,
        timing: Timing,
        stage_days: float,
        learns: bool = True,
    ) -> Self:
        """Fit to stacked rows; `learns=False` keeps the scorecard and its prior uncertainty."""
        sizes = SizeRanks.fit(rows.frame, rows.lead_ids)
        frame = sizes.ranked(rows.frame)
        stage_log_odds = scorecard.stage_log_odds(timing, stage_days)
        # Only snapshots with a row teach: what is known on the last day alone (the totals of an
        # imported file) has no outcome to learn from and is left to the scorecard.
        used = np.unique(rows.snapshot) if learns else np.zeros(0, dtype=np.intp)
        columns = (
            ColumnSet.fit(frame.iloc[used], rows.weights[used], silent=RECORDED, knots=())
            if len(used)
            else ColumnSet(())
        )
        layout = _Layout(columns, len(timing.intervals))
        prior = _prior_parts(scorecard, stage_log_odds, frame)
        if len(frame):
            centres = np.einsum("s,sfi->fi", rows.weights, prior) / rows.weights.sum()
        else:
            # Without a lead, the average one has just been met and has no points.
            centres = np.zeros(prior.shape[1:])
            centres[STAGE] = stage_log_odds[0]
        if len(used):
            points = _points(prior - centres).sum(axis=1)
            matrix = layout.design(columns.matrix(frame), points, rows.snapshot, rows.interval)
            offset = prior.sum(axis=1)[rows.snapshot, rows.interval]
            posterior = fit_evidence(
                matrix,
                rows.target,
                rows.row_weights,
                offset,
                layout.blocks,
                shape=layout.shapes,
                rate=RATE,
                intercept_precision=INTERCEPT_PRECISION,
            )
        else:
            posterior = _without_evidence(layout)
        return cls(
            scorecard, timing, stage_days, sizes, columns, posterior, centres, bool(len(used))
        )

    @property
    def owners(self) -> npt.NDArray[np.intp]:
        """Return the feature that owns each coefficient, -1 for those that all leads share."""
        layout = _Layout(self.columns, len(self.timing.intervals))
        return np.array([*layout.owners, -1], dtype=np.intp)

    def terms(self, frame: pd.DataFrame) -> Terms:
        """Return the additive parts of every interval's log-odds."""
        frame = self.sizes.ranked(frame)
        count, intervals = len(frame), len(self.timing.intervals)
        layout = _Layout(self.columns, intervals)
        stage_log_odds = self.scorecard.stage_log_odds(self.timing, self.stage_days)
        parts = _prior_parts(self.scorecard, stage_log_odds, frame) - self.centres
        points = _points(parts)
        coefficients = self.posterior.coefficients
        parts += coefficients[layout.slope] * points[:, :, None]
        own = self.columns.matrix(frame)
        everyone = np.arange(count)
        design = np.empty((count, intervals, len(coefficients)))
        for interval in range(intervals):
            at = np.full(count, interval)
            design[:, interval, :-1] = layout.design(own, points.sum(axis=1), everyone, at)
        design[:, :, -1] = 1.0
        owners = self.owners
        for feature in np.unique(owners[owners >= 0]):
            held = owned_columns(owners, feature)
            parts[:, feature] += design[:, :, held] @ coefficients[held]
        of_interval = coefficients[layout.of_interval]
        base = self.centres.sum(axis=0) + coefficients[-1] + of_interval - of_interval.mean()
        spread = design @ self.posterior.covariance
        variance = np.maximum(np.einsum("nid,nid->ni", spread, design), 0.0)
        return Terms(base, parts, base + parts.sum(axis=1), variance, design)

    def chances(self, frame: pd.DataFrame) -> Matrix:
        """Return the chance of being announced by the end of each interval, shape (n, i)."""
        return chances(self.scores(self.terms(frame)))

    def scores(self, terms: Terms) -> Matrix:
        """Return interval log-odds, shrunk by their uncertainty once there is evidence, (n, i).

        Before that the scorecard stands as it was written.
        """
        return moderated(terms.mean, terms.variance) if self.is_learned else terms.mean

    def to_dict(self) -> dict[str, Any]:
        """Return plain numbers for the artefact."""
        return {
            "scorecard": self.scorecard.to_dict(),
            "timing": self.timing.to_dict(),
            "stage_days": self.stage_days,
            "sizes": {code: list(cuts) for code, cuts in self.sizes.quantiles.items()},
            "columns": self.columns.to_list(),
            "coefficients": self.posterior.coefficients.tolist(),
            "covariance": self.posterior.covariance.tolist(),
            "precisions": self.posterior.precisions.tolist(),
            "rounds": self.posterior.rounds,
            "centres": self.centres.tolist(),
            "is_learned": self.is_learned,
        }

    @classmethod
    def from_dict(cls, plain: dict[str, Any]) -> Self:
        """Rebuild from `to_dict`. Raises `ValueError` when the parts do not fit each other."""
        model = cls(
            Scorecard.from_dict(plain["scorecard"]),
            Timing.from_dict(plain["timing"]),
            float(plain["stage_days"]),
            SizeRanks(
                {str(code): tuple(map(float, cuts)) for code, cuts in plain["sizes"].items()}
            ),
            ColumnSet.from_list(plain["columns"]),
            Posterior(
                np.array(plain["coefficients"], dtype=np.float64),
                np.array(plain["covariance"], dtype=np.float64),
                np.array(plain["precisions"], dtype=np.float64),
                int(plain["rounds"]),
            ),
            np.array(plain["centres"], dtype=np.float64),
            bool(plain["is_learned"]),
        )
        width = len(model.owners)
        posterior = model.posterior
        fits = (
            posterior.coefficients.shape == (width,)
            and posterior.covariance.shape == (width, width)
            and model.centres.shape == (len(CODES), len(model.timing.intervals))
        )
        numbers = (posterior.coefficients, posterior.covariance, model.centres)
        if not fits or not all(np.isfinite(part).all() for part in numbers):
            raise ValueError("the numbers of the model do not fit its columns")
        return model


class _Layout:
    """Which matrix column belongs to which block and feature.

    Columns: those of the features, one that stretches the scorecard's points, one an interval,
    and the stage and freshness once more for each interval.
    """

    def __init__(self, columns: ColumnSet, intervals: int) -> None:
        self._intervals = intervals
        names = [column.name for column in columns.columns]
        owner_of_block = [CODES.index(name) for name in names]
        own = [owner_of_block[block] for block in columns.blocks]
        crossed: list[int] = []
        self._crossed_blocks: list[int] = []
        for block, column in enumerate(columns.columns):
            places = np.flatnonzero(columns.blocks == block)
            if column.name == "stage":
                crossed += places.tolist()
                self._crossed_blocks += [0] * len(places)
            elif column.name in CROSSED_NUMBERS:
                crossed.append(int(places[0]))
                self._crossed_blocks.append(1 + CROSSED_NUMBERS.index(column.name))
        self._crossed = np.array(crossed, dtype=np.intp)
        width = len(own)
        self.slope = width
        self.of_interval = np.arange(width + 1, width + 1 + intervals)
        owners = [*own, -1, *([-1] * intervals)]
        blocks = [*columns.blocks.tolist(), len(names), *([len(names) + 1] * intervals)]
        for _ in range(intervals):
            owners += [own[place] for place in crossed]
            blocks += [len(names) + 2 + block for block in self._crossed_blocks]
        self.owners = owners
        _, self.blocks = np.unique(blocks, return_inverse=True)
        self.shapes = np.full(int(self.blocks.max()) + 1, SHAPE_OF_TIMING)
        self.shapes[: len(names) + 1] = SHAPE

    def design(
        self,
        base_matrix: Matrix,
        points: Matrix,
        snapshot: npt.NDArray[np.intp],
        interval: npt.NDArray[np.intp],
    ) -> Matrix:
        """Return the columns of stacked rows, shape (rows, d)."""
        crossed = len(self._crossed)
        result = np.zeros((len(snapshot), len(self.owners)))
        result[:, : self.slope] = base_matrix[snapshot]
        result[:, self.slope] = points[snapshot]
        rows = np.arange(len(snapshot))
        result[:, self.of_interval] = -1.0 / self._intervals
        result[rows, self.of_interval[interval]] += 1.0
        if crossed:
            start = self.of_interval[-1] + 1
            for place in range(self._intervals):
                held = np.flatnonzero(interval == place)
                first = start + place * crossed
                result[held, first : first + crossed] = base_matrix[snapshot[held]][
                    :, self._crossed
                ]
        return result


def _prior_parts(scorecard: Scorecard, stage_log_odds: Matrix, frame: pd.DataFrame) -> Matrix:
    """Log-odds by feature and interval from the card alone, shape (n, features, intervals)."""
    parts = np.zeros((len(frame), len(CODES), stage_log_odds.shape[1]))
    parts[:, STAGE] = stage_log_odds[stage_places(frame["stage"])]
    for feature, points in scorecard.points(frame).items():
        parts[:, CODES.index(feature)] += points[:, None]
    return parts


def _without_evidence(layout: _Layout) -> Posterior:
    width = len(layout.blocks)
    # With no rows the precisions stay at the hyper-prior's mean.
    precisions = layout.shapes / RATE
    prior = np.append(precisions[layout.blocks], INTERCEPT_PRECISION)
    return Posterior(np.zeros(width + 1), np.diag(1.0 / prior), precisions, 0)


def _points(parts: Matrix) -> Matrix:
    """Return what the rules alone give, without the chance of the stage, (n, features)."""
    points = parts[:, :, 0].copy()
    points[:, STAGE] = 0.0
    return points


def owned_columns(owners: npt.NDArray[np.intp], feature: int) -> npt.NDArray[np.intp]:
    """Return the places of one feature's coefficients."""
    return np.flatnonzero(owners == feature)


def chances(log_odds: Matrix) -> Matrix:
    """Return the chance of being announced by the end of each interval, shape (n, i)."""
    # The log of staying, summed, keeps small chances exact.
    stay = -np.logaddexp(0.0, log_odds)
    return np.asarray(-np.expm1(np.cumsum(stay, axis=1)))
