"""The records whose team follows a lead's: what a restriction, or its end, lets search know."""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.search.entries import table_of
from crm.search.touched import touch
from models.agenda import AgendaItem
from models.announcement import Announcement, AnnouncementParty
from models.contact import Contact
from models.interaction import Interaction
from models.search import SearchKind


def touch_around(session: Session, lead_id: int, organization_ids: Collection[int]) -> None:
    """Note a lead, the organizations it may hide or open, and what hangs on any of them."""
    contacts, interactions = table_of(Contact), table_of(Interaction)
    announcements, parties = table_of(Announcement), table_of(AnnouncementParty)
    told = sa.select(parties.c.announcement_id).where(
        parties.c.organization_id.in_(organization_ids)
    )
    around: dict[SearchKind, tuple[sa.Table, Any, Any]] = {
        SearchKind.CONTACT: (
            contacts,
            contacts.c.first_lead_id == lead_id,
            contacts.c.organization_id.in_(organization_ids),
        ),
        SearchKind.INTERACTION: (
            interactions,
            interactions.c.lead_id == lead_id,
            interactions.c.organization_id.in_(organization_ids),
        ),
        SearchKind.ANNOUNCEMENT: (
            announcements,
            announcements.c.lead_id == lead_id,
            announcements.c.id.in_(told),
        ),
    }
    touch_agenda(session, organization_ids, lead_id=lead_id)
    touch(session, SearchKind.LEAD, [lead_id])
    touch(session, SearchKind.ORGANIZATION, organization_ids)
    connection = session.connection()
    for kind, (table, *hangs) in around.items():
        keys = connection.execute(sa.select(table.c.id).where(sa.or_(*hangs))).scalars()
        touch(session, kind, keys)


def touch_agenda(
    session: Session, organization_ids: Collection[int], *, lead_id: int | None = None
) -> None:
    """Note the missions that have items about a lead or about any of these organizations."""
    items = table_of(AgendaItem)
    about: sa.ColumnElement[bool] = items.c.organization_id.in_(organization_ids)
    if lead_id is not None:
        about = sa.or_(about, items.c.lead_id == lead_id)
    met = sa.select(items.c.mission_id).where(about)
    touch(session, SearchKind.MISSION, session.connection().execute(met).scalars())
