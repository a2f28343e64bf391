"""What somebody typed, as the index is asked for it; pure, and the rule that the index must keep.

An entry answers when it holds every word, in its folded letters or as the beginning of one of its
keys. What is typed and what is on file are spelt alike, whatever their scripts, so that 日産,
ニッサン, nissan and 닛산 meet whichever of them is on file. A thorough search, for which there is
time where few answer, also looks for what is typed within a key.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from crm.identity.keys import search_keys
from crm.search.grams import (
    LETTERS,
    TEXTS,
    compact,
    fold,
    is_cjk,
    sought,
    sought_key_start,
    sought_keys,
    sought_pairs,
    start_token,
)
from crm.search.wanted import Wanted, either, every
from models.search import SearchKind

LONGEST_QUERY = 200
BREAK = "\n"
_MOST_WORDS = 8
_MOST_KEYS = 3
# Two folded letters are in half of all names.
_SHORTEST_KEY = 3
# A Latin word with fewer threes than a slip spoils is looked up by its pairs.
_SHORT = 6
_FEWEST_LATIN, _FEWEST_CJK = 4, 3


@dataclass(frozen=True, slots=True)
class Word:
    """One word: as typed, and its spellings from other scripts."""

    text: str
    keys: tuple[str, ...]

    @property
    def is_sought(self) -> bool:
        """Whether the index can be asked for it: one letter is a word in CJK only."""
        return len(self.text) > 1 or is_cjk(self.text)


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for: the whole, its words, it without spaces, and how others spell it."""

    folded: str
    words: tuple[Word, ...]
    together: str
    keys: tuple[str, ...]

    @property
    def is_usable(self) -> bool:
        """Whether there is a word that the index can be asked for."""
        return any(word.is_sought for word in self.words)


@lru_cache(maxsize=2048)
def read_query(text: str) -> Query:
    """The query that a text is; what is too long or too many words is cut off."""
    words = fold(text[:LONGEST_QUERY]).split()[:_MOST_WORDS]
    folded = " ".join(words)
    # One character is read in too many ways.
    keys = _keys(text[:LONGEST_QUERY]) if len(compact(folded)) > 1 else ()
    if len(words) == 1:
        return Query(folded, (Word(folded, keys),), folded, keys)
    each = tuple(Word(word, _keys(word)) for word in words)
    return Query(folded, each, compact(folded), keys)


def _keys(text: str) -> tuple[str, ...]:
    found = dict.fromkeys(compact(fold(key)) for key in search_keys(text))
    return tuple(key for key in found if len(key) >= _SHORTEST_KEY)[:_MOST_KEYS]


def wanted(query: Query, kind: SearchKind, *, is_thorough: bool = False) -> Wanted | None:
    """The tokens of entries of a kind that may answer."""
    letter = LETTERS[kind]

    def spelt(keys: Sequence[str]) -> list[Wanted | None]:
        if kind in TEXTS:
            return []
        if is_thorough:
            return [every(sought_keys(letter, key)) for key in keys]
        return [every(sought_key_start(letter, key)) for key in keys]

    words = (
        either(filter(None, (every(sought(letter, word.text)), *spelt(word.keys))))
        for word in query.words
        if word.is_sought
    )
    whole: list[Wanted | None] = [every(filter(None, words))]
    if len(query.words) > 1:
        whole += spelt(query.keys)
        if kind not in TEXTS:
            whole.append(every(sought(letter, query.together)))
    return either(filter(None, whole))


def answers(
    query: Query, kind: SearchKind, folded: str, keys: str, *, is_thorough: bool = False
) -> bool:
    """Whether an entry answers: what the index has to say as well."""
    # A key begins behind a line break.
    before = "" if is_thorough else BREAK
    keys = BREAK + keys

    def is_spelt(spellings: Sequence[str]) -> bool:
        return any(before + key in keys for key in spellings)

    if is_spelt(query.keys) or (kind not in TEXTS and query.together in compact(folded)):
        return True
    return all(word.text in folded or is_spelt(word.keys) for word in query.words)


def nearly(query: Query, kind: SearchKind) -> Iterator[Wanted]:
    """The tokens of entries that a slip of the finger keeps apart, the nearest first.

    A wrong, missing or doubled letter spoils two pairs that follow each other, or three threes;
    two swapped ones spoil one more. So the entries that have all but those come first, and of
    them those that begin alike; then those that have a third, for what is mistaken twice.
    """
    letter = LETTERS[kind]
    within = wanted(query, kind, is_thorough=True)
    if within is not None and query.keys:
        yield within
    word = query.together
    if len(word) < (_FEWEST_LATIN if word.isascii() else _FEWEST_CJK):
        # Of so few letters one that is wrong makes another word.
        return
    start = start_token(letter, word)
    if len(word) > _SHORT and word.isascii():
        yield from _but_some(sought(letter, word), 3)
    else:
        pairs = sought_pairs(letter, word)
        yield from (near for each in _but_some(pairs, 2) if (near := every((start, each))))
        yield from _but_some(pairs, 2)
    for key in query.keys[:1]:
        yield from _but_some(sought_keys(letter, key), 3)


def _but_some(tokens: Sequence[str], width: int) -> Iterator[Wanted]:
    """The tokens but so many in a row; but one more; a third of them."""
    for spoilt in (width, width + 1):
        starts = range(len(tokens) - spoilt + 1)
        kept = (every((*tokens[:start], *tokens[start + spoilt :])) for start in starts)
        found = either(filter(None, kept))
        if found is not None:
            yield found
    third = len(tokens) // 3
    # Of few each may be the only right one.
    parts = (
        (tokens[:third], tokens[third:-third], tokens[-third:])
        if third > 1
        else tuple((token,) for token in tokens)
    )
    found = either(filter(None, map(every, parts)))
    if found is not None:
        yield found
