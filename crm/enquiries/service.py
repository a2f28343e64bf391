"""Commands on enquiries: writing one down, answering it, opening a lead from it."""

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy.orm import Session

from crm.interactions.languages import language_of_text
from crm.interactions.moments import business_days_after, local_moment
from crm.interactions.service import ConversationDetails, log_conversation
from crm.leads.details import LeadDetails
from crm.leads.service import open_lead
from crm.teams import team_of
from crm.timezones import today
from models.errors import DomainError, ForbiddenError, N_
from models.interaction import (
    ContactDirection,
    Enquiry,
    EnquiryChannel,
    EnquiryOutcome,
    InteractionKind,
)
from models.lead import Lead
from models.measure import Measure, Qualifier, StatedDate
from models.organization import Organization
from models.user import Actor

# Investors expect an answer within one or two days; the clock runs on working days.
ANSWER_WITHIN_DAYS = 2
CLOSE_OF_BUSINESS = time(17, 0)

ANSWERS = (EnquiryOutcome.ANSWERED, EnquiryOutcome.REFERRED, EnquiryOutcome.NOT_FOR_US)

_KIND_OF_CHANNEL = {
    EnquiryChannel.EMAIL: InteractionKind.EMAIL,
    EnquiryChannel.PHONE: InteractionKind.CALL,
    EnquiryChannel.WEB: InteractionKind.EMAIL,
    EnquiryChannel.LETTER: InteractionKind.LETTER,
    EnquiryChannel.IN_PERSON: InteractionKind.MEETING,
    EnquiryChannel.INTERMEDIARY: InteractionKind.NOTE,
}


@dataclass(frozen=True, slots=True)
class EnquiryDetails:
    """What is said of an enquiry. A blank due moment is two working days after it came."""

    received_at: datetime
    channel: EnquiryChannel
    asked_for: str
    time_zone: str
    asker: str | None = None
    through: str | None = None
    due_at: datetime | None = None
    owner_id: int | None = None
    office_id: int | None = None
    organization_id: int | None = None
    is_demo: bool = False


def default_due(received_at: datetime, zone_name: str) -> datetime:
    """When an answer is due: the close of the second working day after it came, there."""
    day = business_days_after(today(received_at, zone_name), ANSWER_WITHIN_DAYS)
    return local_moment(day, CLOSE_OF_BUSINESS, zone_name)


def receive_enquiry(
    session: Session, details: EnquiryDetails, *, actor: Actor, now: datetime
) -> Enquiry:
    """Write an enquiry down.

    Raises:
        DomainError: nothing is asked, it comes from the future, or is due before it came.
        ForbiddenError: the actor may not write.
    """
    _must_write(actor)
    _check(details, now=now)
    organization = (
        session.get_one(Organization, details.organization_id) if details.organization_id else None
    )
    enquiry = Enquiry(
        team_id=team_of(None, organization),
        received_at=details.received_at,
        channel=details.channel,
        asker=details.asker,
        through=details.through,
        asked_for=details.asked_for.strip(),
        due_at=details.due_at or default_due(details.received_at, details.time_zone),
        time_zone=details.time_zone,
        outcome=EnquiryOutcome.OPEN,
        owner_id=details.owner_id,
        office_id=details.office_id or actor.office_id,
        organization_id=details.organization_id,
        is_demo=details.is_demo,
        created_at=now,
    )
    session.add(enquiry)
    session.flush()
    return enquiry


def change_enquiry(
    session: Session, enquiry: Enquiry, details: EnquiryDetails, *, actor: Actor, now: datetime
) -> None:
    """Put right what was written down, or give it to somebody else.

    Raises:
        DomainError: nothing is asked, it comes from the future, or is due before it came.
        ForbiddenError: the actor may not write.
    """
    _must_write(actor)
    _check(details, now=now)
    for name in ("received_at", "channel", "asker", "through", "time_zone", "owner_id"):
        setattr(enquiry, name, getattr(details, name))
    enquiry.asked_for = details.asked_for.strip()
    enquiry.due_at = details.due_at or default_due(details.received_at, details.time_zone)
    session.flush()


