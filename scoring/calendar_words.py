"""The words by which a column shows that it is a part of the date, or a row's own name."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

_MONTHS: Final = (
    "january february march april may june july august september october november december"
    " jan feb mar apr jun jul aug sep sept oct nov dec"
    " janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre"
    " janv fevr fev avr juil"
)
_DAYS: Final = (
    "monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri"
    " sat sun lundi mardi mercredi jeudi vendredi samedi dimanche lun mer jeu ven sam dim"
)
_WORDS: Final = frozenset((_MONTHS + " " + _DAYS).split()) | frozenset(
    f"{day}{end}"
    for days, ends in (("月火水木金土日", ("曜日", "曜")), ("월화수목금토일", ("요일",)))
    for day in days
    for end in ends
)
# Months by number in kanji and Hangul, quarters, years with or without their month.
_FORMS: Final = re.compile(
    r"\d{1,2} ?[月월]|[qt][1-4]|第?[1-4] ?(?:四半期|분기)"
    r"|(?:fy ?)?(?:19|20)\d\d(?: ?(?:年度?|년|[-/. ]?(?:[qt][1-4]|\d{1,2})))?"
    r"|[qt][1-4][-/. ]?(?:19|20)\d\d"
)
_TIME_NAMES: Final = re.compile(
    r"(?:^|[^a-z])(?:year|month|quarter|week|weekday|day of week|day of month|annee|mois|trimestre"
    r"|semaine|jour)(?:[^a-z]|$)|[年月週]$|曜日$|年度$|연도$|[년월]$|요일$"
)
_TIME_HIGHEST: Final = 53
_ROW_NAMES: Final = re.compile(
    r"(?:^|[^a-z])(?:id|no|nr|num|number|ref|reference|key|code|numero|identifiant)(?:[^a-z]|$)"
    r"|番号$|번호$"
)


def is_calendar_words(texts: Sequence[str]) -> bool:
    """Whether every value is a month, a weekday, a quarter or a year; two at the least."""
    words = [_plain(text).rstrip(".") for text in texts]
    return len(words) > 1 and all(word in _WORDS or _FORMS.fullmatch(word) for word in words)


def names_a_time(name: str, values: npt.NDArray[np.float64]) -> bool:
    """Whether numbers are years, or are months, weeks or days by the column's name."""
    if not len(values) or not np.array_equal(values, np.round(values)):
        return False
    low, high = float(values.min()), float(values.max())
    # The years in which a table's leads came lie close together; those of foundings do not.
    is_year = low >= 1990 and high <= 2100 and high - low <= 20
    is_part = low >= 0 and high <= _TIME_HIGHEST
    return (is_year or is_part) and _TIME_NAMES.search(_plain(name)) is not None


def names_a_row(name: str) -> bool:
    """Whether a column calls itself a number or a reference."""
    return _ROW_NAMES.search(_plain(name)) is not None


def _plain(text: str) -> str:
    """Lower case, without accents, with words apart: "LeadNumber" is "lead number"."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])|_", " ", unicodedata.normalize("NFKC", text))
    taken = unicodedata.normalize("NFD", apart.casefold())
    marks = "".join(sign for sign in taken if not "\u0300" <= sign <= "\u036f")
    return unicodedata.normalize("NFC", marks).strip()
