"""Lets search know of the records that a merge, or its undoing, wrote past the session."""

from collections.abc import Collection

from sqlalchemy.orm import Session

from crm.duplicates.journal import Rows
from crm.search.around import touch_agenda
from crm.search.upkeep import touch
from models.search import SearchKind

_KINDS = {
    "contacts": SearchKind.CONTACT,
    "leads": SearchKind.LEAD,
    "interactions": SearchKind.INTERACTION,
    "announcements": SearchKind.ANNOUNCEMENT,
}


def keep_searchable(session: Session, organization_ids: Collection[int], rows: Rows) -> None:
    """Have the organizations and all that names them written anew for search."""
    touch(session, SearchKind.ORGANIZATION, organization_ids)
    touch_agenda(session, organization_ids)
    for name, kind in _KINDS.items():
        touch(session, kind, [key for (key,) in rows.get(name, {})])
