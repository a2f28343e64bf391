"""Which records a session has touched, so that what search keeps of them is written anew."""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.search import SearchKind

_TOUCHED = "search touched"

# The searchable tables, and the column that says which record a row belongs to.
_KEYS = {
    "organizations": (SearchKind.ORGANIZATION, "id"),
    "organization_names": (SearchKind.ORGANIZATION, "organization_id"),
    "contacts": (SearchKind.CONTACT, "id"),
    "leads": (SearchKind.LEAD, "id"),
    "interactions": (SearchKind.INTERACTION, "id"),
    "missions": (SearchKind.MISSION, "id"),
    "announcements": (SearchKind.ANNOUNCEMENT, "id"),
}


def touch(session: Session, kind: SearchKind, ids: Iterable[int | None]) -> None:
    """Note records whose names, texts, team or freshness a statement has changed.

    What goes through a flush or `crm.rows` is noted by itself.
    """
    found: dict[SearchKind, set[int]] = session.info.setdefault(_TOUCHED, {})
    found.setdefault(kind, set()).update(key for key in ids if key is not None)


def touch_rows(session: Session, table: sa.Table, column: str, keys: Iterable[int | None]) -> None:
    """Note rows of any table by the keys in one of its columns, if it is the telling one."""
    told = _KEYS.get(table.name)
    if told is not None and told[1] == column:
        touch(session, told[0], keys)


def told_by(table: sa.Table) -> str | None:
    """The column of a searchable table that says which record a row belongs to."""
    told = _KEYS.get(table.name)
    return told[1] if told is not None else None


def take(session: Session) -> dict[SearchKind, set[int]]:
    """What was touched since the last time, and forget it."""
    found: dict[SearchKind, set[int]] = session.info.pop(_TOUCHED, {})
    return found
