"""Leads with a past of their own, for reading funnels."""

from datetime import date, datetime
from typing import Any

from crm.database import Database
from crm.leads.apply import insert_leads
from crm.leads.plan import PastEvent, plan_history
from models.lead import LossReason
from models.measure import Measure, Qualifier, StatedDate
from models.stage import STAGES, StageCode, Status
from models.user import LOCAL_ADMINISTRATOR
from tests.factories.lead import NOW, lead_details

FIRST = date(2026, 1, 5)


def at(stage: StageCode, day: date) -> PastEvent:
    """The lead entered a stage."""
    return PastEvent(day, stage=stage)


def ended(status: Status, day: date | None, reason: LossReason | None = None) -> PastEvent:
    """The lead ended, or was put on hold."""
    return PastEvent(day, status=status, reason=reason, loss_reason=reason)


def past_lead(database: Database, *events: PastEvent, now: datetime = NOW, **values: Any) -> int:
    """A lead whose past is these events, told at a moment; its first contact is the first one."""
    first = events[0].on
    assert first is not None
    plan = plan_history(
        lead_details(**{"first_contact": StatedDate(first), **values}),
        events,
        actor=LOCAL_ADMINISTRATOR,
        now=now,
        zone_name="America/Toronto",
    )
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        [lead_id] = insert_leads(session, [plan], actor=LOCAL_ADMINISTRATOR, now=now)
    return lead_id


def lead_through(
    database: Database,
    *days: date,
    status: Status | None = None,
    until: date | None = None,
    **values: Any,
) -> int:
    """A lead that entered the first stages in turn on these days, and then perhaps ended."""
    events = [at(stage, day) for stage, day in zip(STAGES, days, strict=False)]
    if status is not None:
        events.append(ended(status, until, LossReason.GONE_SILENT))
    return past_lead(database, *events, **values)


def stated(amount: int, currency: str | None = "CAD") -> Measure:
    """An exact amount."""
    return Measure(amount, Qualifier.EXACT, currency=currency)
