"""Text as the search index holds it: folded letters, and the tokens of the letters that follow.

Tokens are ASCII, so that no tokenizer and no collation has a say: plain letters and digits, or
code points in hexadecimal, behind the letter of the kind of record. So each kind has lists of its
own in the index, and a search for organizations never walks past a thousand long texts.

Japanese, Chinese and Korean are looked up by pairs and by single characters. A pair of Latin
letters is in a fifth of all names, so that what has three of them is looked up by threes; pairs
serve what has two. The spellings that stand for other scripts are Latin, of three letters or more.

Both databases get the same tokens; `crm.search.index` knows how each of them looks one up.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise

from models.search import SearchKind

LETTERS = {
    SearchKind.ORGANIZATION: "o",
    SearchKind.CONTACT: "c",
    SearchKind.LEAD: "l",
    SearchKind.INTERACTION: "i",
    SearchKind.MISSION: "m",
    SearchKind.ANNOUNCEMENT: "a",
    SearchKind.AGREEMENT: "g",
    SearchKind.STATISTIC: "s",
}
# Behind the letter of the kind; no hexadecimal digit looks like them.
_KEY, _KEY_START, _WHOLE = "k", "y", "x"
START, PLAIN = "z", "t"
# How a key begins is kept by so many letters.
_BEGINNINGS = (3, 5, 8)
_FOUR = 4
# A text has no name to be, to begin with or to be spelt together.
TEXTS = frozenset({SearchKind.INTERACTION})
# In place of the keys of an entry that is no name of its record, but what is told of it: a claim
# of a public text, an item of an agenda. No key is spelt like it.
TOLD = "-"

_SEPARATORS = re.compile(r"[\W_]+")
_CJK = re.compile(
    "[\u3005-\u3007\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff]"
)
_HIRAGANA_TO_KATAKANA = {code: code + 0x60 for code in range(0x3041, 0x3097)}
# One character for one: whatever was a part of a name before is one after.
_VARIANTS = str.maketrans(
    "髙﨑邊邉濵濱德瀨栁齋齊斉渕淵嶋嶌冨廣櫻澤國學會惠眞圓鐵龍槇",
    "高崎辺辺浜浜徳瀬柳斎斎斎淵淵島島富広桜沢国学会恵真円鉄竜槙",
)
_COMBINING = "".join(map(chr, range(0x300, 0x370)))


def fold(text: str) -> str:
    """The form in which texts are compared: words of folded letters with one space between.

    Width, case, accents, hiragana and katakana, variant characters and punctuation do not count.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
        if not text.isascii():
            text = "".join(map(_plain, text)).translate(_VARIANTS)
    return " ".join(filter(None, _SEPARATORS.split(text.casefold())))


@lru_cache(maxsize=16384)
def _plain(letter: str) -> str:
    """A letter without its accents; marks of Japanese sounds are no accents."""
    code = ord(letter)
    if code < 0x80:
        return letter
    if code in _HIRAGANA_TO_KATAKANA:
        return chr(_HIRAGANA_TO_KATAKANA[code])
    if code < 0x3000:
        parts = unicodedata.normalize("NFD", letter)
        return parts.rstrip(_COMBINING) if len(parts) > 1 else letter
    return letter


def is_cjk(letter: str) -> bool:
    """Whether one such character is a word worth looking for."""
    return _CJK.match(letter) is not None


def compact(folded: str) -> str:
    """A folded text without its spaces: where a Korean name has one is anybody's habit."""
    return folded.replace(" ", "")


def tokens_of(kind: SearchKind, folded: str, keys: str) -> list[str]:
    """What the index keeps of an entry: its letters, how it begins and what it is, its keys."""
    letter = LETTERS[kind]
    spellings = folded.split()
    found: set[str] = set()
    if folded and kind not in TEXTS:
        if len(spellings) > 1:
            spellings.append(compact(folded))
        found.add(start_token(letter, folded))
        wholes = (folded, *filter(None, keys.split("\n")))
        found.update(whole_token(letter, whole) for whole in wholes)
    grams: set[str] = set()
    for word in spellings:
        grams.update(map("".join, pairwise(word)))
        threes = _threes(word)
        if word.isascii():
            grams.update(threes)
        else:
            grams.update(three for three in threes if not _CJK.search(three))
            grams.update(_CJK.findall(word))
    found.update([letter + _CODES[gram] for gram in grams])
    for key in keys.split("\n"):
        found.update([letter + _KEY + _CODES[three] for three in _threes(key)])
        found.update(_key_starts(letter, key))
    return list(found)


def _threes(word: str) -> Iterator[str]:
    return map("".join, zip(word, word[1:], word[2:], strict=False))


class _Codes(dict[str, str]):
    """What stands for letters in a token, by the letters; quicker than any call.

    Plain letters and digits stand for themselves behind a mark, others as their code points.
    """

    _MOST = 200_000

    def __missing__(self, letters: str) -> str:
        if len(self) > self._MOST:
            self.clear()
        if letters.isascii():
            code = PLAIN + letters
        else:
            code = letters.encode("utf-16-be", errors="surrogatepass").hex()
        self[letters] = code
        return code


_CODES = _Codes()


def whole_token(letter: str, spelling: str) -> str:
    """The token of an entry that is this spelling and nothing more."""
    digest = hashlib.blake2b(spelling.encode("utf-8", errors="surrogatepass"), digest_size=6)
    return f"{letter}{_WHOLE}{digest.hexdigest()}"


def start_token(letter: str, spelling: str) -> str:
    """The token of an entry that begins with the first two letters of this spelling."""
    return letter + START + _CODES[compact(spelling)[:2]]


def sought(letter: str, spelling: str) -> list[str]:
    """The tokens that an entry must have to hold these words; none for what is too short."""
    found: dict[str, None] = {}
    for word in spelling.split():
        grams: Iterable[str]
        if len(word) > 2 and not _CJK.search(word):
            grams = _threes(word)
        elif len(word) > 1:
            grams = map("".join, pairwise(word))
        else:
            grams = _CJK.findall(word)
        found.update((letter + _CODES[gram], None) for gram in grams)
    return list(found)


def sought_pairs(letter: str, word: str) -> list[str]:
    """The tokens of the pairs of a word, in order: less is spoilt by a slip of the finger."""
    return [letter + _CODES[first + second] for first, second in pairwise(word)]


def _key_starts(letter: str, key: str) -> list[str]:
    return [letter + _KEY_START + _CODES[key[:count]] for count in _BEGINNINGS if len(key) >= count]


def sought_key_start(letter: str, key: str) -> list[str]:
    """The tokens of entries of which a key begins as this one; none for what is too short."""
    starts = _key_starts(letter, key)
    if not starts:
        return []
    # So many names begin with the same three letters that the fourth is asked for too.
    return [starts[-1], *sought_keys(letter, key)[1:]] if len(key) == _FOUR else starts[-1:]


def sought_keys(letter: str, key: str) -> list[str]:
    """The tokens that an entry must have to hold this spelling among its keys, in order."""
    return [letter + _KEY + _CODES[three] for three in _threes(key)]
