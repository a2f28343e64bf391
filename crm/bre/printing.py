"""Answers in words, in any of the questionnaire's languages, and sentences that quote them."""

import re
from collections.abc import Callable
from decimal import Decimal

from babel.dates import format_date, format_skeleton
from babel.numbers import format_decimal, format_percent

from crm.bre.questionnaire import Part, PartType, in_language
from crm.bre.values import NO, YES, Answer, NoAnswer
from models.measure import Measure, Precision, StatedDate

# What a sentence of the rules can quote besides parts: the evidence's labels, or with values.
LABELS, FIGURES = "labels", "figures"
LAST_VISIT = {"en": " (last visit)", "fr": " (dernière visite)"}

_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
_LONGEST_QUOTE = 160

_WORDS = {
    YES: {"en": "yes", "fr": "oui", "ja": "はい", "ko": "예"},
    NO: {"en": "no", "fr": "non", "ja": "いいえ", "ko": "아니요"},
    NoAnswer.UNKNOWN: {"en": "not known", "fr": "inconnu", "ja": "不明", "ko": "알 수 없음"},
    NoAnswer.SKIPPED: {"en": "skipped", "fr": "passé", "ja": "無回答", "ko": "무응답"},
    "none": {"en": "none of these", "fr": "aucun", "ja": "該当なし", "ko": "해당 없음"},
    "at_least": {"en": "at least %s", "fr": "au moins %s", "ja": "%s以上", "ko": "%s 이상"},
    "at_most": {"en": "at most %s", "fr": "au plus %s", "ja": "%s以下", "ko": "%s 이하"},
    "approximate": {"en": "about %s", "fr": "environ %s", "ja": "約%s", "ko": "약 %s"},
}


def print_answer(part: Part, answer: Answer | None, language: str = "en") -> str:
    """An answer as a reader of the language sees it; "not known" for none."""
    if answer is None:
        answer = NoAnswer.UNKNOWN
    if isinstance(answer, NoAnswer):
        return _word(answer, language)
    if isinstance(answer, tuple):
        labels = [_label(part, code, language) for code in answer]
        comma = "、" if language == "ja" else ", "
        return comma.join(labels) if labels else _word("none", language)
    if isinstance(answer, StatedDate):
        return _date(answer, language)
    if isinstance(answer, Measure):
        return _money(answer, language)
    if isinstance(answer, int | Decimal):
        return _number(part, answer, language)
    if part.type is PartType.YES_NO:
        return _word(answer, language)
    if part.type is PartType.CHOICE:
        return _label(part, answer, language)
    return answer


def placeholders(sentence: str) -> set[str]:
    """What a sentence quotes."""
    return set(_PLACEHOLDER.findall(sentence))


def fill(sentence: str, quote: Callable[[str], str]) -> str:
    """The sentence with what it quotes."""
    return _PLACEHOLDER.sub(lambda match: quote(match[1]), sentence)


def shortened(text: str) -> str:
    """A text as a sentence can quote it: on one line, and cut where it is long."""
    # Only these: the spaces within a French number are not to break.
    line = re.sub(r"[ \t\r\n]+", " ", text).strip()
    return line if len(line) <= _LONGEST_QUOTE else f"{line[: _LONGEST_QUOTE - 1].rstrip()}…"


def _word(word: str, language: str) -> str:
    return in_language(_WORDS[word], language)


def _label(part: Part, code: str, language: str) -> str:
    option = part.option(code)
    return in_language(option.label, language) if option else code


def _number(part: Part, number: int | Decimal, language: str) -> str:
    if part.type is PartType.PERCENT:
        share = Decimal(number) / 100
        return str(format_percent(share, locale=language, decimal_quantization=False))
    printed = str(format_decimal(number, locale=language, decimal_quantization=False))
    if part.type is PartType.RATING:
        return f"{printed}/5"
    if part.type is PartType.SCORE:
        return f"{printed}/10"
    return f"{printed} {in_language(part.unit, language)}" if part.unit else printed


def _money(measure: Measure, language: str) -> str:
    if measure.value is None:
        return measure.as_printed or _word(NoAnswer.UNKNOWN, language)
    printed = str(format_decimal(measure.value, locale=language))
    if measure.upper is not None:
        printed = f"{printed}–{format_decimal(measure.upper, locale=language)}"
    if measure.currency is not None:
        printed = f"{printed} {measure.currency}"
    stated = _WORDS.get(measure.qualifier or "")
    return in_language(stated, language).replace("%s", printed) if stated else printed


def _date(stated: StatedDate, language: str) -> str:
    if stated.precision is Precision.MONTH:
        return str(format_skeleton("yMMMM", stated.on, locale=language))
    if stated.precision is Precision.QUARTER:
        return str(format_skeleton("yQQQ", stated.on, locale=language))
    if stated.precision is Precision.YEAR:
        return str(stated.on.year)
    if stated.precision is Precision.UNKNOWN:
        return stated.as_printed or _word(NoAnswer.UNKNOWN, language)
    return str(format_date(stated.on, "medium", locale=language))
