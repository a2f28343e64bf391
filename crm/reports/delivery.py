"""What was stated, what was announced, and what was delivered with evidence. Pure.

Numbers stand as they were stated: "up to" and "about" stay with them. What nobody checked, or
checked without evidence, is never counted as delivered.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from crm.reports.converted import Rates
from crm.reports.params import Scope
from crm.reports.plain import from_plain, to_plain
from crm.reports.sums import Told
from models.announcement import Whose
from models.measure import Precision, Qualifier
from models.stage import LeadType


@dataclass(frozen=True, slots=True)
class Stated:
    """A number as it was stated; None is not known, with its qualifier perhaps not disclosed."""

    value: int | None = None
    upper: int | None = None
    qualifier: Qualifier | None = None
    currency: str | None = None


UNSTATED = Stated()
_NONE_TOLD = Told()


@dataclass(frozen=True, slots=True)
class DeliveryLine:
    """One announcement. `lead_*` is what the lead stated before it came out.

    The jobs that nobody called new or retained are `jobs_other`. `checked_on` is None while
    nobody checked with evidence; `is_overdue` says that a check was due by the day.
    """

    public_id: str
    title: str
    public_on: date
    announced_on: date | None
    announced_precision: Precision
    whose: Whose
    lead_capex: Stated
    lead_jobs: Stated
    capex: Stated
    jobs_new: Stated
    jobs_retained: Stated
    jobs_other: Stated
    checked_on: date | None
    months: int | None
    landed_amount: int | None
    landed_currency: str | None
    landed_jobs: int | None
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class Total:
    """The sum of some numbers, of how many, what they leave out, and how they were stated.

    In public `is_withheld` says that they are too few to print; `unknown_count` may be None.
    """

    amount: int = 0
    upper: int = 0
    count: int = 0
    unknown_count: int | None = 0
    told: Told = _NONE_TOLD
    is_withheld: bool = False


@dataclass(frozen=True, slots=True)
class MoneyTotal:
    """Investment in one currency (None: nobody said which); `landed` with evidence alone.

    `checked` adds what was announced by those of which it is known what landed.
    """

    currency: str | None
    stated: Total
    announced: Total
    checked: Total
    landed: Total


@dataclass(frozen=True, slots=True)
class JobsTotal:
    """Jobs; `landed` with evidence alone, new or retained not told apart by the checks."""

    stated: Total
    new: Total
    retained: Total
    other: Total
    landed: Total


@dataclass(frozen=True, slots=True)
class Delivery:
    """Announcements that were public by the end of a day.

    `count` are ours, and of them alone are the totals; `shared_count` are shared with others and
    have lines. Of ours, `hidden_count` have no line: the reader may count, not see them.
    `unchecked_count` were not checked with evidence, of `overdue_count` a check was due and not
    made. `unplaced_count` belong to no lead, and so to no type. In public the lines say what was
    announced alone, and `unchecked_count` is None where it tells of few.
    """

    as_of: date
    lead_type: LeadType
    scope: Scope
    lines: tuple[DeliveryLine, ...]
    count: int
    shared_count: int
    hidden_count: int
    unchecked_count: int | None
    overdue_count: int
    unplaced_count: int
    money: tuple[MoneyTotal, ...]
    jobs: JobsTotal
    rates: Rates | None = None


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """Delivery, and as it stood on the day that it is compared with."""

    now: Delivery
    before: Delivery | None = None

    def to_plain(self) -> dict[str, Any]:
        """As JSON can hold it."""
        plain: dict[str, Any] = to_plain(self)
        return plain

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> "DeliveryReport":
        """What `to_plain` was given."""
        return from_plain(cls, plain)
