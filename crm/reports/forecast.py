"""What is to be expected of the open leads by quarter, and how past forecasts did. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from crm.reports.params import Scope
from crm.reports.periods import Quarter
from crm.reports.plain import from_plain, to_plain
from models.stage import LeadType

# What is printed in public is about no fewer leads than these.
FEWEST_IN_PUBLIC = 3
# So many of the office's own past quarters are judged before a forecast is put before a council.
JUDGED_NEEDED = 4


@dataclass(frozen=True, slots=True)
class Expected:
    """A number that is to be expected, with its likely range; None where nothing can be said."""

    mean: float
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True, slots=True)
class ExpectedQuarter:
    """What is to be announced in a quarter, `quarter` is None for all of them together.

    `capex` stands in the order of the outlook's currencies. `announced_count` leads were
    announced in it already; they are not in `leads`.
    """

    quarter: Quarter | None
    leads: Expected
    jobs: Expected
    capex: tuple[Expected, ...] = ()
    announced_count: int = 0


@dataclass(frozen=True, slots=True)
class Currency:
    """The leads behind what is to be expected in a currency (None: nobody said which).

    `largest_share` is the part of the expected amount that its largest lead makes.
    """

    code: str | None
    lead_count: int
    unknown_count: int
    largest_share: float | None


@dataclass(frozen=True, slots=True)
class Outlook:
    """What was to be expected of the leads that were open on a day.

    Of `lead_count` open leads, `learned_count` have a chance that was learned, `rate_count` the
    office's own rate, `starting_count` one from starting points that people set; `unscored_count`
    have none and are left out, `refused_count` of them because their model was refused.
    """

    day: date
    lead_count: int
    learned_count: int
    rate_count: int
    starting_count: int
    unscored_count: int
    refused_count: int
    quarters: tuple[ExpectedQuarter, ...]
    whole: ExpectedQuarter | None
    currencies: tuple[Currency, ...]
    unknown_jobs_count: int
    largest_jobs_share: float | None
    model_number: int | None = None

    @property
    def is_said(self) -> bool:
        """Whether any open lead has a chance, so that there is something to expect."""
        return self.lead_count > self.unscored_count

    @property
    def has_range(self) -> bool:
        """Whether the chances were learned, so that a likely range can be said."""
        return self.is_said and not self.starting_count


@dataclass(frozen=True, slots=True)
class PastQuarter:
    """What was said at the end of the quarter before, and what came of the leads then open.

    `later_count` more were announced that the office did not know of, or that were not open, when
    the forecast was made. `is_over` is False for the quarter that is running. `is_own` when it was
    said at the time; else it was computed later from what was known then.
    """

    day: date
    quarter: Quarter
    is_own: bool
    is_over: bool
    is_learned: bool
    leads: Expected
    came_count: int
    later_count: int

    @property
    def is_inside(self) -> bool | None:
        """Whether what came lies in the likely range; None while nobody can say."""
        if not self.is_over or self.leads.low is None or self.leads.high is None:
            return None
        return self.leads.low <= self.came_count <= self.leads.high


@dataclass(frozen=True, slots=True)
class ForecastReport:
    """The forecast as of a day, and how earlier ones did.

    `outlook` is None where no forecast was kept for the day. `past` are of all leads of the type
    that the whole office may see, whatever the filters (`is_narrowed`).
    """

    as_of: date
    lead_type: LeadType
    scope: Scope
    is_narrowed: bool
    is_kept: bool
    outlook: Outlook | None
    past: tuple[PastQuarter, ...] = ()
    is_few: bool = False

    @property
    def judged(self) -> tuple[PastQuarter, ...]:
        """The past quarters that can be judged."""
        return tuple(one for one in self.past if one.is_inside is not None)

    def to_plain(self) -> dict[str, Any]:
        """As JSON can hold it."""
        plain: dict[str, Any] = to_plain(self)
        return plain

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> "ForecastReport":
        """What `to_plain` was given."""
        return from_plain(cls, plain)
