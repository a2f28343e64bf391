"""What changed in the pipeline between two days: a bridge from one to the other. Pure.

Each change of a lead's state between the ends of the two days is one event. What it adds to the
open pipeline or takes from it stands on one line, so that opening and lines add up to closing,
exactly, in leads, in each currency and in jobs. A lead lost and taken up again stands on both.
"""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from crm.reports.converted import Rates
from crm.reports.params import Scope
from crm.reports.plain import from_plain, to_plain
from models.lead import LossReason
from models.stage import LeadType, StageCode


class Move(enum.StrEnum):
    """What an event did, in the order of a bridge.

    ENTERED, REOPENED and RECLASSIFIED_IN add leads; LOST, ABANDONED, PASSED_ON, ANNOUNCED and
    RECLASSIFIED_OUT take them away. The others change no count. RE_ESTIMATED are all changes of
    amounts or jobs of leads that stay, also those that came with a move, which counts on its own
    line as well. A lead is reclassified when it comes under the filters or leaves them: another
    type, market, sector, office, owner or source. WITHDRAWN: announced before, back in the
    pipeline.
    """

    ENTERED = "entered"
    REOPENED = "reopened"
    WITHDRAWN = "withdrawn"
    RECLASSIFIED_IN = "reclassified_in"
    ADVANCED = "advanced"
    SLIPPED_BACK = "slipped_back"
    HELD = "held"
    RESUMED = "resumed"
    RE_ESTIMATED = "re_estimated"
    ANNOUNCED = "announced"
    LOST = "lost"
    ABANDONED = "abandoned"
    PASSED_ON = "passed_on"
    RECLASSIFIED_OUT = "reclassified_out"

    @property
    def adds(self) -> bool:
        """Whether leads come into the pipeline by it."""
        return self in _ADDS

    @property
    def takes(self) -> bool:
        """Whether leads leave the pipeline by it."""
        return self in _TAKES


_ADDS = frozenset({Move.ENTERED, Move.REOPENED, Move.WITHDRAWN, Move.RECLASSIFIED_IN})
_TAKES = frozenset(
    {Move.ANNOUNCED, Move.LOST, Move.ABANDONED, Move.PASSED_ON, Move.RECLASSIFIED_OUT}
)


@dataclass(frozen=True, slots=True)
class Amount:
    """A sum, or a change of one, in a currency (None: nobody said which).

    It comes from `lead_count` leads, or events. In public it is None where these are too few.
    """

    currency: str | None
    amount: int | None
    lead_count: int | None


@dataclass(frozen=True, slots=True)
class Standing:
    """The open pipeline at an end of the bridge.

    `late_count` of the leads stand here as they do by what was entered after that day.
    `stages` counts the leads at each of the first seven stages.
    """

    day: date
    lead_count: int | None
    capex: tuple[Amount, ...]
    unknown_capex_count: int | None
    jobs: int | None
    unknown_jobs_count: int | None
    late_count: int | None
    stages: tuple[int | None, ...]
    is_few: bool = False


@dataclass(frozen=True, slots=True)
class MoveLine:
    """The events of one kind: what they do to the count of leads, to amounts and to jobs.

    `event_count` events are about `lead_delta` leads more or fewer in the pipeline.
    Of the leads in the pipeline, so many more state no amount (`unknown_capex_delta`) and no
    jobs. `late_count` of the events were entered after the day of the closing; the jobs come from
    `jobs_lead_count`. In public what is None is not printed: `is_few` where it is too small
    itself, else because a smaller number could be worked out from it.
    """

    move: Move
    event_count: int | None
    lead_delta: int | None
    capex: tuple[Amount, ...]
    unknown_capex_delta: int | None
    jobs: int | None
    unknown_jobs_delta: int | None
    late_count: int | None
    is_few: bool = False
    jobs_lead_count: int | None = None


@dataclass(frozen=True, slots=True)
class LossLine:
    """The leads lost for a reason (None: nobody said), to a place where one won.

    `is_other` marks what was put together because each alone would be too few.
    """

    reason: LossReason | None
    place: str | None
    lead_count: int
    capex: tuple[Amount, ...]
    is_other: bool = False


@dataclass(frozen=True, slots=True)
class StagePassage:
    """Leads that went from a stage to another one, both in the pipeline or the second announced."""

    origin: StageCode
    target: StageCode
    lead_count: int


@dataclass(frozen=True, slots=True)
class Movement:
    """The bridge. `lines` has every kind of move in order, zeros too.

    `losses` are those of the line LOST, the most frequent first. `passages` say between which
    stages leads advanced, slipped back and were announced. `undated_count` of the events happened
    on a day that nobody knows, and count on the day they were entered. `rates_before` and `rates`
    are those of the two days, where somebody asked for amounts in one currency.
    """

    opening: Standing
    closing: Standing
    lead_type: LeadType
    scope: Scope
    lines: tuple[MoveLine, ...]
    losses: tuple[LossLine, ...]
    passages: tuple[StagePassage, ...]
    undated_count: int
    first_known_on: date | None
    rates_before: Rates | None = None
    rates: Rates | None = None

    def line(self, move: Move) -> MoveLine:
        """The line of a move."""
        return self.lines[tuple(Move).index(move)]

    @property
    def currencies(self) -> tuple[str | None, ...]:
        """The currencies of the bridge in order, amounts without one last."""
        parts = (self.opening.capex, self.closing.capex, *(line.capex for line in self.lines))
        found = {amount.currency for capex in parts for amount in capex}
        return tuple(sorted(found, key=lambda code: (code is None, code or "")))

    def to_plain(self) -> dict[str, Any]:
        """As JSON can hold it."""
        plain: dict[str, Any] = to_plain(self)
        return plain

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> "Movement":
        """What `to_plain` was given."""
        return from_plain(cls, plain)
