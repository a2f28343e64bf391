"""Follow-ups and meetings as lists: mine, my office's, everybody's."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.interactions.choice_queries import OPEN, native_name_of_lead
from crm.web.paging import Order, Page, fetch_page
from models.interaction import (
    FollowUp,
    Interaction,
    InteractionParticipant,
    InteractionStanding,
)
from models.lead import Lead
from models.organization import Organization
from models.user import Actor, User

_PAGE = 50
WHOSE = ("mine", "office", "all")


@dataclass(frozen=True, slots=True)
class FollowUpRow:
    """One line of the list of follow-ups."""

    public_id: str
    text: str
    is_next_step: bool
    promised_to: str | None
    due_on: Any
    due_at: datetime | None
    time_zone: str | None
    done_at: datetime | None
    is_demo: bool
    lead_id: str | None
    lead_title: str | None
    native_name: str | None
    native_language: str | None
    organization_id: str | None
    organization_name: str | None
    owner_name: str | None


def select_follow_ups() -> sa.Select[Any]:
    """The columns of `FollowUpRow`; next steps of leads that ended are left out."""
    columns: list[Any] = [
        FollowUp.public_id,
        FollowUp.text,
        FollowUp.is_next_step,
        FollowUp.promised_to,
        FollowUp.due_on,
        FollowUp.due_at,
        FollowUp.time_zone,
        FollowUp.done_at,
        FollowUp.is_demo,
        Lead.public_id.label("lead_id"),
        Lead.title.label("lead_title"),
        *native_name_of_lead(),
        Organization.public_id.label("organization_id"),
        Organization.name.label("organization_name"),
        User.name.label("owner_name"),
    ]
    return (
        sa.select(*columns)
        .select_from(FollowUp)
        .outerjoin(Lead, Lead.id == FollowUp.lead_id)
        .outerjoin(
            Organization,
            Organization.id == sa.func.coalesce(Lead.organization_id, FollowUp.organization_id),
        )
        .outerjoin(User, User.id == FollowUp.owner_id)
        .where(
            sa.or_(
                FollowUp.is_next_step.is_(False),
                FollowUp.lead_id.is_(None),
                Lead.status.in_(OPEN),
            )
        )
    )


def is_mine(actor: Actor, owner_id: Any, office_id: Any) -> sa.ColumnElement[bool]:
    """What is the actor's own, or nobody's in their office; a partner's is what names it."""
    if actor.is_partner:
        return sa.or_(owner_id == actor.id, office_id == actor.office_id)
    unowned = sa.and_(owner_id.is_(None), office_id == actor.office_id)
    return sa.or_(owner_id == actor.id, unowned) if actor.office_id else owner_id == actor.id


def follow_ups_of(actor: Actor, *, whose: str, is_done: bool) -> sa.Select[Any]:
    """The follow-ups that a list shows; `whose` is mine, office or all."""
    statement = select_follow_ups().where(
        FollowUp.done_at.is_not(None) if is_done else FollowUp.done_at.is_(None)
    )
    if whose == "mine":
        statement = statement.where(is_mine(actor, FollowUp.owner_id, FollowUp.office_id))
    elif whose == "office" and actor.office_id is not None:
        statement = statement.where(FollowUp.office_id == actor.office_id)
    return statement


def list_follow_ups(
    session: Session, actor: Actor, *, whose: str, is_done: bool, cursor: str | None
) -> Page[FollowUpRow]:
    """Follow-ups by the day they are due; `whose` is mine, office or all."""
    order = Order(
        FollowUp.done_at if is_done else FollowUp.due_on,
        FollowUp.public_id,
        is_descending=is_done,
        may_be_unknown=not is_done,
    )
    return fetch_page(
        session,
        follow_ups_of(actor, whose=whose, is_done=is_done),
        order,
        size=_PAGE,
        cursor=cursor,
        value_key="done_at" if is_done else "due_on",
    )


@dataclass(frozen=True, slots=True)
class MeetingRow:
    """One line of a list of meetings."""

    public_id: str
    kind: Any
    standing: InteractionStanding
    summary: str | None
    place: str | None
    starts_at: datetime
    ends_at: datetime | None
    time_zone: str | None
    is_demo: bool
    lead_id: str | None
    lead_title: str | None
    native_name: str | None
    native_language: str | None
    organization_id: str | None
    organization_name: str | None


def select_meetings() -> sa.Select[Any]:
    """The columns of `MeetingRow`."""
    columns: list[Any] = [
        Interaction.public_id,
        Interaction.kind,
        Interaction.standing,
        Interaction.summary,
        Interaction.place,
        Interaction.starts_at,
        Interaction.ends_at,
        Interaction.time_zone,
        Interaction.is_demo,
        Lead.public_id.label("lead_id"),
        Lead.title.label("lead_title"),
        *native_name_of_lead(),
        Organization.public_id.label("organization_id"),
        Organization.name.label("organization_name"),
    ]
    return (
        sa.select(*columns)
        .select_from(Interaction)
        .outerjoin(Lead, Lead.id == Interaction.lead_id)
        .outerjoin(
            Organization,
            Organization.id == sa.func.coalesce(Lead.organization_id, Interaction.organization_id),
        )
    )


def is_my_meeting(actor: Actor) -> sa.ColumnElement[bool]:
    """A meeting that the actor planned, takes part in, or has on a lead of theirs."""
    takes_part = (
        sa.select(InteractionParticipant.id)
        .where(
            InteractionParticipant.interaction_id == Interaction.id,
            InteractionParticipant.user_id == actor.id,
        )
        .exists()
    )
    if actor.is_partner:
        return Interaction.lead_id.is_not(None)
    return sa.or_(Interaction.author_id == actor.id, Lead.owner_id == actor.id, takes_part)


def planned_meetings(actor: Actor, *, whose: str, since: datetime) -> sa.Select[Any]:
    """The planned meetings that a list shows, from `since` on; `whose` is mine, office or all."""
    statement = select_meetings().where(
        Interaction.standing == InteractionStanding.PLANNED, Interaction.starts_at >= since
    )
    if whose == "mine":
        statement = statement.where(is_my_meeting(actor))
    elif whose == "office" and actor.office_id is not None:
        colleagues = sa.select(User.id).where(User.office_id == actor.office_id)
        statement = statement.where(
            sa.or_(Lead.office_id == actor.office_id, Interaction.author_id.in_(colleagues))
        )
    return statement


def list_meetings(
    session: Session, actor: Actor, *, whose: str, since: datetime, cursor: str | None
) -> Page[MeetingRow]:
    """Planned meetings by their hour, from `since` on; `whose` is mine, office or all."""
    return fetch_page(
        session,
        planned_meetings(actor, whose=whose, since=since),
        Order(Interaction.starts_at, Interaction.public_id),
        size=_PAGE,
        cursor=cursor,
        value_key="starts_at",
    )
