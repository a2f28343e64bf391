"""The one statement of a search: made once for each shape of query, then handed to the driver.

Building and compiling takes many times as long as either database needs to answer. What a shape
leaves open are values alone; the criteria of who looks are a part of it, within each of its parts
and before any limit.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Session

from crm.announcements.embargo import is_public
from crm.search.frequencies import frequencies
from crm.search.grams import TEXTS, TOLD
from crm.search.index import newest_with, place_of
from crm.search.query import BREAK, Query
from crm.search.wanted import Wanted, for_postgresql, for_sqlite
from crm.visibility import criteria_of, may_write_through
from models.announcement import Announcement
from models.search import SearchEntry, SearchKind
from models.types import UtcDateTime

# Enough of a long text to see how well it answers.
_HEAD = 400
# What the criteria of whoever does not see everything say of an entry.
_CRITERION = "search_entries.team_id IS NULL"
# The parts of a statement: names that are what was typed, names that begin with it, the rest of
# what answers; what answers and is not the same; all that answers; all that has the tokens.
EXACT, LEADING, REST = "exact", "leading", "rest"
OTHER, ALL, NEAR = "other", "all", "near"
# And, behind all names, what is told of records.
OF_TOLD = "told"


class Part(NamedTuple):
    """Entries of a statement: their tokens, and which of the conditions below they meet."""

    tokens: Wanted
    condition: str


class Shape(NamedTuple):
    """What of a query makes another statement: how many values there are of each sort."""

    kind: SearchKind
    words: tuple[int, ...]
    keys: int
    same: int
    # The condition of each part, and whether PostgreSQL walks to it from the newest.
    parts: tuple[tuple[str, bool], ...]
    most: int
    waits: bool


class Compiled(NamedTuple):
    """A statement as the driver takes it, and how each of its values is had and turned."""

    text: str
    values: tuple[tuple[str, Any, Callable[[Any], Any] | None], ...]


def read(
    session: Session,
    query: Query,
    kind: SearchKind,
    parts: Sequence[Part],
    *,
    most: int,
    now: datetime | None = None,
) -> Sequence[Any]:
    """The entries of these parts, one part after the other, the newest of each first.

    No more than `most` in all. `now` is needed for announcements, some of which wait for their
    hour.
    """
    waits = kind is SearchKind.ANNOUNCEMENT and not may_write_through(session)
    if waits and now is None:
        raise ValueError("Announcements have an hour: say what time it is.")
    if most <= 0 or not parts:
        return []
    connection = session.connection()
    dialect = connection.dialect
    values: dict[str, Any] = {**_values(query), "now": now}
    write = for_sqlite if dialect.name == "sqlite" else for_postgresql
    for place, part in enumerate(parts):
        values[f"tokens_{place}"] = write(part.tokens)
    words, keys = tuple([len(word.keys) for word in query.words]), len(query.keys)
    criteria = criteria_of(session)
    walked = dict(_walked(connection, parts, most))
    while True:
        values |= {f"down_to_{place}": key for place, key in walked.items()}
        ways = tuple([(part.condition, place in walked) for place, part in enumerate(parts)])
        shape = Shape(kind, words, keys, len(same_as(query)), ways, most, waits)
        rows = _rows(connection, _compiled(dialect, shape, criteria), values)
        # A part that was left before there was enough of it may go on where the walk ended.
        last = rows[-1].part if len(rows) == most else len(parts)
        left = [place for place in walked if place < last]
        if not left:
            return rows
        for place in left:
            del walked[place]


def _walked(
    connection: sa.Connection, parts: Sequence[Part], most: int
) -> Iterator[tuple[int, int]]:
    """The parts that PostgreSQL finds sooner without its index, and how far it walks for each."""
    if connection.dialect.name != "sqlite":
        counted = frequencies(connection)
        for place, part in enumerate(parts):
            down_to = counted.walk(part.tokens, most)
            if down_to is not None:
                yield place, down_to


def _rows(
    connection: sa.Connection, compiled: Compiled, values: Mapping[str, Any]
) -> Sequence[Any]:
    parameters = [
        constant if name not in values else values[name] if turn is None else turn(values[name])
        for name, constant, turn in compiled.values
    ]
    return connection.exec_driver_sql(compiled.text, tuple(parameters)).fetchall()


def same_as(query: Query) -> tuple[str, ...]:
    """The spellings of a name that is what was typed."""
    return tuple(dict.fromkeys((query.folded, query.together, *query.keys)))


@lru_cache(maxsize=2048)
def _values(query: Query) -> Mapping[str, str]:
    """The values that a query gives to the statement of its shape."""
    found = {"folded": query.folded, "together": query.together}
    for place, word in enumerate(query.words):
        found[f"word_{place}"] = word.text
        for number, key in enumerate(word.keys):
            found[f"word_{place}_key_{number}"] = BREAK + key
    for number, key in enumerate(query.keys):
        found[f"key_{number}"] = BREAK + key
    for number, spelling in enumerate(same_as(query)):
        found[f"same_{number}"] = spelling
        found[f"same_{number}_key"] = BREAK + spelling + BREAK
    return found


@lru_cache(maxsize=512)
def _compiled(dialect: Dialect, shape: Shape, criteria: tuple[Any, ...]) -> Compiled:
    """The statement of a shape as one dialect writes it, within what one viewer may see."""
    # By position, so that the parts need no names of their own.
    writing = dialect if dialect.positional else type(dialect)(paramstyle="format")  # type: ignore[call-arg]
    texts, values = [], []
    for place, (condition, is_walked) in enumerate(shape.parts):
        statement = _part(shape, place, condition, is_walked=is_walked, dialect=dialect)
        compiled = statement.options(*criteria).compile(
            dialect=writing, compile_kwargs={"render_postcompile": True}
        )
        if criteria and _CRITERION not in str(compiled):
            raise RuntimeError("The criteria of who looks are missing.")
        texts.append(str(compiled))
        for name in compiled.positiontup or ():
            # The members of a list have no bind of their own: they are keys.
            bind = compiled.binds.get(name)
            turn = None
            if bind is not None:
                turn = bind.type.dialect_impl(dialect).bind_processor(dialect)
            constant = compiled.params[name]
            values.append((name, constant if turn is None else turn(constant), turn))
    # Each part has an end of its own; the last ones are only read where the first are few.
    parts = " UNION ALL ".join(
        f"SELECT {place} AS part, part_{place}.* FROM ({text}) AS part_{place}"  # noqa: S608
        for place, text in enumerate(texts)
    )
    return Compiled(f"{parts} LIMIT {shape.most:d}", tuple(values))


def _part(
    shape: Shape, place: int, condition: str, *, is_walked: bool, dialect: Dialect
) -> sa.Select[Any]:
    """One part of a statement, still without the criteria of who looks."""
    folded: Any = SearchEntry.folded
    if shape.kind in TEXTS:
        folded = sa.func.substr(folded, _fixed(1), _fixed(_HEAD))
    entries = sa.select(
        SearchEntry.id,
        getattr(SearchEntry, f"{shape.kind.value}_id").label("record_id"),
        SearchEntry.text,
        SearchEntry.language,
        folded.label("folded"),
        SearchEntry.keys,
        SearchEntry.fresh_on,
    ).where(
        SearchEntry.kind == _fixed(shape.kind, SearchEntry.kind.type),
        *_conditions(shape, condition),
    )
    if shape.waits:
        now: sa.BindParameter[datetime] = sa.bindparam("now", None, type_=UtcDateTime())
        told = sa.select(Announcement.id).where(is_public(now))
        entries = entries.where(SearchEntry.announcement_id.in_(told))
    tokens = _text(f"tokens_{place}")
    down_to: sa.BindParameter[int] | None = None
    if is_walked:
        down_to = sa.bindparam(f"down_to_{place}", 0)
    return newest_with(dialect, tokens, entries, most=shape.most, down_to=down_to)


def _conditions(shape: Shape, condition: str) -> Iterator[sa.ColumnElement[bool]]:
    """Which entries of those with the tokens a part is of; the parts share none."""
    if shape.kind not in TEXTS:
        is_told = SearchEntry.keys == _fixed(TOLD)
        yield is_told if condition == OF_TOLD else sa.not_(is_told)
    if condition == NEAR:
        return
    if condition == LEADING:
        yield _begins()
    else:
        yield _answers(shape)
    if condition == EXACT:
        yield _is_same(shape)
    elif condition not in (ALL, OF_TOLD):
        yield sa.not_(_is_same(shape))
    if condition == REST:
        yield sa.not_(_begins())


def _answers(shape: Shape) -> sa.ColumnElement[bool]:
    """`crm.search.query.answers`, as a condition."""
    keys = _fixed(BREAK) + SearchEntry.keys

    def spelt(names: Iterable[str]) -> list[sa.ColumnElement[bool]]:
        return [_holds(keys, name) for name in names]

    words = (
        sa.or_(
            _holds(SearchEntry.folded, f"word_{place}"),
            *spelt(f"word_{place}_key_{number}" for number in range(count)),
        )
        for place, count in enumerate(shape.words)
    )
    whole = [sa.and_(*words)]
    if len(shape.words) > 1:
        whole += spelt(f"key_{number}" for number in range(shape.keys))
    if shape.kind not in TEXTS:
        whole.append(
            _holds(sa.func.replace(SearchEntry.folded, _fixed(" "), _fixed("")), "together")
        )
    return sa.or_(*whole)


def _is_same(shape: Shape) -> sa.ColumnElement[bool]:
    """Whether the name, or one of its keys, is what was typed and nothing more."""
    keys = _fixed(BREAK) + SearchEntry.keys + _fixed(BREAK)
    return sa.or_(
        *(SearchEntry.folded == _text(f"same_{number}") for number in range(shape.same)),
        *(_holds(keys, f"same_{number}_key") for number in range(shape.same)),
    )


def _begins() -> sa.ColumnElement[bool]:
    return place_of(SearchEntry.folded, _text("folded")) == _fixed(1)


def _holds(column: Any, name: str) -> sa.ColumnElement[bool]:
    return place_of(column, _text(name)) > _fixed(0)


def _fixed(value: Any, kind: Any = None) -> sa.BindParameter[Any]:
    """A value that belongs to the shape: written out, for PostgreSQL to plan by."""
    return sa.literal(value, kind, literal_execute=True)


def _text(name: str) -> sa.BindParameter[str]:
    return sa.bindparam(name, "", type_=sa.Text())
