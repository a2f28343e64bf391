"""Proposals: inside the limits, ranked, with what to know of their days."""

from datetime import date, time
from itertools import pairwise

import pytest
from babel import Locale

from crm.calendars.cautions import CautionCode, clock_change_near
from crm.calendars.slots import (
    HOME_LIMITS,
    MARKET_LIMITS,
    Hours,
    Side,
    Slot,
    find_slots,
)
from models.errors import DomainError

TORONTO = Side.of("America/Toronto", HOME_LIMITS)
VANCOUVER = Side.of("America/Vancouver", HOME_LIMITS)
TOKYO = Side.of("Asia/Tokyo", MARKET_LIMITS)
SEOUL = Side.of("Asia/Seoul", MARKET_LIMITS)
WEDNESDAY = date(2027, 1, 13)


def on(day: date, home: Side = TORONTO, market: Side = TOKYO, minutes: int = 60) -> list[Slot]:
    return find_slots(home, market, day, day, minutes=minutes)


def codes(day: date, home: Side = TORONTO, market: Side = TOKYO) -> list[str]:
    return [caution.code for caution in on(day, home, market)[0].cautions]


def test_an_evening_in_toronto() -> None:
    found = on(WEDNESDAY)
    assert sorted(f"{slot.window.home_start:%d %H:%M}" for slot in found) == [
        "12 18:30",
        "12 19:00",
        "12 19:30",
        "12 20:00",
    ]
    best = found[0]
    assert best.window.home_start.isoformat() == "2027-01-12T19:00:00-05:00"
    assert best.window.market_end.isoformat() == "2027-01-13T10:00:00+09:00"
    assert [caution.code for caution in best.cautions] == ["other_date"]
    assert best.cautions[0].text() == "At home it is Tue 12 Jan."
    assert best.cautions[0].text(Locale("fr")) == "At home it is mar. 12 janv.."


@pytest.mark.parametrize("minutes", [15, 30, 45, 60, 90, 150])
def test_a_proposal_is_as_long_as_asked_and_inside_both_limits(minutes: int) -> None:
    found = on(WEDNESDAY, minutes=minutes)
    assert found
    for slot in found:
        assert slot.window.minutes == minutes
        assert time(18, 30) <= slot.window.home_start.time()
        assert slot.window.home_end.time() <= time(21)
        assert time(8, 30) <= slot.window.market_start.time()
        assert slot.window.market_end.time() <= time(18)
    assert on(WEDNESDAY, minutes=151) == []


def test_starts_lie_on_the_markets_steps() -> None:
    odd = Side.of("Asia/Tokyo", Hours(time(8, 40), time(18)))
    starts = sorted(f"{slot.window.market_start:%H:%M}" for slot in on(WEDNESDAY, market=odd))
    assert starts == ["09:00", "09:30", "10:00"]


def test_each_day_in_turn_the_best_first() -> None:
    found = find_slots(TORONTO, TOKYO, date(2026, 12, 20), date(2027, 1, 15))
    for one, other in pairwise(found):
        assert one.market_day <= other.market_day
        if one.market_day == other.market_day:
            assert one.score >= other.score
    assert all(0 <= slot.score <= 100 for slot in found)
    # On a day when nothing suits, the better hour is still told from the worse.
    worst = [slot for slot in found if slot.market_day == date(2026, 12, 31)]
    assert worst[0].window.home_start.time() == time(19)


def test_both_in_the_office_is_best() -> None:
    """Vancouver's last winter hour shared by both offices beats every evening."""
    best = on(date(2026, 1, 14), VANCOUVER)[0]
    assert (best.window.home_start.time(), best.window.market_start.time()) == (
        time(16),
        time(9),
    )
    middle = on(WEDNESDAY, Side.of("America/Toronto", Hours(time(8), time(23))), TOKYO)
    assert max(slot.score for slot in middle) == middle[0].score
    assert all(slot.window.home_end.time() <= time(20) for slot in middle[:1])


def test_a_saturday_in_the_market_is_left_out_unless_asked_for() -> None:
    assert on(date(2027, 1, 16)) == []
    found = find_slots(TORONTO, TOKYO, date(2027, 1, 16), date(2027, 1, 16), has_weekends=True)
    assert {slot.cautions[0].code for slot in found} == {CautionCode.MARKET_WEEKEND}
    assert max(slot.score for slot in found) < 40


def test_a_monday_in_the_market_is_a_sunday_at_home() -> None:
    assert codes(date(2027, 1, 18)) == ["home_weekend", "other_date"]
    assert on(date(2027, 1, 18))[0].score < on(date(2027, 1, 19))[0].score


