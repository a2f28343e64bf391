"""Business days of an office: what is due when, on the office's own clock.

The rule, exactly. A clock starts at the moment something happened, if the office was open then:
a weekday that is no public or bank holiday of its place and no day off of its own, from the
opening hour up to, not including, the closing hour. Whatever happens outside those hours counts
from the next opening. A number of business days later, at the same time of day, it is due: what
is raised on a Friday at 16:40 is due after two business days on Tuesday at 16:40.
"""

from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime, time, timedelta

from crm.calendars.holiday import is_public_day_off
from crm.calendars.hours import OFFICE_HOURS, Hours
from crm.timezones import zone as zone_called

_SATURDAY = 5
# No calendar closes an office for so long: a longer search means that every day was called off.
_LONGEST_CLOSURE = 366


def is_business_day(day: date, *, place: str | None, extra_days_off: Collection[date] = ()) -> bool:
    """Whether an office at `place` works that day; None knows no holidays but weekends."""
    if day.weekday() >= _SATURDAY or day in extra_days_off:
        return False
    return place is None or not is_public_day_off(day, place)


def next_business_day(
    day: date, *, place: str | None, extra_days_off: Collection[date] = ()
) -> date:
    """The first business day after `day`."""
    return next(_business_days_after(day, place, extra_days_off))


def due_moment(
    raised_at: datetime,
    business_days: int,
    *,
    zone: str,
    place: str | None,
    extra_days_off: Collection[date] = (),
) -> datetime:
    """When an answer within so many business days is due, in UTC, at the usual office hours.

    `place` is the office's, such as "CA-ON" (see `crm.calendars.holiday`); `extra_days_off` are
    days on which this office is closed besides.
    """
    return add_business_days(
        raised_at, business_days, zone=zone, place=place, extra_days_off=extra_days_off
    )


def add_business_days(
    moment: datetime,
    count: int,
    *,
    zone: str,
    place: str | None,
    office_hours: Hours = OFFICE_HOURS,
    extra_days_off: Collection[date] = (),
) -> datetime:
    """The moment `count` business days later, in UTC; with 0 the moment the clock starts.

    The time of day is the office's: a change to summer time in between does not move it.

    Raises:
        ValueError: the moment has no zone, or the count is negative.
    """
    if count < 0:
        raise ValueError("business days are counted forwards")
    day, hour = _start(moment, zone, place, office_hours, extra_days_off)
    days = _business_days_after(day, place, extra_days_off)
    for _each in range(count):
        day = next(days)
    return _at(day, hour, zone)


def business_days_between(
    start: datetime,
    end: datetime,
    *,
    zone: str,
    place: str | None,
    office_hours: Hours = OFFICE_HOURS,
    extra_days_off: Collection[date] = (),
) -> int:
    """How many whole business days have passed from `start` to `end`; 0 where `end` is earlier.

    It is the greatest count whose due moment is not after `end`.
    """
    day, hour = _start(start, zone, place, office_hours, extra_days_off)
    count = 0
    for each in _business_days_after(day, place, extra_days_off):
        if _at(each, hour, zone) > end:
            break
        count += 1
    return count


def _start(
    moment: datetime,
    zone: str,
    place: str | None,
    hours: Hours,
    extra_days_off: Collection[date],
) -> tuple[date, time]:
    """The business day and the time of day a clock starts at."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs its zone")
    local = moment.astimezone(zone_called(zone))
    day, hour = local.date(), local.time()
    if is_business_day(day, place=place, extra_days_off=extra_days_off):
        if hours.has(hour):
            return day, hour
        if hour < hours.opens:
            return day, hours.opens
    return next_business_day(day, place=place, extra_days_off=extra_days_off), hours.opens


def _business_days_after(
    day: date, place: str | None, extra_days_off: Collection[date]
) -> Iterator[date]:
    closed = 0
    while closed < _LONGEST_CLOSURE:
        day += timedelta(days=1)
        if is_business_day(day, place=place, extra_days_off=extra_days_off):
            closed = 0
            yield day
        else:
            closed += 1
    raise ValueError("the office is never open")


def _at(day: date, hour: time, zone: str) -> datetime:
    """A time of day in a zone as UTC; an hour that a clock change skips is the one after it."""
    return datetime.combine(day, hour, tzinfo=zone_called(zone)).astimezone(UTC)
