"""What to know about a day before a meeting is set on it, as data that any language can say."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache

from babel import Locale
from babel.dates import format_date

from crm.calendars.clocks import city_of, day_text
from crm.calendars.closure import Closure, ClosureKind, Confidence, closures_on
from crm.calendars.holiday import DayOffKind, day_off_on
from crm.calendars.overlap import Side, Window
from crm.timezones import zone
from models.errors import N_

_SATURDAY = 5
# People forget a change of clocks for about a week, before and after.
_WEEK = 6

Names = tuple[tuple[str, str], ...]


class CautionCode(StrEnum):
    """What kind of caution it is; each names the side it is about."""

    MARKET_HOLIDAY = "market_holiday"
    MARKET_BANK_HOLIDAY = "market_bank_holiday"
    MARKET_CUSTOMARY_HOLIDAY = "market_customary_holiday"
    MARKET_WEEKEND = "market_weekend"
    MARKET_CLOSURE = "market_closure"
    MARKET_BRIDGE_DAY = "market_bridge_day"
    MARKET_TRAVEL_DAY = "market_travel_day"
    MARKET_FISCAL_YEAR = "market_fiscal_year"
    MARKET_CLOCK_CHANGE = "market_clock_change"
    MARKET_CALENDAR_UNKNOWN = "market_calendar_unknown"
    HOME_HOLIDAY = "home_holiday"
    HOME_BANK_HOLIDAY = "home_bank_holiday"
    HOME_CUSTOMARY_HOLIDAY = "home_customary_holiday"
    HOME_WEEKEND = "home_weekend"
    HOME_CLOSURE = "home_closure"
    HOME_BRIDGE_DAY = "home_bridge_day"
    HOME_TRAVEL_DAY = "home_travel_day"
    HOME_FISCAL_YEAR = "home_fiscal_year"
    HOME_CLOCK_CHANGE = "home_clock_change"
    HOME_CALENDAR_UNKNOWN = "home_calendar_unknown"
    OTHER_DATE = "other_date"


@dataclass(frozen=True, slots=True)
class Caution:
    """One caution: an English sentence for translation, and what fills its places.

    `confidence` is how sure a closure is; holidays and clocks are sure.
    """

    code: CautionCode
    message: str
    day: date
    country: str | None = None
    names: Names = ()
    zone: str | None = None
    confidence: Confidence | None = None

    @property
    def is_about_dates(self) -> bool:
        """Whether it says no more than that the dates differ."""
        return self.code is CautionCode.OTHER_DATE

    def text(self, locale: Locale | str = "en", translate: Callable[[str], str] = str) -> str:
        """The sentence in a locale; `translate` gives the words of the message in it."""
        return translate(self.message) % self.params(locale)

    def params(self, locale: Locale | str = "en") -> dict[str, str]:
        """What fills the places of the message, in a locale."""
        known = Locale.parse(str(locale))
        names = dict(self.names)
        return {
            "day": day_text(self.day, known),
            "weekday": str(format_date(self.day, "EEEE", locale=known)),
            "country": str(known.territories.get(self.country, self.country)),
            "name": names.get(known.language) or names.get("en", ""),
            "city": city_of(self.zone) if self.zone else "",
        }


def cautions_of(window: Window, home: Side, market: Side) -> tuple[Caution, ...]:
    """What to know about a window: of the market first, then of home, then of the dates."""
    market_day, home_day = window.market_day, window.home_day
    found = [*_of_day(market_day, market, _MARKET), *_of_day(home_day, home, _HOME)]
    if market_day != home_day:
        found.append(Caution(CautionCode.OTHER_DATE, N_("At home it is %(day)s."), home_day))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Words:
    """The sentences of one side."""

    side: str
    weekend: str
    holiday: dict[DayOffKind, str]
    closure: dict[ClosureKind, str]
    earlier: str
    later: str
    unknown: str


_MARKET = _Words(
    side="market",
    weekend=N_("Weekend in the market: %(weekday)s."),
    holiday={
        DayOffKind.PUBLIC: N_("Public holiday in %(country)s: %(name)s."),
        DayOffKind.BANK: N_("Bank holiday in %(country)s: %(name)s."),
        DayOffKind.CUSTOMARY: N_("Many offices are closed in %(country)s: %(name)s."),
    },
    closure=dict.fromkeys(ClosureKind, N_("%(country)s: %(name)s.")),
    earlier=N_("Clocks in %(city)s go back on %(day)s: say the hour of both sides."),
    later=N_("Clocks in %(city)s go forward on %(day)s: say the hour of both sides."),
    unknown=N_("The holidays of %(city)s are not known here."),
)
_HOME = _Words(
    side="home",
    weekend=N_("Weekend at home: %(weekday)s."),
    holiday={
        DayOffKind.PUBLIC: N_("Public holiday at home: %(name)s."),
        DayOffKind.BANK: N_("Bank holiday at home: %(name)s."),
        DayOffKind.CUSTOMARY: N_("Many offices are closed at home: %(name)s."),
    },
    closure=dict.fromkeys(ClosureKind, N_("At home: %(name)s.")),
    earlier=N_("Clocks in %(city)s go back on %(day)s: say the hour of both sides."),
    later=N_("Clocks in %(city)s go forward on %(day)s: say the hour of both sides."),
    unknown=N_("The holidays of %(city)s are not known here."),
)
_HOLIDAY_CODES = {
    DayOffKind.PUBLIC: "holiday",
    DayOffKind.BANK: "bank_holiday",
    DayOffKind.CUSTOMARY: "customary_holiday",
}
_CLOSURE_CODES = {
    ClosureKind.CLOSURE: "closure",
    ClosureKind.BRIDGE: "bridge_day",
    ClosureKind.TRAVEL: "travel_day",
    ClosureKind.FISCAL: "fiscal_year",
}


def _of_day(day: date, side: Side, words: _Words) -> Iterator[Caution]:
    def caution(what: str, message: str, on: date = day, **more: object) -> Caution:
        return Caution(CautionCode(f"{words.side}_{what}"), message, on, **more)  # type: ignore[arg-type]

    is_weekend = day.weekday() >= _SATURDAY
    if is_weekend:
        yield caution("weekend", words.weekend)
    for place in side.places:
        country = place.partition("-")[0]
        day_off = day_off_on(day, place)
        if day_off is not None:
            yield caution(
                _HOLIDAY_CODES[day_off.kind],
                words.holiday[day_off.kind],
                country=country,
                names=day_off.names,
            )
        for closure in closures_on(day, place):
            if _says_more(closure, is_off=is_weekend or day_off is not None):
                yield caution(
                    _CLOSURE_CODES[closure.kind],
                    words.closure[closure.kind],
                    country=country,
                    names=closure.names,
                    confidence=closure.confidence,
                )
    if not side.places:
        yield caution("calendar_unknown", words.unknown, zone=side.zone)
    change = clock_change_near(side.zone, day)
    if change is not None:
        on, is_forward = change
        yield caution(
            "clock_change", words.later if is_forward else words.earlier, on, zone=side.zone
        )


def _says_more(closure: Closure, *, is_off: bool) -> bool:
    """Whether a closure is news on a day: on one that is off anyway a possible one is not."""
    return not is_off or closure.confidence is not Confidence.POSSIBLE


@lru_cache(maxsize=4096)
def clock_change_near(zone_name: str, day: date) -> tuple[date, bool] | None:
    """The day on which a zone's clocks change within six days, and whether they go forward."""
    days = [day + timedelta(days=number) for number in range(-_WEEK - 1, _WEEK + 1)]
    offsets = [
        datetime.combine(each, time(12), tzinfo=zone(zone_name)).utcoffset() or timedelta()
        for each in days
    ]
    for each, before, after in zip(days[1:], offsets, offsets[1:], strict=False):
        if before != after:
            return each, after > before
    return None
