"""The reads behind the quality of the records: counts only, a fixed number of statements."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from crm.reports.as_of import first_known_on, is_open, standing_conditions, total
from crm.reports.group_names import load_keys
from crm.reports.params import Dimension, ReportParams, Settled, settle
from crm.reports.quality import QUIET_DAYS, Gaps, Quality, QualityLine, QualityReport
from models.interaction import FollowUp, Interaction, InteractionStanding
from models.lead import ImportedTotal, Lead, LeadRevision
from models.measure import Precision

_GAPS = (
    "no_step",
    "overdue",
    "target_passed",
    "silent",
    "stale",
    "capex_unknown",
    "jobs_unknown",
    "sector_unknown",
)


def read_quality(session: Session, params: ReportParams, *, now: datetime) -> QualityReport:
    """The quality of the records as of a day, and as of the one that it is compared with.

    Raises:
        DomainError: a day that no report can be about.
    """
    settled = settle(session, params, now=now)
    before = _quality(session, settled, settled.compare) if settled.compare else None
    return QualityReport(_quality(session, settled, settled.as_of), before)


def lacks(gap: str, day: date, settled: Settled) -> Any:
    """Whether a lead lacks something as of a day, as a condition on its `LeadRevision`."""
    end = settled.calendar.end_of(day)
    if gap == "no_step":
        return sa.not_(_next_step(end).exists())
    if gap == "overdue":
        return _next_step(end).where(FollowUp.due_on < day).exists()
    if gap == "target_passed":
        return _target_passed(day)
    if gap == "silent":
        return sa.not_(_was_in_touch(day, end))
    if gap == "stale":
        return _is_stale(settled.calendar.end_of(day - timedelta(days=QUIET_DAYS)), end)
    unknown = {
        "capex_unknown": LeadRevision.capex_amount,
        "jobs_unknown": LeadRevision.jobs_count,
        "sector_unknown": LeadRevision.sector_id,
    }
    return unknown[gap].is_(None)


def _quality(session: Session, settled: Settled, day: date) -> Quality:
    end = settled.calendar.end_of(day)
    each = (
        sa.select(
            LeadRevision.office_id,
            LeadRevision.owner_id,
            *(sa.case((lacks(gap, day, settled), 1), else_=0).label(gap) for gap in _GAPS),
        )
        .where(*standing_conditions(settled, end), is_open())
        .cte("each")
        .prefix_with("MATERIALIZED")
    )
    gap_count: Any = sum((each.c[gap] for gap in _GAPS), start=sa.literal(0))
    statement = sa.select(
        each.c.office_id,
        each.c.owner_id,
        sa.func.count().label("leads"),
        *(sa.func.sum(each.c[gap]).label(gap) for gap in _GAPS),
        sa.func.sum(sa.case((gap_count == 0, 1), else_=0)).label("sound"),
    ).group_by(each.c.office_id, each.c.owner_id)
    rows = [
        (row.office_id, row.owner_id, Gaps(*(int(value) for value in row[2:])))
        for row in session.execute(total(settled, statement))
    ]
    return Quality(
        as_of=day,
        lead_type=settled.params.lead_type,
        scope=settled.params.scope,
        total=_added(gaps for _office, _owner, gaps in rows),
        offices=_lines(session, Dimension.OFFICE, [(office, gaps) for office, _o, gaps in rows]),
        owners=_lines(session, Dimension.OWNER, [(owner, gaps) for _o, owner, gaps in rows]),
        first_known_on=first_known_on(session, settled),
    )


def _lines(
    session: Session, by: Dimension, rows: list[tuple[int | None, Gaps]]
) -> tuple[QualityLine, ...]:
    found: dict[int | None, list[Gaps]] = {}
    for group, gaps in rows:
        found.setdefault(group, []).append(gaps)
    keys = load_keys(session, by, found)
    lines = [QualityLine(keys[group], _added(several)) for group, several in found.items()]
    return tuple(
        sorted(
            lines,
            key=lambda line: (line.key.code is None, -line.gaps.lead_count, line.key.name or ""),
        )
    )


def _added(several: Iterable[Gaps]) -> Gaps:
    return sum(several, start=Gaps())


def _next_step(end: datetime) -> Any:
    """The step that was next when a day was over; its day is the one that it has now."""
    return sa.select(FollowUp.id).where(
        FollowUp.lead_id == LeadRevision.lead_id,
        FollowUp.is_next_step,
        FollowUp.created_at < end,
        sa.or_(FollowUp.done_at.is_(None), FollowUp.done_at >= end),
    )


def _target_passed(day: date) -> Any:
    """Whether all of the period that was estimated lies before a day; its first day is kept."""
    begins = {
        Precision.MONTH: day.replace(day=1),
        Precision.QUARTER: date(day.year, (day.month - 1) // 3 * 3 + 1, 1),
        Precision.YEAR: date(day.year, 1, 1),
    }
    from_on = sa.case(
        *(
            (LeadRevision.target_precision == precision, sa.literal(first, sa.Date()))
            for precision, first in begins.items()
        ),
        else_=sa.literal(day, sa.Date()),
    )
    return sa.and_(LeadRevision.target_on.is_not(None), LeadRevision.target_on < from_on)


def _was_in_touch(day: date, end: datetime) -> Any:
    """Whether there was contact lately, as far as it was known by the end of a day."""
    after = day - timedelta(days=QUIET_DAYS)
    talk = sa.select(Interaction.id).where(
        Interaction.lead_id == LeadRevision.lead_id,
        Interaction.standing == InteractionStanding.HELD,
        Interaction.happened_on > after,
        Interaction.happened_on <= day,
        Interaction.known_at < end,
    )
    told = sa.select(ImportedTotal.id).where(
        ImportedTotal.lead_id == LeadRevision.lead_id,
        ImportedTotal.last_contact_on > after,
        ImportedTotal.last_contact_on <= day,
        ImportedTotal.known_at < end,
    )
    first = sa.select(Lead.id).where(
        Lead.id == LeadRevision.lead_id, Lead.first_contact_on > after, Lead.first_contact_on <= day
    )
    return sa.or_(talk.exists(), first.exists(), told.exists())


def _is_stale(cut: datetime, end: datetime) -> Any:
    """Whether the chance that somebody stated was the same all the time between two moments."""
    past = aliased(LeadRevision)
    of_lead = sa.select(past.id).where(
        past.lead_id == LeadRevision.lead_id,
        sa.or_(past.valid_to.is_(None), past.valid_to > past.valid_from),
    )
    stood = of_lead.where(
        past.valid_from < cut,
        sa.or_(past.valid_to.is_(None), past.valid_to >= cut),
        past.likelihood == LeadRevision.likelihood,
    )
    changed = of_lead.where(
        past.valid_from >= cut,
        past.valid_from < end,
        sa.or_(past.likelihood.is_(None), past.likelihood != LeadRevision.likelihood),
    )
    return sa.and_(LeadRevision.likelihood.is_not(None), stood.exists(), sa.not_(changed.exists()))
