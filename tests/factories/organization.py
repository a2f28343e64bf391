"""Organizations, made by the same commands as in the product."""

import itertools
from datetime import UTC, datetime
from typing import Any

from crm.database import Database
from crm.organizations.plan import OrganizationDetails
from crm.organizations.service import add_organization
from models.organization import Organization
from models.user import LOCAL_ADMINISTRATOR, Actor

_numbers = itertools.count(1)
NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)


def make_organization(
    database: Database, *, actor: Actor = LOCAL_ADMINISTRATOR, now: datetime = NOW, **values: Any
) -> Organization:
    """An organization open to the office; whatever is given replaces the default."""
    number = next(_numbers)
    details = OrganizationDetails(
        **{"name": f"Sample Industries {number}", "native_name": f"見本工業{number}", **values}
    )
    with database.transaction(actor) as session:
        return add_organization(session, details, actor=actor, now=now)


def restrict(database: Database, organization: Organization, team_id: int) -> None:
    """Hide an organization as the restriction of the lead that brought it in would."""
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="factory") as session:
        found = session.get_one(Organization, organization.id)
        found.team_id = team_id
    # The object at hand is another than the session's.
    organization.team_id = team_id
