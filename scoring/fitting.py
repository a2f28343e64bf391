"""Fits of the chances alone, as of a moment: without gates, counts or tests."""

from datetime import datetime
from typing import Final

import numpy as np
from scipy.special import expit

from scoring.hazard_trees import FEWEST_LEADS
from scoring.hazards import HazardModel, chances
from scoring.histories import Histories
from scoring.outcomes import winning_days
from scoring.scorecard import Scorecard
from scoring.snapshots import Rows, snapshot_pairs, stack
from scoring.threads import one_thread
from scoring.timing import Timing

MOST_SNAPSHOTS: Final = 40_000
BASE_PRIOR: Final = 5.0
"""How many leads at the scorecard's average chance the base rate starts with."""


def training_rows(
    histories: Histories, cut_off: datetime, timing: Timing, random_state: int = 0
) -> Rows:
    """Return the stacked rows of all leads, or of as many as 40,000 snapshots come from.

    At that size the estimates have long settled; whole leads are drawn, by the seed alone.
    """
    pairs = snapshot_pairs(histories, cut_off, timing)
    if len(pairs) > MOST_SNAPSHOTS:
        leads = np.random.default_rng(random_state).permutation(pairs["lead_id"].unique())
        counts = pairs["lead_id"].value_counts().reindex(leads).cumsum()
        drawn = leads[(counts <= MOST_SNAPSHOTS).to_numpy()]
        pairs = pairs[pairs["lead_id"].isin(drawn)].reset_index(drop=True)
    return stack(histories, pairs, cut_off, timing)


def observed_stage_days(histories: Histories, cut_off: datetime, timing: Timing) -> float:
    """Return the mean days a stage of an announced lead took, shrunk to the prior of `timing`."""
    days, stages = winning_days(histories, cut_off)
    weight = timing.stage_days_weight
    return (days + weight * timing.stage_days) / (stages + weight)


def fit_hazards(
    histories: Histories,
    cut_off: datetime,
    *,
    scorecard: Scorecard,
    timing: Timing,
    learns: bool = True,
    trees_from: int | None = FEWEST_LEADS,
    random_state: int = 0,
) -> HazardModel:
    """Fit the chances to what was known at `cut_off`; `HazardModel.fit` says the options."""
    with one_thread():
        return HazardModel.fit(
            training_rows(histories, cut_off, timing, random_state),
            scorecard=scorecard,
            timing=timing,
            stage_days=observed_stage_days(histories, cut_off, timing),
            learns=learns,
            trees_from=trees_from,
            random_state=random_state,
        )


def base_chances(rows: Rows, hazards: HazardModel) -> tuple[tuple[float, ...], float]:
    """Return the office's own chance by each bound, whoever the lead is, and its leads."""
    count = len(hazards.timing.intervals)
    weights = rows.row_weights
    looks = np.bincount(rows.interval, weights=weights, minlength=count)
    wins = np.bincount(rows.interval, weights=weights * rows.target, minlength=count)
    prior = expit(hazards.centres.sum(axis=0))
    hazard = (wins + BASE_PRIOR * prior) / (looks + BASE_PRIOR)
    by_bound = chances(np.log(hazard / (1.0 - hazard))[None, :])[0]
    return tuple(float(chance) for chance in by_bound), float(looks[0])
