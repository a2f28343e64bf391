"""Leads, made by the same commands as in the product."""

import itertools
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa

from crm.database import Database
from crm.leads.apply import insert_leads
from crm.leads.details import LeadDetails
from crm.leads.plan import PastEvent, plan_history
from crm.leads.service import open_lead
from crm.organizations.plan import OrganizationDetails
from models.lead import Lead, LeadSource
from models.measure import StatedDate
from models.organization import Sector
from models.stage import StageCode
from models.user import LOCAL_ADMINISTRATOR, Actor

_numbers = itertools.count(1)
NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)


def lead_details(**values: Any) -> LeadDetails:
    """Details of an invented lead; whatever is given replaces the default."""
    number = next(_numbers)
    return LeadDetails(
        **{
            "company": OrganizationDetails(
                name=f"Invented Works {number}", native_name=f"架空製作所{number}", country="JP"
            ),
            "market": "JP",
            "first_contact": StatedDate(date(2026, 3, 2)),
            **values,
        }
    )


def make_lead(
    database: Database, *, actor: Actor = LOCAL_ADMINISTRATOR, now: datetime = NOW, **values: Any
) -> Lead:
    """A lead opened through its command."""
    with database.transaction(actor) as session:
        return open_lead(session, lead_details(**values), actor=actor, now=now)


def make_past_leads(
    database: Database,
    count: int,
    *,
    stage: StageCode = StageCode.ENGAGED,
    actor: Actor = LOCAL_ADMINISTRATOR,
    now: datetime = NOW,
    **values: Any,
) -> list[int]:
    """Several leads with a short past, in one go; their keys."""
    plans = [
        plan_history(
            lead_details(**values),
            [
                PastEvent(date(2026, 3, 2), stage=StageCode.FIRST_CONTACT),
                PastEvent(date(2026, 5, 4), stage=stage),
            ],
            actor=actor,
            now=now,
            zone_name="America/Toronto",
        )
        for _ in range(count)
    ]
    with database.transaction(actor) as session:
        return insert_leads(session, plans, actor=actor, now=now)


def make_sector(database: Database, name: str = "Batteries") -> Sector:
    """A sector."""
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="factory") as session:
        sector = Sector(code=name.lower(), name_en=name)
        session.add(sector)
    return sector


def make_source(database: Database, name: str = "JETRO") -> LeadSource:
    """A lead source."""
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="factory") as session:
        source = LeadSource(code=name.lower(), name_en=name)
        session.add(source)
    return source


def reload_lead(database: Database, lead_id: int) -> Lead:
    """The lead as it stands in the database now."""
    with database.unscoped_reader(purpose="factory") as session:
        return session.scalars(sa.select(Lead).where(Lead.id == lead_id)).one()
