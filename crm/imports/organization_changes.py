"""What a file says better of an organization on file."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.imports.chunks import in_chunks
from crm.imports.organization_drafts import FILLED, Draft
from crm.imports.organizations_on_file import Facts, OrganizationsOnFile
from crm.imports.records import Change
from models.organization import (
    OrganizationName,
    OrganizationRelation,
    OrganizationRole,
    OrganizationRoleLink,
    RelationKind,
)


class KnownParts:
    """The names, roles and parents of the organizations that rows mean."""

    def __init__(self, session: Session, numbers: Sequence[int]) -> None:
        self.names: dict[int, set[str]] = {}
        self.roles: dict[int, set[OrganizationRole]] = {}
        self.parents: dict[int, set[int]] = {}
        relation = OrganizationRelation
        for chunk in in_chunks(numbers):
            for number, text in session.execute(
                sa.select(OrganizationName.organization_id, OrganizationName.text).where(
                    OrganizationName.organization_id.in_(chunk)
                )
            ):
                self.names.setdefault(number, set()).add(text)
            for number, role in session.execute(
                sa.select(OrganizationRoleLink.organization_id, OrganizationRoleLink.role).where(
                    OrganizationRoleLink.organization_id.in_(chunk)
                )
            ):
                self.roles.setdefault(number, set()).add(role)
            for child, parent in session.execute(
                sa.select(relation.other_id, relation.organization_id).where(
                    relation.other_id.in_(chunk), relation.kind == RelationKind.PARENT
                )
            ):
                self.parents.setdefault(child, set()).add(parent)
            for child, parent in session.execute(
                sa.select(relation.organization_id, relation.other_id).where(
                    relation.organization_id.in_(chunk), relation.kind == RelationKind.SUBSIDIARY
                )
            ):
                self.parents.setdefault(child, set()).add(parent)


def change_of(
    draft: Draft, facts: Facts, on_file: OrganizationsOnFile, known: KnownParts
) -> Change:
    """What a draft says better of an organization on file; an empty cell takes nothing away."""
    number = facts["id"]
    change = Change(draft.rows, number, facts)
    for column in (*FILLED, "reference"):
        value = draft.values.get(column)
        if value is not None and value != facts[column]:
            change.columns[column] = value
    if "reference" in change.columns and on_file.is_absorbed(number, change.columns["reference"]):
        # The row found it by the reference of one that went into it: it keeps its own.
        del change.columns["reference"]
    if draft.sector is not None and draft.sector != facts["sector_id"]:
        change.columns["sector_id"] = draft.sector
    if draft.native_name and draft.native_name != facts["native_name"]:
        change.columns["native_name"] = draft.native_name
    if draft.name and draft.name != facts["name"]:
        change.columns["name"] = draft.name
    texts = known.names.get(number, set())
    change.links["names"] = [(text, kind) for text, kind in draft.names if text not in texts]
    change.links["numbers"] = [
        pair for pair in draft.numbers if pair not in on_file.numbers.get(number, ())
    ]
    if draft.roles and set(draft.roles) != known.roles.get(number, set()):
        change.links["roles"] = draft.roles
        change.links["roles_before"] = sorted(known.roles.get(number, set()))
    parents = known.parents.get(number, set())
    change.links["parents"] = [
        parent for parent in draft.parent_ids if isinstance(parent, Draft) or parent not in parents
    ]
    return change
