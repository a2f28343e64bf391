"""Many rows in few statements, for the apply half of commands."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session


def insert_rows(session: Session, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows; columns that a row leaves out get their default."""
    if rows:
        session.connection().execute(sa.insert(table), [complete(table, row) for row in rows])


def insert_returning(
    session: Session, table: sa.Table, rows: Sequence[Mapping[str, Any]]
) -> list[int]:
    """Insert rows and return their keys in the same order."""
    if not rows:
        return []
    whole = [complete(table, row) for row in rows]
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        # SQLite returns no keys in order for many rows at once. This transaction holds the write
        # lock, so nobody else takes the next keys.
        last = connection.execute(sa.select(sa.func.max(table.c.id))).scalar() or 0
        keys = list(range(last + 1, last + 1 + len(whole)))
        connection.execute(
            sa.insert(table), [{**row, "id": key} for row, key in zip(whole, keys, strict=True)]
        )
        return keys
    statement = sa.insert(table).returning(table.c.id, sort_by_parameter_order=True)
    return list(connection.execute(statement, whole).scalars())


def complete(table: sa.Table, row: Mapping[str, Any]) -> dict[str, Any]:
    """A row with every column, so that thousands of them are one statement.

    Raises:
        KeyError: the row names a column that the table does not have.
    """
    unknown = row.keys() - table.c.keys()
    if unknown:
        raise KeyError(f"{table.name} has no {sorted(unknown)}")
    whole = {}
    for column in table.c:
        if column.name in row:
            whole[column.name] = row[column.name]
        elif not column.primary_key or column.foreign_keys:
            whole[column.name] = _default(column)
    return whole


def _default(column: sa.Column[Any]) -> Any:
    default = column.default
    if default is None:
        return None
    if isinstance(default, sa.ColumnDefault) and default.is_callable:
        return default.arg(None)
    return default.arg if isinstance(default, sa.ColumnDefault) else None
