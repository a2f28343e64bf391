"""What moved: how the newest leads differ from the older ones, and the rate from year to year."""

from datetime import datetime
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from scoring.columns import category_names, is_number
from scoring.features import FEATURES, features
from scoring.histories import Histories
from scoring.outcomes import outcomes
from scoring.snapshots import snapshot_pairs
from scoring.timing import Timing
from scoring.uncertainty import wilson

NEWEST_SHARE: Final = 0.2
FEWEST_LEADS: Final = 20
FIFTHS: Final = (0.2, 0.4, 0.6, 0.8)
LEAST_SHARE: Final = 0.05
"""Values rarer than this among the older leads are counted together."""
SOME, STRONG = 0.1, 0.25
"""The usual lines of the population stability index (Siddiqi 2006, "Credit Risk Scorecards")."""
MOST_HALF_YEARS: Final = 8
MOST_LEADS: Final = 10_000


def drift(histories: Histories, cut_off: datetime, timing: Timing) -> dict[str, Any]:
    """Return how features and the base rate moved: `features` and `base_rate` of the metrics."""
    return {
        "features": _features(histories, cut_off, timing),
        "base_rate": base_rates(histories, cut_off),
    }


def stability_index(older: pd.Series, newer: pd.Series) -> float:
    """Return the population stability index of a feature, less what luck alone would make of it.

    Numbers are cut in fifths of the older leads; missing is a value of its own.
    """
    old, new = _shares(older, newer)
    parts = (new - old) * np.log(new / old)
    luck = (len(old) - 1) * (1.0 / len(older) + 1.0 / len(newer))
    return float(max(parts.sum() - luck, 0.0))


def base_rates(histories: Histories, cut_off: datetime) -> list[dict[str, Any]]:
    """Return the share announced of the leads that ended, by half-year or year of their end.

    What was lost on an unknown day is left out: it would all lie on the day of its import.
    """
    known = outcomes(histories, cut_off)
    known = known[known["outcome"].isin(["won", "lost"])]
    known = known[known["seen_until"] == known["ended_at"]]
    if known.empty:
        return []
    ended = known["ended_at"].dt.tz_localize(None)
    halves = ended.dt.year * 2 + (ended.dt.month > 6)
    step = 1 if halves.max() - halves.min() < MOST_HALF_YEARS else 2
    period = halves // step * step
    result = []
    for first in range(int(period.min()), int(period.max()) + 1, step):
        won = known["outcome"][period == first].eq("won")
        rate = float(won.mean()) if len(won) else None
        low, high = wilson(0.0 if rate is None else rate, len(won))
        result.append(
            {
                "from": _day(first),
                "to": _day(first + step),
                "closed_count": len(won),
                "announced_count": int(won.sum()),
                "rate": rate,
                "low": low,
                "high": high,
            }
        )
    return result


def _features(
    histories: Histories, cut_off: datetime, timing: Timing
) -> list[dict[str, Any]] | None:
    """Compare each lead's last look within the first horizon: the same age, older and newer."""
    pairs = snapshot_pairs(histories, cut_off, timing)
    if pairs.empty:
        return None
    began = pairs.groupby("lead_id")["as_of"].transform("min")
    young = pairs[pairs["as_of"] - began <= pd.Timedelta(days=timing.horizons[0])]
    looks = young.groupby("lead_id").tail(1)
    step = -(-len(looks) // MOST_LEADS)
    looks = looks.assign(began=began[looks.index]).sort_values(["began", "lead_id"]).iloc[::step]
    count = round(len(looks) * NEWEST_SHARE)
    if count < FEWEST_LEADS or len(looks) - count < FEWEST_LEADS:
        return None
    frame = features(histories, looks["as_of"], looks["lead_id"].to_numpy())
    found = []
    for feature in FEATURES:
        values = frame[feature.code]
        index = stability_index(values.iloc[:-count], values.iloc[-count:])
        level = "strong" if index >= STRONG else "some" if index >= SOME else "none"
        found.append({"feature": feature.code, "index": index, "level": level})
    return sorted(found, key=lambda item: -item["index"])


def _shares(
    older: pd.Series, newer: pd.Series
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    old, new = _bins(older, older), _bins(newer, older)
    counts = pd.Series(old).value_counts()
    common = set(counts[counts >= LEAST_SHARE * len(old)].index)
    old, new = (np.array([v if v in common else "(rare)" for v in side]) for side in (old, new))
    names = sorted({*old, *new})
    sides = []
    for side in (old, new):
        found = np.array([(side == name).sum() for name in names], dtype=np.float64)
        sides.append((found + 0.5) / (found + 0.5).sum())
    return sides[0], sides[1]


def _bins(raw: pd.Series, older: pd.Series) -> npt.NDArray[np.object_]:
    if not is_number(raw):
        return category_names(raw)
    held = older.dropna().to_numpy(dtype=np.float64)
    cuts = np.unique(np.quantile(held, FIFTHS)) if len(held) else np.zeros(0)
    values = raw.to_numpy(dtype=np.float64)
    names = np.searchsorted(cuts, values, side="right").astype(str).astype(object)
    names[np.isnan(values)] = "(missing)"
    return names


def _day(half: int) -> str:
    return f"{half // 2:04d}-{'07' if half % 2 else '01'}-01"
