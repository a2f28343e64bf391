"""What is due when, by the office's own clock."""

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import TypedDict
from zoneinfo import ZoneInfo

import pytest

from crm.calendars.business_days import (
    add_business_days,
    business_days_between,
    due_moment,
    is_business_day,
    next_business_day,
)
from crm.calendars.hours import Hours
from models.errors import DomainError

TORONTO, TOKYO, VANCOUVER = "America/Toronto", "Asia/Tokyo", "America/Vancouver"


class Where(TypedDict):
    """Where an office stands."""

    zone: str
    place: str | None


ONTARIO: Where = {"zone": TORONTO, "place": "CA-ON"}


def at(text: str, zone: str = TORONTO) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(
    ("raised", "days", "due"),
    [
        # A Friday afternoon's red flag is answered by Tuesday at the same hour.
        ("2026-11-20 16:40", 2, "2026-11-24 16:40"),
        ("2026-11-20 09:00", 2, "2026-11-24 09:00"),
        ("2026-11-20 16:59:59", 1, "2026-11-23 16:59:59"),
        # After hours, at the closing hour, on a day off: from the next opening.
        ("2026-11-20 17:00", 2, "2026-11-25 09:00"),
        ("2026-11-20 23:10", 2, "2026-11-25 09:00"),
        ("2026-11-21 10:00", 2, "2026-11-25 09:00"),
        ("2026-11-22 23:59", 2, "2026-11-25 09:00"),
        # Before the opening of a working day: from that day's opening.
        ("2026-11-23 06:30", 2, "2026-11-25 09:00"),
        ("2026-11-21 10:00", 0, "2026-11-23 09:00"),
        ("2026-11-20 12:00", 0, "2026-11-20 12:00"),
        # Christmas on a Friday, Boxing Day observed on the Monday.
        ("2026-12-24 16:40", 2, "2026-12-30 16:40"),
        ("2026-12-26 12:00", 1, "2026-12-30 09:00"),
        ("2026-04-02 16:40", 1, "2026-04-06 16:40"),
        # Clocks go forward on 14 March 2027 and back on 7 November 2027: the hour stays.
        ("2027-03-12 16:40", 2, "2027-03-16 16:40"),
        ("2027-11-05 16:40", 2, "2027-11-09 16:40"),
        ("2026-11-20 16:40", 5, "2026-11-27 16:40"),
        ("2026-11-20 16:40", 30, "2027-01-06 16:40"),
    ],
)
def test_due(raised: str, days: int, due: str) -> None:
    found = due_moment(at(raised), days, zone=TORONTO, place="CA-ON")
    assert found == at(due)
    assert found.tzinfo is UTC


def test_the_holidays_are_those_of_the_offices_place() -> None:
    # 30 September is a holiday in British Columbia; 24 June in Quebec.
    raised = at("2026-09-29 16:40", VANCOUVER)
    assert due_moment(raised, 1, zone=VANCOUVER, place="CA-BC") == at("2026-10-01 16:40", VANCOUVER)
    assert due_moment(raised, 1, zone=VANCOUVER, place=None) == at("2026-09-30 16:40", VANCOUVER)
    raised = at("2026-06-23 16:40")
    assert due_moment(raised, 1, zone=TORONTO, place="CA-QC") == at("2026-06-25 16:40")
    assert due_moment(raised, 1, **ONTARIO) == at("2026-06-24 16:40")


def test_an_office_in_tokyo_rests_over_golden_week_and_new_year() -> None:
    zone: Where = {"zone": TOKYO, "place": "JP"}
    raised = at("2026-05-01 16:40", TOKYO)
    assert due_moment(raised, 2, **zone) == at("2026-05-08 16:40", TOKYO)
    raised = at("2026-12-30 16:40", TOKYO)
    assert due_moment(raised, 1, **zone) == at("2027-01-04 16:40", TOKYO)


def test_the_moment_is_read_on_the_offices_clock() -> None:
    # Friday 16:40 in Toronto is Saturday morning in Tokyo, where the alarm may have been raised.
    raised = at("2026-11-21 06:40", TOKYO)
    assert due_moment(raised, 2, **ONTARIO) == at("2026-11-24 16:40")


