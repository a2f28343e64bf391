"""The index of letter pairs in each database: the one place that knows what it is made of.

SQLite has an FTS5 table without content, so that taking an entry out needs the tokens that were
put in: a trigger of the connection's own keeps what a deleted entry held, whoever deleted it, a
cascade too. PostgreSQL has a column of tokens that goes with its entry.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY, TSVECTOR
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from crm.search.grams import tokens_of
from crm.search.wanted import Wanted, for_postgresql, for_sqlite
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
# Where FTS5 notes the terms that the pages of its pieces begin with.
_PIECES = sa.table("search_grams_idx", sa.column("segid", sa.Integer))
_MANY_PIECES = 6


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
    """What orders the rows of SQLite's index by when their entries were written."""

    name = "newness"
    type = sa.Integer()
    inherit_cache = True


@compiles(_Newness, "sqlite")
def _rowid(_element: _Newness, _compiler: SQLCompiler, **_options: Any) -> str:
    return "search_grams.rowid"


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


def place_of(column: Any, text: Any) -> sa.ColumnElement[int]:
    """Where `text` begins within a column, from 1; 0 when it is not there."""
    return _PlaceOf(column, text if isinstance(text, sa.ColumnElement) else sa.literal(text))


def entries_of(key: Any) -> tuple[sa.TableClause, sa.ColumnElement[bool]]:
    """What to join entries with by their key: the index, and on which condition."""
    return _GRAMS, _IsOf(key)


def holding(wanted: Wanted) -> sa.ColumnElement[bool]:
    """Whether a row of the index has these tokens, on either database."""
    return _Holds(sa.literal(for_sqlite(wanted)), sa.literal(for_postgresql(wanted)))


def newest_with(
    dialect: Dialect,
    tokens: sa.BindParameter[str],
    entries: sa.Select[Any],
    *,
    most: int,
    down_to: sa.BindParameter[int] | None = None,
) -> sa.Select[Any]:
    """So many of `entries` that have the tokens, the newest, in a way that no plan can spoil.

    PostgreSQL makes one plan for all tokens, rare or common. So what is common is asked for
    without its index, which leaves walking from the newest `down_to` some key; what is rare is
    looked up and sorted; and only then is one entry read after the other, no more than are wanted.
    """
    if dialect.name == "sqlite":
        return (
            entries.join_from(_GRAMS, SearchEntry, _IsOf(SearchEntry.id))
            .where(_Holds(tokens, tokens))
            .order_by(_Newness().desc())
            .limit(_fixed(most))
        )
    # Behind a SELECT a value is unknown to who plans, who else would plan anew for each.
    wanted = sa.select(sa.cast(tokens, TSQUERY)).scalar_subquery()
    grams = _LEXEMES.c.grams
    holds: sa.ColumnElement[bool]
    if down_to is None:
        holds = grams.op("@@", is_comparison=True)(wanted)
    else:
        is_held = sa.func.ts_match_vq(grams, wanted, type_=sa.Boolean())
        holds = sa.and_(_LEXEMES.c.entry_id > sa.select(down_to).scalar_subquery(), is_held)
    found = (
        sa.select(_LEXEMES.c.entry_id)
        .where(
            holds,
            # To start other processes takes longer than all the rest: what only the first of
            # them may know keeps them away.
            sa.func.pg_backend_pid() != _fixed(0),
        )
        .order_by(_LEXEMES.c.entry_id.desc())
        .offset(_fixed(0))
        .subquery()
    )
    entry = (
        entries.where(SearchEntry.id == found.c.entry_id)
        .correlate(found)
        .offset(_fixed(0))
        .lateral()
    )
    return (
        sa.select(*entry.c)
        .select_from(found)
        .join(entry, sa.true())
        .order_by(found.c.entry_id.desc())
        .limit(_fixed(most))
    )


def _fixed(number: int) -> sa.BindParameter[int]:
    """A number that is written out, for PostgreSQL to plan by."""
    return sa.literal(number, literal_execute=True)


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


def tidy(connection: sa.Connection) -> None:
    """Put the index into one piece, which halves the time of a search; 1.3 s for a million names.

    Each transaction adds a piece to SQLite's, and many stay apart. PostgreSQL tidies by itself.
    """
    if _is_sqlite(connection):
        connection.exec_driver_sql("INSERT INTO search_grams (search_grams) VALUES ('optimize')")


def is_untidy(connection: sa.Connection) -> bool:
    """Whether the index is in so many pieces that a search takes notice."""
    if not _is_sqlite(connection):
        return False
    pieces = sa.select(sa.func.count(_PIECES.c.segid.distinct()))
    return (connection.execute(pieces).scalar() or 0) > _MANY_PIECES
