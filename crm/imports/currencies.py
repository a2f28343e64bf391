"""Currencies by code, symbol and name in four languages."""

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from babel import Locale
from babel.numbers import get_currency_name, get_territory_currencies

from crm.imports.problems import ValueProblem
from crm.imports.table import Cell
from crm.imports.text import is_unknown, key, plain, quoted
from models.errors import N_

LOCALES = ("en", "fr", "ja", "ko")

# CLDR is asked for the money in use on one day, so that the same file reads the same every year.
_IN_USE_ON = date(2026, 1, 1)
_DOLLARS = ("USD", "CAD", "AUD", "NZD", "SGD", "HKD", "TWD", "MXN", "BBD", "BSD", "JMD", "TTD")


@dataclass(frozen=True, slots=True)
class NamedCurrency:
    """The currencies that a sign or word may mean, and the one it means by itself, if any."""

    code: str | None
    options: tuple[str, ...]


def _one(code: str) -> NamedCurrency:
    return NamedCurrency(code, (code,))


ANY_DOLLAR = NamedCurrency(None, _DOLLARS)
_YEN_SIGN = NamedCurrency("JPY", ("JPY", "CNY"))

# Written in `plain` form, longest first where one begins like another. A dollar sign alone does
# not say which dollar, and is never taken for Canadian.
_SIGNS: tuple[tuple[str, NamedCurrency], ...] = (
    (r"cad ?\$|cdn ?\$|can ?\$|ca\$|c\$|\$ ?(?:cad|cdn|can|ca)\b", _one("CAD")),
    (r"usd ?\$|u\.s\.\$|us ?\$|\$ ?(?:usd|us)\b", _one("USD")),
    (r"aud ?\$|au ?\$|a\$", _one("AUD")),
    (r"nz ?\$", _one("NZD")),
    (r"hk ?\$", _one("HKD")),
    (r"nt ?\$", _one("TWD")),
    (r"sg ?\$|s\$", _one("SGD")),
    (r"r\$", _one("BRL")),
    (
        r"(?:canadian|cdn) dollars?|dollars? canadiens?|(?:カナダ|加) ?ドル|캐나다 ?(?:달러|불)",
        _one("CAD"),
    ),
    (
        r"(?:u\.?s\.?|american) dollars?|dollars? (?:americains?|us)|(?:米|アメリカ) ?ドル"
        r"|(?:미국?|미화) ?(?:달러|불)|미화",
        _one("USD"),
    ),
    (
        r"(?:豪|オーストラリア) ?ドル|호주 ?달러|australian dollars?|dollars? australiens?",
        _one("AUD"),
    ),
    (r"(?:香港) ?ドル|홍콩 ?달러|hong kong dollars?", _one("HKD")),
    (r"(?:シンガポール) ?ドル|싱가포르 ?달러|singapore dollars?", _one("SGD")),
    (r"(?:台湾|新台湾) ?ドル|대만 ?달러|taiwan dollars?", _one("TWD")),
    (r"(?:japanese )?yen\b|日本円|円|엔화?|yens?(?: japonais)?\b", _one("JPY")),
    (r"(?:south )?(?:korean )?won\b|韓国 ?ウォン|ウォン|한국 ?원화?|원화?|₩|wons?\b", _one("KRW")),
    (r"chinese yuan|yuans?\b|renminbi|rmb\b|人民元|人民幣|元|위안화?", _one("CNY")),
    (r"euros?\b|€|ユーロ|유로화?", _one("EUR")),
    (r"pounds?(?: sterling)?\b|livres? sterling|£|(?:英)?ポンド|(?:영국 ?)?파운드화?", _one("GBP")),
    (r"swiss francs?|francs? suisses?|スイス ?フラン|스위스 ?프랑", _one("CHF")),
    (r"₹|(?:indian )?rupees?\b|インド ?ルピー|ルピー|인도 ?루피|루피", _one("INR")),
    (r"¥", _YEN_SIGN),
    (r"\$|dollars?\b|ドル|弗|달러|불(?![가-힣])", ANY_DOLLAR),
)
_SIGN = re.compile("|".join(f"(?P<sign{n}>{pattern})" for n, (pattern, _) in enumerate(_SIGNS)))
_CODE = re.compile(r"(?<![a-z])([a-z]{3})(?![a-z])")
_UNIT_AND_CODE = re.compile(r"(?<![a-z])(k|m|mm|b|bn)([a-z]{3})(?![a-z])")


@lru_cache(maxsize=1)
def codes() -> frozenset[str]:
    """The ISO codes of the money in use."""
    found: set[str] = set()
    for territory in map(str, Locale("en").territories):
        if len(territory) == 2:
            found.update(get_territory_currencies(territory, _IN_USE_ON, tender=True))
    return frozenset(found)


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    """Every full name of a currency in the four languages; a name of two currencies is none."""
    found: dict[str, set[str]] = {}
    for locale in LOCALES:
        for code in codes():
            for count in (None, 1, 2):
                name = key(get_currency_name(code, count, locale))
                found.setdefault(name, set()).add(code)
    return {name: owners.pop() for name, owners in found.items() if len(owners) == 1}


def take_currencies(text: str) -> tuple[str, list[NamedCurrency]]:
    """The `plain` text without its currency words, and what these mean."""
    found: list[NamedCurrency] = []

    def take_sign(match: re.Match[str]) -> str:
        found.append(_SIGNS[int((match.lastgroup or "").removeprefix("sign"))][1])
        return " "

    def take_code(match: re.Match[str]) -> str:
        code = match[match.lastindex or 1].upper()
        if code not in codes():
            return match[0]
        found.append(_one(code))
        return f" {match[1]} " if match.lastindex == 2 else " "

    text = _SIGN.sub(take_sign, text)
    text = _CODE.sub(take_code, text)
    text = _UNIT_AND_CODE.sub(take_code, text)
    return " ".join(text.split()), found


def combine(found: list[NamedCurrency]) -> NamedCurrency | None:
    """What several currency words say together; None where they contradict each other."""
    options: tuple[str, ...] | None = None
    for named in found:
        options = (
            named.options
            if options is None
            else tuple(code for code in options if code in named.options)
        )
    if not options:
        return None
    if len(options) == 1:
        return _one(options[0])
    return NamedCurrency(next((n.code for n in found if n.code), None), options)


def parse_currency(cell: Cell) -> NamedCurrency | None:
    """The currency a cell names; None where it is empty or says that it is not known."""
    if is_unknown(cell):
        return None
    text = plain(quoted(cell))
    code = text.strip(" .()").upper()
    if code in codes():
        return _one(code)
    name = _names().get(key(text))
    if name is not None:
        return _one(name)
    rest, found = take_currencies(text.strip("()"))
    named = combine(found)
    if rest.strip(" ()/,.") or named is None:
        raise ValueProblem(
            N_(
                "“%(value)s” is not a currency that is known here."
                " Use an ISO code such as CAD, USD, JPY or KRW."
            ),
            value=quoted(cell),
        )
    return named
