"""An office's own calendar: its fiscal quarters and years, and the days that reports compare."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.timezones import end_of_day, start_of_day
from models.user import Actor, Office, OfficeKind

_MONTHS_OF_QUARTER = 3
_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Quarter:
    """A quarter of a fiscal year: `year` is the calendar year in which that one began.

    Both days are included.
    """

    year: int
    number: int
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class FiscalYear:
    """A fiscal year: `year` is the calendar year in which it began. Both days are included."""

    year: int
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class Calendar:
    """When an office's days end and its fiscal years begin."""

    time_zone: str = "UTC"
    start_month: int = 1

    def end_of(self, day: date) -> datetime:
        """The moment a day is over: what was known before it was known on the day."""
        return end_of_day(day, self.time_zone)

    def start_of(self, day: date) -> datetime:
        """The first moment of a day."""
        return start_of_day(day, self.time_zone)

    def quarter_of(self, day: date) -> Quarter:
        """The fiscal quarter that a day lies in."""
        passed = (day.month - self.start_month) % _MONTHS
        number = passed // _MONTHS_OF_QUARTER
        year = day.year if day.month >= self.start_month else day.year - 1
        starts_on = _month(year, self.start_month + number * _MONTHS_OF_QUARTER)
        ends_on = _month(starts_on.year, starts_on.month + _MONTHS_OF_QUARTER) - timedelta(days=1)
        return Quarter(year, number + 1, starts_on, ends_on)

    def year_of(self, day: date) -> FiscalYear:
        """The fiscal year that a day lies in."""
        year = day.year if day.month >= self.start_month else day.year - 1
        return FiscalYear(
            year,
            _month(year, self.start_month),
            _month(year + 1, self.start_month) - timedelta(days=1),
        )

    def quarters_until(self, day: date, count: int) -> tuple[Quarter, ...]:
        """So many quarters in order, the last of them the one that a day lies in."""
        found = [self.quarter_of(day)]
        while len(found) < count:
            found.append(self.quarter_of(found[-1].starts_on - timedelta(days=1)))
        return tuple(reversed(found))

    def last_quarter_end(self, day: date) -> date:
        """The last day of the fiscal quarter before."""
        return self.quarter_of(day).starts_on - timedelta(days=1)

    def last_year_end(self, day: date) -> date:
        """The last day of the fiscal year before: the state with which this one began."""
        return self.year_of(day).starts_on - timedelta(days=1)


def same_day_last_year(day: date) -> date:
    """The same day of the year before; the 28th for a 29 February."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


def last_month_end(day: date) -> date:
    """The last day of the month before."""
    return day.replace(day=1) - timedelta(days=1)


def calendar_of(session: Session, actor: Actor, *, office: str | None = None) -> Calendar:
    """The calendar of the office that is asked for (its public id), else of the reader's own.

    Whoever belongs to none reads by the first home office's fiscal year, on their own clock.
    """
    own_first = sa.case(
        (Office.public_id == (office or ""), 0), (Office.id == (actor.office_id or 0), 1), else_=2
    )
    found = session.execute(
        sa.select(Office.public_id, Office.id, Office.time_zone, Office.fiscal_year_start_month)
        .where(
            sa.or_(
                Office.public_id == (office or ""),
                Office.id == (actor.office_id or 0),
                Office.kind == OfficeKind.HOME,
            )
        )
        .order_by(own_first, Office.id)
        .limit(1)
    ).one_or_none()
    if found is None:
        return Calendar(actor.office_time_zone)
    zone = found.time_zone if found.public_id == office else actor.office_time_zone
    return Calendar(zone, found.fiscal_year_start_month)


def _month(year: int, month: int) -> date:
    """The first day of a month; months beyond the twelfth lie in the next year."""
    return date(year + (month - 1) // _MONTHS, (month - 1) % _MONTHS + 1, 1)
