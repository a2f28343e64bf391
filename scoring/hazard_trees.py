"""Trees beside the additive hazards, where they proved that they help.

The trees see what the additive model sees, the interval as one more column, and speak only when
a blend of both did better on leads that neither had seen. What depends on how the office kept
its records (`is_recorded`) is filled in where it is missing, as it stands at the mean in the
additive model: a tree must not learn who was imported.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import expit

from scoring.blending import Blend, fit_blend, fold_numbers
from scoring.columns import is_number
from scoring.evaluate import log_losses
from scoring.evidence import moderated
from scoring.features import FEATURES
from scoring.snapshots import Rows
from scoring.trees import TreeEnsemble, fit_trees, fit_trees_in_folds
from scoring.uncertainty import clustered_error

Matrix = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]

CODES: Final = tuple(feature.code for feature in FEATURES)
RECORDED: Final = tuple(feature.code for feature in FEATURES if feature.is_recorded)
INTERVAL: Final = "interval"
LARGEST: Final = 100.0
"""No weight and no leaf comes near it."""
KINDS: Final = ((True, 4), (False, 8))
"""Whether the trees ask about one column only, and how many leaves they have."""

FEWEST_LEADS, FEWEST_OF_EACH = 300, 30
PAST_LEADS: Final = FEWEST_LEADS // 2
"""Enough at a past moment of an office that has trees today: it had half the leads then."""
LEAST_ERRORS: Final = 1.0
"""How many standard errors the gain must exceed. Measured on loan histories: what it lets in at
600 leads and more gains .005 to .010 of log loss on later leads; of invented offices, which are
additive, it lets in next to none."""
MOST_PROOF_ROWS, MOST_ROWS = 6_000, 40_000
"""Of more stacked rows some snapshots are drawn, to prove that trees help and to grow them: a
few looks at every lead tell more than all looks at a few."""

TOO_FEW, NO_GAIN, GAIN = "too_few", "no_gain", "gain"


@dataclass(frozen=True, slots=True)
class Proof:
    """Why the trees speak or are silent: log loss gained on leads not seen, with its error."""

    reason: str
    gain: float | None = None
    error: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for the artefact."""
        return asdict(self)

    @classmethod
    def from_dict(cls, plain: dict[str, Any]) -> Self:
        """Rebuild from `to_dict`."""
        if plain["reason"] not in {TOO_FEW, NO_GAIN, GAIN}:
            raise ValueError("no such reason for trees")
        gain, error = (
            None if plain[name] is None else float(plain[name]) for name in ("gain", "error")
        )
        return cls(str(plain["reason"]), gain, error)


UNTRIED: Final = Proof(TOO_FEW)


@dataclass(frozen=True, slots=True)
class HazardTrees:
    """Additive trees and trees, what all three models weigh, and what stands for the unrecorded."""

    ensembles: tuple[TreeEnsemble, ...]
    blend: Blend
    fills: dict[str, str | float]

    def terms(self, frame: pd.DataFrame, intervals: int) -> tuple[Matrix, Matrix]:
        """Return what the trees and the constant add, by feature, with the interval as given.

        Returns
        -------
        base : array, shape (n, intervals)
        parts : array, shape (n, features, intervals)
        """
        count = len(frame)
        stacked = _stacked(
            _filled(frame, self.fills),
            np.repeat(np.arange(count), intervals),
            np.tile(np.arange(intervals), count),
        )
        base = np.full((count, intervals), self.blend.constant)
        parts = np.zeros((count, intervals, len(CODES)))
        for ensemble, weight in zip(self.ensembles, self.blend.weights[1:], strict=True):
            if weight == 0.0:
                continue
            own, shares = ensemble.contributions(stacked, given=INTERVAL)
            base += weight * np.reshape(own, (count, intervals))
            parts += weight * shares[:, : len(CODES)].reshape(parts.shape)
        return base, parts.transpose(0, 2, 1)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for the artefact."""
        return {
            "ensembles": [ensemble.to_dict() for ensemble in self.ensembles],
            "weights": list(self.blend.weights),
            "constant": self.blend.constant,
            "fills": dict(self.fills),
        }

    @classmethod
    def from_dict(cls, plain: dict[str, Any]) -> Self:
        """Rebuild from `to_dict`. Raises `ValueError` when the parts do not fit each other."""
        ensembles = tuple(TreeEnsemble.from_dict(item) for item in plain["ensembles"])
        weights = tuple(float(weight) for weight in plain["weights"])
        constant = float(plain["constant"])
        fills = {str(code): value for code, value in plain["fills"].items()}
        fits = (
            len(ensembles) == len(KINDS)
            and len(weights) == len(KINDS) + 1
            and all(ensemble.names == (*CODES, INTERVAL) for ensemble in ensembles)
            and set(fills) <= set(RECORDED)
            and all(isinstance(value, str | float) for value in fills.values())
        )
        numbers = [*weights, constant, *(v for v in fills.values() if isinstance(v, float))]
        if not fits or not (np.abs(numbers[: len(weights) + 1]) < LARGEST).all():
            raise ValueError("the weights of the trees do not fit the model")
        values = [value for one in ensembles for tree in one.trees for value in tree.values]
        if not np.isfinite(numbers).all() or not (np.abs([0.0, *values]) < LARGEST).all():
            raise ValueError("numbers that no trees come to")
        if min(weights) < 0.0:
            raise ValueError("the trees do not fit the model")
        return cls(ensembles, Blend(weights, constant), fills)


HeldOut = Callable[[Places, Matrix, Places], tuple[Matrix, Matrix]]
"""From some rows, their weights and folds: log-odds and variances without a row's own fold."""


