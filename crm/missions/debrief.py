"""Commands of the debrief: what became of each item, what comes next, what was promised."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from crm.interactions.follow_ups import (
    FollowUpDetails,
    change_follow_up,
    promise,
    set_next_step,
)
from crm.missions.course import hold_item, set_standing
from crm.missions.rules import check_version, must_write, text_or_none
from models.agenda import AgendaItem, AgendaOutcome, AgendaStanding
from models.errors import DomainError, N_
from models.interaction import FollowUp, Interaction
from models.lead import Lead
from models.mission import Mission
from models.user import Actor

# What a debrief can say of whether people met.
SAID = (AgendaStanding.HELD, AgendaStanding.NO_SHOW, AgendaStanding.CANCELLED)


@dataclass(frozen=True, slots=True)
class StepDetails:
    """What comes next after an item. Without an owner it is the lead's, else the actor's."""

    text: str
    owner_id: int | None = None
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class DebriefDetails:
    """One row of the debrief. `standing` None leaves it as it stands, and so does `step` None.

    `happened_on` is needed only where nobody knows the item's day.
    """

    standing: AgendaStanding | None = None
    happened_on: date | None = None
    outcome: AgendaOutcome | None = None
    note: str | None = None
    step: StepDetails | None = None


def debrief_item(
    session: Session,
    item: AgendaItem,
    details: DebriefDetails,
    *,
    version: int | None = None,
    actor: Actor,
    now: datetime,
) -> None:
    """Keep what a row of the debrief says. "Held" writes the conversation, as everywhere.

    Raises:
        ConflictError: somebody else changed the item since `version`.
        DomainError: it has not begun, nobody says on which day, or an outcome of no meeting.
    """
    must_write(actor)
    check_version(item, version)
    note = text_or_none(details.note)
    _say_standing(session, item, details, note, actor=actor, now=now)
    if details.outcome is not None and item.standing is not AgendaStanding.HELD:
        raise DomainError(N_("Say first that you met."), field="outcome")
    if (item.outcome, item.outcome_note) != (details.outcome, note):
        _keep_summary(session, item, note)
        item.outcome, item.outcome_note = details.outcome, note
        item.version += 1
        session.flush()
    if details.step is not None:
        _say_step(session, item, details.step, actor=actor, now=now)


def promise_on_mission(
    session: Session,
    mission: Mission,
    details: FollowUpDetails,
    *,
    item: AgendaItem | None,
    actor: Actor,
    now: datetime,
) -> FollowUp:
    """Keep something promised on a mission, at one of its items or to nobody in particular.

    Raises:
        DomainError: no text.
    """
    must_write(actor)
    found = promise(
        session,
        FollowUpDetails(
            text=details.text,
            due_on=details.due_on,
            promised_to=details.promised_to,
            owner_id=details.owner_id,
            interaction_id=item.interaction_id if item is not None else None,
            organization_id=item.organization_id
            if item is not None and item.lead_id is None
            else None,
        ),
        lead=_lead(session, item) if item is not None else None,
        actor=actor,
        now=now,
    )
    found.mission_id = mission.id
    session.flush()
    return found


def steps_of(
    session: Session, mission: Mission, items: Sequence[AgendaItem]
) -> dict[int, FollowUp]:
    """The open next step of each item: its lead's, or what was promised to its company."""
    lead_ids = [item.lead_id for item in items if item.lead_id is not None]
    of_leads = sa.and_(FollowUp.is_next_step, FollowUp.lead_id.in_(lead_ids))
    of_firms = sa.and_(FollowUp.mission_id == mission.id, FollowUp.lead_id.is_(None))
    rows = session.scalars(
        sa.select(FollowUp)
        .where(FollowUp.done_at.is_(None), sa.or_(of_leads, of_firms))
        .options(joinedload(FollowUp.owner))
        .order_by(FollowUp.id)
    ).all()
    found: dict[int, FollowUp] = {}
    for item in items:
        step = next((row for row in rows if _belongs(row, item)), None)
        if step is not None:
            found[item.id] = step
    return found


