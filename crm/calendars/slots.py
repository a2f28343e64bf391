"""Meeting times for two sides far apart: proposals inside both sides' limits, best first."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from crm.calendars.cautions import Caution, CautionCode, cautions_of
from crm.calendars.closure import Confidence
from crm.calendars.hours import HOME_LIMITS, MARKET_LIMITS, OFFICE_HOURS, Hours
from crm.calendars.overlap import (
    ClockWindow,
    OverlapPeriod,
    Side,
    Window,
    overlap_through_year,
    share_a_clock,
    windows_between,
    windows_on,
)
from models.errors import DomainError, N_

__all__ = [
    "HOME_LIMITS",
    "LONGEST",
    "LONGEST_RANGE",
    "MARKET_LIMITS",
    "OFFICE_HOURS",
    "SHORTEST",
    "Caution",
    "CautionCode",
    "ClockWindow",
    "Hours",
    "OverlapPeriod",
    "Side",
    "Slot",
    "Window",
    "check_range",
    "find_slots",
    "overlap_through_year",
    "share_a_clock",
    "windows_between",
    "windows_on",
]

LONGEST_RANGE = 366
SHORTEST, LONGEST = 5, 480
# The calendars of moon and sun that holidays follow are known between these.
FIRST_YEAR, LAST_YEAR = 2000, 2099
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Slot:
    """One proposal. `score` goes from 0 to 100; `cautions` say what to know before asking."""

    window: Window
    score: int
    cautions: tuple[Caution, ...]

    @property
    def starts_at(self) -> datetime:
        """The moment it begins, in UTC."""
        return self.window.starts_at

    @property
    def ends_at(self) -> datetime:
        """The moment it ends, in UTC."""
        return self.window.ends_at

    @property
    def market_day(self) -> date:
        """The date in the market."""
        return self.window.market_day


def find_slots(
    home: Side,
    market: Side,
    first: date,
    last: date,
    *,
    minutes: int = 60,
    step: int = 30,
    has_weekends: bool = False,
) -> list[Slot]:
    """Proposals on the market's days from `first` to `last`: by day, the best of each day first.

    Starts lie on multiples of `step` minutes of the market's clock. Weekends of the market are
    left out unless asked for; holidays and closures are proposed with their caution.

    Raises:
        DomainError: the range or the length cannot be meant.
    """
    check_range(first, last)
    if not SHORTEST <= minutes <= LONGEST:
        raise DomainError(
            N_("A meeting lasts from %(shortest)s to %(longest)s minutes."),
            field="minutes",
            shortest=SHORTEST,
            longest=LONGEST,
        )
    if step < 1:
        raise DomainError(N_("The step is at least one minute."), field="step")
    ranked = []
    for window in windows_between(home, market, first, last):
        if not has_weekends and window.market_day.weekday() >= _SATURDAY:
            continue
        # A window lies within one day of each side, so its parts share their cautions.
        cautions = cautions_of(window, home, market)
        for part in _parts(window, minutes, step):
            worth = _worth(part, cautions)
            slot = Slot(part, round(worth), cautions)
            # The unrounded worth ranks: on a bad day the better hour still comes first.
            ranked.append((slot.market_day, -worth, slot.starts_at, slot))
    return [slot for *_rank, slot in sorted(ranked, key=lambda one: one[:3])]


def check_range(first: date, last: date) -> None:
    """Refuse days that cannot be looked at together.

    Raises:
        DomainError: the range is turned round, too long, or outside the years we know.
    """
    if not (FIRST_YEAR <= first.year <= LAST_YEAR):
        raise DomainError(_YEARS, field="from", first=FIRST_YEAR, last=LAST_YEAR)
    if not (FIRST_YEAR <= last.year <= LAST_YEAR):
        raise DomainError(_YEARS, field="to", first=FIRST_YEAR, last=LAST_YEAR)
    if last < first:
        raise DomainError(N_("The last day must not come before the first."), field="to")
    if (last - first).days >= LONGEST_RANGE:
        raise DomainError(
            N_("At most %(days)s days can be looked at together."), field="to", days=LONGEST_RANGE
        )


_YEARS = N_("Holidays are known from %(first)s to %(last)s.")


def _parts(window: Window, minutes: int, step: int) -> list[Window]:
    length, stride = timedelta(minutes=minutes), timedelta(minutes=step)
    local = window.market_start
    past_step = (local.hour * 60 + local.minute) % step
    start = window.starts_at + timedelta(minutes=(step - past_step) % step)
    parts = []
    while start + length <= window.ends_at:
        parts.append(Window(start, start + length, window.home_zone, window.market_zone))
        start += stride
    return parts


def _worth(window: Window, cautions: tuple[Caution, ...]) -> float:
    worth = 100.0 - _at_home(window) - _in_market(window)
    for caution in cautions:
        worth *= 1 - _weight(caution) / 100
    return worth


# What each caution takes of a slot's worth, in percent: a closed market outweighs all else.
_LOST = {
    CautionCode.MARKET_HOLIDAY: 60,
    CautionCode.MARKET_WEEKEND: 60,
    CautionCode.MARKET_BANK_HOLIDAY: 50,
    CautionCode.MARKET_CUSTOMARY_HOLIDAY: 30,
    CautionCode.MARKET_TRAVEL_DAY: 20,
    CautionCode.MARKET_FISCAL_YEAR: 6,
    CautionCode.HOME_HOLIDAY: 25,
    CautionCode.HOME_WEEKEND: 25,
    CautionCode.HOME_BANK_HOLIDAY: 20,
    CautionCode.HOME_CUSTOMARY_HOLIDAY: 10,
    CautionCode.HOME_TRAVEL_DAY: 8,
    CautionCode.HOME_FISCAL_YEAR: 2,
    CautionCode.MARKET_CLOCK_CHANGE: 3,
    CautionCode.HOME_CLOCK_CHANGE: 3,
}
_LOST_TO_CLOSURES = {
    CautionCode.MARKET_CLOSURE: {
        Confidence.USUAL: 50,
        Confidence.LIKELY: 30,
        Confidence.POSSIBLE: 12,
    },
    CautionCode.MARKET_BRIDGE_DAY: {
        Confidence.USUAL: 40,
        Confidence.LIKELY: 25,
        Confidence.POSSIBLE: 10,
    },
    CautionCode.HOME_CLOSURE: {
        Confidence.USUAL: 20,
        Confidence.LIKELY: 15,
        Confidence.POSSIBLE: 6,
    },
    CautionCode.HOME_BRIDGE_DAY: {
        Confidence.USUAL: 12,
        Confidence.LIKELY: 8,
        Confidence.POSSIBLE: 4,
    },
}


def _weight(caution: Caution) -> int:
    if caution.confidence is not None and caution.code in _LOST_TO_CLOSURES:
        return _LOST_TO_CLOSURES[caution.code][caution.confidence]
    return _LOST.get(caution.code, 0)


_LATE, _EARLY = time(20), time(8)
_MONDAY, _FRIDAY = 0, 4


def _at_home(window: Window) -> int:
    """What the hours cost at home: out of the office, late, early, into the weekend."""
    begins, ends = window.home_start, window.home_end
    lost = 0
    if not _within(OFFICE_HOURS, begins, ends):
        lost += 15
    if ends > _same_day(begins, _LATE):
        lost += 15
    if begins.time() < _EARLY:
        lost += 15
    if begins.weekday() == _FRIDAY and ends > _same_day(begins, OFFICE_HOURS.closes):
        lost += 12
    if begins.weekday() == _MONDAY and begins.time() < time(12):
        lost += 4
    return lost


def _in_market(window: Window) -> int:
    """What the hours cost in the market: at the edges of the day, at noon, about the weekend."""
    begins, ends = window.market_start, window.market_end
    lost = 0
    if not _within(OFFICE_HOURS, begins, ends):
        lost += 10
    if begins.time() < time(10) or ends > _same_day(begins, time(16)):
        lost += 5
    if begins.time() < time(13) and ends > _same_day(begins, time(12)):
        lost += 6
    if begins.weekday() == _MONDAY and begins.time() < time(12):
        lost += 8
    if begins.weekday() == _FRIDAY and ends > _same_day(begins, time(15)):
        lost += 6
    return lost


def _within(hours: Hours, begins: datetime, ends: datetime) -> bool:
    return begins.time() >= hours.opens and ends <= _same_day(begins, hours.closes)


def _same_day(moment: datetime, hour: time) -> datetime:
    return datetime.combine(moment.date(), hour, tzinfo=moment.tzinfo)
