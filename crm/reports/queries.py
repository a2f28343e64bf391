"""The reads behind the funnel: two statements, each of which returns sums and counts only."""

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.leads.filters import OPEN, first_contact_between, without_first_contact
from crm.reports.days import days_between
from crm.reports.filters import FunnelFilters, lead_conditions
from crm.visibility import over_all_leads, viewer_of
from models.lead import Lead, LeadRevision, LossReason, Origin
from models.stage import STAGES, Stage, StageCode, Status
from models.user import Actor


class Outcome(enum.StrEnum):
    """How a lead's way on from a stage stands."""

    OPEN = "open"
    MOVED = "moved"
    ENDED = "ended"
    PASSED_ON = "passed_on"


@dataclass(frozen=True, slots=True)
class StandingRow:
    """Leads that stand alike today, with the sums over those of them that state a number."""

    stage: StageCode
    status: Status
    lost_reason: LossReason | None
    currency: str | None
    leads: int
    amounts: int
    amount: int
    jobs_leads: int
    jobs: int


@dataclass(frozen=True, slots=True)
class ReachRow:
    """Leads that came as far as `position` and no further, and what became of them there."""

    position: int
    outcome: Outcome
    leads: int


@dataclass(frozen=True, slots=True)
class StayRow:
    """Leads that left a stage after so many days."""

    position: int
    outcome: Outcome
    days: int
    leads: int


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything the funnel is made of. `undated_count` leads no range of days can hold."""

    standings: Sequence[StandingRow]
    undated_count: int
    reaches: Sequence[ReachRow]
    stays: Sequence[StayRow]


def summarise_funnel(session: Session, filters: FunnelFilters, *, today: date) -> Figures:
    """The funnel's figures, over all leads for who counts all."""
    actor = viewer_of(session)
    standings, undated_count = _standings(session, filters, actor=actor, today=today)
    reaches, stays = _courses(session, filters, actor=actor, today=today)
    return Figures(standings, undated_count, reaches, stays)


def _standings(
    session: Session, filters: FunnelFilters, *, actor: Actor, today: date
) -> tuple[list[StandingRow], int]:
    groups: list[Any] = [Lead.stage, Lead.status, Lead.lost_reason, Lead.capex_currency]
    wanted = lead_conditions(filters, actor=actor, today=today)
    undated: Any = sa.false()
    if filters.has_range:
        # What the range cannot judge is read along, to say how many it leaves out.
        undated = without_first_contact()
        groups.append("is_undated")
        wanted.append(
            sa.or_(undated, sa.and_(*first_contact_between(filters.first_from, filters.first_to)))
        )
    statement = (
        sa.select(
            Lead.stage,
            Lead.status,
            Lead.lost_reason,
            Lead.capex_currency,
            sa.func.count().label("leads"),
            sa.func.count(Lead.capex_amount).label("amounts"),
            sa.func.sum(Lead.capex_amount).label("amount"),
            sa.func.count(Lead.jobs_count).label("jobs_leads"),
            sa.func.sum(Lead.jobs_count).label("jobs"),
            undated.label("is_undated"),
        )
        .where(*wanted)
        .group_by(*groups)
    )
    rows = []
    undated_count = 0
    for row in session.execute(over_all_leads(statement)):
        if row.is_undated:
            undated_count += row.leads
            continue
        rows.append(
            StandingRow(
                row.stage,
                row.status,
                row.lost_reason,
                row.capex_currency,
                row.leads,
                row.amounts,
                int(row.amount or 0),
                row.jobs_leads,
                int(row.jobs or 0),
            )
        )
    return rows, undated_count


