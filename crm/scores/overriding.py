"""A chance that an officer puts in the model's place: set with a reason, and taken back.

Lists order by `leads.chance`, which holds the officer's while it stands; the model's own stays
in `scores` and is shown beside it. An override is never something to learn from.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.days import is_possible
from crm.timezones import today
from models.errors import DomainError, ForbiddenError, NotFoundError, N_
from models.lead import Lead
from models.score import Score, ScoreOverride
from models.stage import StageCode
from models.user import Actor

LONGEST_NOTE = 1_000


@dataclass(frozen=True, slots=True)
class OverrideDetails:
    """What an officer says of a lead's chance of ever being announced."""

    chance: float
    note: str
    until_on: date | None = None


def override_chance(
    session: Session, lead: Lead, details: OverrideDetails, *, actor: Actor, now: datetime
) -> ScoreOverride:
    """Put an officer's chance in the place of the model's; one that stood before ends.

    Raises:
        ForbiddenError: the actor may not write.
        DomainError: the lead is closed or announced, or a value that no override can have.
    """
    _must_write(actor)
    if not lead.status.is_open or lead.stage is StageCode.ANNOUNCED:
        raise DomainError(N_("Only an open lead has a chance that somebody can set."))
    _check(details, today=today(now, actor.office_time_zone))
    score = current_score(session, lead.id)
    end_override(session, lead, actor=actor, now=now, must_stand=False)
    session.flush()
    override = ScoreOverride(
        lead_id=lead.id,
        team_id=lead.team_id,
        chance=details.chance,
        chance_then=score.probability if score else None,
        note=details.note.strip(),
        until_on=details.until_on,
        created_at=now,
        created_by_id=actor.id,
        created_by=actor.name,
    )
    session.add(override)
    lead.chance = details.chance
    return override


def end_override(
    session: Session, lead: Lead, *, actor: Actor, now: datetime, must_stand: bool = True
) -> None:
    """Take the officer's chance back: the model's orders the lead again.

    Raises:
        ForbiddenError: the actor may not write.
        NotFoundError: none stands.
    """
    _must_write(actor)
    found = session.scalars(
        sa.select(ScoreOverride).where(
            ScoreOverride.lead_id == lead.id, ScoreOverride.ended_at.is_(None)
        )
    ).one_or_none()
    if found is None:
        if must_stand:
            raise NotFoundError
        return
    found.ended_at = now
    found.ended_by = actor.name
    score = current_score(session, lead.id)
    lead.chance = score.probability if score else None


def keep_overrides(session: Session, *, now: datetime, zone: str) -> None:
    """After a scoring wrote the model's chances: those that officers set stand above them.

    One whose last day is over, or whose lead is closed, ends here; nobody took it back. The
    session sees every lead.
    """
    day = today(now, zone)
    standing = session.execute(
        sa.select(ScoreOverride, Lead)
        .join(Lead, Lead.id == ScoreOverride.lead_id)
        .where(ScoreOverride.ended_at.is_(None))
        # The scores were written past these objects.
        .execution_options(populate_existing=True)
    ).all()
    for override, lead in standing:
        is_open = lead.status.is_open and lead.stage is not StageCode.ANNOUNCED
        if not is_open or (override.until_on is not None and override.until_on < day):
            override.ended_at = now
        else:
            lead.chance = override.chance


@dataclass(frozen=True, slots=True)
class Standing:
    """The officer's chance of a lead as it stands now."""

    public_id: str
    chance: float
    note: str
    until_on: date | None
    created_at: datetime
    created_by: str


def is_standing(day: date) -> sa.ColumnElement[bool]:
    """The condition that an override stands on a day."""
    return sa.and_(
        ScoreOverride.ended_at.is_(None),
        sa.or_(ScoreOverride.until_on.is_(None), ScoreOverride.until_on >= day),
    )


def load_overrides(session: Session, lead_ids: Sequence[int], day: date) -> dict[int, Standing]:
    """The overrides that stand on a day, by the key of their lead."""
    rows = session.execute(
        sa.select(
            ScoreOverride.lead_id,
            ScoreOverride.public_id,
            ScoreOverride.chance,
            ScoreOverride.note,
            ScoreOverride.until_on,
            ScoreOverride.created_at,
            ScoreOverride.created_by,
        ).where(ScoreOverride.lead_id.in_(lead_ids), is_standing(day))
    )
    return {row.lead_id: Standing(*row[1:]) for row in rows}


def list_overrides(session: Session, lead_id: int, limit: int = 50) -> list[ScoreOverride]:
    """Every chance that officers set on a lead, the newest first."""
    return list(
        session.scalars(
            sa.select(ScoreOverride)
            .where(ScoreOverride.lead_id == lead_id)
            .order_by(ScoreOverride.created_at.desc(), ScoreOverride.id.desc())
            .limit(limit)
        )
    )


def current_score(session: Session, lead_id: int) -> Score | None:
    """The model's own score of a lead, whatever an officer put in its place."""
    return session.scalars(
        sa.select(Score).where(Score.lead_id == lead_id, Score.is_current)
    ).one_or_none()


def _check(details: OverrideDetails, *, today: date) -> None:
    if not 0 <= details.chance <= 1:
        raise DomainError(N_("A chance is a percentage from 0 to 100."), field="chance")
    if not details.note.strip():
        raise DomainError(
            N_("Say why you expect something else than the model: colleagues read it."),
            field="note",
        )
    if len(details.note) > LONGEST_NOTE:
        raise DomainError(
            N_("The reason is longer than %(limit)s characters. Shorten it."),
            field="note",
            limit=LONGEST_NOTE,
        )
    if details.until_on is not None and (
        details.until_on < today or not is_possible(details.until_on)
    ):
        raise DomainError(
            N_("The last day lies in the past. Choose today or a later day, or leave it empty."),
            field="until_on",
        )


def _must_write(actor: Actor) -> None:
    if not actor.may_write:
        raise ForbiddenError
