"""What the page of a lead says of its chance: the state, the sum behind it, and what moved."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from babel.numbers import format_decimal
from sqlalchemy.orm import Session

from crm.scores.artefacts import published_version
from crm.scores.moved import line, load_moved
from crm.scores.own import Own, own_of
from crm.scores.states import Standing, explained, standing_of
from crm.scores.sums import Sum, sum_of
from crm.web.formatting import reading_locale
from models.lead import Lead
from models.score import Basis, Score
from models.stage import StageCode


@dataclass(frozen=True, slots=True)
class Said:
    """All that is said of one chance; without a score there is no sum."""

    standing: Standing
    own: Own
    sum: Sum | None
    is_rate: bool
    explained: str
    moved: str | None


def said_of(session: Session, lead: Lead, score: Score | None, day: date) -> Said | None:
    """What is said of the chance of a lead; None where it can have none."""
    if not lead.status.is_open or lead.stage is StageCode.ANNOUNCED:
        return None
    version = published_version(session)
    own = own_of(session, lead, day)
    is_refused = version is not None and version.refused_at is not None
    learned = standing_of(
        score.basis if score else None,
        is_refused=is_refused,
        is_old=score is not None and lead.changed_at > score.as_of,
    )
    standing = standing_of(None, is_set=True) if own.override else learned
    moved = load_moved(session, [lead.id]).get(lead.id) if score else None
    return Said(
        standing=standing,
        own=own,
        sum=sum_of(score.reasons, score.log_odds) if score else None,
        is_rate=score is not None and score.basis is Basis.BASE_RATE,
        explained=explained(learned.state, version),
        moved=line(moved) if moved else None,
    )


def signed(points: float) -> str:
    """Points as printed, with their sign."""
    text: Any = format_decimal(abs(points), "0.0", locale=reading_locale())
    if points == 0:
        return str(text)
    return f"+{text}" if points > 0 else f"\u2212{text}"
