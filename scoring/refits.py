"""What fits to fewer leads tell: how much more leads would help, and whether it is too good."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from scoring.evaluate import log_losses, measures
from scoring.features import features
from scoring.fitting import observed_stage_days, training_rows
from scoring.forward import Forward, Labels, labelled, later_looks, thinned
from scoring.hazards import HazardModel
from scoring.histories import Histories
from scoring.outcomes import outcomes
from scoring.scorecard import Scorecard
from scoring.screen import LEAKS, is_too_good, ranking, screen_columns
from scoring.snapshots import Rows, snapshot_pairs
from scoring.timing import Timing
from scoring.uncertainty import CLEAR_ERRORS, clustered_error

SHARES: Final = (0.25, 0.5, 0.75, 1.0)
SPLIT: Final = 1
"""Which split moment the learning curve stands at: late enough to learn, early enough to judge."""
FEW_LEADS, DRAWS = 400, 3
"""Below so many leads each smaller share is drawn several times: one draw is luck."""
MOST_LEADS: Final = 600
"""How many leads the test of ranking at random is held to; it asks for a tenth, not a hundredth."""
FOLDS: Final = 3
PLAINLY_TELLING: Final = frozenset({"stage", "stage_days", "age_days", "pace"})
"""How far and how long a lead has come may well rank the ends by itself: that is what it is for."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a model is fitted; trees are tried from so many leads on, with None never."""

    scorecard: Scorecard
    timing: Timing
    trees_from: int | None
    random_state: int

    def fit(self, rows: Rows, stage_days: float) -> HazardModel:
        """Fit to stacked rows."""
        return HazardModel.fit(
            rows,
            scorecard=self.scorecard,
            timing=self.timing,
            stage_days=stage_days,
            trees_from=self.trees_from,
            random_state=self.random_state,
        )


def learning_curve(
    histories: Histories, forward: Forward, recipe: Recipe
) -> list[dict[str, Any]] | None:
    """Learn from shares of the leads known at a past moment, judge on the same looks after it."""
    if len(forward.splits) <= SPLIT:
        return None
    split, timing = forward.splits[SPLIT], recipe.timing
    horizon = timing.horizons.index(forward.horizon)
    stretches = later_looks(histories, forward.cut_off, timing, list(forward.splits[SPLIT:]))
    looks = thinned(pd.concat(stretches, ignore_index=True))
    test = labelled(histories, looks, forward.cut_off, forward.horizon)
    if not len(test.won):
        return None
    rows = training_rows(histories, split, timing, recipe.random_state)
    days = observed_stage_days(histories, split, timing)
    ended = outcomes(histories, split)["outcome"].isin(["won", "lost"])
    leads = np.unique(rows.lead_ids)
    past = labelled(
        histories, thinned(snapshot_pairs(histories, split, timing)), split, forward.horizon
    )
    base = (past.won.sum() + 0.5) / (len(past.won) + 1.0)
    base_loss = log_losses(test.won, np.full(len(test.won), base))
    frame = features(histories, test.pairs["as_of"], test.pairs["lead_id"].to_numpy())
    tested = test.pairs["lead_id"].to_numpy()
    random = np.random.default_rng(recipe.random_state)
    orders = [random.permutation(leads) for _ in range(DRAWS if len(leads) < FEW_LEADS else 1)]
    steps: list[dict[str, Any]] = []
    losses: list[npt.NDArray[np.float64]] = []
    for share in SHARES:
        draws = orders if share < 1.0 else orders[:1]
        count = round(share * len(leads))
        loss, aucs, closed = np.zeros(len(test.won)), [], 0.0
        for order in draws:
            own = order[:count]
            model = recipe.fit(subset(rows, np.isin(rows.lead_ids, own)), days)
            chance = model.chances(frame)[:, horizon]
            loss += log_losses(test.won, chance) / len(draws)
            aucs.append(measures(test.won, chance)["auc"])
            closed += int(ended.reindex(own).sum()) / len(draws)
        gain = base_loss - loss
        known = [auc for auc in aucs if auc is not None]
        losses.append(loss)
        steps.append(
            {
                "share": share,
                "lead_count": count,
                "closed_count": round(closed),
                "log_loss": float(loss.mean()),
                "auc": float(np.mean(known)) if known else None,
                "gain": float(gain.mean()),
                "gain_error": clustered_error(gain, tested),
            }
        )
    helped = losses[-2] - losses[-1]
    error = clustered_error(helped, tested)
    steps[-1]["is_still_rising"] = (
        bool(helped.mean() > CLEAR_ERRORS * error) if error > 0.0 else None
    )
    return steps


