"""Features of who met whom: freshness, direction, frequency and rank of contact."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from scoring.histories import Histories
from scoring.timelines import (
    DAY_US,
    Codes,
    Flags,
    Floats,
    Indices,
    Timeline,
    as_day,
    codes_at,
    microseconds,
    numbers_at,
    yes_no,
)

MEETING_KINDS: Final = frozenset(
    {"call", "meeting", "video", "briefing", "roundtable", "site_visit"}
)
RECENT_DAYS: Final = 90.0
FAVOURABLE: Final = frozenset({"supportive", "approved"})


@dataclass(frozen=True, slots=True)
class Asked:
    """The (lead, moment) pairs that features are made for, each array of shape (n,).

    `stage` is 1 to 8, `began` the first contact in microseconds. `is_live`: the lead was opened
    in the product, so every contact with it is recorded and none means none. Imported history
    knows of its contacts only by the totals of its file.
    """

    leads: Indices
    moments: Indices
    stage: Indices
    began: Indices
    is_live: Flags


def contact_features(histories: Histories, asked: Asked) -> dict[str, Floats | Codes]:
    """Return the features of contact by code, each shape (n,)."""
    contacts = _Contacts(histories)
    totals = _Totals(histories)
    at = contacts.line.last_known(asked.leads, asked.moments)
    told_at = totals.line.last_known(asked.leads, asked.moments)
    seen = at >= 0

    latest = np.where(seen, contacts.latest[np.maximum(at, 0)], -1) if len(contacts.days) else at
    last_day = numbers_at(contacts.days, latest)
    told_day = numbers_at(totals.last_day, told_at)
    first_day = np.where(asked.is_live, asked.began.astype(np.float64), np.nan)
    newest = np.fmax(np.fmax(last_day, told_day), first_day)
    direction = codes_at(contacts.column("direction"), latest)
    # The total of a file may be newer than every conversation on record; it has no direction.
    direction[~(last_day >= told_day) & ~np.isnan(told_day)] = None

    known = contacts.line.known_count(asked.leads, asked.moments)
    earlier = asked.moments - int(RECENT_DAYS * DAY_US)
    recent = known - contacts.line.known_count(asked.leads, earlier)
    meetings = _meetings(contacts, totals, asked, known, told_at)
    on_mission = numbers_at(contacts.running_best("mission_id"), at)
    return {
        "contact_days": as_day((asked.moments - newest) / DAY_US),
        "contact_direction": direction,
        "recent_contacts": np.where(asked.is_live | seen, recent.astype(np.float64), np.nan),
        "meetings_per_stage": meetings / (asked.stage + 0.5),
        "seniority": np.fmax(
            numbers_at(contacts.running_best("seniority"), at), _joined_later(histories, asked)
        ),
        "mission_contact": yes_no(~np.isnan(on_mission), known=asked.is_live | seen),
    }


def decision_progress(histories: Histories, asked: Asked) -> Floats:
    """Return the share of the steps then on the decision path that stood well, shape (n,)."""
    frame = histories.decision_steps
    if frame.empty:
        return np.full(len(asked.leads), np.nan)
    line = Timeline(frame["lead_id"], microseconds(frame["known_at"]))
    lead, step = pd.Series(line.keys), pd.Series(line.sorted(frame["step"]))
    standing = line.sorted(frame["standing"])
    in_favour, on_path = (
        # What each change adds to the lead's sum: this step now, less this step before.
        (now - now.groupby([lead, step]).shift(1, fill_value=0.0)).groupby(lead).cumsum()
        for now in (
            pd.Series(np.isin(standing.astype(str), list(FAVOURABLE)) * 1.0),
            pd.Series(~pd.isna(standing) * 1.0),
        )
    )
    share = (in_favour / on_path.where(on_path > 0)).to_numpy(dtype=np.float64)
    return numbers_at(share, line.last_known(asked.leads, asked.moments))


def _joined_later(histories: Histories, asked: Asked) -> Floats:
    """The best rank among those who were added to a conversation after it was recorded."""
    frame = histories.participants
    line = Timeline(frame["lead_id"], microseconds(frame["known_at"]))
    best = _running_best(line.keys, line.sorted(frame["seniority"]))
    return numbers_at(best, line.last_known(asked.leads, asked.moments))


class _Contacts:
    """The conversations of each lead in the order in which they became known."""

    def __init__(self, histories: Histories) -> None:
        self._frame = histories.interactions
        happened = microseconds(self._frame["happened_on"])
        self.line = Timeline(
            self._frame["lead_id"], microseconds(self._frame["known_at"]), ties=(happened,)
        )
        undated = self.line.sorted(self._frame["happened_on"].isna())
        self.days: Floats = np.where(undated, np.nan, happened[self.line.order])
        # Each contact has a rank of its own by day, so the running maximum within a lead names
        # the latest contact known so far.
        by_day = np.lexsort((np.arange(len(undated)), happened[self.line.order]))
        rank = np.empty(len(undated), dtype=np.int64)
        rank[by_day] = np.arange(len(undated))
        best = pd.Series(rank).groupby(pd.Series(self.line.keys)).cummax()
        self.latest: Indices = by_day[best.to_numpy(dtype=np.int64)]

    def column(self, name: str) -> npt.NDArray[Any]:
        return self.line.sorted(self._frame[name])

    def running_best(self, name: str) -> Floats:
        """The greatest number known so far of each lead, at each contact."""
        return _running_best(self.line.keys, self.column(name))


def _running_best(keys: npt.NDArray[np.generic], values: npt.NDArray[Any]) -> Floats:
    by_key = pd.Series(keys)
    best = pd.Series(values, dtype=np.float64).groupby(by_key).cummax()
    return np.asarray(best.groupby(by_key).ffill().to_numpy(dtype=np.float64))


class _Totals:
    """What imported files said of leads, each known from the day of its file on."""

    def __init__(self, histories: Histories) -> None:
        frame = histories.totals
        self.line = Timeline(frame["lead_id"], microseconds(frame["known_at"]))
        day = microseconds(frame["last_contact_on"])
        self.last_day: Floats = np.where(frame["last_contact_on"].isna(), np.nan, day)[
            self.line.order
        ]
        self.meetings: Floats = self.line.sorted(frame["meetings_count"])


def _meetings(
    contacts: _Contacts, totals: _Totals, asked: Asked, known: Indices, told_at: Indices
) -> Floats:
    """The meetings known of: the last total, and those recorded after its day."""
    is_meeting = np.isin(contacts.column("kind").astype(str), list(MEETING_KINDS))
    running = np.concatenate([[0], np.cumsum(is_meeting)])
    told_on = np.zeros(len(asked.leads), dtype=np.int64)
    told = told_at >= 0
    told_on[told] = totals.line.moments[told_at[told]]
    before = contacts.line.known_count(asked.leads, told_on)
    first = contacts.line.first_of(asked.leads)
    since = running[first + known] - running[first + before] if len(is_meeting) else 0 * known
    total = numbers_at(totals.meetings, told_at)
    start = np.where(np.isnan(total), np.where(asked.is_live, 0.0, np.nan), total)
    return np.asarray(start + since, dtype=np.float64)
