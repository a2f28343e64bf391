"""Refuses to take back an import on whose records somebody went on by merging organizations."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.imports.writing import row_keys, rows_since
from models.contact import Contact
from models.duplicate import OrganizationMerge
from models.errors import DomainError, N_
from models.import_batch import ImportBatch, ImportRow
from models.organization import Organization

_NAMED = 3
_MERGED = N_(
    "This import cannot be undone any more: organizations of its records were merged since:"
    " %(names)s."
)
_GONE = N_("This import cannot be undone any more: some of its records were changed since.")


def refuse_merged(
    session: Session,
    batch: ImportBatch,
    keys: Mapping[str, Collection[int]],
    *,
    applied_at: datetime,
) -> None:
    """Refuse where an organization that a batch brought or changed was merged with another.

    `keys` are the batch's records by table. A merge that moved one of them counts too: parting
    what was merged has to find it again. Merges count whoever may see them.

    Raises:
        DomainError: there is such a merge; those that the session sees are named.
    """
    found = rows_since(session, OrganizationMerge, "merged_at", applied_at)
    standing = [merge for merge in found if merge["undone_at"] is None]
    if not standing:
        return
    of_batch = {name: set(ids) for name, ids in keys.items()}
    for record in (Organization, Contact):
        brought = row_keys(session, record, "batch_id", [batch.id])
        of_batch.setdefault(record.__tablename__, set()).update(brought)
    of_batch[ImportRow.__tablename__] = row_keys(session, ImportRow, "batch_id", [batch.id])
    merged = [merge["id"] for merge in standing if _concerns(merge, batch, of_batch)]
    if not merged:
        return
    seen = session.execute(
        sa.select(OrganizationMerge.absorbed_name, Organization.name)
        .join(Organization, Organization.id == OrganizationMerge.organization_id)
        .where(OrganizationMerge.id.in_(merged[:_NAMED]))
        .order_by(OrganizationMerge.id)
    ).all()
    if not seen:
        raise DomainError(_GONE)
    raise DomainError(_MERGED, names=", ".join(f"{old} → {new}" for old, new in seen))


def _concerns(
    merge: Mapping[str, Any], batch: ImportBatch, of_batch: Mapping[str, set[int]]
) -> bool:
    organizations = of_batch[Organization.__tablename__]
    [absorbed] = merge["absorbed"][Organization.__tablename__]
    if merge["organization_id"] in organizations or absorbed["batch_id"] == batch.id:
        return True
    moved = merge["moved"]
    return any(
        not of_batch[name].isdisjoint(group["ids"])
        for name in of_batch.keys() & moved["changed"].keys()
        for group in moved["changed"][name]
    ) or any(
        row["id"] in of_batch[name]
        for name in of_batch.keys() & moved["dropped"].keys()
        for row in moved["dropped"][name]
    )
