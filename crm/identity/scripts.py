"""The writing and language of a name, and what sort of name it most likely is."""

import unicodedata
from functools import lru_cache

from models.organization import NameKind, Script


def script_of(text: str) -> Script:
    """The script of a name: Hangul and kana decide before Han, Han before Latin."""
    if text.isascii():
        return Script.LATIN if any(map(str.isalpha, text)) else Script.OTHER
    seen = set(map(writing_of, unicodedata.normalize("NFKC", text)))
    if "hangul" in seen:
        return Script.HANGUL
    if "kana" in seen:
        return Script.JAPANESE if "han" in seen else Script.KANA
    if "han" in seen:
        return Script.HAN
    return Script.LATIN if "latin" in seen else Script.OTHER


@lru_cache(maxsize=16384)
def writing_of(letter: str) -> str:
    """hangul, kana, han or latin; empty for anything else."""
    if "A" <= letter <= "z":
        return "latin" if letter.isalpha() else ""
    # The sign of repetition and the closing mark are read, and written, as kanji.
    if letter in "々〆〇":
        return "han"
    name = unicodedata.name(letter, "")
    if name.startswith("HANGUL"):
        return "hangul"
    if name.startswith(("HIRAGANA", "KATAKANA")):
        return "kana"
    if name.startswith("CJK"):
        return "han"
    return "latin" if name.startswith("LATIN") else ""


def language_of_script(script: Script, country: str | None) -> str | None:
    """The language tag for a name in this script; Han alone is told by the country."""
    if script is Script.HANGUL:
        return "ko"
    if script in (Script.JAPANESE, Script.KANA):
        return "ja"
    if script is Script.HAN:
        return {"KR": "ko", "CN": "zh", "TW": "zh-Hant", "HK": "zh-Hant"}.get(country or "", "ja")
    return None


def kind_of(text: str) -> NameKind:
    """What a name printed on a list most likely is."""
    return NameKind.OFFICIAL_ENGLISH if script_of(text) is Script.LATIN else NameKind.LEGAL
