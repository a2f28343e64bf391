"""The reads behind past forecasts: what was said and kept, what came, and what is still missing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.jobs.service import standing_id
from crm.reports.as_of import is_open, scope_conditions
from crm.reports.forecast import (
    FEWEST_IN_PUBLIC,
    Course,
    Expected,
    Outlook,
    PastQuarter,
    PastSum,
)
from crm.reports.params import Settled
from crm.reports.periods import Calendar, Quarter, calendar_of
from crm.reports.plain import from_plain
from crm.scores.backtests import first_day
from models.job import Job, JobState
from models.lead import LeadRevision
from models.report import Forecast
from models.score import Basis
from models.stage import LeadType, StageCode
from models.user import Actor

PAST_SHOWN = 8
# The job that makes forecasts; there is one for all.
JOB, JOB_KEY = "reports.forecasts", "office"
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """From the moment a forecast was made until its quarter was over, or the day of the report."""

    start: datetime
    stop: datetime
    end: datetime


@dataclass(slots=True)
class Came:
    """What came of the leads of a forecast; numbers that nobody knows are counted."""

    open_count: int = 0
    later_count: int = 0
    jobs: int = 0
    unknown_jobs: int = 0
    amounts: dict[str | None, int] = field(default_factory=dict)
    unknown_amounts: dict[str | None, int] = field(default_factory=dict)


def kept_forecasts(session: Session, settled: Settled) -> list[Forecast]:
    """The kept forecasts up to the day of the report, in order; the own one where there are two."""
    rows = session.scalars(
        sa.select(Forecast)
        .where(Forecast.day <= settled.as_of)
        .order_by(Forecast.day.desc(), Forecast.is_own.desc())
        .limit(2 * (PAST_SHOWN + 1))
    )
    return newest_of_each(rows)[-(PAST_SHOWN + 1) :]


def newest_of_each(rows: Iterable[Forecast]) -> list[Forecast]:
    """One forecast a day, in order: the own one where there are two."""
    by_day: dict[date, Forecast] = {}
    for row in rows:
        if row.day not in by_day or row.is_own:
            by_day[row.day] = row
    return [by_day[day] for day in sorted(by_day)]


def quarter_of(kept: Forecast) -> Quarter:
    """The quarter that a kept forecast is judged by."""
    return from_plain(Quarter, kept.figures["quarter"])


def end_of_quarter(kept: Forecast) -> datetime:
    """The moment its quarter is over, on the office's clock."""
    return Calendar(kept.figures["zone"]).end_of(quarter_of(kept).ends_on)


def counts_as_judged(kept: Forecast, moment: datetime) -> bool:
    """Whether its quarter is over and it rested on what the office's own leads teach."""
    return kept.basis != Basis.SCORECARD and end_of_quarter(kept) <= moment


def outlook_kept(kept: Forecast, settled: Settled) -> Outlook | None:
    """What was said of a type of lead; in public, without the leads that were under embargo."""
    types = kept.figures.get("public" if settled.params.is_public else "types", {})
    plain = types.get(settled.params.lead_type.value)
    return None if plain is None else from_plain(Outlook, plain)


def office_calendar(session: Session, actor: Actor) -> Calendar:
    """The fiscal year of the first home office: one calendar for what everybody reads."""
    return calendar_of(
        session, Actor(None, actor.name, actor.role, office_time_zone=actor.office_time_zone)
    )


def read_course(session: Session, settled: Settled, kept: Sequence[Forecast]) -> Course:
    """How far the past forecasts are, for whoever wonders why there are none."""
    calendar = office_calendar(session, settled.actor)
    first = first_day(session, calendar.time_zone)
    job = session.execute(
        sa.select(Job.state, Job.finished_at).where(Job.public_id == standing_id(JOB, JOB_KEY))
    ).one_or_none()
    # What was looked for since: nothing was known then that a forecast could be made of.
    tried_at = job.finished_at if job is not None and job.state is JobState.DONE else None
    days = {row.day for row in kept}
    missing = set()
    for quarter in calendar.quarters_until(settled.as_of, PAST_SHOWN + 1):
        day = quarter.starts_on - _DAY
        if first is None or day < first or day in days:
            continue
        if tried_at is None or tried_at < calendar.end_of(day):
            missing.add(day)
    moment = min(settled.end, settled.now)
    waiting = [quarter_of(row) for row in kept if end_of_quarter(row) > moment]
    if not waiting:
        running = calendar.quarter_of(settled.as_of)
        if calendar.end_of(running.ends_on) <= moment:
            running = calendar.quarter_of(running.ends_on + _DAY)
        is_spoken_of = running.starts_on - _DAY in missing
        waiting = [running if is_spoken_of else calendar.quarter_of(running.ends_on + _DAY)]
    return Course(
        missing_count=len(missing),
        has_failed=job is not None and job.state is JobState.FAILED,
        judged_count=sum(counts_as_judged(row, moment) for row in kept),
        next=waiting[0],
    )


