"""A row of every table that names an organization, also of those that no test knows yet."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.duplicates.relations import RELATIONS, How
from models.tables import METADATA
from models.types import UtcDateTime
from tests.factories.lead import NOW


def fill_relations(session: Session, *organization_ids: int) -> None:
    """Give each organization a row in every table that has none of theirs, and in its children."""
    for relation in RELATIONS:
        this = METADATA.tables[relation.table]
        column = this.c[relation.column]
        named = sa.select(sa.func.count()).where(column.in_(organization_ids))
        if not relation.is_judged or relation.how is How.PAIR or session.scalar(named):
            continue
        for number in organization_ids:
            key = _insert(session, this, {relation.column: number})
            for child, name in relation.children:
                _insert(session, METADATA.tables[child], {name: key})


def _insert(session: Session, this: sa.Table, values: dict[str, Any]) -> Any:
    row = dict(values)
    for column in this.c:
        if column.name in row or column.nullable or column.name == "id":
            continue
        if column.default is None and column.server_default is None:
            row[column.name] = _value(session, column)
        elif column.name == "public_id":
            row[column.name] = f"made{_count(session, this):012}"
    return session.execute(sa.insert(this).values(row)).inserted_primary_key[0]  # type: ignore[attr-defined]


def _value(session: Session, column: sa.Column[Any]) -> Any:
    for key in column.foreign_keys:
        parent = key.column.table
        found = session.scalar(sa.select(sa.func.min(key.column)))
        return found if found is not None else _insert(session, parent, {})
    kind = column.type
    if isinstance(kind, sa.Enum):
        return next(iter(kind.enum_class or kind.enums))  # type: ignore[call-overload]
    if isinstance(kind, sa.JSON):
        return []
    if isinstance(kind, UtcDateTime):
        return NOW
    if isinstance(kind, sa.Date):
        return NOW.date()
    if isinstance(kind, sa.Boolean):
        return False
    if isinstance(kind, sa.Integer | sa.Float):
        return 1
    return f"made {_count(session, column.table)}"


def _count(session: Session, this: Any) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(this)) or 0
