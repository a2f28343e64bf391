"""The pipeline as it stood on a day: figures by stage and by whatever else is asked. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from crm.reports.converted import Rates
from crm.reports.params import Dimension, Scope
from crm.reports.periods import Quarter
from crm.reports.plain import from_plain, to_plain
from crm.reports.sums import Sums
from models.stage import STAGES, LeadType, StageCode

OPEN_STAGES = STAGES[:-1]


@dataclass(frozen=True, slots=True)
class StageChance:
    """The chance that weighs the leads at a stage."""

    stage: StageCode
    chance: Decimal


@dataclass(frozen=True, slots=True)
class Weights:
    """What weighs a pipeline: a chance a stage, as it was in use on the day.

    `basis` is "starting_points": the chances that the office can edit; `scorecard_number` says
    which version of them, saved on `scorecard_on`, None for those that ship. `starting_share` is
    the part of each weighted sum that rests on editable starting points: all of it, until
    calibrated chances weigh.
    """

    chances: tuple[StageChance, ...]
    basis: str = "starting_points"
    scorecard_number: int | None = None
    starting_share: float = 1.0
    scorecard_on: date | None = None

    def of(self, stage: StageCode) -> Decimal:
        """The chance at a stage; an announced lead has come true."""
        for item in self.chances:
            if item.stage is stage:
                return item.chance
        return Decimal(1)


@dataclass(frozen=True, slots=True)
class StageLine:
    """The leads that stood at a stage, active or on hold."""

    stage: StageCode
    chance: Decimal
    sums: Sums


@dataclass(frozen=True, slots=True)
class Band:
    """Neighbouring stages that are printed as one, so that no few leads stand alone."""

    stages: tuple[StageCode, ...]
    sums: Sums


@dataclass(frozen=True, slots=True)
class GroupKey:
    """What a group has in common: a country, a sector, an office, an owner, a source, an agreement.

    `code` is what the list of leads filters by (a country's or a sector's code, a public id);
    None is "not known", or without owner. Countries have no names here: a page knows them.
    `is_other` marks what was put together because each alone would be too few.
    """

    code: str | None = None
    name: str | None = None
    name_fr: str | None = None
    is_other: bool = False


@dataclass(frozen=True, slots=True)
class GroupLine:
    """A group: its open pipeline, and its leads by stage, all eight in order."""

    key: GroupKey
    sums: Sums
    stages: tuple[StageLine, ...]


@dataclass(frozen=True, slots=True)
class AnnouncedLine:
    """What became public in a fiscal quarter, or before all quarters that are shown (None).

    Ours and shared ones stand apart; those of others are in neither. `share_percent_sum` adds
    what is stated of the shared ones; `unstated_count` of them state nothing.
    """

    quarter: Quarter | None
    ours: Sums
    shared: Sums
    share_percent_sum: float
    unstated_count: int


@dataclass(frozen=True, slots=True)
class Pipeline:
    """The pipeline of one type of lead as it stood at the end of a day.

    `stages` has all eight in order; `total` is the open pipeline: stages 1 to 7. `groups` are by
    `by`, the largest first, "not known" and "other" last; by agreement a lead may be in several,
    so that these do not add up to the total. `announced` is never part of `total`; the quarters
    are in order, the last one up to the day, what became public before them stands first.
    `unplaced_count` announcements of ours or shared belong to no lead, and so to no type.
    `bands` are the stages as a public edition prints them, empty elsewhere.
    `first_known_on` is the first day on which any lead was known. `rates` are those of the day,
    where somebody asked for amounts in one currency.
    """

    as_of: date
    lead_type: LeadType
    scope: Scope
    weights: Weights
    total: Sums
    stages: tuple[StageLine, ...]
    by: Dimension
    groups: tuple[GroupLine, ...]
    announced: tuple[AnnouncedLine, ...]
    unplaced_count: int
    first_known_on: date | None
    bands: tuple[Band, ...] = ()
    rates: Rates | None = None

    @property
    def currencies(self) -> tuple[str, ...]:
        """The known currencies of the stages, in order."""
        return tuple(
            sorted(
                {
                    money.currency
                    for line in self.stages
                    for money in line.sums.capex
                    if money.currency is not None
                }
            )
        )

    @property
    def is_before_first(self) -> bool:
        """Whether the office knew no lead on the day."""
        return self.first_known_on is None or self.as_of < self.first_known_on

    def line(self, stage: StageCode) -> StageLine:
        """The line of a stage."""
        return self.stages[stage.position - 1]


@dataclass(frozen=True, slots=True)
class PipelineReport:
    """A pipeline, and as it stood on the day that it is compared with."""

    now: Pipeline
    before: Pipeline | None = None

    def to_plain(self) -> dict[str, Any]:
        """As JSON can hold it."""
        plain: dict[str, Any] = to_plain(self)
        return plain

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> "PipelineReport":
        """What `to_plain` was given."""
        return from_plain(cls, plain)