@pytest.mark.parametrize(
    ("day", "market", "code", "text"),
    [
        (date(2027, 1, 11), TOKYO, "market_holiday", "Japan: Coming of Age Day."),
        (date(2026, 9, 25), SEOUL, "market_holiday", "Korea: Chuseok (harvest festival)."),
        (date(2027, 2, 9), SEOUL, "market_holiday", "Substitute holiday for Seollal"),
        (date(2026, 12, 31), TOKYO, "market_bank_holiday", "New Year closure"),
        (date(2026, 8, 14), TOKYO, "market_closure", "Japan: Obon: most companies close."),
        (date(2026, 12, 29), TOKYO, "market_closure", "Year end in Japan"),
        (date(2026, 4, 30), TOKYO, "market_bridge_day", "Golden Week bridge day"),
        (date(2027, 9, 17), SEOUL, "market_bridge_day", "Bridge day next to Chuseok"),
        (date(2026, 2, 13), SEOUL, "market_travel_day", "Last working day before Seollal"),
        (date(2027, 7, 29), SEOUL, "market_closure", "Korean summer holidays"),
        (date(2027, 3, 30), TOKYO, "market_fiscal_year", "Fiscal year end in Japan"),
        (date(2027, 4, 2), TOKYO, "market_fiscal_year", "Personnel moves of 1 April"),
        (date(2026, 12, 22), SEOUL, "market_fiscal_year", "Fiscal year end in Korea"),
        (date(2026, 9, 8), TOKYO, "home_holiday", "Public holiday at home: Labour Day."),
        (date(2026, 8, 4), TOKYO, "home_customary_holiday", "at home: Civic Holiday."),
        (date(2026, 12, 29), TOKYO, "home_closure", "Between Christmas and New Year"),
        (date(2027, 3, 31), TOKYO, "home_fiscal_year", "(31 March)"),
        (date(2027, 7, 5), TOKYO, "home_weekend", "Weekend at home: Sunday."),
        (date(2027, 3, 10), TOKYO, "home_clock_change", "Toronto go forward on Sun 14 Mar"),
        (date(2027, 11, 9), TOKYO, "home_clock_change", "Toronto go back on Sun 7 Nov"),
    ],
)
def test_what_to_know_of_a_day(day: date, market: Side, code: str, text: str) -> None:
    found = [caution for caution in on(day, market=market)[0].cautions if caution.code == code]
    assert any(text in caution.text() for caution in found), [one.text() for one in found]


def test_a_holiday_in_the_market_weighs_more_than_anything_at_home() -> None:
    free = on(date(2027, 1, 14))[0].score
    at_home = on(date(2026, 9, 8))[0].score
    in_market = on(date(2027, 2, 11))[0].score
    assert in_market < at_home < free


def test_both_markets_holidays_count_where_they_share_a_clock() -> None:
    both = Side.of("Asia/Tokyo", MARKET_LIMITS, "Asia/Seoul")
    assert "market_holiday" in codes(date(2027, 2, 8), market=both)
    assert "market_holiday" in codes(date(2027, 2, 11), market=both)
    assert "market_holiday" not in codes(date(2027, 2, 8), market=TOKYO)
    assert "market_holiday" not in codes(date(2027, 2, 11), market=SEOUL)


def test_a_market_without_calendar_says_so() -> None:
    paris = Side.of("Europe/Paris", MARKET_LIMITS)
    cautions = on(WEDNESDAY, market=paris)[0].cautions
    assert [caution.code for caution in cautions] == ["market_calendar_unknown"]
    assert cautions[0].text() == "The holidays of Paris are not known here."


def test_vancouvers_clocks_change_no_more() -> None:
    assert clock_change_near("America/Vancouver", date(2026, 3, 8)) == (date(2026, 3, 8), True)
    for day in (date(2026, 11, 1), date(2027, 3, 14), date(2027, 11, 7)):
        assert clock_change_near("America/Vancouver", day) is None
    assert clock_change_near("America/Toronto", date(2026, 11, 7)) == (date(2026, 11, 1), False)
    assert clock_change_near("America/Toronto", date(2026, 11, 8)) is None
    assert clock_change_near("America/Toronto", date(2026, 10, 26)) == (date(2026, 11, 1), False)
    assert clock_change_near("America/Toronto", date(2026, 10, 25)) is None


@pytest.mark.parametrize(
    ("first", "last", "minutes", "field"),
    [
        (date(2027, 1, 2), date(2027, 1, 1), 60, "to"),
        (date(2027, 1, 1), date(2028, 1, 2), 60, "to"),
        (date(1999, 12, 31), date(2000, 1, 1), 60, "from"),
        (date(2099, 12, 31), date(2100, 1, 1), 60, "to"),
        (date(2027, 1, 1), date(2027, 1, 1), 4, "minutes"),
        (date(2027, 1, 1), date(2027, 1, 1), 481, "minutes"),
    ],
)
def test_what_cannot_be_asked(first: date, last: date, minutes: int, field: str) -> None:
    with pytest.raises(DomainError) as refused:
        find_slots(TORONTO, TOKYO, first, last, minutes=minutes)
    assert refused.value.field == field
    assert "%(" not in str(refused.value)
