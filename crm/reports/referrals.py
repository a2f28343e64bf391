"""Leads that came through others and leads passed on to others, and what became of them. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from crm.reports.params import Scope
from crm.reports.pipeline import GroupKey
from crm.reports.plain import from_plain, to_plain
from models.stage import LeadType


@dataclass(frozen=True, slots=True)
class OutCounts:
    """Leads passed on, by what the other office made of them. `waiting_count`: nothing yet."""

    waiting_count: int = 0
    taken_count: int = 0
    not_taken_count: int = 0
    announced_count: int = 0
    lost_count: int = 0

    def __add__(self, other: "OutCounts") -> "OutCounts":
        return OutCounts(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))

    @property
    def count(self) -> int:
        """All that were passed on."""
        return self.waiting_count + self.decided_count

    @property
    def decided_count(self) -> int:
        """Those of which the other office has said something definite."""
        return self.taken_count + self.not_taken_count + self.announced_count + self.lost_count


@dataclass(frozen=True, slots=True)
class OutLine:
    """The leads that were passed on to one office; None where nobody said to whom."""

    to: str | None
    counts: OutCounts


@dataclass(frozen=True, slots=True)
class InCounts:
    """Leads by how they stand."""

    open_count: int = 0
    announced_count: int = 0
    lost_count: int = 0
    abandoned_count: int = 0
    passed_on_count: int = 0

    def __add__(self, other: "InCounts") -> "InCounts":
        return InCounts(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))

    @property
    def count(self) -> int:
        """All of them."""
        return self.open_count + self.passed_on_count + self.decided_count

    @property
    def decided_count(self) -> int:
        """Those that are announced, lost or given up."""
        return self.announced_count + self.lost_count + self.abandoned_count


@dataclass(frozen=True, slots=True)
class InLine:
    """The leads of one source, or of one partner office."""

    key: GroupKey
    counts: InCounts


@dataclass(frozen=True, slots=True)
class Referrals:
    """Referrals as they stood at the end of a day.

    `sources` are those that introduce leads, `partners` the offices that help with ours; both
    with the most leads first. `enquiry_count` enquiries were referred before they were a lead.
    """

    as_of: date
    lead_type: LeadType
    scope: Scope
    passed_on: OutCounts
    offices: tuple[OutLine, ...]
    came: InCounts
    sources: tuple[InLine, ...]
    helped: InCounts
    partners: tuple[InLine, ...]
    enquiry_count: int


@dataclass(frozen=True, slots=True)
class ReferralsReport:
    """Referrals, and as they stood on the day that they are compared with."""

    now: Referrals
    before: Referrals | None = None

    def to_plain(self) -> dict[str, Any]:
        """As JSON can hold it."""
        plain: dict[str, Any] = to_plain(self)
        return plain

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> "ReferralsReport":
        """What `to_plain` was given."""
        return from_plain(cls, plain)
