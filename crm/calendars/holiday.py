"""Public holidays of the places we work in and with, with names in the languages we write."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

import holidays
from holidays import HolidayBase

from crm.calendars.holiday_names import english_name, french_name
from models.errors import DomainError, N_

# "CA" alone stands for workplaces under federal law.
_PROVINCES = ("ON", "BC", "QC", "AB", "MB", "NS", "NB", "NL", "PE", "SK", "NT", "NU", "YT")
PLACES = ("JP", "KR", "CA", *(f"CA-{province}" for province in _PROVINCES))

_PLACE_OF_ZONE = {
    "Asia/Tokyo": "JP",
    "Japan": "JP",
    "Asia/Seoul": "KR",
    "ROK": "KR",
    "America/Toronto": "CA-ON",
    "America/Thunder_Bay": "CA-ON",
    "America/Nipigon": "CA-ON",
    "America/Rainy_River": "CA-ON",
    "America/Atikokan": "CA-ON",
    "America/Montreal": "CA-QC",
    "America/Blanc-Sablon": "CA-QC",
    "America/Vancouver": "CA-BC",
    "America/Creston": "CA-BC",
    "America/Dawson_Creek": "CA-BC",
    "America/Fort_Nelson": "CA-BC",
    "America/Edmonton": "CA-AB",
    "America/Regina": "CA-SK",
    "America/Swift_Current": "CA-SK",
    "America/Winnipeg": "CA-MB",
    "America/Halifax": "CA-NS",
    "America/Glace_Bay": "CA-NS",
    "America/Moncton": "CA-NB",
    "America/St_Johns": "CA-NL",
    "America/Goose_Bay": "CA-NL",
    "America/Whitehorse": "CA-YT",
    "America/Dawson": "CA-YT",
    "America/Yellowknife": "CA-NT",
    "America/Inuvik": "CA-NT",
    "America/Iqaluit": "CA-NU",
    "America/Rankin_Inlet": "CA-NU",
    "America/Cambridge_Bay": "CA-NU",
    "America/Resolute": "CA-NU",
}


class DayOffKind(StrEnum):
    """What closes on a day off."""

    # Everything, by law.
    PUBLIC = "public"
    # Banks, and with them the offices of the state.
    BANK = "bank"
    # Many offices, by custom: no law says so.
    CUSTOMARY = "customary"


@dataclass(frozen=True, slots=True)
class DayOff:
    """One holiday; a day with two is one with both names."""

    on: date
    place: str
    kind: DayOffKind
    names: tuple[tuple[str, str], ...]

    def name(self, language: str) -> str:
        """Its name in a language, in English where it has none."""
        names = dict(self.names)
        return names.get(language) or names["en"]


def place_of(zone_name: str) -> str | None:
    """The place whose holidays a zone keeps; None where no calendar of ours covers it.

    A zone may span provinces: Toronto's is also Quebec's, and Ontario is taken.
    """
    return _PLACE_OF_ZONE.get(zone_name)


def holidays_of(place: str, first: date, last: date) -> list[DayOff]:
    """The days off of a place from `first` to `last`, both included, in order.

    Raises:
        DomainError: no calendar of ours covers the place.
    """
    return [
        day_off
        for year in range(first.year, last.year + 1)
        for day_off in _year_of(place, year).values()
        if first <= day_off.on <= last
    ]


def day_off_on(day: date, place: str) -> DayOff | None:
    """The holiday of a place on a day."""
    return _year_of(place, day.year).get(day)


def is_public_day_off(day: date, place: str) -> bool:
    """Whether a place's offices are closed that day: custom alone does not close them."""
    found = day_off_on(day, place)
    return found is not None and found.kind is not DayOffKind.CUSTOMARY


@lru_cache(maxsize=256)
def _year_of(place: str, year: int) -> dict[date, DayOff]:
    if place not in PLACES:
        raise DomainError(N_("There is no holiday calendar for %(place)s."), place=place)
    found: dict[date, DayOff] = {}
    for kind, category in _categories(place):
        for on, names in _named_days(place, year, category):
            found.setdefault(on, DayOff(on, place, kind, names))
    return dict(sorted(found.items()))


def _categories(place: str) -> tuple[tuple[DayOffKind, str], ...]:
    if place == "JP":
        return (DayOffKind.PUBLIC, "public"), (DayOffKind.BANK, "bank")
    if place == "KR":
        return ((DayOffKind.PUBLIC, "public"),)
    if place == "CA":
        return ((DayOffKind.PUBLIC, "government"),)
    return (DayOffKind.PUBLIC, "public"), (DayOffKind.CUSTOMARY, "optional")


_LANGUAGES = {
    "JP": (("en", "en_US"), ("ja", "ja")),
    "KR": (("en", "en_US"), ("ko", "ko")),
    "CA": (("en", "en_CA"), ("fr", "fr")),
}


def _named_days(
    place: str, year: int, category: str
) -> Iterator[tuple[date, tuple[tuple[str, str], ...]]]:
    country, _, province = place.partition("-")
    calendars: dict[str, HolidayBase] = {
        language: holidays.country_holidays(
            country, subdiv=province or None, years=year, language=tag, categories=category
        )
        for language, tag in _LANGUAGES[country]
    }
    for on, plain in sorted(calendars["en"].items()):
        names = {language: calendar[on] for language, calendar in calendars.items()}
        names["en"] = english_name(country, plain)
        names["fr"] = french_name(country, plain, names.get("fr"))
        yield on, tuple((language, name.replace("; ", " / ")) for language, name in names.items())
