"""What the tables beside this module say: trades, places, loanwords, names of letters."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from crm.identity.hangul import romanize_hangul
from crm.identity.kana import romanize_kana, to_katakana

DATA = Path(__file__).parent / "data"
# Private-use characters stand for a meaning: one for its family, one for itself.
_FAMILY, _CODE = 0xE000, 0xE100
# Families of words that a firm's English name often drops: 三井物産 is Mitsui & Co.
_GENERIC = ("hold", "make", "trade")


@dataclass(frozen=True, slots=True)
class Word:
    """A native word: what it means in Latin letters, and its code when it is a trade or place."""

    english: str
    reading: str
    code: str = ""


SILENT = Word("", "")


@dataclass(slots=True)
class Vocabulary:
    """Native words and Latin phrases with what they mean."""

    native: dict[str, Word] = field(default_factory=dict)
    latin: dict[tuple[str, ...], str] = field(default_factory=dict)
    places: dict[tuple[str, ...], str] = field(default_factory=dict)
    generic: frozenset[str] = frozenset()
    longest_native: int = 1
    longest_latin: int = 1


def rows(name: str) -> Iterator[list[str]]:
    """The rows of a table in the data folder, without its notes and its header."""
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    data = [line for line in lines if line and not line.startswith("#")]
    for line in data[1:]:
        yield [cell.strip() for cell in line.split("\t")]


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """All tables, read once."""
    made = Vocabulary()
    families: dict[str, int] = {}
    codes: dict[str, int] = {}
    romaji: dict[tuple[str, ...], str] = {}
    for cells in rows("descriptors.tsv"):
        family, name, english, japanese, korean = (*cells, "", "")[:5]
        one = families.setdefault(family, _FAMILY + len(families))
        two = codes.setdefault(name, _CODE + len(codes))
        # The native words for "Corporation" say as little as a legal form.
        code = "" if family == "none" else chr(one) + chr(two)
        phrases = english.split(";")
        for phrase in phrases if code else ():
            made.latin.setdefault(tuple(phrase.replace("&", " & ").split()), code)
        for entry in filter(None, japanese.split(";")):
            text, _, kana = entry.partition(":")
            spelt = romanize_kana(kana or text)
            # Katakana is said as English; kanji is read.
            is_loan = not kana
            word = Word(phrases[0] if is_loan else spelt, spelt, code) if code else SILENT
            made.native.setdefault(to_katakana(text.casefold()), word)
            if kana and len(kana) >= 4:
                made.native.setdefault(to_katakana(kana), word)
                romaji.setdefault((spelt,), code)
                romaji.setdefault((spelt.replace("ou", "o").replace("uu", "u"),), code)
        for text in filter(None, korean.split(";")):
            word = Word(phrases[0], romanize_hangul(text), code) if code else SILENT
            made.native.setdefault(text, word)
    made.generic = frozenset(chr(families[family]) for family in _GENERIC)
    for phrase_, code in romaji.items():
        made.latin.setdefault(phrase_, code)
    for table in ("loanwords_ja.tsv", "loanwords_ko.tsv"):
        for text, english, *_ in rows(table):
            spelt = romanize_kana(text) if table.endswith("ja.tsv") else romanize_hangul(text)
            made.native.setdefault(text, Word(english, spelt, made.latin.get((english,), "")))
    for english, japanese, korean, *_ in ((*cells, "", "") for cells in rows("places.tsv")):
        place, *others = english.split(";")
        for phrase in (place, *others):
            made.places[tuple(phrase.split())] = place
        for text in filter(None, japanese.split(";")):
            made.native.setdefault(text, Word(place.replace(" ", ""), romanize_kana(text)))
        for text in filter(None, korean.split(";")):
            made.native.setdefault(text, Word(place.replace(" ", ""), romanize_hangul(text)))
    made.longest_native = max(map(len, made.native), default=1)
    made.longest_latin = max(map(len, made.latin), default=1)
    return made


@lru_cache(maxsize=1)
def place_words() -> frozenset[str]:
    """The English of all place words, written together."""
    return frozenset(place.replace(" ", "") for place in vocabulary().places.values())
