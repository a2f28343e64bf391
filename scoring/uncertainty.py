"""How sure a figure is: errors over leads, intervals of shares, verdicts."""

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

Numbers = npt.NDArray[np.float64]

Z: Final = 1.959963984540054
"""Normal deviations on either side of a 95 % interval."""
CLEAR_ERRORS: Final = 2.0
"""By how many standard errors two losses must differ to be called different."""


def clustered_error(values: Numbers, leads: npt.NDArray[np.integer]) -> float:
    """Return the standard error of the mean when the rows of one lead go together."""
    away = np.bincount(pd.factorize(leads)[0], weights=values - values.mean())
    clusters = len(away)
    scale = clusters / max(clusters - 1, 1)
    return float(np.sqrt(scale * (away**2).sum()) / len(values))


def wilson(share: float, count: float) -> tuple[float, float]:
    """Return the 95 % interval of a share found among so many (Wilson 1927)."""
    if count <= 0:
        return 0.0, 1.0
    centre = share + Z**2 / (2.0 * count)
    half = Z * np.sqrt(share * (1.0 - share) / count + Z**2 / (4.0 * count**2))
    scale = 1.0 + Z**2 / count
    return float(max((centre - half) / scale, 0.0)), float(min((centre + half) / scale, 1.0))


def auc_parts(won: Numbers, said: Numbers) -> tuple[float, Numbers] | None:
    """Return the AUC and what each row adds to it, for the error of differences (DeLong 1988).

    None where there is one end only. The parts (n,) have the mean zero in each end, and the AUC
    errs by their clustered sum: `sqrt(sum of (sum of a lead's parts) ** 2)`.
    """
    wins = won > 0
    count, others = int(wins.sum()), int((~wins).sum())
    if not count or not others:
        return None
    ranks = pd.Series(said).rank().to_numpy()
    within_wins = pd.Series(said[wins]).rank().to_numpy()
    within_others = pd.Series(said[~wins]).rank().to_numpy()
    above = (ranks[wins] - within_wins) / others
    below = 1.0 - (ranks[~wins] - within_others) / count
    parts = np.zeros(len(won))
    parts[wins] = (above - above.mean()) / count
    parts[~wins] = (below - below.mean()) / others
    return float(above.mean()), parts


def auc_gain(
    won: Numbers, said: Numbers, other: Numbers, leads: npt.NDArray[np.integer]
) -> tuple[float, float] | None:
    """Return by how much one order's AUC exceeds another's, and the error over leads."""
    one, two = auc_parts(won, said), auc_parts(won, other)
    if one is None or two is None:
        return None
    away = np.bincount(pd.factorize(leads)[0], weights=one[1] - two[1])
    return one[0] - two[0], float(np.sqrt((away**2).sum()))
