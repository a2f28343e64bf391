"""Moments and days on a book's two clocks, in its language. No request is needed."""

from dataclasses import dataclass
from datetime import date, datetime

from crm.calendars.clocks import BothClocks, city_of, clock_in, day_text, in_both
from crm.missions.clocks import home_zone, market_day, market_zone
from crm.web.formatting import reading_locale
from models.agenda import AgendaItem
from models.mission import Mission


@dataclass(frozen=True, slots=True)
class TwoClocks:
    """The clock at home and the market's."""

    home: str
    market: str

    @classmethod
    def of(cls, mission: Mission | None, *, reader_zone: str) -> "TwoClocks":
        """Those of a mission; without one, the reader's own."""
        if mission is None:
            return cls(reader_zone, reader_zone)
        return cls(
            home_zone(mission, otherwise=reader_zone), market_zone(mission, otherwise=reader_zone)
        )

    @property
    def is_one(self) -> bool:
        """Whether home and market are on one clock."""
        return self.home == self.market

    @property
    def home_city(self) -> str:
        """What the clock at home is called."""
        return city_of(self.home)

    @property
    def market_city(self) -> str:
        """What the market's clock is called."""
        return city_of(self.market)

    def both(self, moment: datetime) -> BothClocks:
        """A moment on both clocks."""
        return in_both(moment, self.home, self.market, locale=reading_locale())

    def line(self, moment: datetime) -> str:
        """A moment in one line, on both clocks where they differ, with the year once."""
        if self.is_one:
            return clock_in(moment, self.home, locale=reading_locale()).text
        return self.both(moment).text

    def hours(self, item: AgendaItem) -> tuple[str, str]:
        """From when to when an item lasts, at home and in the market."""
        if item.starts_at is None:
            return "", ""
        begins = self.both(item.starts_at)
        if item.ends_at is None:
            return begins.home.hour, begins.market.hour
        ends = self.both(item.ends_at)
        return (
            f"{begins.home.hour}–{ends.home.hour}",
            f"{begins.market.hour}–{ends.market.hour}",
        )

    def market_day(self, item: AgendaItem) -> date | None:
        """The day of an item in the market."""
        return market_day(item, self.market)

    def day(self, on: date) -> str:
        """Weekday, day, month and year."""
        return f"{day_text(on, reading_locale())} {on.year}"
