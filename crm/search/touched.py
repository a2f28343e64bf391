"""Which records a session has touched, so that what search keeps of them is written anew."""

from collections.abc import Iterable, Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.search import SearchKind

_TOUCHED = "search touched"

# The searchable tables, and the columns that say which record a row belongs to.
_KEYS: Mapping[str, Sequence[tuple[SearchKind, str]]] = {
    "organizations": [(SearchKind.ORGANIZATION, "id")],
    "organization_names": [(SearchKind.ORGANIZATION, "organization_id")],
    "contacts": [(SearchKind.CONTACT, "id")],
    "leads": [(SearchKind.LEAD, "id")],
    "interactions": [(SearchKind.INTERACTION, "id")],
    "missions": [(SearchKind.MISSION, "id")],
    "agenda_items": [(SearchKind.MISSION, "mission_id")],
    "announcements": [(SearchKind.ANNOUNCEMENT, "id")],
    "agreements": [(SearchKind.AGREEMENT, "id")],
    "statistics": [(SearchKind.STATISTIC, "id")],
    "claims": [
        (SearchKind.ANNOUNCEMENT, "announcement_id"),
        (SearchKind.AGREEMENT, "agreement_id"),
        (SearchKind.ORGANIZATION, "organization_id"),
        (SearchKind.MISSION, "mission_id"),
    ],
}


def touch(session: Session, kind: SearchKind, ids: Iterable[int | None]) -> None:
    """Note records whose names, texts, team or freshness a statement has changed.

    What goes through a flush or `crm.rows` is noted by itself.
    """
    found: dict[SearchKind, set[int]] = session.info.setdefault(_TOUCHED, {})
    found.setdefault(kind, set()).update(key for key in ids if key is not None)


def touch_rows(session: Session, table: sa.Table, column: str, keys: Iterable[int | None]) -> None:
    """Note rows of any table by the keys in one of its columns, if it is a telling one."""
    for kind, telling in _KEYS.get(table.name, ()):
        if telling == column:
            touch(session, kind, keys)


def told_by(table: sa.Table) -> tuple[str, ...]:
    """The columns of a searchable table that say which record a row belongs to."""
    return tuple(column for _kind, column in _KEYS.get(table.name, ()))


def take(session: Session) -> dict[SearchKind, set[int]]:
    """What was touched since the last time, and forget it."""
    found: dict[SearchKind, set[int]] = session.info.pop(_TOUCHED, {})
    return found
