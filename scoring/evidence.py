"""Evidence-shrunk additive logistic regression.

One Gaussian prior precision per block of columns, set by maximising the evidence (MacKay 1992,
"The evidence framework applied to classification networks") under a Gamma hyper-prior; the
posterior is the Laplace approximation at the mode. It needs no tuning and no validation set,
which is what a table of thirty rows can afford.
"""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.linalg import cho_factor, cho_solve
from scipy.special import expit, logit
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted

from scoring.columns import ColumnSet, Matrix
from scoring.tables import read_outcomes, read_table, read_weights, table_tags
from scoring.threads import one_thread

INTERCEPT_PRECISION = 0.1
POOLED_ROWS = 30.0
"""Blocks learn from each other on few rows: by this number over the rows. Tried on training
rows: better at 30 to 120, no different from 300 on."""
POOL_SHAPE, POOL_RATE = 1.0, 0.1
CHUNK = 8_192
START = 2.0
SETTLED = 0.05
"""The evidence loop ends when no precision moves by more than this share."""
COARSE, FINE = 1e-3, 1e-10
"""Newton's method ends when the next step would gain less than this in log-likelihood."""


@dataclass(frozen=True, slots=True)
class Posterior:
    """Mode and covariance of the coefficients; the intercept is the last one."""

    coefficients: Matrix
    covariance: Matrix
    precisions: Matrix
    rounds: int

    def mean(self, matrix: Matrix) -> Matrix:
        """Return the linear score of rows, without any offset."""
        return np.asarray(matrix @ self.coefficients[:-1] + self.coefficients[-1])

    def variance(self, matrix: Matrix) -> Matrix:
        """Return the posterior variance of the linear score of rows."""
        inner = self.covariance[:-1, :-1]
        cross = self.covariance[:-1, -1]
        own = np.einsum("ij,ij->i", matrix @ inner, matrix)
        return np.asarray(np.maximum(own + 2.0 * (matrix @ cross) + self.covariance[-1, -1], 0.0))


def fit_evidence(
    matrix: Matrix,
    target: Matrix,
    weights: Matrix,
    offset: Matrix,
    blocks: npt.NDArray[np.intp],
    *,
    shape: float | Matrix = 0.5,
    rate: float | Matrix = 0.05,
    pooled: float = 0.0,
    rounds: int = 12,
    intercept_mean: float = 0.0,
    intercept_precision: float = INTERCEPT_PRECISION,
) -> Posterior:
    """Fit coefficients around zero, given `offset`, and the precision of each block.

    Parameters
    ----------
    matrix : array, shape (n, d)
    target : array of 0 and 1, shape (n,)
    weights : array, shape (n,)
        A row's share of a subject; the evidence counts subjects, not rows.
    offset : array, shape (n,)
        Log-odds that the prior knowledge gives each row.
    blocks : array of int, shape (d,)
        Which block each column belongs to, from 0 on.
    shape, rate : Gamma hyper-prior of the precisions, one for all or one a block
        With no evidence a block's precision is about shape / rate.
    pooled : float
        How many coefficients' worth a block leans on the precision of all blocks together.
    intercept_mean, intercept_precision : prior of the intercept

    Returns
    -------
    Posterior
    """
    width = matrix.shape[1]
    count = int(blocks.max()) + 1 if width else 0
    size = np.bincount(blocks, minlength=count).astype(np.float64)
    # From the loose side: a block that starts out shrunk shows too little to be let go again.
    precisions = np.full(count, START)
    coefficients = np.append(np.zeros(width), intercept_mean)
    covariance = np.eye(width + 1)
    done = 0
    moved = np.inf
    while True:
        # The last round alone has to arrive exactly: at the final precisions.
        is_settled = moved < SETTLED or done == rounds
        prior = np.append(precisions[blocks], intercept_precision)
        problem = _Penalised(matrix, target, weights, offset, prior, intercept_mean)
        coefficients, covariance = problem.mode(coefficients, FINE if is_settled else COARSE)
        if is_settled:
            break
        done += 1
        spread = np.bincount(blocks, weights=np.diag(covariance)[:-1], minlength=count)
        energy = np.bincount(blocks, weights=coefficients[:-1] ** 2, minlength=count)
        kept = np.maximum(size - precisions * spread, 0.0)
        common = (kept.sum() + 2.0 * POOL_SHAPE) / (energy.sum() + 2.0 * POOL_RATE)
        updated = (kept + 2.0 * shape + 2.0 * pooled) / (
            energy + 2.0 * rate + 2.0 * pooled / common
        )
        moved = np.abs(np.log(updated / precisions)).max(initial=0.0)
        precisions = updated
    return Posterior(coefficients, covariance, precisions, done)


