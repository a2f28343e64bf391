"""Amounts and jobs as people type them in a form, and back into words that read the same."""

from crm.imports.amounts import StatedAmount, in_currency, parse_amount, parse_jobs
from crm.imports.currencies import NamedCurrency, codes
from crm.imports.problems import ValueProblem
from models.errors import DomainError, N_
from models.measure import UNKNOWN, Measure, Qualifier

_MILLION = 1_000_000
_NOT_DISCLOSED = "not disclosed"


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
        stated: StatedAmount = parse_amount(text)
        return in_currency(stated, chosen, text)
    except ValueProblem as problem:
        raise DomainError(problem.message, **problem.params) from problem


def read_jobs(text: str) -> Measure:
    """The jobs in words such as "40", "~40", "20-30"; empty words are an unknown number.

    Raises:
        DomainError: words that are no number of jobs.
    """
    try:
        return parse_jobs(text)
    except ValueProblem as problem:
        raise DomainError(problem.message, **problem.params) from problem


def amount_words(measure: Measure) -> str:
    """Words that `read_amount` reads as this amount: as printed where these still do."""
    if measure.as_printed and _reads_as(measure.as_printed, measure):
        return measure.as_printed
    return _spelled(measure, _short)


def jobs_words(measure: Measure) -> str:
    """Words that `read_jobs` reads as this number."""
    return _spelled(measure, str)


def exact_words(measure: Measure) -> str:
    """The number in full digits with its bound, for a spreadsheet that is read back."""
    return _spelled(measure, str)


def _spelled(measure: Measure, number: "type[str]") -> str:
    if measure.qualifier is Qualifier.NOT_DISCLOSED:
        return _NOT_DISCLOSED
    if measure.value is None:
        return ""
    words = number(measure.value)
    if measure.qualifier is Qualifier.BETWEEN and measure.upper is not None:
        return f"{words}-{number(measure.upper)}"
    return _SIGNS.get(measure.qualifier, "") + words
