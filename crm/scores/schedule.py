"""What is done by itself: the stored model is checked, and training or scoring asked for when due.

One worker does this, however many there are. Only leads that the whole office may see count:
when a model was trained is shown to everybody, and may not tell of a restricted one.
"""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.scores import apart
from crm.scores.artefacts import published_version, refuse, registered_artefact
from crm.scores.serving import is_open
from crm.scores.training import newest_version
from crm.scores.versions import find_settings
from models.errors import N_
from models.lead import Lead
from models.score import ModelVersion, Score, ScorecardVersion

CHANGED = N_("The stored model is not the one that was registered: its hash differs.")
# What failed is not tried again and again: the log and the page say that it failed.
_RESTS = timedelta(hours=20)
# Chances age by the day even where nothing happens; a change shows within the hour.
_OLD = timedelta(hours=20)
_CHANGES_WAIT = timedelta(hours=1)
_FIRST_WAITS = timedelta(days=1)


def run(session: Session, *, now: datetime) -> None:
    """Refuse a stored model that was changed; ask for a training or a scoring that is due."""
    version = published_version(session)
    is_served = version is not None and version.refused_at is None
    if version is not None and is_served and registered_artefact(session, version) is None:
        refuse(session, version.id, CHANGED, now=now)
        apart.ask(session, apart.REFRESH, actor_id=None, now=now)
    if is_training_due(session, version, now=now) and _has_rested(session, apart.TRAIN, now):
        apart.ask(session, apart.TRAIN, actor_id=None, now=now)
    elif is_scoring_due(session, version, now=now) and _has_rested(session, apart.REFRESH, now):
        apart.ask(session, apart.REFRESH, actor_id=None, now=now)


def is_training_due(session: Session, published: ModelVersion | None, *, now: datetime) -> bool:
    """Whether the office wants a training by now, and there is something new to learn from."""
    days = find_settings(session).retrain_days
    if days is None:
        return False
    newest = newest_version(session)
    if newest is None:
        # Whoever brings in a file has it trained then; leads that are typed in wait for a day.
        return _any_lead(session, Lead.opened_at <= now - _FIRST_WAITS)
    refused_at = None if published is None else published.refused_at
    if refused_at is not None and newest.trained_at < refused_at:
        return True
    if newest.scorecard_number != session.scalar(sa.select(sa.func.max(ScorecardVersion.number))):
        return True
    is_time = now - newest.trained_at >= timedelta(days=days)
    return is_time and _any_lead(session, Lead.changed_at > newest.cut_off_at)


def is_scoring_due(session: Session, published: ModelVersion | None, *, now: datetime) -> bool:
    """Whether the chances that are shown are of yesterday, or leads changed since."""
    scored_at = session.scalar(
        sa.select(Score.as_of).where(Score.is_current).order_by(Score.as_of.desc()).limit(1)
    )
    if scored_at is None:
        return published is not None and _any_lead(session, is_open())
    if now - scored_at >= _OLD:
        return _any_lead(session, is_open())
    return now - scored_at >= _CHANGES_WAIT and _any_lead(session, Lead.changed_at > scored_at)


def _any_lead(session: Session, condition: sa.ColumnElement[bool]) -> bool:
    wanted = sa.select(Lead.id).where(Lead.team_id.is_(None), condition).limit(1)
    return session.scalar(wanted) is not None


def _has_rested(session: Session, kind: str, now: datetime) -> bool:
    last = apart.look(session, kind)
    return last is None or last.problem is None or now - (last.finished_at or now) >= _RESTS
