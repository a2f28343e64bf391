"""Hangul in the letters of Revised Romanization, as pronounced where syllables meet."""

_FIRST, _LAST = 0xAC00, 0xD7A3
_INITIALS = [
    "g",
    "kk",
    "n",
    "d",
    "tt",
    "r",
    "m",
    "b",
    "pp",
    "s",
    "ss",
    "",
    "j",
    "jj",
    "ch",
    "k",
    "t",
    "p",
    "h",
]
_VOWELS = [
    "a",
    "ae",
    "ya",
    "yae",
    "eo",
    "e",
    "yeo",
    "ye",
    "o",
    "wa",
    "wae",
    "oe",
    "yo",
    "u",
    "wo",
    "we",
    "wi",
    "yu",
    "eu",
    "ui",
    "i",
]
_FINALS = [
    "",
    "k",
    "kk",
    "ks",
    "n",
    "nj",
    "nh",
    "t",
    "l",
    "lk",
    "lm",
    "lb",
    "ls",
    "lt",
    "lp",
    "lh",
    "m",
    "p",
    "ps",
    "t",
    "t",
    "ng",
    "t",
    "t",
    "k",
    "t",
    "p",
    "t",
]
# What a final becomes before a vowel: it opens the next syllable.
_CARRIED = {
    1: "g", 2: "kk", 3: "ks", 4: "n", 5: "nj", 6: "n", 7: "d", 8: "r", 9: "lg", 10: "lm",
    11: "lb", 12: "ls", 13: "lt", 14: "lp", 15: "r", 16: "m", 17: "b", 18: "bs", 19: "s",
    20: "ss", 21: "ng", 22: "j", 23: "ch", 24: "k", 25: "t", 26: "p", 27: "",
}  # fmt: skip
_PLAIN = {
    0: "", 1: "k", 2: "k", 3: "k", 4: "n", 5: "n", 6: "n", 7: "t", 8: "l", 9: "k", 10: "m",
    11: "l", 12: "l", 13: "l", 14: "p", 15: "l", 16: "m", 17: "p", 18: "p", 19: "t", 20: "t",
    21: "ng", 22: "t", 23: "t", 24: "k", 25: "t", 26: "p", 27: "t",
}  # fmt: skip
_NASAL = {"k": "ng", "t": "n", "p": "m"}


def romanize_hangul(text: str, *, linked: bool = True) -> str:
    """Revised Romanization; `linked` writes the sound changes between syllables."""
    parts: list[str] = []
    final = 0
    for letter in text:
        code = ord(letter)
        if not _FIRST <= code <= _LAST:
            parts.append(_PLAIN[final])
            parts.append(letter)
            final = 0
            continue
        place = code - _FIRST
        initial, vowel = _INITIALS[place // 588], _VOWELS[place % 588 // 28]
        if linked:
            before, initial = _join(final, initial)
        else:
            before = _PLAIN[final]
        parts += (before, initial, vowel)
        final = place % 28
    parts.append(_PLAIN[final])
    return "".join(parts)


def _join(final: int, initial: str) -> tuple[str, str]:
    """How a final and the initial behind it are pronounced together."""
    if not final:
        return "", initial
    plain = _PLAIN[final]
    if not initial:
        return ("ng", "") if final == 21 else ("", _CARRIED[final])
    if initial in {"n", "m"}:
        return _NASAL.get(plain, plain), initial
    if initial == "r":
        if plain in {"n", "l"}:
            return "l", "l"
        return _NASAL.get(plain, plain), "n" if plain != "l" else "l"
    if plain == "n" and initial == "r":
        return "l", "l"
    if plain == "l" and initial == "n":
        return "l", "l"
    # The stop before s, or before its own row, is one doubled sound: 롯데 rotte, 닛산 nissan.
    if plain == "t" and initial in {"s", "ss", "d", "tt", "t", "j", "jj", "ch"}:
        return initial[0] if initial[0] != "d" else "t", initial if initial != "d" else "t"
    return plain, initial
