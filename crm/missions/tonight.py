"""Tonight: which item is now, which is next, and what is left of the evening."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from crm.missions.cautions import end_of
from crm.missions.clocks import same_day
from crm.missions.course import OPEN
from models.agenda import AgendaItem, AgendaStanding


@dataclass(frozen=True, slots=True)
class Tonight:
    """The evening at a moment. `items` are those of its day, whatever became of them.

    Where nothing is on this evening, `items` are those of the next one that has any.
    """

    now: Sequence[AgendaItem]
    following: AgendaItem | None
    items: Sequence[AgendaItem]
    is_today: bool

    @property
    def focus(self) -> AgendaItem | None:
        """The item that matters most at this moment."""
        if self.now:
            return self.now[0]
        return self.following or (self.items[-1] if self.items else None)


def tonight_of(items: Sequence[AgendaItem], *, now: datetime, zone_name: str) -> Tonight:
    """What is on, on the day that a clock shows at this moment.

    An item that runs late is "now" until somebody says what became of it or the next one begins.
    """
    timed = sorted(
        (item.starts_at, item.id, item)
        for item in items
        if item.starts_at is not None and item.standing is not AgendaStanding.CANCELLED
    )
    today = [item for starts_at, _key, item in timed if same_day(starts_at, now, zone_name)]
    ahead = [item for starts_at, _key, item in timed if starts_at > now and item.standing in OPEN]
    begun = [
        item
        for item in today
        if item.starts_at is not None and item.starts_at <= now and item.standing in OPEN
    ]
    on = [item for item in begun if (end_of(item) or now) > now]
    if not on and begun and not (ahead and ahead[0] in today):
        # Nobody said that the last one is over.
        on = begun[-1:]
    following = ahead[0] if ahead else None
    is_today = bool(today)
    if not is_today and following is not None and following.starts_at is not None:
        first = following.starts_at
        today = [item for starts_at, _key, item in timed if same_day(starts_at, first, zone_name)]
    return Tonight(on, following, today, is_today)
