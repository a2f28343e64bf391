"""What a move may say about the things its stage asks for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.interactions.follow_ups import set_next_step
from crm.interactions.service import (
    ConversationDetails,
    ParticipantDetails,
    log_conversation,
)
from crm.leads.details import columns_of
from crm.timezones import today
from models.errors import DomainError, N_
from models.interaction import InteractionKind
from models.lead import DecisionStanding, DecisionStep, Lead, LeadAnswer, StepStanding
from models.stage import AnswerState
from models.user import Actor


@dataclass(frozen=True, slots=True)
class Given:
    """What was said about one requirement: its values, or a day to ask by, or "does not apply".

    `values` are fields of `LeadDetails`, except for three requirements that live in other
    tables: `decider_met` takes `met_on` and `met_whom`, `next_action` takes `next_action` and
    `next_action_on`, and `decision_path` takes `steps`, a line each.
    """

    values: Mapping[str, Any] | None = None
    ask_by_on: date | None = None
    does_not_apply: bool = False


def apply_given(
    session: Session, lead: Lead, given: Mapping[str, Given], *, actor: Actor, now: datetime
) -> dict[str, Any]:
    """Keep what was said; returns the lead's own columns, for the command to set and revise.

    Raises:
        DomainError: a day to ask by in the past, or an answer without content.
    """
    columns: dict[str, Any] = {}
    answered = {
        row.field: row
        for row in session.scalars(sa.select(LeadAnswer).where(LeadAnswer.lead_id == lead.id))
    }
    for field, said in given.items():
        if said.values is not None:
            columns |= _apply_values(session, lead, field, said.values, actor=actor, now=now)
            if field in answered:
                session.delete(answered[field])
            continue
        if said.ask_by_on is not None and said.ask_by_on < today(now, actor.office_time_zone):
            raise DomainError(N_("The day to ask by has passed already."), field=field)
        if said.ask_by_on is None and not said.does_not_apply:
            raise DomainError(
                N_("Answer, say when you will ask, or say that it does not apply."), field=field
            )
        row = answered.get(field)
        if row is None:
            row = LeadAnswer(lead_id=lead.id, team_id=lead.team_id, field=field)
            session.add(row)
        row.state = AnswerState.NOT_APPLICABLE if said.does_not_apply else AnswerState.ASK_BY
        row.ask_by_on = None if said.does_not_apply else said.ask_by_on
        row.answered_at = now
        row.actor_id = actor.id
    session.flush()
    return columns


def _apply_values(
    session: Session,
    lead: Lead,
    field: str,
    values: Mapping[str, Any],
    *,
    actor: Actor,
    now: datetime,
) -> dict[str, Any]:
    if field == "decider_met":
        log_conversation(
            session,
            ConversationDetails(
                kind=InteractionKind.MEETING,
                happened_on=values["met_on"],
                summary=values.get("met_whom") or "",
                text=None,
                participants=(ParticipantDetails(name=values.get("met_whom")),)
                if values.get("met_whom")
                else (),
                is_demo=lead.is_demo,
            ),
            lead=lead,
            actor=actor,
            now=now,
        )
        return {}
    if field == "next_action":
        set_next_step(
            session, lead, values["next_action"], values["next_action_on"], actor=actor, now=now
        )
        return {}
    if field == "decision_path":
        add_decision_steps(session, lead, values["steps"], now=now)
        return {}
    if field == "announcement":
        # The announcement has its own command; the move reads its record.
        return {}
    return columns_of(values)


def add_decision_steps(session: Session, lead: Lead, text: str, *, now: datetime) -> None:
    """Add people or bodies to the decision path, one a line: "name, department".

    Raises:
        DomainError: no line has a name.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines:
        raise DomainError(N_("Name at least one person or body that decides."), field="steps")
    last = session.scalar(
        sa.select(sa.func.max(DecisionStep.position)).where(DecisionStep.lead_id == lead.id)
    )
    steps = []
    for position, line in enumerate(lines, start=(last or 0) + 1):
        name, _, department = line.partition(",")
        steps.append(
            DecisionStep(
                lead_id=lead.id,
                team_id=lead.team_id,
                position=position,
                name=name.strip(),
                department=department.strip() or None,
                standing=StepStanding.UNKNOWN,
                recorded_at=now,
            )
        )
    session.add_all(steps)
    session.flush()
    for step in steps:
        note_standing(session, step, now=now)
    session.flush()


def note_standing(
    session: Session, step: DecisionStep, *, is_gone: bool = False, now: datetime
) -> None:
    """Keep how a step of the decision path stands from now on, or that it is on it no more."""
    session.add(
        DecisionStanding(
            lead_id=step.lead_id,
            team_id=step.team_id,
            step=step.id,
            standing=None if is_gone else step.standing,
            known_at=now,
        )
    )
