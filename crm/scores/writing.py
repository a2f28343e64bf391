"""Write scores in bulk: the apply half of scoring."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.rows import insert_rows
from models.lead import Lead
from models.score import Score
from models.stage import StageCode, Status

# A score is kept as history when the chance has moved by this much since; else it is replaced.
MOVED = 0.01
_CHUNK = 500
_TIE = 1e-6


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """One new score, with the team of its lead."""

    lead_id: int
    team_id: int | None
    values: dict[str, Any]


def write_scores(
    session: Session, rows: Sequence[ScoreRow], *, version_id: int | None, as_of: datetime
) -> None:
    """Make `rows` the current scores of their leads, and keep their chance on the leads."""
    scores, leads = _table(Score), _table(Lead)
    connection = session.connection()
    wanted = {row.lead_id: row.values["probability"] for row in rows}
    replaced: list[int] = []
    kept: list[int] = []
    for found in connection.execute(
        sa.select(scores.c.id, scores.c.lead_id, scores.c.probability, scores.c.as_of).where(
            scores.c.is_current
        )
    ):
        if found.lead_id not in wanted:
            continue
        same_day = found.as_of.date() == as_of.date()
        moved = abs(found.probability - wanted[found.lead_id]) >= MOVED
        (kept if moved and not same_day else replaced).append(found.id)
    for start in range(0, len(replaced), _CHUNK):
        connection.execute(
            sa.delete(scores).where(scores.c.id.in_(replaced[start : start + _CHUNK]))
        )
    for start in range(0, len(kept), _CHUNK):
        connection.execute(
            sa.update(scores)
            .where(scores.c.id.in_(kept[start : start + _CHUNK]))
            .values(is_current=False)
        )
    insert_rows(
        session,
        scores,
        [
            {
                **row.values,
                "lead_id": row.lead_id,
                "team_id": row.team_id,
                "version_id": version_id,
                "is_current": True,
                "as_of": as_of,
            }
            for row in rows
        ],
    )
    if rows:
        connection.execute(
            sa.update(leads)
            .where(leads.c.id == sa.bindparam("lead"))
            .values(
                chance=sa.bindparam("probability"),
                chance_low=sa.bindparam("least"),
                chance_high=sa.bindparam("most"),
            ),
            [
                {
                    "lead": row.lead_id,
                    "probability": _in_order(row.values),
                    "least": row.values["low"],
                    "most": row.values["high"],
                }
                for row in rows
            ],
        )


def _in_order(values: dict[str, Any]) -> float:
    """The chance that the lists order by: where many share one, the score behind it decides.

    It does so in digits that nobody reads: before there is a pattern to learn, every lead has the
    office's own rate, and still the scorecard says whom to call first.
    """
    return float(values["probability"]) + _TIE / (1 + math.exp(-values["log_odds"]))


def clear_ended(session: Session) -> None:
    """Leads that are closed or announced have no chance any more; their past scores stay."""
    scores, leads = _table(Score), _table(Lead)
    ended = sa.or_(
        leads.c.status.not_in([Status.ACTIVE, Status.ON_HOLD]),
        leads.c.stage == StageCode.ANNOUNCED,
    )
    connection = session.connection()
    connection.execute(
        sa.update(scores)
        .where(scores.c.is_current, scores.c.lead_id.in_(sa.select(leads.c.id).where(ended)))
        .values(is_current=False)
    )
    connection.execute(
        sa.update(leads)
        .where(ended, leads.c.chance.is_not(None))
        .values(chance=None, chance_low=None, chance_high=None)
    )


def _table(cls: type[Any]) -> sa.Table:
    return cast(sa.Table, cls.__table__)
