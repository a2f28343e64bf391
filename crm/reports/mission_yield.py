"""What missions brought, side by side. Pure.

How meetings, promises and costs are counted is `crm.missions.report`'s, whose page shows one
mission with everything behind these numbers.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from crm.reports.plain import from_plain, to_plain
from models.measure import Precision
from models.stage import LeadType


@dataclass(frozen=True, slots=True)
class Advance:
    """How many of the leads met gained a stage within so many days; too early before the end."""

    days: int
    advanced_count: int | None
    is_early: bool


@dataclass(frozen=True, slots=True)
class LeadYield:
    """The leads of one type that a mission met.

    `met_count` were open when it began: of them `advances` tells. `new_count` had their first
    contact on it. `qualified_count` of both were qualified for the first time since. In public a
    number is None that is not printed; `few` names those that are themselves too small.
    """

    lead_type: LeadType
    met_count: int | None
    new_count: int | None
    qualified_count: int | None
    advances: tuple[Advance, ...]
    few: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MissionLine:
    """One mission. Its days are None while nobody knows them to the day.

    `meeting_count` meetings were held on `day_count` days, `undated_count` of them on none that
    is known; `is_about` says that a stated number was not exact, `uncounted_count` how many
    series state none. `talk_count` meetings were logged apart from the agenda. `cost_amount` is
    None while no line of the budget states what it cost. In public it has no name, as it may be
    called after whom it visits, and numbers may be None, as in `LeadYield`.
    """

    public_id: str
    name: str
    starts_on: date | None
    ends_on: date | None
    precision: Precision
    as_printed: str | None
    meeting_count: int | None
    undated_count: int | None
    day_count: int
    is_about: bool
    uncounted_count: int
    talk_count: int | None
    organization_count: int | None
    leads: tuple[LeadYield, ...]
    undated_lead_count: int
    promise_count: int | None
    kept_count: int | None
    due_count: int | None
    cost_amount: int | None
    currency: str | None
    unknown_cost_count: int
    has_started: bool = True
    markets: tuple[str, ...] = ()
    few: tuple[str, ...] = ()

    @property
    def meetings_a_day(self) -> float | None:
        """Of the meetings with a known day, how many there were a day."""
        if not self.day_count or self.meeting_count is None or self.undated_count is None:
            return None
        return (self.meeting_count - self.undated_count) / self.day_count

    @property
    def qualified_count(self) -> int | None:
        """How many leads of any type were qualified for the first time since."""
        counts = [one.qualified_count for one in self.leads]
        return None if None in counts else sum(count or 0 for count in counts)

    def cost_per(self, count: int | None) -> float | None:
        """What one of so many cost; None where there is none, or the cost is not known."""
        return self.cost_amount / count if self.cost_amount is not None and count else None


@dataclass(frozen=True, slots=True)
class Yield:
    """The missions that had begun by a day, the latest first, those of unknown days last."""

    as_of: date
    missions: tuple[MissionLine, ...]
    is_public: bool = False


@dataclass(frozen=True, slots=True)
class YieldReport:
    """What missions brought, and what was known of it on the day that it is compared with."""

    now: Yield
    before: Yield | None = None

    def to_plain(self) -> dict[str, Any]:
        """As JSON can hold it."""
        plain: dict[str, Any] = to_plain(self)
        return plain

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> "YieldReport":
        """What `to_plain` was given."""
        return from_plain(cls, plain)
