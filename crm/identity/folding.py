"""Latin spellings folded so that the usual ways to write one sound are equal.

`fold_light` joins what Hepburn, Kunrei, English and German habits write differently. `fold_deep`
also joins what Korean tells apart otherwise than Latin letters do: voiced and voiceless, r and l,
the many vowels. Characters outside a-z (codes of descriptors, digits) pass through.
"""

import re
from functools import lru_cache

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
Rule = tuple[frozenset[str], re.Pattern[str] | str, str]


def compile_rules(rules: list[tuple[str, str]]) -> list[Rule]:
    """Spelling rules with the letters one of which a word must have for the rule to matter."""
    made: list[Rule] = []
    for pattern, spelling in rules:
        if pattern.isalpha():
            made.append((frozenset(pattern[0]), pattern, spelling))
            continue
        starts = [part.lstrip("^(?:")[:1] for part in pattern.split("|")]
        needed = "".join(starts) if all(map(str.isalpha, starts)) else ""
        made.append((frozenset(needed), re.compile(pattern), spelling))
    return made


def apply_rules(word: str, rules: list[Rule]) -> str:
    """The word after each rule in turn."""
    for needed, pattern, spelling in rules:
        if needed and needed.isdisjoint(word):
            continue
        word = (
            word.replace(pattern, spelling)
            if isinstance(pattern, str)
            else pattern.sub(spelling, word)
        )
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
