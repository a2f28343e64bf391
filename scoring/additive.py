"""The additive part of a lead model: scorecard, shrunk columns, posterior, terms and band."""

from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from scoring.columns import ColumnSet
from scoring.evidence import (
    INTERCEPT_PRECISION,
    POOLED_ROWS,
    Posterior,
    fit_evidence,
    held_out,
    moderated,
    start_log_odds,
)
from scoring.table_card import TableCard

Matrix = npt.NDArray[np.float64]

SHAPE, RATE = 0.5, 0.05
CARD_SHAPE, CARD_RATE = 2.0, 0.05
CARD_ROWS: Final = 150.0
"""What a scorecard adds to the hyper-prior of departures from it, and at how many rows half of
that is left: at a hundred leads an officer ranks better than anything learned freely, at a
thousand the table knows more."""
RULE_SHAPE: Final = 2.0
SLOPE_SHAPE: Final = 3.0
"""Of the share of the card that is believed, column by column and altogether."""
CARD_INTERCEPT_PRECISION: Final = 2.0


@dataclass(frozen=True, slots=True)
class Terms:
    """`base` (n,) and `parts` (n, names) sum to `log_odds` (n,), moderated by `variance` (n,).

    `mean` (n,) is the log-odds before that.
    """

    base: Matrix
    parts: Matrix
    log_odds: Matrix
    mean: Matrix
    variance: Matrix


