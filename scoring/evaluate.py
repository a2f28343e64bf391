"""How good chances are: measures, the test on later time, and the leak screen."""

from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.stats import rankdata
from sklearn.metrics import average_precision_score, roc_auc_score

Matrix = npt.NDArray[np.float64]

BINS: Final = 15
FLOOR: Final = 1e-6
SLOPE_ROUNDS: Final = 50


def measures(
    won: npt.ArrayLike, chance: npt.ArrayLike, weights: npt.ArrayLike | None = None
) -> dict[str, float | None]:
    """Return the usual measures of chances against what happened.

    Parameters
    ----------
    won : array of 0 and 1, shape (n,)
    chance : array, shape (n,)
    weights : array, shape (n,), optional

    Returns
    -------
    dict
        `auc` and `average_precision` (None when all or none were won), `log_loss`, `brier`,
        `ece` (15 bins of equal count), `mean_chance` and `rate`.
    """
    y = np.asarray(won, dtype=np.float64)
    p = np.clip(np.asarray(chance, dtype=np.float64), FLOOR, 1.0 - FLOOR)
    w = np.ones(len(y)) if weights is None else np.asarray(weights, dtype=np.float64)
    both = bool(len(y)) and bool(y.min() < y.max())
    return {
        "auc": float(roc_auc_score(y, p, sample_weight=w)) if both else None,
        "average_precision": (
            float(average_precision_score(y, p, sample_weight=w)) if both else None
        ),
        "log_loss": float(w @ log_losses(y, p) / w.sum()) if len(y) else None,
        "brier": float(w @ (p - y) ** 2 / w.sum()) if len(y) else None,
        "ece": calibration_error(y, p, w) if len(y) else None,
        "mean_chance": float(w @ p / w.sum()) if len(y) else None,
        "rate": float(w @ y / w.sum()) if len(y) else None,
    }


def log_losses(won: Matrix, chance: Matrix) -> Matrix:
    """Return the log loss of each row."""
    p = np.clip(chance, FLOOR, 1.0 - FLOOR)
    return np.asarray(-(won * np.log(p) + (1.0 - won) * np.log1p(-p)))


def calibration_error(won: Matrix, chance: Matrix, weights: Matrix, bins: int = BINS) -> float:
    """Return the expected calibration error over bins of equal count."""
    order = np.argsort(chance, kind="stable")
    error = 0.0
    for part in np.array_split(order, min(bins, len(order))):
        gap = weights[part] @ (chance[part] - won[part])
        error += abs(float(gap))
    return float(error / weights.sum())


def more_measures(won: npt.ArrayLike, chance: npt.ArrayLike) -> dict[str, float | None]:
    """Return what `measures` does, and what tells how far chances are spread and how the best do.

    Parameters
    ----------
    won : array of 0 and 1, shape (n,)
    chance : array, shape (n,)

    Returns
    -------
    dict
        Besides what `measures` says: `slope` (calibration slope, 1 is right, below 1 is too sure
        of itself; None for one chance or one end) and `lift` (the rate among the tenth with the
        highest chances, as a multiple of the rate of all; None where none was won).
    """
    y = np.asarray(won, dtype=np.float64)
    p = np.clip(np.asarray(chance, dtype=np.float64), FLOOR, 1.0 - FLOOR)
    both = bool(len(y)) and bool(y.min() < y.max())
    # The same figures as `measures` gives, at a tenth of its time: they are found again for
    # hundreds of drawings.
    return {
        "auc": rank_auc(y, p) if both else None,
        "average_precision": rank_precision(y, p) if both else None,
        "log_loss": float(log_losses(y, p).mean()) if len(y) else None,
        "brier": float(((p - y) ** 2).mean()) if len(y) else None,
        "ece": calibration_error(y, p, np.ones(len(y))) if len(y) else None,
        "mean_chance": float(p.mean()) if len(y) else None,
        "rate": float(y.mean()) if len(y) else None,
        "slope": calibration_slope(y, p),
        "lift": top_lift(y, p),
    }


def rank_auc(won: Matrix, chance: Matrix) -> float:
    """Return how often a won row stands above a lost one, a tie counting half."""
    wins = float(won.sum())
    losses = len(won) - wins
    ranks = rankdata(chance)
    return float((ranks[won > 0].sum() - wins * (wins + 1.0) / 2.0) / (wins * losses))


def rank_precision(won: Matrix, chance: Matrix) -> float:
    """Return the average precision: the rate above each won row, rows of one chance together."""
    order = np.argsort(-chance, kind="stable")
    ends = np.append(np.flatnonzero(np.diff(chance[order])), len(order) - 1)
    wins = np.cumsum(won[order])[ends]
    return float((np.diff(wins, prepend=0.0) * wins / (ends + 1.0)).sum() / wins[-1])


def calibration_slope(won: Matrix, chance: Matrix) -> float | None:
    """Return the slope of a logistic regression of the ends on the log-odds that were said.

    None where there is one chance or one end only, or where the chances part the ends entirely.
    """
    p = np.clip(chance, FLOOR, 1.0 - FLOOR)
    odds = np.log(p / (1.0 - p))
    spread = float(odds.std()) if len(odds) else 0.0
    if spread < 1e-9 or won.min() == won.max():
        return None
    rows = np.column_stack([np.ones(len(odds)), (odds - odds.mean()) / spread])
    found = np.array([np.log(won.mean() / (1.0 - won.mean())), 0.0])
    for _ in range(SLOPE_ROUNDS):
        fitted = 1.0 / (1.0 + np.exp(-np.clip(rows @ found, -30.0, 30.0)))
        curve = (rows * (fitted * (1.0 - fitted))[:, None]).T @ rows
        if np.linalg.cond(curve) > 1e12:
            return None
        step = np.linalg.solve(curve, rows.T @ (won - fitted))
        # A long first step would overshoot where the chances nearly part the ends.
        found = found + step * min(1.0, 2.0 / max(float(np.abs(step).max()), 1e-12))
        if np.abs(step).max() < 1e-8:
            return float(found[1] / spread)
    return None


def top_lift(won: Matrix, chance: Matrix, share: float = 0.1) -> float | None:
    """Return the rate among the `share` with the highest chances over the rate of all.

    Leads of one chance share a place: those at the edge count with their common rate.
    """
    if not len(won) or not won.sum():
        return None
    wanted = max(share * len(won), 1.0)
    levels, codes = np.unique(-chance, return_inverse=True)
    rows = np.bincount(codes, minlength=len(levels)).astype(np.float64)
    wins = np.bincount(codes, weights=won, minlength=len(levels))
    before = np.concatenate([[0.0], np.cumsum(rows)[:-1]])
    taken = np.clip(wanted - before, 0.0, rows)
    return float((taken * wins / rows).sum() / wanted / won.mean())


def resampled(
    count: int, groups: npt.ArrayLike | None = None, *, times: int, seed: int = 0
) -> list[npt.NDArray[np.intp]]:
    """Return rows drawn with replacement, as often as asked: whole groups where there are any."""
    random = np.random.default_rng(seed)
    if groups is None:
        return [random.integers(0, count, count) for _ in range(times)]
    codes = np.unique(np.asarray(groups), return_inverse=True)[1].ravel()
    order = np.argsort(codes, kind="stable")
    members = np.split(order, np.cumsum(np.bincount(codes))[:-1])
    draws = (random.integers(0, len(members), len(members)) for _ in range(times))
    return [np.concatenate([members[place] for place in draw]) for draw in draws]