def test_custom_closes_no_office_unless_the_office_says_so() -> None:
    raised = at("2026-07-31 16:40")
    assert due_moment(raised, 1, **ONTARIO) == at("2026-08-03 16:40")
    civic = {date(2026, 8, 3)}
    assert due_moment(raised, 1, **ONTARIO, extra_days_off=civic) == at("2026-08-04 16:40")
    on_the_day = due_moment(at("2026-08-03 10:00"), 1, **ONTARIO, extra_days_off=civic)
    assert on_the_day == at("2026-08-05 09:00")


def test_vancouver_stays_on_its_summer_hour_in_january_2027() -> None:
    due = due_moment(at("2027-01-08 16:40", VANCOUVER), 2, zone=VANCOUVER, place="CA-BC")
    assert due == datetime(2027, 1, 12, 16, 40, tzinfo=timezone(timedelta(hours=-7)))


def test_other_office_hours() -> None:
    early = Hours(time(7), time(15, 30))
    found = add_business_days(at("2026-11-20 16:40"), 2, **ONTARIO, office_hours=early)
    assert found == at("2026-11-25 07:00")


def test_an_hour_that_a_clock_change_skips_is_the_one_after_it() -> None:
    # Azores: clocks jump from 00:00 to 01:00 on Sunday 29 March 2026; no office, but no crash.
    zone = "Atlantic/Azores"
    always = Hours(time(0), time(0))
    found = add_business_days(
        at("2026-03-27 00:30", zone), 1, zone=zone, place=None, office_hours=always
    )
    assert found == at("2026-03-30 00:30", zone)


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        ("2026-11-20 16:40", "2026-11-24 16:39", 1),
        ("2026-11-20 16:40", "2026-11-24 16:40", 2),
        ("2026-11-20 16:40", "2026-11-20 16:40", 0),
        ("2026-11-24 16:40", "2026-11-20 16:40", 0),
        ("2026-11-21 10:00", "2026-11-23 08:00", 0),
        ("2026-11-21 10:00", "2026-11-24 09:00", 1),
        ("2026-12-24 16:40", "2026-12-30 16:40", 2),
    ],
)
def test_business_days_between(start: str, end: str, days: int) -> None:
    assert business_days_between(at(start), at(end), **ONTARIO) == days


@pytest.mark.parametrize("days", range(0, 40, 3))
def test_between_undoes_add(days: int) -> None:
    raised = at("2026-12-11 16:40")
    due = due_moment(raised, days, **ONTARIO)
    assert business_days_between(raised, due, **ONTARIO) == days
    if days:
        earlier = due - timedelta(seconds=1)
        assert business_days_between(raised, earlier, **ONTARIO) == days - 1


@pytest.mark.parametrize(
    ("day", "extra", "expected"),
    [
        (date(2026, 11, 20), (), True),
        (date(2026, 11, 21), (), False),
        (date(2026, 12, 28), (), False),
        (date(2026, 11, 20), (date(2026, 11, 20),), False),
    ],
)
def test_business_day(day: date, extra: Collection[date], *, expected: bool) -> None:
    assert is_business_day(day, place="CA-ON", extra_days_off=extra) is expected


def test_next_business_day() -> None:
    assert next_business_day(date(2026, 12, 24), place="CA-ON") == date(2026, 12, 29)


def test_what_cannot_be_counted_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        due_moment(datetime(2026, 11, 20, 16, 40), 2, **ONTARIO)  # noqa: DTZ001
    with pytest.raises(ValueError, match="forwards"):
        due_moment(at("2026-11-20 16:40"), -1, **ONTARIO)
    with pytest.raises(DomainError, match="holiday calendar"):
        due_moment(at("2026-11-20 16:40"), 1, zone=TORONTO, place="ON")
    every_day = {date(2026, 11, 20) + timedelta(days=number) for number in range(500)}
    with pytest.raises(ValueError, match="never open"):
        due_moment(at("2026-11-20 16:40"), 1, **ONTARIO, extra_days_off=every_day)
