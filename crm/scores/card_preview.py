"""What another scorecard would do to the order of the open leads, before anybody saves it.

By the card alone: once the model has learned, it weighs the card against what it has seen.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.database import Database
from crm.scores.scorecards import Content
from models.lead import Lead
from models.stage import StageCode, Status
from models.user import Actor

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from scoring import Scorecard

# A page does not wait for more; the likeliest leads are the ones whose order matters.
_MOST = 500
_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Move:
    """One lead: its place among the open leads and its chance, by one card and by the other."""

    public_id: str
    title: str
    before: int
    after: int
    chance_before: float
    chance_after: float


@dataclass(frozen=True, slots=True)
class Preview:
    """The leads that move most, and among how many."""

    lead_count: int
    moves: tuple[Move, ...]


def preview(
    database: Database, before: Content, after: Content, *, actor: Actor, now: datetime
) -> Preview:
    """Compare two cards on the open leads that the actor sees, at most 500 of them."""
    from scoring import Scorecard
    from scoring.dataset import load_closings, load_histories
    from scoring.features import features
    from scoring.sizes import SizeRanks

    with database.reader(actor) as session:
        leads = _open_leads(session)
    if not leads:
        return Preview(0, ())
    ids = sorted(leads)
    with database.unscoped_reader(purpose="scoring") as session:
        histories = load_histories(session, ids)
        closed = load_closings(session)
    known = set(histories.leads["lead_id"].tolist())
    ids = [lead_id for lead_id in ids if lead_id in known]
    frame = features(histories, now, ids, closed=closed)
    import numpy as np

    frame = SizeRanks.fit(frame, np.array(ids, dtype=np.int64)).ranked(frame)
    scores = [_log_odds(Scorecard.from_dict(card), frame) for card in (before, after)]
    places = [_places(score, ids) for score in scores]
    chances = [1 / (1 + np.exp(-score)) for score in scores]
    moves = [
        Move(
            *leads[lead_id],
            before=places[0][lead_id],
            after=places[1][lead_id],
            chance_before=float(chances[0][row]),
            chance_after=float(chances[1][row]),
        )
        for row, lead_id in enumerate(ids)
    ]
    moved = [move for move in moves if abs(move.chance_after - move.chance_before) > 1e-9]
    moved.sort(
        key=lambda move: (
            -abs(move.after - move.before),
            -abs(move.chance_after - move.chance_before),
            move.after,
        )
    )
    return Preview(len(ids), tuple(moved[:_SHOWN]))


def _open_leads(session: Session) -> dict[int, tuple[str, str]]:
    rows = session.execute(
        sa.select(Lead.id, Lead.public_id, Lead.title)
        .where(Lead.status.in_((Status.ACTIVE, Status.ON_HOLD)), Lead.stage != StageCode.ANNOUNCED)
        .order_by(Lead.chance.is_(None), Lead.chance.desc(), Lead.public_id)
        .limit(_MOST)
    )
    return {key: (public_id, title) for key, public_id, title in rows}


def _log_odds(
    card: "Scorecard", frame: "pd.DataFrame"
) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    import numpy as np

    from scoring.scorecard import stage_places

    chances = np.array(card.stages)[stage_places(frame["stage"])]
    total = np.log(chances / (1 - chances))
    for points in card.points(frame).values():
        total = total + points
    return total


def _places(
    scores: "np.ndarray[tuple[int], np.dtype[np.float64]]", ids: Sequence[int]
) -> dict[int, int]:
    """The place of each lead, the best first; equal ones in the order of their keys."""
    order = sorted(range(len(ids)), key=lambda row: (-scores[row], ids[row]))
    return {ids[row]: place for place, row in enumerate(order, start=1)}