def _belongs(step: FollowUp, item: AgendaItem) -> bool:
    if item.lead_id is not None:
        return step.lead_id == item.lead_id
    return (
        step.lead_id is None
        and item.organization_id is not None
        and step.organization_id == item.organization_id
        and step.interaction_id == item.interaction_id
    )


def _say_standing(
    session: Session,
    item: AgendaItem,
    details: DebriefDetails,
    note: str | None,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    standing = details.standing
    if standing is None or standing is item.standing:
        return
    if standing not in SAID:
        raise DomainError(N_("Say whether you met, nobody came, or it was called off."))
    if standing is not AgendaStanding.HELD:
        set_standing(session, item, standing, actor=actor, now=now)
        return
    steps = [] if item.lead_id is not None else _steps_without_meeting(session, item)
    hold_item(session, item, summary=note, happened_on=details.happened_on, actor=actor, now=now)
    for step in steps:
        step.interaction_id = item.interaction_id
    session.flush()


def _steps_without_meeting(session: Session, item: AgendaItem) -> list[FollowUp]:
    """What comes next with a company, said before anybody said that the meeting took place."""
    if item.organization_id is None:
        return []
    return list(
        session.scalars(
            sa.select(FollowUp).where(
                FollowUp.mission_id == item.mission_id,
                FollowUp.organization_id == item.organization_id,
                FollowUp.lead_id.is_(None),
                FollowUp.interaction_id.is_(None),
                FollowUp.done_at.is_(None),
            )
        )
    )


def _keep_summary(session: Session, item: AgendaItem, note: str | None) -> None:
    """The conversation was summed up by the note: it goes on saying the same."""
    if item.interaction_id is None or not note:
        return
    interaction = session.get(Interaction, item.interaction_id)
    if interaction is None or interaction.summary not in (
        item.outcome_note,
        item.purpose,
        item.title,
    ):
        return
    interaction.summary = note


def _say_step(
    session: Session, item: AgendaItem, step: StepDetails, *, actor: Actor, now: datetime
) -> None:
    mission = session.get_one(Mission, item.mission_id)
    lead = _lead(session, item)
    known = steps_of(session, mission, [item]).get(item.id)
    text = step.text.strip()
    if known is not None and _is_same(known, step, text):
        return
    if not text:
        if known is None:
            return
        raise DomainError(
            N_("A next step is ticked off among the promises, not emptied."), field="step"
        )
    if lead is not None:
        try:
            found = set_next_step(
                session,
                lead,
                text,
                step.due_on,
                actor=actor,
                now=now,
                owner_id=step.owner_id or (known.owner_id if known is not None else None),
            )
        except DomainError as error:
            fields = {"next_action": "step", "next_action_on": "due_on"}
            error.field = fields.get(error.field or "", error.field)
            raise
        found.mission_id = item.mission_id
        found.interaction_id = item.interaction_id or found.interaction_id
    elif item.organization_id is None:
        raise DomainError(
            N_("This item is with nobody in particular: add what was promised below."),
            field="step",
        )
    elif known is not None:
        change_follow_up(
            session,
            known,
            FollowUpDetails(
                text,
                due_on=step.due_on,
                owner_id=step.owner_id,
                promised_to=known.promised_to,
                organization_id=item.organization_id,
            ),
            lead=None,
            actor=actor,
            now=now,
        )
    else:
        details = FollowUpDetails(text, due_on=step.due_on, owner_id=step.owner_id)
        promise_on_mission(session, mission, details, item=item, actor=actor, now=now)
    session.flush()


def _is_same(known: FollowUp, step: StepDetails, text: str) -> bool:
    return (
        known.text == text
        and known.due_on == step.due_on
        and step.owner_id in (None, known.owner_id)
    )


def _lead(session: Session, item: AgendaItem) -> Lead | None:
    return session.get(Lead, item.lead_id) if item.lead_id is not None else None
