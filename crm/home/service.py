"""Commands of my day: resting a quiet lead, having seen what changed, handing work over."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.auth.accounts import hand_over
from crm.interactions.choice_queries import OPEN
from crm.leads.standing import reassign_leads
from crm.timezones import today
from models.errors import DomainError, ForbiddenError, N_
from models.interaction import Enquiry, FollowUp
from models.lead import Lead, LeadSnooze
from models.user import Actor, Role, TeamMember, User, cannot_work

SNOOZE_DAYS = (7, 30)


@dataclass(frozen=True, slots=True)
class HandedOver:
    """How much changed hands."""

    lead_count: int
    promise_count: int
    enquiry_count: int


def snooze_lead(session: Session, lead: Lead, *, days: int, actor: Actor, now: datetime) -> date:
    """Do not remind this person of a quiet lead for some days; returns the day it comes back.

    Raises:
        DomainError: the actor has no account of their own, or chose another time.
    """
    if actor.id is None or days not in SNOOZE_DAYS:
        raise DomainError(N_("A lead rests for a week or for a month."))
    until_on = today(now, actor.time_zone) + timedelta(days=days)
    row = session.scalars(
        sa.select(LeadSnooze).where(LeadSnooze.lead_id == lead.id, LeadSnooze.user_id == actor.id)
    ).one_or_none()
    if row is None:
        row = LeadSnooze(lead_id=lead.id, user_id=actor.id, team_id=lead.team_id)
        session.add(row)
    row.until_on = until_on
    session.flush()
    return until_on


def note_seen(session: Session, *, until: datetime, actor: Actor, now: datetime) -> None:
    """What changed up to `until`, the moment the page was made, has been seen.

    It never goes back, and never into the future.
    """
    user = session.get_one(User, actor.id)
    seen = min(until, now)
    if user.looked_at is None or seen > user.looked_at:
        user.looked_at = seen
        session.flush()


def hand_over_work(
    session: Session,
    *,
    to: str,
    lead_ids: Collection[str] = (),
    enquiry_ids: Collection[str] = (),
    former_ids: Collection[str] = (),
    actor: Actor,
    now: datetime,
) -> HandedOver:
    """Give what nobody looks after to a colleague: leads, enquiries, all of somebody who left.

    All are named by public ids. A lead takes its open promises along where nobody has them.

    Raises:
        DomainError: nothing is chosen, nobody to take it, or a lead they could not see.
        ForbiddenError: the actor is no manager.
    """
    if not actor.may_direct:
        raise ForbiddenError
    taker = _taker(session, to)
    former = session.scalars(
        sa.select(User.id).where(User.public_id.in_(former_ids), cannot_work())
    ).all()
    leads = session.scalars(
        sa.select(Lead).where(
            Lead.status.in_(OPEN),
            sa.or_(Lead.public_id.in_(lead_ids), Lead.owner_id.in_(former)),
            _without_owner(Lead.owner_id),
        )
    ).all()
    enquiries = session.scalars(
        sa.select(Enquiry).where(
            Enquiry.public_id.in_(enquiry_ids),
            Enquiry.answered_at.is_(None),
            _without_owner(Enquiry.owner_id),
        )
    ).all()
    if not (leads or enquiries or former):
        raise DomainError(N_("Tick what is to be handed over."))
    _check_teams(session, leads, taker)
    promise_count = _take_promises(session, leads, taker)
    for enquiry in enquiries:
        enquiry.owner_id = taker.id
    enquiry_count = len(enquiries)
    session.flush()
    reassign_leads(session, leads, owner_id=taker.id, actor=actor, now=now)
    for owner_id in former:
        promises, asked = hand_over(session, from_id=owner_id, to_id=taker.id, actor=actor)
        promise_count += promises
        enquiry_count += asked
    return HandedOver(len(leads), promise_count, enquiry_count)


def _taker(session: Session, public_id: str) -> User:
    user = session.scalars(
        sa.select(User).where(
            User.public_id == public_id,
            ~cannot_work(),
            User.role.in_((Role.OFFICER, Role.MANAGER, Role.ADMIN)),
        )
    ).one_or_none()
    if user is None:
        raise DomainError(N_("Choose a colleague from the list."), field="to")
    return user


def _check_teams(session: Session, leads: Sequence[Lead], taker: User) -> None:
    """A restricted lead goes only to somebody who can see it."""
    team_ids = {lead.team_id for lead in leads if lead.team_id is not None}
    if not team_ids or taker.role is Role.ADMIN:
        return
    member_of = set(
        session.scalars(sa.select(TeamMember.team_id).where(TeamMember.user_id == taker.id))
    )
    hidden = [lead.title for lead in leads if lead.team_id and lead.team_id not in member_of]
    if hidden:
        raise DomainError(
            N_("%(name)s is not in the team that may see: %(leads)s."),
            field="to",
            name=taker.name,
            leads=", ".join(hidden),
        )


def _take_promises(session: Session, leads: Sequence[Lead], taker: User) -> int:
    promises = session.scalars(
        sa.select(FollowUp).where(
            FollowUp.lead_id.in_([lead.id for lead in leads]),
            FollowUp.done_at.is_(None),
            _without_owner(FollowUp.owner_id),
        )
    ).all()
    for promise in promises:
        promise.owner_id = taker.id
    return len(promises)


def _without_owner(owner_id: Any) -> sa.ColumnElement[bool]:
    left = sa.select(User.id).where(cannot_work())
    return sa.or_(owner_id.is_(None), owner_id.in_(left))
