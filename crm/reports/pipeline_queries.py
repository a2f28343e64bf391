"""The reads behind the pipeline as of a day: sums and counts only, a fixed number of statements."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.announcements.embargo import is_public
from crm.announcements.queries import whose_of
from crm.leads.filters import OPEN
from crm.reports.as_of import first_known_on, standing_conditions, total
from crm.reports.converted_queries import read_rates
from crm.reports.group_names import load_keys
from crm.reports.params import Dimension, ReportParams, Settled, settle
from crm.reports.periods import Quarter
from crm.reports.pipeline import (
    AnnouncedLine,
    GroupLine,
    Pipeline,
    PipelineReport,
    StageLine,
    Weights,
)
from crm.reports.pipeline_public import publish_pipeline, publish_report
from crm.reports.sums import TOLD, SumRow, Told, sums_of
from crm.reports.weights import weights_as_of
from models.agreement import Citation
from models.announcement import Announcement, Whose
from models.lead import LeadRevision
from models.stage import STAGES, StageCode, Status

QUARTERS_SHOWN = 8

# By what a revision is grouped; an agreement is no column of it.
_COLUMNS: dict[Dimension, Any] = {
    Dimension.MARKET: LeadRevision.market,
    Dimension.SECTOR: LeadRevision.sector_id,
    Dimension.OFFICE: LeadRevision.office_id,
    Dimension.OWNER: LeadRevision.owner_id,
    Dimension.SOURCE: LeadRevision.source_id,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StateRow(SumRow):
    """Leads that stood alike, with the sums over those of them that state a number."""

    group: Any
    stage: StageCode


def read_pipeline(session: Session, params: ReportParams, *, now: datetime) -> PipelineReport:
    """The pipeline as of a day, and as of the one that it is compared with.

    Raises:
        DomainError: a day that no report can be about.
    """
    settled = settle(session, params, now=now)
    before = _pipeline(session, settled, settled.compare) if settled.compare else None
    report = PipelineReport(_pipeline(session, settled, settled.as_of), before)
    return publish_report(report) if params.is_public else report


def _pipeline(session: Session, settled: Settled, day: date) -> Pipeline:
    end = settled.calendar.end_of(day)
    by = settled.params.by
    weights = weights_as_of(session, end, zone=settled.calendar.time_zone)
    if by is Dimension.AGREEMENT:
        # A lead may cite several: the total cannot be added up from the groups.
        rows = _standing(session, settled, end, group=sa.null())
        grouped = _citing(session, settled, end)
    else:
        grouped = rows = _standing(session, settled, end, group=_COLUMNS.get(by, sa.null()))
    announced, unplaced_count = _announced(session, settled, day, end)
    pipeline = Pipeline(
        as_of=day,
        lead_type=settled.params.lead_type,
        scope=settled.params.scope,
        weights=weights,
        total=sums_of(_open(rows, weights)),
        stages=_stage_lines(rows, weights),
        by=by,
        groups=_groups(session, grouped, by, weights),
        announced=announced,
        unplaced_count=unplaced_count,
        first_known_on=first_known_on(session, settled),
    )
    if settled.params.is_public:
        pipeline = publish_pipeline(pipeline)
    # Of the figures as they are printed: no rate tells of a currency that nobody reads of.
    rates = read_rates(session, settled.params, day, _currencies(pipeline))
    return pipeline if rates is None else replace(pipeline, rates=rates)


def _currencies(pipeline: Pipeline) -> set[str | None]:
    sums = [
        pipeline.total,
        *(line.sums for line in pipeline.stages),
        *(line.sums for line in pipeline.groups),
        *(line.ours for line in pipeline.announced),
    ]
    return {money.currency for item in sums for money in item.capex}


def _stage_lines(rows: Iterable[StateRow], weights: Weights) -> tuple[StageLine, ...]:
    by_stage: dict[StageCode, list[StateRow]] = {stage: [] for stage in STAGES}
    for row in rows:
        by_stage[row.stage].append(row)
    return tuple(
        StageLine(
            stage, weights.of(stage), sums_of((row, weights.of(stage)) for row in by_stage[stage])
        )
        for stage in STAGES
    )


def _open(rows: Iterable[StateRow], weights: Weights) -> list[tuple[StateRow, Decimal]]:
    return [(row, weights.of(row.stage)) for row in rows if row.stage is not StageCode.ANNOUNCED]


def _groups(
    session: Session, rows: Sequence[StateRow], by: Dimension, weights: Weights
) -> tuple[GroupLine, ...]:
    if by is Dimension.STAGE:
        return ()
    found: dict[Any, list[StateRow]] = {}
    for row in rows:
        found.setdefault(row.group, []).append(row)
    keys = load_keys(session, by, found)
    lines = [
        GroupLine(keys[group], sums_of(_open(members, weights)), _stage_lines(members, weights))
        for group, members in found.items()
    ]
    return tuple(sorted(lines, key=_rank))


def _rank(line: GroupLine) -> tuple[bool, int, str, str]:
    """The largest first, what is not known last."""
    key = line.key
    return (key.code is None, -(line.sums.lead_count or 0), key.name or "", key.code or "")


def _standing(session: Session, settled: Settled, end: datetime, *, group: Any) -> list[StateRow]:
    named = group.label("grouped")
    statement = (
        sa.select(named, LeadRevision.stage, *_figures(LeadRevision))
        .where(*standing_conditions(settled, end), LeadRevision.status.in_(OPEN))
        .group_by("grouped", LeadRevision.stage, "currency")
    )
    return [_row(row) for row in session.execute(total(settled, statement))]


def _citing(session: Session, settled: Settled, end: datetime) -> list[StateRow]:
    """By the agreements that leads cited by then; None are the leads that cited none."""
    citations = (
        sa.select(Citation.lead_id, Citation.agreement_id)
        .where(
            Citation.lead_id.is_not(None),
            Citation.agreement_id.is_not(None),
            Citation.known_at < end,
        )
        .distinct()
        .subquery()
    )
    statement = (
        sa.select(
            citations.c.agreement_id.label("grouped"), LeadRevision.stage, *_figures(LeadRevision)
        )
        .select_from(LeadRevision)
        .outerjoin(citations, citations.c.lead_id == LeadRevision.lead_id)
        .where(*standing_conditions(settled, end), LeadRevision.status.in_(OPEN))
        .group_by("grouped", LeadRevision.stage, "currency")
    )
    return [_row(row) for row in session.execute(total(settled, statement))]


def _figures(cls: Any) -> list[Any]:
    """The sums over a table that states investment and jobs."""
    count = sa.func.count
    amount, jobs = cls.capex_amount, cls.jobs_count
    on_hold = (
        count(sa.case((cls.status == Status.ON_HOLD, 1))) if hasattr(cls, "status") else sa.null()
    )
    return [
        cls.capex_currency.label("currency"),
        count().label("leads"),
        on_hold.label("on_hold"),
        count(amount).label("amounts"),
        sa.func.sum(amount).label("amount"),
        sa.func.sum(sa.func.coalesce(cls.capex_upper, amount)).label("amount_upper"),
        sa.func.max(amount).label("amount_largest"),
        count(jobs).label("jobs_leads"),
        sa.func.sum(jobs).label("jobs"),
        sa.func.sum(sa.func.coalesce(cls.jobs_upper, jobs)).label("jobs_upper"),
        sa.func.max(jobs).label("jobs_largest"),
        *(
            count(sa.case((column == qualifier, 1))).label(f"{name}_{qualifier.value}")
            for name, column in (("amount", cls.capex_qualifier), ("jobs", cls.jobs_qualifier))
            for qualifier in TOLD
        ),
    ]


def _row(row: Any) -> StateRow:
    values = row._mapping
    return StateRow(
        group=values.get("grouped"),
        stage=values.get("stage", StageCode.ANNOUNCED),
        currency=row.currency,
        leads=row.leads,
        on_hold=row.on_hold or 0,
        amounts=row.amounts,
        amount=int(row.amount or 0),
        amount_upper=int(row.amount_upper or 0),
        amount_largest=int(row.amount_largest or 0),
        amount_told=_told(values, "amount"),
        jobs_leads=row.jobs_leads,
        jobs=int(row.jobs or 0),
        jobs_upper=int(row.jobs_upper or 0),
        jobs_largest=int(row.jobs_largest or 0),
        jobs_told=_told(values, "jobs"),
    )


def _told(values: Mapping[Any, Any], name: str) -> Told:
    return Told(**{q.value: values[f"{name}_{q.value}"] for q in TOLD})


def _announced(
    session: Session, settled: Settled, day: date, end: datetime
) -> tuple[tuple[AnnouncedLine, ...], int]:
    """What became public by the end of a day, by quarter; and how many belong to no lead.

    Only what is public now: who looks does not matter. The type and the filters are those of the
    lead as it stood on the day.
    """
    quarters = settled.calendar.quarters_until(day, QUARTERS_SHOWN)
    place = sa.case(
        *(
            (Announcement.public_at >= settled.calendar.start_of(quarter.starts_on), number)
            for number, quarter in reversed(list(enumerate(quarters, start=1)))
        ),
        else_=0,
    ).label("grouped")
    whose = whose_of()
    states = sa.select(LeadRevision.lead_id).where(*standing_conditions(settled, end)).subquery()
    out = [
        Announcement.public_at < end,
        is_public(settled.now),
        whose.in_((Whose.OURS, Whose.SHARED)),
    ]
    if settled.params.is_public:
        out.append(Announcement.team_id.is_(None))
    share = Announcement.our_share_percent
    statement = (
        sa.select(
            place,
            whose.label("whose_is"),
            sa.func.sum(share).label("share"),
            sa.func.count(share).label("stated"),
            *_figures(Announcement),
        )
        .select_from(Announcement)
        .join(states, states.c.lead_id == Announcement.lead_id)
        .where(*out)
        .group_by("grouped", "whose_is", "currency")
    )
    unplaced = sa.select(sa.func.count()).select_from(Announcement)
    unplaced = unplaced.where(*out, Announcement.lead_id.is_(None))
    found = list(session.execute(total(settled, statement)))
    lines = tuple(
        _announced_line(quarter, [row for row in found if row.grouped == number])
        for number, quarter in enumerate((None, *quarters))
    )
    return lines, session.scalar(total(settled, unplaced)) or 0


def _announced_line(quarter: Quarter | None, rows: Sequence[Any]) -> AnnouncedLine:
    certain = Decimal(1)
    ours = [row for row in rows if row.whose_is == Whose.OURS]
    shared = [row for row in rows if row.whose_is == Whose.SHARED]
    return AnnouncedLine(
        quarter,
        ours=sums_of((_row(row), certain) for row in ours),
        shared=sums_of((_row(row), certain) for row in shared),
        share_percent_sum=float(sum(row.share or 0 for row in shared)),
        unstated_count=sum(row.leads - row.stated for row in shared),
    )
