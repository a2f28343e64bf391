"""What the cells of organizations, contacts and interactions say: roles, kinds, months, numbers."""

import re
from enum import StrEnum
from functools import lru_cache
from typing import TypeVar

from babel import Locale

from crm.cell_lists import split_list
from crm.imports.currencies import LOCALES
from crm.imports.problems import ValueProblem
from crm.imports.table import Cell
from crm.imports.text import clean, is_unknown, key, one_line, plain, quoted
from crm.imports.words import listed, read_words
from models.contact import Seniority
from models.errors import N_
from models.interaction import ContactDirection, InteractionKind, InteractionStanding
from models.organization import OrganizationRole

C = TypeVar("C", bound=StrEnum)

_VALUES = read_words("record_values")
_WORDS = re.compile(r"[;|,/；｜、，・\n]")
_PHONE = re.compile(r"[\d\s+().\-/#x*]{5,40}", re.IGNORECASE)
_MONTH = re.compile(
    r"(?:end of |fin |毎年)?(?:(?:\d{4}|[a-z]*) ?[-/年])? ?(\d{1,2})"
    r"(?:\.0)? ?(?:月|월)?(?: ?[-/]? ?(?:末日?|말일?|期|기|\d{1,2}日?|\d{1,2}일?))?(?:決算|결산)?"
)
_MONTH_DAY = re.compile(r"(\d{1,2}) ?[-/.] ?(\d{1,2})")
_LONGEST_LIST = 2_000


def _by_word(group: str, codes: type[C]) -> dict[str, C]:
    found: dict[str, C] = {}
    for code, words in _VALUES[group].items():
        for word in (code, *listed(words)):
            if found.setdefault(key(word), codes(code)) is not codes(code):
                raise ValueError(f"{word} stands twice in {group}")
    return found


_ROLES = _by_word("role", OrganizationRole)
_KINDS = _by_word("interaction", InteractionKind)
_DIRECTIONS = _by_word("direction", ContactDirection)
_STANDINGS = _by_word("standing", InteractionStanding)
_SENIORITIES = _by_word("seniority", Seniority)


def parse_list(cell: Cell) -> tuple[str, ...] | None:
    """Several names in one cell."""
    if is_unknown(cell):
        return None
    text = clean(cell)
    if len(text) > _LONGEST_LIST:
        raise ValueProblem(
            N_("This text has %(length)s characters; at most %(longest)s fit here. Shorten it."),
            length=len(text),
            longest=_LONGEST_LIST,
        )
    return split_list(text) or None


def parse_roles(cell: Cell) -> tuple[OrganizationRole, ...] | None:
    """What an organization is to the office; several stand between commas or semicolons."""
    if is_unknown(cell):
        return None
    found = []
    for word in _WORDS.split(clean(cell)):
        if not word.strip():
            continue
        role = _ROLES.get(key(word))
        if role is None:
            raise ValueProblem(
                N_(
                    "“%(value)s” is not a role. Use Prospect, Investor, Local partner,"
                    " Intermediary, Government or Institution."
                ),
                value=quoted(word),
            )
        found.append(role)
    return tuple(dict.fromkeys(found)) or None


def parse_interaction_kind(cell: Cell) -> InteractionKind | None:
    """How people were in touch."""
    if is_unknown(cell):
        return None
    kind = _KINDS.get(key(one_line(cell)))
    if kind is None:
        raise ValueProblem(
            N_(
                "“%(value)s” is not a kind of interaction. Use Call, Meeting, E-mail, Video call,"
                " Briefing, Roundtable, Site visit, Reception, Letter or Note."
            ),
            value=quoted(cell),
        )
    return kind


def parse_direction(cell: Cell) -> ContactDirection | None:
    """Who sought whom."""
    if is_unknown(cell):
        return None
    direction = _DIRECTIONS.get(key(one_line(cell)))
    if direction is None:
        raise ValueProblem(
            N_("“%(value)s” does not say who sought whom. Use In, Out or Both."),
            value=quoted(cell),
        )
    return direction


def parse_seniority(cell: Cell) -> Seniority | None:
    """How high a person stands."""
    if is_unknown(cell):
        return None
    level = _SENIORITIES.get(key(one_line(cell)))
    if level is None:
        raise ValueProblem(
            N_(
                "“%(value)s” is not a rank that is known here. Use for example Director,"
                " Head of department or Staff, or leave it empty: the native title tells it too."
            ),
            value=quoted(cell),
        )
    return level


def parse_standing(cell: Cell) -> InteractionStanding | None:
    """Whether a meeting took place."""
    if is_unknown(cell):
        return None
    standing = _STANDINGS.get(key(one_line(cell)))
    if standing is None:
        raise ValueProblem(
            N_("“%(value)s” does not say whether it took place. Use Held, Planned or Cancelled."),
            value=quoted(cell),
        )
    return standing


@lru_cache(maxsize=1)
def _languages() -> dict[str, str]:
    found: dict[str, str] = {}
    for locale in LOCALES:
        for code, name in Locale(locale).languages.items():
            if len(code) in (2, 3):
                found.setdefault(key(name), code)
    for code in set(found.values()):
        found[code] = code
    return found


def parse_language(cell: Cell) -> str | None:
    """The code of a language by its code or its name; of several the first."""
    if is_unknown(cell):
        return None
    word = next((part for part in _WORDS.split(clean(cell)) if part.strip()), "")
    code = _languages().get(key(word)) or _languages().get(plain(word).partition("-")[0])
    if code is None:
        raise ValueProblem(
            N_("“%(value)s” is not a language that is known here. Use its name or its code."),
            value=quoted(cell),
        )
    return code


def parse_month(cell: Cell) -> int | None:
    """The month in which a year ends: 3, March, 3月, 2026年3月期, 03/31, 31 March."""
    if is_unknown(cell):
        return None
    text = plain(one_line(cell))[:40]
    for locale in LOCALES:
        for width in ("wide", "abbreviated"):
            for number, name in Locale(locale).months["format"][width].items():
                word = plain(name).rstrip(".")
                if word.isalpha() and re.search(rf"(?<![^\W\d_]){re.escape(word)}", text):
                    return int(number)
    match = _MONTH.fullmatch(text)
    month = int(match[1]) if match is not None else 0
    pair = _MONTH_DAY.fullmatch(text)
    if pair is not None:
        first, second = int(pair[1]), int(pair[2])
        # Only one of 03/31 and 31/03 can be a month.
        month = second if first > 12 else first
    if not 1 <= month <= 12:
        raise ValueProblem(
            N_("“%(value)s” is not a month. Write a number from 1 to 12, or a month's name."),
            value=quoted(cell),
        )
    return month


def parse_phone(cell: Cell) -> str | None:
    """A telephone number as it is written."""
    if is_unknown(cell):
        return None
    text = one_line(cell)
    if _PHONE.fullmatch(plain(text)) is None:
        raise ValueProblem(
            N_("“%(value)s” is not a telephone number."),
            value=quoted(cell),
        )
    return text if _PHONE.fullmatch(text) else plain(text)
