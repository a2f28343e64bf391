"""The first ten: how many of those one would have called first were announced."""

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from scoring.forward import Forward

TOP: Final = 10
ORDERS: Final = ("model", "stage_only", "scorecard", "officer")

Numbers = npt.NDArray[np.float64]


def first_ten(forward: Forward) -> dict[str, Any] | None:
    """How many of the first ten were announced, by each order, at each moment that can be told."""
    looks = forward.said[forward.said["is_first"]]
    moments = [
        _at_moment(forward, looks[looks["split"] == place])
        for place in sorted(looks["split"].unique())
        if (looks["split"] == place).sum() > TOP
    ]
    if not moments:
        return None
    with_officer = [item for item in moments if item["hits"]["officer"] is not None]
    sums: dict[str, float | None] = {
        name: sum(item["hits"][name] for item in moments)
        for name in ("model", "stage_only", "scorecard", "chance")
    }
    sums["officer"] = sum(i["hits"]["officer"] for i in with_officer) if with_officer else None
    return {
        "size": TOP,
        "horizon": forward.horizon,
        "moments": moments,
        "asked_count": TOP * len(moments),
        "hits": sums,
        "officer_asked_count": TOP * len(with_officer),
        "model_where_officer": (
            sum(item["model_where_officer"] for item in with_officer) if with_officer else None
        ),
    }


def _at_moment(forward: Forward, looks: pd.DataFrame) -> dict[str, Any]:
    won = looks["won"].to_numpy()
    estimated = looks["officer"].notna().to_numpy()
    has_officer = int(estimated.sum()) > TOP
    hits: dict[str, float | None] = {
        name: _hits(won, looks[name].to_numpy()) for name in ORDERS if name != "officer"
    }
    hits["chance"] = float(TOP * won.mean())
    own = looks[estimated]
    hits["officer"] = _hits(won[estimated], own["officer"].to_numpy()) if has_officer else None
    return {
        "at": forward.splits[int(looks["split"].iloc[0])].isoformat(),
        "open_count": len(looks),
        "announced_count": int(won.sum()),
        "hits": hits,
        "model_where_officer": (
            _hits(won[estimated], own["model"].to_numpy()) if has_officer else None
        ),
    }


def _hits(won: Numbers, order: Numbers) -> float:
    """Return how many of the first ten were won; those who share the last places count in part."""
    _, codes = np.unique(-order, return_inverse=True)
    rows = np.bincount(codes.ravel()).astype(np.float64)
    wins = np.bincount(codes.ravel(), weights=won)
    before = np.cumsum(rows) - rows
    taken = np.clip(TOP - before, 0.0, rows)
    return float((taken * wins / rows).sum())
