"""Which columns the additive hazards have, and the rows of a fit in them."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from scoring.columns import ColumnSet
from scoring.evidence import Posterior, fit_evidence
from scoring.hazard_trees import CODES
from scoring.scorecard import Scorecard, stage_places

Matrix = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]

CROSSED_NUMBERS = ("stage_days", "contact_days")
"""Numbers whose effect may differ by interval, besides the stage: how fresh a lead is."""
STAGE = CODES.index("stage")
INTERCEPT_PRECISION = 4.0
RATE = 0.1
SHAPE, SHAPE_OF_TIMING = 3.0, 1.0
"""Hyper-prior of departures from the scorecard. That of the features is tight, because at a
hundred leads the scorecard ranks better than anything learned freely, and loose enough to leave
it at a thousand. That of when things happen is loose: it disturbs no order within a stage."""
HELD_OUT_ROUNDS = 3
"""Rounds of the evidence loop where only a fold's chances are wanted: more change no verdict."""


class Layout:
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


@dataclass(frozen=True, slots=True)
class Stacked:
    """Rows as the additive model reads them."""

    layout: Layout
    matrix: Matrix
    target: Matrix
    weights: Matrix
    offset: Matrix

    def fit(self) -> Posterior:
        """Fit to all rows."""
        return self._fit(slice(None), self.weights, 12)

    def held_out(self, drawn: Places, weights: Matrix, folds: Places) -> tuple[Matrix, Matrix]:
        """Return log-odds and variances of the rows drawn, each from a fit without its fold."""
        mean, variance = np.zeros(len(drawn)), np.zeros(len(drawn))
        for fold in range(int(folds.max()) + 1):
            inside = folds == fold
            asked = drawn[inside]
            posterior = self._fit(drawn[~inside], weights[~inside], HELD_OUT_ROUNDS)
            mean[inside] = self.offset[asked] + posterior.mean(self.matrix[asked])
            variance[inside] = posterior.variance(self.matrix[asked])
        return mean, variance

    def _fit(self, held: slice | Places, weights: Matrix, rounds: int) -> Posterior:
        return fit_evidence(
            self.matrix[held],
            self.target[held],
            weights,
            self.offset[held],
            self.layout.blocks,
            shape=self.layout.shapes,
            rate=RATE,
            rounds=rounds,
            intercept_precision=INTERCEPT_PRECISION,
        )


def prior_parts(scorecard: Scorecard, stage_log_odds: Matrix, frame: pd.DataFrame) -> Matrix:
    """Log-odds by feature and interval from the card alone, shape (n, features, intervals)."""
    parts = np.zeros((len(frame), len(CODES), stage_log_odds.shape[1]))
    parts[:, STAGE] = stage_log_odds[stage_places(frame["stage"])]
    for feature, points in scorecard.points(frame).items():
        parts[:, CODES.index(feature)] += points[:, None]
    return parts


def without_evidence(layout: Layout) -> Posterior:
    width = len(layout.blocks)
    # With no rows the precisions stay at the hyper-prior's mean.
    precisions = layout.shapes / RATE
    prior = np.append(precisions[layout.blocks], INTERCEPT_PRECISION)
    return Posterior(np.zeros(width + 1), np.diag(1.0 / prior), precisions, 0)


def points_of(parts: Matrix) -> Matrix:
    """Return what the rules alone give, without the chance of the stage, (n, features)."""
    points = parts[:, :, 0].copy()
    points[:, STAGE] = 0.0
    return points
