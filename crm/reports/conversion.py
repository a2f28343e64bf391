"""How leads that entered a stage in the same quarter went on from it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from math import sqrt
from typing import Any

from crm.reports.params import Scope
from crm.reports.periods import Quarter
from crm.reports.plain import from_plain, to_plain
from models.stage import LeadType, StageCode

# Of a normal distribution, 95 in 100 lie within so many standard deviations of the middle.
_Z = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Cohort:
    """The leads that entered a stage in a quarter, or before all quarters shown (None).

    A stage that was skipped counts as entered. `moved_count` have entered a later one by the day
    of the report, `open_count` are still undecided, `ended_count` were lost or given up.
    Leads passed on to another office are neither: they stand beside and are not in `count`.
    In public a count is None that is not printed, and `few` names those that are too small
    themselves; with `is_few` all of them are. `entered_count` is then the n where it is printed.
    """

    quarter: Quarter | None
    moved_count: int | None
    open_count: int | None
    ended_count: int | None
    passed_on_count: int | None
    is_few: bool = False
    entered_count: int | None = None
    few: tuple[str, ...] = ()

    @property
    def count(self) -> int | None:
        """The n of the share: all that entered, the undecided too, but not those passed on."""
        if self.moved_count is None or self.open_count is None or self.ended_count is None:
            return self.entered_count
        return self.moved_count + self.open_count + self.ended_count

    @property
    def share(self) -> float | None:
        """The part that has moved on so far; None when nobody entered."""
        return (
            self.moved_count / self.count if self.count and self.moved_count is not None else None
        )

    @property
    def interval(self) -> tuple[float, float] | None:
        """The likely range of the share (Wilson, 95 %); None when nobody entered."""
        if self.moved_count is None or self.count is None:
            return None
        return wilson(self.moved_count, self.count)


@dataclass(frozen=True, slots=True)
class StageConversion:
    """How leads went on from a stage: all of them, and by the quarter in which they entered it.

    `cohorts` are in order of time, those before the quarters shown first. The entries of
    `undated_count` leads have no known day: they are in `all`, and in no cohort.
    """

    stage: StageCode
    all: Cohort
    cohorts: tuple[Cohort, ...]
    undated_count: int


@dataclass(frozen=True, slots=True)
class Conversion:
    """Conversion as it stood at the end of a day, for the first seven stages in order."""

    as_of: date
    lead_type: LeadType
    scope: Scope
    stages: tuple[StageConversion, ...]
    first_known_on: date | None


@dataclass(frozen=True, slots=True)
class ConversionReport:
    """Conversion, and as it stood on the day that it is compared with."""

    now: Conversion
    before: Conversion | None = None

    def to_plain(self) -> dict[str, Any]:
        """As JSON can hold it."""
        plain: dict[str, Any] = to_plain(self)
        return plain

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> "ConversionReport":
        """What `to_plain` was given."""
        return from_plain(cls, plain)


def wilson(successes: int, count: int) -> tuple[float, float] | None:
    """The score interval of a share (Wilson 1927), 95 %; None of nothing.

    >>> [round(end, 4) for end in wilson(15, 50)]
    [0.191, 0.4375]
    """
    if count == 0:
        return None
    share = successes / count
    middle = share + _Z**2 / (2 * count)
    half = _Z * sqrt(share * (1 - share) / count + _Z**2 / (4 * count**2))
    scale = 1 + _Z**2 / count
    return max(0.0, (middle - half) / scale), min(1.0, (middle + half) / scale)
