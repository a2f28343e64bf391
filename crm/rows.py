"""Many rows in few statements, for the apply half of commands."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Session

from crm.search.touched import take, told_by, touch, touch_rows
from models.search import SearchKind

_ASIDE = "rows laid out aside"


def insert_rows(session: Session, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows; columns that a row leaves out get their default."""
    if not rows:
        return
    told = told_by(table)
    if "id" in told:
        # Search asks which records there are now.
        insert_returning(session, table, rows)
        return
    for column in told:
        touch_rows(session, table, column, (row.get(column) for row in rows))
    connection = session.connection()
    aside = laid_out_by(session)
    if aside is not None:
        aside.insert(table, rows)
    elif connection.dialect.name == "sqlite":
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
    aside = laid_out_by(session)
    if aside is not None:
        keys = aside.insert_keys(table, rows)
    elif connection.dialect.name == "sqlite":
        # The one writer of SQLite is us: keys follow the highest there is, row after row.
        last = _last_key(connection, table)
        _insert_by_driver(connection, table, rows)
        keys = list(range(last + 1, last + 1 + len(rows)))
    else:
        statement = sa.insert(table).returning(table.c.id, sort_by_parameter_order=True)
        whole = [complete(table, row) for row in rows]
        keys = list(connection.execute(statement, whole).scalars())
    for column in told_by(table):
        told = keys if column == "id" else [row.get(column) for row in rows]
        touch_rows(session, table, column, told)
    return keys


class LaidOut:
    """Rows that wait in temporary tables of one connection to SQLite for its one writer's lock.

    Handing a row over from here takes most of the time that writing it takes: this way it passes
    before anybody has to wait, and bringing the rows in is one statement for each table. They
    have the keys that they would get now; `is_fresh` tells whether these are still free.
    """

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._tables: list[sa.Table] = []
        self._first: dict[sa.Table, int] = {}
        self._next: dict[sa.Table, int] = {}
        self._touched: dict[SearchKind, set[int]] = {}

    def insert(self, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """Lay out rows that nobody asks the keys of."""
        aside = aside_of(table)
        if table not in self._tables:
            columns = ", ".join(f'"{column.name}"' for column in table.c if column.name != "id")
            key = "id INTEGER PRIMARY KEY, " if "id" in table.c else ""
            self._connection.exec_driver_sql(f"CREATE TEMP TABLE {aside.name} ({key}{columns})")
            self._tables.append(table)
        _insert_by_driver(self._connection, aside, rows)

    def insert_keys(self, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> list[int]:
        """Lay out rows; the keys that they will have, in the same order."""
        if table not in self._first:
            self._first[table] = self._next[table] = _last_key(self._connection, table) + 1
        first = self._next[table]
        self._next[table] = first + len(rows)
        keys = list(range(first, first + len(rows)))
        self.insert(table, [{**row, "id": key} for row, key in zip(rows, keys, strict=True)])
        return keys

    def keep_touched(self, session: Session) -> None:
        """Take over what search has to know of these rows."""
        self._touched = take(session)

    def is_fresh(self, session: Session) -> bool:
        """Whether the keys are still those that the next rows get."""
        connection = session.connection()
        return all(
            _last_key(connection, table) + 1 == first for table, first in self._first.items()
        )

    def bring_in(self, session: Session) -> None:
        """Write all rows where they belong, in the order in which their tables were begun.

        Rows may refer to rows of a later table: the database looks when the transaction ends.
        """
        connection = session.connection()
        connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        for table in self._tables:
            aside = aside_of(table)
            names = [
                column.name for column in table.c if column.name != "id" or table in self._first
            ]
            connection.execute(
                sa.insert(table).from_select(
                    names, sa.select(*(aside.c[name] for name in names)), include_defaults=False
                )
            )
        for kind, ids in self._touched.items():
            touch(session, kind, ids)


@contextmanager
def laid_out(session: Session) -> Iterator[LaidOut]:
    """What is inserted inside the block is laid out aside; the session itself writes nothing."""
    aside = session.info[_ASIDE] = LaidOut(session.connection())
    try:
        yield aside
    finally:
        del session.info[_ASIDE]
    aside.keep_touched(session)


def laid_out_by(session: Session) -> LaidOut | None:
    """Where this session lays rows out at the moment; None where it writes them."""
    return session.info.get(_ASIDE)


@cache
def aside_of(table: sa.Table) -> sa.Table:
    """The temporary table in which the rows of a table wait."""
    return table.to_metadata(sa.MetaData(), schema="temp", name=f"aside_{table.name}")


def _last_key(connection: sa.Connection, table: sa.Table) -> int:
    return connection.execute(sa.select(sa.func.max(table.c.id))).scalar() or 0


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
