"""Commands on who is involved in a lead: the people who decide, and the companies beside it."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.leads.answers import add_decision_steps, note_standing
from crm.leads.service import must_not_betray
from crm.timezones import today
from models.contact import Contact
from models.errors import DomainError, ForbiddenError, NotFoundError, N_
from models.lead import DecisionStep, Lead, LeadParty, PartyRole, StepStanding
from models.organization import Organization
from models.user import Actor


@dataclass(frozen=True, slots=True)
class StepDetails:
    """How one person or body on the decision path stands, and when we met them."""

    standing: StepStanding
    met_on: date | None
    is_decider: bool


def add_steps(session: Session, lead: Lead, text: str, *, actor: Actor, now: datetime) -> None:
    """Add people or bodies to the decision path, one a line: "name, department".

    Raises:
        DomainError: no line has a name.
    """
    _must_write(actor)
    add_decision_steps(session, lead, text, now=now)
    lead.changed_at = now


def change_step(
    session: Session,
    lead: Lead,
    position: int,
    details: StepDetails,
    *,
    actor: Actor,
    now: datetime,
) -> DecisionStep:
    """Say how somebody on the decision path stands by now.

    Raises:
        DomainError: a meeting in the future.
    """
    _must_write(actor)
    if details.met_on is not None and details.met_on > today(now, actor.office_time_zone):
        raise DomainError(N_("This day lies in the future: it has not happened."), field="met_on")
    step = _get_step(session, lead, position)
    step.standing = details.standing
    step.met_on = details.met_on
    step.is_decider = details.is_decider
    step.recorded_at = now
    lead.changed_at = now
    note_standing(session, step, now=now)
    session.flush()
    return step


def remove_step(
    session: Session, lead: Lead, position: int, *, actor: Actor, now: datetime
) -> None:
    """Take somebody off the decision path."""
    _must_write(actor)
    step = _get_step(session, lead, position)
    note_standing(session, step, is_gone=True, now=now)
    session.delete(step)
    lead.changed_at = now
    session.flush()


def add_party(
    session: Session,
    lead: Lead,
    organization: Organization,
    role: PartyRole,
    *,
    actor: Actor,
    now: datetime,
) -> LeadParty:
    """Say that an organization is involved, and as what.

    Raises:
        DomainError: it is on the lead in this part already.
    """
    _must_write(actor)
    must_not_betray(organization, lead.team_id)
    if _find_party(session, lead, organization, role) is not None:
        raise DomainError(N_("This company is involved in this part already."), field="other")
    party = LeadParty(
        lead_id=lead.id,
        organization_id=organization.id,
        role=role,
        team_id=lead.team_id,
        known_at=now,
    )
    session.add(party)
    lead.changed_at = now
    session.flush()
    return party


def remove_party(
    session: Session,
    lead: Lead,
    organization: Organization,
    role: PartyRole,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Say that an organization is not involved, or not as this."""
    _must_write(actor)
    party = _find_party(session, lead, organization, role)
    if party is None:
        raise NotFoundError
    session.delete(party)
    lead.changed_at = now
    session.flush()


def credit_introducer(
    session: Session,
    lead: Lead,
    organization: Organization,
    *,
    contact: Contact | None,
    share_percent: float | None,
    actor: Actor,
    now: datetime,
) -> LeadParty:
    """Say who at an introducer opened the door, and which share of the credit was stated.

    Raises:
        DomainError: the person is not of this organization, a share that is none, or the shares
            of this lead's introducers would pass a hundred.
        NotFoundError: the organization did not introduce the lead.
    """
    _must_write(actor)
    party = _find_party(session, lead, organization, PartyRole.INTRODUCER)
    if party is None:
        raise NotFoundError
    if contact is not None and contact.organization_id != organization.id:
        raise DomainError(N_("Choose a person of this organization."), field="contact")
    if share_percent is not None:
        if not 0 < share_percent <= 100:
            raise DomainError(N_("A share lies between 0 and 100 percent."), field="share_percent")
        others = session.scalars(
            sa.select(LeadParty.share_percent).where(
                LeadParty.lead_id == lead.id,
                LeadParty.role == PartyRole.INTRODUCER,
                LeadParty.id != party.id,
                LeadParty.share_percent.is_not(None),
            )
        )
        total = share_percent + sum(share for share in others if share is not None)
        if total > 100 + 1e-9:
            raise DomainError(
                N_(
                    "The shares of one lead never pass 100%%: with this one they add up to"
                    " %(total)s%%."
                ),
                field="share_percent",
                total=f"{total:g}",
            )
    party.contact_id = contact.id if contact is not None else None
    party.share_percent = share_percent
    lead.changed_at = now
    session.flush()
    return party


def _get_step(session: Session, lead: Lead, position: int) -> DecisionStep:
    step = session.scalars(
        sa.select(DecisionStep).where(
            DecisionStep.lead_id == lead.id, DecisionStep.position == position
        )
    ).first()
    if step is None:
        raise NotFoundError
    return step


def _find_party(
    session: Session, lead: Lead, organization: Organization, role: PartyRole
) -> LeadParty | None:
    return session.scalars(
        sa.select(LeadParty).where(
            LeadParty.lead_id == lead.id,
            LeadParty.organization_id == organization.id,
            LeadParty.role == role,
        )
    ).one_or_none()


def _must_write(actor: Actor) -> None:
    if not actor.may_write:
        raise ForbiddenError
