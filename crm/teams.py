"""Whose secret a new record is: that of the lead it belongs to, or of its organization."""

from models.lead import Lead
from models.organization import Organization


def team_of(lead: Lead | None, organization: Organization | None) -> int | None:
    """The team that a record on this lead, or on this organization alone, belongs to."""
    if lead is not None:
        return lead.team_id
    return organization.team_id if organization is not None else None
