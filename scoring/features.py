"""What the model sees of a lead as of a moment: the only way to make features.

Training and serving call the same function. It reads rows known at the moment and nothing
later, so deleting the future changes no bit of a feature. Left out on purpose: any function of
the calendar (it is ruinous under drift), owners and other persons of the office, code names,
and every personal attribute.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from scoring.contacts import Asked, contact_features, decision_progress
from scoring.histories import Histories
from scoring.outcomes import OPEN, WON_STAGE, closings
from scoring.records import (
    Cells,
    Office,
    agreement,
    group_here,
    introducer_record,
    introductions,
    organization_announced,
    peers_here,
    peers_record,
    source_record,
)
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
)

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
    Feature("introducer", CATEGORY, is_recorded=True),
    Feature("introducer_record", NUMBER, is_recorded=True),
    Feature("organization_announced", CATEGORY),
    Feature("group_here", CATEGORY, is_recorded=True),
    Feature("peers_here", CATEGORY),
    Feature("peers_record", NUMBER),
    Feature("agreement", CATEGORY, is_recorded=True),
    Feature("sector", CATEGORY),
    Feature("market", CATEGORY),
    Feature("lead_type", CATEGORY),
    Feature("direction", CATEGORY),
    Feature("jobs", NUMBER),
    Feature("capex", NUMBER),
    Feature("capex_currency", CATEGORY),
)


COPIED_CODES: Final = {
    code: code
    for code in (
        "status",
        "source",
        "sector",
        "market",
        "lead_type",
        "direction",
        "capex_currency",
    )
}
COPIED_NUMBERS: Final = {"jobs": "jobs_count", "capex": "capex_amount"}


def features(
    histories: Histories,
    as_of: datetime | pd.Series | Sequence[datetime],
    lead_ids: npt.ArrayLike | None = None,
    *,
    closed: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return the features of leads as of a moment, or of (lead, moment) pairs.

    Parameters
    ----------
    histories : Histories
    as_of : one moment with a zone, or one for each lead of `lead_ids`
    lead_ids : array of int, shape (n,), optional
        Left out: every lead that was open at `as_of`.
    closed : DataFrame, optional
        The office's closings (`scoring.outcomes.closings`) where `histories` holds only some
        of its leads (and all introductions); they are counted from `histories` otherwise.

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

    began = _began(histories, leads, moments)
    stage = revisions.stage[at]
    asked = Asked(
        leads, moments, stage=stage, began=began, is_live=revisions.is_live_from_the_start(leads)
    )
    age_days = as_day((moments - began) / DAY_US)
    closed = closings(histories) if closed is None else closed
    columns: dict[str, Floats | Codes] = {
        code: codes_at(revisions.column(column), at) for code, column in COPIED_CODES.items()
    }
    columns |= {
        code: numbers_at(revisions.column(column), at) for code, column in COPIED_NUMBERS.items()
    }
    columns |= {
        "stage": np.array(STAGES, dtype=object)[stage - 1],
        "stage_days": (moments - revisions.stage_since[at]) / DAY_US,
        "age_days": age_days,
        # Stages gained in a quarter; the month added keeps a lead of one day from looking fast.
        "pace": (stage - 1) / (age_days + 30.0) * 90.0,
        "decision_progress": decision_progress(histories, asked),
    }
    columns |= contact_features(histories, asked)
    columns |= _records(histories, asked, closed, columns)
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


def _records(
    histories: Histories,
    asked: Asked,
    closed: pd.DataFrame,
    columns: dict[str, Floats | Codes],
) -> dict[str, Floats | Codes]:
    """How other leads ended, and what is known of those around this one."""
    leads, moments = asked.leads, asked.moments
    office = Office(closed, moments)
    cells = Cells(histories, closed, leads, columns["sector"], columns["market"])
    introducer, place, introducers = introductions(histories, asked)
    return {
        "source_record": source_record(closed, columns["source"], office),
        "introducer": introducer,
        "introducer_record": introducer_record(histories, closed, place, introducers, office),
        "organization_announced": organization_announced(histories, closed, leads, moments),
        "group_here": group_here(histories, leads, moments),
        "peers_here": peers_here(closed, cells, office),
        "peers_record": peers_record(closed, cells, office),
        "agreement": agreement(histories, asked),
    }


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
        self.stage: Indices = self.column("stage").astype(np.int64)
        self.is_open = np.isin(self.column("status").astype(str), OPEN) & (self.stage < WON_STAGE)
        keys = self.timeline.keys
        new_run = np.ones(len(keys), dtype=bool)
        new_run[1:] = (keys[1:] != keys[:-1]) | (self.stage[1:] != self.stage[:-1])
        starts = np.maximum.accumulate(np.where(new_run, np.arange(len(keys)), 0))
        self.stage_since: Indices = self.timeline.moments[starts]

    def column(self, name: str) -> npt.NDArray[Any]:
        return self.timeline.sorted(self._frame[name])

    def is_live_from_the_start(self, leads: Indices) -> Flags:
        first = self.timeline.first_of(leads)
        return np.asarray(self.column("origin")[first] == "live", dtype=bool)


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
    return np.asarray(np.where(unknown | (first > moments), created, first), dtype=np.int64)
