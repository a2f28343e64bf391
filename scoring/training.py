"""Fit."""
from datetime import datetime

from scoring.hazards import HazardModel
from scoring.histories import Histories
from scoring.scorecard import Scorecard
from scoring.snapshots import snapshot_pairs, stack
from scoring.timing import Timing


def fit_hazards(histories: Histories, cut_off: datetime, *, scorecard: Scorecard, timing: Timing, learns: bool = True) -> HazardModel:
    rows = stack(histories, snapshot_pairs(histories, cut_off, timing), cut_off, timing)
    return HazardModel.fit(rows, scorecard=scorecard, timing=timing, stage_days=timing.stage_days, learns=learns)
