"""Takes back a file of organizations, contacts or interactions, while nothing is built on it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.imports.chunks import in_chunks
from crm.imports.organization_apply import part_marks
from crm.imports.snapshots import from_plain
from crm.imports.undo_creations import delete_names, delete_unused_companies
from crm.imports.undo_merges import refuse_merged
from crm.imports.undo_updates import restore_leads, restore_steps
from crm.imports.writing import (
    delete,
    insert,
    references_to,
    table_of,
    update_each,
    values_in,
)
from crm.organizations.apply import retitle_leads
from models.audit import AuditEntry
from models.base import Base
from models.contact import Contact
from models.errors import DomainError, N_
from models.import_batch import BatchKind, ImportBatch, ImportRow, RowAction
from models.interaction import FollowUp, Interaction, InteractionParticipant
from models.lead import Lead
from models.organization import (
    Organization,
    OrganizationIdentifier,
    OrganizationName,
    OrganizationRelation,
    OrganizationRole,
    OrganizationRoleLink,
)
from models.user import Actor

_NAMED = 3
_RECORDS: dict[BatchKind, type[Organization | Contact | Interaction]] = {
    BatchKind.ORGANIZATIONS: Organization,
    BatchKind.CONTACTS: Contact,
    BatchKind.INTERACTIONS: Interaction,
}
# Rows that are a part of a record, or follow from it by themselves, or are nobody's work on it.
_FOLLOWERS = frozenset(
    {"import_rows", "search_entries", "distinct_pairs", "steward_notices"}
    | {"organization_names", "organization_roles", "organization_identifiers"}
    | {"organization_relations", "interaction_participants"}
)
_CHANGED = N_(
    "This import cannot be undone any more: %(count)s of its records were changed or used since,"
    " the first are %(names)s."
)
_GONE = N_("This import cannot be undone any more: some of its records were changed since.")


@dataclass(slots=True)
class Rows:
    """The records that a batch created and changed, as far as the one who undoes may see them."""

    created: dict[int, dict[str, Any]] = field(default_factory=dict)
    changed: dict[int, dict[str, Any]] = field(default_factory=dict)
    leads: dict[int, dict[str, Any]] = field(default_factory=dict)
    is_merged: bool = False

    @property
    def ids(self) -> list[int]:
        """All records that undoing touches."""
        return [*self.created, *self.changed]


def take_back_records(session: Session, batch: ImportBatch, *, actor: Actor, now: datetime) -> None:
    """Restore what the batch changed and delete what it created.

    Raises:
        DomainError: a record was changed or used since, or is not the actor's to see any more.
    """
    record = _RECORDS[batch.kind]
    rows = load_unchanged(session, batch)
    applied_at = _applied_at(batch)
    titles = _titles(session, record, rows.ids)
    _restore(session, record, rows)
    if rows.leads:
        restore_leads(session, rows.leads)
        restore_steps(session, rows.leads, applied_at=applied_at)
    delete(session, FollowUp, "batch_id", [batch.id])
    delete(session, record, "id", list(rows.created))
    if record is not Organization:
        delete_unused_companies(session, batch)
    delete_names(session, batch)
    insert(
        session,
        AuditEntry,
        [
            {
                "at": now,
                "actor_id": actor.id,
                "actor_name": actor.name,
                "action": "deleted" if key in rows.created else "restored",
                "record_type": record.__tablename__,
                "record_id": key,
                "reason": f"import {batch.public_id} undone",
                "changes": {"name": [titles.get(key), None]} if key in rows.created else None,
            }
            for key in rows.ids
        ],
    )
    session.expire_all()
    _retitle(session, [key for key, stood in rows.changed.items() if "name" in stood["columns"]])


def load_unchanged(session: Session, batch: ImportBatch) -> Rows:
    """The records of a batch on which nobody went on working.

    Raises:
        DomainError: a record was changed or used since, or is not the actor's to see any more.
    """
    rows = _load(session, batch)
    _refuse_changed(session, batch, _RECORDS[batch.kind], rows, applied_at=_applied_at(batch))
    return rows


def _applied_at(batch: ImportBatch) -> datetime:
    return datetime.fromisoformat((batch.summary or {})["applied_at"])


def _load(session: Session, batch: ImportBatch) -> Rows:
    column = getattr(ImportRow, f"{batch.kind.value.removesuffix('s')}_id")
    rows, seen = Rows(), 0
    statement = (
        sa.select(ImportRow.action, column, ImportRow.lead_id, ImportRow.before)
        .where(ImportRow.batch_id == batch.id)
        .order_by(ImportRow.id)
    )
    for action, key, lead_id, before in session.execute(statement):
        seen += 1
        if key is None and action in (RowAction.CREATED, RowAction.UPDATED):
            # A merge let its record go into another one: the journal of merges says more.
            rows.is_merged = True
        elif action is RowAction.CREATED:
            rows.created[key] = before or {}
            if lead_id is not None and before:
                rows.leads[lead_id] = before
        elif action is RowAction.UPDATED:
            rows.changed[key] = before or {}
    if seen != (batch.summary or {})["row_count"]:
        # A record was deleted, or restricted to a team that the actor does not belong to.
        raise DomainError(_GONE)
    return rows


def _refuse_changed(
    session: Session,
    batch: ImportBatch,
    record: type[Organization | Contact | Interaction],
    rows: Rows,
    *,
    applied_at: datetime,
) -> None:
    refuse_merged(session, batch, {record.__tablename__: rows.ids}, applied_at=applied_at)
    if rows.is_merged:
        raise DomainError(_GONE)
    changed = _audited_since(session, batch, record, rows.ids) | _used(
        session, batch, record, rows.created
    )
    if record is Organization:
        changed |= _parts_changed(session, rows)
    if changed:
        titles = _titles(session, record, sorted(changed)[:_NAMED])
        raise DomainError(_CHANGED, count=len(changed), names=", ".join(titles.values()))
    moved: set[int] = set()
    for chunk in in_chunks(rows.leads):
        statement = sa.select(Lead.id).where(Lead.id.in_(chunk), Lead.changed_at != applied_at)
        moved.update(session.scalars(statement))
    if moved:
        names = _titles(session, Lead, sorted(moved)[:_NAMED])
        raise DomainError(
            N_(
                "This import cannot be undone any more: %(count)s of its leads were changed since,"
                " the first are %(leads)s."
            ),
            count=len(moved),
            leads=", ".join(names.values()),
        )


def _audited_since(
    session: Session, batch: ImportBatch, record: type[Base], keys: Collection[int]
) -> set[int]:
    """Records whose own columns somebody wrote after the import: the audit misses nobody."""
    entries = table_of(AuditEntry)
    return values_in(
        session,
        entries.c.record_id,
        keys,
        entries.c.record_type == record.__tablename__,
        entries.c.id > (batch.summary or {})["audit_id"],
    )


def _used(
    session: Session, batch: ImportBatch, record: type[Base], created: Collection[int]
) -> set[int]:
    """New records that rows of others refer to, whoever may see those."""
    found: set[int] = set()
    for column in references_to(record):
        table = column.table
        if table.name in _FOLLOWERS and not (
            table.name == "interaction_participants" and record is Contact
        ):
            continue
        others = []
        if "batch_id" in table.c:
            others.append(table.c.batch_id.is_distinct_from(batch.id))
        found |= values_in(session, column, created, *others)
    return found


def _parts_changed(session: Session, rows: Rows) -> set[int]:
    """Organizations to which somebody added a name, a number or a relative, or took one away."""
    marks = part_marks(session, rows.ids)
    stood = {**rows.created, **rows.changed}
    return {key for key, before in stood.items() if before["marks"] != marks[key]}


def _restore(
    session: Session, record: type[Organization | Contact | Interaction], rows: Rows
) -> None:
    table = table_of(record)
    update_each(
        session,
        record,
        [(key, from_plain(table, stood["columns"])) for key, stood in rows.changed.items()],
    )
    parts: Sequence[tuple[str, type[Base]]] = (
        ("names", OrganizationName),
        ("numbers", OrganizationIdentifier),
        ("relations", OrganizationRelation),
        ("people", InteractionParticipant),
    )
    for place, part in parts:
        added = [key for stood in rows.changed.values() for key in stood.get(place, ())]
        delete(session, part, "id", added)
    _restore_roles(session, rows.changed)


def _restore_roles(session: Session, changed: Mapping[int, Mapping[str, Any]]) -> None:
    before = {key: stood["roles"] for key, stood in changed.items() if "roles" in stood}
    delete(session, OrganizationRoleLink, "organization_id", list(before))
    insert(
        session,
        OrganizationRoleLink,
        [
            {"organization_id": key, "role": OrganizationRole(role)}
            for key, roles in before.items()
            for role in roles
        ],
    )


def _retitle(session: Session, keys: Sequence[int]) -> None:
    """Let the leads that show a name that was restored show it again."""
    for chunk in in_chunks(keys):
        for organization in session.scalars(
            sa.select(Organization).where(Organization.id.in_(chunk))
        ):
            retitle_leads(session, organization)


_TITLES: dict[type[Any], Any] = {
    Organization: Organization.name,
    Contact: Contact.printed_name,
    Interaction: sa.func.coalesce(Interaction.summary, Interaction.text),
    Lead: Lead.title,
}


def _titles(session: Session, record: type[Any], keys: Sequence[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for chunk in in_chunks(keys):
        statement = sa.select(record.id, _TITLES[record]).where(record.id.in_(chunk))
        found.update((number, (title or "")[:80]) for number, title in session.execute(statement))
    return found


def is_of_records(batch: ImportBatch) -> bool:
    """Whether a batch is of organizations, contacts or interactions."""
    return batch.kind in _RECORDS
