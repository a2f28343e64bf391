"""What each officer has in hand on a day. Pure.

Nothing here says who succeeds: neither announcements nor rates, and no order by them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from crm.reports.pipeline import GroupKey
from crm.reports.plain import from_plain, to_plain
from models.stage import LeadType


@dataclass(frozen=True, slots=True)
class TypeCount:
    """Open leads of one type; types are never added up."""

    lead_type: LeadType
    lead_count: int


@dataclass(frozen=True, slots=True)
class WorkLine:
    """What one person has in hand; the key without a code is what nobody looks after.

    `step_count` next steps and promises are to be done, `overdue_count` of them were due before
    the day. `talk_count` conversations were held since Monday. `visit_count` company visits were
    held this year, `planned_visit_count` are asked for or booked. `case_count` is None for
    whoever may not know of cases.
    """

    person: GroupKey
    leads: tuple[TypeCount, ...]
    step_count: int
    overdue_count: int
    enquiry_count: int
    talk_count: int
    visit_count: int
    planned_visit_count: int
    case_count: int | None


@dataclass(frozen=True, slots=True)
class Work:
    """Everybody's open work at the end of a day, by name; only one's own for who directs nobody."""

    as_of: date
    week_from: date
    is_own: bool
    lines: tuple[WorkLine, ...]


@dataclass(frozen=True, slots=True)
class WorkReport:
    """Open work, and as it stood on the day that it is compared with."""

    now: Work
    before: Work | None = None

    def to_plain(self) -> dict[str, Any]:
        """As JSON can hold it."""
        plain: dict[str, Any] = to_plain(self)
        return plain

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> "WorkReport":
        """What `to_plain` was given."""
        return from_plain(cls, plain)
