"""How soon enquiries were answered and given to somebody. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from crm.reports.periods import Quarter
from crm.reports.plain import from_plain, to_plain
from crm.reports.waits import Wait


@dataclass(frozen=True, slots=True)
class Answers:
    """The enquiries of a quarter, of those before (`quarter` None), or of all that are shown.

    `answered` runs until the first answer, `assigned` until it was a lead with an owner or was
    referred; an enquiry that was answered and needed neither is not followed in `assigned`. Of
    `due_count` the promised moment has come, or they were answered before it: `on_time_count` by
    it, `late_count` after it, `overdue_count` not yet. `undue_count` have no such moment.
    """

    quarter: Quarter | None
    answered: Wait
    assigned: Wait
    on_time_count: int
    late_count: int
    overdue_count: int
    undue_count: int

    @property
    def due_count(self) -> int:
        """Those of which it is known whether the promise was kept."""
        return self.on_time_count + self.late_count + self.overdue_count

    @property
    def on_time_share(self) -> float | None:
        """The share answered by the promised moment; None of nothing."""
        return self.on_time_count / self.due_count if self.due_count else None


@dataclass(frozen=True, slots=True)
class Responses:
    """Response times as they stood at the end of a day, by the quarter an enquiry came in."""

    as_of: date
    all: Answers
    quarters: tuple[Answers, ...]
    first_known_on: date | None


@dataclass(frozen=True, slots=True)
class ResponsesReport:
    """Response times, and as they stood on the day that they are compared with."""

    now: Responses
    before: Responses | None = None

    def to_plain(self) -> dict[str, Any]:
        """As JSON can hold it."""
        plain: dict[str, Any] = to_plain(self)
        return plain

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> "ResponsesReport":
        """What `to_plain` was given."""
        return from_plain(cls, plain)