def _courses(
    session: Session, filters: FunnelFilters, *, actor: Actor, today: date
) -> tuple[list[ReachRow], list[StayRow]]:
    courses = _course_of_each_lead(filters, actor=actor, today=today)
    parts = sa.union_all(_reached(courses), *(_left(courses, stage) for stage in STAGES[:-1]))
    statement = sa.select(parts.subquery())
    reaches = []
    stays = []
    for row in session.execute(over_all_leads(statement)):
        outcome = Outcome(row.outcome)
        if row.days is None:
            reaches.append(ReachRow(row.position, outcome, row.leads))
        else:
            stays.append(StayRow(row.position, outcome, row.days, row.leads))
    return reaches, stays


def _course_of_each_lead(filters: FunnelFilters, *, actor: Actor, today: date) -> sa.CTE:
    """A row a lead: how far it came, where it stands, and its open days in each stage.

    One pass over the revisions in the order of their index, without a window: the days of a
    stage are those of all its revisions together, so edits, holds and returns need no joining.
    """
    chosen = sa.select(Lead.id).where(
        *lead_conditions(filters, actor=actor, today=today),
        *first_contact_between(filters.first_from, filters.first_to),
    )
    position = Stage.position
    is_open = LeadRevision.status.in_(OPEN)
    is_current = LeadRevision.valid_to.is_(None)
    days = days_between(LeadRevision.valid_from, LeadRevision.valid_to)
    return (
        sa.select(
            sa.func.max(position).label("reached"),
            sa.func.max(sa.case((is_current, position))).label("here"),
            sa.func.max(sa.case((is_current, LeadRevision.status))).label("status"),
            # An end of unknown day hides how long the last stage took, a move of unknown day
            # that of two stages, of which only one is known here: then no stage counts.
            sa.func.min(
                sa.case(
                    (sa.and_(LeadRevision.is_day_unknown, is_open), 1),
                    (LeadRevision.is_day_unknown, position),
                )
            ).label("hidden_from"),
            # An import that knows the first contact and the present stage only tells nothing of
            # how long the first stage took.
            sa.func.min(
                sa.case((sa.and_(LeadRevision.origin == Origin.IMPORT, position > 1), position))
            ).label("imported_to"),
            *(
                sa.func.sum(sa.case((sa.and_(position == stage.position, is_open), days))).label(
                    f"days_{stage.position}"
                )
                for stage in STAGES[:-1]
            ),
        )
        .select_from(LeadRevision)
        .join(Stage, Stage.code == LeadRevision.stage)
        .where(LeadRevision.lead_id.in_(chosen))
        .group_by(LeadRevision.lead_id)
        .cte("courses")
    )


def _reached(courses: sa.CTE) -> sa.Select[Any]:
    outcome = sa.case(
        (courses.c.status.in_(OPEN), Outcome.OPEN.value),
        (courses.c.status == Status.PASSED_ON, Outcome.PASSED_ON.value),
        else_=Outcome.ENDED.value,
    ).label("outcome")
    return sa.select(
        courses.c.reached.label("position"),
        outcome,
        sa.cast(sa.null(), sa.Integer).label("days"),
        sa.func.count().label("leads"),
    ).group_by("position", "outcome")


def _left(courses: sa.CTE, stage: StageCode) -> sa.Select[Any]:
    """The leads that have left a stage, by their days in it: no lead, only how many took how long.

    The median is taken from these counts, alike on both databases.
    """
    position = stage.position
    is_here = courses.c.here == position
    outcome = sa.case((is_here, Outcome.ENDED.value), else_=Outcome.MOVED.value).label("outcome")
    days = sa.cast(sa.func.round(courses.c[f"days_{position}"]), sa.Integer).label("days")
    known = [
        courses.c[f"days_{position}"].is_not(None),
        sa.not_(sa.and_(is_here, courses.c.status.in_(OPEN))),
        sa.or_(courses.c.hidden_from.is_(None), courses.c.hidden_from > position),
    ]
    if position == 1:
        known.append(sa.or_(courses.c.imported_to.is_(None), courses.c.imported_to <= 2))
    return (
        sa.select(sa.literal(position).label("position"), outcome, days, sa.func.count())
        .where(*known)
        .group_by("outcome", "days")
    )
