"""What the model sees of a lead as of a moment: the only way to make features.

Training and serving call the same function. It reads rows known at the moment and nothing
later, so deleting the future changes no bit of a feature. Left out on purpose: any function of
the calendar (it is ruinous under drift), owners and other persons of the office, code names,
and every personal attribute.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from scoring.histories import Histories
from scoring.outcomes import OPEN, WON_STAGE, closings
from scoring.timelines import DAY_US, Floats, Indices, Timeline, as_day, microseconds, pick

STAGES: Final = (
    "first_contact",
    "engaged",
    "qualified",
    "active",
    "proposal",
    "negotiation",
    "committed",
    "announced",
)

MEETING_KINDS: Final = frozenset(
    {"call", "meeting", "video", "briefing", "roundtable", "site_visit"}
)
RECENT_DAYS: Final = 90.0
FAVOURABLE: Final = frozenset({"supportive", "approved"})
RECORD_WEIGHT: Final = 10.0
"""How many closed leads at the office's own rate an introducer's record starts with."""


@dataclass(frozen=True, slots=True)
class Feature:
    """One column: its stable code (worded by the application) and how the model reads it."""

    code: str
    kind: str
    is_recorded: bool = False
    """Whether its absence depends on how the office kept records rather than on the lead."""


CATEGORY: Final = "category"
NUMBER: Final = "number"

FEATURES: Final = (
    Feature("stage", CATEGORY),
    Feature("status", CATEGORY),
    Feature("stage_days", NUMBER),
    Feature("age_days", NUMBER),
    Feature("pace", NUMBER),
    Feature("contact_days", NUMBER, is_recorded=True),
    Feature("contact_direction", CATEGORY, is_recorded=True),
    Feature("recent_contacts", NUMBER, is_recorded=True),
    Feature("meetings_per_stage", NUMBER, is_recorded=True),
    Feature("seniority", NUMBER, is_recorded=True),
    Feature("decision_progress", NUMBER, is_recorded=True),
    Feature("mission_contact", CATEGORY, is_recorded=True),
    Feature("source", CATEGORY),
    Feature("source_record", NUMBER),
    Feature("organization_announced", CATEGORY),
    Feature("sector", CATEGORY),
    Feature("market", CATEGORY),
    Feature("lead_type", CATEGORY),
    Feature("direction", CATEGORY),
    Feature("jobs", NUMBER),
    Feature("capex", NUMBER),
    Feature("capex_currency", CATEGORY),
)


def features(
    histories: Histories,
    as_of: datetime | pd.Series | Sequence[datetime],
    lead_ids: npt.ArrayLike | None = None,
) -> pd.DataFrame:
    """Return the features of leads as of a moment, or of (lead, moment) pairs.

    Parameters
    ----------
    histories : Histories
    as_of : one moment with a zone, or one for each lead of `lead_ids`
    lead_ids : array of int, shape (n,), optional
        Left out: every lead that was open at `as_of`.

    Returns
    -------
    DataFrame, shape (n, len(FEATURES)), indexed by lead key, in the order asked for.
        Categories are codes or None, numbers are floats or NaN: unknown is never zero.

    Raises
    ------
    ValueError
        For a moment without a zone and for a lead that was not yet known.
    """
    revisions = _Revisions(histories)
    if lead_ids is None:
        moment = _moments(as_of, 1)
        known = np.unique(histories.revisions["lead_id"].to_numpy())
        everyone = np.full(len(known), moment[0])
        at = revisions.timeline.last_known(known, everyone)
        lead_ids = known[(at >= 0) & revisions.is_open[np.maximum(at, 0)]]
    leads = np.asarray(lead_ids, dtype=np.int64)
    moments = _moments(as_of, len(leads))
    at = revisions.timeline.last_known(leads, moments)
    if (at < 0).any():
        raise ValueError(f"lead {leads[at < 0][0]} was not known at that moment")

    columns: dict[str, npt.NDArray[np.generic]] = {}
    stage = pick(revisions.stage, at).astype(np.int64)
    columns["stage"] = np.array(STAGES, dtype=object)[stage - 1]
    columns["stage_days"] = (moments - revisions.stage_since[at]) / DAY_US
    began = _began(histories, leads, moments)
    columns["age_days"] = as_day((moments - began) / DAY_US)
    # Stages gained in a quarter; the month added keeps a lead of one day from looking fast.
    columns["pace"] = (stage - 1) / (columns["age_days"] + 30.0) * 90.0
    for code in ("status", "source", "sector", "market", "lead_type", "direction"):
        columns[code] = pick(revisions.column(code), at)
    columns["jobs"] = pick(revisions.column("jobs_count"), at).astype(np.float64)
    columns["capex"] = pick(revisions.column("capex_amount"), at).astype(np.float64)
    columns["capex_currency"] = pick(revisions.column("capex_currency"), at)
    columns |= _contact(histories, revisions, leads, moments, stage, began)
    columns["decision_progress"] = _decision_progress(histories, leads, moments)
    closed = closings(histories.unrestricted())
    columns["source_record"] = _record(closed, columns["source"], moments)
    columns["organization_announced"] = _organization_announced(histories, closed, leads, moments)
    index = pd.Index(leads, name="lead_id")
    return pd.DataFrame(
        {
            feature.code: pd.Series(
                columns[feature.code],
                index=index,
                dtype=object if feature.kind == CATEGORY else np.float64,
            )
            for feature in FEATURES
        }
    )


class _Revisions:
    """The states of leads in the order in which they became known."""

    def __init__(self, histories: Histories) -> None:
        frame = histories.revisions
        self._frame = frame
        self.timeline = Timeline(
            frame["lead_id"],
            microseconds(frame["valid_from"]),
            ties=(frame["sequence"].to_numpy(),),
        )
        self.stage = self.column("stage")
        self.is_open = np.isin(self.column("status").astype(str), OPEN) & (self.stage < WON_STAGE)
        keys = self.timeline.keys
        new_run = np.ones(len(keys), dtype=bool)
        new_run[1:] = (keys[1:] != keys[:-1]) | (self.stage[1:] != self.stage[:-1])
        starts = np.maximum.accumulate(np.where(new_run, np.arange(len(keys)), 0))
        self.stage_since: Indices = self.timeline.moments[starts]

    def column(self, name: str) -> npt.NDArray[np.generic]:
        return self.timeline.sorted(self._frame[name])


def _moments(as_of: datetime | pd.Series | Sequence[datetime], count: int) -> Indices:
    many = isinstance(as_of, Sequence | pd.Series | np.ndarray | pd.Index)
    moments = pd.Series(as_of if many else [as_of]).reset_index(drop=True)
    if not hasattr(moments, "dt") or moments.dt.tz is None:
        raise ValueError("as_of needs a time zone")
    whole = microseconds(moments)
    if not many:
        return np.full(count, whole[0], dtype=np.int64)
    if len(whole) != count:
        raise ValueError("as_of and lead_ids differ in length")
    return whole


def _began(histories: Histories, leads: Indices, moments: Indices) -> Indices:
    """First contact, or the day the lead became known where that is unknown or still ahead."""
    frame = histories.leads
    place = pd.Index(frame["lead_id"]).get_indexer(pd.Index(leads))
    if (place < 0).any():
        raise ValueError(f"lead {leads[place < 0][0]} has no row among the leads")
    created = microseconds(frame["created_known_at"])[place]
    first = microseconds(frame["first_contact_on"])[place]
    unknown = frame["first_contact_on"].isna().to_numpy()[place]
    return np.where(unknown | (first > moments), created, first)


def _contact(
    histories: Histories,
    revisions: _Revisions,
    leads: Indices,
    moments: Indices,
    stage: Indices,
    began: Indices,
) -> dict[str, npt.NDArray[np.generic]]:
    frame = histories.interactions
    line = Timeline(
        frame["lead_id"],
        microseconds(frame["known_at"]),
        ties=(microseconds(frame["happened_on"]),),
    )
    at = line.last_known(leads, moments)
    by_lead = pd.Series(line.keys)

    # Running best per lead: each event gets a distinct rank by day, whose running maximum
    # names the latest contact known so far.
    days = microseconds(frame["happened_on"])[line.order]
    rank = np.empty(len(days), dtype=np.int64)
    rank[np.lexsort((np.arange(len(days)), days))] = np.arange(len(days))
    latest = np.argsort(rank)[pd.Series(rank).groupby(by_lead).cummax().to_numpy(dtype=np.int64)]
    latest_at = np.where(at >= 0, latest[np.maximum(at, 0)], -1) if len(latest) else at
    last_day = pick(days, latest_at).astype(np.float64)

    totals = histories.totals
    told = Timeline(totals["lead_id"], microseconds(totals["known_at"]))
    told_at = told.last_known(leads, moments)
    told_day = pick(
        np.where(
            told.sorted(totals["last_contact_on"].isna()),
            np.nan,
            microseconds(totals["last_contact_on"])[told.order].astype(np.float64),
        ),
        told_at,
    ).astype(np.float64)
    # A lead opened in the product has every contact recorded: none is a real none, and its
    # first contact is one. Imported history knows its contacts only by the totals of its file.
    live = pick(revisions.column("origin") == "live", revisions.timeline.first_of(leads)) > 0
    first_day = np.where(live, began.astype(np.float64), np.nan)
    contact_days = as_day((moments - np.fmax(np.fmax(last_day, told_day), first_day)) / DAY_US)
    by_total = ~(last_day >= told_day) & ~np.isnan(told_day)
    direction = pick(line.sorted(frame["direction"]), latest_at)
    direction[by_total] = None

    seniority = pd.Series(line.sorted(frame["seniority"])).groupby(by_lead).cummax()
    seniority = seniority.groupby(by_lead).ffill().to_numpy(dtype=np.float64)
    on_mission = pd.Series(line.sorted(frame["mission_id"].notna())).groupby(by_lead).cummax()

    meets = np.isin(line.sorted(frame["kind"]).astype(str), list(MEETING_KINDS))
    running = np.concatenate([[0], np.cumsum(meets)])
    since = np.where(told_at >= 0, told.moments[np.maximum(told_at, 0)], 0) if len(told.keys) else 0
    before = line.known_count(leads, np.asarray(since + np.zeros(len(leads), dtype=np.int64)))
    first = line.first_of(leads)
    known = line.known_count(leads, moments)
    after_total = running[first + known] - running[first + before] if len(meets) else 0 * known
    told_meetings = pick(told.sorted(totals["meetings_count"]), told_at).astype(np.float64)
    start = np.where(np.isnan(told_meetings), np.where(live, 0.0, np.nan), told_meetings)
    meetings = start + after_total

    recent = known - line.known_count(leads, moments - int(RECENT_DAYS * DAY_US))
    mission = pick(on_mission.to_numpy(), at)
    return {
        "contact_days": contact_days,
        "contact_direction": direction,
        "recent_contacts": np.where(live | (known > 0), recent.astype(np.float64), np.nan),
        "meetings_per_stage": meetings / (stage + 0.5),
        "seniority": pick(seniority, at),
        "mission_contact": _yes_no(mission > 0, known=live | (at >= 0)),
    }


def _decision_progress(histories: Histories, leads: Indices, moments: Indices) -> Floats:
    """Share of the known decision steps that stand well."""
    frame = histories.decision_steps
    if frame.empty:
        return np.full(len(leads), np.nan)
    line = Timeline(frame["lead_id"], microseconds(frame["known_at"]))
    steps = pd.DataFrame({"lead": line.keys, "step": line.sorted(frame["step"])})
    well = np.isin(line.sorted(frame["standing"]).astype(str), list(FAVOURABLE)).astype(np.float64)
    before = pd.Series(well).groupby([steps["lead"], steps["step"]]).shift(1)
    gained = well - before.fillna(0.0).to_numpy()
    new = before.isna().to_numpy().astype(np.float64)
    in_favour = pd.Series(gained).groupby(steps["lead"]).cumsum().to_numpy()
    asked = pd.Series(new).groupby(steps["lead"]).cumsum().to_numpy()
    at = line.last_known(leads, moments)
    return np.asarray(pick(in_favour / asked, at), dtype=np.float64)


def _record(
    closed: pd.DataFrame, sources: npt.NDArray[np.generic], moments: Indices
) -> Floats:
    """How the leads of this source ended so far, against the office: a difference of log-odds.

    A rate against a rate: it neither grows with time nor follows the office's own ups and downs.
    """
    if closed.empty:
        return np.full(len(sources), np.nan)
    won = closed["is_won"].to_numpy(dtype=np.float64)
    when = microseconds(closed["closed_at"])
    overall = Timeline(np.zeros(len(closed), dtype=np.int64), when)
    numbers, _ = pd.factorize(np.concatenate([closed["source"].to_numpy(dtype=object), sources]))
    by_source = Timeline(numbers[: len(closed)], when)
    wins = np.concatenate([[0.0], np.cumsum(won[overall.order])])
    source_wins = np.concatenate([[0.0], np.cumsum(won[by_source.order])])
    total = overall.known_count(np.zeros(len(sources), dtype=np.int64), moments)
    rate = (wins[total] + 0.5) / (total + 1.0)
    names = numbers[len(closed) :]
    count = by_source.known_count(names, moments)
    first = np.where(count > 0, by_source.first_of(names), 0)
    of_source = source_wins[first + count] - source_wins[first]
    share = (of_source + RECORD_WEIGHT * rate) / (count + RECORD_WEIGHT)
    record = np.log(share / (1.0 - share)) - np.log(rate / (1.0 - rate))
    unknown = (total < RECORD_WEIGHT) | pd.isna(sources)
    return np.where(unknown, np.nan, record)


def _organization_announced(
    histories: Histories, closed: pd.DataFrame, leads: Indices, moments: Indices
) -> npt.NDArray[np.generic]:
    """Whether another lead of the same organization had been announced by then."""
    frame = histories.leads
    organization = pd.Series(
        frame["organization_id"].to_numpy(), index=pd.Index(frame["lead_id"])
    )
    mine = organization.reindex(leads).to_numpy(dtype=np.float64)
    won = closed[closed["is_won"]]
    theirs = organization.reindex(won["lead_id"]).to_numpy(dtype=np.float64)
    held = ~np.isnan(theirs)
    line = Timeline(theirs[held], microseconds(won["closed_at"])[held])
    return _yes_no(
        line.known_count(np.nan_to_num(mine, nan=-1.0), moments) > 0, known=~np.isnan(mine)
    )


def _yes_no(holds: npt.NDArray[np.bool_], *, known: npt.NDArray[np.bool_]) -> npt.NDArray[np.generic]:
    result = np.full(len(holds), None, dtype=object)
    result[known & holds] = "yes"
    result[known & ~holds] = "no"
    return result
