"""The keys of a name: what is compared when two names are, in whatever script."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

from crm.identity.folding import fold_deep, fold_light, skeleton
from crm.identity.normalizing import normalize, strip_form
from crm.identity.scripts import script_of
from crm.identity.segments import Piece, cut
from crm.identity.spoken import sound_of_english
from crm.identity.vocabulary import place_words, vocabulary
from models.organization import NameKind, Script

# A less likely reading may not outdo a likelier one by chance.
_DOUBT = 1.5
_CODES = re.compile("[\ue000-\uf8ff]")
_PARTICLES = frozenset(["and", "the", "of"])
# Behind a name these tell the local company; before it they are part of the name.
_HOME = frozenset(["japan", "korea"])
_MOST_SOUNDS = 4
_DIGITS = re.compile(r"\d+")


class Form(NamedTuple):
    """One folded spelling, its consonants, and itself without the codes of trades.

    `doubt` is what a less likely reading takes from the score.
    """

    text: str
    bones: str
    core: str
    doubt: float
    codes: frozenset[str] = frozenset()


class Forms(NamedTuple):
    """The spellings of a name at one depth of folding.

    `coded` writes trades as codes, `spoken` also drops what kana and Hangul add to foreign words,
    `spelled` writes all in letters: as English and as read aloud.
    """

    coded: tuple[Form, ...]
    spoken: tuple[Form, ...]
    spelled: tuple[Form, ...]


@dataclass(frozen=True)
class NameKeys:
    """One name, ready to be compared.

    Equal `normalized` is the same name in another spelling. `sounds` are folded Latin spellings,
    best first. `codes` are the trades in it. `readings` are the ways to read it, of which the
    rest is made where it is asked for.
    """

    text: str
    kind: NameKind | None
    language: str | None
    script: Script
    normalized: str
    sounds: tuple[str, ...]
    has_form: bool
    codes: tuple[str, ...]
    places: frozenset[str]
    digits: tuple[str, ...]
    deep: Forms
    readings: tuple[tuple[Piece, ...], ...]

    @cached_property
    def words(self) -> tuple[str, ...]:
        """What is left of the best reading without trades and places."""
        return tuple(
            fold_light(piece.english)
            for piece in self.readings[0]
            if not piece.code and piece.english not in self.places
        )

    @cached_property
    def light(self) -> Forms:
        """The spellings in which Japanese names are compared."""
        return _forms(self.readings, fold_light)

    @cached_property
    def placeless(self) -> tuple[Form, ...]:
        """The spellings without the places that mark a local company."""
        if not self.places:
            return self.deep.coded
        return _forms(_without(self.readings, self.places), fold_deep).coded


@lru_cache(maxsize=65536)
def keys_of(text: str, *, kind: NameKind | None = None, language: str | None = None) -> NameKeys:
    """The keys of one name."""
    stripped = strip_form(text)
    script = script_of(stripped.text)
    readings = _read(stripped.text, script)
    first = readings[0]
    local = _places_of(first)
    deep = _forms(readings, fold_deep)
    sounds = dict.fromkeys(form.text for form in deep.spelled)
    return NameKeys(
        text=text,
        kind=kind,
        language=language,
        script=script,
        normalized=normalize(text),
        sounds=tuple(filter(None, sounds)),
        has_form=stripped.has_form,
        codes=tuple(piece.code for piece in first if piece.code and piece.english not in local),
        places=local,
        digits=tuple(_DIGITS.findall(stripped.text)),
        deep=deep,
        readings=readings,
    )


def _read(text: str, script: Script) -> tuple[tuple[Piece, ...], ...]:
    """The ways to read a name without its legal form, the likeliest first."""
    if script in {Script.LATIN, Script.OTHER}:
        return (_latin_pieces(tuple(text.split())),)
    return _native_pieces(text)


def _places_of(pieces: tuple[Piece, ...]) -> frozenset[str]:
    """The place words that mark a local company."""
    found = {piece.english for piece in pieces if piece.english in place_words()}
    if len(pieces) > 1 and pieces[-1].english in _HOME:
        found.add(pieces[-1].english)
    return frozenset(found)


def _without(
    readings: tuple[tuple[Piece, ...], ...], words: frozenset[str]
) -> tuple[tuple[Piece, ...], ...]:
    return tuple(
        tuple(piece for piece in pieces if piece.english not in words) for pieces in readings
    )


def _forms(readings: tuple[tuple[Piece, ...], ...], fold: Callable[[str], str]) -> Forms:
    coded: dict[str, Form] = {}
    spoken: dict[str, Form] = {}
    spelled: dict[str, Form] = {}
    for rank, pieces in enumerate(readings):
        doubt = rank * _DOUBT
        codes = frozenset([p.code for p in pieces if p.code])
        _put(coded, "".join([p.code or fold(p.english) for p in pieces]), doubt, codes)
        _put(spoken, "".join([p.code or fold(p.spoken) for p in pieces]), doubt, codes)
        _put(spelled, "".join([fold(p.english) for p in pieces]), doubt)
        _put(spelled, "".join([fold(p.said) for p in pieces]), doubt)
    return Forms(tuple(coded.values()), tuple(spoken.values()), tuple(spelled.values()))


def _put(
    forms: dict[str, Form], text: str, doubt: float, codes: frozenset[str] = frozenset()
) -> None:
    if text not in forms:
        core = _CODES.sub("", text) if codes else text
        forms[text] = Form(text, skeleton(text), core, doubt, codes)


def search_keys(
    text: str, *, kind: NameKind | None = None, language: str | None = None
) -> tuple[str, ...]:
    """The folded Latin spellings that a search index keeps beside a name: the first `sounds`.

    Of what compares two names this needs the least part, and an import asks it of every name.
    """
    stripped = strip_form(text).text
    sounds: dict[str, None] = {}
    for pieces in _read(stripped, script_of(stripped)):
        sounds["".join([fold_deep(piece.english) for piece in pieces])] = None
        sounds["".join([fold_deep(piece.said) for piece in pieces])] = None
    return tuple(filter(None, sounds))[:_MOST_SOUNDS]


@lru_cache(maxsize=16384)
def _latin_pieces(words: tuple[str, ...]) -> tuple[Piece, ...]:
    known = vocabulary()
    pieces: list[Piece] = []
    place = 0
    while place < len(words):
        for width in range(min(known.longest_latin, len(words) - place), 0, -1):
            phrase = words[place : place + width]
            code = known.latin.get(phrase)
            local = known.places.get(phrase)
            if code is None and local is None:
                continue
            said = "".join(phrase)
            english = said if local is None else local.replace(" ", "")
            pieces.append(Piece(said, english, code or "", said))
            place += width
            break
        else:
            bare = words[place].replace("&", "")
            if bare and bare not in _PARTICLES:
                pieces.append(Piece(bare, bare, "", sound_of_english(bare)))
            place += 1
    return tuple(pieces)


def _native_pieces(text: str) -> tuple[tuple[Piece, ...], ...]:
    """The ways to read a native name; native words are joined, for points part them anywhere."""
    joined: list[tuple[Piece, ...]] = [()]
    native = ""
    for word in [*text.split(), ""]:
        if word and not word.isascii():
            native += word
            continue
        if native:
            ways = cut(native)
            joined = [(*path, *way) for path in joined for way in ways][:2]
            native = ""
        if word:
            pieces = _latin_pieces((word,))
            joined = [(*path, *pieces) for path in joined]
    return tuple(joined)
