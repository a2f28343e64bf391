"""English words as kana and Hangul write them: by sound, without the vowels those need."""

import re
from functools import lru_cache

from crm.identity.folding import apply_rules, compile_rules

_ENGLISH = compile_rules(
    [
        (r"^kn", "n"),
        (r"^wr", "r"),
        (r"wh", "w"),
        (r"th", "s"),
        (r"ph", "f"),
        (r"igh", "ai"),
        (r"tion|sion|cean|tian", "shon"),
        (r"ture(?=s?$)", "cha"),
        (r"dge|ge(?=s?$)", "j"),
        (r"ck", "k"),
        (r"c(?=[eiy])", "s"),
        (r"tch", "ch"),
        (r"([^aeiou])le(?=s?$)", r"\1ru"),
        (r"(?<=[^aeiou])y(?=s?$)|ie(?=s?$)", "i"),
        (r"y(?=[^aeiou].)", "i"),
        (r"i(?=[^aeiouwy]e(?:r?s?$|d$))", "ai"),
        (r"a(?=[^aeiouwyr]e(?:r?s?$|d$))", "e"),
        (r"u(?=[^aeiouwyr]e(?:s?$))", "yu"),
        (r"(?:ure|[aeiou]re)(?=s?$)", "A"),
        (r"(?<=[^aeiou])e(?=s?$)", ""),
        (r"ar(?=[^aeiou]|$)", "a"),
        # Kana writes this vowel a, Hangul eo: the folds decide.
        (r"(?:er|ur|ir|ear)(?=[^aeiou]|$)", "A"),
        (r"(?:or|oor|oar|our)(?=[^aeiou]|$)", "o"),
        (r"ee|ea", "i"),
        (r"oo", "u"),
        (r"ou|ow", "au"),
        (r"oa", "o"),
        (r"ai|ay|ei|ey", "e"),
        (r"au|aw", "o"),
        (r"ew|eu", "yu"),
        (r"(?<=[^aeiouy])u(?=[^aeiouy]{2}|[^aeiouy]$)", "A"),
    ]
)
_ADDED = compile_rules(
    [
        (r"(?<=[^aeiouyn])u(?=[^aeiouy]|$)", ""),
        (r"(?<=[td])o(?=[^aeiouy]|$)", ""),
        (r"(?<=ch)i(?=[^aeiouy]|$)|(?<=sh)i(?=[^aeiouy]|$)|(?<=j)i$", ""),
    ]
)
_LETTER_SOUNDS = dict(
    zip(
        "abcdefghijklmnopqrstuvwxyz",
        [
            "ei",
            "bi",
            "shi",
            "di",
            "i",
            "efu",
            "ji",
            "eichi",
            "ai",
            "jei",
            "kei",
            "eru",
            "emu",
            "enu",
            "o",
            "pi",
            "kyu",
            "aru",
            "esu",
            "ti",
            "yu",
            "bui",
            "daburyu",
            "ekkusu",
            "wai",
            "zetto",
        ],
        strict=True,
    )
)
_ADDED_HANGUL = re.compile(r"(?<=[^aeiouy])eu(?=[^aeiouy]|$)")


@lru_cache(maxsize=65536)
def sound_of_english(word: str) -> str:
    """Roughly how kana would say the word, without the vowels that kana adds."""
    if len(word) == 1:
        return _LETTER_SOUNDS.get(word, word)
    return drop_added(apply_rules(word, _ENGLISH))


def drop_added(romaji: str) -> str:
    """A kana word in Latin letters without the vowels that kana adds to foreign consonants."""
    return apply_rules(romaji, _ADDED)


def drop_added_hangul(spelling: str) -> str:
    """A Hangul word in Latin letters without the vowel that Hangul adds."""
    return _ADDED_HANGUL.sub("", spelling)
