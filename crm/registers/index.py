"""Search among the companies of a register, in memory: two letters, any script, no database."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Sequence

from crm.identity.kana import romanize_kana, to_katakana
from crm.identity.normalizing import normalize
from crm.registers.entries import Entry

LEAST = 2
_NUMBER, _LONG = "#", 5
_EDINET = re.compile(r"e\d{2,5}")
_NOT_LETTERS = re.compile(r"[\W_]+")
# How one sound is written by different hands; what is long is written short.
_SOUNDS = (
    *(("shi", "si"), ("chi", "ti"), ("tsu", "tu"), ("fu", "hu"), ("ji", "zi")),
    *(("sh", "sy"), ("ch", "ty"), ("j", "zy"), ("ou", "o"), ("oo", "o"), ("oh", "o")),
    *(("uu", "u"), ("mb", "nb"), ("mp", "np"), ("l", "r")),
)


class Index:
    """The names and numbers of many companies as one text: a search is a scan of it.

    A line holds one name. The companies stand in the order in which equal finds are told, so the
    first found are the best.
    """

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries = sorted(
            entries, key=lambda one: (not one.is_listed, len(one.native), one.code)
        )
        starts: list[int] = []
        texts: list[str] = []
        length = 0
        for entry in self.entries:
            text = "\n" + "\n".join(_keys(entry)) + "\n"
            starts.append(length)
            texts.append(text)
            length += len(text)
        self._starts = starts
        self._text = "".join(texts)

    def search(self, text: str, limit: int) -> Sequence[Entry]:
        """The companies that `text` finds: a whole name first, its beginning, a word, a part."""
        wanted = [query for query in _queries(text) if query in self._text]
        found: dict[int, None] = {}
        for before, behind in (("\n", "\n"), ("\n", ""), (" ", ""), ("", "")):
            for query in wanted:
                self._collect(before + query + behind, found, limit)
            if len(found) >= limit:
                break
        return [self.entries[place] for place in list(found)[:limit]]

    def _collect(self, needle: str, found: dict[int, None], limit: int) -> None:
        at = self._text.find(needle)
        while at >= 0:
            place = bisect_right(self._starts, at) - 1
            found[place] = None
            if len(found) >= limit or place + 1 == len(self._starts):
                return
            at = self._text.find(needle, self._starts[place + 1])


def _keys(entry: Entry) -> list[str]:
    keys = [normalize(entry.native), _folded(entry.native)]
    if entry.kana:
        reading = normalize(entry.kana)
        romaji = romanize_kana(entry.kana)
        keys += [reading, _sounded(_letters(romaji)), _letters(romaji)]
    if entry.english:
        words = _words(entry.english)
        joined = words.replace(" ", "")
        keys += [words, joined, _sounded(joined)]
    if entry.securities_code:
        keys.append(entry.securities_code.casefold())
    # Behind a sign of their own: a few digits mean the code of a share, not a long number.
    keys += [_NUMBER + value.casefold() for _scheme, value in entry.numbers]
    return [key for key in dict.fromkeys(keys) if key]


def _queries(text: str) -> list[str]:
    """The forms in which a typed text is looked for; none where it is too short."""
    plain = _folded(text)
    if len(plain) < LEAST:
        return []
    digits = plain.removeprefix("t")
    if (digits.isdecimal() and len(digits) >= _LONG) or _EDINET.fullmatch(plain):
        return [_NUMBER + digits]
    if plain.isascii():
        words = _words(text)
        found = [words, plain, _sounded(plain)]
    else:
        found = [
            normalize(to_katakana(unicodedata.normalize("NFKC", text))),
            normalize(text),
            plain,
        ]
    return [one for one in dict.fromkeys(found) if len(one) >= LEAST]


def _folded(text: str) -> str:
    """One width and case, without spaces and signs."""
    return _letters(unicodedata.normalize("NFKC", text))


def _letters(text: str) -> str:
    return _NOT_LETTERS.sub("", text.casefold())


def _words(text: str) -> str:
    return " ".join(_NOT_LETTERS.sub(" ", unicodedata.normalize("NFKC", text).casefold()).split())


def _sounded(letters: str) -> str:
    for spelling, sound in _SOUNDS:
        letters = letters.replace(spelling, sound)
    return letters
