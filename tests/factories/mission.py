"""Missions and the public texts that tell of them."""

import itertools
from datetime import UTC, datetime
from typing import Any

from crm.database import Database
from crm.missions.agenda import ItemDetails, add_item
from crm.missions.delegation import DelegateDetails, add_delegate
from crm.missions.service import MissionDetails, plan_mission
from models.agenda import AgendaItem, AgendaKind
from models.document import Claim, ClaimKind, Document
from models.lead import Lead
from models.mission import (
    Delegate,
    Delivery,
    Mission,
    MissionMarket,
    MissionOffice,
    MissionOrganization,
)
from models.organization import Organization
from models.user import LOCAL_ADMINISTRATOR, Actor, Office

_numbers = itertools.count(1)
NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)


def make_mission(
    database: Database,
    *,
    markets: tuple[str, ...] = ("JP",),
    offices: tuple[Office, ...] = (),
    organizations: tuple[tuple[Organization, str], ...] = (),
    **values: Any,
) -> Mission:
    """A mission with its countries, offices and organizations."""
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="factory") as session:
        mission = Mission(
            **{"name": f"Sample mission {next(_numbers)}", "created_at": NOW, **values}
        )
        session.add(mission)
        session.flush()
        session.add_all(MissionMarket(mission_id=mission.id, country=code) for code in markets)
        session.add_all(
            MissionOffice(mission_id=mission.id, office_id=office.id) for office in offices
        )
        session.add_all(
            MissionOrganization(mission_id=mission.id, organization_id=found.id, part=part)
            for found, part in organizations
        )
    return mission


def make_planned_mission(
    database: Database, *, actor: Actor = LOCAL_ADMINISTRATOR, now: datetime = NOW, **values: Any
) -> Mission:
    """A virtual mission from Toronto to Tokyo, planned by its command."""
    details = MissionDetails(
        **{
            "name": f"Planned mission {next(_numbers)}",
            "delivery": Delivery.VIRTUAL,
            "markets": ("JP",),
            "home_zone": "America/Toronto",
            "market_zone": "Asia/Tokyo",
            **values,
        }
    )
    with database.transaction(actor) as session:
        return plan_mission(session, details, actor=actor, now=now)


def make_item(
    database: Database,
    mission: Mission,
    *,
    lead: Lead | None = None,
    organization: Organization | None = None,
    actor: Actor = LOCAL_ADMINISTRATOR,
    now: datetime = NOW,
    **values: Any,
) -> AgendaItem:
    """An agenda item, added by its command; a meeting that is merely asked, unless told else."""
    details = ItemDetails(
        **{"kind": AgendaKind.MEETING, "title": f"Sample item {next(_numbers)}", **values}
    )
    with database.transaction(actor) as session:
        return add_item(
            session,
            session.get_one(Mission, mission.id),
            details,
            lead=session.get_one(Lead, lead.id) if lead else None,
            organization=session.get_one(Organization, organization.id) if organization else None,
            actor=actor,
            now=now,
        )


def make_delegate(
    database: Database,
    mission: Mission,
    *,
    actor: Actor = LOCAL_ADMINISTRATOR,
    now: datetime = NOW,
    **values: Any,
) -> Delegate:
    """A delegate, added by the command; a name on no record, unless told else."""
    if not {"user_id", "contact_id", "name"} & set(values):
        values["name"] = f"Delegate {next(_numbers)}"
    with database.transaction(actor) as session:
        return add_delegate(
            session,
            session.get_one(Mission, mission.id),
            DelegateDetails(**values),
            actor=actor,
            now=now,
        )


def make_document(database: Database, **values: Any) -> Document:
    """A public text."""
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="factory") as session:
        document = Document(**{"title": "A release", "publisher": "A ministry", **values})
        session.add(document)
    return document


def make_claim(database: Database, document: Document, **values: Any) -> Claim:
    """What a text says of a record."""
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="factory") as session:
        claim = Claim(
            **{
                "document_id": document.id,
                "kind": ClaimKind.FACT,
                "text": "It was said.",
                "quote": "as it was said",
                **values,
            }
        )
        session.add(claim)
    return claim
