"""Write the entries of records anew, a few or all: the one function behind every change."""

from collections.abc import Collection, Iterable
from typing import Any

import sqlalchemy as sa

from crm.search import index
from crm.search.entries import RECORDS, Entry, read_entries, table_of
from models.search import SearchEntry, SearchKind

_CHUNK = 800
_ENTRIES = table_of(SearchEntry)
_CONTENT = ("text", "folded", "keys")
_SETTLED = ("language", "fresh_on", "team_id")


def reindex(connection: sa.Connection, kind: SearchKind, ids: Collection[int]) -> None:
    """Make the entries of these records, and their place in the index, what they should be.

    What is right already stays; a record that is gone keeps none.
    """
    wanted = sorted(ids)
    for start in range(0, len(wanted), _CHUNK):
        _reindex(connection, kind, wanted[start : start + _CHUNK])


def rebuild(connection: sa.Connection) -> dict[SearchKind, int]:
    """Throw everything away and write it anew; how many records of each kind there are."""
    index.clear(connection)
    counts = {}
    for kind, record in RECORDS.items():
        column = table_of(record).c.id
        ids = connection.execute(sa.select(column).order_by(column)).scalars().all()
        for start in range(0, len(ids), _CHUNK):
            chunk = ids[start : start + _CHUNK]
            _insert(connection, kind, read_entries(connection, kind, chunk))
        counts[kind] = len(ids)
    index.tidy(connection)
    return counts


def _reindex(connection: sa.Connection, kind: SearchKind, ids: list[int]) -> None:
    key = _ENTRIES.c[f"{kind.value}_id"]
    wanted = read_entries(connection, kind, ids)
    gone: list[int] = []
    settled: list[dict[str, Any]] = []
    for row in connection.execute(
        sa.select(
            _ENTRIES.c.id, key.label("record_id"), *map(_ENTRIES.c.get, (*_CONTENT, *_SETTLED))
        )
        .where(key.in_(ids))
        .order_by(_ENTRIES.c.id)
    ).all():
        same = _take_same(wanted.get(row.record_id, []), row)
        if same is None:
            gone.append(row.id)
        elif any(getattr(same, name) != getattr(row, name) for name in _SETTLED):
            settled.append(
                {"key": row.id} | {f"new_{name}": getattr(same, name) for name in _SETTLED}
            )
    if gone:
        connection.execute(sa.delete(_ENTRIES).where(_ENTRIES.c.id.in_(gone)))
        index.sweep(connection)
    if settled:
        connection.execute(
            sa.update(_ENTRIES)
            .where(_ENTRIES.c.id == sa.bindparam("key"))
            .values({name: sa.bindparam(f"new_{name}") for name in _SETTLED}),
            settled,
        )
    _insert(connection, kind, wanted)


def _take_same(entries: list[Entry], row: Any) -> Entry | None:
    for place, entry in enumerate(entries):
        if all(getattr(entry, name) == getattr(row, name) for name in _CONTENT):
            return entries.pop(place)
    return None


def _insert(connection: sa.Connection, kind: SearchKind, wanted: dict[int, list[Entry]]) -> None:
    rows = list(_as_rows(kind, wanted))
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        # The one writer of SQLite is us: keys follow the highest there is, row after row.
        last = connection.execute(sa.select(sa.func.max(_ENTRIES.c.id))).scalar() or 0
        keys = list(range(last + 1, last + 1 + len(rows)))
        connection.execute(
            sa.insert(_ENTRIES), [{"id": key, **row} for key, row in zip(keys, rows, strict=True)]
        )
    else:
        statement = sa.insert(_ENTRIES).returning(_ENTRIES.c.id, sort_by_parameter_order=True)
        keys = list(connection.execute(statement, rows).scalars())
    index.add(
        connection,
        [(key, kind, row["folded"], row["keys"]) for key, row in zip(keys, rows, strict=True)],
    )


def _as_rows(kind: SearchKind, wanted: dict[int, list[Entry]]) -> Iterable[dict[str, Any]]:
    for record_id, entries in wanted.items():
        for entry in entries:
            yield {
                "kind": kind,
                f"{kind.value}_id": record_id,
                **{name: getattr(entry, name) for name in (*_CONTENT, *_SETTLED)},
            }
