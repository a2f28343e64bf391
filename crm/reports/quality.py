"""What the open leads' records lack, as they stood on a day. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from crm.reports.params import Scope
from crm.reports.pipeline import GroupKey
from crm.reports.plain import from_plain, to_plain
from models.stage import LeadType

# Nobody spoke to the lead, or thought again of its chance, for so long.
QUIET_DAYS = 180


@dataclass(frozen=True, slots=True)
class Gaps:
    """Open leads, and how many of them lack something; a lead may be in several counts.

    `no_step_count` have no next step, `overdue_count` one whose day has passed. Of
    `target_passed_count` the estimated date lies behind. `silent_count` had no contact for
    `QUIET_DAYS`, and as long ago somebody stated the chance of `stale_count`. `sound_count` are in
    no other count.
    """

    lead_count: int = 0
    no_step_count: int = 0
    overdue_count: int = 0
    target_passed_count: int = 0
    silent_count: int = 0
    stale_count: int = 0
    capex_unknown_count: int = 0
    jobs_unknown_count: int = 0
    sector_unknown_count: int = 0
    sound_count: int = 0

    def __add__(self, other: "Gaps") -> "Gaps":
        return Gaps(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))


@dataclass(frozen=True, slots=True)
class QualityLine:
    """The open leads of an office or of an owner."""

    key: GroupKey
    gaps: Gaps


@dataclass(frozen=True, slots=True)
class Quality:
    """The quality of the records of one type of lead at the end of a day.

    Offices and owners with the most leads come first, leads without any last.
    """

    as_of: date
    lead_type: LeadType
    scope: Scope
    total: Gaps
    offices: tuple[QualityLine, ...]
    owners: tuple[QualityLine, ...]
    first_known_on: date | None


@dataclass(frozen=True, slots=True)
class QualityReport:
    """The quality of the records, and as it stood on the day that it is compared with."""

    now: Quality
    before: Quality | None = None

    def to_plain(self) -> dict[str, Any]:
        """As JSON can hold it."""
        plain: dict[str, Any] = to_plain(self)
        return plain

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> "QualityReport":
        """What `to_plain` was given."""
        return from_plain(cls, plain)