def screened(
    histories: Histories, forward: Forward | None, cut_off: datetime, recipe: Recipe
) -> dict[str, Any]:
    """Return features that tell the end by themselves, and whether ranking is too good."""
    timing = recipe.timing
    days = timing.horizons[-1] if forward is None else forward.horizon
    looks = thinned(snapshot_pairs(histories, cut_off, timing))
    labels = labelled(histories, looks, cut_off, days)
    leads = labels.pairs["lead_id"].to_numpy()
    if not len(leads):
        return {"columns": [], "cv_auc": None, "forward_auc": None, "is_too_good": None}
    frame = features(histories, labels.pairs["as_of"], leads)
    columns = [
        {"feature": found.column, "why": found.why.value, "auc": found.figure}
        for found in screen_columns(frame.reset_index(drop=True), labels.won, groups=leads)
        if found.why in LEAKS and found.column not in PLAINLY_TELLING
    ]
    random_auc = _grouped_auc(histories, labels, frame, cut_off, recipe)
    later = None if forward is None else measures(forward.said["won"], forward.said["model"])["auc"]
    return {
        "columns": columns,
        "cv_auc": random_auc,
        "forward_auc": later,
        "is_too_good": is_too_good(random_auc, later),
    }


def subset(rows: Rows, held: npt.NDArray[np.bool_]) -> Rows:
    """Return the rows of some snapshots, which weigh as much as their leads are many."""
    place = np.cumsum(held) - 1
    inside = held[rows.snapshot]
    leads = rows.lead_ids[held]
    share = len(np.unique(leads)) / max(len(leads), 1)
    return Rows(
        frame=rows.frame[held],
        lead_ids=leads,
        weights=np.full(len(leads), share),
        snapshot=place[rows.snapshot[inside]],
        interval=rows.interval[inside],
        target=rows.target[inside],
    )


def _grouped_auc(
    histories: Histories, labels: Labels, frame: pd.DataFrame, cut_off: datetime, recipe: Recipe
) -> float | None:
    """Return the AUC of leads at random, each ranked by a fit without it."""
    won = labels.won
    if won.min() == won.max():
        return None
    rows = training_rows(histories, cut_off, recipe.timing, recipe.random_state)
    stage_days = observed_stage_days(histories, cut_off, recipe.timing)
    leads = np.unique(rows.lead_ids)
    order = np.random.default_rng(recipe.random_state).permutation(leads)[:MOST_LEADS]
    folds = pd.Series(np.arange(len(order)) % FOLDS, index=order)
    asked = folds.reindex(frame.index).to_numpy()
    known = folds.reindex(rows.lead_ids).to_numpy()
    horizon = recipe.timing.horizons.index(labels.days)
    chance = np.full(len(won), np.nan)
    for fold in range(FOLDS):
        inside = asked == fold
        others = ~np.isnan(known) & (known != fold)
        if inside.any() and others.any():
            model = recipe.fit(subset(rows, others), stage_days)
            chance[inside] = model.chances(frame[inside])[:, horizon]
    held = ~np.isnan(chance)
    if not held.any() or won[held].min() == won[held].max():
        return None
    return ranking(won[held], chance[held])
