"""Hours in their zones, and working days."""

from datetime import UTC, date, datetime, time

import pytest

from crm.interactions.moments import business_days_after, local_moment
from models.errors import DomainError


def test_an_hour_in_tokyo_is_its_moment() -> None:
    moment = local_moment(date(2026, 11, 24), time(9, 0), "Asia/Tokyo")
    assert moment.astimezone(UTC) == datetime(2026, 11, 24, 0, 0, tzinfo=UTC)


def test_an_hour_that_the_clocks_skip_is_refused() -> None:
    with pytest.raises(DomainError) as caught:
        local_moment(date(2026, 3, 8), time(2, 30), "America/Toronto", field="time")
    assert caught.value.field == "time"
    assert local_moment(date(2026, 3, 8), time(3, 0), "America/Toronto")


def test_a_zone_that_does_not_exist_is_refused() -> None:
    with pytest.raises(DomainError) as caught:
        local_moment(date(2026, 3, 8), time(2, 30), "America/Nowhere")
    assert caught.value.field == "time_zone"


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        (date(2026, 11, 17), 2, date(2026, 11, 19)),  # Tuesday to Thursday
        (date(2026, 11, 19), 2, date(2026, 11, 23)),  # Thursday to Monday
        (date(2026, 11, 20), 1, date(2026, 11, 23)),  # Friday to Monday
        (date(2026, 11, 21), 2, date(2026, 11, 24)),  # Saturday to Tuesday
    ],
)
def test_weekends_are_no_working_days(start: date, count: int, end: date) -> None:
    assert business_days_after(start, count) == end
