"""The reads behind a brief: figures as of its day, and the leads that an audience may read of."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.announcements.embargo import is_public, is_waiting
from crm.announcements.queries import whose_of
from crm.reports.as_of import leads_behind, standing_conditions
from crm.reports.forecast_queries import is_judged, read_forecast
from crm.reports.likelihoods import behind_outlook
from crm.reports.movement_queries import read_movement
from crm.reports.params import Dimension, RelativeDay, ReportParams, Scope, Settled, settle
from crm.reports.pipeline_queries import read_pipeline
from crm.reports.takeaway.brief import (
    Brief,
    Due,
    Expectation,
    Landing,
    Made,
    Milestone,
    NamedLead,
    Near,
)
from crm.timezones import zone
from models.announcement import Announcement, Whose
from models.lead import Lead, LeadRevision
from models.measure import Precision
from models.mission import Mission, MissionMarket, MissionStanding
from models.report import Audience
from models.stage import StageCode, Status
from models.user import Office, OfficeKind

_MADE, _MILESTONES, _NEAR = 4, 6, 6
_CLOSE = (StageCode.COMMITTED, StageCode.NEGOTIATION)


def brief_params(params: ReportParams, audience: Audience) -> ReportParams:
    """The parameters of a brief for an audience: public for an open council, always compared."""
    is_open = audience is Audience.COUNCIL
    return replace(
        params,
        by=Dimension.STAGE,
        scope=Scope.PUBLIC if is_open else Scope.VIEWER,
        # Somebody's own leads are no matter for a council.
        owner=None,
        compare=params.compare or RelativeDay.LAST_QUARTER,
    )


def read_brief(
    session: Session, params: ReportParams, audience: Audience, *, now: datetime
) -> tuple[Brief, Settled]:
    """The figures of a brief for whoever looks through the session.

    Raises:
        DomainError: a day that no report can be about.
    """
    params = brief_params(params, audience)
    settled = settle(session, params, now=now)
    fixed = replace(params, as_of=settled.as_of, compare=settled.compare)
    made, made_count = _made(session, settled)
    actor = settled.actor
    brief = Brief(
        audience=audience,
        office_name=_office_name(session, settled),
        pipeline=read_pipeline(session, fixed, now=now),
        movement=read_movement(session, fixed, now=now),
        made=made,
        made_count=made_count,
        milestones=_milestones(session, settled, audience),
        near=() if audience is Audience.COUNCIL else _near(session, settled, audience),
        is_all=audience is Audience.COUNCIL or actor.counts_all or actor.sees_all,
        landing=_landing(session, fixed, now=now),
    )
    return brief, settled


def _landing(session: Session, params: ReportParams, *, now: datetime) -> Landing | None:
    """The forecast of leads to be announced: on a council's page only when it has been judged."""
    if not is_judged(session, now=now):
        return None
    report = read_forecast(session, params, now=now)
    if report.is_few or report.outlook is None or not report.outlook.is_said:
        return None
    return Landing(
        tuple(
            Expectation(line.quarter, line.leads.mean, line.leads.low, line.leads.high)
            for line in report.outlook.quarters
            if line.quarter is not None
        ),
        report.outlook.model_number,
        behind_outlook(report.outlook),
        report.outlook.day,
    )


def seen_leads(session: Session, lead_ids: frozenset[str]) -> frozenset[str]:
    """Those of the leads that whoever looks may see today."""
    if not lead_ids:
        return frozenset()
    return frozenset(
        session.scalars(sa.select(Lead.public_id).where(Lead.public_id.in_(sorted(lead_ids))))
    )


def _office_name(session: Session, settled: Settled) -> str | None:
    asked, own = settled.params.office or "", settled.actor.office_id or 0
    if settled.params.is_public:
        # The same page, whoever prints it.
        own = 0
    first = sa.case((Office.public_id == asked, 0), (Office.id == own, 1), else_=2)
    return session.scalar(
        sa.select(Office.name)
        .where(sa.or_(Office.public_id == asked, Office.id == own, Office.kind == OfficeKind.HOME))
        .order_by(first, Office.id)
        .limit(1)
    )


def _made(session: Session, settled: Settled) -> tuple[tuple[Made, ...], int]:
    """What became public between the two days: ours and shared ones of leads of this type."""
    since = settled.compare_end
    assert since is not None
    states = sa.select(LeadRevision.lead_id).where(*standing_conditions(settled, settled.end))
    conditions = [
        Announcement.lead_id.in_(states),
        Announcement.public_at >= since,
        Announcement.public_at < settled.end,
        is_public(settled.now),
        whose_of().in_((Whose.OURS, Whose.SHARED)),
    ]
    if settled.params.is_public:
        conditions.append(Announcement.team_id.is_(None))
    rows = session.execute(
        sa.select(
            Announcement.title,
            Announcement.public_at,
            Announcement.capex_amount,
            Announcement.capex_upper,
            Announcement.capex_qualifier,
            Announcement.capex_currency,
            Announcement.jobs_count,
            Announcement.jobs_upper,
            Announcement.jobs_qualifier,
        )
        .where(*conditions)
        .order_by(Announcement.public_at.desc(), Announcement.public_id)
        .limit(_MADE)
    ).all()
    count = session.scalar(sa.select(sa.func.count()).select_from(Announcement).where(*conditions))
    place = zone(settled.calendar.time_zone)
    return tuple(
        Made(
            row.title,
            row.public_at.astimezone(place).date(),
            row.capex_amount,
            row.capex_upper,
            row.capex_qualifier,
            row.capex_currency,
            row.jobs_count,
            row.jobs_upper,
            row.jobs_qualifier,
        )
        for row in rows
    ), count or 0


