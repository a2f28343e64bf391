"""The index of letter pairs in each database: the one place that knows what it is made of.

SQLite has an FTS5 table without content, so that taking an entry out needs the tokens that were
put in: a trigger of the connection's own keeps what a deleted entry held, whoever deleted it, a
cascade too. PostgreSQL has a column of tokens that goes with its entry.
"""

import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, TSVECTOR
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from crm.search.grams import tokens_of
from models.search import SearchEntry, SearchKind

_GRAMS = sa.table("search_grams")
_LEXEMES = sa.table("search_grams", sa.column("entry_id", sa.Integer), sa.column("grams", TSVECTOR))
_GONE = sa.table(
    "search_gone",
    sa.column("id", sa.Integer),
    sa.column("kind", sa.Text),
    sa.column("folded", sa.Text),
    sa.column("keys", sa.Text),
    schema="temp",
)
_KEEP_GONE = (
    "CREATE TEMP TABLE IF NOT EXISTS search_gone (id, kind, folded, keys)",
    "CREATE TEMP TRIGGER IF NOT EXISTS search_entry_gone AFTER DELETE ON main.search_entries"
    " BEGIN INSERT INTO search_gone VALUES (old.id, old.kind, old.folded, old.keys); END",
)
_READY = "search trigger"
_STATISTICS = sa.table(
    "pg_stats",
    *map(sa.column, ("schemaname", "tablename", "attname")),
    *map(sa.column, ("most_common_elems", "most_common_elem_freqs")),
)
_KEPT = 600.0
_COUNTED: WeakKeyDictionary[Any, tuple[float, Mapping[str, float]]] = WeakKeyDictionary()
_COMMON, _COMMON_TOGETHER = 0.005, 0.05

# Tokens, and how they must meet: ("and", parts) or ("or", parts), parts being the same again.
Wanted = str | tuple[str, tuple["Wanted", ...]]


def install(engine: sa.Engine) -> None:
    """Let every connection to SQLite keep what deleted entries held."""
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "checkout", _keep_gone)


def _keep_gone(connection: Any, record: Any, _proxy: Any) -> None:
    if _READY in record.info:
        return
    # Outside of any transaction, or a rollback would take the trigger away again.
    cursor = connection.cursor()
    try:
        cursor.execute(
            "SELECT 1 FROM main.sqlite_master WHERE type = 'table' AND name = 'search_entries'"
        )
        if cursor.fetchone() is not None:
            for statement in _KEEP_GONE:
                cursor.execute(statement)
            record.info[_READY] = True
    finally:
        cursor.close()


def every(parts: Iterable[Wanted]) -> Wanted | None:
    """All of these; None for none at all."""
    return _joined("and", parts)


def either(parts: Iterable[Wanted]) -> Wanted | None:
    """One of these; None for none at all."""
    return _joined("or", parts)


def _joined(word: str, parts: Iterable[Wanted]) -> Wanted | None:
    found = tuple(dict.fromkeys(parts))
    return (word, found) if len(found) > 1 else found[0] if found else None


class _Holds(FunctionElement[bool]):
    """Whether a row of the index has tokens: they are written for SQLite, and for PostgreSQL."""

    name = "holds"
    # SQLAlchemy would compare a Boolean with 1 on SQLite, and the index would not be used.
    type: Any = sa.types.NullType()
    inherit_cache = True


@compiles(_Holds, "sqlite")
def _match_pairs(element: _Holds, compiler: SQLCompiler, **options: Any) -> str:
    text, _other = (compiler.process(part, **options) for part in element.clauses)
    return f"search_grams MATCH {text}"


@compiles(_Holds, "postgresql")
def _match_lexemes(element: _Holds, compiler: SQLCompiler, **options: Any) -> str:
    _other, text = (compiler.process(part, **options) for part in element.clauses)
    return f"search_grams.grams @@ CAST({text} AS tsquery)"


class _IsOf(FunctionElement[bool]):
    """Whether a row of the index is of the entry with a key."""

    name = "is_of"
    type: Any = sa.types.NullType()
    inherit_cache = True


@compiles(_IsOf, "sqlite")
def _by_rowid(element: _IsOf, compiler: SQLCompiler, **options: Any) -> str:
    # With the sign the index cannot be asked for one row after the other, only for all that
    # match: SQLite would otherwise read every entry and look each one up.
    return f"{compiler.process(element.clauses, **options)} = +search_grams.rowid"


@compiles(_IsOf, "postgresql")
def _by_entry_id(element: _IsOf, compiler: SQLCompiler, **options: Any) -> str:
    return f"{compiler.process(element.clauses, **options)} = search_grams.entry_id"


class _Newness(FunctionElement[int]):
    """What orders the rows of the index by when their entries were written."""

    name = "newness"
    type = sa.Integer()
    inherit_cache = True


@compiles(_Newness, "sqlite")
def _rowid(_element: _Newness, _compiler: SQLCompiler, **_options: Any) -> str:
    return "search_grams.rowid"


@compiles(_Newness, "postgresql")
def _entry_id(_element: _Newness, _compiler: SQLCompiler, **_options: Any) -> str:
    return "search_grams.entry_id"


class _SortedNewness(_Newness):
    """The same, for what is rare: PostgreSQL is to look it up and sort it.

    It takes every token that it has no statistics of for one of several thousand entries, and
    would walk through all of them from the newest, in the hope to come upon fifty soon.
    """

    inherit_cache = True


@compiles(_SortedNewness, "sqlite")
def _sorted_rowid(_element: _Newness, _compiler: SQLCompiler, **_options: Any) -> str:
    return "search_grams.rowid"


