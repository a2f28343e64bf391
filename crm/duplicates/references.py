"""The references of organizations that were merged away: they still mean the one that was left.

They are read from the merges themselves. Undone, a merge takes its reference back at once, and
one that was merged on belongs to whoever was left in the end.
"""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.imports.chunks import in_chunks
from models.duplicate import OrganizationMerge
from models.organization import Organization


def _reference(absorbed: Any) -> Any:
    return absorbed[("organizations", 0, "reference")].as_string()


def find_absorbed_references(session: Session, spelled: Collection[str]) -> list[tuple[str, int]]:
    """Those of the references that were a merged organization's, each with who was left.

    In the viewer's sight; `spelled` are all the spellings that are worth looking for.
    """
    found: list[tuple[str, int]] = []
    reference = _reference(OrganizationMerge.absorbed)
    for chunk in in_chunks(spelled):
        rows = session.execute(
            sa.select(reference, OrganizationMerge.organization_id)
            .where(OrganizationMerge.undone_at.is_(None), reference.in_(chunk))
            .order_by(OrganizationMerge.id)
        )
        found += [(text, number) for text, number in rows]
    return found


def list_absorbed_references(session: Session, organization: Organization) -> list[str]:
    """The references of what went into an organization, less its own."""
    reference = _reference(OrganizationMerge.absorbed)
    rows = session.scalars(
        sa.select(reference)
        .where(
            OrganizationMerge.organization_id == organization.id,
            OrganizationMerge.undone_at.is_(None),
            reference.is_not(None),
        )
        .order_by(OrganizationMerge.id)
    )
    return [text for text in dict.fromkeys(rows) if text != organization.reference]


def absorbed_references_of(merges: sa.Table, ids: Collection[int]) -> sa.Select[Any]:
    """The organization and the reference of each merge into these, past visibility: for search."""
    reference = _reference(merges.c.absorbed)
    return (
        sa.select(merges.c.organization_id, reference.label("reference"))
        .where(
            merges.c.organization_id.in_(ids), merges.c.undone_at.is_(None), reference.is_not(None)
        )
        .order_by(merges.c.id)
    )
