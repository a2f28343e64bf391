"""Peer references, made by the same commands as in the product."""

from datetime import UTC, date, datetime
from typing import Any

from crm.database import Database
from crm.references.service import WillingnessDetails, ask_for, record_willingness
from models.lead import Lead
from models.organization import Organization
from models.reference import PeerReference, ReferenceRequest, Willingness
from models.user import LOCAL_ADMINISTRATOR, Actor

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)


def make_reference(
    database: Database,
    organization: Organization,
    willingness: Willingness = Willingness.YES,
    *,
    actor: Actor = LOCAL_ADMINISTRATOR,
    **values: Any,
) -> PeerReference:
    """What a firm said about vouching for us."""
    with database.transaction(actor) as session:
        return record_willingness(
            session,
            session.get_one(Organization, organization.id),
            WillingnessDetails(willingness, **values),
            actor=actor,
            now=NOW,
        )


def make_request(
    database: Database,
    reference: PeerReference,
    lead: Lead,
    *,
    asked_on: date = date(2026, 11, 2),
    actor: Actor = LOCAL_ADMINISTRATOR,
) -> ReferenceRequest:
    """A firm asked for a lead."""
    with database.transaction(actor) as session:
        return ask_for(
            session,
            session.get_one(PeerReference, reference.id),
            session.get_one(Lead, lead.id),
            asked_on=asked_on,
            actor=actor,
            now=NOW,
        )
