"""How much each of several models says: weights from rows that none of them has seen.

The weights are not below zero, and a prior holds them near the additive model alone, so that on
few rows the others must earn their say. A constant moves the whole table. Together this is also
the calibration: no other step follows.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import expit

Matrix = npt.NDArray[np.float64]

FOLDS: Final = 5
FEWEST_ROWS, FEWEST_OF_EACH = 150, 15
"""Below this, what a fold leaves out is too little to weigh models by."""
SUM_STRENGTH: Final = 100.0
OTHER_STRENGTH: Final = 10.0
CONSTANT_STRENGTH: Final = 10.0


@dataclass(frozen=True, slots=True)
class Blend:
    """Weights (models,) of log-odds, and a constant."""

    weights: tuple[float, ...]
    constant: float

    def score(self, members: Matrix) -> Matrix:
        """Return blended log-odds of (n, models)."""
        return np.asarray(members @ np.array(self.weights) + self.constant)


def fit_blend(members: Matrix, target: Matrix, weights: Matrix) -> Blend:
    """Weigh models by their log loss on rows they have not seen.

    Parameters
    ----------
    members : array, shape (n, models)
        Held-out log-odds; the first is the model that speaks alone when the others say nothing.
    target : array of 0 and 1, shape (n,)
    weights : array, shape (n,)

    Returns
    -------
    Blend
    """
    count = members.shape[1]

    def loss(free: Matrix) -> tuple[float, Matrix]:
        own, constant = free[:count], free[count]
        score = members @ own + constant
        residual = weights * (expit(score) - target)
        excess = own.sum() - 1.0
        value = weights @ (np.logaddexp(0.0, score) - target * score) + 0.5 * (
            SUM_STRENGTH * excess**2
            + OTHER_STRENGTH * own[1:] @ own[1:]
            + CONSTANT_STRENGTH * constant**2
        )
        slope = members.T @ residual + SUM_STRENGTH * excess
        slope[1:] += OTHER_STRENGTH * own[1:]
        edge = residual.sum() + CONSTANT_STRENGTH * constant
        return float(value), np.append(slope, edge)

    start = np.append(np.eye(count)[0], 0.0)
    bounds = [(0.0, None)] * count + [(None, None)]
    found = minimize(loss, start, jac=True, bounds=bounds, method="L-BFGS-B").x
    return Blend(tuple(float(weight) for weight in found[:count]), float(found[count]))


def is_enough(target: Matrix, groups: npt.NDArray[np.intp]) -> bool:
    """Return whether rows are many enough to weigh models by.

    Rows of one group with one outcome count once: ten views of a lead are no ten leads.
    """
    pairs = np.unique(np.column_stack([groups, target.astype(np.intp)]), axis=0)
    won = int(pairs[:, 1].sum())
    return len(pairs) >= FEWEST_ROWS and min(won, len(pairs) - won) >= FEWEST_OF_EACH


def fold_numbers(
    target: Matrix, groups: npt.NDArray[np.intp], random_state: int
) -> npt.NDArray[np.intp]:
    """Return each row's fold, shape (n,): groups stay whole, outcomes are spread evenly."""
    size = np.bincount(groups)
    rate = np.bincount(groups, target) / np.maximum(size, 1)
    shuffled = np.random.default_rng(random_state).permutation(len(size))
    # By size and rate, dealt in turn: every fold gets of each kind.
    order = shuffled[np.lexsort((rate[shuffled], size[shuffled]))]
    fold_of = np.empty(len(size), dtype=np.intp)
    fold_of[order] = np.arange(len(size)) % FOLDS
    return np.asarray(fold_of[groups])
