"""What the index finds for a query, within what the session's viewer may see."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from crm.announcements.queries import past_embargo
from crm.search.grams import LETTERS, TEXTS, sought, start_token, whole_token
from crm.search.index import Wanted, either, entries_of, every, holding, newest_first, place_of
from crm.search.query import BREAK, Query, answers, nearly, read_query, wanted
from crm.search.ranking import Hit, best_of_each, likeness, score
from crm.visibility import may_write_through, viewer_of
from models.announcement import Announcement
from models.search import SearchEntry, SearchKind

NAMES = (
    SearchKind.ORGANIZATION,
    SearchKind.CONTACT,
    SearchKind.LEAD,
    SearchKind.MISSION,
    SearchKind.ANNOUNCEMENT,
)
FEW = 10
MOST_ENTRIES = 120
MOST_NEAR = 2_000
# Enough of a long text to see how well it answers.
_HEAD = 400


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
    most: int = MOST_ENTRIES,
) -> Found:
    """The best hits of one kind: all of them, or the newest with every exact and leading one.

    `now` is needed for announcements, some of which wait for their hour.
    """
    rows = newest(session, query, kind, now=now, most=most)
    is_more = len(rows) == most
    if is_more:
        seen = {row.id for row in rows}
        for more, condition in _better(query, kind):
            found = _read(session, kind, more, condition, now=now, most=most, are_together=True)
            rows += [row for row in found if row.id not in seen]
            seen.update(row.id for row in found)
    hits = (_hit(kind, row, score(query, row.folded, row.keys)) for row in rows)
    return Found(best_of_each(hits), is_more)


def newest(
    session: Session, query: Query, kind: SearchKind, *, now: datetime | None = None, most: int
) -> list[Any]:
    """The newest entries that answer, as the index gives them."""
    tokens = wanted(query, kind)
    if tokens is None:
        return []
    return _read(session, kind, tokens, _recheck(query, kind), now=now, most=most)


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
        rows = _read(session, kind, tokens, sa.true(), now=now, most=left)
        left -= len(rows)
        for row in rows:
            if answers(query, kind, row.folded, row.keys, is_thorough=True):
                hits.append(_hit(kind, row, score(query, row.folded, row.keys)))
            elif found := likeness(query, row.folded, row.keys):
                hits.append(_hit(kind, row, found))
        if len(hits) >= FEW or left <= 0:
            break
    return best_of_each(hits)


def find_organizations(session: Session, text: str, *, limit: int = 50) -> list[int]:
    """Keys of organizations in sight that may bear this name: as written, then almost so."""
    query = read_query(text)
    found = find(session, query, SearchKind.ORGANIZATION).hits
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
        .where(holding(tokens), SearchEntry.kind == kind, _recheck(query, kind, is_thorough=True))
    )


def _key(kind: SearchKind) -> InstrumentedAttribute[int | None]:
    key: InstrumentedAttribute[int | None] = getattr(SearchEntry, f"{kind.value}_id")
    return key


def _read(
    session: Session,
    kind: SearchKind,
    tokens: Wanted,
    condition: sa.ColumnElement[bool],
    *,
    now: datetime | None,
    most: int,
    are_together: bool = False,
) -> list[Any]:
    """Entries with these tokens, the newest first; who may see is settled before the limit."""
    if most <= 0:
        return []
    index, is_of = entries_of(SearchEntry.id)
    folded: Any = SearchEntry.folded
    if kind in TEXTS:
        folded = sa.func.substr(folded, 1, _HEAD).label("folded")
    statement = (
        sa.select(
            SearchEntry.id,
            _key(kind).label("record_id"),
            SearchEntry.text,
            SearchEntry.language,
            folded,
            SearchEntry.keys,
            SearchEntry.fresh_on,
        )
        .select_from(index)
        .join(SearchEntry, is_of)
        .where(holding(tokens), SearchEntry.kind == kind, condition, *_in_sight(session, kind, now))
        .order_by(newest_first(session, tokens, are_together=are_together))
        .limit(most)
    )
    return list(session.execute(statement))


def _in_sight(
    session: Session, kind: SearchKind, now: datetime | None
) -> Iterator[sa.ColumnElement[bool]]:
    """What no team says: an announcement is not told before its hour."""
    if kind is SearchKind.ANNOUNCEMENT and not may_write_through(session):
        if now is None:
            raise ValueError("Announcements have an hour: say what time it is.")
        told = sa.select(Announcement.id).where(past_embargo(viewer_of(session), now=now))
        yield SearchEntry.announcement_id.in_(told)


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


def _better(query: Query, kind: SearchKind) -> Iterator[tuple[Wanted, sa.ColumnElement[bool]]]:
    """The tokens of entries that are what was typed, and of those that begin with it."""
    letter = LETTERS[kind]
    same = dict.fromkeys((query.folded, query.together, *query.keys))
    exact = either(whole_token(letter, spelling) for spelling in same)
    if exact is not None:
        yield exact, _recheck(query, kind)
    # Its start is all there is of two letters.
    others = sought(letter, query.folded) if len(query.together) > 2 else ()
    leading = every((start_token(letter, query.folded), *others))
    if leading is not None and len(query.folded) > 1:
        yield leading, place_of(SearchEntry.folded, query.folded) == 1


def _holds(column: Any, spelling: str) -> sa.ColumnElement[bool]:
    return place_of(column, spelling) > 0


def _hit(kind: SearchKind, row: Any, points: float) -> Hit:
    return Hit(kind, row.record_id, row.text, row.language, points, row.fresh_on)
