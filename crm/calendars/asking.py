"""What somebody asks the slot finder for, as an address says it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta

from crm.calendars.hours import HOME_LIMITS, MARKET_LIMITS, Hours
from crm.calendars.overlap import Side, share_a_clock
from crm.calendars.slots import LONGEST, SHORTEST, check_range
from crm.days import read_day
from crm.timezones import zone
from models.errors import DomainError, N_

# Two working weeks.
_DAYS = 13
MINUTES = 60
# Longer ranges belong to the command: a page is read by a person.
LONGEST_PAGE = 62


@dataclass(frozen=True, slots=True)
class Question:
    """Both sides, the market's days and the length; `problems` are what cannot be meant.

    `also` is a second market on the first one's clock; the typed words are kept for the form.
    """

    home: Side
    market: Side
    first: date
    last: date
    minutes: int = MINUTES
    also: str | None = None
    typed: Mapping[str, str] = field(default_factory=dict)
    problems: Mapping[str, DomainError] = field(default_factory=dict)


def is_zone(name: str) -> bool:
    """Whether there is a time zone of this name."""
    try:
        zone(name)
    except (KeyError, ValueError, OSError):
        # The last two: names that are no file names, or that are folders.
        return False
    return True


def read_question(
    args: Mapping[str, str], *, home_zone: str, today: date, market_zone: str = "Asia/Tokyo"
) -> Question:
    """The question in an address; what it leaves out is the usual."""
    problems: dict[str, DomainError] = {}
    typed = {name: args.get(name, "").strip()[:64] for name in _FIELDS}
    zones = {
        name: _zone(typed[name], usual, name, problems)
        for name, usual in (("home", home_zone), ("market", market_zone))
    }
    first = _day(typed["from"], today, "from", problems)
    last = _day(typed["to"], first + timedelta(days=_DAYS), "to", problems)
    if not problems.keys() & {"from", "to"}:
        _check_days(first, last, problems)
    home_limits = _hours(typed, "home", HOME_LIMITS, problems)
    market_limits = _hours(typed, "market", MARKET_LIMITS, problems)
    also = _also(typed["also"], zones["market"], first, last, problems)
    return Question(
        home=Side.of(zones["home"], home_limits),
        market=Side.of(zones["market"], market_limits, *([also] if also else [])),
        first=first,
        last=last,
        minutes=_minutes(typed["minutes"], problems),
        also=also,
        typed=typed,
        problems=problems,
    )


_FIELDS = (
    *("home", "market", "also", "from", "to", "minutes"),
    *("home_from", "home_to", "market_from", "market_to"),
)


def _zone(text: str, usual: str, name: str, problems: dict[str, DomainError]) -> str:
    if not text:
        return usual
    if is_zone(text):
        return text
    problems[name] = DomainError(N_("There is no such time zone."), field=name)
    return usual


def _day(text: str, usual: date, name: str, problems: dict[str, DomainError]) -> date:
    if not text:
        return usual
    day = read_day(text)
    if day is None:
        problems[name] = DomainError(N_("This is not a day of the calendar."), field=name)
        return usual
    return day


def _check_days(first: date, last: date, problems: dict[str, DomainError]) -> None:
    try:
        check_range(first, last)
        if (last - first).days >= LONGEST_PAGE:
            raise DomainError(
                N_("At most %(days)s days can be looked at together."),
                field="to",
                days=LONGEST_PAGE,
            )
    except DomainError as error:
        problems[error.field or "to"] = error


def _hours(
    typed: Mapping[str, str], side: str, usual: Hours, problems: dict[str, DomainError]
) -> Hours:
    opens = _hour(typed[f"{side}_from"], usual.opens, f"{side}_from", problems)
    closes = _hour(typed[f"{side}_to"], usual.closes, f"{side}_to", problems)
    try:
        return Hours(opens, closes)
    except DomainError as error:
        problems.setdefault(f"{side}_to", error)
        return usual


def _hour(text: str, usual: time, name: str, problems: dict[str, DomainError]) -> time:
    if not text:
        return usual
    try:
        hour = time.fromisoformat(text)
    except ValueError:
        hour = None
    if hour is None or hour.tzinfo is not None:
        problems[name] = DomainError(N_("Write the hour as 08:30."), field=name)
        return usual
    return hour.replace(second=0, microsecond=0)


def _minutes(text: str, problems: dict[str, DomainError]) -> int:
    if not text:
        return MINUTES
    if not (text.isascii() and text.isdigit() and SHORTEST <= int(text) <= LONGEST):
        problems["minutes"] = DomainError(
            N_("A meeting lasts from %(shortest)s to %(longest)s minutes."),
            field="minutes",
            shortest=SHORTEST,
            longest=LONGEST,
        )
        return MINUTES
    return int(text)


def _also(
    text: str, market: str, first: date, last: date, problems: dict[str, DomainError]
) -> str | None:
    if not text or text == market:
        return None
    if not is_zone(text):
        problems["also"] = DomainError(N_("There is no such time zone."), field="also")
        return None
    if not problems and not share_a_clock(market, text, first, last):
        problems["also"] = DomainError(
            N_("The clocks of the two markets differ: ask for one at a time."), field="also"
        )
        return None
    return text
