"""One moment on two clocks: where it was said, and where the reader sits."""

from dataclasses import dataclass
from datetime import datetime

from babel.dates import format_datetime
from flask_login import current_user

from crm.calendars.clocks import city_of
from crm.timezones import zone
from crm.web.formatting import clock, reading_locale


@dataclass(frozen=True, slots=True)
class Clocks:
    """`here` is None where both clocks show the same."""

    there: str
    here: str | None


def two_clocks(moment: datetime, zone_name: str | None) -> Clocks:
    """A moment in the zone it belongs to, and in the reader's where that shows another hour."""
    mine: str = current_user.actor.time_zone
    there = zone_name or mine
    at_there, at_mine = moment.astimezone(zone(there)), moment.astimezone(zone(mine))
    if at_there.utcoffset() == at_mine.utcoffset():
        return Clocks(clock(moment, there), None)
    here = clock(moment, mine)
    if at_there.date() == at_mine.date():
        # The day is said once.
        here = f"{at_mine:%H:%M} {city_of(mine)}"
    return Clocks(clock(moment, there), here)


def short_moment(value: datetime) -> str:
    """Day and hour of something recent, in the reader's zone."""
    local = value.astimezone(zone(current_user.actor.time_zone))
    return str(format_datetime(local, "d MMM HH:mm", locale=reading_locale()))
