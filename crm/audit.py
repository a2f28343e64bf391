"""The audit trail: one hook writes the entries of a flush, so that no command can forget them.

Bulk statements pass by the hook. They are allowed only in the apply half of a command, which
calls `record` itself.
"""

import enum
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstanceState, Session, UOWTransaction, sessionmaker
from sqlalchemy.orm.attributes import History

from models.agenda import AgendaAttendee, AgendaNote, OfferedTime
from models.audit import AuditEntry
from models.base import Base, TeamScoped
from models.bre_call import BreAnswer, QuestionnaireVersion
from models.duplicate import OrganizationMerge
from models.import_batch import ColumnMapping, ImportRow, PreparedRow
from models.interaction import InteractionParticipant
from models.job import Job
from models.lead import DecisionStanding, Lead, LeadRevision, LeadSnooze
from models.mail import MailAttachment, OutgoingMail
from models.organization import OrganizationName
from models.report import Forecast, ReportSending
from models.score import BacktestScore, Score
from models.search import SearchEntry
from models.user import Actor, SignInAttempt, UserSession

_ACTOR = "audit actor"
_NOW = "audit now"

# Rows that are themselves a log, or follow from one that is audited.
_NOT_AUDITED = (
    AgendaAttendee,
    AgendaNote,
    AuditEntry,
    BreAnswer,
    BacktestScore,
    ColumnMapping,
    DecisionStanding,
    Forecast,
    ImportRow,
    InteractionParticipant,
    Job,
    LeadRevision,
    LeadSnooze,
    MailAttachment,
    OfferedTime,
    OrganizationMerge,
    OrganizationName,
    OutgoingMail,
    PreparedRow,
    QuestionnaireVersion,
    ReportSending,
    Score,
    SearchEntry,
    SignInAttempt,
    UserSession,
)
# `figures` are those of a published report, which may name leads.
_SECRET = frozenset({"password_hash", "token_hash", "artefact", "figures"})
# Marks of reading, and counters: their cause is what the audit is about.
_NOISE = frozenset({"version", "changed_at", "looked_at", "last_seen_at"})
# Facts kept on the lead for lists.
_KEPT_ON_LEADS = frozenset({"chance", "chance_low", "chance_high", "size_place"})


def install(factory: sessionmaker[Session]) -> None:
    """Write audit entries for what the sessions of `factory` flush."""
    sa.event.listen(factory, "after_flush", _write_entries)


def set_actor(session: Session, actor: Actor) -> None:
    """Say who the entries of this session name."""
    session.info[_ACTOR] = actor


def record(
    session: Session,
    action: str,
    record_type: str,
    *,
    now: datetime,
    record_id: int | None = None,
    lead_id: int | None = None,
    team_id: int | None = None,
    reason: str | None = None,
    changes: dict[str, Any] | None = None,
) -> None:
    """Write one entry for what no flush shows: a sign-in, an export, a look, a bulk change."""
    actor: Actor = session.info[_ACTOR]
    session.add(
        AuditEntry(
            at=now,
            actor_id=actor.id,
            actor_name=actor.name,
            action=action,
            record_type=record_type,
            record_id=record_id,
            lead_id=lead_id,
            team_id=team_id,
            reason=reason,
            changes=_plain(changes) if changes else None,
        )
    )


def _write_entries(session: Session, _context: UOWTransaction) -> None:
    actor = session.info.get(_ACTOR)
    if actor is None:
        return
    now = datetime.now(UTC)
    rows = []
    for action, instances in (
        ("created", session.new),
        ("changed", session.dirty),
        ("deleted", session.deleted),
    ):
        for instance in instances:
            if not isinstance(instance, _NOT_AUDITED):
                row = _entry(instance, action, actor, now)
                if row is not None:
                    rows.append(row)
    if rows:
        # Inside a flush nothing can be added to the session; the connection writes them at once.
        session.connection().execute(sa.insert(AuditEntry), rows)


def _entry(instance: Any, action: str, actor: Actor, now: datetime) -> dict[str, Any] | None:
    state: InstanceState[Base] = sa.inspect(instance)
    changes = {}
    for attribute in state.mapper.column_attrs:
        name = attribute.key
        if name in _NOISE or (name == "id" and action != "deleted"):
            continue
        if name in _KEPT_ON_LEADS and isinstance(instance, Lead):
            continue
        history: History = state.attrs[name].history
        if action == "changed" and not history.has_changes():
            continue
        old = history.deleted[0] if history.deleted else None
        new = history.added[0] if history.added else None
        if action == "created" and new is None:
            continue
        if action == "deleted":
            old, new = getattr(instance, name), None
            if old is None:
                continue
        if name in _SECRET:
            old, new = "***" if old else None, "***" if new else None
        changes[name] = [_plain(old), _plain(new)]
    if action == "changed" and not changes:
        return None
    return {
        "at": now,
        "actor_id": actor.id,
        "actor_name": actor.name,
        "action": action,
        "record_type": instance.__tablename__,
        "record_id": getattr(instance, "id", None),
        "lead_id": instance.id
        if instance.__tablename__ == "leads"
        else getattr(instance, "lead_id", None),
        "team_id": instance.team_id if isinstance(instance, TeamScoped) else None,
        "reason": None,
        "changes": changes or None,
    }


def _plain(value: Any) -> Any:
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value
