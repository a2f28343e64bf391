"""How common tokens are on PostgreSQL, whose index of tokens knows no order.

The newest entries that have a token are found by looking it up and sorting what comes, or by
walking from the newest entry until there are enough of them. The one is slow where thousands have
the token, the other where few do.
"""

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from crm.search.grams import PLAIN, START
from crm.search.wanted import Wanted

_STATISTICS = sa.table(
    "pg_stats",
    *map(sa.column, ("schemaname", "tablename", "attname")),
    *map(sa.column, ("most_common_elems", "most_common_elem_freqs")),
)
_TABLES = sa.table("pg_class", *map(sa.column, ("oid", "reltuples")))
_TABLE_IDS = sa.table("search_grams", sa.column("entry_id"))
_KEPT = 600.0
# Walking past two or three entries takes as long as sorting one.
_PRICE = 0.4
# The tokens may be rarer among the newest: so many times as far is walked, and no further.
_REACH = 4.0
_COUNTED: WeakKeyDictionary[Any, tuple[float, "Frequencies"]] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Frequencies:
    """The share of entries that have each of the most common tokens, as last counted.

    `newest` was the key of the newest entry then.
    """

    shares: Mapping[str, float]
    entries: float
    newest: int

    def walk(self, wanted: Wanted, most: int) -> int | None:
        """Down to which key to walk for so many entries with these tokens; None: look them up."""
        share = self.share(wanted)
        if share <= math.sqrt(_PRICE * most / max(self.entries, 1.0)):
            return None
        return self.newest - math.ceil(_REACH * most / share)

    def share(self, wanted: Wanted) -> float:
        """The share of entries that have these tokens, as far as shares of each can tell."""
        if isinstance(wanted, str):
            return self.shares.get(wanted, 0.0)
        word, parts = wanted
        if word == "or":
            return max(map(self.share, parts))
        found, before = 1.0, None
        for part in parts:
            found *= self.share(part)
            between = _between(before, part)
            if between is not None and found:
                # Pairs that follow each other are met together by way of what they share.
                found /= max(self.shares.get(between, 1.0), found)
            before = part
        return found


def _between(one: Wanted | None, other: Wanted) -> str | None:
    """The token of the letters that two tokens share, if one follows the other in a word."""
    if not isinstance(one, str) or not isinstance(other, str):
        return None
    is_start = one[1:2] == START
    if is_start:
        one = one[0] + one[2:]
    # Behind the letter of the kind: a mark and plain letters, or four digits a letter.
    head, width = (2, 1) if one[1:2] == PLAIN else (1, 4)
    shared = one[head:] if is_start else one[head + width :]
    is_next = other[:head] == one[:head] and other[head:].startswith(shared)
    return one[:head] + shared if shared and is_next else None


def frequencies(connection: sa.Connection) -> Frequencies:
    """What this PostgreSQL counted when it last analyzed the index; read every ten minutes."""
    engine = connection.engine
    kept = _COUNTED.get(engine)
    if kept is None or kept[0] < time.monotonic():
        kept = (time.monotonic() + _KEPT, _read(connection))
        _COUNTED[engine] = kept
    return kept[1]


def _read(connection: sa.Connection) -> Frequencies:
    row = connection.execute(
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
    entries = connection.execute(
        sa.select(_TABLES.c.reltuples).where(_TABLES.c.oid == sa.func.to_regclass("search_grams"))
    ).scalar()
    # Behind the shares of the tokens stand the least and the greatest of them.
    newest = connection.execute(sa.select(sa.func.max(_TABLE_IDS.c.entry_id))).scalar()
    return Frequencies(dict(zip(tokens, shares, strict=False)), entries or 0.0, newest or 0)
