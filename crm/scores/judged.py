"""How right people have been: their estimates and the chances they set, judged like the model.

Only of leads that the whole office may see, and never of one person: the question is whether
such judgements help, not who made them.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.lead import Lead
from models.score import ModelVersion, ScoreOverride
from models.stage import StageCode, Status

# Fewer judged leads than this say more about luck than about judgement.
FEWEST = 15
# One taken back or replaced so soon was a slip of the keyboard, not a judgement.
_SLIP = timedelta(days=1)
_CERTAIN = 0.01


@dataclass(frozen=True, slots=True)
class OfficersRecord:
    """Officers' own estimates against the model, on leads that had both and on later time.

    `verdict` is the estimates': "better", "worse" or "same" as the model, None with too few.
    """

    lead_count: int
    announced_count: int
    verdict: str | None


def officers_record(version: ModelVersion | None) -> OfficersRecord | None:
    """What the version in use found of the officers' estimates; None where it found nothing."""
    gain = (version.metrics.get("gain") or {}) if version else {}
    rows: Sequence[dict[str, object]] = gain.get("all") or ()
    for row in rows:
        if row.get("baseline") == "officer":
            # The file says it of the model.
            turned = {"better": "worse", "worse": "better", "same": "same"}
            return OfficersRecord(
                lead_count=int(str(row.get("lead_count") or 0)),
                announced_count=int(str(row.get("announced_count") or 0)),
                verdict=turned.get(str(row.get("verdict"))),
            )
    return None


@dataclass(frozen=True, slots=True)
class OverridesJudged:
    """The chances that officers set on leads that have ended since; a lead counts once.

    `expected` is how many announcements they said, `model_expected` how many the model said at
    that time, both over the `compared_count` leads of which it had said something; `came` is how
    many of those came. The losses are mean log losses over the same leads: lower is better.
    """

    lead_count: int
    announced_count: int
    compared_count: int
    came: int
    expected: float
    model_expected: float
    log_loss: float | None
    model_log_loss: float | None
    log_loss_gain_error: float | None

    @property
    def is_too_few(self) -> bool:
        """Whether nothing can be said of them yet."""
        return self.compared_count < FEWEST

    @property
    def verdict(self) -> str | None:
        """The officers' chances against the model's: "better", "worse", "same", or too few."""
        if (
            self.is_too_few
            or self.log_loss is None
            or self.model_log_loss is None
            or self.log_loss_gain_error is None
        ):
            return None
        gain = self.model_log_loss - self.log_loss
        if abs(gain) <= 2 * self.log_loss_gain_error:
            return "same"
        return "better" if gain > 0 else "worse"


def overrides_judged(session: Session) -> OverridesJudged:
    """Judge what officers set: the first chance of each lead that everybody may see."""
    rows = session.execute(
        sa.select(
            ScoreOverride.lead_id,
            ScoreOverride.chance,
            ScoreOverride.chance_then,
            ScoreOverride.created_at,
            ScoreOverride.ended_at,
            ScoreOverride.ended_by,
            Lead.stage,
        )
        .join(Lead, Lead.id == ScoreOverride.lead_id)
        .where(
            Lead.team_id.is_(None),
            sa.or_(
                Lead.stage == StageCode.ANNOUNCED,
                Lead.status.in_((Status.LOST, Status.ABANDONED)),
            ),
        )
        .order_by(ScoreOverride.lead_id, ScoreOverride.created_at, ScoreOverride.id)
    )
    first: dict[int, tuple[float, float | None, bool]] = {}
    for row in rows:
        is_slip = (
            row.ended_by is not None
            and row.ended_at is not None
            and row.ended_at - row.created_at < _SLIP
        )
        if not is_slip:
            came = row.stage is StageCode.ANNOUNCED
            first.setdefault(row.lead_id, (row.chance, row.chance_then, came))
    return _judge(list(first.values()))


def _judge(found: Sequence[tuple[float, float | None, bool]]) -> OverridesJudged:
    compared = [(own, model, came) for own, model, came in found if model is not None]
    count = len(compared)
    own_losses = [_loss(own, came) for own, _model, came in compared]
    model_losses = [_loss(model, came) for _own, model, came in compared]
    gains = [theirs - ours for ours, theirs in zip(own_losses, model_losses, strict=True)]
    error = None
    if count > 1:
        mean = sum(gains) / count
        error = math.sqrt(sum((gain - mean) ** 2 for gain in gains) / (count - 1) / count)
    return OverridesJudged(
        lead_count=len(found),
        announced_count=sum(came for *_rest, came in found),
        compared_count=count,
        came=sum(came for *_rest, came in compared),
        expected=sum(own for own, *_rest in compared),
        model_expected=sum(model for _own, model, _came in compared),
        log_loss=sum(own_losses) / count if count else None,
        model_log_loss=sum(model_losses) / count if count else None,
        log_loss_gain_error=error,
    )


def _loss(chance: float, came: bool) -> float:
    # Somebody who says 0 % or 100 % is not infinitely wrong when it turns out otherwise.
    chance = min(max(chance, _CERTAIN), 1 - _CERTAIN)
    return -math.log(chance if came else 1 - chance)
