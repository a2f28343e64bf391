"""The reads behind the forecast: chances of open leads that are alike, and what became of them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.reports.as_of import is_open, lead_conditions, standing_conditions, total
from crm.reports.forecast import (
    FEWEST_IN_PUBLIC,
    JUDGED_NEEDED,
    Expected,
    ExpectedQuarter,
    ForecastReport,
    Outlook,
    PastQuarter,
)
from crm.reports.forecast_draws import Chance, tell
from crm.reports.params import ReportParams, Settled, revision_conditions, settle
from crm.reports.periods import Calendar, Quarter
from crm.reports.plain import from_plain
from models.lead import LeadRevision
from models.report import Forecast
from models.score import Basis, ModelVersion, Score
from models.stage import LeadType, StageCode

QUARTERS_AHEAD = 4
PAST_SHOWN = 8
_DAY = timedelta(days=1)


def read_forecast(session: Session, params: ReportParams, *, now: datetime) -> ForecastReport:
    """The forecast from the chances as they are now; for a past day the one that was kept.

    Raises:
        DomainError: a day that no report can be about.
    """
    settled = settle(session, params, now=now)
    is_kept = settled.as_of < settled.today
    kept = _kept(session, settled)
    if is_kept:
        outlook = None if params.is_narrowed or not kept else _outlook_of(kept[-1], settled)
    else:
        outlook = _outlook(session, settled)
    report = ForecastReport(
        as_of=settled.as_of,
        lead_type=params.lead_type,
        scope=params.scope,
        is_narrowed=params.is_narrowed,
        is_kept=is_kept,
        outlook=outlook,
        past=_past(session, settled, kept),
    )
    return _published(report) if params.is_public else report


def is_judged(session: Session, *, now: datetime) -> bool:
    """Whether four past quarters of the office can be judged, whatever the type of lead.

    A quarter counts when it is over and the forecast for it rested on what the office's own leads
    teach, whether it was made at the time or later from what was known then.
    """
    days = set()
    for row in _newest_of_each(session.scalars(sa.select(Forecast).order_by(Forecast.day))):
        quarter = from_plain(Quarter, row.figures["quarter"])
        if row.basis != Basis.SCORECARD and quarter.ends_on < now.date():
            days.add(row.day)
    return len(days) >= JUDGED_NEEDED


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
    )


def _outlook(session: Session, settled: Settled) -> Outlook:
    rows = session.execute(total(settled, _chances(settled))).all()
    said = [row for row in rows if row.probability is not None and not row.is_refused]
    counts = Counts(
        learned=sum(row.leads for row in said if row.basis is Basis.MODEL),
        rate=sum(row.leads for row in said if row.basis is Basis.BASE_RATE),
        starting=sum(row.leads for row in said if row.basis is Basis.SCORECARD),
        unscored=sum(row.leads for row in rows) - sum(row.leads for row in said),
        refused=sum(row.leads for row in rows if row.probability is not None and row.is_refused),
        model_number=max((row.number for row in said if row.number is not None), default=None),
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
    """The leads that were first announced in a quarter, until the day of the report."""
    first = _first_announced(*revision_conditions(settled), *lead_conditions(settled)).having(
        sa.func.min(LeadRevision.valid_from) >= settled.calendar.start_of(quarter.starts_on),
        sa.func.min(LeadRevision.valid_from) < settled.end,
    )
    statement = sa.select(sa.func.count()).select_from(first.subquery())
    return session.scalar(total(settled, statement)) or 0


def _first_announced(*conditions: Any) -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(
            LeadRevision.lead_id,
            sa.func.min(LeadRevision.valid_from).label("at"),
            sa.func.min(LeadRevision.lead_type).label("lead_type"),
        )
        .where(LeadRevision.stage == StageCode.ANNOUNCED, *conditions)
        .group_by(LeadRevision.lead_id)
    )


def _kept(session: Session, settled: Settled) -> list[Forecast]:
    """The kept forecasts up to the day of the report, in order; the own one where there are two."""
    rows = session.scalars(
        sa.select(Forecast)
        .where(Forecast.day <= settled.as_of)
        .order_by(Forecast.day.desc(), Forecast.is_own.desc())
        .limit(2 * (PAST_SHOWN + 1))
    )
    return _newest_of_each(rows)[-(PAST_SHOWN + 1) :]


def _newest_of_each(rows: Iterable[Forecast]) -> list[Forecast]:
    by_day: dict[date, Forecast] = {}
    for row in rows:
        if row.day not in by_day or row.is_own:
            by_day[row.day] = row
    return [by_day[day] for day in sorted(by_day)]


def _outlook_of(kept: Forecast, settled: Settled) -> Outlook | None:
    plain = kept.figures["types"].get(settled.params.lead_type.value)
    return None if plain is None else from_plain(Outlook, plain)


def _past(session: Session, settled: Settled, kept: Sequence[Forecast]) -> tuple[PastQuarter, ...]:
    if not kept:
        return ()
    quarters = [from_plain(Quarter, row.figures["quarter"]) for row in kept]
    calendars = [Calendar(row.figures["zone"]) for row in kept]
    bounds = [
        (calendar.end_of(row.day), calendar.end_of(quarter.ends_on))
        for row, calendar, quarter in zip(kept, calendars, quarters, strict=True)
    ]
    came = _came(session, settled.params.lead_type, bounds, settled.end)
    found = []
    for place, (row, quarter) in enumerate(zip(kept, quarters, strict=True)):
        outlook = _outlook_of(row, settled)
        nothing = Expected(0.0, 0, 0)
        open_count, later_count = came.get(place, (0, 0))
        found.append(
            PastQuarter(
                day=row.day,
                quarter=quarter,
                is_own=row.is_own,
                is_over=bounds[place][1] <= min(settled.end, settled.now),
                is_learned=row.basis != Basis.SCORECARD,
                leads=outlook.quarters[0].leads if outlook is not None else nothing,
                came_count=open_count,
                later_count=later_count,
            )
        )
    return tuple(found)


def _came(
    session: Session,
    lead_type: LeadType,
    bounds: Sequence[tuple[datetime, datetime]],
    end: datetime,
) -> dict[int, tuple[int, int]]:
    """By place, the leads announced within the bounds: open at their beginning, and others.

    Of leads that the whole office may see alone, and as known by a day's end.
    """
    first = (
        _first_announced(LeadRevision.team_id.is_(None), LeadRevision.valid_from < end)
        .having(sa.func.min(LeadRevision.valid_from) >= min(start for start, _end in bounds))
        .subquery()
    )
    place = sa.case(
        *(
            (sa.and_(first.c.at >= start, first.c.at < stop), number)
            for number, (start, stop) in enumerate(bounds)
        )
    )
    began = sa.case(
        *(
            # With its type, or the moment would be bound without its zone.
            (
                sa.and_(first.c.at >= start, first.c.at < stop),
                sa.literal(start, LeadRevision.valid_from.type),
            )
            for start, stop in bounds
        )
    )
    # Two statements: an outer join with an alias would lose the criteria of who looks.
    every = sa.select(place.label("place"), sa.func.count().label("leads"))
    every = every.where(place.is_not(None), first.c.lead_type == lead_type).group_by("place")
    were_open = (
        sa.select(
            place.label("place"),
            LeadRevision.lead_type.label("type_then"),
            first.c.lead_type.label("type_since"),
            sa.func.count().label("leads"),
        )
        .select_from(LeadRevision)
        .join(first, first.c.lead_id == LeadRevision.lead_id)
        .where(
            place.is_not(None),
            LeadRevision.valid_from < began,
            sa.or_(LeadRevision.valid_to.is_(None), LeadRevision.valid_to >= began),
            is_open(),
        )
        .group_by("place", "type_then", "type_since")
    )
    open_counts: Counter[int] = Counter()
    later_counts: Counter[int] = Counter()
    for row in session.execute(every):
        later_counts[row.place] += row.leads
    for row in session.execute(were_open):
        if row.type_then == lead_type:
            open_counts[row.place] += row.leads
        if row.type_since == lead_type:
            later_counts[row.place] -= row.leads
    return {number: (open_counts[number], later_counts[number]) for number in range(len(bounds))}


def _published(report: ForecastReport) -> ForecastReport:
    """Without figures where they would tell of few leads."""
    outlook = report.outlook
    if outlook is None or outlook.lead_count >= FEWEST_IN_PUBLIC:
        return report
    return ForecastReport(
        report.as_of,
        report.lead_type,
        report.scope,
        report.is_narrowed,
        report.is_kept,
        None,
        report.past,
        is_few=True,
    )