def past_quarters(
    session: Session, settled: Settled, kept: Sequence[Forecast]
) -> tuple[PastQuarter, ...]:
    """What was said for each quarter, and what came of the leads that were open then."""
    if not kept:
        return ()
    came = came_by_span(session, settled, [span_of(row, settled) for row in kept])
    moment = min(settled.end, settled.now)
    found = []
    for row, what in zip(kept, came, strict=True):
        outlook = outlook_kept(row, settled)
        if settled.params.is_public and (
            outlook is None or outlook.scored_count < FEWEST_IN_PUBLIC
        ):
            # Said of too few leads, or before there was anything to publish.
            continue
        is_over = end_of_quarter(row) <= moment
        found.append(
            PastQuarter(
                day=row.day,
                quarter=quarter_of(row),
                is_own=row.is_own,
                is_over=is_over,
                is_learned=row.basis != Basis.SCORECARD,
                leads=_said(outlook, lambda line: line.leads),
                came_count=what.open_count,
                later_count=what.later_count,
                jobs=PastSum(
                    _said(outlook, lambda line: line.jobs), what.jobs, what.unknown_jobs, is_over
                )
                if outlook is None or outlook.has_jobs
                else None,
                capex=_amounts(outlook, what, is_over=is_over),
            )
        )
    return tuple(found)


def _said(outlook: Outlook | None, pick: Any) -> Expected:
    """What was said for the quarter; of no leads, nothing was to be expected."""
    said = None if outlook is None else pick(outlook.quarters[0])
    return Expected(0.0, 0, 0) if said is None else said


def _amounts(outlook: Outlook | None, came: Came, *, is_over: bool) -> tuple[PastSum, ...]:
    """By currency; one that nobody spoke of was said to be nothing."""
    said: dict[str | None, Expected] = {}
    # What was said without a likely range says none for other currencies either.
    other = Expected(0.0, 0, 0)
    if outlook is not None:
        line = outlook.quarters[0]
        other = other if line.leads.low is not None else Expected(0.0)
        for place, currency in enumerate(outlook.currencies):
            expected = line.capex[place]
            if currency.lead_count and expected is not None:
                said[currency.code] = expected
    nobody_knows = came.unknown_amounts.get(None, 0)
    return tuple(
        PastSum(
            said.get(code, other),
            came.amounts.get(code, 0),
            nobody_knows + (came.unknown_amounts.get(code, 0) if code is not None else 0),
            is_over,
            code,
        )
        for code in sorted(said | came.amounts, key=lambda code: (code is None, code or ""))
    )


def span_of(kept: Forecast, settled: Settled) -> Span:
    """The time in which a forecast comes true or not, as far as it lies before the report."""
    stop = end_of_quarter(kept)
    return Span(Calendar(kept.figures["zone"]).end_of(kept.day), stop, min(stop, settled.end))


def first_announced(*conditions: Any) -> sa.Select[*tuple[Any, ...]]:
    """When leads were announced for the first time."""
    return (
        sa.select(
            LeadRevision.lead_id,
            sa.func.min(LeadRevision.valid_from).label("at"),
            sa.func.min(LeadRevision.lead_type).label("lead_type"),
        )
        .where(LeadRevision.stage == StageCode.ANNOUNCED, *conditions)
        .group_by(LeadRevision.lead_id)
    )


