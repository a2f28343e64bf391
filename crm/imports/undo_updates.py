"""Gives leads and companies back what an import changed on them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.imports.chunks import in_chunks
from crm.imports.snapshots import from_plain, split_by_free_keys
from crm.rows import insert_rows
from models.import_batch import ImportBatch
from models.interaction import FollowUp
from models.lead import Lead, LeadRevision
from models.organization import Organization, OrganizationName

_LEADS = cast(sa.Table, Lead.__table__)
_REVISIONS = cast(sa.Table, LeadRevision.__table__)
_FOLLOW_UPS = cast(sa.Table, FollowUp.__table__)
_ORGANIZATIONS = cast(sa.Table, Organization.__table__)
_NAMES = cast(sa.Table, OrganizationName.__table__)


def restore_updated(
    session: Session,
    batch: ImportBatch,
    before: Mapping[int, Mapping[str, Any]],
    *,
    applied_at: datetime,
) -> None:
    """Write back the columns, revisions and next steps that stood before."""
    _restore_leads(session, before)
    told = {lead_id: stood for lead_id, stood in before.items() if "revisions" in stood}
    _replace(session, _REVISIONS, list(told), [r for s in told.values() for r in s["revisions"]])
    stepped = [lead_id for lead_id, stood in before.items() if "next_steps" in stood]
    _restore_steps(session, stepped, before, applied_at=applied_at)
    _restore_organizations(session, (batch.summary or {}).get("organizations_before", ()))


def _restore_leads(session: Session, before: Mapping[int, Mapping[str, Any]]) -> None:
    by_columns: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for lead_id, stood in before.items():
        columns = {name: value for name, value in stood["lead"].items() if name != "id"}
        values = from_plain(_LEADS, columns)
        by_columns.setdefault(tuple(values), []).append(
            {"key": lead_id, **{f"old_{name}": value for name, value in values.items()}}
        )
    for names, rows in by_columns.items():
        session.connection().execute(
            sa.update(_LEADS)
            .where(_LEADS.c.id == sa.bindparam("key"))
            .values({name: sa.bindparam(f"old_{name}") for name in names}),
            rows,
        )


def _replace(
    session: Session, table: sa.Table, lead_ids: Sequence[int], rows: Sequence[Mapping[str, Any]]
) -> None:
    """Put the old rows of these leads in the place of those they have now, with their old keys."""
    for chunk in in_chunks(lead_ids):
        session.connection().execute(sa.delete(table).where(table.c.lead_id.in_(chunk)))
    _insert(session, table, rows)


def _insert(session: Session, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    typed = [from_plain(table, row) for row in rows]
    taken: set[int] = set()
    for chunk in in_chunks([row["id"] for row in typed]):
        statement = sa.select(table.c.id).where(table.c.id.in_(chunk))
        taken.update(session.connection().execute(statement).scalars())
    free, others = split_by_free_keys(typed, taken)
    insert_rows(session, table, free)
    insert_rows(session, table, others)


def _restore_steps(
    session: Session,
    lead_ids: Collection[int],
    before: Mapping[int, Mapping[str, Any]],
    *,
    applied_at: datetime,
) -> None:
    """Give the open next step its old words; one that the import made goes."""
    steps = [row for lead_id in lead_ids for row in before[lead_id]["next_steps"]]
    for chunk in in_chunks([lead_id for lead_id in lead_ids if not before[lead_id]["next_steps"]]):
        session.connection().execute(
            sa.delete(_FOLLOW_UPS).where(
                _FOLLOW_UPS.c.lead_id.in_(chunk),
                _FOLLOW_UPS.c.is_next_step,
                _FOLLOW_UPS.c.done_at.is_(None),
                _FOLLOW_UPS.c.created_at == applied_at,
            )
        )
    names = ("text", "due_on", "due_at", "owner_id")
    rows = [
        from_plain(_FOLLOW_UPS, {name: step[name] for name in ("id", *names)}) for step in steps
    ]
    if rows:
        session.connection().execute(
            sa.update(_FOLLOW_UPS)
            .where(_FOLLOW_UPS.c.id == sa.bindparam("key"))
            .values({name: sa.bindparam(f"old_{name}") for name in names}),
            [{"key": row["id"], **{f"old_{name}": row[name] for name in names}} for row in rows],
        )


def _restore_organizations(session: Session, before: Collection[Mapping[str, Any]]) -> None:
    """Empty the columns of companies that the import filled in, as far as they still say so."""
    for stood in before:
        for column, value in stood["filled"].items():
            session.connection().execute(
                sa.update(_ORGANIZATIONS)
                .where(_ORGANIZATIONS.c.id == stood["id"], _ORGANIZATIONS.c[column] == value)
                .values({column: None})
            )
        if stood["name"] is not None:
            session.connection().execute(
                sa.delete(_NAMES).where(
                    _NAMES.c.organization_id == stood["id"], _NAMES.c.text == stood["name"]
                )
            )
