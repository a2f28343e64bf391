"""Which rows are used by others, whatever the table: read off the foreign keys."""

from collections.abc import Collection, Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.imports.chunks import in_chunks
from models.tables import METADATA


def used_keys(
    session: Session, table: sa.Table, keys: Collection[int], *, parts: Collection[str] = ()
) -> set[int]:
    """Those of the keys that a row of another table refers to.

    `parts` are tables whose rows belong to the record itself and go with it.
    """
    used: set[int] = set()
    for column in _references(table):
        if column.table.name in parts:
            continue
        for chunk in in_chunks(keys):
            statement = sa.select(column).where(column.in_(chunk)).distinct()
            used.update(session.connection().execute(statement).scalars())
    return used


def tables_of_leads() -> Iterator[tuple[sa.Table, sa.Column[Any]]]:
    """Every table that refers to a lead by `lead_id`."""
    for table in METADATA.sorted_tables:
        if "lead_id" in table.c:
            yield table, table.c.lead_id


def _references(table: sa.Table) -> Iterator[sa.Column[Any]]:
    for other in METADATA.sorted_tables:
        for column in other.c:
            if any(key.column.table is table for key in column.foreign_keys):
                yield column
