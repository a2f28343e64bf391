"""How right a model has been: what a person reads before believing it, found at training.

Everything here is computed from leads that the whole office may see, and it is plain JSON, so
that a page can show a version of years ago. `judge` returns the part of `TrainedModel.metrics`
that this module fills; a version trained before a key existed lacks it, and None always means
that there is too little to say. Chances are of being announced within `forward.horizon` days.

Whether a new model may serve in the place of an old one says `scoring.succession`.

Keys of `TrainedModel.metrics`
------------------------------
format : 2
lead_count, open_count, closed_count, announced_count, passed_on_count : int
    Of all leads known at the cut-off.
snapshot_count, row_count : int
    Looks at leads that were learned from, and the stacked intervals after them.
stage_days : float
forward : dict
    What `scoring.forward.forward_test` says: `is_possible`; then `horizon` (days), `from`, `to`
    (ISO moments), and for `all` later time and for the `newest` fifth: `lead_count`,
    `look_count`, `announced_count`, `model`, `scorecard`, `stage_only`, `base_rate` (each the
    measures `auc`, `average_precision`, `log_loss`, `brier`, `ece`, `mean_chance`, `rate`),
    `gain` and `gain_error` (log loss of the base rate minus the model's), `expected_rate`, `rate`.
readiness : list of dict
    The conditions in order: `code`, `is_met` (None: it cannot be judged yet), `figure`,
    `needed` (the figure must reach it), `error` (standard error of the figure, or None).
    Codes: `enough_closed`, `enough_announced` (counts), `forward_possible` (figure: leads in the
    test on later time), `beats_base_rate` (figure: log loss gained over the base rate in all
    later time), `not_worse_lately` (the same on the newest fifth).
calibration : list of dict, or None
    Groups of looks by the chance that was said: `said` (mean), `low_said`, `high_said` (the
    group's ends), `came` (share announced within the horizon), `look_count`, `lead_count`,
    `announced_count` (leads), `low`, `high` (Wilson's 95 % interval of `came`, counting each
    lead once).
gain : dict, or None
    For `newest` and `all`: a list with one dict a baseline: `baseline` (`base_rate`,
    `stage_only`, `scorecard`, `officer`: the officer's own likelihood as known then
    (it is of ever, so its order tells more than its log loss),
    `naive_bayes`), `lead_count`, `look_count`, `announced_count` (those it was judged on: an
    officer has no opinion of every lead), `model` and `other` (each `log_loss`, `auc`),
    `log_loss_gain`, `log_loss_error`, `auc_gain`, `auc_error` (above zero the model is better;
    standard errors over leads), `verdict`: `better`, `worse` (by more than two standard errors
    of the log loss), `same`, or None (fewer than 15 leads or 3 announced).
top : dict, or None
    The first ten at each split moment: `size` (10), `horizon`, `moments`: list of `at`,
    `open_count` (leads whose horizon is over), `announced_count` (of them), `hits` (by order:
    `model`, `stage_only`, `scorecard`, `chance`, `officer`: how many of its first ten were
    announced within the horizon; ties share, hence floats; officer None where fewer than ten
    have a likelihood), and over all moments `asked_count`, `hits` (officer: with
    `officer_asked_count`, and `model_where_officer`, the model's hits among the same leads).
learning : list of dict, or None
    Learned from a share of the leads, judged on the same later looks: `share` (.25 to 1),
    `lead_count`, `closed_count`, `log_loss`, `auc`, `gain`, `gain_error` (over the base rate of
    all), and in the last one `is_still_rising`: whether the last quarter of the leads still
    helped by more than luck (None: cannot tell).
drift : dict
    `features`: list of `feature`, `index` (population stability index between the older four
    fifths of the leads and the newest fifth, each at its last look within the first horizon,
    less what luck makes of few leads), `level` (`none` below .1, `some` below .25, `strong`),
    in order of size; None with too few leads.
    `base_rate`: list of `from`, `to` (ISO days; half-years or years in which leads ended),
    `closed_count`, `announced_count`, `rate` (None without a lead), `low`, `high` (Wilson 95 %).
    What was lost on an unknown day is left out.
screen : dict
    `columns`: list of `feature`, `why` (a code of `scoring.screen.Why`), `auc`: features that
    tell the end by themselves, other than the stage and time; `cv_auc` (rows of leads at
    random, grouped), `forward_auc`, `is_too_good` (the first above the second by more than
    .10; None: not known).
trees : dict
    `is_used`, `reason` (`too_few`, `no_gain`, `gain`), `gain` and `error` (log loss on leads not
    seen: that of the additive model minus that of the blend, and its standard error; None where
    they were not tried), `weights` (of the additive model, the additive trees, the trees), `shift`.
band : dict, or None
    Whether the 80 % band held in groups: `group_count`, `held_count` and `groups`: list of
    `low`, `high` (mean ends of the band), `came`, `came_low`, `came_high`, `look_count`,
    `is_held` (the two intervals meet).
data : dict
    `cut_off` (ISO), `random_state`, `scorecard_rule_count`, `libraries` (python, numpy, scipy,
    pandas, scikit-learn), `seconds` (of training; left out of the artefact, which must be the
    same bytes for the same data).
"""

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from scoring.evaluate import log_losses
from scoring.first_ten import first_ten
from scoring.forward import FEWEST_LEADS, FEWEST_WINS, LEAST_ERRORS, Forward
from scoring.screen import ranking
from scoring.uncertainty import CLEAR_ERRORS, auc_gain, clustered_error, wilson

BASELINES: Final = ("base_rate", "stage_only", "scorecard", "officer", "naive_bayes")
MOST_GROUPS, LEADS_A_GROUP = 8, 15

