"""Commands on cards: typing what one says, and throwing one away for good."""

from dataclasses import dataclass, fields, replace
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from config import Config
from crm.contacts.service import ContactDetails, add_contact, edit_contact
from crm.files import storage
from crm.interactions.service import (
    ConversationDetails,
    ParticipantDetails,
    add_participants,
    log_conversation,
)
from crm.missions.clocks import evening_zone
from crm.missions.course import conversation_kind
from crm.timezones import today
from models.agenda import AgendaItem
from models.card import Card, CardStanding
from models.contact import Contact
from models.errors import DomainError, ForbiddenError, N_
from models.interaction import (
    Interaction,
    InteractionKind,
    InteractionParticipant,
    StoredFile,
)
from models.lead import Lead
from models.mission import Mission
from models.organization import Organization
from models.user import Actor


@dataclass(frozen=True, slots=True)
class Words:
    """What the records that come of a card say, in the language of whoever makes them."""

    summary: str
    obtained_from: str


def type_card(
    session: Session,
    card: Card,
    details: ContactDetails,
    words: Words,
    *,
    organization: Organization | None,
    contact: Contact | None = None,
    actor: Actor,
    now: datetime,
) -> Contact:
    """Make a contact of a card, or say of somebody on file what the card adds; and that they met.

    The conversation is with the company, or about the lead of the agenda item; it is no lead.
    Whom no company is known of has none until the card is sorted to a lead.

    Raises:
        DomainError: it is typed already, nobody is named, or two teams' secrets would meet.
    """
    _must_write(actor)
    if card.standing is not CardStanding.TAKEN:
        raise DomainError(N_("This card is typed already."))
    details = replace(details, obtained_from=details.obtained_from or words.obtained_from)
    if contact is None:
        contact = add_contact(session, details, organization=organization, actor=actor, now=now)
        contact.is_demo = card.is_demo
    else:
        organization = _fill_blanks(session, contact, details, organization, actor=actor)
    card.contact_id = contact.id
    card.organization_id = organization.id if organization is not None else None
    card.name = card.name or contact.printed_name
    card.typed_by_id = actor.id
    card.standing = CardStanding.TYPED
    session.flush()
    settle_team(session, card)
    _meet(session, card, contact, organization, words.summary, actor=actor, now=now)
    session.flush()
    session.expire(card)
    return contact


def day_of(session: Session, card: Card, *, otherwise: str) -> date:
    """The day on which a card was taken, by the clock that its mission lives by."""
    mission = session.get(Mission, card.mission_id) if card.mission_id is not None else None
    if mission is None:
        return today(card.taken_at, otherwise)
    session.refresh(mission, ["markets"])
    return today(card.taken_at, evening_zone(mission, otherwise=otherwise))


def converse(
    session: Session,
    card: Card,
    summary: str,
    *,
    lead: Lead | None,
    organization: Organization | None,
    actor: Actor,
    now: datetime,
) -> Interaction:
    """Log that somebody was met, as the card tells it."""
    item = session.get(AgendaItem, card.item_id) if card.item_id is not None else None
    mission = session.get(Mission, card.mission_id) if card.mission_id is not None else None
    people = [ParticipantDetails(contact_id=card.contact_id)] if card.contact_id else []
    if card.taken_by_id is not None:
        people.append(ParticipantDetails(user_id=card.taken_by_id))
    return log_conversation(
        session,
        ConversationDetails(
            kind=conversation_kind(item, mission)
            if item is not None and mission is not None
            else InteractionKind.MEETING,
            happened_on=day_of(session, card, otherwise=actor.office_time_zone),
            summary=summary,
            place=item.place if item is not None else None,
            participants=tuple(people),
            mission_id=card.mission_id,
            is_demo=card.is_demo,
        ),
        lead=lead,
        organization=organization,
        actor=actor,
        now=now,
    )


