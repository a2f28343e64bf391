"""The hours two zones share, as computed by hand from the zones' rules."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from crm.calendars.hours import HOME_LIMITS, MARKET_LIMITS, Hours
from crm.calendars.overlap import (
    ClockWindow,
    Side,
    minutes_ahead,
    overlap_through_year,
    share_a_clock,
    windows_between,
    windows_on,
)
from crm.calendars.picture import Bar, bars_of
from crm.timezones import zone
from models.errors import DomainError

TORONTO = Side.of("America/Toronto", HOME_LIMITS)
VANCOUVER = Side.of("America/Vancouver", HOME_LIMITS)
TOKYO = Side.of("Asia/Tokyo", MARKET_LIMITS)
SEOUL = Side.of("Asia/Seoul", MARKET_LIMITS)


def span(first: str, last: str, there_first: str, there_last: str, minutes: int) -> ClockWindow:
    return ClockWindow(
        home_from=time.fromisoformat(first),
        home_to=time.fromisoformat(last),
        market_from=time.fromisoformat(there_first),
        market_to=time.fromisoformat(there_last),
        days_ahead=1,
        minutes=minutes,
    )


WINTER = span("18:30", "21:00", "08:30", "11:00", 150)
SUMMER = span("19:30", "21:00", "08:30", "10:00", 90)
VANCOUVER_WINTER = span("15:30", "21:00", "08:30", "14:00", 330)
VANCOUVER_SUMMER = span("16:30", "21:00", "08:30", "13:00", 270)


@pytest.mark.parametrize("market", [TOKYO, SEOUL])
@pytest.mark.parametrize(
    ("year", "spring", "autumn"),
    [
        (2026, date(2026, 3, 9), date(2026, 11, 2)),
        (2027, date(2027, 3, 15), date(2027, 11, 8)),
        (2028, date(2028, 3, 13), date(2028, 11, 6)),
    ],
)
def test_toronto_through_the_year(market: Side, year: int, spring: date, autumn: date) -> None:
    """The Monday morning of the market is the Sunday evening after the change at home."""
    periods = overlap_through_year(TORONTO, market, year)
    day = timedelta(days=1)
    assert [(one.first, one.last, one.windows, one.minutes) for one in periods] == [
        (date(year, 1, 1), spring - day, (WINTER,), 150),
        (spring, autumn - day, (SUMMER,), 90),
        (autumn, date(year, 12, 31), (WINTER,), 150),
    ]
    assert [one.office_windows for one in periods] == [(), (), ()]
    assert [one.minutes_ahead for one in periods] == [840, 780, 840]


def test_vancouver_keeps_its_summer_hour_from_november_2026_on() -> None:
    before, after = overlap_through_year(VANCOUVER, TOKYO, 2026)
    assert (before.last, after.first, after.last) == (
        date(2026, 3, 8),
        date(2026, 3, 9),
        date(2026, 12, 31),
    )
    assert (before.windows, after.windows) == ((VANCOUVER_WINTER,), (VANCOUVER_SUMMER,))
    # In its last winter both offices were open from 16:00 to 17:00 of Vancouver.
    assert before.office_windows == (span("16:00", "17:00", "09:00", "10:00", 60),)
    assert after.office_windows == ()
    for year in (2027, 2028):
        (whole,) = overlap_through_year(VANCOUVER, SEOUL, year)
        assert (whole.windows, whole.minutes) == ((VANCOUVER_SUMMER,), 270)


def test_vancouver_in_january_2027_is_seven_hours_behind() -> None:
    (window,) = windows_on(date(2027, 1, 13), VANCOUVER, TOKYO)
    assert window.home_start.isoformat() == "2027-01-12T16:30:00-07:00"
    assert window.market_start.isoformat() == "2027-01-13T08:30:00+09:00"
    assert window.starts_at == datetime(2027, 1, 12, 23, 30, tzinfo=UTC)


def test_a_window_is_inside_both_limits_every_day_of_three_years() -> None:
    """Checked minute by minute, without the code under test."""
    first, last = date(2026, 1, 1), date(2028, 12, 31)
    for home in (TORONTO, VANCOUVER):
        found = {one.market_day: one for one in windows_between(home, TOKYO, first, last)}
        assert len(found) == (last - first).days + 1
        for window in list(found.values())[::17]:
            minute = timedelta(minutes=1)
            inside = {
                moment
                for number in range(-300, 900)
                for moment in [window.market_start.replace(hour=8, minute=0) + number * minute]
                if _is_inside(moment, home, window.market_day)
            }
            assert len(inside) == window.minutes
            assert min(inside) == window.market_start
            assert max(inside) + minute == window.market_end


def _is_inside(moment: datetime, home: Side, day: date) -> bool:
    here = moment.astimezone(zone(home.zone))
    return (
        moment.date() == day
        and time(8, 30) <= moment.time() < time(18)
        and time(8) <= here.time() < time(21)
    )


def test_tokyo_and_seoul_are_on_one_clock() -> None:
    year = (date(2027, 1, 1), date(2027, 12, 31))
    assert share_a_clock("Asia/Tokyo", "Asia/Seoul", *year)
    assert not share_a_clock("America/Toronto", "America/Vancouver", *year)
    assert share_a_clock("America/Toronto", "America/Detroit", *year)
    both = Side.of("Asia/Tokyo", MARKET_LIMITS, "Asia/Seoul")
    assert both.places == ("JP", "KR")


def test_the_market_may_be_a_day_behind_and_a_day_have_two_windows() -> None:
    auckland = Side.of("Pacific/Auckland", Hours(time(8), time(23)))
    los_angeles = Side.of("America/Los_Angeles", Hours(time(0), time(0)))
    windows = windows_on(date(2027, 1, 13), auckland, los_angeles)
    # Los Angeles' Wednesday is Auckland's from 21:00 on Wednesday to 21:00 on Thursday.
    assert [(one.home_day.day, one.home_start.hour, one.minutes) for one in windows] == [
        (13, 21, 120),
        (14, 8, 780),
    ]


def test_home_and_market_in_one_zone() -> None:
    here = windows_on(date(2027, 1, 13), TORONTO, Side.of("America/Toronto", MARKET_LIMITS))
    assert [(one.home_start.time(), one.minutes) for one in here] == [(time(8, 30), 570)]


def test_no_shared_hours_is_a_period_without_windows() -> None:
    office = Hours(time(9), time(17))
    periods = overlap_through_year(
        Side.of("America/Toronto", office), Side.of("Asia/Tokyo", office), 2027
    )
    assert [one.windows for one in periods] == [(), (), ()]
    assert [one.minutes for one in periods] == [0, 0, 0]


@pytest.mark.parametrize("hours", [("17:00", "09:00"), ("09:00", "09:00")])
def test_hours_end_after_they_begin(hours: tuple[str, str]) -> None:
    with pytest.raises(DomainError, match="must come after"):
        Hours(*map(time.fromisoformat, hours))


def test_midnight_ends_the_day() -> None:
    evening = Hours(time(20), time(0))
    assert evening.minutes == (1200, 1440)
    assert evening.has(time(23, 59, 59))
    assert not evening.has(time(19, 59))
    late = Side.of("America/Toronto", evening)
    (window,) = windows_on(date(2027, 1, 13), late, TOKYO)
    assert (window.home_start.hour, window.minutes) == (20, 240)


def test_minutes_ahead() -> None:
    assert minutes_ahead("America/Toronto", "Asia/Tokyo", date(2027, 3, 14)) == 840
    assert minutes_ahead("America/Toronto", "Asia/Tokyo", date(2027, 3, 15)) == 780
    assert minutes_ahead("Asia/Tokyo", "America/St_Johns", date(2027, 1, 15)) == -750


def test_the_picture_stands_on_the_home_clock_and_passes_midnight() -> None:
    period = overlap_through_year(TORONTO, TOKYO, 2027)[0]
    bars = bars_of(period, TORONTO.limits, TOKYO.limits)
    assert bars.home == (Bar(480, 780),)
    assert bars.market == (Bar(1110, 330), Bar(0, 240))
    assert bars.shared == (Bar(1110, 150),)
