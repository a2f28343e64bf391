"""What a cell says as text: cleaned, kept as printed, and told apart from "unknown"."""

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from crm.imports.problems import ValueProblem
from crm.imports.table import Cell
from crm.imports.words import listed, read_words
from models.errors import N_

_LONGEST_QUOTE = 60
_LONGEST_MARK = 40
_LONGEST_WORDS = 200

# Latin letters lose their accents in comparisons: "Societe" and "Société" are one header. Only
# these blocks are taken apart: decomposing kana or Hangul would change the letter itself.
_ACCENTED = {
    code: "".join(
        part for part in unicodedata.normalize("NFKD", chr(code)) if not unicodedata.combining(part)
    )
    for code in range(0x00C0, 0x0250)
}
_ACCENTED.update({ord("œ"): "oe", ord("æ"): "ae", ord("ø"): "o", ord("ł"): "l"})

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−﹣"), "-")
_TILDES = dict.fromkeys(map(ord, "〜∼˜∽"), "~")
_QUOTES = dict.fromkeys(map(ord, "’‘ʼ´`"), "'")
# Korean keyboards write the middle dot as a vowel letter, which would count as a letter.
_DOTS = dict.fromkeys((0x318D, 0x119E, 0x2027), "·")
_PLAIN = {**_ACCENTED, **_DASHES, **_TILDES, **_QUOTES, **_DOTS}

# Joiners belong to some scripts' spelling; every other format character (direction overrides,
# zero-width spaces, byte order marks) only makes two equal names look or compare differently.
_JOINERS = "‌‍"
_LINE_ENDS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_WHITE = re.compile(r"[\t\n]+")
_SPACES = re.compile(r"\s+")

_MARKS = frozenset(
    {"", ".", "..", "...", "/", "?", "*", "ー", "・", "n/a", "n.a.", "n.a", "#n/a", "n / a"}
    | {"s/o", "s.o.", "n.d.", "#ref!", "#value!", "#name?", "#null!"}
)
_ONLY_DASHES = re.compile(r"[-~_]+")
_LOST = re.compile("[?\ufffd]")
_DAMAGED = re.compile("\\?{2,}|\ufffd")


def printed(cell: Cell) -> str:
    """The cell as a person would read it in the sheet."""
    if isinstance(cell, str):
        return cell
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.isoformat(" ", "minutes")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return repr(cell)


def clean(cell: Cell) -> str:
    """The printed text without control characters, trimmed, in composed form (NFC).

    Compatibility forms stay: ㈱ and full-width letters are how a company prints its name.
    """
    text = printed(cell)
    if text.isascii() and text.isprintable():
        return text.strip()
    text = _LINE_ENDS.sub("\n", unicodedata.normalize("NFC", text))
    kept = [
        character
        for character in text
        if character in "\n\t"
        or character in _JOINERS
        or unicodedata.category(character) not in ("Cc", "Cf", "Cs")
    ]
    return "".join(kept).strip()


def one_line(cell: Cell) -> str:
    """The cleaned text with line breaks and tabs turned into single spaces."""
    return _WHITE.sub(" ", clean(cell))


def quoted(cell: Cell) -> str:
    """The cell for showing inside a message: one line, shortened."""
    text = _SPACES.sub(" ", one_line(cell))
    return text if len(text) <= _LONGEST_QUOTE else text[: _LONGEST_QUOTE - 1] + "…"


def plain(text: str) -> str:
    """The text for reading values: half width, lower case, no accents, one kind of dash."""
    return _short_plain(text) if len(text) <= _LONGEST_WORDS else _fold(text)


def key(text: str) -> str:
    """The text for comparing with a list of words: letters and digits only."""
    return "".join(character for character in plain(text) if character.isalnum())


def _fold(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_PLAIN)
    return _SPACES.sub(" ", folded).strip()


# Only short texts are kept: they come back, and a long one would fill the memory.
_short_plain = lru_cache(maxsize=16384)(_fold)


def is_blank(cell: Cell) -> bool:
    """Whether the cell is empty or holds a mark that stands for nothing, such as a dash."""
    if not isinstance(cell, str):
        return cell is None
    text = clean(cell)
    if len(text) > _LONGEST_MARK:
        return False
    text = plain(text)
    return text in _MARKS or _ONLY_DASHES.fullmatch(text) is not None


@lru_cache(maxsize=1)
def _unknown_words() -> frozenset[str]:
    return frozenset(plain(word) for word in listed(read_words("values")["unknown"]))


def is_unknown(cell: Cell) -> bool:
    """Whether the cell is blank or says in words that the value is not known."""
    if is_blank(cell):
        return True
    if not isinstance(cell, str):
        return False
    text = clean(cell)
    return len(text) <= _LONGEST_MARK and plain(text) in _unknown_words()


def is_lost(cell: Cell) -> bool:
    """Whether the letters were replaced by question marks on the way, and none is left."""
    return (
        isinstance(cell, str)
        and _LOST.search(cell) is not None
        and cell.strip() != "?"
        and not any(character.isalnum() for character in cell)
    )


def is_damaged(cell: Cell) -> bool:
    """Whether part of the letters was replaced. One question mark may belong to a name."""
    return isinstance(cell, str) and _DAMAGED.search(cell) is not None


def is_native(text: str) -> bool:
    """Whether a name is written in another script than Latin.

    A third of the letters is enough: NTTデータ and SK하이닉스 are native names.
    """
    letters = [character for character in text if character.isalpha()]
    foreign = sum(1 for character in letters if not _is_latin(character))
    return foreign > 0 and foreign * 3 >= len(letters)


@lru_cache(maxsize=4096)
def _is_latin(letter: str) -> bool:
    return "LATIN" in unicodedata.name(letter, "")


def parse_text(cell: Cell, *, longest: int = 300, lines: bool = False) -> str | None:
    """Words as printed, or None where the cell says nothing."""
    text = clean(cell) if lines else one_line(cell)
    if is_unknown(text):
        return None
    if len(text) > longest:
        raise ValueProblem(
            N_("This text has %(length)s characters; at most %(longest)s fit here. Shorten it."),
            length=len(text),
            longest=longest,
        )
    return text
