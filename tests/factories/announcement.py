"""Announcements, made by the same command as in the product."""

from datetime import UTC, datetime
from typing import Any

from crm.announcements.service import AnnouncementDetails, announce
from crm.database import Database
from models.announcement import Announcement, AnnouncementKind
from models.lead import Lead
from models.user import LOCAL_ADMINISTRATOR, Actor

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)


def announcement_details(**values: Any) -> AnnouncementDetails:
    """Details of an announcement; whatever is given replaces the default."""
    return AnnouncementDetails(
        **{
            "kind": AnnouncementKind.NEW_ESTABLISHMENT,
            "title": "Sample Industries comes to Maple Falls",
            "source": "City release of 19 November 2026",
            **values,
        }
    )


def make_announcement(
    database: Database,
    lead: Lead | None,
    *,
    actor: Actor = LOCAL_ADMINISTRATOR,
    now: datetime = NOW,
    **values: Any,
) -> Announcement:
    """The announcement of a lead, or of others."""
    with database.transaction(actor) as session:
        found = session.get_one(Lead, lead.id) if lead is not None else None
        return announce(session, found, announcement_details(**values), actor=actor, now=now)
