"""The test on later time: what a model fitted on the past would have said of what came next."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from scoring.baselines import CountingBayes
from scoring.evaluate import log_losses, measures
from scoring.explain import band
from scoring.features import STAGES, features
from scoring.hazards import HazardModel, chances
from scoring.histories import Histories
from scoring.outcomes import outcomes
from scoring.snapshots import NEVER, snapshot_pairs
from scoring.timelines import DAY_US, Timeline, microsecond, microseconds, numbers_at
from scoring.timing import Timing
from scoring.uncertainty import clustered_error

SPLIT_SHARES: Final = (0.5, 0.6, 0.7, 0.8)
FEWEST_LEADS: Final = 15
FEWEST_WINS: Final = 3
LEAST_ERRORS: Final = 0.5
"""How many standard errors the gain must exceed."""
MOST_LOOKS: Final = 20_000
CONTENDERS: Final = ("model", "scorecard", "stage_only", "base_rate")
PRIOR_LOOKS: Final = 5.0
"""How many looks at the office's own rate a stage's rate starts with."""


@dataclass(frozen=True, slots=True)
class Labels:
    """Looks at open leads and whether each was announced within `days`, where that is known."""

    pairs: pd.DataFrame
    won: npt.NDArray[np.float64]
    days: int


@dataclass(frozen=True, slots=True)
class Forward:
    """What was said of later looks, by models that knew only the time before.

    `said` has a row a look: `lead_id`, `as_of`, `split` (the number of the moment whose model
    speaks), `is_first` (a look at that very moment), `won`, the chance that each contender gave,
    and `low` and `high` of the model's band. `officer` is NaN without a likelihood.
    """

    horizon: int
    splits: tuple[datetime, ...]
    cut_off: datetime
    said: pd.DataFrame

    @property
    def newest(self) -> pd.DataFrame:
        """Return the looks of the last stretch."""
        last: pd.DataFrame = self.said[self.said["split"] == self.said["split"].max()]
        return last


Fit = Callable[[datetime], tuple[HazardModel, HazardModel]]


def labelled(histories: Histories, pairs: pd.DataFrame, cut_off: datetime, days: int) -> Labels:
    """Keep the looks whose `days` are over by `cut_off` (and by a passing on), with their end."""
    known = outcomes(histories, cut_off).reindex(pairs["lead_id"])
    ended = np.where(known["ended_at"].isna(), NEVER, microseconds(known["ended_at"]))
    outcome = known["outcome"].to_numpy()
    end = microseconds(pairs["as_of"]) + days * DAY_US
    seen_to = np.minimum(np.where(outcome == "passed_on", ended, NEVER), microsecond(cut_off))
    over = end <= seen_to
    won = (outcome == "won") & (ended <= end)
    return Labels(pairs[over].reset_index(drop=True), won[over].astype(np.float64), days)


def open_looks(histories: Histories, moment: datetime) -> pd.DataFrame:
    """Return one look at every lead that was open at `moment`."""
    index = features(histories, moment).index
    return pd.DataFrame({"lead_id": index.to_numpy(), "as_of": pd.Timestamp(moment).as_unit("us")})


def split_moments(histories: Histories, cut_off: datetime) -> list[datetime]:
    """Return the moments by which the given shares of the leads had become known."""
    began = outcomes(histories, cut_off)["known_at"]
    if began.empty:
        return []
    marks = pd.DatetimeIndex(began.quantile(list(SPLIT_SHARES)))
    return [moment.to_pydatetime() for moment in marks.unique().sort_values()]


def later_looks(
    histories: Histories, cut_off: datetime, timing: Timing, splits: list[datetime]
) -> list[pd.DataFrame]:
    """Return the looks between each split and the next: at it, and at the ages after it."""
    newer = snapshot_pairs(histories, cut_off, timing)
    stretches = []
    for place, split in enumerate(splits):
        after = newer["as_of"] > pd.Timestamp(split)
        if place + 1 < len(splits):
            after &= newer["as_of"] <= pd.Timestamp(splits[place + 1])
        looks = pd.concat([open_looks(histories, split), newer[after]], ignore_index=True)
        stretches.append(thinned(looks))
    return stretches


def widest_horizon(
    histories: Histories, stretches: list[pd.DataFrame], cut_off: datetime, timing: Timing
) -> tuple[int, list[Labels]] | None:
    """Return the widest horizon (its place) that leaves enough looks, and their ends."""
    for horizon in range(len(timing.horizons) - 1, -1, -1):
        days = timing.horizons[horizon]
        tests = [labelled(histories, looks, cut_off, days) for looks in stretches]
        if is_enough(tests):
            return horizon, tests
    return None


def forward_looks(
    histories: Histories, cut_off: datetime, timing: Timing, fit: Fit
) -> Forward | None:
    """Let models fitted to the past speak of the time after it, as known at `cut_off`.

    The office's leads are split at several moments of its newer half. At each one the model is
    fitted to what was known then, and judged on looks between it and the next moment; the last
    stretch is that of the newest fifth. Together the stretches hold enough ends to tell luck
    from knowledge, which the newest fifth alone rarely does. The widest horizon that leaves
    enough looks is used.

    Parameters
    ----------
    fit : function of a moment
        Returns the learned model and the scorecard alone, both as of that moment.
    """
    splits = split_moments(histories, cut_off)
    found = widest_horizon(
        histories, later_looks(histories, cut_off, timing, splits), cut_off, timing
    )
    if found is None:
        return None
    horizon, tests = found
    said = [
        _said(histories, split, test, fit(split), horizon).assign(split=place)
        for place, (split, test) in enumerate(zip(splits, tests, strict=True))
        if len(test.won)
    ]
    return Forward(
        timing.horizons[horizon], tuple(splits), cut_off, pd.concat(said, ignore_index=True)
    )


def forward_test(forward: Forward | None) -> dict[str, Any]:
    """Sum up: all looks at one lead err together, so standard errors are over leads.

    Returns
    -------
    dict
        `is_possible`; then `horizon` (days), `from`, `to`, and for `all` stretches and for the
        `newest` one what `_judged` says.
    """
    if forward is None:
        return {"is_possible": False}
    return {
        "is_possible": True,
        "horizon": forward.horizon,
        "from": forward.splits[0].isoformat(),
        "to": forward.cut_off.isoformat(),
        "all": _judged(forward.said),
        "newest": _judged(forward.newest),
    }


def thinned(looks: pd.DataFrame) -> pd.DataFrame:
    """At most some thousand looks, evenly from all: more would say the same, later."""
    step = -(-len(looks) // MOST_LOOKS)
    return looks.iloc[::step].reset_index(drop=True) if step > 1 else looks


def is_enough(tests: list[Labels]) -> bool:
    """Whether there are enough leads and announced ones to judge anything by."""
    leads = {int(lead) for test in tests for lead in test.pairs["lead_id"]}
    winners = {int(lead) for test in tests for lead in test.pairs["lead_id"][test.won > 0]}
    return len(leads) >= FEWEST_LEADS and len(winners) >= FEWEST_WINS


def likelihoods(histories: Histories, pairs: pd.DataFrame) -> npt.NDArray[np.float64]:
    """Return the officer's own likelihood of each lead as it stood then, NaN where there is none.

    It is of being announced ever. It is judged beside the model, and never a feature.
    """
    frame = histories.revisions
    timeline = Timeline(
        frame["lead_id"], microseconds(frame["valid_from"]), ties=(frame["sequence"].to_numpy(),)
    )
    at = timeline.last_known(pairs["lead_id"].to_numpy(), microseconds(pairs["as_of"]))
    return numbers_at(timeline.sorted(frame["likelihood"]), at)


def _said(
    histories: Histories,
    split: datetime,
    test: Labels,
    models: tuple[HazardModel, HazardModel],
    horizon: int,
) -> pd.DataFrame:
    """What each contender, knowing only the time before `split`, says of the looks after it."""
    fitted, card = models
    looks = thinned(snapshot_pairs(histories, split, fitted.timing))
    past = labelled(histories, looks, split, fitted.timing.horizons[horizon])
    before = features(histories, past.pairs["as_of"], past.pairs["lead_id"].to_numpy())
    frame = features(histories, test.pairs["as_of"], test.pairs["lead_id"].to_numpy())
    base = (past.won.sum() + 0.5) / (len(past.won) + 1.0)
    terms = fitted.terms(frame)
    low, high = band(terms, fitted.posterior.covariance, horizon + 1)
    return pd.DataFrame(
        {
            "lead_id": test.pairs["lead_id"],
            "as_of": test.pairs["as_of"],
            "is_first": (test.pairs["as_of"] == pd.Timestamp(split)).to_numpy(),
            "won": test.won,
            "model": chances(fitted.scores(terms))[:, horizon],
            "low": low,
            "high": high,
            "scorecard": card.chances(frame)[:, horizon],
            "stage_only": _stage_rates(before, past.won, base, frame),
            "base_rate": base,
            "naive_bayes": _counted(before, past.won, base, frame),
            "officer": likelihoods(histories, test.pairs),
        }
    )


def _judged(said: pd.DataFrame) -> dict[str, Any]:
    """Return counts, the measures of each contender and the model's gain over the base rate.

    `gain` is the base rate's log loss minus the model's, `gain_error` its standard error;
    `expected_rate` and `rate` tell how the base rate drifted.
    """
    won = said["won"].to_numpy()
    loss = {name: log_losses(won, said[name].to_numpy()) for name in ("model", "base_rate")}
    gain = loss["base_rate"] - loss["model"]
    leads = said["lead_id"].to_numpy()
    return {
        "lead_count": int(said["lead_id"].nunique()),
        "look_count": len(said),
        "announced_count": int(said.loc[won > 0, "lead_id"].nunique()),
        **{name: measures(won, said[name].to_numpy()) for name in CONTENDERS},
        "gain": float(gain.mean()),
        "gain_error": clustered_error(gain, leads),
        "expected_rate": float(said["base_rate"].mean()),
        "rate": float(won.mean()),
    }


def _stage_rates(
    before: pd.DataFrame, won: npt.NDArray[np.float64], base: float, frame: pd.DataFrame
) -> npt.NDArray[np.float64]:
    grouped = pd.Series(won).groupby(before["stage"].to_numpy()).agg(["sum", "size"])
    grouped = grouped.reindex(list(STAGES), fill_value=0.0)
    rates = (grouped["sum"] + PRIOR_LOOKS * base) / (grouped["size"] + PRIOR_LOOKS)
    return frame["stage"].map(rates).to_numpy(dtype=np.float64)


def _counted(
    before: pd.DataFrame, won: npt.NDArray[np.float64], base: float, frame: pd.DataFrame
) -> npt.NDArray[np.float64]:
    if not len(won):
        return np.full(len(frame), base)
    return CountingBayes().fit(before, won).predict_proba(frame)[:, 1]


def is_better(test: dict[str, Any]) -> bool:
    """Whether the model beat the base rate by more than luck, and not only long ago."""
    if not test["is_possible"]:
        return False
    whole, newest = test["all"], test["newest"]
    gained = whole["gain"] > LEAST_ERRORS * whole["gain_error"]
    return bool(gained and newest["gain"] > -newest["gain_error"])
