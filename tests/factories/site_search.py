"""Properties and site searches, made by the same commands as in the product."""

import itertools
from datetime import UTC, date, datetime
from typing import Any

from crm.database import Database
from crm.properties.service import PropertyDetails, keep_property
from crm.site_searches.service import (
    PartDetails,
    SearchDetails,
    SendingDetails,
    note_sending,
    offer_property,
    open_search,
    owe_part,
)
from models.lead import Lead
from models.site_search import (
    PartOwner,
    Property,
    PropertyKind,
    SearchPart,
    SearchSending,
    SiteOffer,
    SiteSearch,
)
from models.user import LOCAL_ADMINISTRATOR, Actor

_numbers = itertools.count(1)
NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)


def make_property(database: Database, **values: Any) -> Property:
    """An invented piece of land; whatever is given replaces the default."""
    details = PropertyDetails(
        **{"kind": PropertyKind.LAND, "name": f"Sample Park {next(_numbers)}", **values}
    )
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        return keep_property(session, details, actor=LOCAL_ADMINISTRATOR, now=NOW)


def make_search(
    database: Database, lead: Lead, *, actor: Actor = LOCAL_ADMINISTRATOR, **values: Any
) -> SiteSearch:
    """A search of a lead for twenty hectares."""
    details = SearchDetails(
        **{"requirements": "Twenty hectares with rail", "land_m2": 200_000.0, **values}
    )
    with database.transaction(actor) as session:
        found = session.get_one(Lead, lead.id)
        return open_search(session, found, details, actor=actor, now=NOW)


def make_offer(
    database: Database, search: SiteSearch, offered: Property, *, actor: Actor = LOCAL_ADMINISTRATOR
) -> SiteOffer:
    """A property offered in a search."""
    with database.transaction(actor) as session:
        return offer_property(
            session,
            session.get_one(SiteSearch, search.id),
            session.get_one(Property, offered.id),
            actor=actor,
        )


def make_part(
    database: Database,
    search: SiteSearch,
    text: str = "Load study",
    *,
    due_on: date | None = date(2026, 11, 24),
    actor: Actor = LOCAL_ADMINISTRATOR,
) -> SearchPart:
    """A part that the utilities owe."""
    with database.transaction(actor) as session:
        return owe_part(
            session,
            session.get_one(SiteSearch, search.id),
            PartDetails(text, PartOwner.UTILITIES, "Grid office", due_on),
            actor=actor,
        )


def make_sending(
    database: Database,
    search: SiteSearch,
    *,
    sent_on: date = date(2026, 11, 19),
    is_answer: bool = True,
    actor: Actor = LOCAL_ADMINISTRATOR,
    now: datetime = NOW,
) -> SearchSending:
    """What was sent in a search: its answer."""
    with database.transaction(actor) as session:
        found = session.get_one(SiteSearch, search.id)
        return note_sending(
            session,
            found,
            session.get_one(Lead, found.lead_id),
            SendingDetails("Proposal of 40 pages", sent_on, "The site selector", is_answer),
            actor=actor,
            now=now,
        )