def prove_trees(
    rows: Rows,
    frame: pd.DataFrame,
    held_out: HeldOut,
    *,
    fewest: int = FEWEST_LEADS,
    random_state: int = 0,
) -> tuple[HazardTrees | None, Proof]:
    """Grow trees, and keep them when a blend with them does better on leads not seen.

    Parameters
    ----------
    rows : Rows
    frame : DataFrame, shape (snapshots, features)
        What the additive model read of them.
    held_out : function
        What the additive model says of rows that it has not seen.
    fewest : int
        How many leads it takes; a tenth of them must be of each end.
    random_state : int
        The leads of each fold, and which leads stand for all where there are many.
    """
    leads = np.unique(rows.lead_ids, return_inverse=True)[1].ravel()[rows.snapshot]
    won = np.bincount(leads, rows.target)
    seen = np.bincount(leads) > 0
    wins = int((won > 0).sum())
    losses = int(seen.sum()) - wins
    if wins + losses < fewest or min(wins, losses) < FEWEST_OF_EACH * fewest / FEWEST_LEADS:
        return None, UNTRIED

    fills = _fills(frame, rows.weights)
    full = _filled(frame, fills)
    drawn, weights = _draw(rows, MOST_PROOF_ROWS, random_state)
    own_leads = np.unique(leads[drawn], return_inverse=True)[1].ravel()
    target = rows.target[drawn]
    folds = fold_numbers(target, own_leads, random_state)
    said, variance = held_out(drawn, weights, folds)
    columns = _stacked(full, rows.snapshot[drawn], rows.interval[drawn])
    members = [moderated(said, variance)]
    # The trees that ask about several columns come first: where they do not help, none will.
    for is_additive, leaves in reversed(KINDS):
        _, other = fit_trees_in_folds(
            columns, target, weights, folds, is_additive=is_additive, max_leaf_nodes=leaves
        )
        # The blend is shrunk by the additive model's uncertainty, so it is weighed that way.
        members.insert(1, moderated(other, variance))
        together = np.column_stack(members)
        gain, error = _proof(together, target, weights, folds, own_leads)
        if not gain > LEAST_ERRORS * error:
            return None, Proof(NO_GAIN, gain, error)
    blend = fit_blend(together, target, weights)
    drawn, weights = _draw(rows, MOST_ROWS, random_state)
    columns = _stacked(full, rows.snapshot[drawn], rows.interval[drawn])
    ensembles = [
        fit_trees(
            columns,
            rows.target[drawn],
            weights,
            is_additive=is_additive,
            max_leaf_nodes=leaves,
        )
        for is_additive, leaves in KINDS
    ]
    return HazardTrees(tuple(ensembles), blend, fills), Proof(GAIN, gain, error)


def _proof(
    members: Matrix, target: Matrix, weights: Matrix, folds: Places, leads: Places
) -> tuple[float, float]:
    """Return the log loss a blend gains over its first member, on folds it was not weighed on."""
    gain = log_losses(target, expit(members[:, 0]))
    for fold in range(int(folds.max()) + 1):
        inside = folds == fold
        blend = fit_blend(members[~inside], target[~inside], weights[~inside])
        gain[inside] -= log_losses(target[inside], expit(blend.score(members[inside])))
    return float(gain.mean()), clustered_error(gain, leads)


def _draw(rows: Rows, most: int, random_state: int) -> tuple[Places, Matrix]:
    """Return the rows of all snapshots, or of as many as give `most` rows, and their weights.

    What is drawn weighs as much as all, so that as many leads speak.
    """
    weights = rows.row_weights
    if len(weights) <= most:
        return np.arange(len(weights)), weights
    counts = np.bincount(rows.snapshot, minlength=len(rows.weights))
    order = np.random.default_rng(random_state).permutation(len(counts))
    taken = np.zeros(len(counts), dtype=bool)
    taken[order[np.cumsum(counts[order]) <= most]] = True
    drawn = np.flatnonzero(taken[rows.snapshot])
    return drawn, weights[drawn] * (weights.sum() / weights[drawn].sum())


def _stacked(frame: pd.DataFrame, snapshot: Places, interval: Places) -> pd.DataFrame:
    stacked = frame.iloc[snapshot].reset_index(drop=True)
    return stacked.assign(**{INTERVAL: interval.astype(np.float64)})


def _fills(frame: pd.DataFrame, weights: Matrix) -> dict[str, str | float]:
    """Return the usual value of what may not have been recorded: the middle, or the commonest."""
    fills: dict[str, str | float] = {}
    for code in RECORDED:
        held = frame[code].notna().to_numpy()
        if not held.any():
            continue
        values = frame[code][held]
        if is_number(values):
            fills[code] = float(np.quantile(values.to_numpy(dtype=np.float64), 0.5))
        else:
            mass = pd.Series(weights[held]).groupby(values.to_numpy()).sum()
            fills[code] = str(mass.sort_index().idxmax())
    return fills


def _filled(frame: pd.DataFrame, fills: dict[str, str | float]) -> pd.DataFrame:
    filled = {code: frame[code].fillna(value) for code, value in fills.items()}
    return frame.assign(**filled)[list(CODES)]