def _named(row: Any, audience: Audience) -> NamedLead:
    """A lead by the name that the audience reads."""
    name = row.title if audience is Audience.DIRECTOR else row.code_name or row.reference
    return NamedLead(row.public_id, name, row.team_id is not None)


def _near(session: Session, settled: Settled, audience: Audience) -> tuple[Near, ...]:
    """The leads closest to a decision as of the day, the furthest first."""
    further = sa.case((LeadRevision.stage == StageCode.COMMITTED, 0), else_=1)
    rows = session.execute(
        sa.select(
            Lead.public_id,
            Lead.title,
            Lead.code_name,
            Lead.reference,
            Lead.team_id,
            LeadRevision.stage,
            LeadRevision.market,
            LeadRevision.capex_amount,
            LeadRevision.capex_upper,
            LeadRevision.capex_qualifier,
            LeadRevision.capex_currency,
        )
        .join_from(LeadRevision, Lead, Lead.id == LeadRevision.lead_id)
        .where(
            *standing_conditions(settled, settled.end),
            LeadRevision.stage.in_(_CLOSE),
            LeadRevision.status == Status.ACTIVE,
        )
        .order_by(
            further,
            LeadRevision.capex_amount.is_(None),
            LeadRevision.capex_amount.desc(),
            Lead.public_id,
        )
        .limit(_NEAR)
    )
    return tuple(
        Near(
            _named(row, audience),
            row.stage,
            row.market,
            row.capex_amount,
            row.capex_upper,
            row.capex_qualifier,
            row.capex_currency,
        )
        for row in rows
    )


def _milestones(session: Session, settled: Settled, audience: Audience) -> tuple[Milestone, ...]:
    """The next days after the report's: missions for everybody, the days of leads for some."""
    found = _missions(session, settled, audience)
    if audience is not Audience.COUNCIL:
        found += _days_of_leads(session, settled, audience)
    return tuple(sorted(found, key=lambda item: (item.day, item.due))[:_MILESTONES])


def _missions(session: Session, settled: Settled, audience: Audience) -> list[Milestone]:
    rows = session.execute(
        sa.select(Mission.id, Mission.name, Mission.starts_on, Mission.dates_precision)
        .where(
            Mission.starts_on > settled.as_of,
            sa.or_(Mission.standing.is_(None), Mission.standing != MissionStanding.CANCELLED),
        )
        .order_by(Mission.starts_on, Mission.id)
        .limit(_MILESTONES)
    ).all()
    markets: dict[int, list[str]] = {}
    for row in session.execute(
        sa.select(MissionMarket.mission_id, MissionMarket.country)
        .where(MissionMarket.mission_id.in_([row.id for row in rows]))
        .order_by(MissionMarket.country)
    ):
        markets.setdefault(row.mission_id, []).append(row.country)
    return [
        Milestone(
            row.starts_on,
            row.dates_precision,
            Due.MISSION,
            # A mission may be called after whom it visits.
            name=row.name if audience is Audience.DIRECTOR else None,
            markets=tuple(markets.get(row.id, ())),
        )
        for row in rows
    ]


def _days_of_leads(session: Session, settled: Settled, audience: Audience) -> list[Milestone]:
    """When open leads are expected to be decided, and announcements to come out."""
    named = (Lead.public_id, Lead.title, Lead.code_name, Lead.reference, Lead.team_id)
    open_now = [
        *standing_conditions(settled, settled.end),
        LeadRevision.stage != StageCode.ANNOUNCED,
        LeadRevision.status == Status.ACTIVE,
    ]
    found = []
    for due, day, precision in (
        (Due.TARGET, LeadRevision.target_on, LeadRevision.target_precision),
        (Due.APPROVAL, Lead.approval_expected_on, sa.null()),
    ):
        rows = session.execute(
            sa.select(*named, day.label("due_on"), precision.label("precise"))
            .join_from(LeadRevision, Lead, Lead.id == LeadRevision.lead_id)
            .where(*open_now, day > settled.as_of)
            .order_by(day, Lead.public_id)
            .limit(_MILESTONES)
        )
        found += [_of_lead(row, row.due_on, row.precise, due, audience) for row in rows]
    place = zone(settled.calendar.time_zone)
    rows = session.execute(
        sa.select(*named, Announcement.embargo_until)
        .join_from(Announcement, Lead, Lead.id == Announcement.lead_id)
        .where(
            Lead.id.in_(leads_behind(settled, settled.end)),
            is_waiting(settled.now),
            Announcement.embargo_until >= settled.end,
        )
        .order_by(Announcement.embargo_until, Lead.public_id)
        .limit(_MILESTONES)
    )
    for row in rows:
        day = row.embargo_until.astimezone(place).date()
        found.append(_of_lead(row, day, None, Due.ANNOUNCEMENT, audience))
    return found


def _of_lead(
    row: Any, day: Any, precision: Precision | None, due: Due, audience: Audience
) -> Milestone:
    return Milestone(day, precision or Precision.DAY, due, lead=_named(row, audience))
