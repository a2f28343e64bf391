"""Days that can be meant, and days on which something can have happened."""

from datetime import date

import pytest

from crm.days import check_happened, read_day, read_moment
from models.errors import DomainError

TODAY = date(2026, 11, 20)


@pytest.mark.parametrize("day", [date(1989, 12, 31), date(1, 1, 1), date(2026, 11, 21)])
def test_nothing_happened_before_the_records_or_ahead(day: date) -> None:
    with pytest.raises(DomainError) as caught:
        check_happened(day, latest=TODAY, field="happened_on")
    assert caught.value.field == "happened_on"


@pytest.mark.parametrize("day", [None, date(1990, 1, 1), TODAY])
def test_what_can_have_happened_is_taken(day: date | None) -> None:
    check_happened(day, latest=TODAY, field="happened_on")


@pytest.mark.parametrize("text", [None, "", "soon", "0001-01-01", "9999-12-31", "2026-02-30"])
def test_an_address_without_a_possible_day_names_none(text: str | None) -> None:
    assert read_day(text) is None


@pytest.mark.parametrize(
    "text",
    [None, "", "2026-11-20T15:00", "0001-01-01T00:00+14:00", "9999-12-31T23:59:59-12:00"],
)
def test_a_moment_needs_a_zone_and_a_possible_day(text: str | None) -> None:
    assert read_moment(text) is None


def test_days_and_moments_are_read() -> None:
    assert read_day("2026-11-20") == TODAY
    assert read_moment("2026-11-20T15:00+09:00") is not None