class Announced:
    """Leads that the whole office may see, announced within spans, as known by a day's end.

    `first` are all of them, `opened` those that were open when the span began, with what they
    were then (`type_then`) and when announced (`type_since`); both by the `place` of their span.
    """

    def __init__(self, settled: Settled, spans: Sequence[Span]) -> None:
        found = (
            first_announced(
                LeadRevision.team_id.is_(None),
                LeadRevision.valid_from < settled.end,
                *scope_conditions(settled),
            )
            .having(sa.func.min(LeadRevision.valid_from) >= min(span.start for span in spans))
            .subquery()
        )
        within = [sa.and_(found.c.at >= span.start, found.c.at < span.stop) for span in spans]
        place = sa.case(*((one, number) for number, one in enumerate(within)))
        # With their type, or the moments would be bound without their zone.
        kind = LeadRevision.valid_from.type
        began, ended = (
            sa.case(
                *((one, sa.literal(moment, kind)) for one, moment in zip(within, of, strict=True))
            )
            for of in ([span.start for span in spans], [span.end for span in spans])
        )
        self.first = (
            sa.select(found.c.lead_id, found.c.lead_type, place.label("place"))
            .where(place.is_not(None))
            .subquery()
        )
        self.opened = (
            sa.select(
                LeadRevision.lead_id,
                place.label("place"),
                ended.label("ended"),
                LeadRevision.lead_type.label("type_then"),
                found.c.lead_type.label("type_since"),
            )
            .select_from(LeadRevision)
            .join(found, found.c.lead_id == LeadRevision.lead_id)
            .where(
                place.is_not(None),
                LeadRevision.valid_from < began,
                sa.or_(LeadRevision.valid_to.is_(None), LeadRevision.valid_to >= began),
                is_open(),
            )
            .subquery()
        )

    def came(self, lead_type: LeadType) -> sa.Select[Any]:
        """The keys of those that were open when the span began, by what they were then."""
        return sa.select(self.opened.c.lead_id).where(self.opened.c.type_then == lead_type)

    def besides(self, lead_type: LeadType) -> sa.Select[Any]:
        """The keys of the others, by what they are."""
        return sa.select(self.first.c.lead_id).where(
            self.first.c.lead_type == lead_type,
            self.first.c.lead_id.not_in(sa.select(self.opened.c.lead_id)),
        )


def came_by_span(session: Session, settled: Settled, spans: Sequence[Span]) -> list[Came]:
    """What came within each span, in two statements however many there are."""
    lead_type = settled.params.lead_type
    announced = Announced(settled, spans)
    found = [Came() for _span in spans]
    # Two statements: an outer join with an alias would lose the criteria of who looks.
    every = (
        sa.select(announced.first.c.place, sa.func.count().label("leads"))
        .where(announced.first.c.lead_type == lead_type)
        .group_by(announced.first.c.place)
    )
    for row in session.execute(every):
        found[row.place].later_count += row.leads
    for row in session.execute(_states_at_the_end(announced.opened)):
        what = found[row.place]
        if row.type_since == lead_type:
            what.later_count -= row.leads
        if row.type_then != lead_type:
            continue
        what.open_count += row.leads
        what.jobs += int(row.jobs or 0)
        what.unknown_jobs += row.leads - row.jobs_known
        if row.amounts_known:
            what.amounts[row.currency] = int(row.amount)
        if row.leads > row.amounts_known:
            what.unknown_amounts[row.currency] = row.leads - row.amounts_known
    return found


def _states_at_the_end(opened: sa.Subquery) -> sa.Select[*tuple[Any, ...]]:
    """What the leads that came had stated when their span was over."""
    c = opened.c
    kind = (c.place, c.type_then, c.type_since)
    return (
        sa.select(
            *kind,
            LeadRevision.capex_currency.label("currency"),
            sa.func.count().label("leads"),
            sa.func.count(LeadRevision.capex_amount).label("amounts_known"),
            sa.func.sum(LeadRevision.capex_amount).label("amount"),
            sa.func.count(LeadRevision.jobs_count).label("jobs_known"),
            sa.func.sum(LeadRevision.jobs_count).label("jobs"),
        )
        .select_from(LeadRevision)
        .join(opened, c.lead_id == LeadRevision.lead_id)
        .where(
            LeadRevision.team_id.is_(None),
            LeadRevision.valid_from < c.ended,
            sa.or_(LeadRevision.valid_to.is_(None), LeadRevision.valid_to >= c.ended),
        )
        .group_by(*kind, LeadRevision.capex_currency)
    )
