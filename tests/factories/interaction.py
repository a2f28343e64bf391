"""Conversations, meetings, promises and enquiries, made by the same commands as in the product."""

from datetime import datetime, timedelta
from typing import Any

from crm.database import Database
from crm.enquiries.service import EnquiryDetails, receive_enquiry
from crm.interactions.follow_ups import FollowUpDetails, promise, set_next_step
from crm.interactions.service import (
    ConversationDetails,
    MeetingDetails,
    log_conversation,
    plan_meeting,
)
from models.contact import Contact
from models.interaction import Enquiry, EnquiryChannel, FollowUp, Interaction, InteractionKind
from models.lead import Lead
from models.organization import Organization
from models.user import LOCAL_ADMINISTRATOR, Actor
from tests.factories.lead import NOW


def make_conversation(
    database: Database,
    lead: Lead,
    *,
    actor: Actor = LOCAL_ADMINISTRATOR,
    now: datetime = NOW,
    **values: Any,
) -> Interaction:
    """A call that took place today."""
    details = ConversationDetails(
        **{
            "kind": InteractionKind.CALL,
            "happened_on": now.date(),
            "summary": "They asked about power",
            **values,
        }
    )
    with database.transaction(actor) as session:
        return log_conversation(
            session, details, lead=session.get_one(Lead, lead.id), actor=actor, now=now
        )


def make_meeting(
    database: Database,
    lead: Lead,
    *,
    actor: Actor = LOCAL_ADMINISTRATOR,
    now: datetime = NOW,
    **values: Any,
) -> Interaction:
    """A meeting of an hour, planned in an hour's time in Tokyo."""
    starts_at = values.pop("starts_at", now + timedelta(hours=1))
    details = MeetingDetails(
        **{
            "kind": InteractionKind.VIDEO,
            "starts_at": starts_at,
            "ends_at": starts_at + timedelta(hours=1),
            "time_zone": "Asia/Tokyo",
            "summary": "First talk",
            **values,
        }
    )
    with database.transaction(actor) as session:
        return plan_meeting(
            session, details, lead=session.get_one(Lead, lead.id), actor=actor, now=now
        )


def make_promise(
    database: Database,
    lead: Lead | None,
    *,
    actor: Actor = LOCAL_ADMINISTRATOR,
    now: datetime = NOW,
    **values: Any,
) -> FollowUp:
    """Something promised."""
    details = FollowUpDetails(**{"text": "Send the list of sites", **values})
    with database.transaction(actor) as session:
        found = session.get_one(Lead, lead.id) if lead else None
        return promise(session, details, lead=found, actor=actor, now=now)


def make_next_step(
    database: Database,
    lead: Lead,
    text: str = "Call again",
    *,
    due_on: Any = None,
    actor: Actor = LOCAL_ADMINISTRATOR,
    now: datetime = NOW,
) -> FollowUp:
    """What comes next on a lead."""
    with database.transaction(actor) as session:
        return set_next_step(
            session, session.get_one(Lead, lead.id), text, due_on, actor=actor, now=now
        )


def make_enquiry(
    database: Database, *, actor: Actor = LOCAL_ADMINISTRATOR, now: datetime = NOW, **values: Any
) -> Enquiry:
    """An enquiry that came an hour ago by e-mail."""
    details = EnquiryDetails(
        **{
            "received_at": now - timedelta(hours=1),
            "channel": EnquiryChannel.EMAIL,
            "asked_for": "Twenty hectares with rail",
            "time_zone": "Asia/Tokyo",
            **values,
        }
    )
    with database.transaction(actor) as session:
        return receive_enquiry(session, details, actor=actor, now=now)


def make_contact(database: Database, organization_id: int | None, **values: Any) -> Contact:
    """A person at an organization, with a name in both scripts."""
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="factory") as session:
        contact = Contact(
            **{
                "organization_id": organization_id,
                "printed_name": "Kamiya Ren",
                "native_name": "神谷 蓮",
                "title": "General Manager",
                "native_title": "部長",
                "email": "ren.kamiya@invented.example",
                "created_at": NOW,
                **values,
            }
        )
        session.add(contact)
    return contact


def make_organization(database: Database, name: str = "Invented Trade House") -> Organization:
    """An organization without a lead."""
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="factory") as session:
        organization = Organization(name=name, country="JP", created_at=NOW)
        session.add(organization)
    return organization
