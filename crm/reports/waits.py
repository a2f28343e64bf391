"""How long something took that may still be waiting: the quarters of the hours. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from crm.reports.velocity import times_of


@dataclass(frozen=True, slots=True)
class Wait:
    """After how many hours a quarter, half and three quarters were done.

    `count` were followed and `done_count` of them were done; the others were followed for as long
    as they waited. An hour is None while too few were done (`is_few`), or so many are not yet.
    """

    count: int
    done_count: int
    quarter_hours: int | None
    median_hours: int | None
    three_quarters_hours: int | None
    is_few: bool

    @property
    def open_count(self) -> int:
        """How many still wait."""
        return self.count - self.done_count


def wait_of(hours: Iterable[tuple[int, bool]]) -> Wait:
    """The wait of several, each with its full hours so far and whether it was done then."""
    times = times_of((length, is_done, 1) for length, is_done in hours)
    return Wait(
        times.count or 0,
        times.event_count or 0,
        times.quarter_days,
        times.median_days,
        times.three_quarters_days,
        is_few=times.is_few,
    )
