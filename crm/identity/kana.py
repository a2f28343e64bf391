"""Kana in Hepburn letters."""

import re

_VOWELS = "aiueo"
_ROWS = {
    "アイウエオ": "a i u e o",
    "カキクケコ": "ka ki ku ke ko",
    "サシスセソ": "sa shi su se so",
    "タチツテト": "ta chi tsu te to",
    "ナニヌネノ": "na ni nu ne no",
    "ハヒフヘホ": "ha hi fu he ho",
    "マミムメモ": "ma mi mu me mo",
    "ヤユヨ": "ya yu yo",
    "ラリルレロ": "ra ri ru re ro",
    "ワヰヱヲン": "wa i e o n",
    "ガギグゲゴ": "ga gi gu ge go",
    "ザジズゼゾ": "za ji zu ze zo",
    "ダヂヅデド": "da ji zu de do",
    "バビブベボ": "ba bi bu be bo",
    "パピプペポ": "pa pi pu pe po",
    "ヴ": "vu",
    "ァィゥェォャュョヮヵヶ": "a i u e o ya yu yo wa ka ke",
}
_SINGLE = {
    kana: spelling
    for row, spellings in _ROWS.items()
    for kana, spelling in zip(row, spellings.split(), strict=True)
}
_Y_BEFORE = {"shi": "sh", "chi": "ch", "ji": "j"}
_SMALL_Y = {"ャ": "a", "ュ": "u", "ョ": "o"}
_SMALL_VOWEL = {"ァ": "a", "ィ": "i", "ゥ": "u", "ェ": "e", "ォ": "o"}
_HAS_HIRAGANA = re.compile("[ぁ-ゖ]")
_HIRAGANA = {code: code + 0x60 for code in range(0x3041, 0x3097)}


def to_katakana(text: str) -> str:
    """The same kana, all of them katakana."""
    return text.translate(_HIRAGANA) if _HAS_HIRAGANA.search(text) else text


def romanize_kana(text: str) -> str:
    """Hepburn letters of a kana word; other letters stay as they are."""
    letters: list[str] = []
    doubled = False
    for kana in to_katakana(text):
        last = letters[-1] if letters else ""
        if kana == "ッ":
            doubled = True
            continue
        if kana == "ー":
            continue
        spelling = _SINGLE.get(kana, kana)
        if kana in _SMALL_Y and last.endswith("i") and len(last) > 1:
            letters[-1] = _Y_BEFORE.get(last, last[:-1] + "y") + _SMALL_Y[kana]
            continue
        if kana in _SMALL_Y and last in {"te", "de", "fu", "vu"}:
            letters[-1] = last[:-1] + ("y" if kana != "ュ" or last in {"fu", "vu"} else "")
            letters[-1] += _SMALL_Y[kana]
            continue
        if kana in _SMALL_VOWEL and len(last) > 1 and last[-1] in _VOWELS:
            vowel = _SMALL_VOWEL[kana]
            if last[-1] != vowel:
                if last in {"ku", "gu"}:
                    letters[-1] = last[:-1] + "w" + vowel
                else:
                    letters[-1] = _Y_BEFORE.get(last, last[:-1]) + vowel
                continue
        if kana in _SMALL_VOWEL and last == "u":
            letters[-1] = "w" + _SMALL_VOWEL[kana]
            continue
        if doubled and spelling[:1] not in {*_VOWELS, "n", ""}:
            spelling = spelling[0] + spelling
        doubled = False
        letters.append(spelling)
    return "".join(letters)
