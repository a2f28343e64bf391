"""Contacts, made by the same command as in the product."""

import itertools
from datetime import UTC, datetime
from typing import Any

from crm.contacts.service import ContactDetails, add_contact
from crm.database import Database
from models.contact import Contact
from models.organization import Organization
from models.user import LOCAL_ADMINISTRATOR, Actor

_numbers = itertools.count(1)
NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)


def make_contact(
    database: Database,
    organization: Organization | None = None,
    *,
    actor: Actor = LOCAL_ADMINISTRATOR,
    now: datetime = NOW,
    **values: Any,
) -> Contact:
    """A person at an organization; whatever is given replaces the default."""
    details = ContactDetails(**{"printed_name": f"TANAKA Sample {next(_numbers)}", **values})
    with database.transaction(actor) as session:
        return add_contact(session, details, organization=organization, actor=actor, now=now)
