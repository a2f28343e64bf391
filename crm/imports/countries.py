"""Countries by ISO code and by name in four languages."""

from functools import lru_cache

from babel import Locale
from babel.core import get_global

from crm.imports.currencies import LOCALES
from crm.imports.problems import ValueProblem
from crm.imports.table import Cell
from crm.imports.text import is_unknown, key, one_line, plain, quoted
from crm.imports.words import read_words
from models.errors import N_

# Codes in CLDR that are no country: unions, test regions, outlying parts of another code.
_NOT_COUNTRIES = frozenset(
    ("AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ")
)

_ALIASES: dict[str, list[str]] = read_words("countries")


@lru_cache(maxsize=1)
def _codes_by_name() -> dict[str, str]:
    found: dict[str, str] = {}
    for locale in LOCALES:
        for code, name in Locale(locale).territories.items():
            if len(code) == 2 and code not in _NOT_COUNTRIES:
                found.setdefault(key(name), code)
                found.setdefault(key(name.partition("(")[0]), code)
    known = set(found.values())
    for long, short in get_global("territory_aliases").items():
        if len(long) == 3 and long.isalpha() and len(short) == 1 and short[0] in known:
            found.setdefault(long.casefold(), short[0])
    for code in known:
        found[code.casefold()] = code
    for code, names in _ALIASES.items():
        for name in names:
            found[key(name)] = code
    return found


def country_codes() -> frozenset[str]:
    """Every country code that a name can lead to."""
    return frozenset(_codes_by_name().values())


def parse_country(cell: Cell) -> str | None:
    """The ISO alpha-2 code of a country; None where it is empty or says that it is not known.

    "NA" means "not available" far more often than Namibia, so it is unknown.
    """
    if is_unknown(cell) or plain(one_line(cell)) == "na":
        return None
    code = _codes_by_name().get(key(one_line(cell)))
    if code is None:
        raise ValueProblem(
            N_("“%(value)s” is not a country that is known here. Use its name or its ISO code."),
            value=quoted(cell),
        )
    return code
