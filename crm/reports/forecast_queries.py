"""The reads behind the forecast: chances of open leads that are alike, counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.reports.as_of import is_open, lead_conditions, standing_conditions, total
from crm.reports.forecast import JUDGED_NEEDED, ExpectedQuarter, ForecastReport, Outlook
from crm.reports.forecast_draws import Chance, tell
from crm.reports.forecast_past_queries import (
    counts_as_judged,
    first_announced,
    kept_forecasts,
    newest_of_each,
    outlook_kept,
    past_quarters,
    read_course,
)
from crm.reports.forecast_public import publish_forecast
from crm.reports.params import ReportParams, Settled, revision_conditions, settle
from crm.reports.periods import Calendar, Quarter
from crm.timezones import today
from models.lead import LeadRevision
from models.report import Forecast
from models.score import Basis, ModelVersion, Score

QUARTERS_AHEAD = 4
_DAY = timedelta(days=1)


def read_forecast(session: Session, params: ReportParams, *, now: datetime) -> ForecastReport:
    """The forecast from the chances as they are now; for a past day the one that was kept.

    Raises:
        DomainError: a day that no report can be about.
    """
    settled = settle(session, params, now=now)
    is_kept = settled.as_of < settled.today
    kept = kept_forecasts(session, settled)
    if is_kept:
        outlook = None if params.is_narrowed or not kept else outlook_kept(kept[-1], settled)
    else:
        outlook = _outlook(session, settled)
    report = ForecastReport(
        as_of=settled.as_of,
        lead_type=params.lead_type,
        scope=params.scope,
        is_narrowed=params.is_narrowed,
        is_kept=is_kept,
        outlook=outlook,
        past=past_quarters(session, settled, kept),
        course=read_course(session, settled, kept),
    )
    return publish_forecast(report) if params.is_public else report


def is_judged(session: Session, *, now: datetime) -> bool:
    """Whether four past quarters of the office can be judged, whatever the type of lead.

    A quarter counts when it is over and the forecast for it rested on what the office's own leads
    teach, whether it was made at the time or later from what was known then.
    """
    rows = newest_of_each(session.scalars(sa.select(Forecast).order_by(Forecast.day)))
    return sum(counts_as_judged(row, now) for row in rows) >= JUDGED_NEEDED


def ahead(calendar: Calendar, day: date) -> tuple[Quarter, ...]:
    """The quarter in which the day after a day lies, and those that follow."""
    found = [calendar.quarter_of(day + _DAY)]
    while len(found) < QUARTERS_AHEAD:
        found.append(calendar.quarter_of(found[-1].ends_on + _DAY))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many of the open leads have a chance, and what it rests on."""

    learned: int = 0
    rate: int = 0
    starting: int = 0
    unscored: int = 0
    refused: int = 0
    model_number: int | None = None
    model_on: date | None = None


def outlook_of(
    day: date,
    quarters: Sequence[Quarter],
    chances: Sequence[Chance],
    counts: Counts,
    announced: Sequence[int] = (0,) * QUARTERS_AHEAD,
) -> Outlook:
    """What is to be expected of leads from the end of a day on."""
    ends = [float((quarter.ends_on - day).days) for quarter in quarters]
    told = tell(chances, ends, has_range=bool(chances) and not counts.starting)

    def line(place: int, quarter: Quarter | None, announced_count: int) -> ExpectedQuarter:
        return ExpectedQuarter(
            quarter,
            told.leads[place],
            told.jobs[place],
            tuple(capex[place] for capex in told.capex),
            announced_count,
        )

    scored = counts.learned + counts.rate + counts.starting
    return Outlook(
        day=day,
        lead_count=scored + counts.unscored,
        learned_count=counts.learned,
        rate_count=counts.rate,
        starting_count=counts.starting,
        unscored_count=counts.unscored,
        refused_count=counts.refused,
        quarters=tuple(
            line(place, quarter, announced[place]) for place, quarter in enumerate(quarters)
        ),
        whole=line(len(quarters), None, sum(announced)),
        currencies=told.currencies,
        unknown_jobs_count=told.unknown_jobs_count,
        largest_jobs_share=told.largest_jobs_share,
        model_number=counts.model_number,
        model_on=counts.model_on,
    )


def _outlook(session: Session, settled: Settled) -> Outlook:
    rows = session.execute(total(settled, _chances(settled))).all()
    said = [row for row in rows if row.probability is not None and not row.is_refused]
    newest = max(((row.number, row.trained_at) for row in said if row.number), default=None)
    counts = Counts(
        learned=sum(row.leads for row in said if row.basis is Basis.MODEL),
        rate=sum(row.leads for row in said if row.basis is Basis.BASE_RATE),
        starting=sum(row.leads for row in said if row.basis is Basis.SCORECARD),
        unscored=sum(row.leads for row in rows) - sum(row.leads for row in said),
        refused=sum(row.leads for row in rows if row.probability is not None and row.is_refused),
        model_number=None if newest is None else newest[0],
        model_on=None if newest is None else today(newest[1], settled.calendar.time_zone),
    )
    chances = [
        Chance(
            row.probability,
            row.within_90,
            row.within_180,
            row.within_365,
            row.low,
            row.high,
            said_days_ago=max((settled.now - row.said_at).total_seconds() / 86_400, 0.0),
            currency=row.capex_currency,
            amount=row.capex_amount,
            jobs=row.jobs_count,
            count=row.leads,
        )
        for row in said
    ]
    # Today counts into the quarter that it lies in.
    quarters = ahead(settled.calendar, settled.as_of - _DAY)
    announced = _announced_since(session, settled, quarters[0])
    return outlook_of(
        settled.as_of - _DAY, quarters, chances, counts, (announced, *(0,) * (QUARTERS_AHEAD - 1))
    )


def _chances(settled: Settled) -> sa.Select[*tuple[Any, ...]]:
    """Open leads that are alike, counted: their chances and their size, never which they are."""
    alike = (
        Score.probability,
        Score.within_90,
        Score.within_180,
        Score.within_365,
        Score.low,
        Score.high,
        Score.basis,
        ModelVersion.number,
        ModelVersion.trained_at,
        ModelVersion.refused_at.is_not(None).label("is_refused"),
        LeadRevision.capex_currency,
        LeadRevision.capex_amount,
        LeadRevision.jobs_count,
    )
    order = [column for column in alike if getattr(column, "key", "") != "is_refused"]
    return (
        sa.select(*alike, sa.func.min(Score.as_of).label("said_at"), sa.func.count().label("leads"))
        .select_from(LeadRevision)
        .outerjoin(Score, sa.and_(Score.lead_id == LeadRevision.lead_id, Score.is_current))
        .outerjoin(ModelVersion, ModelVersion.id == Score.version_id)
        .where(*standing_conditions(settled, settled.end), is_open())
        .group_by(*order, "is_refused")
        # The same leads give the same futures, whatever the order of the table.
        .order_by(*order)
    )


def _announced_since(session: Session, settled: Settled, quarter: Quarter) -> int:
    first = announced_in(settled, quarter).subquery()
    statement = sa.select(sa.func.count()).select_from(first)
    return session.scalar(total(settled, statement)) or 0


def announced_in(settled: Settled, quarter: Quarter) -> sa.Select[*tuple[Any, ...]]:
    """The leads that were first announced in a quarter, until the day of the report."""
    start = settled.calendar.start_of(quarter.starts_on)
    return first_announced(*revision_conditions(settled), *lead_conditions(settled)).having(
        sa.func.min(LeadRevision.valid_from) >= start,
        sa.func.min(LeadRevision.valid_from) < settled.end,
    )
