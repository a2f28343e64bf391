"""Gives leads and companies back what an import changed on them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.imports.snapshots import from_plain, pick, split_by_free_keys
from crm.imports.writing import delete, insert, table_of, update, values_in
from crm.search.touched import touch
from models.import_batch import ImportBatch
from models.interaction import FollowUp
from models.lead import Lead, LeadRevision
from models.organization import Organization, OrganizationName
from models.search import SearchKind

_STEP_COLUMNS = ("id", "text", "due_on", "due_at", "owner_id")


def restore_updated(
    session: Session,
    batch: ImportBatch,
    before: Mapping[int, Mapping[str, Any]],
    *,
    applied_at: datetime,
) -> None:
    """Write back the columns, revisions and next steps that stood before."""
    restore_leads(session, before)
    _restore_revisions(session, before)
    restore_steps(session, before, applied_at=applied_at)
    _restore_organizations(session, (batch.summary or {}).get("organizations_before", ()))


def restore_leads(session: Session, before: Mapping[int, Mapping[str, Any]]) -> None:
    by_columns: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for lead_id, stood in before.items():
        values = from_plain(table_of(Lead), stood["lead"])
        by_columns.setdefault(tuple(values), []).append({**values, "id": lead_id})
    for rows in by_columns.values():
        update(session, Lead, rows)


def _restore_revisions(session: Session, before: Mapping[int, Mapping[str, Any]]) -> None:
    """Put the old revisions in the place of those that the leads have now, with their old keys."""
    told = {
        lead_id: stood["revisions"] for lead_id, stood in before.items() if "revisions" in stood
    }
    delete(session, LeadRevision, "lead_id", list(told))
    table = table_of(LeadRevision)
    rows = [from_plain(table, row) for revisions in told.values() for row in revisions]
    # A key that was freed may have been given to somebody else's revision since.
    taken = values_in(session, table.c.id, [row["id"] for row in rows])
    free, others = split_by_free_keys(rows, taken)
    insert(session, LeadRevision, free)
    insert(session, LeadRevision, others)


def restore_steps(
    session: Session, before: Mapping[int, Mapping[str, Any]], *, applied_at: datetime
) -> None:
    """Give the open next step its old words; one that the import made goes."""
    steps = {
        lead_id: stood["next_steps"] for lead_id, stood in before.items() if "next_steps" in stood
    }
    table = table_of(FollowUp)
    delete(
        session,
        FollowUp,
        "lead_id",
        [lead_id for lead_id, stood in steps.items() if not stood],
        table.c.is_next_step,
        table.c.done_at.is_(None),
        table.c.created_at == applied_at,
    )
    rows: Sequence[dict[str, Any]] = [
        from_plain(table, pick(step, _STEP_COLUMNS)) for stood in steps.values() for step in stood
    ]
    update(session, FollowUp, rows)


def _restore_organizations(session: Session, before: Collection[Mapping[str, Any]]) -> None:
    """Empty the columns of companies that the import filled in, as far as they still say so."""
    organizations, names = table_of(Organization), table_of(OrganizationName)
    for stood in before:
        for column, value in stood["filled"].items():
            session.connection().execute(
                sa.update(organizations)
                .where(organizations.c.id == stood["id"], organizations.c[column] == value)
                .values({column: None})
            )
        touch(session, SearchKind.ORGANIZATION, [stood["id"]])
        if stood["name"] is not None:
            delete(
                session,
                OrganizationName,
                "organization_id",
                [stood["id"]],
                names.c.text == stood["name"],
            )
