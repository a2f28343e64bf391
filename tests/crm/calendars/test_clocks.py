"""One moment on two clocks."""

from datetime import UTC, date, datetime

import pytest

from crm.calendars.clocks import city_of, in_both

EVENING = datetime(2027, 1, 13, 0, 30, tzinfo=UTC)


def test_toronto_evening_is_tokyo_morning_of_the_next_day() -> None:
    both = in_both(EVENING, "America/Toronto", "Asia/Tokyo")
    assert both.text == "Tue 12 Jan 19:30 Toronto = Wed 13 Jan 09:30 Tokyo"
    assert (both.home.date, both.market.date) == (date(2027, 1, 12), date(2027, 1, 13))
    assert (both.home.weekday, both.market.weekday) == ("Tuesday", "Wednesday")
    assert (both.home.hour, both.market.hour) == ("19:30", "09:30")
    assert both.is_other_date


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        ("fr", "mar. 12 janv. 19:30 Toronto = mer. 13 janv. 09:30 Tokyo"),
        ("en", "Tue 12 Jan 19:30 Toronto = Wed 13 Jan 09:30 Tokyo"),
    ],
)
def test_in_the_readers_words(locale: str, text: str) -> None:
    assert in_both(EVENING, "America/Toronto", "Asia/Tokyo", locale=locale).text == text


def test_one_date_on_both_clocks() -> None:
    both = in_both(EVENING, "America/Toronto", "America/Vancouver")
    assert both.text == "Tue 12 Jan 19:30 Toronto = Tue 12 Jan 17:30 Vancouver"
    assert not both.is_other_date


def test_cities() -> None:
    assert city_of("America/St_Johns") == "St Johns"
    assert city_of("America/Argentina/Buenos_Aires") == "Buenos Aires"
    assert city_of("UTC") == "UTC"
