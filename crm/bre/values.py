"""The value of one part: read from what a form, a file or a judgement gives, and as plain data."""

import difflib
import re
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from crm.bre.questionnaire import BOUNDS, Part, PartType
from crm.bre.stated import Refused, quoted, read_date, read_money, short_date
from crm.imports import text as written
from models.errors import N_
from models.measure import Measure, Qualifier, StatedDate


class NoAnswer(StrEnum):
    """Why there is no value although the question was put."""

    SKIPPED = "skipped"
    UNKNOWN = "unknown"


# A text, an option's code ("yes" and "no" are codes too), codes, a number, money, a date.
Value = str | tuple[str, ...] | int | Decimal | Measure | StatedDate
Answer = Value | NoAnswer


YES, NO = "yes", "no"
_SKIPS = frozenset({"skip", "skipped"})
_UNKNOWN = frozenset({"unknown", "not known", "don't know", "dont know", "do not know"})
_YES = frozenset({"yes", "y", "true", "oui", "はい", "예", "네"})
_NO = frozenset({"no", "n", "false", "non", "いいえ", "아니요", "아니오"})
_NONE = frozenset(
    {"none", "none of these", "aucun", "aucune", "なし", "該当なし", "없음", "해당 없음"}
)
_TEXTS = frozenset({PartType.TEXT, PartType.LONG_TEXT, PartType.ORGANIZATION})
_LONGEST = {PartType.TEXT: 500, PartType.LONG_TEXT: 10_000, PartType.ORGANIZATION: 200}
# Digits, with commas or spaces between thousands only.
_NUMBER = re.compile(r"\d+(?:\.\d+)?|\d{1,3}(?:[, \u00a0\u202f]\d{3})+(?:\.\d+)?")
# Beyond every company and every site: a slip of the keyboard.
_LARGEST = 10**9
_SMALLEST = -30


def is_skip(raw: object) -> bool:
    """Whether the question was put and passed over."""
    return raw is None or (isinstance(raw, str) and raw.strip().casefold() in _SKIPS)


def is_unknown(raw: object) -> bool:
    """Whether the answer is, in plain words, that nobody knows."""
    return isinstance(raw, str) and written.plain(raw) in _UNKNOWN


def read_answer(part: Part, raw: object) -> Answer | None:
    """One typed answer; None for a blank, which says nothing.

    Raises:
        Refused: it is no answer to this part.
    """
    if is_skip(raw):
        return NoAnswer.SKIPPED
    if isinstance(raw, str) and not raw.strip():
        return None
    if is_unknown(raw):
        return NoAnswer.UNKNOWN
    if part.type in _TEXTS:
        return _text(part, raw)
    if part.type is PartType.CHOICES:
        return _choices(part, raw)
    if isinstance(raw, str) and written.is_unknown(raw):
        return NoAnswer.UNKNOWN
    if part.type is PartType.YES_NO:
        return _yes_or_no(raw)
    if part.type is PartType.CHOICE:
        return _choice(part, raw)
    if part.type is PartType.MONEY:
        return read_money(raw)
    if part.type is PartType.DATE:
        return read_date(raw)
    return _number(part, raw)


def plain_answer(answer: Answer) -> Any:
    """An answer as JSON holds it."""
    if isinstance(answer, str):
        return str(answer)
    if isinstance(answer, tuple):
        return list(answer)
    if isinstance(answer, Decimal):
        return float(answer)
    if isinstance(answer, StatedDate):
        return _plain_date(answer)
    if isinstance(answer, Measure):
        found: dict[str, Any] = {"amount": answer.value, "currency": answer.currency}
        if answer.qualifier is not Qualifier.EXACT:
            found["qualifier"] = answer.qualifier.value if answer.qualifier else None
        if answer.upper is not None:
            found["upper"] = answer.upper
        if answer.as_printed is not None:
            found["as_printed"] = answer.as_printed
        return found
    return answer


