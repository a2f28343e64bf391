"""Commands on follow-ups: the next step of a lead, and what was promised."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.teams import team_of
from crm.timezones import today
from models.errors import DomainError, N_
from models.interaction import FollowUp
from models.lead import Lead
from models.organization import Organization
from models.user import Actor


@dataclass(frozen=True, slots=True)
class FollowUpDetails:
    """Something to do, due on a day or at a moment in a zone."""

    text: str
    due_on: date | None = None
    due_at: datetime | None = None
    time_zone: str | None = None
    promised_to: str | None = None
    owner_id: int | None = None
    office_id: int | None = None
    interaction_id: int | None = None
    organization_id: int | None = None


def set_next_step(
    session: Session,
    lead: Lead,
    text: str,
    due_on: date | None,
    *,
    actor: Actor,
    now: datetime,
    owner_id: int | None = None,
) -> FollowUp:
    """Say what comes next on a lead; it takes the place of the step that was next so far.

    Raises:
        DomainError: no text, or a day in the past.
    """
    text = text.strip()
    if not text:
        raise DomainError(N_("Say what the next step is."), field="next_action")
    if due_on is not None and due_on < today(now, actor.office_time_zone):
        raise DomainError(N_("The next step's day has passed already."), field="next_action_on")
    step = session.scalars(
        sa.select(FollowUp).where(
            FollowUp.lead_id == lead.id, FollowUp.is_next_step, FollowUp.done_at.is_(None)
        )
    ).first()
    if step is None:
        step = FollowUp(
            lead_id=lead.id,
            team_id=lead.team_id,
            is_next_step=True,
            is_demo=lead.is_demo,
            text=text,
            created_at=now,
            office_id=lead.office_id,
        )
        session.add(step)
    step.text = text
    step.due_on = due_on
    step.due_at = None
    step.owner_id = owner_id or lead.owner_id or actor.id
    lead.next_action = text
    lead.next_action_on = due_on
    lead.changed_at = now
    session.flush()
    return step


def promise(
    session: Session,
    details: FollowUpDetails,
    *,
    lead: Lead | None,
    actor: Actor,
    now: datetime,
) -> FollowUp:
    """Keep something that was promised, so that it is not forgotten.

    Raises:
        DomainError: no text.
    """
    if not details.text.strip():
        raise DomainError(N_("Say what was promised."), field="text")
    organization = _organization(session, details.organization_id)
    follow_up = FollowUp(
        lead_id=lead.id if lead else None,
        team_id=team_of(lead, organization),
        is_demo=lead.is_demo if lead else False,
        organization_id=details.organization_id,
        interaction_id=details.interaction_id,
        text=details.text.strip(),
        promised_to=details.promised_to,
        due_on=_day_due(details, actor),
        due_at=details.due_at,
        time_zone=details.time_zone,
        owner_id=details.owner_id or actor.id,
        office_id=details.office_id or (lead.office_id if lead else actor.office_id),
        created_at=now,
    )
    session.add(follow_up)
    session.flush()
    return follow_up


def change_follow_up(
    session: Session,
    follow_up: FollowUp,
    details: FollowUpDetails,
    *,
    lead: Lead | None,
    actor: Actor,
    now: datetime,
) -> None:
    """Say anew what is to be done, by when, and by whom.

    Raises:
        DomainError: no text, a next step in the past, or it is done already.
    """
    if follow_up.done_at is not None:
        raise DomainError(N_("This is done already. Reopen it first."))
    if follow_up.is_next_step and lead is not None:
        set_next_step(
            session,
            lead,
            details.text,
            details.due_on,
            actor=actor,
            now=now,
            owner_id=details.owner_id or follow_up.owner_id,
        )
        return
    if not details.text.strip():
        raise DomainError(N_("Say what was promised."), field="text")
    follow_up.text = details.text.strip()
    follow_up.promised_to = details.promised_to
    follow_up.due_on = _day_due(details, actor)
    follow_up.due_at = details.due_at
    follow_up.time_zone = details.time_zone
    follow_up.owner_id = details.owner_id or follow_up.owner_id
    follow_up.office_id = details.office_id or follow_up.office_id
    session.flush()


def finish(
    session: Session, follow_up: FollowUp, *, lead: Lead | None, actor: Actor, now: datetime
) -> None:
    """Tick a follow-up off. A lead whose next step is done has none until somebody says one."""
    if follow_up.done_at is not None:
        return
    follow_up.done_at = now
    if follow_up.is_next_step and lead is not None:
        lead.next_action = None
        lead.next_action_on = None
        lead.changed_at = now


def reopen(session: Session, follow_up: FollowUp, *, lead: Lead | None, now: datetime) -> None:
    """Take the tick back. A next step becomes an ordinary promise if another has come since."""
    follow_up.done_at = None
    if follow_up.is_next_step and lead is not None:
        if lead.next_action is None:
            lead.next_action = follow_up.text
            lead.next_action_on = follow_up.due_on
            lead.changed_at = now
        else:
            follow_up.is_next_step = False


def _day_due(details: FollowUpDetails, actor: Actor) -> date | None:
    """The day lists order by; of an hour, the day it is where the hour was said."""
    if details.due_on is None and details.due_at is not None:
        return today(details.due_at, details.time_zone or actor.office_time_zone)
    return details.due_on


def _organization(session: Session, key: int | None) -> Organization | None:
    return session.get_one(Organization, key) if key is not None else None
