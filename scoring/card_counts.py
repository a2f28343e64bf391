"""What closed leads say of each rule of a scorecard, so that an office can correct its opinion."""

from datetime import datetime
from typing import Any

import numpy as np

from scoring.features import features
from scoring.histories import Histories
from scoring.outcomes import outcomes
from scoring.scorecard import Scorecard
from scoring.sizes import SizeRanks
from scoring.snapshots import snapshot_pairs
from scoring.timing import Timing


def count_rules(
    scorecard: Scorecard, histories: Histories, cut_off: datetime, timing: Timing | None = None
) -> list[dict[str, Any]]:
    """Return how leads of which a rule was so ended, by what was known at `cut_off`.

    A lead counts once for a rule that was so at some look while it was open; only leads that the
    whole office may see count.

    Returns
    -------
    list of dict
        One a rule, in order: what the rule is about (`Rule.to_dict` without points and reason)
        with `closed_count`, `announced_count`, `office_closed_count`, `office_announced_count`.
    """
    histories = histories.unrestricted()
    ended = outcomes(histories, cut_off)["outcome"]
    pairs = snapshot_pairs(histories, cut_off, Timing() if timing is None else timing)
    closed = ended.isin(["won", "lost"])
    pairs = pairs[closed.reindex(pairs["lead_id"]).to_numpy(dtype=bool)]
    leads = pairs["lead_id"].to_numpy(dtype=np.int64)
    frame = features(histories, pairs["as_of"], leads)
    # A rule on the amount is about its place among those of its currency, as in the model.
    frame = SizeRanks.fit(frame, leads).ranked(frame)
    won = (ended.reindex(leads) == "won").to_numpy(dtype=bool)
    result = []
    for rule in scorecard.rules:
        held = rule.holds(frame[rule.feature])
        about = rule.to_dict()
        del about["points"], about["reason"]
        result.append(
            {
                "about": about,
                "closed_count": len(np.unique(leads[held])),
                "announced_count": len(np.unique(leads[held & won])),
                "office_closed_count": int(closed.sum()),
                "office_announced_count": int((ended == "won").sum()),
            }
        )
    return result