Numbers = npt.NDArray[np.float64]


def judge(forward: Forward | None) -> dict[str, Any]:
    """Return what the test on later time tells: `calibration`, `gain`, `top` and `band`."""
    if forward is None:
        return {"calibration": None, "gain": None, "top": None, "band": None}
    groups = _groups(forward.said)
    return {
        "calibration": [_calibrated(group) for group in groups],
        "gain": {
            "newest": [_gain(forward.newest, name) for name in BASELINES],
            "all": [_gain(forward.said, name) for name in BASELINES],
        },
        "top": first_ten(forward),
        "band": _band(groups),
    }


def readiness(
    closed_count: int,
    announced_count: int,
    test: dict[str, Any],
    *,
    fewest_closed: int,
    fewest_announced: int,
) -> list[dict[str, Any]]:
    """Return the conditions under which a model is shown as knowledge, with their figures."""

    def counted(code: str, figure: int, needed: int) -> dict[str, Any]:
        return _condition(code, figure >= needed, figure, needed)

    found = [
        counted("enough_closed", closed_count, fewest_closed),
        counted("enough_announced", announced_count, fewest_announced),
    ]
    if not test["is_possible"]:
        return [
            *found,
            _condition("forward_possible", False, None, FEWEST_LEADS),
            _condition("beats_base_rate", None, None, None),
            _condition("not_worse_lately", None, None, None),
        ]
    whole, newest = test["all"], test["newest"]
    needed = LEAST_ERRORS * whole["gain_error"]
    least = -newest["gain_error"]
    return [
        *found,
        _condition("forward_possible", True, whole["lead_count"], FEWEST_LEADS),
        _condition(
            "beats_base_rate", whole["gain"] > needed, whole["gain"], needed, whole["gain_error"]
        ),
        _condition(
            "not_worse_lately",
            newest["gain"] > least,
            newest["gain"],
            least,
            newest["gain_error"],
        ),
    ]


def _condition(
    code: str,
    is_met: bool | None,
    figure: float | None,
    needed: float | None,
    error: float | None = None,
) -> dict[str, Any]:
    return {"code": code, "is_met": is_met, "figure": figure, "needed": needed, "error": error}


def _groups(said: pd.DataFrame) -> list[pd.DataFrame]:
    """Looks in groups of rising chance; equal chances stay together."""
    wanted = int(np.clip(said["lead_id"].nunique() // LEADS_A_GROUP, 2, MOST_GROUPS))
    place = said["model"].rank(method="min", pct=True)
    number = np.minimum((place * wanted).astype(int), wanted - 1)
    return [group for _, group in said.groupby(number)]


def _calibrated(group: pd.DataFrame) -> dict[str, Any]:
    came, leads = float(group["won"].mean()), int(group["lead_id"].nunique())
    low, high = wilson(came, leads)
    return {
        "said": float(group["model"].mean()),
        "low_said": float(group["model"].min()),
        "high_said": float(group["model"].max()),
        "came": came,
        "look_count": len(group),
        "lead_count": leads,
        "announced_count": int(group.loc[group["won"] > 0, "lead_id"].nunique()),
        "low": low,
        "high": high,
    }


def _band(groups: list[pd.DataFrame]) -> dict[str, Any]:
    found = []
    for group in groups:
        told = _calibrated(group)
        low, high = float(group["low"].mean()), float(group["high"].mean())
        found.append(
            {
                "low": low,
                "high": high,
                "came": told["came"],
                "came_low": told["low"],
                "came_high": told["high"],
                "look_count": told["look_count"],
                "is_held": bool(told["low"] <= high and low <= told["high"]),
            }
        )
    held = sum(item["is_held"] for item in found)
    return {"group_count": len(found), "held_count": held, "groups": found}


def _gain(said: pd.DataFrame, baseline: str) -> dict[str, Any]:
    """Judge the model and one baseline on the looks of which both have an opinion."""
    said = said[said[baseline].notna()]
    won, leads = said["won"].to_numpy(), said["lead_id"].to_numpy()
    model, other = said["model"].to_numpy(), said[baseline].to_numpy()
    winners = int(said.loc[won > 0, "lead_id"].nunique())
    result: dict[str, Any] = {
        "baseline": baseline,
        "lead_count": int(said["lead_id"].nunique()),
        "look_count": len(said),
        "announced_count": winners,
        "model": _measured(won, model),
        "other": _measured(won, other),
    }
    nothing = dict.fromkeys(("log_loss_gain", "log_loss_error", "auc_gain", "auc_error"))
    if not len(said):
        return {**result, **nothing, "verdict": None}
    gain = log_losses(won, other) - log_losses(won, model)
    error = clustered_error(gain, leads)
    ranked = auc_gain(won, model, other, leads)
    is_enough = result["lead_count"] >= FEWEST_LEADS and winners >= FEWEST_WINS
    return {
        **result,
        "log_loss_gain": float(gain.mean()),
        "log_loss_error": error,
        "auc_gain": None if ranked is None else ranked[0],
        "auc_error": None if ranked is None else ranked[1],
        "verdict": _verdict(float(gain.mean()), error) if is_enough else None,
    }


def _verdict(gain: float, error: float) -> str:
    if abs(gain) <= CLEAR_ERRORS * error:
        return "same"
    return "better" if gain > 0.0 else "worse"


def _measured(won: Numbers, chance: Numbers) -> dict[str, float | None]:
    if not len(won):
        return {"log_loss": None, "auc": None}
    both = won.min() < won.max()
    return {
        "log_loss": float(log_losses(won, chance).mean()),
        "auc": ranking(won, chance) if both else None,
    }