@dataclass(frozen=True, slots=True)
class _Penalised:
    """The weighted log-likelihood of logistic regression with a Gaussian prior; concave."""

    matrix: Matrix
    target: Matrix
    weights: Matrix
    offset: Matrix
    prior: Matrix
    intercept_mean: float

    def mode(self, start: Matrix, tolerance: float) -> tuple[Matrix, Matrix]:
        """Return the maximum and the inverse curvature there, by Newton's method."""
        coefficients = start
        value, gradient, hessian = self._curvature(coefficients)
        for _ in range(50):
            step = cho_solve(cho_factor(hessian), gradient)
            scale = 1.0
            while scale > 1e-4 and self._value(coefficients + scale * step) < value - 1e-12 * abs(
                value
            ):
                scale /= 2.0
            coefficients = coefficients + scale * step
            value, next_gradient, hessian = self._curvature(coefficients)
            arrived = float(gradient @ step) < tolerance
            gradient = next_gradient
            if arrived:
                break
        covariance = cho_solve(cho_factor(hessian), np.eye(len(coefficients)))
        return coefficients, (covariance + covariance.T) / 2.0

    def _value(self, coefficients: Matrix) -> float:
        score = self.offset + self.matrix @ coefficients[:-1] + coefficients[-1]
        fit = self.weights @ (self.target * score - np.logaddexp(0.0, score))
        return float(fit - 0.5 * self.prior @ self._away(coefficients) ** 2)

    def _away(self, coefficients: Matrix) -> Matrix:
        away = coefficients.copy()
        away[-1] -= self.intercept_mean
        return away

    def _curvature(self, coefficients: Matrix) -> tuple[float, Matrix, Matrix]:
        width = self.matrix.shape[1]
        away = self._away(coefficients)
        gradient = -self.prior * away
        hessian = np.diag(self.prior)
        value = -0.5 * float(self.prior @ away**2)
        for start in range(0, len(self.matrix), CHUNK):
            part = slice(start, start + CHUNK)
            rows, w, y = self.matrix[part], self.weights[part], self.target[part]
            score = self.offset[part] + rows @ coefficients[:-1] + coefficients[-1]
            chance = expit(score)
            value += float(w @ (y * score - np.logaddexp(0.0, score)))
            residual = w * (y - chance)
            gradient[:-1] += residual @ rows
            gradient[-1] += residual.sum()
            root = np.sqrt(w * chance * (1.0 - chance))
            # A product of one array with itself: numpy computes only half of it.
            weighted = rows * root[:, None]
            hessian[:width, :width] += weighted.T @ weighted
            edge = root @ weighted
            hessian[:width, width] += edge
            hessian[width, :width] += edge
            hessian[width, width] += root @ root
        return value, gradient, hessian


def held_out(
    posterior: Posterior,
    matrix: Matrix,
    target: Matrix,
    weights: Matrix,
    offset: Matrix,
    *,
    blocks: npt.NDArray[np.intp],
    folds: npt.NDArray[np.intp],
    intercept_mean: float = 0.0,
    intercept_precision: float = INTERCEPT_PRECISION,
) -> Matrix:
    """Return moderated log-odds of each row, fitted without its fold, shape (n,).

    The precisions stay: they are few and hang on all rows, and what a fold of its own would
    find for them moves no score by much.
    """
    prior = np.append(posterior.precisions[blocks], intercept_precision)
    result = np.zeros(len(target))
    for fold in np.unique(folds):
        out = folds == fold
        left = ~out
        problem = _Penalised(
            matrix[left], target[left], weights[left], offset[left], prior, intercept_mean
        )
        coefficients, covariance = problem.mode(posterior.coefficients, COARSE)
        own = Posterior(coefficients, covariance, posterior.precisions, 0)
        mean = own.mean(matrix[out]) + offset[out]
        result[out] = moderated(mean, own.variance(matrix[out]))
    return result


