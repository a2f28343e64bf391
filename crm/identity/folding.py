"""Latin spellings folded so that the usual ways to write one sound are equal.

`fold_light` joins what Hepburn, Kunrei, English and German habits write differently. `fold_deep`
also joins what Korean tells apart otherwise than Latin letters do: voiced and voiceless, r and l,
the many vowels. Characters outside a-z (codes of descriptors, digits) pass through.
"""

import re
from functools import lru_cache
from typing import NamedTuple

_LIGHT = [
    (r"A", "a"),
    (r"tch", "ch"),
    (r"sch", "sh"),
    (r"ph", "f"),
    (r"ck", "k"),
    (r"qu", "kw"),
    (r"q", "k"),
    (r"x", "ks"),
    (r"tsu|tu", "tu"),
    (r"thi", "ti"),
    (r"th", "s"),
    (r"shi|si", "si"),
    (r"sh", "s"),
    (r"sy(?=[auo])", "s"),
    (r"chi|ti", "ti"),
    (r"c(?=[eiy])", "s"),
    (r"c(?!h)", "k"),
    (r"ty(?=[auo])", "ch"),
    (r"j|zy(?=[auo])|dz|dj|di(?=[aeou])", "z"),
    (r"l", "r"),
    (r"v", "b"),
    (r"h(?=u)", "f"),
    (r"m(?=[bpm])", "n"),
    (r"wh", "w"),
    (r"ou|oo|oh(?![aeiou])|ow(?![aeiou])", "o"),
    (r"uu|ue(?![a-z])", "u"),
    (r"ee|ea|ii", "i"),
    (r"y(?![aeiou])", "i"),
    (r"([a-z])\1+", r"\1"),
]
_DEEP = [
    (r"A|er(?=s?$)", "eo"),
    (r"tion|sion", "syon"),
    (r"tch", "ch"),
    (r"sch", "sh"),
    (r"ph", "p"),
    (r"ck", "k"),
    (r"ch(?=[rlnm])", "k"),
    (r"tech", "tek"),
    (r"g(?=en|el|y$|ic|es$)", "j"),
    (r"qu", "kw"),
    (r"q", "k"),
    (r"^x", "z"),
    (r"x", "ks"),
    (r"tsu", "su"),
    (r"ts", "s"),
    (r"th|sh", "s"),
    (r"c(?=[eiy])", "s"),
    (r"c(?!h)", "k"),
    (r"ge(?![a-z])", "ch"),
    (r"ch|j|dz|z", "c"),
    (r"l", "r"),
    (r"ng(?=[aeiouy])", "nk"),
    # Behind a vowel it is one sound, which has a sign of its own here.
    (r"ng", "q"),
    (r"g", "k"),
    (r"d", "t"),
    (r"[bvf]", "p"),
    (r"m(?=p)", "n"),
    (r"wh", "w"),
    (r"woo|wu", "o"),
    (r"oo|ou|eo|eu|au|u|oh(?![aeiou])", "o"),
    (r"aeng", "en"),
    (r"ae|ai|ay|ea|ee|ei|ey", "e"),
    (r"oe|wae|we", "e"),
    (r"y(?![aeo])", "i"),
    (r"ie", "i"),
    (r"[yi](?=[aeo])", "i"),
    (r"yi|iy|ui|wi|oi", "i"),
    (r"h(?![aeiou])", ""),
    (r"([a-z])\1+", r"\1"),
]
_VOWELS = str.maketrans("", "", "aeiouwyh")
_DOUBLED = re.compile(r"(.)\1+")
_BEHIND = re.compile(r"\(\?<=[^()]*\)")
_BITS = {letter: 1 << place for place, letter in enumerate("abcdefghijklmnopqrstuvwxyzA")}


class Rule(NamedTuple):
    """A spelling rule; letters are sets of bits.

    A word that lacks one of `all_of`, or has none of `one_of`, is passed over: most rules are for
    most words, and asking costs less than trying. `gained` is what the new spelling may add.
    """

    all_of: int
    one_of: int
    pattern: re.Pattern[str] | str
    spelling: str
    gained: int


def compile_rules(rules: list[tuple[str, str]]) -> list[Rule]:
    """Spelling rules with the letters that a word must have for the rule to matter."""
    made: list[Rule] = []
    for pattern, spelling in rules:
        gained = _bits(spelling)
        if pattern.isalpha():
            made.append(Rule(_bits(pattern), -1, pattern, spelling, gained))
            continue
        starts = [_start(part) for part in _alternatives(pattern)]
        all_of, one_of = -1, 0
        for letters, is_choice in starts:
            all_of &= 0 if is_choice else _bits(letters)
            one_of |= _bits(letters if is_choice else letters[:1]) or -1
        made.append(Rule(all_of, one_of, re.compile(pattern), spelling, gained))
    return made


def _bits(letters: str) -> int:
    found = 0
    for letter in letters:
        found |= _BITS.get(letter, 0)
    return found


def _alternatives(pattern: str) -> list[str]:
    """The parts of a pattern between bars that stand in no group, or in the one that begins it."""
    parts, depth = [""], 0
    for letter in pattern:
        if letter == "|" and not depth:
            parts.append("")
            continue
        depth += {"(": 1, ")": -1}.get(letter, 0)
        parts[-1] += letter
    found: list[str] = []
    for part in parts:
        opened = re.match(r"\(\?:([^()]*)\)", part)
        found += opened[1].split("|") if opened else [part]
    return found


def _start(part: str) -> tuple[str, bool]:
    """The letters with which a match begins, and whether it begins with one of them, not all."""
    rest = _BEHIND.sub("", part.removeprefix("^"))
    if choice := re.match(r"\[([a-zA]+)\](?![?*])", rest):
        return choice[1], True
    found = re.match(r"[a-zA]*(?![?*])", rest)
    return (found[0] if found else ""), False


def apply_rules(word: str, rules: list[Rule]) -> str:
    """The word after each rule in turn."""
    has = 0
    for letter in word:
        has |= _BITS.get(letter, 0)
    for all_of, one_of, pattern, spelling, gained in rules:
        if has & all_of != all_of or (one_of > 0 and not has & one_of):
            continue
        after = (
            word.replace(pattern, spelling)
            if isinstance(pattern, str)
            else pattern.sub(spelling, word)
        )
        if after != word:
            word = after
            has |= gained
    return word


_LIGHT_RULES, _DEEP_RULES = compile_rules(_LIGHT), compile_rules(_DEEP)


@lru_cache(maxsize=65536)
def fold_light(word: str) -> str:
    """The word in the spelling that Japanese names are compared in."""
    return apply_rules(word, _LIGHT_RULES)


@lru_cache(maxsize=65536)
def fold_deep(word: str) -> str:
    """The word in the spelling that Korean names are compared in, and searches of any script."""
    return apply_rules(word, _DEEP_RULES)


@lru_cache(maxsize=65536)
def skeleton(folded: str) -> str:
    """The consonants, and the first letter."""
    return _DOUBLED.sub(r"\1", folded[:1] + folded[1:].translate(_VOWELS))
