"""The two clocks of a mission, and the days of its agenda."""

from datetime import date, datetime

from crm.timezones import zone
from models.agenda import AgendaItem
from models.mission import Delivery, Mission

# Where most of a market's business is, for a mission that does not say its zone.
_ZONES = {
    "JP": "Asia/Tokyo",
    "KR": "Asia/Seoul",
    "TW": "Asia/Taipei",
    "SG": "Asia/Singapore",
    "HK": "Asia/Hong_Kong",
    "VN": "Asia/Ho_Chi_Minh",
    "TH": "Asia/Bangkok",
    "IN": "Asia/Kolkata",
    "CN": "Asia/Shanghai",
    "GB": "Europe/London",
    "DE": "Europe/Berlin",
    "FR": "Europe/Paris",
}


def home_zone(mission: Mission, *, otherwise: str) -> str:
    """The clock at home; where the mission does not say, the reader's office's."""
    return mission.home_zone or otherwise


def market_zone(mission: Mission, *, otherwise: str) -> str:
    """The market's clock: as the mission says, else that of its markets, else the home one.

    Markets on one clock, such as Tokyo and Seoul, have the first one's. They have to be loaded.
    """
    if mission.market_zone:
        return mission.market_zone
    known = [_ZONES.get(country) for country in sorted(one.country for one in mission.markets)]
    first = known[0] if known else None
    if first is None or not all(name and _shows_the_same(first, name) for name in known):
        return home_zone(mission, otherwise=otherwise)
    return first


def _shows_the_same(one: str, other: str) -> bool:
    """Whether two zones show one time in winter and in summer."""
    return all(
        datetime(2026, month, 15, 12, tzinfo=zone(one)).utcoffset()
        == datetime(2026, month, 15, 12, tzinfo=zone(other)).utcoffset()
        for month in (1, 7)
    )


def usual_zone(country: str | None) -> str | None:
    """The zone of a country where it has one, or one that its business keeps."""
    return _ZONES.get(country or "")


def market_day(item: AgendaItem, zone_name: str) -> date | None:
    """The day of an item in the market; None where it has none."""
    if item.starts_at is not None:
        return item.starts_at.astimezone(zone(zone_name)).date()
    return item.happens_on


def evening_zone(mission: Mission, *, otherwise: str) -> str:
    """The clock that the delegation lives by: at home for a virtual mission, else the market's.

    "The rest of the evening" is the rest of a day on it.
    """
    if mission.delivery is Delivery.VIRTUAL:
        return home_zone(mission, otherwise=otherwise)
    return market_zone(mission, otherwise=otherwise)


def same_day(one: datetime, other: datetime, zone_name: str) -> bool:
    """Whether two moments fall on one day of a clock."""
    place = zone(zone_name)
    return one.astimezone(place).date() == other.astimezone(place).date()
