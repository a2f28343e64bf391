"""How each lead went through the stages by the end of a day: what conversion and velocity count.

One pass over the revisions that had begun by then. The counts (`course_queries.py`) and the leads
behind them (`course_behind.py`) are made from the same statements, so that they always agree.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from crm.leads.filters import OPEN
from crm.reports.as_of import held_at, known_before, lead_conditions
from crm.reports.days import days_between
from crm.reports.params import Settled, revision_conditions
from crm.reports.periods import Quarter
from crm.reports.queries import Outcome
from models.lead import LeadRevision, Origin
from models.stage import STAGES, Stage, StageCode, Status

# Three years of cohorts, and all that entered before.
QUARTERS_SHOWN = 12
PIPELINE = STAGES[:-1]


@dataclass(frozen=True, slots=True)
class Entered:
    """The leads that entered a stage, as expressions over their courses.

    `number` is the place of the quarter among those shown, from 1; 0 is before all of them.
    `is_undated` is true of an entry whose day nobody knows.
    """

    conditions: list[Any]
    number: Any
    outcome: Any
    is_undated: Any


@dataclass(frozen=True, slots=True)
class Followed:
    """The leads that were followed for a while, as expressions over their courses.

    `is_hidden` is true where the while began or ended on a day that nobody knows.
    """

    conditions: list[Any]
    days: Any
    outcome: Any
    is_hidden: Any


def courses_by(settled: Settled, end: datetime, stages: Sequence[StageCode] = STAGES) -> sa.CTE:
    """A row a lead: when it first came as far as each of the stages, and how it stood at the end.

    A stage that was skipped counts as entered with the one after it.
    """
    position = Stage.position
    is_open = LeadRevision.status.in_(OPEN)
    is_held = sa.and_(*held_at(end))
    until = sa.case((LeadRevision.valid_to < end, LeadRevision.valid_to), else_=end)
    return (
        sa.select(
            LeadRevision.lead_id,
            sa.func.max(sa.case((is_held, LeadRevision.status))).label("status"),
            sa.func.max(
                sa.case((sa.and_(is_held, *revision_conditions(settled)), 1), else_=0)
            ).label("is_selected"),
            *(
                sa.func.min(sa.case((position >= stage.position, LeadRevision.valid_from))).label(
                    f"entered_{stage.position}"
                )
                for stage in stages
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


def entered(
    courses: sa.CTE, stage: StageCode, quarters: Sequence[Quarter], settled: Settled
) -> Entered:
    """The leads that entered a stage, and how they went on from it."""
    came = courses.c[f"entered_{stage.position}"]
    starts = [settled.calendar.start_of(quarter.starts_on) for quarter in quarters]
    number = sa.case(
        *((came >= starts[place - 1], place) for place in range(len(starts), 0, -1)), else_=0
    )
    return Entered(
        [_is_selected(courses), came.is_not(None)],
        number,
        _outcome(courses, courses.c[f"entered_{stage.position + 1}"]),
        sa.func.coalesce(courses.c.hidden_from == 0, sa.false()),
    )


def followed(courses: sa.CTE, stage: StageCode) -> Followed:
    """The stays at a stage; of the last one, the whole way to the announcement."""
    return _whole_way(courses) if stage is STAGES[-1] else _at_stage(courses, stage)


def _at_stage(courses: sa.CTE, stage: StageCode) -> Followed:
    """The stays at a stage, from entering it to entering a later one, or as long as it was open.

    One that began and ended at the same moment was none: the stage was skipped.
    """
    position = stage.position
    came, went_on = courses.c[f"entered_{position}"], courses.c[f"entered_{position + 1}"]
    hidden = [courses.c.hidden_from <= position]
    if position == 1:
        hidden.append(courses.c.imported_to > 2)
    days = days_between(came, sa.func.coalesce(went_on, courses.c.open_until))
    return Followed(
        [
            _is_selected(courses),
            days.is_not(None),
            came.is_not(None),
            sa.or_(went_on.is_(None), went_on > came),
        ],
        days,
        _outcome(courses, went_on),
        sa.func.coalesce(sa.or_(*hidden), sa.false()),
    )


def _whole_way(courses: sa.CTE) -> Followed:
    """From the first contact, or where nobody said when it was from the first state, to the end."""
    announced = courses.c[f"entered_{len(STAGES)}"]
    until = sa.func.coalesce(announced, courses.c.open_until)
    days = sa.case(
        (courses.c.first_on.is_not(None), days_between(courses.c.first_on, until)),
        else_=days_between(courses.c.entered_1, until),
    )
    return Followed(
        [_is_selected(courses), days.is_not(None)],
        days,
        _outcome(courses, announced),
        courses.c.hidden_from.is_not(None),
    )


def _is_selected(courses: sa.CTE) -> Any:
    # Not "= 1": PostgreSQL would take it for one lead in two hundred, and sort all of them.
    return courses.c.is_selected > 0


def _outcome(courses: sa.CTE, went_on: Any) -> Any:
    return sa.case(
        (went_on.is_not(None), Outcome.MOVED.value),
        (courses.c.status.in_(OPEN), Outcome.OPEN.value),
        (courses.c.status == Status.PASSED_ON, Outcome.PASSED_ON.value),
        else_=Outcome.ENDED.value,
    )
