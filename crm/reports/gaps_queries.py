"""The reads behind the report of gaps: statements that return counts only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.announcements.embargo import is_public
from crm.leads.facts import load_requirements
from crm.leads.filters import Standing, conditions, without_first_contact
from crm.reports.filters import FunnelFilters
from crm.reports.gaps_rules import known
from crm.visibility import over_all_leads, viewer_of
from models.lead import Lead, LeadAnswer
from models.stage import STAGES, AnswerState, Requirement, RequirementKind, StageCode


@dataclass(frozen=True, slots=True)
class StageRow:
    """The open leads at a stage, and how many do not know what each requirement asks for.

    `unknown_counts` is in the order of the requirements, whatever was answered instead; those of
    later stages are 0. `with_gap_count` are the leads that lack something, answers heeded.
    """

    stage: StageCode
    lead_count: int
    with_gap_count: int
    unknown_counts: Sequence[int]


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """Open leads at a stage that gave one answer about a field, and still do not know it."""

    stage: StageCode
    field: str
    state: AnswerState
    is_overdue: bool
    lead_count: int


@dataclass(frozen=True, slots=True)
class GapFigures:
    """Everything the report is made of. `undated_count` leads no range of days can hold."""

    requirements: Sequence[Requirement]
    stages: Sequence[StageRow]
    answers: Sequence[AnswerRow]
    undated_count: int


def is_waived(requirement: Requirement, at: StageCode) -> bool:
    """Whether "does not apply" ends the matter: not for the proof of the stage a lead is at."""
    return requirement.kind is not RequirementKind.PROOF or requirement.stage is not at


def summarise_gaps(
    session: Session, filters: FunnelFilters, *, today: date, now: datetime | None = None
) -> GapFigures:
    """What the open leads lack, over all leads for who counts all.

    Whoever only reads learns of an announcement as from `crm.leads.facts.load_facts`.
    """
    actor = viewer_of(session)
    # An announced lead is won: what it once lacked is no longer missing from anything.
    requirements = [
        requirement
        for requirement in load_requirements(session)[filters.lead_type]
        if requirement.stage is not StageCode.ANNOUNCED
    ]
    chosen = conditions(filters.as_list(Standing.OPEN), actor=actor, today=today)
    undated_count = 0
    if filters.has_range:
        unbounded = replace(filters, first_from=None, first_to=None).as_list(Standing.OPEN)
        undated = sa.select(sa.func.count(Lead.id)).where(
            *conditions(unbounded, actor=actor, today=today), without_first_contact()
        )
        undated_count = session.scalar(over_all_leads(undated)) or 0
    told = None if actor.may_write else _told(now)
    rules = {requirement.field: known(requirement.field, told=told) for requirement in requirements}
    return GapFigures(
        requirements,
        _stages(session, requirements, chosen, rules),
        _answers(session, rules, chosen, today=today),
        undated_count,
    )


def _told(now: datetime | None) -> Any:
    """Announcements of which somebody who only reads may know."""
    is_out = Lead.stage == StageCode.ANNOUNCED
    return is_out if now is None else sa.or_(is_out, is_public(now))


def _stages(
    session: Session,
    requirements: Sequence[Requirement],
    chosen: Sequence[Any],
    rules: Mapping[str, Any],
) -> list[StageRow]:
    lacks = [_lacks(requirement, rules) for requirement in requirements]
    # Worked out once a lead: written into the sums, each look at another table would run twice.
    each = (
        sa.select(
            Lead.id,
            Lead.stage,
            *(lack.label(f"lacks_{number}") for number, lack in enumerate(lacks)),
        )
        .where(*chosen)
        .cte("each")
        .prefix_with("MATERIALIZED")
    )
    waived = _waived(requirements, chosen, rules)
    columns = [each.c[f"lacks_{number}"] for number in range(len(lacks))]
    unknown_count = sum(columns, start=sa.literal(0))
    has_gap = unknown_count > sa.func.coalesce(waived.c.waived_count, 0)
    statement = (
        sa.select(
            each.c.stage,
            sa.func.count().label("lead_count"),
            sa.func.sum(sa.case((has_gap, 1), else_=0)).label("with_gap_count"),
            *(sa.func.sum(column) for column in columns),
        )
        .select_from(each)
        .outerjoin(waived, waived.c.lead_id == each.c.id)
        .group_by(each.c.stage)
    )
    return [
        StageRow(stage, lead_count, with_gap_count, unknown_counts)
        for stage, lead_count, with_gap_count, *unknown_counts in session.execute(
            over_all_leads(statement)
        )
    ]


def _lacks(requirement: Requirement, rules: Mapping[str, Any]) -> Any:
    """1 where a lead has come so far without what the stage asks for, else 0."""
    return sa.case(
        (Lead.stage.not_in(_from(requirement.stage)), 0), (rules[requirement.field], 0), else_=1
    )


def _waived(
    requirements: Sequence[Requirement], chosen: Sequence[Any], rules: Mapping[str, Any]
) -> sa.Subquery:
    """How many of a lead's unmet requirements do not apply, for the leads that have any."""
    by_field: dict[str, Any] = {}
    for requirement in requirements:
        stages = [stage for stage in _from(requirement.stage) if is_waived(requirement, stage)]
        counted = sa.case((Lead.stage.in_(stages), 1), else_=0)
        by_field[requirement.field] = by_field.get(requirement.field, 0) + counted
    number = sa.case(
        *(
            (LeadAnswer.field == field, sa.case((rules[field], 0), else_=counted))
            for field, counted in by_field.items()
        ),
        else_=0,
    )
    return (
        sa.select(LeadAnswer.lead_id, sa.func.sum(number).label("waived_count"))
        .join(Lead, Lead.id == LeadAnswer.lead_id)
        .where(LeadAnswer.state == AnswerState.NOT_APPLICABLE, *chosen)
        .group_by(LeadAnswer.lead_id)
        .subquery("waived")
    )


def _answers(
    session: Session,
    rules: Mapping[str, Any],
    chosen: Sequence[Any],
    *,
    today: date,
) -> list[AnswerRow]:
    is_known = sa.case(
        *(
            (LeadAnswer.field == field, sa.case((rule, 1), else_=0))
            for field, rule in rules.items()
        ),
        else_=1,
    )
    is_overdue = sa.case((LeadAnswer.ask_by_on < today, 1), else_=0).label("is_overdue")
    statement = (
        sa.select(Lead.stage, LeadAnswer.field, LeadAnswer.state, is_overdue, sa.func.count())
        .join(Lead, Lead.id == LeadAnswer.lead_id)
        .where(*chosen, is_known == 0)
        .group_by(Lead.stage, LeadAnswer.field, LeadAnswer.state, "is_overdue")
    )
    return [
        AnswerRow(stage, field, state, bool(overdue), lead_count)
        for stage, field, state, overdue, lead_count in session.execute(over_all_leads(statement))
    ]


def _from(stage: StageCode) -> tuple[StageCode, ...]:
    """This stage and the later ones."""
    return STAGES[stage.position - 1 :]
