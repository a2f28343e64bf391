"""How good chances are: measures, the test on later time, and the leak screen."""

from typing import Final

import numpy as np
import numpy.typing as npt
from sklearn.metrics import average_precision_score, roc_auc_score

Matrix = npt.NDArray[np.float64]

BINS: Final = 15
FLOOR: Final = 1e-6


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
