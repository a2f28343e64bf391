"""Deletes what an import created, as far as nothing else uses it by now."""

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.imports.chunks import in_chunks
from crm.imports.writing import delete, used_keys
from models.base import Base
from models.contact import Contact
from models.import_batch import ImportBatch
from models.interaction import FollowUp
from models.lead import ImportedTotal, Lead, LeadSource
from models.organization import Organization, Sector
from models.user import Office, User

# Rows that are a part of an organization and go with it.
_ORGANIZATION_PARTS = ("organization_names", "organization_roles", "steward_notices")


def delete_created(session: Session, batch: ImportBatch, lead_ids: Sequence[int]) -> None:
    """Delete the leads, then contacts, companies and names that nothing refers to any more."""
    # On leads that were on file before, these came with the batch too.
    for child in (ImportedTotal, FollowUp):
        delete(session, child, "batch_id", [batch.id])
    delete(session, Lead, "id", lead_ids)
    _delete_unused(session, Contact, _brought(session, Contact, batch))
    delete_unused_companies(session, batch)
    delete_names(session, batch)


def delete_unused_companies(session: Session, batch: ImportBatch) -> None:
    """Delete the organizations that came with a batch, as far as nothing refers to them."""
    _delete_unused(
        session, Organization, _brought(session, Organization, batch), parts=_ORGANIZATION_PARTS
    )


def delete_names(session: Session, batch: ImportBatch) -> None:
    """Delete the owners, sectors, sources and offices of a batch that nothing refers to."""
    names: dict[str, list[dict[str, Any]]] = (batch.summary or {}).get("names", {})
    _delete_unused(session, User, _without_password(session, _keys(names, "owners")))
    _delete_unused(session, Sector, _keys(names, "sectors"))
    _delete_unused(session, LeadSource, _keys(names, "sources"))
    _delete_unused(session, Office, _keys(names, "offices"))


def _brought(
    session: Session, record: type[Contact] | type[Organization], batch: ImportBatch
) -> list[int]:
    return list(session.scalars(sa.select(record.id).where(record.batch_id == batch.id)))


def _keys(names: dict[str, list[dict[str, Any]]], kind: str) -> list[int]:
    return [row["id"] for row in names.get(kind, ())]


def _without_password(session: Session, keys: Collection[int]) -> list[int]:
    """Owners who got no password since: the others are people who sign in."""
    found: list[int] = []
    for chunk in in_chunks(keys):
        statement = sa.select(User.id).where(User.id.in_(chunk), User.password_hash.is_(None))
        found += session.scalars(statement)
    return found


def _delete_unused(
    session: Session, record: type[Base], keys: Collection[int], *, parts: Collection[str] = ()
) -> None:
    used = used_keys(session, record, keys, parts=parts)
    delete(session, record, "id", [key for key in keys if key not in used])
