"""The brief for a council: one page of figures, for one of three audiences. Pure.

An open council is handed what a newspaper may print; a closed session has every total, and leads
by their code names; a director has the names of those that she may see.
"""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from crm.reports.likelihoods import Likelihoods
from crm.reports.movement import Movement
from crm.reports.periods import Quarter
from crm.reports.pipeline import PipelineReport
from crm.reports.plain import from_plain, to_plain
from models.measure import Precision, Qualifier
from models.report import Audience
from models.stage import StageCode


class Due(enum.StrEnum):
    """What a day to come is about."""

    MISSION = "mission"
    ANNOUNCEMENT = "announcement"
    APPROVAL = "approval"
    TARGET = "target"


@dataclass(frozen=True, slots=True)
class NamedLead:
    """A lead by a name that the audience may read; None where it has none that they may.

    `lead_id` is its public id: whoever opens the edition later reads only what they may see then.
    """

    lead_id: str
    name: str | None
    is_restricted: bool


@dataclass(frozen=True, slots=True)
class Near:
    """A lead close to a decision, with what it stated as of the day."""

    lead: NamedLead
    stage: StageCode
    market: str | None
    amount: int | None
    upper: int | None
    qualifier: Qualifier | None
    currency: str | None


@dataclass(frozen=True, slots=True)
class Made:
    """An announcement that became public in the period."""

    title: str
    public_on: date
    amount: int | None
    upper: int | None
    qualifier: Qualifier | None
    currency: str | None
    jobs: int | None
    jobs_upper: int | None
    jobs_qualifier: Qualifier | None


@dataclass(frozen=True, slots=True)
class Milestone:
    """A day to come; missions have markets, and a name for directors alone."""

    day: date
    precision: Precision
    due: Due
    name: str | None = None
    markets: tuple[str, ...] = ()
    lead: NamedLead | None = None


@dataclass(frozen=True, slots=True)
class Expectation:
    """A quarter's leads to come."""

    quarter: Quarter
    leads: float
    low: int | None
    high: int | None


@dataclass(frozen=True, slots=True)
class Landing:
    """What is to be announced in the quarters to come, once past forecasts were judged.

    Each quarter has the number that is to be expected, and the ends of its likely range. `day` is
    the one from whose end on the forecast looks ahead; None: an earlier version froze it.
    """

    quarters: tuple[Expectation, ...]
    model_number: int | None
    likelihoods: Likelihoods | None = None
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Brief:
    """The figures of a brief, as an edition freezes them.

    `made` are the latest announcements of the period, `made_count` how many there were.
    `is_all` says that the totals run over every lead of the office.
    """

    audience: Audience
    office_name: str | None
    pipeline: PipelineReport
    movement: Movement
    made: tuple[Made, ...]
    made_count: int
    milestones: tuple[Milestone, ...]
    near: tuple[Near, ...]
    is_all: bool
    landing: Landing | None = None

    @property
    def as_of(self) -> date:
        """The day that the brief is about."""
        return self.pipeline.now.as_of

    @property
    def compare(self) -> date:
        """The day since which it says what changed."""
        return self.movement.opening.day

    def to_plain(self) -> dict[str, Any]:
        """As JSON can hold it."""
        plain: dict[str, Any] = to_plain(self)
        return plain

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> "Brief":
        """What `to_plain` was given."""
        return from_plain(cls, plain)

    @property
    def lead_ids(self) -> frozenset[str]:
        """The leads that stand in it one by one."""
        named = [item.lead for item in self.near]
        named += [item.lead for item in self.milestones if item.lead is not None]
        return frozenset(lead.lead_id for lead in named)

    def for_reader(self, seen: frozenset[str]) -> "Brief":
        """Without the leads that a reader may not see; totals stay."""
        return replace(
            self,
            near=tuple(item for item in self.near if item.lead.lead_id in seen),
            milestones=tuple(
                item for item in self.milestones if item.lead is None or item.lead.lead_id in seen
            ),
        )
