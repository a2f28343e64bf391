"""Amounts and jobs as people type them in a form, and back into words that read the same."""

from collections.abc import Callable
from typing import Any

from crm.imports.amounts import in_currency, parse_amount, parse_jobs
from crm.imports.currencies import NamedCurrency, codes
from crm.imports.problems import ValueProblem
from models.errors import DomainError, N_
from models.measure import Measure, Qualifier

_MILLION = 1_000_000
_SMALLEST = 1_000
_NOT_DISCLOSED = "not disclosed"
_SIGNS = {Qualifier.APPROXIMATE: "~", Qualifier.AT_LEAST: ">=", Qualifier.AT_MOST: "<="}


def read_amount(text: str, currency: str | None = None) -> Measure:
    """The amount in words such as "45.7M CAD", "12億円", "about 40M", "not disclosed".

    `currency` is the one chosen beside the words; empty words are an unknown amount.

    Raises:
        DomainError: words that are no amount, or that name another currency than the chosen one.
    """
    chosen = None
    if currency:
        if currency not in codes():
            raise DomainError(N_("There is no currency called %(code)s."), code=currency[:20])
        chosen = NamedCurrency(currency, (currency,))
    try:
        stated = parse_amount(text)
        measure = in_currency(stated, chosen, text)
    except ValueProblem as problem:
        raise DomainError(problem.message, **dict[str, Any](problem.params)) from problem
    if stated.is_bare and measure.value is not None and 0 < measure.value < _SMALLEST:
        # Nobody invests 45 dollars: whoever types it means millions, and would not notice.
        raise DomainError(
            N_("“%(value)s” is too small for an investment. Write %(value)sM for millions."),
            value=text.strip()[:40],
        )
    return measure


def read_jobs(text: str) -> Measure:
    """The jobs in words such as "40", "~40", "20-30"; empty words are an unknown number.

    Raises:
        DomainError: words that are no number of jobs.
    """
    try:
        return parse_jobs(text)
    except ValueProblem as problem:
        raise DomainError(problem.message, **dict[str, Any](problem.params)) from problem


def capex_of(record: Any) -> Measure:
    """The investment in a record's columns."""
    return Measure(
        record.capex_amount,
        record.capex_qualifier,
        record.capex_upper,
        record.capex_currency,
        record.capex_as_printed,
    )


def jobs_of(record: Any) -> Measure:
    """The jobs in a record's columns."""
    return Measure(
        record.jobs_count,
        record.jobs_qualifier,
        record.jobs_upper,
        as_printed=record.jobs_as_printed,
    )


def amount_words(measure: Measure) -> str:
    """Words for a form that `read_amount` reads as this amount: as printed where these still do."""
    if measure.as_printed and _reads_as(measure.as_printed, measure, read_amount):
        return measure.as_printed
    return exact_words(measure, _short)


def jobs_words(measure: Measure) -> str:
    """Words for a form that `read_jobs` reads as this number."""
    if measure.as_printed and _reads_as(measure.as_printed, measure, read_jobs):
        return measure.as_printed
    return exact_words(measure)


def exact_words(measure: Measure, number: Callable[[int], str] = str) -> str:
    """The number in digits with its bound, which every import reads back; "" for unknown."""
    if measure.qualifier is Qualifier.NOT_DISCLOSED:
        return _NOT_DISCLOSED
    if measure.value is None or measure.qualifier is None:
        return ""
    words = number(measure.value)
    if measure.upper is not None:
        upper = number(measure.upper)
        if words.isdigit() != upper.isdigit():
            # "1000-19.5M" would read as two numbers of millions.
            words, upper = str(measure.value), str(measure.upper)
        return f"{words}-{upper}"
    return _SIGNS.get(measure.qualifier, "") + words


def _short(value: int) -> str:
    """Millions to one hundredth as "45.7M", anything else in digits."""
    if value >= _MILLION and value % (_MILLION // 100) == 0:
        return f"{value / _MILLION:.2f}".rstrip("0").rstrip(".") + "M"
    return str(value)


def _reads_as(words: str, measure: Measure, read: Callable[[str], Measure]) -> bool:
    try:
        found = read(words)
    except DomainError:
        return False
    return (found.value, found.upper, found.qualifier) == (
        measure.value,
        measure.upper,
        measure.qualifier,
    ) and found.currency in (None, measure.currency)
