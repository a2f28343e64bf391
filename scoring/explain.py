"""Exact reasons: what each feature adds to the log-odds of being announced ever.

The log-odds of "ever" join several additive scores (one an interval) in a smooth way. Each
feature gets its Aumann-Shapley share: the slope of that join along the straight line from the
office's average lead to this one, times the feature's own part. The shares sum to the
difference, which leaves nothing unexplained; for a single interval they are the plain terms.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import expit

from scoring.hazards import Terms, owned_columns

Matrix = npt.NDArray[np.float64]

_NODES, _NODE_WEIGHTS = np.polynomial.legendre.leggauss(12)
NODES = (_NODES + 1.0) / 2.0
NODE_WEIGHTS = _NODE_WEIGHTS / 2.0
LEAST_TOTAL = 1e-300
"""So that what is all but impossible still has log-odds."""
WIDTH = 1.65
"""Posterior deviations on either side that hold the true chance in 80 % of cases, measured."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """`log_odds` (n,) = `base` (n,) + `points` (n, features) summed; `spread` is their deviation.

    `low` and `high` (n,) bound the 80 % band of the log-odds.
    """

    log_odds: Matrix
    base: Matrix
    points: Matrix
    spread: Matrix
    low: Matrix
    high: Matrix


def joined(log_odds: Matrix) -> Matrix:
    """Return the log-odds of ever, from those of the intervals on the last axis.

    The chance of staying is a product over intervals, so the odds of ever are exp(S) - 1 with S
    the sum of log(1 + exp(score)).
    """
    total = np.maximum(np.logaddexp(0.0, log_odds).sum(axis=-1), LEAST_TOTAL)
    return np.asarray(total + np.log(-np.expm1(-total)))


def joined_slope(log_odds: Matrix) -> Matrix:
    """Return the derivative of `joined` by each interval's log-odds."""
    total = np.logaddexp(0.0, log_odds).sum(axis=-1, keepdims=True)
    total = np.maximum(total, LEAST_TOTAL)
    return np.asarray(expit(log_odds) / -np.expm1(-total))


def explain(
    terms: Terms, covariance: Matrix, owners: npt.NDArray[np.intp], *, is_moderated: bool
) -> Explanation:
    """Share the log-odds of ever among the features.

    Parameters
    ----------
    terms : Terms
        Parts, mean and design of n leads.
    covariance : array, shape (d, d)
        Posterior of the coefficients behind `terms.design`.
    owners : array of int, shape (d,)
        The feature that owns each column, -1 for none.
    is_moderated : bool
        Whether the scores are shrunk by their own uncertainty.

    Returns
    -------
    Explanation
        Base and points sum to the log-odds within 1e-9.
    """
    shrink = (
        1.0 / np.sqrt(1.0 + np.pi * terms.variance / 8.0)
        if is_moderated
        else np.ones_like(terms.variance)
    )
    start = shrink * terms.base
    parts = terms.parts * shrink[:, None, :]
    away = parts.sum(axis=1)
    slope = np.zeros_like(start)
    for node, weight in zip(NODES, NODE_WEIGHTS, strict=True):
        slope += weight * joined_slope(start + node * away)
    base, log_odds = joined(start), joined(start + away)
    points = np.einsum("nfi,ni->nf", parts, slope)
    # The quadrature errs in the seventh digit; what is left goes to the features by size.
    size = np.abs(points)
    share = size / np.maximum(size.sum(axis=1, keepdims=True), 1e-300)
    points += share * (log_odds - base - points.sum(axis=1))[:, None]
    log_odds = base + points.sum(axis=1)

    pulled = np.einsum("ni,nid->nd", slope * shrink, terms.design)
    spread = np.zeros_like(points)
    for feature in np.unique(owners[owners >= 0]):
        held = owned_columns(owners, feature)
        own = pulled[:, held]
        spread[:, feature] = np.sqrt(
            np.maximum(np.einsum("nd,de,ne->n", own, covariance[np.ix_(held, held)], own), 0.0)
        )
    low, high = _band_of_log_odds(terms, covariance)
    return Explanation(
        log_odds,
        base,
        points,
        spread,
        np.minimum(low, log_odds),
        np.maximum(high, log_odds),
    )


def band(terms: Terms, covariance: Matrix, intervals: int) -> tuple[Matrix, Matrix]:
    """Return the ends (n,) of the 80 % band of the chance by the end of the first intervals."""
    low, high = _band_of_log_odds(terms, covariance, intervals)
    return expit(low), expit(high)


def _band_of_log_odds(
    terms: Terms, covariance: Matrix, intervals: int | None = None
) -> tuple[Matrix, Matrix]:
    mean, design = terms.mean[:, :intervals], terms.design[:, :intervals]
    plain = joined(mean)
    steep = np.einsum("ni,nid->nd", joined_slope(mean), design)
    # Lead by lead: in one product the last bit of a lead would depend on who else is asked about.
    spun = np.matmul(steep[:, None, :], covariance)[:, 0]
    deviation = np.sqrt(np.maximum(np.einsum("nd,nd->n", spun, steep), 0.0))
    return plain - WIDTH * deviation, plain + WIDTH * deviation
