"""Missions and the public texts that tell of them."""

import itertools
from datetime import UTC, datetime
from typing import Any

from crm.database import Database
from models.document import Claim, ClaimKind, Document
from models.mission import Mission, MissionMarket, MissionOffice, MissionOrganization
from models.organization import Organization
from models.user import LOCAL_ADMINISTRATOR, Office

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
