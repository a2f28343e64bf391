"""Closures that no law knows: Obon, year ends, bridge days, travel days, fiscal year ends."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

from crm.calendars.holiday import DayOff, DayOffKind, day_off_on, holidays_of

_TABLE = Path(__file__).with_name("closures.toml")
_DAY = timedelta(days=1)
_SATURDAY = 5
_LANGUAGES = ("en", "fr", "ja", "ko")


class ClosureKind(StrEnum):
    """What a closure means for a meeting."""

    CLOSURE = "closure"
    BRIDGE = "bridge"
    TRAVEL = "travel"
    # Nobody is away, but budgets close or people change posts.
    FISCAL = "fiscal"


class Confidence(StrEnum):
    """How many offices keep to it."""

    USUAL = "usual"
    LIKELY = "likely"
    POSSIBLE = "possible"


_SURE_FIRST = {confidence: rank for rank, confidence in enumerate(Confidence)}


@dataclass(frozen=True, slots=True)
class Closure:
    """One closure from `first` to `last`, both included."""

    code: str
    place: str
    kind: ClosureKind
    confidence: Confidence
    first: date
    last: date
    names: tuple[tuple[str, str], ...]

    def name(self, language: str) -> str:
        """What it is, in a language; in English where there are no words of it."""
        names = dict(self.names)
        return names.get(language) or names["en"]

    def covers(self, day: date) -> bool:
        """Whether a day lies in it."""
        return self.first <= day <= self.last


def closures_of(place: str, first: date, last: date) -> list[Closure]:
    """The closures of a place that touch the days from `first` to `last`, in order."""
    # One that began in December may last into January.
    found = [
        closure
        for year in range(first.year - 1, last.year + 1)
        for closure in _year_of(place, year)
        if closure.first <= last and closure.last >= first
    ]
    return sorted(found, key=lambda closure: (closure.first, closure.last, closure.code))


def closures_on(day: date, place: str) -> list[Closure]:
    """What is closed at a place on a day, the surest of each kind alone."""
    surest: dict[ClosureKind, Closure] = {}
    found = closures_of(place, day, day)
    for closure in sorted(found, key=lambda closure: _SURE_FIRST[closure.confidence]):
        if closure.kind is ClosureKind.FISCAL:
            continue
        surest.setdefault(closure.kind, closure)
    fiscal = [closure for closure in found if closure.kind is ClosureKind.FISCAL]
    return [*surest.values(), *fiscal]


@lru_cache(maxsize=1)
def _rules() -> tuple[dict[str, Any], ...]:
    return tuple(tomllib.loads(_TABLE.read_text(encoding="utf-8"))["closure"])


@lru_cache(maxsize=256)
def _year_of(place: str, year: int) -> tuple[Closure, ...]:
    """What begins in a year at a place."""
    country = place.partition("-")[0]
    return tuple(
        Closure(
            code=rule["code"],
            place=place,
            kind=ClosureKind(rule["kind"]),
            confidence=Confidence(rule["confidence"]),
            first=first,
            last=last,
            names=tuple((tag, rule[tag]) for tag in _LANGUAGES if tag in rule),
        )
        for rule in _rules()
        if country in rule["places"]
        for first, last in _SPANS[rule["rule"]](rule, place, year)
    )


_Spans = Iterator[tuple[date, date]]


def _span(rule: dict[str, Any], _place: str, year: int) -> _Spans:
    first, last = _on(rule["first"], year), _on(rule["last"], year)
    yield first, last if last >= first else _on(rule["last"], year + 1)


def _between(rule: dict[str, Any], place: str, year: int) -> _Spans:
    """Working days inside a window with a holiday of the window on either side."""
    first, last = _on(rule["first"], year), _on(rule["last"], year)
    days_off = [one.on for one in holidays_of(place, first, last) if _closes(one)]
    for day in _days(days_off[0], days_off[-1]) if days_off else ():
        if not _is_off(day, place):
            yield day, day


def _eve(rule: dict[str, Any], place: str, year: int) -> _Spans:
    """The last working day before a festival's days off."""
    for first, _last in _festivals(rule["festival"], place, year):
        yield first - _DAY, first - _DAY


def _beside(rule: dict[str, Any], place: str, year: int) -> _Spans:
    """The working days between a festival's days off and the next, if they are few."""
    for first, last in _festivals(rule["festival"], place, year):
        for day, step in ((last + _DAY, _DAY), (first - _DAY, -_DAY)):
            far = day
            while not _is_off(far + step, place):
                far += step
            if abs((far - day).days) < rule["days"]:
                yield min(day, far), max(day, far)


def _single(_rule: dict[str, Any], place: str, year: int) -> _Spans:
    """One working day between a holiday and another day off."""
    for day in _days(date(year, 1, 1), date(year, 12, 31)):
        before, after = day - _DAY, day + _DAY
        if _is_off(day, place) or not (_is_off(before, place) and _is_off(after, place)):
            continue
        yield day, day


_SPANS = {
    "span": _span,
    "between": _between,
    "eve": _eve,
    "beside": _beside,
    "single": _single,
}


def _festivals(name: str, place: str, year: int) -> Iterator[tuple[date, date]]:
    """The unbroken days off around a festival's own day, weekends among them."""
    for one in holidays_of(place, date(year, 1, 1), date(year, 12, 31)):
        if not any(part.startswith(f"{name} (") for part in one.name("en").split(" / ")):
            continue
        first = last = one.on
        while _is_off(first - _DAY, place):
            first -= _DAY
        while _is_off(last + _DAY, place):
            last += _DAY
        yield first, last


def _closes(day_off: DayOff) -> bool:
    return day_off.kind is not DayOffKind.CUSTOMARY


def _is_off(day: date, place: str) -> bool:
    if day.weekday() >= _SATURDAY:
        return True
    found = day_off_on(day, place)
    return found is not None and _closes(found)


def _days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += _DAY


def _on(text: str, year: int) -> date:
    return date.fromisoformat(f"{year}-{text}")
