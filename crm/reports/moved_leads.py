"""Which leads stand behind a line of the bridge: as conditions on a change."""

from typing import Any

import sqlalchemy as sa

from crm.reports.movement import Move
from crm.reports.movement_queries import changes_between
from crm.reports.params import Settled
from models.stage import STAGES, StageCode, Status

_ENDS = {
    Move.LOST: Status.LOST,
    Move.ABANDONED: Status.ABANDONED,
    Move.PASSED_ON: Status.PASSED_ON,
}


def leads_that_moved(settled: Settled, move: Move) -> sa.Select[Any]:
    """The keys of the leads that made a move between the two days."""
    changes = changes_between(settled)
    return sa.select(changes.c.lead_id).where(*_conditions(changes.c, move))


def _conditions(c: Any, move: Move) -> list[Any]:
    is_new = c.stage_before.is_(None)
    is_inside, was_inside = c.inside == 1, c.inside_before == 1
    if move is Move.ENTERED:
        return [is_new, is_inside]
    if move is Move.RECLASSIFIED_IN:
        return [is_inside, c.selected_before == 0]
    if move in (Move.WITHDRAWN, Move.REOPENED):
        was_announced = c.stage_before == StageCode.ANNOUNCED
        came_back = was_announced if move is Move.WITHDRAWN else sa.not_(was_announced)
        return [is_inside, c.selected_before == 1, c.inside_before == 0, came_back]
    if move is Move.RECLASSIFIED_OUT:
        return [was_inside, c.inside == 0, c.selected == 0]
    left = [was_inside, c.inside == 0, c.selected == 1]
    if move in _ENDS:
        return [*left, c.status == _ENDS[move]]
    if move is Move.ANNOUNCED:
        return [*left, c.status.not_in(list(_ENDS.values()))]
    stayed = [was_inside, is_inside]
    if move in (Move.ADVANCED, Move.SLIPPED_BACK):
        place, place_before = _position(c.stage), _position(c.stage_before)
        further = place > place_before if move is Move.ADVANCED else place < place_before
        return [*stayed, further]
    if move in (Move.HELD, Move.RESUMED):
        held = c.status == Status.ON_HOLD
        wanted = held if move is Move.HELD else sa.not_(held)
        return [*stayed, c.stage == c.stage_before, c.status != c.status_before, wanted]
    return [
        *stayed,
        sa.or_(
            c.amount.is_distinct_from(c.amount_before),
            sa.and_(c.amount.is_not(None), c.currency.is_distinct_from(c.currency_before)),
            c.jobs.is_distinct_from(c.jobs_before),
        ),
    ]


def _position(stage: Any) -> Any:
    return sa.case(*((stage == code, code.position) for code in STAGES))
