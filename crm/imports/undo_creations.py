"""Deletes what an import created, as far as nothing else uses it by now."""

from collections.abc import Collection, Sequence
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.imports.chunks import in_chunks
from crm.imports.references import used_keys
from models.contact import Contact
from models.import_batch import ImportBatch
from models.interaction import FollowUp
from models.lead import ImportedTotal, Lead, LeadSource
from models.organization import Organization, Sector
from models.user import Office, User

# Rows that are a part of an organization and go with it.
_ORGANIZATION_PARTS = ("organization_names", "organization_roles")


def delete_created(session: Session, batch: ImportBatch, lead_ids: Sequence[int]) -> None:
    """Delete the leads, then contacts, companies and names that nothing refers to any more."""
    # On leads that were on file before, these came with the batch too.
    for child in (ImportedTotal, FollowUp):
        table = _table(child)
        session.connection().execute(sa.delete(table).where(table.c.batch_id == batch.id))
    _delete(session, _table(Lead), lead_ids)
    _delete_unused(session, _table(Contact), _brought(session, _table(Contact), batch))
    _delete_unused(
        session,
        _table(Organization),
        _brought(session, _table(Organization), batch),
        parts=_ORGANIZATION_PARTS,
    )
    names: dict[str, list[dict[str, Any]]] = (batch.summary or {}).get("names", {})
    owners = [row["id"] for row in names.get("owners", ())]
    users = _table(User)
    without_password = sa.select(users.c.id).where(
        users.c.id.in_(owners), users.c.password_hash.is_(None)
    )
    _delete_unused(session, users, list(session.connection().execute(without_password).scalars()))
    for cls, kind in ((Sector, "sectors"), (LeadSource, "sources"), (Office, "offices")):
        _delete_unused(session, _table(cls), [row["id"] for row in names.get(kind, ())])


def _brought(session: Session, table: sa.Table, batch: ImportBatch) -> list[int]:
    statement = sa.select(table.c.id).where(table.c.batch_id == batch.id)
    return list(session.connection().execute(statement).scalars())


def _delete_unused(
    session: Session, table: sa.Table, keys: Collection[int], *, parts: Collection[str] = ()
) -> None:
    used = used_keys(session, table, keys, parts=parts)
    _delete(session, table, [key for key in keys if key not in used])


def _delete(session: Session, table: sa.Table, keys: Collection[int]) -> None:
    for chunk in in_chunks(keys):
        session.connection().execute(sa.delete(table).where(table.c.id.in_(chunk)))


def _table(cls: type[Any]) -> sa.Table:
    return cast(sa.Table, cls.__table__)
