"""How long leads stay at a stage, those that still stand there counted in. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from crm.reports.params import Scope
from crm.reports.plain import from_plain, to_plain
from models.stage import LeadType, StageCode

# Fewer that left say nothing of the next one.
FEWEST = 5


@dataclass(frozen=True, slots=True)
class Step:
    """From this day on, `share` of the leads are still there."""

    days: int
    share: float


@dataclass(frozen=True, slots=True)
class Times:
    """After how many days a quarter, half and three quarters of the leads had gone on.

    `count` leads were followed and `event_count` of them went; the others were followed for as
    long as they were there (Kaplan and Meier 1958). A number is None while fewer than `FEWEST`
    went (`is_few`), and where so many have not gone yet. `curve` steps down from a share of 1. In
    public the counts may be None.
    """

    count: int | None
    event_count: int | None
    quarter_days: int | None
    median_days: int | None
    three_quarters_days: int | None
    curve: tuple[Step, ...] = ()

    @property
    def is_few(self) -> bool:
        """Whether too few have gone to say anything."""
        if self.event_count is None:
            return self.quarter_days is None
        return self.event_count < FEWEST


@dataclass(frozen=True, slots=True)
class StageVelocity:
    """The stays at a stage: until a lead moved on, and until it left in any way.

    For `moved`, leads that ended are followed until their end; for `left`, an end is one way of
    leaving. Both follow the leads that still stand there until the day of the report.
    `hidden_count` stays began or ended on a day that nobody knows, and are in neither.
    """

    stage: StageCode
    moved: Times
    left: Times
    open_count: int | None
    hidden_count: int


@dataclass(frozen=True, slots=True)
class Velocity:
    """Velocity as it stood at the end of a day, for the first seven stages in order.

    `to_announced` goes from the first contact to the announcement and follows all others for as
    long as they are open; `announced_only` is of the announced ones alone, which is shorter
    because the slow ones are not there yet.
    """

    as_of: date
    lead_type: LeadType
    scope: Scope
    stages: tuple[StageVelocity, ...]
    to_announced: Times
    announced_only: Times
    first_known_on: date | None


@dataclass(frozen=True, slots=True)
class VelocityReport:
    """Velocity, and as it stood on the day that it is compared with."""

    now: Velocity
    before: Velocity | None = None

    def to_plain(self) -> dict[str, Any]:
        """As JSON can hold it."""
        plain: dict[str, Any] = to_plain(self)
        return plain

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> "VelocityReport":
        """What `to_plain` was given."""
        return from_plain(cls, plain)


def times_of(stays: Iterable[tuple[int, bool, int]]) -> Times:
    """The times of stays, each as days, whether the lead went then, and how many leads.

    Of leads that went and leads last seen on the same day, those that went did so first.
    """
    went: Counter[int] = Counter()
    seen: Counter[int] = Counter()
    for days, has_gone, count in stays:
        (went if has_gone else seen)[days] += count
    at_risk = went.total() + seen.total()
    count, event_count = at_risk, went.total()
    still = 1.0
    curve = []
    for days in sorted(went.keys() | seen.keys()):
        if went[days]:
            still *= 1 - went[days] / at_risk
            curve.append(Step(days, still))
        at_risk -= went[days] + seen[days]
    is_few = event_count < FEWEST

    def after(share: float) -> int | None:
        # A share that should be met exactly may miss it by a rounding.
        return next((step.days for step in curve if step.share <= share + 1e-12), None)

    return Times(
        count,
        event_count,
        quarter_days=None if is_few else after(0.75),
        median_days=None if is_few else after(0.5),
        three_quarters_days=None if is_few else after(0.25),
        curve=() if is_few else tuple(curve),
    )
