"""Training a model as of a cut-off.

The honesty gates are here: with few outcomes the scorecard speaks, and a model that did not
beat the base rate on later time is not shown as knowledge.
"""

from datetime import datetime
from typing import Any, Final

import numpy as np
import pandas as pd
from scipy.special import expit

from scoring.counts import Evidence
from scoring.features import features
from scoring.forward import forward_test, is_better
from scoring.hazards import HazardModel, chances
from scoring.histories import Histories
from scoring.outcomes import outcomes, winning_days
from scoring.prediction import BASE_RATE, MODEL, SCORECARD
from scoring.scorecard import Scorecard
from scoring.sizes import SizeRanks
from scoring.snapshots import Rows, snapshot_pairs, stack
from scoring.threads import one_thread
from scoring.timing import Timing
from scoring.trained import TrainedModel

FEWEST_CLOSED: Final = 30
FEWEST_ANNOUNCED: Final = 5
MOST_SNAPSHOTS: Final = 40_000
BASE_PRIOR: Final = 5.0
"""How many leads at the scorecard's average chance the base rate starts with."""


def train(
    histories: Histories,
    cut_off: datetime,
    *,
    scorecard: Scorecard | None = None,
    timing: Timing | None = None,
    random_state: int = 0,
) -> TrainedModel:
    """Fit to what was known at `cut_off` of the leads that the whole office may see.

    Parameters
    ----------
    histories : Histories
    cut_off : moment with a zone
    scorecard : Scorecard, optional
        The office's own; the one that ships by default.
    timing : Timing, optional
    random_state : int
        Which leads stand for all where there are more than 40,000 snapshots.

    Returns
    -------
    TrainedModel
        `basis` says what its chances rest on.
    """
    with one_thread():
        return _train(
            histories.unrestricted(),
            cut_off,
            Scorecard.default() if scorecard is None else scorecard,
            Timing() if timing is None else timing,
            random_state,
        )


def _train(
    histories: Histories,
    cut_off: datetime,
    scorecard: Scorecard,
    timing: Timing,
    random_state: int,
) -> TrainedModel:
    ended = outcomes(histories, cut_off)["outcome"]
    rows = training_rows(histories, cut_off, timing, random_state)
    days = observed_stage_days(histories, cut_off, timing)
    evidence = _count(histories, cut_off, timing, rows, ended)
    test = _forward(histories, cut_off, scorecard, timing, random_state)
    basis = _basis(evidence, test)
    hazards = HazardModel.fit(
        rows, scorecard=scorecard, timing=timing, stage_days=days, learns=basis == MODEL
    )
    base, weight = _base_chances(rows, hazards)
    metrics = {
        "lead_count": len(ended),
        "open_count": int((ended == "open").sum()),
        "closed_count": evidence.closed_count,
        "announced_count": evidence.announced_count,
        "passed_on_count": int((ended == "passed_on").sum()),
        "snapshot_count": len(rows.frame),
        "row_count": len(rows.snapshot),
        "stage_days": days,
        "forward": test,
    }
    return TrainedModel(cut_off, basis, hazards, evidence, base, weight, metrics)


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
    random_state: int = 0,
) -> HazardModel:
    """Fit the chances alone, without gates, counts or tests."""
    with one_thread():
        return HazardModel.fit(
            training_rows(histories, cut_off, timing, random_state),
            scorecard=scorecard,
            timing=timing,
            stage_days=observed_stage_days(histories, cut_off, timing),
            learns=learns,
        )


def _forward(
    histories: Histories,
    cut_off: datetime,
    scorecard: Scorecard,
    timing: Timing,
    random_state: int,
) -> dict[str, Any]:
    def fit(moment: datetime) -> tuple[HazardModel, HazardModel]:
        rows = training_rows(histories, moment, timing, random_state)
        days = observed_stage_days(histories, moment, timing)
        learned, card = (
            HazardModel.fit(
                rows, scorecard=scorecard, timing=timing, stage_days=days, learns=learns
            )
            for learns in (True, False)
        )
        return learned, card

    return forward_test(histories, cut_off, timing, fit)


def _basis(evidence: Evidence, test: dict[str, Any]) -> str:
    few = evidence.closed_count < FEWEST_CLOSED or evidence.announced_count < FEWEST_ANNOUNCED
    if few or not test["is_possible"]:
        return SCORECARD
    return MODEL if is_better(test) else BASE_RATE


def _count(
    histories: Histories, cut_off: datetime, timing: Timing, rows: Rows, ended: pd.Series
) -> Evidence:
    """Count over all leads, also where only some of them were drawn for the fit."""
    frame, lead_ids = rows.frame, rows.lead_ids
    pairs = snapshot_pairs(histories, cut_off, timing)
    if len(pairs) > len(frame):
        lead_ids = pairs["lead_id"].to_numpy(dtype=np.int64)
        frame = features(histories, pairs["as_of"], lead_ids)
    ranked = SizeRanks.fit(rows.frame, rows.lead_ids).ranked(frame)
    return Evidence.count(ranked, lead_ids, ended)


def _base_chances(rows: Rows, hazards: HazardModel) -> tuple[tuple[float, ...], float]:
    """Return the office's own chance by each bound, whoever the lead is, and its leads."""
    count = len(hazards.timing.intervals)
    weights = rows.row_weights
    looks = np.bincount(rows.interval, weights=weights, minlength=count)
    wins = np.bincount(rows.interval, weights=weights * rows.target, minlength=count)
    prior = expit(hazards.centres.sum(axis=0))
    hazard = (wins + BASE_PRIOR * prior) / (looks + BASE_PRIOR)
    by_bound = chances(np.log(hazard / (1.0 - hazard))[None, :])[0]
    return tuple(float(chance) for chance in by_bound), float(looks[0])
