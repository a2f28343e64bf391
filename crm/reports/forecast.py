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
    announced in it already; they are not in `leads`. None: too few to print in public.
    """

    quarter: Quarter | None
    leads: Expected
    jobs: Expected | None
    capex: tuple[Expected | None, ...] = ()
    announced_count: int | None = 0


@dataclass(frozen=True, slots=True)
class Currency:
    """The leads behind what is to be expected in a currency (None: nobody said which).

    `largest_share` is the part of the expected amount that its largest lead makes. Counts are
    None where they are not printed in public; `is_few` then says that the amounts are not either,
    because they are of too few leads, or nearly all of one.
    """

    code: str | None
    lead_count: int | None
    unknown_count: int | None
    largest_share: float | None
    is_few: bool = False

    @property
    def has_amounts(self) -> bool:
        """Whether there is an amount to print."""
        return not self.is_few and self.lead_count != 0


@dataclass(frozen=True, slots=True)
class Outlook:
    """What was to be expected of the leads that were open on a day.

    Of `lead_count` open leads, `learned_count` have a chance that was learned, `rate_count` the
    office's own rate, `starting_count` one from starting points that people set; `unscored_count`
    have none and are left out, `refused_count` of them because their model was refused. What is
    None is not printed in public. `model_number` is the newest version that gave a chance,
    trained on `model_on`; None in a forecast that was kept.
    """

    day: date
    lead_count: int
    learned_count: int | None
    rate_count: int | None
    starting_count: int | None
    unscored_count: int | None
    refused_count: int | None
    quarters: tuple[ExpectedQuarter, ...]
    whole: ExpectedQuarter | None
    currencies: tuple[Currency, ...]
    unknown_jobs_count: int | None
    largest_jobs_share: float | None
    model_number: int | None = None
    model_on: date | None = None

    @property
    def scored_count(self) -> int:
        """How many open leads have a chance; before it is made fit for the public."""
        return self.lead_count - (self.unscored_count or 0)

    @property
    def has_jobs(self) -> bool:
        """Whether a lead that counts states its jobs, so that jobs can be expected."""
        return self.unknown_jobs_count is None or self.unknown_jobs_count < self.scored_count

    @property
    def is_said(self) -> bool:
        """Whether any open lead has a chance, so that there is something to expect."""
        return self.unscored_count is None or self.lead_count > self.unscored_count

    @property
    def has_range(self) -> bool:
        """Whether the chances were learned, so that a likely range can be said."""
        return self.is_said and self.starting_count == 0


@dataclass(frozen=True, slots=True)
class PastSum:
    """A sum that was said for a past quarter, and what came: jobs, or amounts in a currency.

    `came` is what the leads state that came, as it was known at the quarter's end. Of
    `unknown_count` of them it is not known; for amounts, also those without a currency count here.
    `currency` is None for jobs, and for amounts of which nobody said the currency.
    """

    said: Expected
    came: int
    unknown_count: int
    is_over: bool
    currency: str | None = None

    @property
    def is_inside(self) -> bool | None:
        """Whether what came lies in the likely range; None while nobody can say."""
        if not self.is_over or self.said.low is None or self.said.high is None:
            return None
        if self.came > self.said.high:
            return False
        # What is not known can only add to what came.
        return None if self.unknown_count else self.said.low <= self.came


@dataclass(frozen=True, slots=True)
class PastQuarter:
    """What was said at the end of the quarter before, and what came of the leads then open.

    `later_count` more were announced that the office did not know of, or that were not open, when
    the forecast was made. `is_over` is False for the quarter that is running. `is_own` when it was
    said at the time; else it was computed later from what was known then. A count that is None is
    not printed in public: `came_count` is then one or two.
    """

    day: date
    quarter: Quarter
    is_own: bool
    is_over: bool
    is_learned: bool
    leads: Expected
    came_count: int | None
    later_count: int | None
    jobs: PastSum | None = None
    capex: tuple[PastSum, ...] = ()

    @property
    def is_inside(self) -> bool | None:
        """Whether what came lies in the likely range; None while nobody can say."""
        low, high = self.leads.low, self.leads.high
        if not self.is_over or low is None or high is None:
            return None
        if self.came_count is not None:
            return low <= self.came_count <= high
        # Fewer than three: said only where it does not tell how many.
        verdicts = {low <= few <= high for few in range(1, FEWEST_IN_PUBLIC)}
        return verdicts.pop() if len(verdicts) == 1 else None


@dataclass(frozen=True, slots=True)
class Course:
    """How far the past forecasts are.

    `missing_count` past quarters have none yet because the computing is still to be done, or
    `has_failed`. `judged_count` are over and rested on what the office's own leads teach: of
    `JUDGED_NEEDED` that are needed. `next` is the quarter that can be judged next.
    """

    missing_count: int = 0
    has_failed: bool = False
    judged_count: int = 0
    next: Quarter | None = None

    @property
    def is_enough(self) -> bool:
        """Whether the forecast may be put before a council."""
        return self.judged_count >= JUDGED_NEEDED


@dataclass(frozen=True, slots=True)
class ForecastReport:
    """The forecast as of a day, and how earlier ones did.

    `outlook` is None where no forecast was kept for the day. `past` are of all leads of the type
    that the whole office may see, whatever the filters (`is_narrowed`). `is_few`: about too few
    leads to be printed in public. `is_held_back`: not published before enough past quarters were
    judged.
    """

    as_of: date
    lead_type: LeadType
    scope: Scope
    is_narrowed: bool
    is_kept: bool
    outlook: Outlook | None
    past: tuple[PastQuarter, ...] = ()
    is_few: bool = False
    course: Course = Course()
    is_held_back: bool = False

    @property
    def is_public(self) -> bool:
        """Whether it may be published."""
        return self.scope is Scope.PUBLIC

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
