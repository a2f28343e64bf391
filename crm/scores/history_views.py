"""The page that tells how the chance of one lead moved."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import render_template
from sqlalchemy.orm import Session, joinedload, load_only

from crm.scores import queries
from crm.scores.bands import band
from crm.scores.moved import Moved, moved, part_words, why
from crm.scores.saying import signed
from crm.scores.sums import in_points
from crm.scores.views import blueprint
from crm.web.access import STAFF, allow
from crm.web.request import reader
from models.errors import NotFoundError
from models.score import ModelVersion, Score, ScorecardVersion

_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Past:
    """One chance of a lead, and what moved it since the one before."""

    score: Score
    moved: Moved | None

    @property
    def version_number(self) -> int | None:
        """The version that said it; None where the scorecard spoke alone."""
        return self.score.version.number if self.score.version else None


@blueprint.get("/leads/<lead_id>")
@allow(STAFF)
def lead_history(lead_id: str) -> Any:
    """How the chance of one lead moved."""
    session = reader()
    found = queries.find_lead(session, lead_id)
    if found is None:
        raise NotFoundError
    key, title = found
    return render_template(
        "scores/lead_history.html",
        lead_id=lead_id,
        title=title,
        scores=_history(session, key),
        band=band,
        why=why,
        part_words=part_words,
        signed=signed,
        in_points=in_points,
    )


def _history(session: Session, lead_id: int) -> list[Past]:
    """The newest chances of a lead, newest first."""
    scores = list(
        session.scalars(
            sa.select(Score)
            .where(Score.lead_id == lead_id)
            .order_by(Score.as_of.desc(), Score.id.desc())
            .limit(_SHOWN)
            .options(joinedload(Score.version).options(load_only(ModelVersion.number)))
        )
    )
    cards: list[datetime] = list(session.scalars(sa.select(ScorecardVersion.changed_at)))
    before: list[Score | None] = [*scores[1:], None] if scores else []
    return [
        Past(score, moved(then, score, cards) if then is not None else None)
        for score, then in zip(scores, before, strict=True)
    ]
