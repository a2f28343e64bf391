"""Amounts and jobs of an announcement, from the words a person types and back into such words."""

from collections.abc import Callable

from crm.imports.amounts import in_currency, parse_amount, parse_jobs
from crm.imports.problems import ValueProblem
from models.announcement import Announcement
from models.errors import DomainError
from models.measure import Measure, Qualifier

_SIGNS = {Qualifier.APPROXIMATE: "~", Qualifier.AT_LEAST: ">=", Qualifier.AT_MOST: "<="}
_NOT_DISCLOSED = "not disclosed"


def capex_of(announcement: Announcement) -> Measure:
    """The investment as it is kept."""
    return Measure(
        value=announcement.capex_amount,
        qualifier=announcement.capex_qualifier,
        upper=announcement.capex_upper,
        currency=announcement.capex_currency,
        as_printed=announcement.capex_as_printed,
    )


def jobs_of(announcement: Announcement) -> Measure:
    """The jobs as they are kept."""
    return Measure(
        value=announcement.jobs_count,
        qualifier=announcement.jobs_qualifier,
        upper=announcement.jobs_upper,
        as_printed=announcement.jobs_as_printed,
    )


def read_capex(text: str | None, *, kept: Measure | None = None) -> Measure:
    """The investment that was typed: "45.7M CAD", "12億円", "about 5 million", "not disclosed".

    Words that nobody touched leave what is kept, with its words as printed.

    Raises:
        DomainError: it cannot be read as an amount.
    """
    words = (text or "").strip()
    if kept is not None and words == words_of(kept, _capex):
        return kept
    return _read(_capex, words, "capex")


def read_jobs(text: str | None, *, kept: Measure | None = None) -> Measure:
    """The jobs that were typed: "40", "about 40", "20-30", "not disclosed".

    Raises:
        DomainError: it cannot be read as a number of jobs.
    """
    words = (text or "").strip()
    if kept is not None and words == words_of(kept, parse_jobs):
        return kept
    return _read(parse_jobs, words, "jobs")


def capex_words(announcement: Announcement) -> str:
    """The investment in words that read back as what is kept."""
    return words_of(capex_of(announcement), _capex)


def jobs_words(announcement: Announcement) -> str:
    """The jobs in words that read back as what is kept."""
    return words_of(jobs_of(announcement), parse_jobs)


def words_of(measure: Measure, read: Callable[[str], Measure]) -> str:
    """The words as printed where they can be read, else words of our own."""
    if measure.as_printed:
        try:
            if _number(read(measure.as_printed)) == _number(measure):
                return measure.as_printed
        except ValueProblem:
            pass
    if measure.qualifier is Qualifier.NOT_DISCLOSED:
        return _NOT_DISCLOSED
    if measure.value is None:
        return ""
    sign = _SIGNS.get(measure.qualifier, "") if measure.qualifier else ""
    upper = f"-{measure.upper}" if measure.upper is not None else ""
    currency = f" {measure.currency}" if measure.currency else ""
    return f"{sign}{measure.value}{upper}{currency}"


def _capex(words: str) -> Measure:
    return in_currency(parse_amount(words), None, words)


def _read(read: Callable[[str], Measure], words: str, field: str) -> Measure:
    try:
        return read(words)
    except ValueProblem as problem:
        raise DomainError(problem.message, field=field, **problem.params) from problem


def _number(measure: Measure) -> tuple[object, ...]:
    return (measure.value, measure.qualifier, measure.upper, measure.currency)
