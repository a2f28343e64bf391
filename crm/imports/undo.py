"""Takes an import back: refuses where somebody went on working, else restores what stood before."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.imports.chunks import in_chunks
from crm.imports.undo_creations import delete_created
from crm.imports.undo_merges import refuse_merged
from crm.imports.undo_records import is_of_records, load_unchanged, take_back_records
from crm.imports.undo_updates import restore_updated
from crm.imports.writing import insert, tables_of_leads, values_in
from models.audit import AuditEntry
from models.errors import DomainError, N_
from models.import_batch import BatchState, ImportBatch, ImportRow, RowAction
from models.lead import Lead
from models.organization import Organization
from models.user import Actor

# Rows that follow from a lead by themselves, or are nobody's work on it.
_FOLLOWERS = frozenset({"audit_entries", "import_rows", "lead_snoozes", "scores", "search_entries"})
_NAMED = 3


@dataclass(frozen=True, slots=True)
class BatchRows:
    """The leads that a batch created and changed, as far as the one who undoes may see them."""

    created: tuple[int, ...]
    before: dict[int, dict[str, Any]]
    applied_at: datetime

    @property
    def lead_ids(self) -> tuple[int, ...]:
        """All leads that undoing touches."""
        return (*self.created, *self.before)


def take_back(session: Session, batch: ImportBatch, *, actor: Actor, now: datetime) -> None:
    """Restore what the batch changed and delete what it created.

    Raises:
        DomainError: a lead was changed since, or is not the actor's to see any more.
    """
    if is_of_records(batch):
        take_back_records(session, batch, actor=actor, now=now)
        return
    rows = _load_rows(session, batch)
    _refuse_changed(session, batch, rows)
    titles = _titles(session, rows.lead_ids)
    created = set(rows.created)
    restore_updated(session, batch, rows.before, applied_at=rows.applied_at)
    delete_created(session, batch, rows.created)
    insert(
        session,
        AuditEntry,
        [
            {
                "at": now,
                "actor_id": actor.id,
                "actor_name": actor.name,
                "action": "deleted" if lead_id in created else "restored",
                "record_type": Lead.__tablename__,
                "record_id": lead_id,
                "lead_id": lead_id,
                "reason": f"import {batch.public_id} undone",
                "changes": {"title": [titles[lead_id], None]} if lead_id in created else None,
            }
            for lead_id in rows.lead_ids
        ],
    )
    session.expire_all()


def refuse_changed(session: Session, batch: ImportBatch) -> None:
    """Refuse what taking the batch back would refuse; writes nothing.

    Raises:
        DomainError: a lead was changed since, or is not the actor's to see any more.
    """
    if is_of_records(batch):
        load_unchanged(session, batch)
    else:
        _refuse_changed(session, batch, _load_rows(session, batch))


def _load_rows(session: Session, batch: ImportBatch) -> BatchRows:
    created: list[int] = []
    before: dict[int, dict[str, Any]] = {}
    seen = 0
    statement = (
        sa.select(ImportRow.action, ImportRow.lead_id, ImportRow.before)
        .where(ImportRow.batch_id == batch.id)
        .order_by(ImportRow.id)
    )
    for action, lead_id, stood in session.execute(statement):
        seen += 1
        if action is RowAction.CREATED:
            created.append(lead_id)
        elif stood is not None:
            before[lead_id] = stood
    summary = batch.summary or {}
    if seen != summary["row_count"]:
        # A lead was deleted, or restricted to a team that the actor does not belong to.
        raise DomainError(
            N_("This import cannot be undone any more: some of its leads were changed since.")
        )
    return BatchRows(tuple(created), before, datetime.fromisoformat(summary["applied_at"]))


def _refuse_changed(session: Session, batch: ImportBatch, rows: BatchRows) -> None:
    filled = [stood["id"] for stood in (batch.summary or {}).get("organizations_before", ())]
    refuse_merged(
        session,
        batch,
        {Lead.__tablename__: rows.lead_ids, Organization.__tablename__: filled},
        applied_at=rows.applied_at,
    )
    changed = _changed_since(session, rows) | _worked_on(session, batch, rows.created)
    changed |= _imported_since(session, batch, rows.lead_ids)
    if not changed:
        return
    titles = _titles(session, sorted(changed)[:_NAMED])
    raise DomainError(
        N_(
            "This import cannot be undone any more: %(count)s of its leads were changed since,"
            " the first are %(leads)s."
        ),
        count=len(changed),
        leads=", ".join(titles.values()),
    )


def _changed_since(session: Session, rows: BatchRows) -> set[int]:
    """Leads whose own columns were written after the import."""
    found: set[int] = set()
    for chunk in in_chunks(rows.lead_ids):
        statement = sa.select(Lead.id).where(Lead.id.in_(chunk), Lead.changed_at != rows.applied_at)
        found.update(session.scalars(statement))
    return found


def _worked_on(session: Session, batch: ImportBatch, created: Collection[int]) -> set[int]:
    """New leads to which somebody added something that deleting them would take along."""
    found: set[int] = set()
    for table in tables_of_leads():
        if table.name in _FOLLOWERS:
            continue
        others = []
        if "batch_id" in table.c:
            others.append(table.c.batch_id.is_distinct_from(batch.id))
        found |= values_in(session, table.c.lead_id, created, *others)
    return found


def _imported_since(session: Session, batch: ImportBatch, lead_ids: Collection[int]) -> set[int]:
    """Leads that a later import changed, which has to be undone first."""
    found: set[int] = set()
    for chunk in in_chunks(lead_ids):
        statement = (
            sa.select(ImportRow.lead_id)
            .join(ImportBatch, ImportBatch.id == ImportRow.batch_id)
            .where(
                ImportRow.lead_id.in_(chunk),
                ImportRow.batch_id > batch.id,
                ImportRow.action == RowAction.UPDATED,
                ImportBatch.state.in_([BatchState.APPLIED, BatchState.KEPT]),
            )
        )
        found.update(number for number in session.scalars(statement) if number is not None)
    return found


def _titles(session: Session, lead_ids: Sequence[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for chunk in in_chunks(lead_ids):
        statement = sa.select(Lead.id, Lead.title).where(Lead.id.in_(chunk))
        found.update((number, title) for number, title in session.execute(statement))
    return found
