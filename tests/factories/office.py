"""An invented office with a past: enough closed leads for a model, drawn from a seed."""

import random
from datetime import UTC, date, datetime, timedelta

from crm.database import Database
from crm.leads.apply import insert_leads
from crm.leads.plan import NewLead, PastEvent, plan_history
from models.stage import STAGES, Status
from models.user import LOCAL_ADMINISTRATOR
from tests.factories.lead import lead_details, make_sector, make_source

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)


def make_office_past(
    database: Database, count: int = 160, *, seed: int = 7, now: datetime = NOW
) -> list[int]:
    """Leads over five years; those from the better source get further. Returns their keys."""
    draw = random.Random(seed)
    sources = [make_source(database, "Good source"), make_source(database, "Poor source")]
    sectors = [make_sector(database, "Batteries"), make_sector(database, "Agri-food")]
    plans: list[NewLead] = []
    for number in range(count):
        good = draw.random() < 0.5
        first = (now - timedelta(days=draw.randint(30, 1800))).date()
        plans.append(
            plan_history(
                lead_details(
                    reference=f"R{number:04}",
                    source_id=sources[0 if good else 1].id,
                    sector_id=draw.choice(sectors).id,
                ),
                _events(draw, first, good=good, today=now.date()),
                actor=LOCAL_ADMINISTRATOR,
                now=now,
                zone_name="America/Toronto",
            )
        )
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        return insert_leads(session, plans, actor=LOCAL_ADMINISTRATOR, now=now)


def _events(draw: random.Random, first: date, *, good: bool, today: date) -> list[PastEvent]:
    events = [PastEvent(first, stage=STAGES[0])]
    day = first
    for stage in STAGES[1:]:
        day += timedelta(days=draw.randint(20, 120))
        if day >= today:
            return events
        if draw.random() > (0.82 if good else 0.55):
            events.append(PastEvent(day, status=Status.LOST, reason="No decision"))
            return events
        events.append(PastEvent(day, stage=stage))
    return events
