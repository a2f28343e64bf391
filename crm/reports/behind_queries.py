"""The leads behind a number of a report, as rows: what each of them was at the end of a day.

Rows are never over leads out of sight, whatever the number counted.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.reports.as_of import total
from crm.reports.params import Settled
from crm.web.paging import Order, Page, fetch_page
from models.lead import Lead, LeadRevision
from models.organization import Organization
from models.user import User

PAGE_SIZE = 50


def list_behind(session: Session, conditions: Sequence[Any], *, cursor: str | None) -> Page[Any]:
    """One page of the leads whose states meet the conditions, by their titles of today."""
    statement: Any = (
        sa.select(
            Lead.public_id,
            Lead.title,
            Lead.code_name,
            Organization.name.label("company"),
            LeadRevision.stage,
            LeadRevision.status,
            LeadRevision.market,
            LeadRevision.capex_amount,
            LeadRevision.capex_upper,
            LeadRevision.capex_qualifier,
            LeadRevision.capex_currency,
            LeadRevision.jobs_count,
            LeadRevision.jobs_upper,
            LeadRevision.jobs_qualifier,
            User.name.label("owner"),
        )
        .join(Lead, Lead.id == LeadRevision.lead_id)
        .outerjoin(Organization, Organization.id == Lead.organization_id)
        .outerjoin(User, User.id == LeadRevision.owner_id)
        .where(*conditions)
    )
    return fetch_page(
        session,
        statement,
        Order(Lead.title, Lead.public_id),
        size=PAGE_SIZE,
        cursor=cursor,
        value_key="title",
    )


def count_every(session: Session, settled: Settled, conditions: Sequence[Any]) -> int:
    """How many leads the number on the report counts: all of them for who counts all."""
    statement = sa.select(sa.func.count()).select_from(LeadRevision).where(*conditions)
    return session.scalar(total(settled, statement)) or 0


def count_behind(session: Session, conditions: Sequence[Any]) -> int:
    """How many leads these are, of those that whoever looks can see."""
    statement = sa.select(sa.func.count()).select_from(LeadRevision).where(*conditions)
    return session.scalar(statement) or 0
