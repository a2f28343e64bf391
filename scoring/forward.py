"""The test on later time: what a model fitted on the past would have said of what came next."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from scoring.evaluate import log_losses, measures
from scoring.features import STAGES, features
from scoring.hazards import HazardModel
from scoring.histories import Histories
from scoring.outcomes import outcomes
from scoring.snapshots import NEVER, snapshot_pairs
from scoring.timelines import DAY_US, microsecond, microseconds
from scoring.timing import Timing

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
    """Looks at open leads and whether each was announced within some days, where that is known."""

    pairs: pd.DataFrame
    won: npt.NDArray[np.float64]


def labelled(histories: Histories, pairs: pd.DataFrame, cut_off: datetime, days: int) -> Labels:
    """Keep the looks whose `days` are over by `cut_off` (and by a passing on), with their end."""
    known = outcomes(histories, cut_off).reindex(pairs["lead_id"])
    ended = np.where(known["ended_at"].isna(), NEVER, microseconds(known["ended_at"]))
    outcome = known["outcome"].to_numpy()
    end = microseconds(pairs["as_of"]) + days * DAY_US
    seen_to = np.minimum(np.where(outcome == "passed_on", ended, NEVER), microsecond(cut_off))
    over = end <= seen_to
    won = (outcome == "won") & (ended <= end)
    return Labels(pairs[over].reset_index(drop=True), won[over].astype(np.float64))


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


def forward_test(
    histories: Histories,
    cut_off: datetime,
    timing: Timing,
    fit: Callable[[datetime], tuple[HazardModel, HazardModel]],
) -> dict[str, Any]:
    """Judge models fitted to the past on the time after it, as known at `cut_off`.

    The office's leads are split at several moments of its newer half. At each one the model is
    fitted to what was known then, and judged on looks between it and the next moment; the last
    stretch is that of the newest fifth. Together the stretches hold enough ends to tell luck
    from knowledge, which the newest fifth alone rarely does. The widest horizon that leaves
    enough looks is used. All looks at one lead err together, so standard errors are over leads.

    Parameters
    ----------
    fit : function of a moment
        Returns the learned model and the scorecard alone, both as of that moment.

    Returns
    -------
    dict
        `is_possible`; then `horizon` (days), `from`, `to`, and for `all` stretches and for the
        `newest` one what `_judged` says.
    """
    splits = split_moments(histories, cut_off)
    newer = snapshot_pairs(histories, cut_off, timing)
    stretches = []
    for place, split in enumerate(splits):
        after = newer["as_of"] > pd.Timestamp(split)
        if place + 1 < len(splits):
            after &= newer["as_of"] <= pd.Timestamp(splits[place + 1])
        looks = pd.concat([open_looks(histories, split), newer[after]], ignore_index=True)
        stretches.append((split, _thinned(looks)))
    for horizon in range(len(timing.horizons) - 1, -1, -1):
        days = timing.horizons[horizon]
        tests = [labelled(histories, looks, cut_off, days) for _, looks in stretches]
        if _is_enough(tests):
            break
    else:
        return {"is_possible": False}
    said = [
        _said(histories, split, test, fit(split), horizon)
        for (split, _), test in zip(stretches, tests, strict=True)
        if len(test.won)
    ]
    return {
        "is_possible": True,
        "horizon": days,
        "from": splits[0].isoformat(),
        "to": cut_off.isoformat(),
        "all": _judged(pd.concat(said, ignore_index=True)),
        "newest": _judged(said[-1]),
    }


def _thinned(looks: pd.DataFrame) -> pd.DataFrame:
    """At most some thousand looks, evenly from all: more would say the same, later."""
    step = -(-len(looks) // MOST_LOOKS)
    return looks.iloc[::step].reset_index(drop=True) if step > 1 else looks


def _is_enough(tests: list[Labels]) -> bool:
    leads = {int(lead) for test in tests for lead in test.pairs["lead_id"]}
    winners = {int(lead) for test in tests for lead in test.pairs["lead_id"][test.won > 0]}
    return len(leads) >= FEWEST_LEADS and len(winners) >= FEWEST_WINS


def _said(
    histories: Histories,
    split: datetime,
    test: Labels,
    models: tuple[HazardModel, HazardModel],
    horizon: int,
) -> pd.DataFrame:
    """What each contender, knowing only the time before `split`, says of the looks after it."""
    fitted, card = models
    days = fitted.timing.horizons[horizon]
    looks = _thinned(snapshot_pairs(histories, split, fitted.timing))
    past = labelled(histories, looks, split, days)
    frame = features(histories, test.pairs["as_of"], test.pairs["lead_id"].to_numpy())
    base = (past.won.sum() + 0.5) / (len(past.won) + 1.0)
    stages = _stage_rates(histories, past, base)
    return pd.DataFrame(
        {
            "lead_id": test.pairs["lead_id"],
            "won": test.won,
            "model": fitted.chances(frame)[:, horizon],
            "scorecard": card.chances(frame)[:, horizon],
            "stage_only": frame["stage"].map(stages).to_numpy(dtype=np.float64),
            "base_rate": base,
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
        "gain_error": _clustered_error(gain, leads),
        "expected_rate": float(said["base_rate"].mean()),
        "rate": float(won.mean()),
    }


def _stage_rates(histories: Histories, train: Labels, base: float) -> dict[str, float]:
    frame = features(histories, train.pairs["as_of"], train.pairs["lead_id"].to_numpy())
    grouped = pd.Series(train.won).groupby(frame["stage"].to_numpy()).agg(["sum", "size"])
    grouped = grouped.reindex(list(STAGES), fill_value=0.0)
    rates = (grouped["sum"] + PRIOR_LOOKS * base) / (grouped["size"] + PRIOR_LOOKS)
    return {str(stage): float(rate) for stage, rate in rates.items()}


def _clustered_error(values: npt.NDArray[np.float64], leads: npt.NDArray[np.int64]) -> float:
    """Return the standard error of the mean when the rows of one lead go together."""
    away = pd.Series(values - values.mean()).groupby(leads).sum().to_numpy()
    clusters = len(away)
    scale = clusters / max(clusters - 1, 1)
    return float(np.sqrt(scale * (away**2).sum()) / len(values))


def is_better(test: dict[str, Any]) -> bool:
    """Whether the model beat the base rate by more than luck, and not only long ago."""
    if not test["is_possible"]:
        return False
    whole, newest = test["all"], test["newest"]
    gained = whole["gain"] > LEAST_ERRORS * whole["gain_error"]
    return bool(gained and newest["gain"] > -newest["gain_error"])
