"""A native name cut into trades, loanwords, spelled letters and what has to be read aloud."""

import re
from functools import lru_cache
from typing import NamedTuple

from crm.identity.hangul import romanize_hangul
from crm.identity.kana import romanize_kana, to_katakana
from crm.identity.lexicon import CUT, lexicon
from crm.identity.scripts import writing_of
from crm.identity.spoken import drop_added, drop_added_hangul, sound_of_english
from crm.identity.vocabulary import SILENT, Word, vocabulary

_KANA_LETTERS = {
    "エイ": "a", "エー": "a", "ビー": "b", "ビイ": "b", "シー": "c", "シイ": "c", "ディー": "d",
    "デー": "d", "デイ": "d", "イー": "e", "エフ": "f", "ジー": "g", "エイチ": "h", "エッチ": "h",
    "アイ": "i", "ジェイ": "j", "ジェー": "j", "ジエイ": "j", "ケイ": "k", "ケー": "k", "エル": "l",
    "エム": "m", "エヌ": "n", "オー": "o", "オウ": "o", "ピー": "p", "キュー": "q", "アール": "r",
    "エス": "s", "ティー": "t", "ティ": "t", "テイ": "t", "テー": "t", "ユー": "u", "ブイ": "v",
    "ヴイ": "v", "ダブリュー": "w", "ダブル": "w", "ダブリュ": "w", "エックス": "x", "ワイ": "y",
    "ゼット": "z", "ゼッド": "z", "アンド": "&",
}  # fmt: skip
_HANGUL_LETTERS = {
    "에이": "a", "비": "b", "씨": "c", "시": "c", "디": "d", "이": "e", "에프": "f", "지": "g",
    "에이치": "h", "아이": "i", "제이": "j", "케이": "k", "엘": "l", "엠": "m", "엔": "n",
    "오": "o", "피": "p", "큐": "q", "알": "r", "에스": "s", "티": "t", "유": "u", "브이": "v",
    "더블유": "w", "더블류": "w", "엑스": "x", "와이": "y", "제트": "z", "앤": "&",
}  # fmt: skip
# Syllables that also end or begin plain words: alone or among themselves they spell nothing.
_WEAK = frozenset("비시디이지오유피티알앤엔") | {
    "アンド",
    "オウ",
    "ダブル",
    "テイ",
    "デイ",
    "アイ",
    "ティ",
}


def _letters(names: dict[str, str]) -> tuple[re.Pattern[str], re.Pattern[str]]:
    one = "|".join(sorted(map(re.escape, names), key=len, reverse=True))
    return re.compile(f"(?:{one}){{2,}}"), re.compile(one)


_LETTER_RUNS = (
    (_KANA_LETTERS, *_letters(_KANA_LETTERS)),
    (_HANGUL_LETTERS, *_letters(_HANGUL_LETTERS)),
)
_LONGEST_SPELLED = 6
_KEEP = 2
# What a step costs: a kanji's reading besides its rarity, one read aloud, a word of the tables,
# a spelled letter. Two syllables of Hangul or kana cost more than a word, three less than letters.
_KANJI, _UNREAD, _ALOUD = CUT + 100, 900, 150
_WORD, _SHORT_WORD = 160, 280
_LETTER, _LONE_LETTER = 110, 310
Step = tuple[int, int, str, str | Word]
Path = tuple[int, tuple[tuple[str, str | Word], ...]]


class Piece(NamedTuple):
    """A part of a name: Latin letters in which it is said, its English, and its code if a trade."""

    said: str
    english: str
    code: str = ""
    spoken: str = ""