def moderated(mean: Matrix, variance: Matrix) -> Matrix:
    """Shrink a log-odds by its own uncertainty: the chance averaged over the posterior."""
    return np.asarray(mean / np.sqrt(1.0 + np.pi * variance / 8.0))


class EvidenceLogistic(ClassifierMixin, BaseEstimator):
    """Additive logistic classifier for any small table, shrunk block by block.

    Text columns are categories, numbers are numbers, missing is missing. An offset (log-odds a
    row, from a scorecard) is where it starts from and what it returns to without evidence.

    Parameters
    ----------
    shape, rate : float
        Gamma hyper-prior of the block precisions.
    rounds : int
        Most rounds of the evidence loop.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"source": ["fair", "referral"] * 20, "jobs": range(40)})
    >>> model = EvidenceLogistic().fit(frame, [0, 1] * 20)
    >>> bool(model.predict_proba(frame)[1, 1] > 0.8)
    True
    """

    def __init__(self, *, shape: float = 0.5, rate: float = 0.05, rounds: int = 12) -> None:
        self.shape = shape
        self.rate = rate
        self.rounds = rounds

    def fit(
        self,
        X: pd.DataFrame | npt.ArrayLike,  # noqa: N803 - as in scikit-learn
        y: npt.ArrayLike,
        sample_weight: npt.ArrayLike | None = None,
        offset: npt.ArrayLike | None = None,
    ) -> Self:
        """Fit to a frame, shape (n, columns), and two classes (one class alone is allowed)."""
        frame = read_table(self, X, is_fit=True)
        self.classes_, target = read_outcomes(y, len(frame))
        weights = read_weights(sample_weight, len(frame))
        start = np.zeros(len(target)) if offset is None else np.asarray(offset, dtype=np.float64)
        # A row without weight must not even lend its values to the columns.
        used = weights > 0.0
        frame, target, weights, start = frame[used], target[used], weights[used], start[used]
        self.columns_ = ColumnSet.fit(frame, weights)
        with one_thread():
            self.posterior_ = fit_evidence(
                self.columns_.matrix(frame),
                target,
                weights,
                start,
                self.columns_.blocks,
                shape=self.shape,
                rate=self.rate,
                pooled=POOLED_ROWS / weights.sum(),
                rounds=self.rounds,
                intercept_mean=start_log_odds(target, weights) if offset is None else 0.0,
            )
        return self

    def decision_function(
        self,
        X: pd.DataFrame | npt.ArrayLike,  # noqa: N803
        offset: npt.ArrayLike | None = None,
    ) -> Matrix:
        """Return log-odds of the second class, moderated by their uncertainty, shape (n,)."""
        check_is_fitted(self)
        matrix = self.columns_.matrix(read_table(self, X, is_fit=False))
        start = 0.0 if offset is None else np.asarray(offset, dtype=np.float64)
        with one_thread():
            return moderated(self.posterior_.mean(matrix) + start, self.posterior_.variance(matrix))

    def predict_proba(
        self,
        X: pd.DataFrame | npt.ArrayLike,  # noqa: N803
        offset: npt.ArrayLike | None = None,
    ) -> Matrix:
        """Return the chance of each class, shape (n, 2)."""
        chance = expit(self.decision_function(X, offset))
        return np.column_stack([1.0 - chance, chance])

    def predict(self, X: pd.DataFrame | npt.ArrayLike) -> npt.NDArray[Any]:  # noqa: N803
        """Return the likelier class, shape (n,)."""
        is_second = self.decision_function(X) > 0
        return np.asarray(self.classes_[is_second.astype(int)])

    def __sklearn_tags__(self) -> Tags:
        """Return what scikit-learn asks of its estimators: here, two classes and any table."""
        return table_tags(super().__sklearn_tags__())


def start_log_odds(target: Matrix, weights: Matrix) -> float:
    """Return the log-odds of the whole table, half a row added on either side."""
    return float(logit((weights @ target + 0.5) / (weights.sum() + 1.0)))
