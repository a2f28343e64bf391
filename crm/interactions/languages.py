"""The language of a text, as far as its letters tell."""

import unicodedata

# A Japanese name in an English note does not make the note Japanese.
_SHARE = 0.3


def language_of_text(text: str | None) -> str | None:
    """`ja` or `ko` where the script says so, else None: Latin letters tell no language.

    Chinese characters alone stay undecided: Japanese, Chinese and old Korean texts share them.
    """
    counts = {"hangul": 0, "kana": 0, "han": 0, "other": 0}
    for letter in text or "":
        if not letter.isalpha():
            continue
        name = unicodedata.name(letter, "")
        if name.startswith("HANGUL"):
            counts["hangul"] += 1
        elif name.startswith(("HIRAGANA", "KATAKANA", "HALFWIDTH KATAKANA")):
            counts["kana"] += 1
        elif name.startswith("CJK"):
            counts["han"] += 1
        else:
            counts["other"] += 1
    letters = sum(counts.values())
    if not letters:
        return None
    if counts["hangul"] >= letters * _SHARE and counts["hangul"] >= counts["kana"]:
        return "ko"
    if counts["kana"] and counts["kana"] + counts["han"] >= letters * _SHARE:
        return "ja"
    return None
