"""One moment on two clocks, at home and in a market, with both dates."""

from dataclasses import dataclass
from datetime import date, datetime

from babel import Locale
from babel.dates import format_date, format_datetime

from crm.timezones import zone

_DAY = "EEE d MMM"


@dataclass(frozen=True, slots=True)
class Clock:
    """A moment in one zone: the city it is named after, the local time, and both in words."""

    city: str
    local: datetime
    weekday: str
    day_text: str
    text: str

    @property
    def date(self) -> date:
        """The date there."""
        return self.local.date()

    @property
    def hour(self) -> str:
        """The time of day there."""
        return f"{self.local:%H:%M}"


@dataclass(frozen=True, slots=True)
class BothClocks:
    """The same moment at home and in a market."""

    home: Clock
    market: Clock

    @property
    def is_other_date(self) -> bool:
        """Whether the two clocks show different dates."""
        return self.home.date != self.market.date

    @property
    def text(self) -> str:
        """Both in one line: "Tue 12 Jan 19:30 Toronto = Wed 13 Jan 09:30 Tokyo"."""
        return f"{self.home.text} = {self.market.text}"


def in_both(moment: datetime, home: str, market: str, *, locale: Locale | str = "en") -> BothClocks:
    """A moment on the clocks of two zones, in words of a locale."""
    return BothClocks(
        clock_in(moment, home, locale=locale), clock_in(moment, market, locale=locale)
    )


def clock_in(moment: datetime, zone_name: str, *, locale: Locale | str = "en") -> Clock:
    """A moment on the clock of a zone."""
    local = moment.astimezone(zone(zone_name))
    city = city_of(zone_name)
    return Clock(
        city=city,
        local=local,
        weekday=str(format_date(local.date(), "EEEE", locale=locale)),
        day_text=day_text(local.date(), locale),
        text=f"{format_datetime(local, f'{_DAY} HH:mm', locale=locale)} {city}",
    )


def day_text(day: date, locale: Locale | str = "en") -> str:
    """Weekday, day and month of a date."""
    return str(format_date(day, _DAY, locale=locale))


def city_of(zone_name: str) -> str:
    """What a zone is called on a clock."""
    return zone_name.rsplit("/", 1)[-1].replace("_", " ")
