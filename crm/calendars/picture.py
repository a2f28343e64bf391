"""The shared hours of a period as bars on the home clock, from 0 to 24 hours."""

from dataclasses import dataclass

from crm.calendars.hours import Hours
from crm.calendars.overlap import ClockWindow, OverlapPeriod

DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch of the day, in minutes from midnight at home."""

    start: int
    length: int


@dataclass(frozen=True, slots=True)
class Bars:
    """The hours of home and of the market, and what they share."""

    home: tuple[Bar, ...]
    market: tuple[Bar, ...]
    shared: tuple[Bar, ...]


def bars_of(period: OverlapPeriod, home: Hours, market: Hours) -> Bars:
    """The bars of a period: the market's hours stand where the clock at home shows them."""
    opens, closes = home.minutes
    market_opens, market_closes = market.minutes
    return Bars(
        home=(Bar(opens, closes - opens),),
        market=_round_the_clock(market_opens - period.minutes_ahead, market_closes - market_opens),
        shared=tuple(_shared(window) for window in period.windows),
    )


def _shared(window: ClockWindow) -> Bar:
    return Bar(window.home_from.hour * 60 + window.home_from.minute, window.minutes)


def _round_the_clock(start: int, length: int) -> tuple[Bar, ...]:
    """A stretch that may pass midnight, as one bar or two."""
    start %= DAY
    first = min(length, DAY - start)
    bars = (Bar(start, first), Bar(0, length - first))
    return tuple(bar for bar in bars if bar.length)
