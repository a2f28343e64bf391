"""What becomes of a card: a lead, part of one, somebody to keep in touch with, or nothing."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.cards.service import converse, day_of, settle_team
from crm.interactions.corrections import take_back
from crm.interactions.follow_ups import FollowUpDetails, promise
from crm.leads.details import LeadDetails
from crm.leads.service import must_not_betray, open_lead
from crm.leads.standing import close_leads
from models.agenda import AgendaItem
from models.card import Card, CardSorting, CardStanding
from models.contact import Contact
from models.errors import DomainError, ForbiddenError, N_
from models.interaction import FollowUp, Interaction
from models.lead import Lead
from models.measure import StatedDate
from models.organization import Organization
from models.stage import LeadType
from models.user import Actor


@dataclass(frozen=True, slots=True)
class Promised:
    """What was promised to whoever gave the card: by when, and who does it."""

    text: str
    due_on: date | None = None
    owner_id: int | None = None


@dataclass(frozen=True, slots=True)
class SortDetails:
    """What becomes of a card. `summary` is what its conversation says where it is logged anew."""

    sorting: CardSorting
    summary: str
    lead_type: LeadType = LeadType.INVESTMENT
    owner_id: int | None = None
    promised: Promised | None = None


def sort_card(
    session: Session,
    card: Card,
    details: SortDetails,
    *,
    lead: Lead | None = None,
    actor: Actor,
    now: datetime,
) -> None:
    """Say what becomes of a card: a new lead at its first contact, a lead on file, or less.

    Raises:
        DomainError: it is sorted or not yet typed, or what is asked for needs a company, a lead
            or a promise.
    """
    _must_write(actor)
    sorting = details.sorting
    if card.standing is CardStanding.SORTED:
        raise DomainError(N_("This card is sorted already."))
    if sorting is CardSorting.DISCARD:
        card.sorting, card.standing = sorting, CardStanding.SORTED
        session.flush()
        return
    if card.standing is not CardStanding.TYPED:
        raise DomainError(N_("Type the card first: nobody knows yet whose it is."))
    if sorting is CardSorting.LEAD:
        lead = _open(session, card, details, actor=actor, now=now)
    elif sorting is CardSorting.EXISTING_LEAD and lead is None:
        raise DomainError(N_("Choose the lead."), field="lead")
    elif sorting is CardSorting.KEEP_IN_TOUCH:
        lead = None
        if details.promised is None:
            raise DomainError(N_("Say what is next: what to do, and by when."), field="text")
    if lead is not None:
        _join(session, card, lead, details.summary, actor=actor, now=now)
    if details.promised is not None:
        _promise(session, card, details.promised, lead=lead, actor=actor, now=now)
    card.sorting, card.standing = sorting, CardStanding.SORTED
    session.flush()
    session.expire(card)


def unsort_card(
    session: Session, card: Card, *, summary: str, reason: str, actor: Actor, now: datetime
) -> Lead | None:
    """Take a sorting back; the lead that it opened, which is abandoned for `reason`.

    The promise goes, unless it was kept; the conversation goes back to the company.

    Raises:
        DomainError: the card is not sorted, or its lead has been moved on since.
    """
    _must_write(actor)
    if card.standing is not CardStanding.SORTED:
        raise DomainError(N_("This card is not sorted."))
    _drop_promise(session, card)
    lead = session.get(Lead, card.lead_id) if card.lead_id is not None else None
    opened = lead if card.sorting is CardSorting.LEAD else None
    if lead is not None:
        _leave(session, card, lead, summary, actor=actor, now=now)
    if opened is not None and opened.status.is_open:
        close_leads(session, [opened], reason=reason, actor=actor, now=now)
    card.sorting = None
    card.standing = CardStanding.TYPED if card.contact_id is not None else CardStanding.TAKEN
    session.flush()
    session.expire(card)
    return opened


def _open(
    session: Session, card: Card, details: SortDetails, *, actor: Actor, now: datetime
) -> Lead:
    if card.organization_id is None:
        raise DomainError(
            N_("A lead needs a company: say on the contact's page where they are."), field="lead"
        )
    company = session.get_one(Organization, card.organization_id)
    return open_lead(
        session,
        LeadDetails(
            organization_id=company.id,
            lead_type=details.lead_type,
            market=company.country,
            sector_id=company.sector_id,
            owner_id=details.owner_id,
            first_contact=StatedDate(day_of(session, card, otherwise=actor.office_time_zone)),
            team_id=company.team_id,
            is_demo=card.is_demo,
        ),
        actor=actor,
        now=now,
    )


def _join(
    session: Session, card: Card, lead: Lead, summary: str, *, actor: Actor, now: datetime
) -> None:
    """Let the conversation be one about the lead; that of an agenda item stays as it is."""
    company = _company(session, card)
    if company is not None:
        must_not_betray(company, lead.team_id)
    card.lead_id = lead.id
    session.flush()
    settle_team(session, card)
    met = session.get(Interaction, card.interaction_id) if card.interaction_id else None
    if met is not None and met.lead_id == lead.id:
        return
    _withdraw(session, card, met, now=now)
    card.interaction_id = converse(
        session, card, summary, lead=lead, organization=company, actor=actor, now=now
    ).id


def _leave(
    session: Session, card: Card, lead: Lead, summary: str, *, actor: Actor, now: datetime
) -> None:
    item = session.get(AgendaItem, card.item_id) if card.item_id is not None else None
    card.lead_id = None
    session.flush()
    settle_team(session, card)
    if item is not None and item.lead_id == lead.id:
        # It was about this lead before anybody sorted it.
        return
    met = session.get(Interaction, card.interaction_id) if card.interaction_id else None
    _withdraw(session, card, met, now=now)
    company = _company(session, card)
    if item is not None and item.interaction_id is not None:
        card.interaction_id = item.interaction_id
    elif company is not None:
        card.interaction_id = converse(
            session, card, summary, lead=None, organization=company, actor=actor, now=now
        ).id


def _withdraw(session: Session, card: Card, met: Interaction | None, *, now: datetime) -> None:
    if met is None:
        return
    card.interaction_id = None
    session.flush()
    is_shared = session.scalar(
        sa.select(AgendaItem.id).where(AgendaItem.interaction_id == met.id).limit(1)
    ) or session.scalar(sa.select(Card.id).where(Card.interaction_id == met.id).limit(1))
    if is_shared is None:
        lead = session.get(Lead, met.lead_id) if met.lead_id is not None else None
        take_back(session, met, lead=lead, now=now)


def _promise(
    session: Session,
    card: Card,
    promised: Promised,
    *,
    lead: Lead | None,
    actor: Actor,
    now: datetime,
) -> None:
    contact = session.get(Contact, card.contact_id) if card.contact_id is not None else None
    made = promise(
        session,
        FollowUpDetails(
            text=promised.text,
            due_on=promised.due_on,
            promised_to=contact.printed_name if contact is not None else card.name,
            owner_id=promised.owner_id,
            interaction_id=card.interaction_id,
            organization_id=None if lead is not None else card.organization_id,
        ),
        lead=lead,
        actor=actor,
        now=now,
    )
    made.mission_id = card.mission_id
    made.is_demo = card.is_demo
    # Without a lead and a company it is as secret as the card itself.
    made.team_id = made.team_id if made.team_id is not None else card.team_id
    session.flush()
    card.follow_up_id = made.id


def _drop_promise(session: Session, card: Card) -> None:
    made = session.get(FollowUp, card.follow_up_id) if card.follow_up_id is not None else None
    card.follow_up_id = None
    session.flush()
    if made is not None and made.done_at is None:
        session.delete(made)
        session.flush()


def _company(session: Session, card: Card) -> Organization | None:
    if card.organization_id is None:
        return None
    return session.get(Organization, card.organization_id)


def _must_write(actor: Actor) -> None:
    if not actor.may_write:
        raise ForbiddenError
