"""How leads ended, as far as it was known at a moment."""

from datetime import datetime
from typing import Final

import numpy as np
import pandas as pd

from scoring.histories import Histories

OPEN: Final = ("active", "on_hold")
CLOSED: Final = ("lost", "abandoned")
PASSED_ON: Final = "passed_on"
WON_STAGE: Final = 8


def closings(histories: Histories) -> pd.DataFrame:
    """Every moment at which an unrestricted lead was announced, lost or closed by the office.

    Returns a frame with `lead_id`, `closed_at`, `reopened_at` (NaT where it stayed closed),
    `is_won`, `source`, `sector` and `market` (as known then) and `organization_id`. A lead passed
    on is neither. A lead that was reopened and closed again has two rows; so has one that was
    announced after it was lost, whose first end is taken back.
    """
    histories = histories.unrestricted()
    frame = histories.revisions.sort_values(["lead_id", "valid_from", "sequence"], kind="stable")
    lead = frame["lead_id"]
    # 2 announced, 1 lost, 0 neither: what changes it is an end, a reopening, or both at once.
    end = frame["status"].isin(CLOSED).astype(np.int64).mask(frame["stage"] >= WON_STAGE, 2)
    changes = frame[end != end.groupby(lead).shift(1, fill_value=0)]
    reopened = changes.groupby("lead_id")["valid_from"].shift(-1)
    new = changes[end[changes.index] > 0]
    organization = histories.leads.set_index("lead_id")["organization_id"]
    return pd.DataFrame(
        {
            "lead_id": new["lead_id"],
            "closed_at": new["valid_from"],
            "reopened_at": reopened[new.index],
            "is_won": end[new.index] == 2,
            "source": new["source"],
            "sector": new["sector"],
            "market": new["market"],
            "organization_id": organization.reindex(new["lead_id"]).to_numpy(),
        }
    ).reset_index(drop=True)


def outcomes(histories: Histories, cut_off: datetime) -> pd.DataFrame:
    """What was known at `cut_off` about the end of each lead known by then.

    Returns a frame indexed by lead key: `known_at` (the lead's first moment), `outcome` (won,
    lost, passed_on or open), `ended_at` (NaT while open) and `seen_until`: the last moment at
    which the lead may be looked at as an open one. That is its end, except that a lead lost on
    an unknown day counts as open only up to the last change that has a day.
    """
    revisions = histories.revisions
    known = revisions[revisions["valid_from"] <= pd.Timestamp(cut_off)]
    known = known.sort_values(["lead_id", "valid_from", "sequence"], kind="stable")
    lead = known["lead_id"]
    kind = np.select(
        [
            known["stage"] >= WON_STAGE,
            known["status"].isin(CLOSED),
            known["status"] == PASSED_ON,
        ],
        ["won", "lost", "passed_on"],
        "open",
    )
    known = known.assign(kind=kind)
    run = (known["kind"] != known["kind"].groupby(lead).shift(1)).groupby(lead).cumsum()
    started = known.groupby([lead, run])["valid_from"].transform("first")
    before = known.groupby(lead)["valid_from"].shift(1)
    undated = known["is_day_unknown"] & known["kind"].eq("lost")
    first_of_run = known["kind"] != known["kind"].groupby(lead).shift(1)
    # The last dated change before an undated loss, carried along the run of the loss.
    seen = started.where(~undated, before.where(first_of_run))
    seen = seen.groupby([lead, run]).transform("first")
    known = known.assign(ended_at=started, seen_until=seen.fillna(started))
    last = known.groupby(lead).tail(1).set_index("lead_id")
    is_open = last["kind"] == "open"
    result = pd.DataFrame(
        {
            "known_at": known.groupby(lead)["valid_from"].first(),
            "outcome": last["kind"],
            "ended_at": last["ended_at"].mask(is_open),
            "seen_until": last["seen_until"].mask(is_open),
        }
    )
    return result.sort_index()


def winning_days(histories: Histories, cut_off: datetime) -> tuple[float, int]:
    """Return the days that leads announced by `cut_off` took, and the stages they went through.

    Both are sums over leads; a stage that was skipped counts as passed.
    """
    frame = histories.revisions
    first = frame.sort_values(["lead_id", "valid_from", "sequence"]).groupby("lead_id").first()
    known = outcomes(histories, cut_off)
    won = known[known["outcome"] == "won"]
    days = (won["ended_at"] - won["known_at"]).dt.total_seconds().sum() / 86_400
    return float(days), int((WON_STAGE - first["stage"].reindex(won.index)).sum())
