"""Training a model as of a cut-off.

The honesty gates are here: with few outcomes the scorecard speaks, and a model that did not
beat the base rate on later time is not shown as knowledge.
"""

from dataclasses import replace
from datetime import datetime
from time import monotonic
from typing import Any, Final

import numpy as np
import pandas as pd

from scoring.counts import Evidence
from scoring.drift import drift
from scoring.features import features
from scoring.fitting import base_chances, observed_stage_days, training_rows
from scoring.forward import Forward, forward_looks, forward_test, is_better
from scoring.hazard_trees import FEWEST_LEADS, PAST_LEADS
from scoring.hazards import HazardModel
from scoring.histories import Histories
from scoring.judging import judge, readiness
from scoring.outcomes import outcomes
from scoring.prediction import BASE_RATE, MODEL, SCORECARD
from scoring.refits import Recipe, learning_curve, screened
from scoring.registry import libraries
from scoring.scorecard import Scorecard
from scoring.sizes import SizeRanks
from scoring.snapshots import Rows, snapshot_pairs
from scoring.threads import one_thread
from scoring.timing import Timing
from scoring.trained import TrainedModel

FEWEST_CLOSED: Final = 30
FEWEST_ANNOUNCED: Final = 5
FORMAT: Final = 2


def train(
    histories: Histories,
    cut_off: datetime,
    *,
    scorecard: Scorecard | None = None,
    timing: Timing | None = None,
    random_state: int = 0,
    judges: bool = True,
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
    judges : bool
        Whether `metrics` says how right the model has been (`scoring.judging`); the gates and
        the chances are the same without, in a fraction of the time.

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
            judges=judges,
        )


def _train(
    histories: Histories,
    cut_off: datetime,
    scorecard: Scorecard,
    timing: Timing,
    random_state: int,
    *,
    judges: bool,
) -> TrainedModel:
    began = monotonic()
    ended = outcomes(histories, cut_off)["outcome"]
    rows = training_rows(histories, cut_off, timing, random_state)
    days = observed_stage_days(histories, cut_off, timing)
    evidence = _count(histories, cut_off, timing, rows, ended)
    is_few = evidence.closed_count < FEWEST_CLOSED or evidence.announced_count < FEWEST_ANNOUNCED
    # The trees are tried on all leads first, and again at every past moment only where they
    # serve: as a rule they do not, and trying takes longer than all the rest.
    trial = Recipe(scorecard, timing, FEWEST_LEADS, random_state)
    card = _card(rows, scorecard, timing, days)
    hazards = card if is_few else trial.fit(rows, days)
    recipe = replace(trial, trees_from=None if hazards.trees is None else PAST_LEADS)

    def fit(moment: datetime) -> tuple[HazardModel, HazardModel]:
        past = training_rows(histories, moment, timing, random_state)
        past_days = observed_stage_days(histories, moment, timing)
        return recipe.fit(past, past_days), _card(past, scorecard, timing, past_days)

    forward = forward_looks(histories, cut_off, timing, fit)
    test = forward_test(forward)
    basis = SCORECARD if is_few or forward is None else MODEL if is_better(test) else BASE_RATE
    proof = hazards.proof
    if basis != MODEL:
        hazards = card
    base, weight = base_chances(rows, hazards)
    metrics = {
        "format": FORMAT,
        "lead_count": len(ended),
        "open_count": int((ended == "open").sum()),
        "closed_count": evidence.closed_count,
        "announced_count": evidence.announced_count,
        "passed_on_count": int((ended == "passed_on").sum()),
        "snapshot_count": len(rows.frame),
        "row_count": len(rows.snapshot),
        "stage_days": days,
        "forward": test,
        "readiness": readiness(
            evidence.closed_count,
            evidence.announced_count,
            test,
            fewest_closed=FEWEST_CLOSED,
            fewest_announced=FEWEST_ANNOUNCED,
        ),
        "trees": {
            **proof.to_dict(),
            "is_used": hazards.trees is not None,
            **_blend(hazards),
        },
    }
    if judges:
        metrics |= _judged(histories, cut_off, forward, recipe)
    metrics["data"] = {
        "cut_off": cut_off.isoformat(),
        "random_state": random_state,
        "scorecard_rule_count": len(scorecard.rules),
        "libraries": libraries(),
        "seconds": round(monotonic() - began, 3),
    }
    return TrainedModel(cut_off, basis, hazards, evidence, base, weight, metrics)


def _judged(
    histories: Histories, cut_off: datetime, forward: Forward | None, recipe: Recipe
) -> dict[str, Any]:
    # The curve and the screen are of the additive model, which the trees add little to.
    plain = replace(recipe, trees_from=None)
    return {
        **judge(forward),
        "learning": None if forward is None else learning_curve(histories, forward, plain),
        "drift": drift(histories, cut_off, recipe.timing),
        "screen": screened(histories, forward, cut_off, plain),
    }


def _blend(hazards: HazardModel) -> dict[str, Any]:
    if hazards.trees is None:
        return {"weights": [1.0, 0.0, 0.0], "shift": 0.0}
    blend = hazards.trees.blend
    return {"weights": list(blend.weights), "shift": blend.constant}


def _card(rows: Rows, scorecard: Scorecard, timing: Timing, stage_days: float) -> HazardModel:
    return HazardModel.fit(
        rows, scorecard=scorecard, timing=timing, stage_days=stage_days, learns=False
    )


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
