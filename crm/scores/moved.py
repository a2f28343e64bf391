"""What moved a lead's chance since another one was kept, from what was said both times.

The parts of two sums are compared, so that they explain the difference to the last bit. Where
another model or another scorecard speaks, the two sums are not of one kind: then that is said,
and no reason is invented for it.
"""

import enum
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session, aliased

from crm.scores.wording import fact
from crm.timezones import today
from crm.web.formatting import chance, day
from crm.web.request import actor
from models.score import Basis, Score, ScorecardVersion

# Smaller differences show as the same percentage.
_LEAST_CHANCE = 0.005
_LEAST_POINTS = 0.1
_TOLD = 3


class Cause(enum.StrEnum):
    """Why two scores differ."""

    FACTS = "facts"
    MODEL = "model"
    CARD = "card"
    BASIS = "basis"
    RATE = "rate"


@dataclass(frozen=True, slots=True)
class Part:
    """What one feature adds to the difference of the log-odds, and what it was and is."""

    points: float
    now: Mapping[str, Any] | None
    then: Mapping[str, Any] | None

    @property
    def is_changed(self) -> bool:
        """Whether the fact itself is another, not only its weight beside the others."""
        return _value(self.now) != _value(self.then)


@dataclass(frozen=True, slots=True)
class Moved:
    """From one chance to another. `parts`, `rest` and `base` sum to the log-odds' difference.

    `parts` are the facts that changed, the strongest first; `rest` is what all else adds, and
    `base` what the office's average does. Only facts have parts.
    """

    since: datetime
    before: float
    after: float
    cause: Cause
    parts: tuple[Part, ...] = ()
    rest: float = 0.0
    base: float = 0.0


def load_moved(session: Session, lead_ids: Sequence[int]) -> dict[int, Moved]:
    """What moved the chance of each lead since the last kept score with another, by lead."""
    past, current = aliased(Score), aliased(Score)
    said = (
        sa.select(current.probability)
        .where(current.lead_id == past.lead_id, current.is_current)
        .correlate(past)
        .scalar_subquery()
    )
    last = (
        sa.select(sa.func.max(past.id))
        .where(
            past.lead_id.in_(lead_ids),
            past.is_current.is_(False),
            sa.func.abs(past.probability - said) >= _LEAST_CHANCE,
        )
        .group_by(past.lead_id)
    )
    found: dict[int, dict[bool, Score]] = {}
    for score in session.scalars(
        sa.select(Score).where(
            Score.lead_id.in_(lead_ids), sa.or_(Score.is_current, Score.id.in_(last))
        )
    ):
        found.setdefault(score.lead_id, {})[score.is_current] = score
    pairs = {lead: pair for lead, pair in found.items() if len(pair) == 2}
    if not pairs:
        return {}
    cards = list(session.scalars(sa.select(ScorecardVersion.changed_at)))
    return {lead: moved(pair[False], pair[True], cards) for lead, pair in pairs.items()}


def moved(then: Score, now: Score, cards: Sequence[datetime] = ()) -> Moved:
    """What moved from one score to a later one; `cards` are when the scorecard was changed."""
    cause = _cause(then, now, cards)
    if cause is not Cause.FACTS:
        return Moved(then.as_of, then.probability, now.probability, cause)
    before, after = _by_feature(then), _by_feature(now)
    parts = [
        Part(
            _points(after.get(code)) - _points(before.get(code)), after.get(code), before.get(code)
        )
        for code in before | after
    ]
    told = sorted(
        (part for part in parts if part.is_changed and abs(part.points) >= _LEAST_POINTS),
        key=lambda part: -abs(part.points),
    )
    difference = now.log_odds - then.log_odds
    whole = math.fsum(part.points for part in parts)
    shown = math.fsum(part.points for part in told)
    return Moved(
        then.as_of,
        then.probability,
        now.probability,
        cause,
        tuple(told),
        rest=whole - shown,
        base=difference - whole,
    )


def line(found: Moved) -> str:
    """What moved in one line, for a row of a list and for the head of a panel."""
    frame = {
        "before": chance(found.before),
        "after": chance(found.after),
        "day": day(today(found.since, actor().time_zone)),
    }
    return _("%(before)s → %(after)s since %(day)s: %(why)s", **frame, why=why(found))


def part_words(part: Part) -> str:
    """A fact that changed, as it is now and as it was."""
    now = fact(part.now) if part.now is not None else _("no longer counts")
    if part.then is None:
        return now
    return _("%(now)s (before: %(then)s)", now=now, then=fact(part.then))


def why(found: Moved) -> str:
    """The cause of a difference in a few words, the strongest facts first."""
    if found.cause is Cause.MODEL:
        return _("the model changed")
    if found.cause is Cause.CARD:
        return _("the scorecard changed")
    if found.cause is Cause.BASIS:
        return _("the chances rest on something else now")
    if found.cause is Cause.RATE:
        return _("the office's own rate moved")
    words = [
        _("%(fact)s (+)", fact=fact(part.now or part.then or {}))
        if part.points > 0
        else _("%(fact)s (−)", fact=fact(part.now or part.then or {}))
        for part in found.parts[:_TOLD]
    ]
    more = len(found.parts) - _TOLD
    if more > 0:
        words.append(ngettext("%(num)d smaller one", "%(num)d smaller ones", more))
    return ", ".join(words) or _("many small changes, none of which stands out")


def _cause(then: Score, now: Score, cards: Sequence[datetime]) -> Cause:
    if then.basis is not now.basis:
        return Cause.BASIS
    if then.basis is Basis.BASE_RATE:
        return Cause.RATE
    if then.basis is Basis.SCORECARD:
        # Nothing is learned: the card speaks, whichever version it is handed on by.
        is_changed = any(then.as_of < changed <= now.as_of for changed in cards)
        if is_changed:
            return Cause.CARD
    return Cause.FACTS if then.version_id == now.version_id else Cause.MODEL


def _by_feature(score: Score) -> dict[str, Mapping[str, Any]]:
    return {reason["feature"]: reason for reason in score.reasons}


def _points(reason: Mapping[str, Any] | None) -> float:
    return 0.0 if reason is None else float(reason["points"])


def _value(reason: Mapping[str, Any] | None) -> Any:
    return None if reason is None else reason["value"]
