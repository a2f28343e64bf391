"""The reads behind conversion and velocity: how each lead went through the stages by a day.

One pass over the revisions that had begun by then; only counts leave the database.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.leads.filters import OPEN
from crm.reports.as_of import first_known_on, held_at, known_before, lead_conditions, total
from crm.reports.conversion import Cohort, Conversion, ConversionReport, StageConversion
from crm.reports.days import days_between
from crm.reports.params import ReportParams, Settled, revision_conditions, settle
from crm.reports.periods import Quarter
from crm.reports.public_cells import publish_conversion, publish_velocity
from crm.reports.queries import Outcome
from crm.reports.velocity import StageVelocity, Velocity, VelocityReport, times_of
from models.lead import LeadRevision, Origin
from models.stage import STAGES, Stage, StageCode, Status

# Three years of cohorts, and all that entered before.
QUARTERS_SHOWN = 12
_PIPELINE = STAGES[:-1]


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
    """Conversion as of a day, and as of the one that it is compared with.

    Raises:
        DomainError: a day that no report can be about.
    """
    settled = settle(session, params, now=now)
    before = _conversion(session, settled, settled.compare) if settled.compare else None
    return ConversionReport(_conversion(session, settled, settled.as_of), before)


def read_velocity(session: Session, params: ReportParams, *, now: datetime) -> VelocityReport:
    """Velocity as of a day, and as of the one that it is compared with.

    Raises:
        DomainError: a day that no report can be about.
    """
    settled = settle(session, params, now=now)
    before = _velocity(session, settled, settled.compare) if settled.compare else None
    return VelocityReport(_velocity(session, settled, settled.as_of), before)


def _conversion(session: Session, settled: Settled, day: date) -> Conversion:
    quarters = settled.calendar.quarters_until(day, QUARTERS_SHOWN)
    rows = _entries(session, settled, day, quarters)
    conversion = Conversion(
        day,
        settled.params.lead_type,
        settled.params.scope,
        stages=tuple(
            _stage_conversion(stage, quarters, [r for r in rows if r.position == stage.position])
            for stage in _PIPELINE
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
            for stage in _PIPELINE
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


def _courses(settled: Settled, end: datetime) -> sa.CTE:
    """A row a lead: when it first came as far as each stage, and how it stood at the end.

    A stage that was skipped counts as entered with the one after it.
    """
    position = Stage.position
    is_open = LeadRevision.status.in_(OPEN)
    is_held = sa.and_(*held_at(end))
    until = sa.case((LeadRevision.valid_to < end, LeadRevision.valid_to), else_=end)
    return (
        sa.select(
            sa.func.max(sa.case((is_held, LeadRevision.status))).label("status"),
            sa.func.max(
                sa.case((sa.and_(is_held, *revision_conditions(settled)), 1), else_=0)
            ).label("is_selected"),
            *(
                sa.func.min(sa.case((position >= stage.position, LeadRevision.valid_from))).label(
                    f"entered_{stage.position}"
                )
                for stage in STAGES
            ),
            sa.func.max(sa.case((is_open, until))).label("open_until"),
            sa.func.min(sa.case((LeadRevision.sequence == 1, LeadRevision.happened_on))).label(
                "first_on"
            ),
            # A move of unknown day hides two stages, of which only one is known here: then it
            # hides all. An end of unknown day hides how long the last stage took.
            sa.func.min(
                sa.case(
                    (sa.and_(LeadRevision.is_day_unknown, is_open), 0),
                    (LeadRevision.is_day_unknown, position),
                )
            ).label("hidden_from"),
            # An import that knows the first contact and the present stage only tells nothing of
            # how long the first stage took.
            sa.func.min(
                sa.case((sa.and_(LeadRevision.origin == Origin.IMPORT, position > 1), position))
            ).label("imported_to"),
        )
        .select_from(LeadRevision)
        .join(Stage, Stage.code == LeadRevision.stage)
        .where(known_before(end), *lead_conditions(settled))
        .group_by(LeadRevision.lead_id)
        .cte("courses")
    )


def _outcome(courses: sa.CTE, entered_next: Any) -> Any:
    return sa.case(
        (entered_next.is_not(None), Outcome.MOVED.value),
        (courses.c.status.in_(OPEN), Outcome.OPEN.value),
        (courses.c.status == Status.PASSED_ON, Outcome.PASSED_ON.value),
        else_=Outcome.ENDED.value,
    ).label("outcome")


def _entries(
    session: Session, settled: Settled, day: date, quarters: Sequence[Quarter]
) -> list[EntryRow]:
    end = settled.calendar.end_of(day)
    courses = _courses(settled, end)
    starts = [settled.calendar.start_of(quarter.starts_on) for quarter in quarters]
    parts = []
    for stage in _PIPELINE:
        entered = courses.c[f"entered_{stage.position}"]
        number = sa.case(
            *((entered >= starts[place - 1], place) for place in range(len(starts), 0, -1)),
            else_=0,
        )
        parts.append(
            sa.select(
                sa.literal(stage.position).label("position"),
                number.label("quarter"),
                _outcome(courses, courses.c[f"entered_{stage.position + 1}"]),
                sa.case((courses.c.hidden_from == 0, 1), else_=0).label("is_undated"),
                sa.func.count().label("leads"),
            )
            .where(courses.c.is_selected == 1, entered.is_not(None))
            .group_by("quarter", "outcome", "is_undated")
        )
    statement = sa.select(sa.union_all(*parts).subquery())
    return [
        EntryRow(row.position, row.quarter, Outcome(row.outcome), bool(row.is_undated), row.leads)
        for row in session.execute(total(settled, statement))
    ]


def _stays(session: Session, settled: Settled, day: date) -> list[StayRow]:
    courses = _courses(settled, settled.calendar.end_of(day))
    parts = [*(_at_stage(courses, stage) for stage in _PIPELINE), _whole_way(courses)]
    statement = sa.select(sa.union_all(*parts).subquery())
    return [
        StayRow(row.position, Outcome(row.outcome), bool(row.is_hidden), row.days, row.leads)
        for row in session.execute(total(settled, statement))
    ]


def _at_stage(courses: sa.CTE, stage: StageCode) -> sa.Select[Any]:
    """The stays at a stage, from entering it to entering a later one, or as long as it was open.

    One that began and ended at the same moment was none: the stage was skipped.
    """
    position = stage.position
    entered, entered_next = courses.c[f"entered_{position}"], courses.c[f"entered_{position + 1}"]
    hidden = [courses.c.hidden_from <= position]
    if position == 1:
        hidden.append(courses.c.imported_to > 2)
    return _followed(
        courses,
        position,
        days=days_between(entered, sa.func.coalesce(entered_next, courses.c.open_until)),
        outcome=_outcome(courses, entered_next),
        is_hidden=sa.or_(*hidden),
    ).where(entered.is_not(None), sa.or_(entered_next.is_(None), entered_next > entered))


def _whole_way(courses: sa.CTE) -> sa.Select[Any]:
    """From the first contact, or where nobody said when it was from the first state, to the end."""
    announced = courses.c[f"entered_{len(STAGES)}"]
    until = sa.func.coalesce(announced, courses.c.open_until)
    days = sa.case(
        (courses.c.first_on.is_not(None), days_between(courses.c.first_on, until)),
        else_=days_between(courses.c.entered_1, until),
    )
    return _followed(
        courses,
        len(STAGES),
        days=days,
        outcome=_outcome(courses, announced),
        is_hidden=courses.c.hidden_from.is_not(None),
    )


def _followed(
    courses: sa.CTE, position: int, *, days: Any, outcome: Any, is_hidden: Any
) -> sa.Select[Any]:
    return (
        sa.select(
            sa.literal(position).label("position"),
            outcome,
            sa.case((is_hidden, 1), else_=0).label("is_hidden"),
            sa.cast(sa.func.round(days), sa.Integer).label("days"),
            sa.func.count().label("leads"),
        )
        .where(courses.c.is_selected == 1, days.is_not(None))
        .group_by("outcome", "is_hidden", "days")
    )
