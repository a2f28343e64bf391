"""Time zones, always from the pinned data: some systems' own is out of date."""

import zoneinfo
from datetime import date, datetime, time, timedelta
from functools import lru_cache

# Debian 12's zone data has Vancouver an hour wrong from November 2026 on, and `zoneinfo` would
# prefer it to the pinned package.
zoneinfo.reset_tzpath(to=[])

_FIRST = (
    "America/Toronto",
    "America/Vancouver",
    "America/Edmonton",
    "America/Winnipeg",
    "America/Halifax",
    "America/St_Johns",
    "Asia/Tokyo",
    "Asia/Seoul",
    "UTC",
)


@lru_cache(maxsize=64)
def zone(name: str) -> zoneinfo.ZoneInfo:
    """The zone called `name`.

    Raises:
        zoneinfo.ZoneInfoNotFoundError: there is none of that name.
    """
    return zoneinfo.ZoneInfo(name)


@lru_cache(maxsize=1)
def zone_names() -> tuple[str, ...]:
    """Every zone's name, those that our users live in first."""
    others = sorted(
        name for name in zoneinfo.available_timezones() if "/" in name and name not in _FIRST
    )
    return (*_FIRST, *others)


def time_zone_choices() -> list[tuple[str, str]]:
    """Values and labels for a select."""
    return [(name, name.replace("_", " ")) for name in zone_names()]


def today(now: datetime, zone_name: str) -> date:
    """The date at this moment in a zone."""
    return now.astimezone(zone(zone_name)).date()


def start_of_day(day: date, zone_name: str) -> datetime:
    """The first moment of a day in a zone."""
    return datetime.combine(day, time(), tzinfo=zone(zone_name))


def end_of_day(day: date, zone_name: str) -> datetime:
    """The moment a day in a zone is over: "as of" a day means this."""
    return start_of_day(day + timedelta(days=1), zone_name)


def last_moment(day: date, zone_name: str) -> datetime:
    """The last moment of a day in a zone: what was known by it was known on that day.

    An import dates what it tells at the beginning of a day, so the next day's first moment is
    a day too late.
    """
    return end_of_day(day, zone_name) - timedelta(microseconds=1)
