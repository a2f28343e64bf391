"""Which hit comes first: how well a name meets what was typed, then how fresh its record is."""

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

from rapidfuzz import fuzz

from crm.search.grams import TOLD
from crm.search.query import Query
from models.search import SearchKind

EXACT, PREFIX, WORD, SUBSTRING, WORDS, KEY, PART_OF_KEY = 100, 90, 80, 70, 65, 60, 50
# What is only nearly a name stands below all that is one.
_FUZZY_SHARE = 0.45
NEAR = 100 * _FUZZY_SHARE
# What is told of a record stands between what bears the name and what nearly does.
_TOLD_SHARE = 0.04
_SHORT = 4
_LEAST, _LEAST_SHORT, _LEAST_KEY = 78.0, 74.0, 86.0
# What is typed may be a part of a name, or a name a part of it; that says less than the whole.
_PART = 0.95
_OLD = date.min.toordinal()


class Hit(NamedTuple):
    """One entry that answers, with how well."""

    kind: SearchKind
    record_id: int
    text: str
    language: str | None
    score: float
    fresh_on: date | None

    @property
    def place(self) -> tuple[float, int, int, int]:
        """Sorts the best first."""
        return (
            -self.score,
            -(self.fresh_on.toordinal() if self.fresh_on else _OLD),
            len(self.text),
            -self.record_id,
        )


def hit_of(kind: SearchKind, row: Any, points: float) -> Hit:
    """An entry that was found, as a hit; a driver of SQLite knows no days."""
    day = row.fresh_on
    if isinstance(day, str):
        day = date.fromisoformat(day)
    return Hit(kind, row.record_id, row.text, row.language, points, day)


def ranked(query: Query, kind: SearchKind, rows: Iterable[Any]) -> list[Hit]:
    """The hits that entries are which answer, one a record, best first."""
    return best_of_each([hit_of(kind, row, score(query, row.folded, row.keys)) for row in rows])


def score(query: Query, folded: str, keys: str) -> float:
    """How well an entry that answers does so."""
    if keys == TOLD:
        return NEAR + _TOLD_SHARE * score(query, folded, "")
    if query.folded in (folded, ""):
        return EXACT
    padded = f" {folded} "
    if folded.startswith(query.folded):
        # A whole word rather than the beginning of another.
        return PREFIX + (4 if padded.startswith(f" {query.folded} ") else 0)
    if f" {query.folded} " in padded:
        return WORD
    if query.folded in folded:
        # At the start of a word rather than within one.
        return SUBSTRING + (3 if f" {query.folded}" in padded else 0)
    together = folded.replace(" ", "")
    if query.together in together:
        return WORD if query.together == together else SUBSTRING
    if all(word.text in folded for word in query.words):
        return WORDS
    spellings = keys.split("\n")
    sought = (query.together, *query.keys)
    if any(key in spellings for key in sought):
        return KEY
    if any(spelling.startswith(key) for spelling in spellings for key in sought):
        return KEY - 4
    return PART_OF_KEY


def likeness(query: Query, folded: str, keys: str) -> float:
    """How near an entry comes to what was typed, 0 when it does not, always below an answer."""
    together = query.together
    is_short = len(together) <= _SHORT or not together.isascii()
    best = _nearness(together, folded.replace(" ", ""), _LEAST_SHORT if is_short else _LEAST)
    for key in query.keys[:1]:
        for spelling in filter(None, keys.split("\n")):
            best = max(best, _nearness(key, spelling, _LEAST_KEY))
    return best * _FUZZY_SHARE


def _nearness(typed: str, spelling: str, least: float) -> float:
    found: float = fuzz.ratio(typed, spelling, score_cutoff=least)
    if min(len(typed), len(spelling)) > _SHORT:
        part: float = fuzz.partial_ratio(typed, spelling, score_cutoff=least)
        found = max(found, _PART * part)
    return found


def best_of_each(hits: Iterable[Hit]) -> list[Hit]:
    """One hit a record, its best, in order."""
    best: dict[int, Hit] = {}
    for hit in sorted(hits, key=lambda hit: hit.place):
        best.setdefault(hit.record_id, hit)
    return list(best.values())