def settle_team(session: Session, card: Card) -> None:
    """Give a card and its photos the team of its lead, else its item's, company's or person's.

    Raises:
        DomainError: two of them are secrets of different teams.
    """
    teams = [
        session.scalar(sa.select(cls.team_id).where(cls.id == key))
        for cls, key in (
            (Lead, card.lead_id),
            (AgendaItem, card.item_id),
            (Organization, card.organization_id),
            (Contact, card.contact_id),
        )
        if key is not None
    ]
    known = list(dict.fromkeys(team for team in teams if team is not None))
    if len(known) > 1:
        raise DomainError(N_("This company is another team's secret than what it was met about."))
    card.team_id = known[0] if known else None
    for photo in session.scalars(sa.select(StoredFile).where(StoredFile.card_id == card.id)):
        photo.team_id = card.team_id
    session.flush()


def may_delete(card: Card, *, actor: Actor) -> bool:
    """Who took a card may delete it for good, and so may a manager; not what became of it."""
    own = actor.id is not None and card.taken_by_id == actor.id
    return actor.may_direct or (own and actor.may_write)


def delete_card(session: Session, card: Card, *, config: Config, actor: Actor) -> None:
    """Delete a card and its photos for good. The contact and the conversation stay.

    Raises:
        ForbiddenError: it is somebody else's.
    """
    if not may_delete(card, actor=actor):
        raise ForbiddenError(N_("Only who took a card, or a manager, deletes it."))
    photos = session.scalars(sa.select(StoredFile).where(StoredFile.card_id == card.id)).all()
    card.front_id = card.back_id = None
    session.flush()
    for photo in photos:
        session.delete(photo)
        storage.remove_after_commit(session, config.files, photo.storage_name)
    session.flush()
    session.delete(card)
    session.flush()


def _fill_blanks(
    session: Session,
    contact: Contact,
    details: ContactDetails,
    organization: Organization | None,
    *,
    actor: Actor,
) -> Organization | None:
    """What is on file stands; the card fills in what was not known. Whose person they are, too."""
    merged = {
        field.name: getattr(contact, field.name) or getattr(details, field.name)
        for field in fields(ContactDetails)
    }
    if contact.organization_id is not None:
        # The session finds only what the actor may see.
        organization = session.get(Organization, contact.organization_id)
    edit_contact(session, contact, ContactDetails(**merged), organization=organization, actor=actor)
    return organization


def _meet(
    session: Session,
    card: Card,
    contact: Contact,
    organization: Organization | None,
    summary: str,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    item = session.get(AgendaItem, card.item_id) if card.item_id is not None else None
    held = session.get(Interaction, item.interaction_id) if item and item.interaction_id else None
    if held is not None and _is_of(held, organization):
        # The meeting is on file: it had one more person at the table.
        is_there = session.scalar(
            sa.select(InteractionParticipant.id)
            .where(
                InteractionParticipant.interaction_id == held.id,
                InteractionParticipant.contact_id == contact.id,
            )
            .limit(1)
        )
        if is_there is None:
            someone = ParticipantDetails(contact_id=contact.id)
            add_participants(session, held, [someone], later=now)
        card.interaction_id = held.id
        return
    lead = session.get(Lead, item.lead_id) if item and item.lead_id else None
    if lead is not None and organization is not None:
        is_secret = organization.team_id not in (None, lead.team_id)
        lead = None if is_secret else lead
    if lead is None and organization is None:
        return
    met = converse(
        session, card, summary, lead=lead, organization=organization, actor=actor, now=now
    )
    card.interaction_id = met.id


def _is_of(held: Interaction, organization: Organization | None) -> bool:
    """Whether somebody of this company may be named on a conversation without betraying them."""
    if organization is None:
        return True
    return organization.team_id in (None, held.team_id) and (
        held.lead_id is not None or held.organization_id == organization.id
    )


def _must_write(actor: Actor) -> None:
    if not actor.may_write:
        raise ForbiddenError
