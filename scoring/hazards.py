"""Chances by several horizons from one additive model of interval hazards.

Each interval after a snapshot has a hazard: the chance of being announced within it if not
before. Their log-odds are a sum over features, so all horizons come from one model, agree with
each other, and can be explained by the same parts (`scoring.explain`).
"""

from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from scoring.columns import ColumnSet
from scoring.evidence import Posterior, moderated
from scoring.hazard_checks import (
    check_centres,
    check_columns,
    check_posterior,
    check_sizes,
    check_timing,
)
from scoring.hazard_columns import STAGE, Layout, Stacked, points_of, prior_parts, without_evidence
from scoring.hazard_trees import (
    CODES,
    FEWEST_LEADS,
    RECORDED,
    UNTRIED,
    HazardTrees,
    Proof,
    prove_trees,
)
from scoring.scorecard import Scorecard
from scoring.sizes import SizeRanks
from scoring.snapshots import Rows
from scoring.timing import Timing

Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Terms:
    """The additive parts of interval log-odds for n leads and i intervals.

    `parts` (n, features, i) sum, with `base` (i,) or (n, i), to `mean` (n, i); `variance` (n, i)
    is the posterior's; `design` (n, i, d) are the columns behind it. Where trees speak too, the
    parts hold what they add, and they are held to be as unsure as the posterior is.
    """

    base: Matrix
    parts: Matrix
    mean: Matrix
    variance: Matrix
    design: Matrix


@dataclass(frozen=True, slots=True)
class HazardModel:
    """Scorecard, fitted columns and posterior; without rows it is the scorecard itself.

    `trees` speak beside them where `proof` says that they helped.
    """

    scorecard: Scorecard
    timing: Timing
    stage_days: float
    sizes: SizeRanks
    columns: ColumnSet
    posterior: Posterior
    centres: Matrix
    is_learned: bool
    trees: HazardTrees | None = None
    proof: Proof = UNTRIED

    @classmethod
    def fit(
        cls,
        rows: Rows,
        *,
        scorecard: Scorecard,
        timing: Timing,
        stage_days: float,
        learns: bool = True,
        trees_from: int | None = FEWEST_LEADS,
        random_state: int = 0,
    ) -> Self:
        """Fit to stacked rows; `learns=False` keeps the scorecard and its prior uncertainty.

        Trees are tried from so many leads on, with None never; `random_state` draws the leads of
        the folds in which they are.
        """
        sizes = SizeRanks.fit(rows.frame, rows.lead_ids)
        frame = sizes.ranked(rows.frame)
        stage_log_odds = scorecard.stage_log_odds(timing, stage_days)
        # Only snapshots with a row teach: what is known on the last day alone (the totals of an
        # imported file) has no outcome to learn from and is left to the scorecard.
        used = np.unique(rows.snapshot) if learns else np.zeros(0, dtype=np.intp)
        columns = (
            ColumnSet.fit(
                frame.iloc[used], rows.weights[used], silent=frozenset(RECORDED), knots=()
            )
            if len(used)
            else ColumnSet(())
        )
        layout = Layout(columns, len(timing.intervals))
        prior = prior_parts(scorecard, stage_log_odds, frame)
        if len(frame):
            centres = np.einsum("s,sfi->fi", rows.weights, prior) / rows.weights.sum()
        else:
            # Without a lead, the average one has just been met and has no points.
            centres = np.zeros(prior.shape[1:])
            centres[STAGE] = stage_log_odds[0]
        model = cls(
            scorecard,
            timing,
            stage_days,
            sizes,
            columns,
            without_evidence(layout),
            centres,
            is_learned=bool(len(used)),
        )
        if not len(used):
            return model
        points = points_of(prior - centres).sum(axis=1)
        stacked = Stacked(
            layout,
            layout.design(columns.matrix(frame), points, rows.snapshot, rows.interval),
            rows.target,
            rows.row_weights,
            prior.sum(axis=1)[rows.snapshot, rows.interval],
        )
        model = replace(model, posterior=stacked.fit())
        if trees_from is None:
            return model
        trees, proof = prove_trees(
            rows, frame, stacked.held_out, fewest=trees_from, random_state=random_state
        )
        return replace(model, trees=trees, proof=proof)

    @property
    def owners(self) -> npt.NDArray[np.intp]:
        """Return the feature that owns each coefficient, -1 for those that all leads share."""
        layout = Layout(self.columns, len(self.timing.intervals))
        return np.array([*layout.owners, -1], dtype=np.intp)

    def terms(self, frame: pd.DataFrame) -> Terms:
        """Return the additive parts of every interval's log-odds."""
        frame = self.sizes.ranked(frame)
        count, intervals = len(frame), len(self.timing.intervals)
        layout = Layout(self.columns, intervals)
        stage_log_odds = self.scorecard.stage_log_odds(self.timing, self.stage_days)
        parts = prior_parts(self.scorecard, stage_log_odds, frame) - self.centres
        points = points_of(parts)
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
        if self.trees is not None:
            share, together = self.trees.blend.weights[0], sum(self.trees.blend.weights)
            more, parts_of_trees = self.trees.terms(frame, intervals)
            base = share * base + more
            parts = share * parts + parts_of_trees
            design *= together
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
            "trees": None if self.trees is None else self.trees.to_dict(),
            "proof": self.proof.to_dict(),
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
            None if plain["trees"] is None else HazardTrees.from_dict(plain["trees"]),
            Proof.from_dict(plain["proof"]),
        )
        check_timing(model.timing, model.stage_days)
        check_columns(model.columns)
        blocks = len(np.unique(Layout(model.columns, len(model.timing.intervals)).blocks))
        check_posterior(model.posterior, len(model.owners), blocks)
        check_centres(model.centres, (len(CODES), len(model.timing.intervals)))
        check_sizes(model.sizes)
        return model


def owned_columns(owners: npt.NDArray[np.intp], feature: int) -> npt.NDArray[np.intp]:
    """Return the places of one feature's coefficients."""
    return np.flatnonzero(owners == feature)


def chances(log_odds: Matrix) -> Matrix:
    """Return the chance of being announced by the end of each interval, shape (n, i)."""
    # The log of staying, summed, keeps small chances exact.
    stay = -np.logaddexp(0.0, log_odds)
    return np.asarray(-np.expm1(np.cumsum(stay, axis=1)))