def _plain_date(stated: StatedDate) -> Any:
    if stated.as_printed is not None:
        return {
            "on": stated.on.isoformat(),
            "precision": stated.precision.value,
            "as_printed": stated.as_printed,
        }
    return short_date(stated)


def _text(part: Part, raw: object) -> str:
    if isinstance(raw, int | float | Decimal) and not isinstance(raw, bool):
        raw = str(raw)
    if not isinstance(raw, str):
        raise Refused(N_("Write a text."))
    text = written.clean(raw)
    longest = _LONGEST[part.type]
    if len(text) > longest:
        raise Refused(N_("The text is longer than %(longest)s characters."), longest=longest)
    return text


def _yes_or_no(raw: object) -> str:
    if isinstance(raw, bool):
        return YES if raw else NO
    word = written.plain(raw) if isinstance(raw, str) else ""
    if word in _YES:
        return YES
    if word in _NO:
        return NO
    raise Refused(
        N_("“%(value)s” is not an answer here. Use yes, no, unknown or skipped."),
        value=quoted(raw),
    )


def _choice(part: Part, raw: object) -> str:
    code = _code(part, raw)
    if code is None:
        near = difflib.get_close_matches(
            _folded(str(raw)), [option.code for option in part.options], n=1
        )
        raise Refused(
            N_("“%(value)s” is none of the options%(near)s. Use one of: %(options)s."),
            value=quoted(raw),
            near=f" ({near[0]}?)" if near else "",
            options=", ".join(option.code for option in part.options),
        )
    return code


def _choices(part: Part, raw: object) -> tuple[str, ...]:
    if isinstance(raw, str):
        if written.plain(raw) in _NONE and _code(part, raw) is None:
            return ()
        raw = [raw] if _code(part, raw) is not None else re.split(r"[,;、]", raw)
    if not isinstance(raw, list | tuple | set | frozenset):
        raise Refused(
            N_("Give a list of options: %(options)s."),
            options=", ".join(option.code for option in part.options),
        )
    chosen = {_choice(part, one) for one in raw}
    return tuple(option.code for option in part.options if option.code in chosen)


def _code(part: Part, raw: object) -> str | None:
    """The option that a text names by its code or by its label in any language."""
    if not isinstance(raw, str):
        return None
    word = _folded(raw)
    for option in part.options:
        if word in (option.code, *map(_folded, option.label.values())):
            return option.code
    return None


def _folded(text: str) -> str:
    return re.sub(r"[\s-]+", "_", written.plain(text))


def _number(part: Part, raw: object) -> int | Decimal:
    number = _decimal(part, raw)
    low, high = BOUNDS.get(part.type, (0, _LARGEST))
    if not low <= number <= high:
        raise Refused(
            N_("“%(value)s” lies outside %(low)s to %(high)s."),
            value=quoted(raw),
            low=low,
            high=high,
        )
    if number == number.to_integral_value():
        return int(number)
    if part.type in (PartType.RATING, PartType.SCORE):
        raise Refused(
            N_("“%(value)s” is not a whole number from %(low)s to %(high)s."),
            value=quoted(raw),
            low=low,
            high=high,
        )
    return number


def _decimal(part: Part, raw: object) -> Decimal:
    if isinstance(raw, str):
        text = written.plain(raw)
        if part.type is PartType.PERCENT:
            text = text.removesuffix("%").strip()
        if _NUMBER.fullmatch(text):
            return Decimal(re.sub(r"[, \u00a0\u202f]", "", text))
    elif isinstance(raw, int | float | Decimal) and not isinstance(raw, bool):
        try:
            number = Decimal(str(raw))
        except InvalidOperation:
            number = Decimal("NaN")
        # Counting with a number of a million decimals would never end.
        if number.is_finite() and number.adjusted() > _SMALLEST:
            return number
    raise Refused(N_("“%(value)s” is not a number. Write digits, such as 120."), value=quoted(raw))
