"""Amounts and jobs in words: what a form takes, and that its own words read back the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.leads.measures import amount_words, exact_words, jobs_words, read_amount, read_jobs
from models.errors import DomainError
from models.measure import UNKNOWN, Measure, Qualifier

_QUALIFIERS = (Qualifier.EXACT, Qualifier.APPROXIMATE, Qualifier.AT_LEAST, Qualifier.AT_MOST)


@pytest.mark.parametrize(
    ("words", "chosen", "value", "qualifier", "currency"),
    [
        ("45.7M", "CAD", 45_700_000, Qualifier.EXACT, "CAD"),
        ("12億円", None, 1_200_000_000, Qualifier.EXACT, "JPY"),
        ("12億円", "JPY", 1_200_000_000, Qualifier.EXACT, "JPY"),
        ("about 40M", None, 40_000_000, Qualifier.APPROXIMATE, None),
        ("at least 8M USD", None, 8_000_000, Qualifier.AT_LEAST, "USD"),
        ("not disclosed", None, None, Qualifier.NOT_DISCLOSED, None),
        ("", "CAD", None, None, "CAD"),
    ],
)
def test_an_amount_is_read_as_it_was_said(
    words: str, chosen: str | None, value: int | None, qualifier: Qualifier, currency: str
) -> None:
    measure = read_amount(words, chosen)
    assert (measure.value, measure.qualifier, measure.currency) == (value, qualifier, currency)


@pytest.mark.parametrize(
    ("words", "chosen"), [("lots", None), ("12億円", "CAD"), ("45", "CAD"), ("10M", "XXX")]
)
def test_what_cannot_be_an_amount_is_a_sentence(words: str, chosen: str | None) -> None:
    with pytest.raises(DomainError) as caught:
        read_amount(words, chosen)
    assert "%" not in str(caught.value)


def test_words_in_print_are_shown_again_only_while_they_mean_the_same() -> None:
    printed = Measure(45_700_000, Qualifier.EXACT, currency="CAD", as_printed="CAD 45.7M")
    assert amount_words(printed) == "CAD 45.7M"
    corrected = Measure(46_000_000, Qualifier.EXACT, currency="CAD", as_printed="CAD 45.7M")
    assert amount_words(corrected) == "46M"


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [(1_000, 19_531_250_000, "1000-19531250000"), (20_000_000, 30_000_000, "20M-30M")],
)
def test_both_ends_of_a_range_are_in_one_unit(low: int, high: int, words: str) -> None:
    measure = Measure(low, Qualifier.BETWEEN, high)
    assert amount_words(measure) == words
    assert _same(read_amount(words), measure)


@st.composite
def measures(draw: st.DrawFn, *, most: int) -> Measure:
    """Any measure that a lead may have."""
    kind = draw(st.sampled_from((None, Qualifier.NOT_DISCLOSED, Qualifier.BETWEEN, *_QUALIFIERS)))
    if kind is None:
        return UNKNOWN
    if kind is Qualifier.NOT_DISCLOSED:
        return Measure(qualifier=kind)
    value = draw(st.integers(min_value=1_000 if most > 10**6 else 0, max_value=most))
    if kind is Qualifier.BETWEEN:
        return Measure(value, kind, upper=draw(st.integers(value + 1, most + 1_000)))
    return Measure(value, kind)


def _same(found: Measure, wanted: Measure) -> bool:
    return (found.value, found.upper, found.qualifier) == (
        wanted.value,
        wanted.upper,
        wanted.qualifier,
    )


@given(measures(most=10**13))
def test_an_amounts_own_words_read_back_the_same(measure: Measure) -> None:
    assert _same(read_amount(amount_words(measure)), measure)
    assert _same(read_amount(exact_words(measure)), measure)


@given(measures(most=900_000))
def test_the_words_of_jobs_read_back_the_same(measure: Measure) -> None:
    assert _same(read_jobs(jobs_words(measure)), measure)
