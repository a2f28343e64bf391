"""The place in a text where what was typed stands, and the letters of it to mark."""

from collections.abc import Iterator
from functools import lru_cache

from crm.search.grams import fold
from crm.search.query import Query

_BEFORE, _AFTER = 50, 110


def marked(query: Query, text: str) -> list[tuple[str, bool]]:
    """A text in pieces, each with whether it is what was typed."""
    letters, places = _unfolded(text)
    spans = sorted(_spans(query, letters))
    pieces: list[tuple[str, bool]] = []
    done = 0
    for start, end in spans:
        first, last = places[start], places[end - 1] + 1
        if first < done:
            continue
        pieces += [(text[done:first], False), (text[first:last], True)]
        done = last
    pieces.append((text[done:], False))
    return [piece for piece in pieces if piece[0]]


def holds(query: Query, text: str) -> bool:
    """Whether all that was typed stands in a text for a reader to see."""
    letters, _places = _unfolded(text)
    return all(word.text in letters for word in query.words)


def excerpt(query: Query, text: str) -> str:
    """A line of a long text around the first of what was typed; its beginning where that fails."""
    text = " ".join(text.split())
    letters, places = _unfolded(text)
    start = min((span[0] for span in _spans(query, letters)), default=None)
    if start is None:
        return text[: _BEFORE + _AFTER] + ("…" if len(text) > _BEFORE + _AFTER else "")
    first = max(places[start] - _BEFORE, 0)
    last = places[start] + _AFTER
    return ("…" if first else "") + text[first:last].strip() + ("…" if last < len(text) else "")


def _spans(query: Query, letters: str) -> Iterator[tuple[int, int]]:
    """Where the whole stands, or else each of its words."""
    whole = letters.find(query.folded)
    if whole >= 0 and query.folded:
        yield whole, whole + len(query.folded)
        return
    for word in query.words:
        place = letters.find(word.text)
        if place >= 0 and word.is_sought:
            yield place, place + len(word.text)


@lru_cache(maxsize=256)
def _unfolded(text: str) -> tuple[str, list[int]]:
    """The folded letters of a text, and the place that each came from."""
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        # A mark of voicing stands behind its letter in half-width kana: both are one sound.
        if letter in "ﾞﾟ\u3099\u309a" and letters:
            joined = fold(text[place - 1 : place + 1])
            if len(joined) == 1:
                letters[-1] = joined
                continue
        for folded in fold(letter) or (" " if letters and letters[-1] != " " else ""):
            letters.append(folded)
            places.append(place)
    return "".join(letters), places
