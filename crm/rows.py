"""Many rows in few statements, for the apply half of commands."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Session

from crm.search.touched import told_by, touch_rows


def insert_rows(session: Session, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows; columns that a row leaves out get their default."""
    if not rows:
        return
    told = told_by(table)
    if told == "id":
        # Search asks which records there are now.
        insert_returning(session, table, rows)
        return
    if told is not None:
        touch_rows(session, table, told, (row[told] for row in rows))
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        _insert_by_driver(connection, table, rows)
    else:
        connection.execute(sa.insert(table), [complete(table, row) for row in rows])


def insert_returning(
    session: Session, table: sa.Table, rows: Sequence[Mapping[str, Any]]
) -> list[int]:
    """Insert rows and return their keys in the same order."""
    if not rows:
        return []
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        # The one writer of SQLite is us: keys follow the highest there is, row after row.
        last = connection.execute(sa.select(sa.func.max(table.c.id))).scalar() or 0
        _insert_by_driver(connection, table, rows)
        keys = list(range(last + 1, last + 1 + len(rows)))
    else:
        statement = sa.insert(table).returning(table.c.id, sort_by_parameter_order=True)
        whole = [complete(table, row) for row in rows]
        keys = list(connection.execute(statement, whole).scalars())
    told = told_by(table)
    if told is not None:
        touch_rows(session, table, told, keys if told == "id" else [row[told] for row in rows])
    return keys


def complete(table: sa.Table, row: Mapping[str, Any]) -> dict[str, Any]:
    """A row with every column, so that thousands of them are one statement.

    Raises:
        KeyError: the row names a column that the table does not have.
    """
    shape = _shape(table)
    if not row.keys() <= shape.names:
        raise KeyError(f"{table.name} has no {sorted(row.keys() - shape.names)}")
    whole = {**shape.defaults, **row}
    for name, make in shape.made:
        if name not in row:
            whole[name] = make(None)
    return whole


@dataclass(frozen=True)
class _Shape:
    """The columns of a table, and what stands in those that a row leaves out."""

    names: frozenset[str]
    defaults: dict[str, Any]
    made: tuple[tuple[str, Callable[[Any], Any]], ...]


@cache
def _shape(table: sa.Table) -> _Shape:
    defaults: dict[str, Any] = {}
    made = []
    for column in table.c:
        if column.primary_key and not column.foreign_keys and column.name == "id":
            continue
        default = column.default
        defaults[column.name] = None
        if isinstance(default, sa.ColumnDefault) and default.is_callable:
            made.append((column.name, default.arg))
        elif isinstance(default, sa.ColumnDefault):
            defaults[column.name] = default.arg
    return _Shape(frozenset(table.c.keys()), defaults, tuple(made))


def _insert_by_driver(
    connection: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Hand rows to the driver as it wants them; the layers in between take most of the time."""
    shape = _shape(table)
    columns = frozenset(complete(table, rows[0]))
    statement, names, binds = _statement(table, columns, connection.dialect)
    places = {name: place for place, name in enumerate(names)}
    blank = [shape.defaults.get(name) for name in names]
    made = [(name, places[name], make) for name, make in shape.made]
    # Thousands of rows share a few moments, days and codes: each is turned once.
    bound: list[tuple[int, Callable[[Any], Any], dict[Any, Any] | None]] = [
        (place, bind, None if isinstance(table.c[names[place]].type, sa.JSON) else {})
        for place, bind in binds
    ]
    parameters = []
    for row in rows:
        values = blank.copy()
        for name, value in row.items():
            if name not in places:
                raise KeyError(f"{table.name} has no {name}")
            values[places[name]] = value
        for name, place, make in made:
            if name not in row:
                values[place] = make(None)
        for place, bind, known in bound:
            value = values[place]
            if value is None:
                continue
            if known is None:
                values[place] = bind(value)
            elif value in known:
                values[place] = known[value]
            else:
                values[place] = known[value] = bind(value)
        parameters.append(tuple(values))
    connection.exec_driver_sql(statement, parameters)


@lru_cache(maxsize=256)
def _statement(
    table: sa.Table, columns: frozenset[str], dialect: Dialect
) -> tuple[str, list[str], list[tuple[int, Callable[[Any], Any]]]]:
    """The INSERT for these columns, its order, and what turns values into the driver's."""
    insert = sa.insert(table).values({name: sa.bindparam(name) for name in columns})
    compiled = insert.compile(dialect=dialect)
    names = list(compiled.positiontup or ())
    binds = (
        (place, table.c[name].type.dialect_impl(dialect).bind_processor(dialect))
        for place, name in enumerate(names)
    )
    return str(compiled), names, [(place, bind) for place, bind in binds if bind is not None]
