"""Whether a new model may take the place of the one in use."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from scoring.evaluate import log_losses
from scoring.features import features
from scoring.fitting import base_chances, observed_stage_days, training_rows
from scoring.forward import Labels, later_looks, split_moments, widest_horizon
from scoring.hazard_trees import PAST_LEADS
from scoring.hazards import HazardModel
from scoring.histories import Histories
from scoring.prediction import BASE_RATE, MODEL
from scoring.threads import one_thread
from scoring.trained import TrainedModel
from scoring.uncertainty import clustered_error

BETTER, SAME, WORSE = "better", "same", "worse"
FIRST, NOT_ENOUGH, OTHER_HORIZONS = "first", "not_enough", "other_horizons"
MOST_ERRORS: Final = 1.0
"""By how many standard errors of the difference a new model may lag behind."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the candidate may serve, and why.

    `why`: `better` or `worse` by more than one standard error, `same`; or it was not compared,
    and may serve, because there is none in use (`first`), too few of the newest leads have an
    outcome (`not_enough`), or the two answer other questions (`other_horizons`).

    `figures`: `horizon` (days), `from`, `to` (ISO moments), `lead_count`, `look_count`,
    `announced_count`, `candidate_log_loss`, `published_log_loss`, `gain` (of the candidate,
    above zero is better), `error` (over leads), `is_refitted` (the one in use had seen some of
    these outcomes, so it was fitted to the time before them like the candidate),
    `is_other_scorecard`, `is_other_libraries`. Empty where nothing was compared.
    """

    is_ok: bool
    why: str
    figures: dict[str, Any]

    def to_dict(self) -> dict[str, Any]:
        """Return plain data to be stored."""
        return {"is_ok": self.is_ok, "why": self.why, "figures": self.figures}


def is_not_worse(
    candidate: TrainedModel,
    published: TrainedModel | None,
    histories: Histories,
    cut_off: datetime,
) -> Verdict:
    """Judge two models on the newest leads that have an outcome, which neither has seen.

    The candidate is fitted anew to what was known before them. The one in use stands as it is
    where it is older than they are; where it had seen some of them it is fitted anew as well,
    with its own scorecard, for what one has learned by heart proves nothing. A model of another
    release of the libraries is judged like any other: its numbers are its own.
    """
    if published is None:
        return Verdict(True, FIRST, {})
    if published.hazards.timing.horizons != candidate.hazards.timing.horizons:
        return Verdict(True, OTHER_HORIZONS, {})
    with one_thread():
        return _compared(candidate, published, histories.unrestricted(), cut_off)


def _compared(
    candidate: TrainedModel, published: TrainedModel, histories: Histories, cut_off: datetime
) -> Verdict:
    timing = candidate.hazards.timing
    for split in reversed(split_moments(histories, cut_off)):
        looks = later_looks(histories, cut_off, timing, [split])
        found = widest_horizon(histories, looks, cut_off, timing)
        if found is not None:
            break
    else:
        return Verdict(True, NOT_ENOUGH, {})
    horizon, (test,) = found
    is_refitted = published.cut_off > split
    ours = _chances(_as_of(candidate, histories, split), histories, test, horizon)
    used = _as_of(published, histories, split) if is_refitted else _serving(published)
    theirs = _chances(used, histories, test, horizon)
    loss, other = log_losses(test.won, ours), log_losses(test.won, theirs)
    leads = test.pairs["lead_id"].to_numpy()
    gain, error = float((other - loss).mean()), clustered_error(other - loss, leads)
    why = BETTER if gain > MOST_ERRORS * error else WORSE if gain < -MOST_ERRORS * error else SAME
    figures = {
        "horizon": test.days,
        "from": split.isoformat(),
        "to": cut_off.isoformat(),
        "lead_count": len(np.unique(leads)),
        "look_count": len(leads),
        "announced_count": len(np.unique(leads[test.won > 0])),
        "candidate_log_loss": float(loss.mean()),
        "published_log_loss": float(other.mean()),
        "gain": gain,
        "error": error,
        "is_refitted": is_refitted,
        "is_other_scorecard": candidate.hazards.scorecard != published.hazards.scorecard,
        "is_other_libraries": _libraries(candidate) != _libraries(published),
    }
    return Verdict(why != WORSE, why, figures)


@dataclass(frozen=True, slots=True)
class _Serving:
    """What would have answered: a model, or the same chances for every lead."""

    hazards: HazardModel
    by_bound: tuple[float, ...] | None


def _serving(model: TrainedModel) -> _Serving:
    return _Serving(model.hazards, model.base_chances if model.basis == BASE_RATE else None)


def _as_of(model: TrainedModel, histories: Histories, moment: datetime) -> _Serving:
    """Fit a model as it was fitted, to what was known at another moment."""
    timing = model.hazards.timing
    rows = training_rows(histories, moment, timing)
    hazards = HazardModel.fit(
        rows,
        scorecard=model.hazards.scorecard,
        timing=timing,
        stage_days=observed_stage_days(histories, moment, timing),
        learns=model.basis == MODEL,
        trees_from=None if model.hazards.trees is None else PAST_LEADS,
    )
    by_bound, _ = base_chances(rows, hazards)
    return _Serving(hazards, by_bound if model.basis == BASE_RATE else None)


def _chances(
    serving: _Serving, histories: Histories, test: Labels, horizon: int
) -> npt.NDArray[np.float64]:
    if serving.by_bound is not None:
        return np.full(len(test.won), serving.by_bound[horizon])
    frame: pd.DataFrame = features(histories, test.pairs["as_of"], test.pairs["lead_id"].to_numpy())
    return serving.hazards.chances(frame)[:, horizon]


def _libraries(model: TrainedModel) -> dict[str, str] | None:
    data: dict[str, Any] = model.metrics.get("data") or {}
    return data.get("libraries")