def answer_enquiry(
    session: Session,
    enquiry: Enquiry,
    *,
    answered_at: datetime,
    outcome: EnquiryOutcome,
    note: str | None,
    actor: Actor,
    now: datetime,
) -> None:
    """Say that an enquiry was answered, and what became of it; one that is a lead stays one.

    Raises:
        DomainError: it was answered already, or the moment does not fit.
        ForbiddenError: the actor may not write.
    """
    _must_write(actor)
    if enquiry.answered_at is not None:
        raise DomainError(N_("This enquiry was answered already."))
    if answered_at > now:
        raise DomainError(N_("This moment lies in the future."), field="answered_at")
    if answered_at < enquiry.received_at:
        raise DomainError(N_("It cannot be answered before it came."), field="answered_at")
    if outcome not in ANSWERS:
        raise DomainError(N_("Say what became of it."), field="outcome")
    note = (note or "").strip() or None
    if outcome is EnquiryOutcome.REFERRED and note is None:
        raise DomainError(N_("Say to whom it was referred."), field="note")
    enquiry.answered_at = answered_at
    enquiry.outcome_note = note
    if enquiry.lead_id is None:
        enquiry.outcome = outcome
    session.flush()


def reopen_enquiry(session: Session, enquiry: Enquiry, *, actor: Actor) -> None:
    """Take an answer back: it waits again.

    Raises:
        ForbiddenError: the actor may not write.
    """
    _must_write(actor)
    enquiry.answered_at = None
    if enquiry.lead_id is None:
        enquiry.outcome = EnquiryOutcome.OPEN
    session.flush()


def open_lead_from(
    session: Session,
    enquiry: Enquiry,
    details: LeadDetails,
    *,
    actor: Actor,
    now: datetime,
) -> Lead:
    """Open a lead whose first contact is the enquiry; the enquiry waits for its answer still.

    Raises:
        DomainError: there is a lead already, or the details break a rule.
    """
    if enquiry.lead_id is not None:
        raise DomainError(N_("This enquiry is a lead already."))
    received_on = today(enquiry.received_at, enquiry.time_zone)
    details = replace(
        details,
        first_contact=StatedDate(received_on),
        owner_id=details.owner_id or enquiry.owner_id or actor.id,
        office_id=details.office_id or enquiry.office_id,
        is_demo=enquiry.is_demo,
    )
    lead = open_lead(session, details, actor=actor, now=now)
    lines = enquiry.asked_for.strip().splitlines()
    log_conversation(
        session,
        ConversationDetails(
            kind=_KIND_OF_CHANNEL[enquiry.channel],
            direction=ContactDirection.IN,
            happened_on=received_on,
            summary=lines[0][:300],
            text=enquiry.asked_for if len(lines) > 1 or len(lines[0]) > 300 else None,
            language=language_of_text(enquiry.asked_for),
            is_demo=enquiry.is_demo,
        ),
        lead=lead,
        actor=actor,
        now=now,
    )
    enquiry.lead_id = lead.id
    enquiry.team_id = lead.team_id
    enquiry.outcome = EnquiryOutcome.LEAD
    if lead.organization_id is not None:
        enquiry.organization_id = lead.organization_id
    session.flush()
    return lead


def blind_search(code_name: str, **more: Any) -> LeadDetails:
    """A lead of which neither company nor country nor size is disclosed; `more` says the rest."""
    not_disclosed = Measure(qualifier=Qualifier.NOT_DISCLOSED)
    return LeadDetails(
        code_name=code_name,
        is_company_disclosed=False,
        market=None,
        capex=not_disclosed,
        jobs=not_disclosed,
        **more,
    )


def _check(details: EnquiryDetails, *, now: datetime) -> None:
    if not details.asked_for.strip():
        raise DomainError(N_("Say what was asked."), field="asked_for")
    if details.received_at > now + timedelta(minutes=5):
        # Clocks differ a little; hours do not.
        raise DomainError(N_("This moment lies in the future."), field="received_time")
    if details.due_at is not None and details.due_at < details.received_at:
        raise DomainError(N_("It is due before it came."), field="due_on")


def _must_write(actor: Actor) -> None:
    if not actor.may_write:
        raise ForbiddenError
