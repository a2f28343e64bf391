"""Training rows: open leads looked at on past days, and what followed in each interval."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt
import pandas as pd

from scoring.features import features
from scoring.histories import Histories
from scoring.outcomes import outcomes
from scoring.timelines import DAY_US, microsecond, microseconds
from scoring.timing import Timing

NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True)
class Rows:
    """Snapshots with their features, and the stacked (snapshot, interval) rows on top of them.

    `frame` (s, features) holds one row a snapshot; `lead_ids` and `weights` go with it. A
    stacked row k is snapshot `snapshot[k]` in interval `interval[k]`, announced within it or
    not (`target[k]`).

    All snapshots weigh the same, and together as much as there are leads. Were each lead given
    the weight one, a lead lost in a week would count in full at its only snapshot and one that
    lives for years a tenth at each of its own, and every chance would be too low early and too
    high late (measured: AUC .70 instead of .73 on the loan histories at 300 leads).
    """

    frame: pd.DataFrame
    lead_ids: npt.NDArray[np.int64]
    weights: npt.NDArray[np.float64]
    snapshot: npt.NDArray[np.intp]
    interval: npt.NDArray[np.intp]
    target: npt.NDArray[np.float64]

    @property
    def row_weights(self) -> npt.NDArray[np.float64]:
        """Weight of each stacked row."""
        return self.weights[self.snapshot]


def snapshot_pairs(histories: Histories, cut_off: datetime, timing: Timing) -> pd.DataFrame:
    """Return `lead_id` and `as_of` of every training snapshot up to `cut_off`.

    A lead is looked at on the fixed ages while it was open. One that was lost on an unknown day
    is looked at up to the last change that has a day.
    """
    known = outcomes(histories, cut_off)
    began = microseconds(known["known_at"])
    ended = np.where(known["seen_until"].isna(), NEVER, microseconds(known["seen_until"]))
    ages = np.array(timing.ages, dtype=np.int64) * DAY_US
    moments = began[:, None] + ages[None, :]
    cut = microsecond(cut_off)
    # The very moment of the end is no longer open, except that the moment at which a lead
    # became known always counts: an undated loss may leave it no other.
    undated = (known["seen_until"] < known["ended_at"]).to_numpy()
    kept = (moments <= cut) & (
        (moments < ended[:, None]) | (undated[:, None] & (moments == ended[:, None]))
    )
    lead, age = np.nonzero(kept)
    return pd.DataFrame(
        {
            "lead_id": known.index.to_numpy()[lead],
            "as_of": pd.to_datetime(moments[lead, age], unit="us", utc=True),
        }
    )


def stack(histories: Histories, pairs: pd.DataFrame, cut_off: datetime, timing: Timing) -> Rows:
    """Return features and interval targets of (lead, moment) pairs, as known at `cut_off`.

    A row enters only if its interval ends by `cut_off`, whatever the outcome: were a row let in
    early because its lead was won, fast winners would count double. A lost lead stays in as not
    won. A lead passed on is out of sight from that day.
    """
    known = outcomes(histories, cut_off).reindex(pairs["lead_id"])
    moments = microseconds(pairs["as_of"])
    ended = np.where(known["ended_at"].isna(), NEVER, microseconds(known["ended_at"]))
    outcome = known["outcome"].to_numpy()
    cut = microsecond(cut_off)
    won_at = np.where(outcome == "won", ended, NEVER)
    seen_to = np.where(outcome == "passed_on", np.minimum(ended, cut), cut)
    intervals = np.array(timing.intervals)
    starts = moments[:, None] + (intervals[:, 0] * DAY_US).astype(np.int64)[None, :]
    ends = moments[:, None] + (intervals[:, 1] * DAY_US).astype(np.int64)[None, :]
    enters = (ends <= seen_to[:, None]) & (won_at[:, None] > starts)
    won_inside = (won_at[:, None] > starts) & (won_at[:, None] <= ends)
    snapshot, interval = np.nonzero(enters)
    leads = pairs["lead_id"].to_numpy(dtype=np.int64)
    share = len(np.unique(leads)) / max(len(leads), 1)
    return Rows(
        frame=features(histories, pairs["as_of"], leads),
        lead_ids=leads,
        weights=np.full(len(leads), share),
        snapshot=snapshot,
        interval=interval,
        target=won_inside[snapshot, interval].astype(np.float64),
    )
