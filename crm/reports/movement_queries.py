"""The reads behind the bridge from one day to another: a fixed number of sums and counts."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.reports.as_of import (
    first_known_on,
    is_open,
    known_before,
    lead_conditions,
    standing_conditions,
    total,
)
from crm.reports.bridge import (
    amounts_of,
    estimates_of,
    line_of,
    loss_lines,
    passages_of,
    sort_out,
)
from crm.reports.converted_queries import read_rates
from crm.reports.movement import (
    Move,
    Movement,
    Standing,
)
from crm.reports.movement_public import publish_movement
from crm.reports.params import RelativeDay, ReportParams, Settled, revision_conditions, settle
from models.errors import DomainError, N_
from models.lead import Change, LeadRevision
from models.stage import STAGES, StageCode, Status

_OPEN_STAGES = STAGES[:-1]


def read_movement(session: Session, params: ReportParams, *, now: Any) -> Movement:
    """The bridge to a day from the one that it is compared with, or else from the last quarter's.

    Raises:
        DomainError: a day that no report can be about.
    """
    settled = settle(session, params, now=now, compares_with=RelativeDay.LAST_QUARTER)
    if settled.compare is None:
        raise DomainError(N_("What changed needs a day to begin from."), field="compare")
    by_move, undated_count = sort_out(session.execute(total(settled, _events(settled))))
    estimates = by_move.pop(Move.RE_ESTIMATED)
    movement = Movement(
        _standing(session, settled, settled.compare),
        _standing(session, settled, settled.as_of),
        params.lead_type,
        params.scope,
        lines=tuple(
            estimates_of(estimates) if move is Move.RE_ESTIMATED else line_of(move, by_move[move])
            for move in Move
        ),
        losses=loss_lines(session.execute(total(settled, _losses(settled)))),
        passages=passages_of(by_move),
        undated_count=undated_count,
        first_known_on=first_known_on(session, settled),
    )
    if params.is_public:
        movement = publish_movement(movement)
    if params.convert is None:
        return movement
    return replace(
        movement,
        rates_before=read_rates(session, params, settled.compare, movement.currencies),
        rates=read_rates(session, params, settled.as_of, movement.currencies),
    )


def _standing(session: Session, settled: Settled, day: date) -> Standing:
    end = settled.calendar.end_of(day)
    statement: Any = (
        sa.select(
            LeadRevision.stage,
            LeadRevision.capex_currency.label("currency"),
            sa.func.count().label("leads"),
            sa.func.count(LeadRevision.capex_amount).label("amounts"),
            sa.func.sum(LeadRevision.capex_amount).label("amount"),
            sa.func.count(LeadRevision.jobs_count).label("jobs_leads"),
            sa.func.sum(LeadRevision.jobs_count).label("jobs"),
            sa.func.count(sa.case((LeadRevision.recorded_at >= end, 1))).label("late"),
        )
        .where(*standing_conditions(settled, end), is_open())
        .group_by(LeadRevision.stage, LeadRevision.capex_currency)
    )
    rows = session.execute(total(settled, statement)).all()
    amounts: Counter[str | None] = Counter()
    stating: Counter[str | None] = Counter()
    stages: Counter[StageCode] = Counter()
    for row in rows:
        amounts[row.currency] += int(row.amount or 0)
        stating[row.currency] += row.amounts
        stages[row.stage] += row.leads
    count = stages.total()
    return Standing(
        day,
        lead_count=count,
        capex=amounts_of(amounts, stating),
        unknown_capex_count=count - stating.total(),
        jobs=sum(int(row.jobs or 0) for row in rows),
        unknown_jobs_count=count - sum(row.jobs_leads for row in rows),
        late_count=sum(row.late for row in rows),
        stages=tuple(stages[stage] for stage in _OPEN_STAGES),
    )


# What of a state an event is judged by, and what of it is added up.
_KEYS = ("stage", "status", "selected", "currency")
_SIZES = ("amount", "jobs")
# What no lead is lost by, so that the edits of lost ones need not be looked at.
_NO_CHANGES_OF_STATUS = (Change.EDITED, Change.REASSIGNED, Change.RESTRICTED, Change.LIFTED)


def changes_between(settled: Settled, *narrower: Any, told: Sequence[Any] = ()) -> sa.Subquery:
    """The changes between the ends of two days, each state beside the one before it.

    The first change of a lead stands beside the state that held when the first day ended; a lead
    that has none before enters. States of a lead are numbered without a gap. `told` are further
    columns of the change.
    """
    start, end = settled.compare_end, settled.end
    assert start is not None
    selected = sa.and_(*revision_conditions(settled))
    columns: dict[str, Any] = {
        "stage": LeadRevision.stage,
        "status": LeadRevision.status,
        "currency": LeadRevision.capex_currency,
        "amount": LeadRevision.capex_amount,
        "jobs": LeadRevision.jobs_count,
        # Numbers, not truth values: the two databases do not agree on these in a CASE.
        "selected": sa.case((selected, 1), else_=0),
        "inside": sa.case((sa.and_(selected, is_open()), 1), else_=0),
    }
    after = (
        sa.select(
            LeadRevision.lead_id,
            (LeadRevision.sequence - 1).label("sequence_before"),
            LeadRevision.recorded_at,
            LeadRevision.is_day_unknown,
            *told,
            *(column.label(name) for name, column in columns.items()),
        )
        .where(
            LeadRevision.valid_from >= start,
            known_before(end),
            *lead_conditions(settled),
            *narrower,
        )
        .subquery()
    )
    # Two selects, not an alias that is joined: each has the criteria of who looks within it.
    before = (
        sa.select(
            LeadRevision.lead_id,
            LeadRevision.sequence,
            *(column.label(name) for name, column in columns.items()),
        )
        .where(LeadRevision.valid_to >= start)
        .subquery()
    )
    return (
        sa.select(after, *(before.c[name].label(f"{name}_before") for name in columns))
        .select_from(after)
        .outerjoin(
            before,
            sa.and_(
                before.c.lead_id == after.c.lead_id,
                before.c.sequence == after.c.sequence_before,
            ),
        )
        .where(sa.or_(after.c.inside == 1, before.c.inside == 1))
        .subquery()
    )


def _events(settled: Settled) -> sa.Select[Any]:
    """The events that are alike, counted, with their sums before and after.

    Grouped by codes alone, which a database knows to be few; what they mean is said in Python.
    """
    c = changes_between(settled).c
    keys = [c[f"{name}{ending}"] for ending in ("", "_before") for name in _KEYS]
    has_other_amount = sa.or_(
        c.amount.is_distinct_from(c.amount_before),
        sa.and_(c.amount.is_not(None), c.currency.is_distinct_from(c.currency_before)),
    )
    has_other_jobs = c.jobs.is_distinct_from(c.jobs_before)
    is_resized = sa.or_(has_other_amount, has_other_jobs)
    is_late = c.recorded_at >= settled.end

    def count(*conditions: Any) -> Any:
        return sa.func.count(sa.case((sa.and_(*conditions), 1)))

    return sa.select(
        *keys,
        sa.func.count().label("events"),
        count(is_resized).label("resized"),
        count(has_other_amount, c.amount.is_not(None)).label("resized_amounts"),
        count(has_other_amount, c.amount_before.is_not(None)).label("resized_amounts_before"),
        count(has_other_jobs).label("resized_jobs"),
        *(
            figure
            for ending in ("", "_before")
            for name in _SIZES
            for figure in (
                sa.func.count(c[f"{name}{ending}"]).label(f"{name}_leads{ending}"),
                sa.func.sum(c[f"{name}{ending}"]).label(f"{name}{ending}"),
            )
        ),
        count(is_late).label("late"),
        count(is_late, is_resized).label("late_resized"),
        count(c.is_day_unknown).label("undated"),
    ).group_by(*keys)


def _losses(settled: Settled) -> sa.Select[Any]:
    """Why leads were lost, and to where, as each loss was recorded."""
    is_loss = sa.and_(
        LeadRevision.status == Status.LOST, LeadRevision.change.not_in(_NO_CHANGES_OF_STATUS)
    )
    c = changes_between(settled, is_loss, told=(LeadRevision.lost_reason, LeadRevision.lost_to)).c
    found = (
        sa.select(
            c.lost_reason.label("code"),
            c.lost_to.label("place"),
            c.currency_before,
            c.amount_before,
        )
        .where(c.selected == 1, c.inside_before == 1)
        .subquery()
    )
    return sa.select(
        found.c.code,
        found.c.place,
        found.c.currency_before,
        sa.func.count().label("events"),
        sa.func.count(found.c.amount_before).label("amounts"),
        sa.func.sum(found.c.amount_before).label("amount"),
    ).group_by(found.c.code, found.c.place, found.c.currency_before)
