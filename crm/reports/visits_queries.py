"""The reads behind the report of company visits: a fixed number of statements.

Flags and cases are what the reader's own teams were told: nobody else counts them.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.bre.response import is_of_a_team
from crm.reports.group_names import load_keys
from crm.reports.params import Dimension, ReportParams, Settled, settle
from crm.reports.public_session import as_public
from crm.reports.visits import (
    Cases,
    FlagLine,
    Plan,
    PlanLine,
    Reach,
    SectorLine,
    Size,
    SizeLine,
    Visits,
    VisitsReport,
    size_of,
)
from crm.reports.visits_public import publish_visits
from crm.reports.waits import wait_of
from models.bre_call import BreCall, BreCase, BreFlag, BreStanding, FlagStanding, Severity
from models.organization import Organization, OrganizationRole, OrganizationRoleLink, Sector, Site
from models.user import Office

_JUDGED = (FlagStanding.CONFIRMED, FlagStanding.SET_DOWN)


def read_visits(session: Session, params: ReportParams, *, now: datetime) -> VisitsReport:
    """Company visits as of a day, and as of the one that they are compared with; not
    so in public.

    Raises:
        DomainError: a day that no report can be about.
    """
    settled = settle(session, params, now=now)
    if not params.is_public:
        return _read(session, settled)
    with as_public(session) as public:
        found = _read(public, settled)
    return VisitsReport(publish_visits(found.now), None)


def _read(session: Session, settled: Settled) -> VisitsReport:
    day = None if settled.params.is_public else settled.compare
    before = _visits(session, settled, day) if day else None
    return VisitsReport(_visits(session, settled, settled.as_of), before)


def _visits(session: Session, settled: Settled, day: date) -> Visits:
    calls = _calls(session, settled, day)
    firms = _firms(session, settled, day, calls)
    seasons = {day.year: "visited", day.year - 1: "before"}
    reached: dict[str, set[int]] = {"visited": set(), "before": set()}
    latest: dict[int, Any] = {}
    for call in calls:
        if call.season == day.year:
            latest[call.organization_id] = call
        if call.season in seasons and _was_held(call, day):
            reached[seasons[call.season]].add(call.organization_id)

    def reach(several: Iterable[Any]) -> Reach:
        keys = {firm.id for firm in several}
        return Reach(len(keys), len(keys & reached["visited"]), len(keys & reached["before"]))

    plans = [_plan(latest.get(firm.id), day) for firm in firms]
    sectors = {firm.sector_id for firm in firms}
    keys = load_keys(session, Dimension.SECTOR, sectors)
    is_told = not settled.params.is_public and is_of_a_team(session, settled.actor)
    return Visits(
        as_of=day,
        season=day.year,
        total=reach(firms),
        sizes=tuple(
            SizeLine(size, reach(firm for firm in firms if size_of(firm.jobs) is size))
            for size in Size
        ),
        sectors=tuple(
            sorted(
                (
                    SectorLine(keys[key], reach(f for f in firms if f.sector_id == key))
                    for key in sectors
                ),
                key=lambda line: (
                    line.key.code is None,
                    -(line.reach.firm_count or 0),
                    line.key.name or "",
                ),
            )
        ),
        plans=tuple(PlanLine(plan, plans.count(plan)) for plan in Plan),
        visit_count=sum(call.season == day.year and _was_held(call, day) for call in calls),
        flags=_flags(session, settled, day) if is_told else None,
        cases=_cases(session, settled, day) if is_told else None,
    )


def _calls(session: Session, settled: Settled, day: date) -> Sequence[Any]:
    """The visits of two seasons that were known by a day, in the order in which they came."""
    return session.execute(
        sa.select(
            BreCall.organization_id,
            BreCall.season,
            BreCall.standing,
            BreCall.visited_on,
            BreCall.finished_at,
        )
        .where(
            BreCall.season.in_((day.year, day.year - 1)),
            BreCall.created_at < settled.calendar.end_of(day),
            *_of_office(settled, BreCall.office_id),
        )
        .order_by(BreCall.id)
    ).all()


def _firms(session: Session, settled: Settled, day: date, calls: Iterable[Any]) -> Sequence[Any]:
    """Investors with a facility here, and whoever else has a visit this season."""
    jobs = (
        sa.select(Site.organization_id, sa.func.sum(Site.jobs_count).label("jobs"))
        .group_by(Site.organization_id)
        .subquery()
    )
    investors = (
        sa.select(OrganizationRoleLink.organization_id)
        .join(jobs, jobs.c.organization_id == OrganizationRoleLink.organization_id)
        .where(OrganizationRoleLink.role == OrganizationRole.INVESTOR)
    )
    visited = sa.select(BreCall.organization_id).where(
        BreCall.season == day.year,
        BreCall.created_at < settled.calendar.end_of(day),
        *_of_office(settled, BreCall.office_id),
    )
    statement = (
        sa.select(Organization.id, Organization.sector_id, jobs.c.jobs)
        .outerjoin(jobs, jobs.c.organization_id == Organization.id)
        .where(
            Organization.created_at < settled.calendar.end_of(day),
            sa.or_(Organization.id.in_(investors), Organization.id.in_(visited)),
        )
        .order_by(Organization.id)
    )
    if settled.params.sector:
        sector = sa.select(Sector.id).where(Sector.code == settled.params.sector)
        statement = statement.where(Organization.sector_id == sector.scalar_subquery())
    if settled.params.market:
        statement = statement.where(Organization.country == settled.params.market)
    return session.execute(statement).all()


def _of_office(settled: Settled, column: Any) -> list[Any]:
    if not settled.params.office:
        return []
    office = sa.select(Office.id).where(Office.public_id == settled.params.office)
    return [column == office.scalar_subquery()]


def _was_held(call: Any, day: date) -> bool:
    return (
        call.standing is BreStanding.DONE
        and call.visited_on is not None
        and bool(call.visited_on <= day)
    )


def _plan(call: Any, day: date) -> Plan:
    if call is None:
        return Plan.NEVER
    if call.standing is BreStanding.DONE:
        # It was held later: on the day it was to come.
        return Plan.DONE if _was_held(call, day) else Plan.BOOKED
    return Plan(call.standing.value)


def _flags(session: Session, settled: Settled, day: date) -> tuple[FlagLine, ...]:
    end = settled.calendar.end_of(day)
    begins = settled.calendar.start_of(date(day.year, 1, 1))
    closed = sa.and_(
        BreFlag.standing == FlagStanding.CLOSED,
        sa.or_(BreCase.closed_at.is_(None), BreCase.closed_at < end),
    )
    judged = sa.and_(BreFlag.standing.in_(_JUDGED), BreFlag.judged_at < end)
    set_down = sa.and_(judged, BreFlag.standing == FlagStanding.SET_DOWN)
    is_resolved = sa.or_(closed, set_down)
    is_of_season = BreFlag.raised_at >= begins

    def count(*conditions: Any) -> Any:
        return sa.func.count(sa.case((sa.and_(*conditions), BreFlag.id)))

    rows = session.execute(
        sa.select(
            BreFlag.severity,
            count(is_of_season),
            count(is_of_season, sa.or_(judged, closed)),
            count(is_of_season, is_resolved),
            count(sa.not_(sa.func.coalesce(is_resolved, sa.false()))),
        )
        .select_from(BreFlag)
        .join(BreCall, BreCall.id == BreFlag.call_id)
        .outerjoin(BreCase, BreCase.id == BreFlag.case_id)
        .where(BreFlag.raised_at < end, *_of_office(settled, BreCall.office_id))
        .group_by(BreFlag.severity)
    )
    found = {severity: FlagLine(severity, *counts) for severity, *counts in rows}
    return tuple(found.get(severity, FlagLine(severity, 0, 0, 0, 0)) for severity in Severity)


def _cases(session: Session, settled: Settled, day: date) -> Cases:
    end = settled.calendar.end_of(day)
    begins = settled.calendar.start_of(date(day.year, 1, 1))
    rows = session.execute(
        sa.select(
            BreCase.opened_at,
            BreCase.reply_due_at,
            BreCase.replied_at,
            BreCase.closed_at,
            BreCase.jobs_at_risk,
            BreCase.jobs_retained,
        ).where(BreCase.opened_at < end, *_of_office(settled, BreCase.office_id))
    ).all()
    moment = min(end, settled.now)

    def by_then(at: datetime | None) -> datetime | None:
        return at if at is not None and at < end else None

    season = [row for row in rows if row.opened_at >= begins]
    closed = [row for row in season if by_then(row.closed_at)]
    replies = [(row, by_then(row.replied_at)) for row in season]
    at_risk = [row.jobs_at_risk for row in season if row.jobs_at_risk is not None]
    retained = [row.jobs_retained for row in closed if row.jobs_retained is not None]
    return Cases(
        opened_count=len(season),
        closed_count=len(closed),
        open_count=sum(by_then(row.closed_at) is None for row in rows),
        replied=wait_of(
            (_hours(row.opened_at, replied or moment), replied is not None)
            for row, replied in replies
        ),
        replied_on_time_count=sum(
            replied is not None and replied <= row.reply_due_at for row, replied in replies
        ),
        replied_late_count=sum((replied or moment) > row.reply_due_at for row, replied in replies),
        at_risk_jobs=sum(at_risk),
        at_risk_count=len(at_risk),
        retained_jobs=sum(retained),
        retained_count=len(retained),
    )


def _hours(start: datetime, end: datetime) -> int:
    return max(int((end - start).total_seconds() // 3600), 0)
