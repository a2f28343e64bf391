"""Organizations as the matching compares them, as far as the session's viewer sees them."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.identity.keys import NameKeys, keys_of
from crm.identity.matching import Party
from crm.imports.chunks import in_chunks
from models.organization import (
    Organization,
    OrganizationIdentifier,
    OrganizationName,
    OrganizationRelation,
    RelationKind,
)

# How one that stands for another "belongs" to it, whichever of the two the row begins with.
_CHILD_FIRST = frozenset(
    {RelationKind.SUBSIDIARY, RelationKind.BUSINESS_UNIT, RelationKind.JOINT_VENTURE}
)


def load_parties(
    session: Session, keys: Collection[int] | None = None, *conditions: Any
) -> list[Party]:
    """The organizations with these keys, or all of them that meet the conditions.

    One that stands for an unnamed firm is left out: its name is a description.
    """
    organizations = _read(
        session,
        sa.select(Organization.id, Organization.country).where(
            Organization.is_placeholder.is_(False), *conditions
        ),
        Organization.id,
        keys,
    )
    found = dict(organizations)
    # With no keys given the parts of all are read: cheaper than asking for each of thousands.
    wanted = None if keys is None and not conditions else list(found)
    names: dict[int, list[NameKeys]] = defaultdict(list)
    for key, text, kind, language in _read(
        session,
        sa.select(
            OrganizationName.organization_id,
            OrganizationName.text,
            OrganizationName.kind,
            OrganizationName.language,
        ).order_by(OrganizationName.id),
        OrganizationName.organization_id,
        wanted,
    ):
        names[key].append(keys_of(text, kind=kind, language=language))
    numbers: dict[int, set[tuple[str, str]]] = defaultdict(set)
    for key, scheme, value in _read(
        session,
        sa.select(
            OrganizationIdentifier.organization_id,
            OrganizationIdentifier.scheme,
            OrganizationIdentifier.value,
        ),
        OrganizationIdentifier.organization_id,
        wanted,
    ):
        numbers[key].add((scheme.value, value))
    parents = _parents(session, wanted)
    return [
        Party(
            key=key,
            names=tuple(names[key]),
            numbers=frozenset(numbers[key]),
            country=country,
            parents=frozenset(parents[key]),
        )
        for key, country in found.items()
        if key in names
    ]


def _parents(session: Session, wanted: list[int] | None) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    columns = (
        OrganizationRelation.organization_id,
        OrganizationRelation.other_id,
        OrganizationRelation.kind,
    )
    rows = {
        tuple(row)
        for end in columns[:2]
        for row in _read(session, sa.select(*columns), end, wanted)
    }
    for one, other, kind in rows:
        if kind is RelationKind.PARENT:
            found[other].add(one)
        elif kind in _CHILD_FIRST:
            found[one].add(other)
    return found


def _read(session: Session, statement: Any, column: Any, keys: Collection[int] | None) -> list[Any]:
    if keys is None:
        return list(session.execute(statement))
    rows: list[Any] = []
    for chunk in in_chunks(keys):
        rows += session.execute(statement.where(column.in_(chunk)))
    return rows
