"""The scorecard at work by itself: before anything was learned, or when a model was refused."""

from dataclasses import replace
from datetime import datetime
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import expit

from scoring.counts import Evidence, ValueCounts
from scoring.features import FEATURES, features
from scoring.hazards import HazardModel, chances
from scoring.histories import Histories
from scoring.prediction import SCORECARD
from scoring.scorecard import Scorecard
from scoring.snapshots import Rows
from scoring.threads import one_thread
from scoring.timing import Timing
from scoring.trained import TrainedModel

MOST_LEADS: Final = 2_000
"""How many open leads stand for all, to say what the average one has."""


def card_alone(
    scorecard: Scorecard,
    histories: Histories,
    as_of: datetime,
    *,
    like: TrainedModel | None = None,
    closed: pd.DataFrame | None = None,
) -> TrainedModel:
    """Return a model that says what the scorecard says, and nothing else.

    Parameters
    ----------
    scorecard : Scorecard
    histories : Histories
        Of the open leads at least. Reasons are told against the average of those that the whole
        office may see, so no restricted lead moves anybody's.
    as_of : moment with a zone
    like : TrainedModel, optional
        A sound model on the basis `scorecard` with an older card: its counts of closed leads,
        places of amounts and days a stage takes are kept.
    closed : data frame, optional
        The office's closings, where `histories` lacks them (`scoring.dataset.load_closings`).

    Returns
    -------
    TrainedModel
        On the basis `scorecard`; without `like` no reason has counts behind it.
    """
    timing = Timing() if like is None else like.hazards.timing
    frame = features(histories.unrestricted(), as_of, closed=closed).iloc[:MOST_LEADS]
    with one_thread():
        hazards = HazardModel.fit(
            _looks(frame),
            scorecard=scorecard,
            timing=timing,
            stage_days=timing.stage_days if like is None else like.hazards.stage_days,
            learns=False,
        )
        if like is not None:
            hazards = replace(hazards, sizes=like.hazards.sizes)
        hazard = expit(hazards.centres.sum(axis=0))
        by_bound = chances(np.log(hazard / (1.0 - hazard))[None, :])[0]
    counts = {feature.code: ValueCounts(None, {}) for feature in FEATURES}
    return TrainedModel(
        cut_off=as_of,
        basis=SCORECARD,
        hazards=hazards,
        evidence=Evidence(0, 0, counts) if like is None else like.evidence,
        base_chances=tuple(float(chance) for chance in by_bound),
        base_weight=0.0,
        metrics={},
    )


def _looks(frame: pd.DataFrame) -> Rows:
    """One look a lead, without any row to learn from."""
    nothing: npt.NDArray[np.intp] = np.zeros(0, dtype=np.intp)
    return Rows(
        frame=frame,
        lead_ids=frame.index.to_numpy(dtype=np.int64),
        weights=np.ones(len(frame)),
        snapshot=nothing,
        interval=nothing,
        target=np.zeros(0),
    )
