"""The office's scorecard: which one is in use, and saving another.

Each save is a new version: nothing is overwritten, and an old card can be taken up again. The
card that ships has no number: it stands before the first that an office saved.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.errors import ConflictError, DomainError, ForbiddenError, NotFoundError, N_
from models.score import ScorecardVersion
from models.stage import STAGES, StageCode
from models.user import Actor

if TYPE_CHECKING:
    from scoring import Scorecard

OPEN_STAGES = tuple(stage for stage in STAGES if stage is not StageCode.ANNOUNCED)
MOST_RULES = 200
LONGEST_REASON = 300
LONGEST_NOTE = 1_000
MOST_POINTS = 100

Content = dict[str, Any]


class StaleCardError(ConflictError):
    """Somebody saved another card since this one was opened."""


def current(session: Session) -> "tuple[int | None, Scorecard]":
    """The newest card that somebody saved with its number; else the one that ships, and None."""
    from scoring import Scorecard

    number, content = current_content(session)
    return number, Scorecard.from_dict(content)


@dataclass(frozen=True, slots=True)
class Card:
    """A card as plain data, and who saved it: nobody saved the one that ships (number None)."""

    number: int | None
    content: Content
    note: str | None = None
    changed_at: datetime | None = None
    changed_by: str | None = None


def shipped() -> Card:
    """The card that ships with the product."""
    from scoring.scorecard_defaults import DEFAULT

    return Card(None, DEFAULT)


def current_content(session: Session) -> tuple[int | None, Content]:
    """The card in use as plain data, which needs no library to read."""
    card = newest(session)
    return card.number, card.content


def newest(session: Session) -> Card:
    """The card in use, and who saved it."""
    return next(iter(list_cards(session, limit=1)), shipped())


def get_card(session: Session, number: int | None) -> Card:
    """One version of the card; no number means the one that ships.

    Raises:
        NotFoundError: there is no such version.
    """
    if number is None:
        return shipped()
    found = session.execute(_select().where(ScorecardVersion.number == number)).one_or_none()
    if found is None:
        raise NotFoundError
    return Card(*found)


def card_before(session: Session, number: int) -> Card:
    """The card that stood before a version."""
    statement = _select().where(ScorecardVersion.number < number)
    found = session.execute(
        statement.order_by(ScorecardVersion.number.desc()).limit(1)
    ).one_or_none()
    return Card(*found) if found else shipped()


def list_cards(session: Session, limit: int = 30) -> list[Card]:
    """The newest versions that the office saved, newest first."""
    rows = session.execute(_select().order_by(ScorecardVersion.number.desc()).limit(limit))
    return [Card(*row) for row in rows]


def save_card(
    session: Session,
    content: Content,
    *,
    expected: int | None,
    note: str,
    actor: Actor,
    now: datetime,
) -> ScorecardVersion:
    """Put another card in use; `expected` is the number of the card that it was made from.

    Raises:
        ForbiddenError: the actor is no manager.
        StaleCardError: somebody saved another one meanwhile.
        DomainError: the card breaks a rule, or nothing was changed.
    """
    if not actor.may_direct:
        raise ForbiddenError
    standing = newest(session)
    if standing.number != expected:
        raise StaleCardError(
            N_("%(name)s saved another card meanwhile. Nothing of yours is lost: it stands below."),
            name=standing.changed_by or "",
        )
    check_content(content)
    if content == standing.content:
        raise DomainError(N_("Nothing was changed."))
    if len(note) > LONGEST_NOTE:
        raise DomainError(
            N_("The note is longer than %(limit)s characters. Shorten it."),
            field="note",
            limit=LONGEST_NOTE,
        )
    version = ScorecardVersion(
        number=(standing.number or 0) + 1,
        content=content,
        note=note.strip() or None,
        changed_at=now,
        changed_by_id=actor.id,
        changed_by=actor.name,
    )
    session.add(version)
    session.flush()
    return version


def restore_card(
    session: Session,
    number: int | None,
    *,
    expected: int | None,
    note: str,
    actor: Actor,
    now: datetime,
) -> ScorecardVersion:
    """Take up an old card again, as a new version.

    Raises:
        NotFoundError: there is no such version.
        DomainError: as in `save_card`.
    """
    content = get_card(session, number).content
    return save_card(session, content, expected=expected, note=note, actor=actor, now=now)


def check_content(content: Content) -> None:
    """Check what every card has to keep, whatever door it comes through.

    Raises:
        DomainError: what is wrong, and where.
    """
    from scoring import Scorecard

    _check_stages(content.get("stages") or {})
    _check_rules(content.get("rules") or ())
    try:
        Scorecard.from_dict(content)
    except (ValueError, TypeError, KeyError) as error:
        raise DomainError(
            N_("This is not a scorecard that the model can read: %(why)s."), why=str(error)
        ) from error


def _check_stages(stages: Mapping[str, float]) -> None:
    before: tuple[StageCode, float] | None = None
    for stage in OPEN_STAGES:
        chance = stages.get(stage.value)
        field = f"stage-{stage.value}"
        if chance is None or not 0 < chance < 1:
            raise DomainError(
                N_("A chance lies above 0 and below 100 percent: write it so."), field=field
            )
        if before is not None and chance <= before[1]:
            raise DomainError(
                N_(
                    "The chance must rise from stage to stage: this one has to lie above"
                    " %(percent)s percent, or the one before it below."
                ),
                field=field,
                percent=f"{before[1] * 100:g}",
            )
        before = (stage, chance)


def _check_rules(rules: Sequence[Mapping[str, Any]]) -> None:
    if len(rules) > MOST_RULES:
        raise DomainError(N_("A card holds at most %(limit)s rules."), limit=MOST_RULES)
    seen: list[Content] = []
    for place, rule in enumerate(rules):
        points = rule.get("points")
        if not isinstance(points, int) or abs(points) > MOST_POINTS:
            raise DomainError(
                N_("Points are a whole number from -100 to 100."), field=f"points-{place}"
            )
        reason = str(rule.get("reason") or "").strip()
        if not reason:
            raise DomainError(
                N_("Say why: a rule without a reason cannot be judged by others."),
                field=f"reason-{place}",
            )
        if len(reason) > LONGEST_REASON:
            raise DomainError(
                N_("The reason is longer than %(limit)s characters. Shorten it."),
                field=f"reason-{place}",
                limit=LONGEST_REASON,
            )
        about = condition_of(rule)
        if about in seen:
            raise DomainError(
                N_("There is a rule on this already: change its points instead."),
                field=f"points-{place}",
            )
        seen.append(about)


def condition_of(rule: Mapping[str, Any]) -> Content:
    """What a rule is about, without its points and its reason."""
    return {key: value for key, value in rule.items() if key not in ("points", "reason")}


def _select() -> sa.Select[Any]:
    return sa.select(
        ScorecardVersion.number,
        ScorecardVersion.content,
        ScorecardVersion.note,
        ScorecardVersion.changed_at,
        ScorecardVersion.changed_by,
    )
