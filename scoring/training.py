"""Training a model as of a cut-off.

The honesty gates are here: with few outcomes the scorecard speaks, and a model that did not
beat the base rate on later time is not shown as knowledge.
"""

from datetime import datetime
from typing import Any, Final

import numpy as np
from scipy.special import expit

from scoring.counts import Evidence
from scoring.forward import forward_test, is_better
from scoring.hazards import HazardModel, chances
from scoring.histories import Histories
from scoring.outcomes import outcomes, stage_waits
from scoring.prediction import BASE_RATE, MODEL, SCORECARD
from scoring.scorecard import Scorecard
from scoring.sizes import SizeRanks
from scoring.snapshots import Rows, snapshot_pairs, stack
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
    scorecard = Scorecard.default() if scorecard is None else scorecard
    timing = Timing() if timing is None else timing
    histories = histories.unrestricted()
    ended = outcomes(histories, cut_off)["outcome"]
    rows = training_rows(histories, cut_off, timing, random_state)
    days = observed_stage_days(histories, cut_off, timing)
    ranked = SizeRanks.fit(rows.frame, rows.lead_ids).ranked(rows.frame)
    evidence = Evidence.count(ranked, rows.lead_ids, ended)
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
    """Return the mean days in a stage before moving on, shrunk to the prior of `timing`."""
    waits = stage_waits(histories, cut_off)
    weight = timing.stage_days_weight
    return float((waits.sum() + weight * timing.stage_days) / (len(waits) + weight))


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
