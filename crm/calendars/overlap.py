"""The hours that two zones share, day by day and through a year."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from crm.calendars.holiday import place_of
from crm.calendars.hours import OFFICE_HOURS, Hours
from crm.timezones import zone

_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Side:
    """One end of a call: its zone, the hours it may be asked for, and whose holidays it keeps.

    Markets on one clock, such as Tokyo and Seoul, are one side with both places.
    """

    zone: str
    limits: Hours
    places: tuple[str, ...] = ()

    @classmethod
    def of(cls, zone_name: str, limits: Hours, *more_zones: str) -> "Side":
        """A side with the places that its zones stand for."""
        found = [place_of(name) for name in (zone_name, *more_zones)]
        places = tuple(dict.fromkeys(place for place in found if place))
        return cls(zone_name, limits, places)


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of time inside the limits of both sides; it lies within one day of each."""

    starts_at: datetime
    ends_at: datetime
    home_zone: str
    market_zone: str

    @property
    def minutes(self) -> int:
        """How long it is."""
        return int((self.ends_at - self.starts_at) / _MINUTE)

    @property
    def home_start(self) -> datetime:
        """Its start on the home clock."""
        return self.starts_at.astimezone(zone(self.home_zone))

    @property
    def home_end(self) -> datetime:
        """Its end on the home clock."""
        return self.ends_at.astimezone(zone(self.home_zone))

    @property
    def market_start(self) -> datetime:
        """Its start on the market's clock."""
        return self.starts_at.astimezone(zone(self.market_zone))

    @property
    def market_end(self) -> datetime:
        """Its end on the market's clock."""
        return self.ends_at.astimezone(zone(self.market_zone))

    @property
    def home_day(self) -> date:
        """The date at home."""
        return self.home_start.date()

    @property
    def market_day(self) -> date:
        """The date in the market."""
        return self.market_start.date()


@dataclass(frozen=True, slots=True)
class ClockWindow:
    """A window by the hands of both clocks; `days_ahead` is how many dates the market is ahead."""

    home_from: time
    home_to: time
    market_from: time
    market_to: time
    days_ahead: int
    minutes: int


@dataclass(frozen=True, slots=True)
class OverlapPeriod:
    """Market days from `first` to `last`, both included, on which the clocks stand alike.

    `minutes_ahead` is how far the market's clock is ahead of that at home, `windows` are within
    the limits asked for, `office_windows` within office hours on both sides.
    """

    first: date
    last: date
    minutes_ahead: int
    windows: tuple[ClockWindow, ...]
    office_windows: tuple[ClockWindow, ...]

    @property
    def minutes(self) -> int:
        """How long a day the sides share."""
        return sum(window.minutes for window in self.windows)


def windows_on(day: date, home: Side, market: Side) -> list[Window]:
    """What both sides share on a day of the market."""
    opens, closes = (moment.astimezone(UTC) for moment in market.limits.on(day, market.zone))
    windows = []
    # The zones are at most 26 hours apart.
    for shift in (-2, -1, 0, 1, 2):
        begins, ends = (
            moment.astimezone(UTC) for moment in home.limits.on(day + shift * _DAY, home.zone)
        )
        start, end = max(opens, begins), min(closes, ends)
        if start < end:
            windows.append(Window(start, end, home.zone, market.zone))
    return windows


def windows_between(home: Side, market: Side, first: date, last: date) -> Iterator[Window]:
    """What both sides share on the market's days from `first` to `last`, both included."""
    for number in range((last - first).days + 1):
        yield from windows_on(first + number * _DAY, home, market)


def overlap_through_year(home: Side, market: Side, year: int) -> list[OverlapPeriod]:
    """The year's market days, grouped while the overlap stays the same."""
    periods: list[OverlapPeriod] = []
    day = date(year, 1, 1)
    while day.year == year:
        found = _overlap_on(day, home, market)
        if periods and replace(found, first=periods[-1].first) == replace(periods[-1], last=day):
            periods[-1] = replace(periods[-1], last=day)
        else:
            periods.append(found)
        day += _DAY
    return periods


def share_a_clock(one: str, other: str, first: date, last: date) -> bool:
    """Whether two zones show the same time on every day from `first` to `last`."""
    days = (first + number * _DAY for number in range((last - first).days + 1))
    return all(minutes_ahead(one, other, day) == 0 for day in days)


def minutes_ahead(home: str, market: str, day: date) -> int:
    """How far the market's clock is ahead of that at home, at the market's noon of a day."""
    noon = datetime.combine(day, time(12), tzinfo=zone(market))
    there, here = noon.utcoffset(), noon.astimezone(zone(home)).utcoffset()
    return int(((there or timedelta()) - (here or timedelta())) / _MINUTE)


def _overlap_on(day: date, home: Side, market: Side) -> OverlapPeriod:
    at_office = (
        replace(home, limits=OFFICE_HOURS),
        replace(market, limits=OFFICE_HOURS),
    )
    return OverlapPeriod(
        first=day,
        last=day,
        minutes_ahead=minutes_ahead(home.zone, market.zone, day),
        windows=tuple(map(_by_the_clock, windows_on(day, home, market))),
        office_windows=tuple(map(_by_the_clock, windows_on(day, *at_office))),
    )


def _by_the_clock(window: Window) -> ClockWindow:
    return ClockWindow(
        home_from=window.home_start.time(),
        home_to=window.home_end.time(),
        market_from=window.market_start.time(),
        market_to=window.market_end.time(),
        days_ahead=(window.market_day - window.home_day).days,
        minutes=window.minutes,
    )
