"""The leads behind a number of conversion or velocity, as they stood on the day of the report."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.days import read_day
from crm.reports.as_of import standing_conditions
from crm.reports.behind import Behind
from crm.reports.courses import QUARTERS_SHOWN, courses_by, entered, followed
from crm.reports.params import Settled
from crm.reports.queries import Outcome
from models.lead import LeadRevision
from models.stage import STAGES, StageCode

# The quarter of the leads that entered before all quarters shown.
EARLIER = "earlier"
# What becomes of the leads that a share is of: those passed on stand beside it.
COUNTED = (Outcome.MOVED, Outcome.OPEN, Outcome.ENDED)


def entered_behind(_session: Session, settled: Settled, args: Mapping[str, str]) -> Behind:
    """The leads that `entered` a stage, in a `quarter` (its first day, or "earlier"; in any, those
    of unknown day too, without one), of an `outcome` (several with commas; without one, all).
    """
    stage = _stage(args.get("entered"))
    if stage is None or stage is STAGES[-1]:
        return _standing(settled)
    courses = courses_by(settled, settled.end, (stage, STAGES[stage.position]))
    quarters = settled.calendar.quarters_until(settled.as_of, QUARTERS_SHOWN)
    found = entered(courses, stage, quarters, settled)
    conditions = [*found.conditions, *_of_outcome(found.outcome, args)]
    word = args.get("quarter", "")
    starts = [quarter.starts_on for quarter in quarters]
    if word == EARLIER:
        conditions += [found.number == 0, sa.not_(found.is_undated)]
    elif (day := read_day(word)) in starts and day is not None:
        conditions += [found.number == starts.index(day) + 1, sa.not_(found.is_undated)]
    return _standing(settled, courses, conditions)


def followed_behind(_session: Session, settled: Settled, args: Mapping[str, str]) -> Behind:
    """The leads whose stay at a stage was `followed` (the last one: the whole way to the
    announcement), of an `outcome` (without one, all).
    """
    stage = _stage(args.get("followed"))
    if stage is None:
        return _standing(settled)
    # Of a stay its two ends; of the whole way the first contact and the announcement.
    ends = (STAGES[0], stage) if stage is STAGES[-1] else (stage, STAGES[stage.position])
    courses = courses_by(settled, settled.end, ends)
    found = followed(courses, stage)
    conditions = [
        *found.conditions,
        sa.not_(found.is_hidden),
        *_of_outcome(found.outcome, args),
    ]
    return _standing(settled, courses, conditions)


def _standing(
    settled: Settled, courses: sa.CTE | None = None, conditions: list[Any] | None = None
) -> Behind:
    """Each lead as it stood at the end of the day, whatever its status."""
    found = standing_conditions(settled, settled.end)
    if courses is not None:
        keys = sa.select(courses.c.lead_id).where(*(conditions or []))
        found.append(LeadRevision.lead_id.in_(keys))
    return Behind(settled.as_of, found)


def _stage(code: str | None) -> StageCode | None:
    return next((stage for stage in STAGES if stage.value == code), None)


def _of_outcome(outcome: Any, args: Mapping[str, str]) -> list[Any]:
    known = {item.value for item in Outcome}
    wanted = [code for code in args.get("outcome", "").split(",") if code in known]
    return [outcome.in_(wanted)] if wanted else []
