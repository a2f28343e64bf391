"""An administrator's look at what belongs to another team: seen, and written to the audit."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm import audit
from models.audit import AuditEntry
from models.user import Actor

_ONCE_IN = timedelta(hours=1)


def is_noted(team_id: int | None, actor: Actor) -> bool:
    """Whether this person sees the record only because administrators see everything."""
    return actor.sees_all and team_id is not None and team_id not in actor.team_ids


def note_look(
    session: Session,
    record_type: str,
    record_id: int,
    *,
    team_id: int | None,
    lead_id: int | None = None,
    actor: Actor,
    now: datetime,
) -> None:
    """Write that the actor looked at a record, once an hour for each."""
    latest = session.scalar(
        sa.select(sa.func.max(AuditEntry.at)).where(
            AuditEntry.record_type == record_type,
            AuditEntry.record_id == record_id,
            AuditEntry.action == "looked",
            AuditEntry.actor_id == actor.id,
        )
    )
    if latest is None or latest <= now - _ONCE_IN:
        audit.record(
            session,
            "looked",
            record_type,
            now=now,
            record_id=record_id,
            lead_id=lead_id,
            team_id=team_id,
        )
