"""What the index finds for a query, within what the session's viewer may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from crm.search.grams import LETTERS, TEXTS, TOLD, sought, start_token, whole_token
from crm.search.index import entries_of, holding, place_of
from crm.search.query import BREAK, Query, answers, nearly, read_query, wanted
from crm.search.ranking import Hit, best_of_each, hit_of, likeness, ranked, score
from crm.search.statements import (
    ALL,
    EXACT,
    LEADING,
    NEAR,
    OF_TOLD,
    OTHER,
    REST,
    Part,
    read,
    same_as,
)
from crm.search.wanted import either, every
from models.search import SearchEntry, SearchKind

NAMES = (
    SearchKind.ORGANIZATION,
    SearchKind.CONTACT,
    SearchKind.LEAD,
    SearchKind.MISSION,
    SearchKind.ANNOUNCEMENT,
    SearchKind.AGREEMENT,
    SearchKind.STATISTIC,
)
# What more is known of than its names: claims of public texts, items of an agenda.
_TELLING = frozenset(NAMES) - {SearchKind.CONTACT, SearchKind.LEAD}
FEW = 10
# Names read to show ten records of them, and to choose among for a warning.
FIRST, MOST_WARNED = 50, 120
MOST_NEAR = 2_000


@dataclass(frozen=True, slots=True)
class Found:
    """The hits of one kind, one a record, best first; `is_more` says that there are others."""

    hits: list[Hit]
    is_more: bool


def find(
    session: Session,
    query: Query,
    kind: SearchKind,
    *,
    now: datetime | None = None,
    most: int = FIRST,
    is_named: bool = False,
) -> Found:
    """The best hits of one kind: all of them, or so many names.

    These are first what is typed, then what begins with it, then what has it elsewhere, the
    newest of each; behind them records of which it is told, unless they must be named so
    (`is_named`). `now` is needed for announcements, some of which wait for their hour.
    """
    parts = parts_of(query, kind)
    if is_named:
        parts = [part for part in parts if part.condition != OF_TOLD]
    rows = read(session, query, kind, parts, now=now, most=most)
    return Found(ranked(query, kind, rows), len(rows) == most)


def find_near(
    session: Session,
    query: Query,
    kind: SearchKind,
    *,
    now: datetime | None = None,
    most: int = MOST_NEAR,
) -> list[Hit]:
    """Records whose name has what was typed within it in another spelling, or almost."""
    left, hits = most, []
    for tokens in nearly(query, kind):
        rows = read(session, query, kind, [Part(tokens, NEAR)], now=now, most=left)
        left -= len(rows)
        for row in rows:
            if answers(query, kind, row.folded, row.keys, is_thorough=True):
                hits.append(hit_of(kind, row, score(query, row.folded, row.keys)))
            elif found := likeness(query, row.folded, row.keys):
                hits.append(hit_of(kind, row, found))
        if len(hits) >= FEW or left <= 0:
            break
    return best_of_each(hits)


def find_organizations(session: Session, text: str, *, limit: int = 50) -> list[int]:
    """Keys of organizations in sight that may bear this name: as written, then almost so."""
    query = read_query(text)
    found = find(session, query, SearchKind.ORGANIZATION, most=MOST_WARNED, is_named=True).hits
    if len(found) < FEW:
        found = best_of_each((*found, *find_near(session, query, SearchKind.ORGANIZATION)))
    return [hit.record_id for hit in found[:limit]]


def answering(kind: SearchKind, text: str) -> sa.Select[Any] | None:
    """The keys of all records of a kind that answer a text, for the filter of a list.

    None for what the index cannot be asked for, such as a single Latin letter.
    """
    query = read_query(text)
    tokens = wanted(query, kind, is_thorough=True)
    if tokens is None:
        return None
    index, is_of = entries_of(SearchEntry.id)
    return (
        sa.select(_key(kind))
        .select_from(index)
        .join(SearchEntry, is_of)
        .where(
            holding(tokens),
            SearchEntry.kind == kind,
            SearchEntry.keys != TOLD,
            _recheck(query, kind, is_thorough=True),
        )
    )


def _key(kind: SearchKind) -> InstrumentedAttribute[int | None]:
    key: InstrumentedAttribute[int | None] = getattr(SearchEntry, f"{kind.value}_id")
    return key


def _recheck(
    query: Query, kind: SearchKind, *, is_thorough: bool = False
) -> sa.ColumnElement[bool]:
    """`crm.search.query.answers`, as a condition."""
    before = "" if is_thorough else BREAK
    keys = sa.literal(BREAK) + SearchEntry.keys

    def spelt(spellings: Sequence[str]) -> list[sa.ColumnElement[bool]]:
        return [_holds(keys, before + key) for key in spellings]

    words = (
        sa.or_(_holds(SearchEntry.folded, word.text), *spelt(word.keys)) for word in query.words
    )
    whole = spelt(query.keys)
    if kind not in TEXTS:
        whole.append(_holds(sa.func.replace(SearchEntry.folded, " ", ""), query.together))
    return sa.or_(sa.and_(*words), *whole)


def parts_of(query: Query, kind: SearchKind) -> list[Part]:
    """The parts of a search for entries of a kind, the best first; none for too few letters."""
    tokens = wanted(query, kind)
    if tokens is None:
        return []
    if kind in TEXTS:
        return [Part(tokens, ALL)]
    letter = LETTERS[kind]
    exact = either([whole_token(letter, spelling) for spelling in same_as(query)])
    assert exact is not None
    parts = [Part(exact, EXACT)]
    told = []
    if kind in _TELLING and (held := every((tokens, whole_token(letter, TOLD)))) is not None:
        told.append(Part(held, OF_TOLD))
    if len(query.together) == 1:
        return [*parts, Part(tokens, OTHER), *told]
    # Its start is all there is of two letters.
    others = sought(letter, query.folded) if len(query.together) > 2 else ()
    leading = every((start_token(letter, query.folded), *others))
    assert leading is not None
    return [*parts, Part(leading, LEADING), Part(tokens, REST), *told]


def _holds(column: Any, spelling: str) -> sa.ColumnElement[bool]:
    return place_of(column, spelling) > 0
