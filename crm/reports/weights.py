"""What weighs a pipeline as of a day: the chances that were in use then."""

from datetime import datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.reports.pipeline import OPEN_STAGES, StageChance, Weights
from crm.timezones import today
from models.score import ScorecardVersion
from models.stage import Stage


def weights_as_of(session: Session, end: datetime, *, zone: str = "UTC") -> Weights:
    """The office's editable starting points as they stood at the end of a day.

    The day on which they were saved is that of the zone. Before anybody saved a scorecard, the
    chances that ship. Calibrated chances, when they weigh, come in here: a `Weights` with another
    `basis` and its own `starting_share`.
    """
    found = session.execute(
        sa.select(ScorecardVersion.number, ScorecardVersion.content, ScorecardVersion.changed_at)
        .where(ScorecardVersion.changed_at < end)
        .order_by(ScorecardVersion.number.desc())
        .limit(1)
    ).one_or_none()
    if found is not None:
        chances = found.content["stages"]
        return Weights(
            tuple(StageChance(stage, _exact(chances[stage.value])) for stage in OPEN_STAGES),
            scorecard_number=found.number,
            scorecard_on=today(found.changed_at, zone),
        )
    shipped = {
        row.code: row.prior_probability
        for row in session.execute(sa.select(Stage.code, Stage.prior_probability))
    }
    return Weights(tuple(StageChance(stage, _exact(shipped[stage])) for stage in OPEN_STAGES))


def _exact(chance: float) -> Decimal:
    """The decimal that somebody wrote, not the binary fraction next to it."""
    return Decimal(str(chance))
