"""Rows written, changed and deleted in bulk, past the ORM: for the apply halves of an import.

The keys that come in here were read through the session of the one who imports, so that nothing
is touched that they may not see.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.imports.chunks import in_chunks
from crm.rows import aside_of, insert_returning, insert_rows, laid_out_by
from crm.search.touched import touch_rows
from models.audit import AuditEntry
from models.base import Base
from models.search import SearchEntry
from models.tables import METADATA


def table_of(record: type[Base]) -> sa.Table:
    """The table of a class."""
    table = record.__table__
    assert isinstance(table, sa.Table)
    return table


def column_names(record: type[Base]) -> tuple[str, ...]:
    """The columns of a class's table."""
    return tuple(column.name for column in table_of(record).columns)


def insert(session: Session, record: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows; columns that a row leaves out get their default."""
    insert_rows(session, table_of(record), rows)


def insert_keys(
    session: Session, record: type[Base], rows: Sequence[Mapping[str, Any]]
) -> list[int]:
    """Insert rows; their keys in the same order."""
    return insert_returning(session, table_of(record), rows)


def update_each(
    session: Session, record: type[Base], rows: Iterable[tuple[int, Mapping[str, Any]]]
) -> None:
    """Give rows new values, by their keys; each may have other columns than the next."""
    by_columns: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for key, values in rows:
        if values:
            by_columns.setdefault(tuple(sorted(values)), []).append({**values, "id": key})
    for alike in by_columns.values():
        update(session, record, alike)


def newest_key(session: Session, record: type[Base]) -> int:
    """The highest key of a table, whoever may see its row."""
    table = table_of(record)
    newest = session.connection().execute(sa.select(sa.func.max(table.c.id))).scalar()
    return int(newest or 0)


def changes_since(
    session: Session, audit_id: int
) -> list[tuple[str, str, int | None, frozenset[str]]]:
    """What was written since an audit entry, whoever may see it: act, table, key and columns."""
    entries = table_of(AuditEntry)
    statement = sa.select(
        entries.c.action, entries.c.record_type, entries.c.record_id, entries.c.changes
    ).where(entries.c.id > audit_id)
    return [
        (action, record_type, key, frozenset(changes or ()))
        for action, record_type, key, changes in session.connection().execute(statement)
    ]


def rows_since(
    session: Session, record: type[Base], column: str, moment: datetime
) -> list[dict[str, Any]]:
    """The rows of a table from a moment on, whoever may see them."""
    table = table_of(record)
    statement = sa.select(table).where(table.c[column] >= moment).order_by(table.c.id)
    return [dict(row._mapping) for row in session.connection().execute(statement)]


def row_keys(
    session: Session, record: type[Base], column: str, values: Collection[int]
) -> set[int]:
    """The keys of the rows that have one of these values in a column, whoever may see them."""
    table = table_of(record)
    found: set[int] = set()
    for chunk in in_chunks(values):
        statement = sa.select(table.c.id).where(table.c[column].in_(chunk))
        found.update(session.connection().execute(statement).scalars())
    return found


def tallies(
    session: Session, record: type[Base], column: str, keys: Collection[int]
) -> dict[int, list[int | None]]:
    """How many rows there are for each key in a column, and the newest of them."""
    table = table_of(record)
    newest = sa.func.max(table.c.id) if "id" in table.c else sa.null()
    found: dict[int, list[int | None]] = {}
    for chunk in in_chunks(keys):
        statement = (
            sa.select(table.c[column], sa.func.count(), newest)
            .where(table.c[column].in_(chunk))
            .group_by(table.c[column])
        )
        for key, count, last in session.connection().execute(statement):
            found[key] = [count, last]
    return found


def update(session: Session, record: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Give rows, named by their `id`, new values: each of the rows has the same columns.

    While rows are laid out aside it is those that change.
    """
    if not rows:
        return
    table = table_of(record)
    touch_rows(session, table, "id", [row["id"] for row in rows])
    if laid_out_by(session) is not None:
        table = aside_of(table)
    names = [name for name in rows[0] if name != "id"]
    session.connection().execute(
        sa.update(table)
        .where(table.c.id == sa.bindparam("key"))
        .values({name: sa.bindparam(f"new_{name}") for name in names}),
        [{"key": row["id"], **{f"new_{name}": row[name] for name in names}} for row in rows],
    )


def delete(
    session: Session,
    record: type[Base],
    column: str,
    values: Collection[int],
    *conditions: sa.ColumnElement[bool],
) -> None:
    """Delete the rows that have one of these values in a column."""
    table = table_of(record)
    # A record that goes takes its entries along; an organization that loses a name stays.
    touch_rows(session, table, column, values)
    for chunk in in_chunks(values):
        session.connection().execute(
            sa.delete(table).where(table.c[column].in_(chunk), *conditions)
        )


def used_keys(
    session: Session, record: type[Base], keys: Collection[int], *, parts: Collection[str] = ()
) -> set[int]:
    """Those of the keys that a row of any table refers to, whoever may see it.

    `parts` are tables whose rows belong to the record itself and go with it, as what search keeps
    of it always does.
    """
    used: set[int] = set()
    for column in references_to(record):
        if column.table.name not in (*parts, SearchEntry.__tablename__):
            used |= values_in(session, column, keys)
    return used


def values_in(
    session: Session,
    column: sa.ColumnElement[Any],
    values: Collection[int],
    *conditions: sa.ColumnElement[bool],
) -> set[int]:
    """Those of the values that stand in a column."""
    found: set[int] = set()
    for chunk in in_chunks(values):
        statement = sa.select(column).where(column.in_(chunk), *conditions).distinct()
        found.update(session.connection().execute(statement).scalars())
    return found


def tables_of_leads() -> Iterable[sa.Table]:
    """Every table that refers to a lead by `lead_id`."""
    return (table for table in METADATA.sorted_tables if "lead_id" in table.c)


def references_to(record: type[Base]) -> Iterable[sa.Column[Any]]:
    """Every column of any table that refers to a class's table."""
    table = table_of(record)
    for other in METADATA.sorted_tables:
        for column in other.c:
            if any(key.column.table is table for key in column.foreign_keys):
                yield column
