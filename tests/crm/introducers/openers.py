"""Leads that somebody introduced, and what came of them."""

from typing import Any

from crm.announcements.crediting import CreditDetails, credit
from crm.database import Database
from crm.leads.involved import add_party, credit_introducer
from models.announcement import Announcement
from models.commitment import Attribution, CreditRole
from models.contact import Contact
from models.lead import Lead, PartyRole
from models.measure import Measure, Qualifier
from models.organization import Organization
from models.user import LOCAL_ADMINISTRATOR, Actor
from tests.factories.lead import NOW

TEN_MILLION = Measure(10_000_000, Qualifier.EXACT, currency="CAD")
FORTY_JOBS = Measure(40, Qualifier.EXACT)


def introduce(
    database: Database,
    lead: Lead,
    organization: Organization,
    *,
    contact: Contact | None = None,
    share: float | None = None,
    actor: Actor = LOCAL_ADMINISTRATOR,
) -> None:
    """Say that an organization introduced a lead."""
    with database.transaction(actor) as session:
        found = session.get_one(Lead, lead.id)
        firm = session.get_one(Organization, organization.id)
        add_party(session, found, firm, PartyRole.INTRODUCER, actor=actor, now=NOW)
        if contact is not None or share is not None:
            credit_introducer(
                session,
                found,
                firm,
                contact=session.get_one(Contact, contact.id) if contact else None,
                share_percent=share,
                actor=actor,
                now=NOW,
            )


def attribute(
    database: Database,
    announcement: Announcement,
    *,
    role: CreditRole = CreditRole.INTRODUCED,
    actor: Actor = LOCAL_ADMINISTRATOR,
    **values: Any,
) -> Attribution:
    """Say in an announcement who introduced or helped."""
    with database.transaction(actor) as session:
        found = session.get_one(Announcement, announcement.id)
        return credit(session, found, CreditDetails(role, **values), actor=actor)
