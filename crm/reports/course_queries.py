"""The reads behind conversion and velocity: one pass over the revisions known by a day.

Only counts leave the database.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.reports.as_of import first_known_on, total
from crm.reports.conversion import Cohort, Conversion, ConversionReport, StageConversion
from crm.reports.course_public import publish_conversion, publish_velocity
from crm.reports.courses import PIPELINE, QUARTERS_SHOWN, courses_by, entered, followed
from crm.reports.params import ReportParams, Settled, settle
from crm.reports.periods import Quarter
from crm.reports.queries import Outcome
from crm.reports.velocity import StageVelocity, Velocity, VelocityReport, times_of
from models.stage import STAGES, StageCode


@dataclass(frozen=True, slots=True)
class EntryRow:
    """Leads that entered a stage in a quarter, and how they went on from there."""

    position: int
    quarter: int
    outcome: Outcome
    is_undated: bool
    leads: int


@dataclass(frozen=True, slots=True)
class StayRow:
    """Leads that were followed at a stage for so many days; position 8 is the whole way."""

    position: int
    outcome: Outcome
    is_hidden: bool
    days: int
    leads: int


def read_conversion(session: Session, params: ReportParams, *, now: datetime) -> ConversionReport:
    """Conversion as of a day, and as of the one that it is compared with; not so in public.

    Raises:
        DomainError: a day that no report can be about.
    """
    settled = settle(session, params, now=now)
    day = _compared(settled)
    before = _conversion(session, settled, day) if day else None
    return ConversionReport(_conversion(session, settled, settled.as_of), before)


def read_velocity(session: Session, params: ReportParams, *, now: datetime) -> VelocityReport:
    """Velocity as of a day, and as of the one that it is compared with; not so in public.

    Raises:
        DomainError: a day that no report can be about.
    """
    settled = settle(session, params, now=now)
    day = _compared(settled)
    before = _velocity(session, settled, day) if day else None
    return VelocityReport(_velocity(session, settled, settled.as_of), before)


def _compared(settled: Settled) -> date | None:
    """The earlier day; none in public, where what grew between two days may be one lead."""
    return None if settled.params.is_public else settled.compare


def _conversion(session: Session, settled: Settled, day: date) -> Conversion:
    quarters = settled.calendar.quarters_until(day, QUARTERS_SHOWN)
    rows = _entries(session, settled, day, quarters)
    conversion = Conversion(
        day,
        settled.params.lead_type,
        settled.params.scope,
        stages=tuple(
            _stage_conversion(stage, quarters, [r for r in rows if r.position == stage.position])
            for stage in PIPELINE
        ),
        first_known_on=first_known_on(session, settled),
    )
    return publish_conversion(conversion) if settled.params.is_public else conversion


def _stage_conversion(
    stage: StageCode, quarters: Sequence[Quarter], rows: Sequence[EntryRow]
) -> StageConversion:
    dated = [row for row in rows if not row.is_undated]
    return StageConversion(
        stage,
        all=_cohort(None, rows),
        cohorts=tuple(
            _cohort(quarter, [row for row in dated if row.quarter == number])
            for number, quarter in enumerate((None, *quarters))
        ),
        undated_count=sum(row.leads for row in rows if row.is_undated),
    )


def _cohort(quarter: Quarter | None, rows: Iterable[EntryRow]) -> Cohort:
    found = dict.fromkeys(Outcome, 0)
    for row in rows:
        found[row.outcome] += row.leads
    return Cohort(
        quarter,
        moved_count=found[Outcome.MOVED],
        open_count=found[Outcome.OPEN],
        ended_count=found[Outcome.ENDED],
        passed_on_count=found[Outcome.PASSED_ON],
    )


def _velocity(session: Session, settled: Settled, day: date) -> Velocity:
    rows = _stays(session, settled, day)
    whole = [row for row in rows if row.position == len(STAGES) and not row.is_hidden]
    velocity = Velocity(
        day,
        settled.params.lead_type,
        settled.params.scope,
        stages=tuple(
            _stage_velocity(stage, [row for row in rows if row.position == stage.position])
            for stage in PIPELINE
        ),
        to_announced=times_of((row.days, row.outcome is Outcome.MOVED, row.leads) for row in whole),
        announced_only=times_of(
            (row.days, True, row.leads) for row in whole if row.outcome is Outcome.MOVED
        ),
        first_known_on=first_known_on(session, settled),
    )
    return publish_velocity(velocity) if settled.params.is_public else velocity


def _stage_velocity(stage: StageCode, rows: Sequence[StayRow]) -> StageVelocity:
    seen = [row for row in rows if not row.is_hidden]
    return StageVelocity(
        stage,
        moved=times_of((row.days, row.outcome is Outcome.MOVED, row.leads) for row in seen),
        left=times_of((row.days, row.outcome is not Outcome.OPEN, row.leads) for row in seen),
        open_count=sum(row.leads for row in seen if row.outcome is Outcome.OPEN),
        hidden_count=sum(row.leads for row in rows if row.is_hidden),
    )


def _entries(
    session: Session, settled: Settled, day: date, quarters: Sequence[Quarter]
) -> list[EntryRow]:
    courses = courses_by(settled, settled.calendar.end_of(day))
    parts = []
    for stage in PIPELINE:
        found = entered(courses, stage, quarters, settled)
        parts.append(
            sa.select(
                sa.literal(stage.position).label("position"),
                found.number.label("quarter"),
                found.outcome.label("outcome"),
                sa.case((found.is_undated, 1), else_=0).label("is_undated"),
                sa.func.count().label("leads"),
            )
            .where(*found.conditions)
            .group_by("quarter", "outcome", "is_undated")
        )
    statement = sa.select(sa.union_all(*parts).subquery())
    return [
        EntryRow(row.position, row.quarter, Outcome(row.outcome), bool(row.is_undated), row.leads)
        for row in session.execute(total(settled, statement))
    ]


def _stays(session: Session, settled: Settled, day: date) -> list[StayRow]:
    courses = courses_by(settled, settled.calendar.end_of(day))
    parts = []
    for stage in STAGES:
        found = followed(courses, stage)
        parts.append(
            sa.select(
                sa.literal(stage.position).label("position"),
                found.outcome.label("outcome"),
                sa.case((found.is_hidden, 1), else_=0).label("is_hidden"),
                sa.cast(sa.func.round(found.days), sa.Integer).label("days"),
                sa.func.count().label("leads"),
            )
            .where(*found.conditions)
            .group_by("outcome", "is_hidden", "days")
        )
    statement = sa.select(sa.union_all(*parts).subquery())
    return [
        StayRow(row.position, Outcome(row.outcome), bool(row.is_hidden), row.days, row.leads)
        for row in session.execute(total(settled, statement))
    ]
