"""Hours of a day between which something may be: an office is open, a call may be asked for."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from crm.timezones import zone
from models.errors import DomainError, N_

_MIDNIGHT = time(0)
_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Hours:
    """From `opens` up to `closes` on one day; midnight as the end is the end of that day."""

    opens: time
    closes: time

    def __post_init__(self) -> None:
        if self.minutes[0] >= self.minutes[1]:
            raise DomainError(N_("The last hour must come after the first."))

    @property
    def minutes(self) -> tuple[int, int]:
        """Both ends in minutes from midnight."""
        opens = self.opens.hour * 60 + self.opens.minute
        closes = self.closes.hour * 60 + self.closes.minute
        return opens, closes or _DAY

    def has(self, moment: time) -> bool:
        """Whether a time of day lies in them; the closing hour does not."""
        return self.opens <= moment and (self.closes == _MIDNIGHT or moment < self.closes)

    def on(self, day: date, zone_name: str) -> tuple[datetime, datetime]:
        """Both ends on a day in a zone."""
        clock = zone(zone_name)
        last = day + timedelta(days=1) if self.closes == _MIDNIGHT else day
        return (
            datetime.combine(day, self.opens, tzinfo=clock),
            datetime.combine(last, self.closes, tzinfo=clock),
        )


OFFICE_HOURS = Hours(time(9), time(17))
# Evening calls are usual at home; a market is not asked out of its working day.
HOME_LIMITS = Hours(time(8), time(21))
MARKET_LIMITS = Hours(time(8, 30), time(18))
