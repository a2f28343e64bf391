"""Company visits: which employers were reached, what was flagged, and what came of it. Pure."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from crm.reports.pipeline import GroupKey
from crm.reports.plain import from_plain, to_plain
from crm.reports.waits import Wait
from models.bre_call import Severity


class Size(enum.StrEnum):
    """How many people a firm employs here."""

    LARGE = "500"
    MEDIUM = "100"
    SMALL = "20"
    SMALLEST = "1"
    UNKNOWN = "unknown"


class Plan(enum.StrEnum):
    """How the visit of the season stands; `NEVER` was not asked for."""

    DONE = "done"
    BOOKED = "booked"
    ASKED = "asked"
    DECLINED = "declined"
    NEVER = "never"


def size_of(jobs: int | None) -> Size:
    """The class of an employer."""
    if jobs is None:
        return Size.UNKNOWN
    return next((size for size in list(Size)[:3] if jobs >= int(size)), Size.SMALLEST)


@dataclass(frozen=True, slots=True)
class Reach:
    """Employers alike, how many of them were visited in the season, and in the one before.

    In public a number is None that is not printed; `few` names those that are themselves too small.
    """

    firm_count: int | None
    visited_count: int | None
    visited_before_count: int | None
    few: tuple[str, ...] = ()

    @property
    def share(self) -> float | None:
        """The share visited in the season; None of nothing."""
        if not self.firm_count or self.visited_count is None:
            return None
        return self.visited_count / self.firm_count


@dataclass(frozen=True, slots=True)
class SizeLine:
    """Employers of one size."""

    size: Size
    reach: Reach


@dataclass(frozen=True, slots=True)
class SectorLine:
    """Employers of one sector."""

    key: GroupKey
    reach: Reach


@dataclass(frozen=True, slots=True)
class PlanLine:
    """Employers whose visit stands alike."""

    plan: Plan
    firm_count: int


@dataclass(frozen=True, slots=True)
class FlagLine:
    """The flags of one severity that were raised in the season, and those open at its day.

    `judged_count` were confirmed or set down, `resolved_count` set down or closed with their
    case; `open_count` has those of earlier seasons too.
    """

    severity: Severity
    raised_count: int
    judged_count: int
    resolved_count: int
    open_count: int


@dataclass(frozen=True, slots=True)
class Cases:
    """The cases opened in the season: the first answer, and the jobs.

    `at_risk_jobs` are of `at_risk_count` cases that state them, `retained_jobs` of the
    `retained_count` closed ones that do; the others are left out. `open_count` has the cases of
    earlier seasons too.
    """

    opened_count: int
    closed_count: int
    open_count: int
    replied: Wait
    replied_on_time_count: int
    replied_late_count: int
    at_risk_jobs: int
    at_risk_count: int
    retained_jobs: int
    retained_count: int


@dataclass(frozen=True, slots=True)
class Visits:
    """Company visits as they stood at the end of a day; the season is the year that it lies in.

    `flags` and `cases` are None for whoever is in no team of company visits, and in public: what a
    firm said stays with it. In public there are no `plans` either.
    """

    as_of: date
    season: int
    total: Reach
    sizes: tuple[SizeLine, ...]
    sectors: tuple[SectorLine, ...]
    plans: tuple[PlanLine, ...]
    visit_count: int | None
    flags: tuple[FlagLine, ...] | None
    cases: Cases | None
    is_public: bool = False


@dataclass(frozen=True, slots=True)
class VisitsReport:
    """Company visits, and as they stood on the day that they are compared with."""

    now: Visits
    before: Visits | None = None

    def to_plain(self) -> dict[str, Any]:
        """As JSON can hold it."""
        plain: dict[str, Any] = to_plain(self)
        return plain

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> "VisitsReport":
        """What `to_plain` was given."""
        return from_plain(cls, plain)