@lru_cache(maxsize=16384)
def cut(text: str) -> tuple[tuple[Piece, ...], ...]:
    """The likeliest ways to cut and read a native name, best first."""
    text = to_katakana(text)
    end = len(text)
    sorts = [writing_of(letter) for letter in text]
    letters = _spelled_letters(text)
    # Up to each place the cheapest ways: the cost and the steps taken.
    paths: list[list[Path]] = [[] for _ in range(end + 1)]
    paths[0].append((0, ()))
    for place, sort in enumerate(sorts):
        here = paths[place]
        if not here:
            continue
        if len(here) > 1:
            here.sort(key=_cost)
            del here[_KEEP:]
        if sort in {"latin", ""}:
            stop = place + 1
            while stop < end and sorts[stop] == sort:
                stop += 1
            steps: list[Step] = [(stop, 0, "l", text[place:stop])]
        else:
            steps = _words(text, place, sort) + letters.get(place, [])
            if sort == "han":
                steps += _readings(text, place) or [(place + 1, _UNREAD, "l", text[place])]
            else:
                kind = "h" if sort == "hangul" else "k"
                steps.append((place + 1, _ALOUD, kind, text[place]))
        for stop, price, kind, value in steps:
            paths[stop] += [(cost + price, (*path, (kind, value))) for cost, path in here]
    paths[end].sort(key=_cost)
    return tuple(dict.fromkeys([_pieces(path) for _, path in paths[end][:_KEEP]]))


def _cost(path: Path) -> int:
    return path[0]


def _words(text: str, place: int, sort: str) -> list[Step]:
    """Trades and loanwords that begin here."""
    known = vocabulary()
    end = len(text)
    steps: list[Step] = []
    for stop in range(place + 1, min(end, place + known.longest_native) + 1):
        word = known.native.get(text[place:stop])
        if word is None:
            continue
        width = stop - place
        # One character is a trade only where the name ends with it, two seldom inside.
        if width == 1 and (stop < end or place < 2):
            continue
        if width == 2 and sort == "hangul" and not word.code and place and stop < end:
            continue
        # Two kana are the end of many a surname: ニッサン has no sun in it.
        if width == 2 and sort == "kana" and (not word.code or stop < end or place < 2):
            continue
        steps.append((stop, _WORD if width > 1 else _SHORT_WORD, "w", word))
    return steps


def _readings(text: str, place: int) -> list[Step]:
    """Readings of the kanji, and of compounds, that begin here."""
    known = lexicon().entries
    return [
        (place + width, reading.cost + _KANJI, "r", reading.kana)
        for width in range(1, min(4, len(text) - place) + 1)
        for reading in known.get(text[place : place + width], ())
    ]


def _spelled_letters(text: str) -> dict[int, list[Step]]:
    """Names of Latin letters in a row, by where they begin."""
    found: dict[int, list[Step]] = {}
    for names, run, one in _LETTER_RUNS:
        for match in run.finditer(text):
            parts = list(one.finditer(text, *match.span()))
            for first, start in enumerate(parts):
                for last in range(first + 1, min(len(parts), first + _LONGEST_SPELLED)):
                    chosen = [part[0] for part in parts[first : last + 1]]
                    if "&" in {names[chosen[0]], names[chosen[-1]]} or _WEAK.issuperset(chosen):
                        continue
                    spelled = "".join(names[part] for part in chosen).replace("&", "")
                    step = (parts[last].end(), _LETTER * len(spelled), "l", spelled)
                    found.setdefault(start.start(), []).append(step)
        # One letter before a word, as in K Pharma.
        alone = one.match(text)
        if alone and len(alone[0]) > 1 and alone[0] not in _WEAK and len(text) > alone.end() + 1:
            step = (alone.end(), _LONE_LETTER, "l", names[alone[0]])
            found.setdefault(0, []).append(step)
    return found


def _pieces(path: tuple[tuple[str, str | Word], ...]) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    run, sort = "", ""
    for kind, value in (*path, ("", "")):
        if run and kind != sort:
            pieces.append(_read(sort, run))
            run = ""
        sort = kind
        if isinstance(value, Word):
            if value is not SILENT:
                spoken = value.reading
                if value.english != value.reading:
                    spoken = sound_of_english(value.english)
                pieces.append(Piece(value.reading, value.english, value.code, spoken))
        elif kind == "l":
            pieces.append(Piece(value, value, "", value))
        elif kind:
            run += value
    return tuple(pieces)


def _read(sort: str, run: str) -> Piece:
    if sort == "h":
        said = romanize_hangul(run)
        return Piece(said, said, "", drop_added_hangul(said))
    said = romanize_kana(run)
    return Piece(said, said, "", drop_added(said) if sort == "k" else said)