@compiles(_SortedNewness, "postgresql")
def _sorted_entry_id(_element: _Newness, _compiler: SQLCompiler, **_options: Any) -> str:
    return "(search_grams.entry_id + 0)"


class _PlaceOf(FunctionElement[int]):
    """Where a text begins within a column, from 1; 0 when it is not there."""

    name = "place_of"
    type = sa.Integer()
    inherit_cache = True


@compiles(_PlaceOf, "sqlite")
def _instr(element: _PlaceOf, compiler: SQLCompiler, **options: Any) -> str:
    return f"instr({compiler.process(element.clauses, **options)})"


@compiles(_PlaceOf, "postgresql")
def _strpos(element: _PlaceOf, compiler: SQLCompiler, **options: Any) -> str:
    return f"strpos({compiler.process(element.clauses, **options)})"


def place_of(column: Any, text: str) -> sa.ColumnElement[int]:
    """Where `text` begins within a column, from 1; 0 when it is not there."""
    return _PlaceOf(column, sa.literal(text))


def entries_of(key: Any) -> tuple[sa.TableClause, sa.ColumnElement[bool]]:
    """What to join entries with by their key: the index, and on which condition."""
    return _GRAMS, _IsOf(key)


def newest_first(session: Session, wanted: Wanted, *, are_together: bool = False) -> Any:
    """The order in which the entries with these tokens are read.

    `are_together`: an entry that has one of the tokens most likely has the others.
    """
    if _is_sqlite(session.get_bind()):
        return _Newness().desc()
    least = _COMMON if are_together else _COMMON_TOGETHER
    is_met_soon = _is_common(_frequencies(session), wanted, least)
    return (_Newness() if is_met_soon else _SortedNewness()).desc()


def _is_common(frequencies: Mapping[str, float], wanted: Wanted, least: float) -> bool:
    """Whether so many entries have these tokens that the newest of them are soon met."""
    if isinstance(wanted, str):
        return frequencies.get(wanted, 0.0) >= _COMMON
    word, parts = wanted
    if word == "or":
        return any(_is_common(frequencies, part, least) for part in parts)
    # Tokens that are common each need not be so together.
    return all(isinstance(part, str) and frequencies.get(part, 0.0) >= least for part in parts)


def _frequencies(session: Session) -> Mapping[str, float]:
    """The share of entries that have each of PostgreSQL's most common tokens, as last counted."""
    engine = session.get_bind()
    kept = _COUNTED.get(engine)
    if kept is None or kept[0] < time.monotonic():
        row = session.execute(
            sa.select(
                sa.cast(sa.cast(_STATISTICS.c.most_common_elems, sa.Text), ARRAY(sa.Text)),
                _STATISTICS.c.most_common_elem_freqs,
            ).where(
                _STATISTICS.c.tablename == "search_grams",
                _STATISTICS.c.attname == "grams",
                _STATISTICS.c.schemaname == sa.func.current_schema(),
            )
        ).first()
        tokens, shares = row if row is not None and row[0] is not None else ((), ())
        # Behind the shares of the tokens stand the least and the greatest of them.
        kept = (time.monotonic() + _KEPT, dict(zip(tokens, shares, strict=False)))
        _COUNTED[engine] = kept
    return kept[1]


def holding(wanted: Wanted) -> sa.ColumnElement[bool]:
    """Whether a row of the index has these tokens, on either database."""
    return _Holds(
        sa.literal(_written(wanted, " AND ", " OR ")),
        sa.literal(_written(wanted, " & ", " | ")),
    )


def _written(wanted: Wanted, also: str, otherwise: str) -> str:
    if isinstance(wanted, str):
        return wanted
    word, parts = wanted
    joiner = also if word == "and" else otherwise
    return "(" + joiner.join(_written(part, also, otherwise) for part in parts) + ")"


def add(connection: sa.Connection, entries: Sequence[tuple[int, SearchKind, str, str]]) -> None:
    """Index entries: key, kind, folded text and keys of each."""
    if not entries:
        return
    tokens = [(key, tokens_of(kind, folded, keys)) for key, kind, folded, keys in entries]
    if _is_sqlite(connection):
        connection.exec_driver_sql(
            "INSERT INTO search_grams (rowid, grams) VALUES (?, ?)",
            [(key, " ".join(found)) for key, found in tokens],
        )
        return
    connection.execute(
        sa.insert(_LEXEMES).values(
            entry_id=sa.bindparam("key"),
            grams=sa.func.array_to_tsvector(sa.bindparam("tokens", type_=ARRAY(sa.Text))),
        ),
        [{"key": key, "tokens": found} for key, found in tokens],
    )


def sweep(connection: sa.Connection) -> None:
    """Take out of the index what entries deleted in this transaction held."""
    if not _is_sqlite(connection):
        return
    gone = connection.execute(sa.select(_GONE)).all()
    if gone:
        connection.exec_driver_sql(
            "INSERT INTO search_grams (search_grams, rowid, grams) VALUES ('delete', ?, ?)",
            [
                (key, " ".join(tokens_of(SearchKind(kind), folded, keys)))
                for key, kind, folded, keys in gone
            ],
        )
        connection.execute(sa.delete(_GONE))


def clear(connection: sa.Connection) -> None:
    """Empty the index and the entries."""
    if not _is_sqlite(connection):
        connection.execute(sa.delete(_LEXEMES))
    connection.execute(sa.delete(SearchEntry.__table__))  # type: ignore[arg-type]
    if _is_sqlite(connection):
        connection.execute(sa.delete(_GONE))
        connection.exec_driver_sql("INSERT INTO search_grams (search_grams) VALUES ('delete-all')")


def _is_sqlite(bound: Any) -> bool:
    return bound.dialect.name == "sqlite"
