"""Invented companies' names: words of nature put together as no known company does.

Each name is checked against the register of real ones, and given once. The words lie in
`names.json`: as written, in Latin letters and, for Japan, in kana.
"""

from dataclasses import dataclass
from random import Random
from typing import Any

from crm.demo.data import read
from crm.demo.register import is_real
from crm.identity.normalizing import normalize

SECTOR_CODES: tuple[str, ...] = tuple(read("names")["JP"]["trade"])
# How often a name is tried plain before a word is put in front of it.
_PLAIN_TRIES = 4
_ENGLISH_FORMS = (" Co., Ltd.", " Co., Ltd.", " Co., Ltd.", " Inc.", " Corporation", "")
# How the body of a name becomes a legal name and the spelling met on cards, by share.
_NATIVE_FORMS = {
    "JP": (
        (0.45, "株式会社{}", "㈱{}"),
        (0.35, "{}株式会社", "{}㈱"),
        (0.15, "㈱{}", "(株){}"),
        (0.05, "合同会社{}", "(同){}"),
    ),
    "KR": ((0.45, "주식회사 {}", "㈜{}"), (0.3, "{}(주)", "㈜{}"), (0.25, "㈜{}", "{}(주)")),
}


@dataclass(frozen=True, slots=True)
class CompanyName:
    """One company's names: as printed at home, in English, and read aloud (Japan only).

    `native_short` is another spelling met on cards (㈱, (주)), `slug` what its web address holds.
    """

    english: str
    native: str
    native_short: str
    kana: str | None
    slug: str


class CompanyNames:
    """Draws names, each once, none of them real."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._given: set[str] = set()

    def draw(self, market: str, sector: str) -> CompanyName:
        """A new name for a company of this country (JP or KR) and sector."""
        tries = 0
        while True:
            name = _compose(self._random, market, sector, is_prefixed=tries >= _PLAIN_TRIES)
            tries += 1
            if name is None:
                continue
            keys = {normalize(name.native), normalize(name.english)}
            if keys & self._given:
                continue
            if any(is_real(text) for text in (name.native, name.english, name.kana) if text):
                continue
            self._given |= keys
            return name


def _compose(random: Random, market: str, sector: str, *, is_prefixed: bool) -> CompanyName | None:
    """A name, or None when chance made a word that people or places bear."""
    words: dict[str, Any] = read("names")[market]
    first, second = random.choice(words["first"]), random.choice(words["second"])
    if first[0] + second[0] in words["avoid"]:
        return None
    trade = random.choice(words["trade"][sector])
    prefix = random.choice(words["prefix"]) if is_prefixed else ("", "", "")
    forms = _NATIVE_FORMS[market]
    _, legal, short = random.choices(forms, [share for share, _, _ in forms])[0]
    body = prefix[0] + first[0] + second[0] + trade[0]
    english = f"{prefix[1]}{first[1]}{second[1]} {trade[1]}"
    has_kana = market == "JP"
    return CompanyName(
        english=english + random.choice((*_ENGLISH_FORMS, " K.K.") if has_kana else _ENGLISH_FORMS),
        native=legal.format(body),
        native_short=short.format(body),
        kana=prefix[2] + first[2] + second[2] + trade[2] if has_kana else None,
        slug="-".join(english.lower().split()),
    )
