"""Commands on peer references: what a firm said, asking it for a lead, and what came of it."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.days import check_happened
from crm.teams import team_of
from crm.timezones import today
from models.contact import Contact
from models.errors import DomainError, ForbiddenError, N_
from models.lead import Lead
from models.organization import Organization
from models.reference import PeerReference, ReferenceOutcome, ReferenceRequest, Willingness
from models.user import Actor


@dataclass(frozen=True, slots=True)
class WillingnessDetails:
    """What a firm said about vouching for us; None for what nobody wrote down."""

    willingness: Willingness
    said_on: date | None = None
    contact_id: int | None = None
    languages: str | None = None
    note: str | None = None
    document_id: int | None = None
    is_demo: bool = False


def record_willingness(
    session: Session,
    organization: Organization,
    details: WillingnessDetails,
    *,
    actor: Actor,
    now: datetime,
) -> PeerReference:
    """Write down whether a firm lets prospects call it; what it said last counts.

    Raises:
        DomainError: the day lies in the future, or the person is not one of the firm.
        ForbiddenError: the actor may not write.
    """
    _must_write(actor)
    check_happened(details.said_on, latest=today(now, actor.time_zone), field="said_on")
    if details.contact_id is not None:
        contact = session.scalars(
            sa.select(Contact).where(Contact.id == details.contact_id)
        ).one_or_none()
        if contact is None or contact.organization_id != organization.id:
            raise DomainError(N_("Choose a person of this firm."), field="contact")
    found = session.scalars(
        sa.select(PeerReference).where(PeerReference.organization_id == organization.id)
    ).one_or_none()
    if found is None:
        found = PeerReference(
            organization_id=organization.id,
            team_id=team_of(None, organization),
            is_demo=details.is_demo or organization.is_demo,
            created_at=now,
        )
        session.add(found)
    found.willingness = details.willingness
    found.said_on = details.said_on
    found.contact_id = details.contact_id
    found.languages = _words(details.languages)
    found.note = _words(details.note)
    found.document_id = details.document_id or found.document_id
    session.flush()
    return found


def ask_for(
    session: Session,
    reference: PeerReference,
    lead: Lead,
    *,
    asked_on: date,
    note: str | None = None,
    is_demo: bool = False,
    actor: Actor,
    now: datetime,
) -> ReferenceRequest:
    """Write down that a firm was asked to speak with the prospect of a lead.

    The request is as hidden as the lead, and as the firm.

    Raises:
        DomainError: the firm does not want to be asked, was asked for this lead and has not
            answered yet, or is the prospect itself; or the day lies in the future.
        ForbiddenError: the actor may not write.
    """
    _must_write(actor)
    check_happened(asked_on, latest=today(now, actor.time_zone), field="asked_on")
    if reference.willingness is Willingness.NO:
        raise DomainError(N_("This firm does not want to be asked."), field="organization")
    if reference.organization_id == lead.organization_id:
        raise DomainError(N_("A firm cannot vouch before itself."), field="organization")
    waiting = session.scalars(
        sa.select(ReferenceRequest.id).where(
            ReferenceRequest.reference_id == reference.id,
            ReferenceRequest.lead_id == lead.id,
            ReferenceRequest.outcome.is_(None),
        )
    ).first()
    if waiting is not None:
        raise DomainError(
            N_("This firm was asked for this lead already, and has not answered yet."),
            field="organization",
        )
    request = ReferenceRequest(
        reference_id=reference.id,
        lead_id=lead.id,
        team_id=lead.team_id if lead.team_id is not None else reference.team_id,
        asked_on=asked_on,
        asked_by_id=actor.id,
        note=_words(note),
        is_demo=is_demo,
    )
    session.add(request)
    session.flush()
    return request


def settle_request(
    session: Session,
    request: ReferenceRequest,
    *,
    outcome: ReferenceOutcome | None,
    note: str | None,
    actor: Actor,
) -> None:
    """Say what became of a request; None says that it still waits.

    Raises:
        ForbiddenError: the actor may not write.
    """
    _must_write(actor)
    request.outcome = outcome
    request.note = _words(note)
    session.flush()


def _words(text: str | None) -> str | None:
    return (text or "").strip() or None


def _must_write(actor: Actor) -> None:
    if not actor.may_write:
        raise ForbiddenError
