"""Names of organizations: their script, and the form that two spellings of one name share."""

import re
import unicodedata
from functools import lru_cache

from models.organization import NameKind, Script

# Legal forms are kept for display and stripped for comparing, in native and Latin spelling.
_NATIVE_FORMS = (
    "株式会社",
    "有限会社",
    "合同会社",
    "合資会社",
    "合名会社",
    "一般社団法人",
    "公益社団法人",
    "一般財団法人",
    "公益財団法人",
    "独立行政法人",
    "(株)",
    "(有)",
    "(同)",
    "주식회사",
    "유한책임회사",
    "유한회사",
    "합자회사",
    "합명회사",
    "사단법인",
    "재단법인",
    "(주)",
    "(유)",
)
_LATIN_FORMS = frozenset(
    [
        "co",
        "ltd",
        "limited",
        "inc",
        "incorporated",
        "corp",
        "corporation",
        "company",
        "llc",
        "llp",
        "gmbh",
        "ag",
        "plc",
        "sa",
        "kk",
        "gk",
        "yk",
        "holdings",
        "jusikhoesa",
        "kabushiki",
        "kaisha",
        "gaisha",
    ]
) - {"holdings"}
_SEPARATORS = re.compile(r"[\W_]+")
_VARIANTS = str.maketrans("髙﨑邊邉濵濱德瀨栁齋齊", "高崎辺辺浜浜徳瀬柳斎斉")


def script_of(text: str) -> Script:
    """The script of a name: Hangul and kana decide before Han, Han before Latin."""
    seen = set(map(_script_of_letter, unicodedata.normalize("NFKC", text)))
    if "hangul" in seen:
        return Script.HANGUL
    if "kana" in seen:
        return Script.JAPANESE if "han" in seen else Script.KANA
    if "han" in seen:
        return Script.HAN
    return Script.LATIN if "latin" in seen else Script.OTHER


@lru_cache(maxsize=8192)
def _script_of_letter(letter: str) -> str:
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


def normalize(text: str) -> str:
    """The form in which two spellings of one name are equal; empty when nothing is left.

    Width, case, variant characters, legal forms, punctuation and spaces are folded away.
    """
    folded = unicodedata.normalize("NFKC", text).translate(_VARIANTS).casefold()
    folded = folded.replace("ヶ", "ケ").replace("&", " and ")
    if not folded.isascii():
        for form in _NATIVE_FORMS:
            folded = folded.replace(form, " ")
    words = [word for word in _SEPARATORS.split(folded) if word]
    # "K.K." and "Co., Ltd." come apart at the dots: put single letters together again.
    joined: list[str] = []
    run = ""
    for word in [*words, ""]:
        if len(word) == 1 and word.isascii() and word.isalpha():
            run += word
            continue
        if run:
            joined.append(run)
            run = ""
        if word:
            joined.append(word)
    kept = [word for word in joined if word not in _LATIN_FORMS]
    return "".join(kept or joined)