@dataclass(frozen=True, slots=True)
class AdditiveModel:
    """Fitted columns of a table and their posterior; with a card, departures from it."""

    names: tuple[str, ...]
    columns: ColumnSet
    posterior: Posterior
    card: TableCard | None
    centres: Matrix

    @classmethod
    def fit(
        cls, frame: pd.DataFrame, target: Matrix, weights: Matrix, card: TableCard | None
    ) -> Self:
        """Fit to n rows; `weights` (n,) count each row's share."""
        columns = ColumnSet.fit(frame, weights)
        points = card.points(frame) if card else np.zeros((len(frame), 0))
        centres = weights @ points / weights.sum()
        bare = cls(tuple(frame.columns), columns, _none(), card, centres)
        matrix, offset = bare._design(frame)
        posterior = fit_evidence(
            matrix, target, weights, offset, bare._blocks, **bare._prior(target, weights)
        )
        return cls(bare.names, columns, posterior, card, centres)

    def held_out(
        self, frame: pd.DataFrame, target: Matrix, weights: Matrix, folds: npt.NDArray[np.intp]
    ) -> Matrix:
        """Return moderated log-odds of the rows it was fitted to, each without its fold."""
        matrix, offset = self._design(frame)
        prior = self._prior(target, weights)
        return held_out(
            self.posterior,
            matrix,
            target,
            weights,
            offset,
            blocks=self._blocks,
            folds=folds,
            intercept_mean=prior["intercept_mean"],
            intercept_precision=prior["intercept_precision"],
        )

    def score(self, frame: pd.DataFrame) -> tuple[Matrix, Matrix]:
        """Return mean and variance of each row's log-odds, both (n,)."""
        matrix, offset = self._design(frame)
        return self.posterior.mean(matrix) + offset, self.posterior.variance(matrix)

    def terms(self, frame: pd.DataFrame) -> Terms:
        """Return what each column adds to the moderated log-odds of each row."""
        matrix, offset = self._design(frame)
        coefficients = self.posterior.coefficients
        parts = np.zeros((len(frame), len(self.names)))
        places = {name: place for place, name in enumerate(self.names)}
        start = 0
        for column in self.columns.columns:
            own = slice(start, start + len(column.labels))
            parts[:, places[column.name]] = matrix[:, own] @ coefficients[own]
            start = own.stop
        base = coefficients[-1]
        if self.card:
            away = self.card.points(frame) - self.centres
            slopes = np.ones(len(self.names))
            slopes[self._ruled] += coefficients[start:-2] + coefficients[-2]
            parts += slopes * away
            base = base + self.card.start + self.centres.sum()
        mean = self.posterior.mean(matrix) + offset
        variance = self.posterior.variance(matrix)
        shrink = moderated(np.ones(len(frame)), variance)
        return Terms(
            shrink * base, parts * shrink[:, None], moderated(mean, variance), mean, variance
        )

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for the artefact."""
        return {
            "names": list(self.names),
            "columns": self.columns.to_list(),
            "coefficients": self.posterior.coefficients.tolist(),
            "covariance": self.posterior.covariance.tolist(),
            "precisions": self.posterior.precisions.tolist(),
            "rounds": self.posterior.rounds,
            "card": self.card.to_dict() if self.card else None,
            "centres": self.centres.tolist(),
        }

    @classmethod
    def from_dict(cls, plain: dict[str, Any]) -> Self:
        """Rebuild from `to_dict`. Raises `ValueError` for parts that do not fit each other."""
        names = tuple(str(name) for name in plain["names"])
        posterior = Posterior(
            _finite(plain["coefficients"]),
            _finite(plain["covariance"]),
            _finite(plain["precisions"]),
            int(plain["rounds"]),
        )
        card = None if plain["card"] is None else TableCard.from_dict(plain["card"])
        columns = ColumnSet.from_list(plain["columns"])
        found = cls(names, columns, posterior, card, _finite(plain["centres"]))
        width = len(found._blocks) + 1
        if posterior.coefficients.shape != (width,) or posterior.covariance.shape != (width, width):
            raise ValueError("the coefficients do not fit the columns")
        if len(found.centres) != (len(names) if card else 0):
            raise ValueError("the centres of the scorecard do not fit the columns")
        known = [column.name for column in columns.columns]
        asked = {*known, *(rule.feature for rule in card.rules)} if card else set(known)
        if len(set(names)) < len(names) or len(set(known)) < len(known) or asked - set(names):
            raise ValueError("the columns do not fit the table")
        for column in columns.columns:
            if len(column.centre) != len(column.labels):
                raise ValueError("the centres do not fit the columns")
        return found

    @property
    def _ruled(self) -> list[int]:
        """Return the columns that the scorecard has rules about."""
        asked = {rule.feature for rule in self.card.rules} if self.card else set()
        return [place for place, name in enumerate(self.names) if name in asked]

    @property
    def _blocks(self) -> npt.NDArray[np.intp]:
        blocks = self.columns.blocks
        if self.card is None:
            return blocks
        # How far to trust the card on each column, and altogether.
        slopes = np.arange(1, len(self._ruled) + 2) + blocks.max(initial=-1)
        return np.concatenate([blocks, slopes])

    def _design(self, frame: pd.DataFrame) -> tuple[Matrix, Matrix]:
        matrix = self.columns.matrix(frame)
        if self.card is None:
            return matrix, np.zeros(len(frame))
        points = self.card.points(frame)
        away = points - self.centres
        offset = points.sum(axis=1) + self.card.start
        return np.column_stack([matrix, away[:, self._ruled], away.sum(axis=1)]), offset

    def _prior(self, target: Matrix, weights: Matrix) -> dict[str, Any]:
        rows = weights.sum()
        if self.card is None:
            return {
                "shape": SHAPE,
                "rate": RATE,
                "pooled": POOLED_ROWS / rows,
                "intercept_mean": start_log_odds(target, weights),
                "intercept_precision": INTERCEPT_PRECISION,
            }
        count = int(self._blocks.max()) + 1
        trust = CARD_ROWS / (CARD_ROWS + rows)
        return {
            "shape": np.concatenate(
                [
                    np.full(count - 1 - len(self._ruled), SHAPE + trust * CARD_SHAPE),
                    np.full(len(self._ruled), SHAPE + trust * RULE_SHAPE),
                    [SLOPE_SHAPE],
                ]
            ),
            "rate": RATE + trust * CARD_RATE,
            "pooled": 0.0,
            "intercept_mean": 0.0,
            "intercept_precision": CARD_INTERCEPT_PRECISION,
        }


def _none() -> Posterior:
    return Posterior(np.zeros(0), np.zeros((0, 0)), np.zeros(0), 0)


def _finite(plain: object) -> Matrix:
    found = np.asarray(plain, dtype=np.float64)
    if not np.isfinite(found).all():
        raise ValueError("a number is not finite")
    return found
