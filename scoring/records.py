"""Features of how other leads ended: of the same source, of the same organization."""

from typing import Final

import numpy as np
import pandas as pd

from scoring.histories import Histories
from scoring.timelines import Codes, Floats, Indices, Timeline, microseconds, yes_no

WEIGHT: Final = 10.0
"""How many closed leads at the office's own rate an introducer's record starts with."""


def source_record(closed: pd.DataFrame, sources: Floats | Codes, moments: Indices) -> Floats:
    """Return how the leads of a source ended so far, against the office: log-odds apart, (n,).

    A rate against a rate: it neither grows with time nor follows the office's own ups and
    downs. Unknown before ten leads of any source are closed.
    """
    if closed.empty:
        return np.full(len(sources), np.nan)
    won = closed["is_won"].to_numpy(dtype=np.float64)
    when = microseconds(closed["closed_at"])
    everyone = np.zeros(len(sources), dtype=np.int64)
    office = Timeline(np.zeros(len(closed), dtype=np.int64), when)
    office_wins = np.concatenate([[0.0], np.cumsum(won[office.order])])
    total = office.known_count(everyone, moments)
    rate = (office_wins[total] + 0.5) / (total + 1.0)

    codes, _ = pd.factorize(np.concatenate([closed["source"].to_numpy(dtype=object), sources]))
    theirs, asked = codes[: len(closed)], codes[len(closed) :]
    line = Timeline(theirs, when)
    wins = np.concatenate([[0.0], np.cumsum(won[line.order])])
    count = line.known_count(asked, moments)
    first = np.where(count > 0, line.first_of(asked), 0)
    share = (wins[first + count] - wins[first] + WEIGHT * rate) / (count + WEIGHT)
    record = np.log(share / (1.0 - share)) - np.log(rate / (1.0 - rate))
    return np.where((total < WEIGHT) | pd.isna(sources), np.nan, record)


def organization_announced(
    histories: Histories, closed: pd.DataFrame, leads: Indices, moments: Indices
) -> Codes:
    """Return whether a lead of the same organization had been announced by then, shape (n,)."""
    frame = histories.leads
    place = pd.Index(frame["lead_id"]).get_indexer(pd.Index(leads))
    mine = frame["organization_id"].to_numpy()[place]
    theirs = closed["organization_id"].to_numpy(dtype=np.float64)
    held = closed["is_won"].to_numpy(dtype=bool) & ~np.isnan(theirs)
    line = Timeline(theirs[held], microseconds(closed["closed_at"])[held])
    count = line.known_count(np.nan_to_num(mine, nan=-1.0), moments)
    return yes_no(count > 0, known=~np.isnan(mine))
