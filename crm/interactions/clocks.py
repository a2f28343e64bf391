"""One moment on two clocks: where it was said, and where the reader sits."""

from dataclasses import dataclass
from datetime import datetime

from flask_login import current_user

from crm.timezones import zone
from crm.web.formatting import clock


@dataclass(frozen=True, slots=True)
class Clocks:
    """`here` is None where both clocks show the same."""

    there: str
    here: str | None


def two_clocks(moment: datetime, zone_name: str | None) -> Clocks:
    """A moment in the zone it belongs to, and in the reader's where that shows another hour."""
    mine: str = current_user.actor.time_zone
    there = zone_name or mine
    is_same = (
        moment.astimezone(zone(there)).utcoffset() == moment.astimezone(zone(mine)).utcoffset()
    )
    return Clocks(clock(moment, there), None if is_same else clock(moment, mine))
