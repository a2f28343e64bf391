"""How many closed leads stand behind a value, and how many of them were announced."""

from bisect import bisect_right
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from scoring.features import FEATURES, NUMBER

Behind = tuple[float | None, float | None, int | None, int | None]
QUARTERS = (0.25, 0.5, 0.75)


@dataclass(frozen=True, slots=True)
class ValueCounts:
    """Closed and announced leads by value of one feature; `edges` are the bands of a number."""

    edges: tuple[float, ...] | None
    counts: dict[str, tuple[int, int]]

    def behind(self, value: str | float | None) -> Behind:
        """Return the band's ends and the two counts; None where nothing was counted."""
        if value is None:
            closed, announced = self.counts.get("", (None, None))
            return None, None, closed, announced
        if self.edges is None or isinstance(value, str):
            closed, announced = self.counts.get(f"={value}", (None, None))
            return None, None, closed, announced
        band = bisect_right(self.edges, value)
        low = self.edges[band - 1] if band else None
        high = self.edges[band] if band < len(self.edges) else None
        closed, announced = self.counts.get(str(band), (None, None))
        return low, high, closed, announced


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the office's closed leads say, value by value."""

    closed_count: int
    announced_count: int
    by_feature: dict[str, ValueCounts]

    @classmethod
    def count(cls, frame: pd.DataFrame, lead_ids: npt.NDArray[np.int64], ended: pd.Series) -> Self:
        """Count over training snapshots.

        A lead counts once for every value it had at some look while it was open. `ended` gives
        the outcome by lead key; only won and lost leads are closed.
        """
        outcome = ended.reindex(lead_ids).to_numpy(dtype=object)
        closed = np.isin(outcome.astype(str), ["won", "lost"])
        leads, won = lead_ids[closed], outcome[closed] == "won"
        by_feature = {}
        for feature in FEATURES:
            values = frame[feature.code].to_numpy()[closed]
            edges: tuple[float, ...] | None = None
            missing = pd.isna(values)
            if feature.kind == NUMBER:
                held = values[~missing].astype(np.float64)
                cuts = np.unique(np.quantile(held, QUARTERS)) if len(held) else np.zeros(0)
                edges = tuple(float(cut) for cut in cuts)
                bands = np.searchsorted(cuts, values.astype(np.float64), side="right")
                names = bands.astype(str).astype(object)
            else:
                names = np.array([f"={value}" for value in values], dtype=object)
            names[missing] = ""
            seen = pd.DataFrame({"name": names, "lead": leads, "won": won}).drop_duplicates()
            table = seen.groupby("name")["won"].agg(["size", "sum"])
            counts = {
                str(name): (int(size), int(total))
                for name, size, total in table.itertuples(name=None)
            }
            by_feature[feature.code] = ValueCounts(edges, counts)
        return cls(
            int((ended.isin(["won", "lost"])).sum()), int((ended == "won").sum()), by_feature
        )

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for the artefact."""
        return {
            "closed_count": self.closed_count,
            "announced_count": self.announced_count,
            "by_feature": {
                code: {
                    "edges": None if item.edges is None else list(item.edges),
                    "counts": {name: list(pair) for name, pair in item.counts.items()},
                }
                for code, item in self.by_feature.items()
            },
        }

    @classmethod
    def from_dict(cls, plain: dict[str, Any]) -> Self:
        """Rebuild from `to_dict`. Raises `ValueError` for counts that cannot be."""
        found = cls(
            int(plain["closed_count"]),
            int(plain["announced_count"]),
            {
                str(code): ValueCounts(
                    None if item["edges"] is None else tuple(float(e) for e in item["edges"]),
                    {str(k): (int(a), int(b)) for k, (a, b) in item["counts"].items()},
                )
                for code, item in plain["by_feature"].items()
            },
        )
        pairs = [pair for item in found.by_feature.values() for pair in item.counts.values()]
        pairs.append((found.closed_count, found.announced_count))
        if not all(0 <= announced <= closed for closed, announced in pairs):
            raise ValueError("more announced than closed")
        for item in found.by_feature.values():
            if item.edges is not None and not (np.diff(item.edges) > 0.0).all():
                raise ValueError("bands of a number that do not rise")
        return found
