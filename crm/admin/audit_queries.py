"""The audit log: a page of entries, and the names of what they speak of."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.timezones import end_of_day, start_of_day
from crm.web.paging import Page, read_cursor, unreadable, write_cursor
from models.agreement import Agreement
from models.announcement import Announcement
from models.audit import AuditEntry
from models.contact import Contact
from models.document import Document
from models.import_batch import ImportBatch
from models.interaction import Enquiry, FollowUp, Interaction, StoredFile
from models.lead import Lead, LeadSource
from models.mission import Mission
from models.organization import Organization, Sector, Site
from models.score import ModelVersion
from models.tables import METADATA
from models.user import Office, Team, User

PAGE = 50
LOCAL = "local"


@dataclass(frozen=True, slots=True)
class Filters:
    """What a reader chose to see. `who` is a user's public id, or LOCAL for the command line."""

    who: str = ""
    kind: str = ""
    record: str = ""
    action: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Named:
    """What a record is called, and its public id where it has one."""

    title: str
    public_id: str | None


# How a record is called, by its table.
_TITLES: dict[str, tuple[Any, Any]] = {
    "agreements": (Agreement, Agreement.name),
    "announcements": (Announcement, Announcement.title),
    "contacts": (Contact, Contact.printed_name),
    "documents": (Document, Document.title),
    "enquiries": (Enquiry, Enquiry.asked_for),
    "follow_ups": (FollowUp, FollowUp.text),
    "import_batches": (ImportBatch, ImportBatch.file_name),
    "interactions": (Interaction, Interaction.summary),
    "lead_sources": (LeadSource, LeadSource.name_en),
    "leads": (Lead, Lead.title),
    "missions": (Mission, Mission.name),
    "model_versions": (ModelVersion, ModelVersion.number),
    "offices": (Office, Office.name),
    "organizations": (Organization, Organization.name),
    "sectors": (Sector, Sector.name_en),
    "sites": (Site, Site.name),
    "stored_files": (StoredFile, StoredFile.name),
    "teams": (Team, Team.name),
    "users": (User, User.name),
}


def search_entries(
    session: Session, filters: Filters, *, zone_name: str, cursor: str | None
) -> Page[AuditEntry]:
    """A page of entries, the latest first.

    An entry has no public id, and a key of ours never leaves the server: the cursor holds the
    moment of the last entry shown and how many of that very moment have been shown.
    """
    statement = sa.select(AuditEntry).where(*_conditions(session, filters, zone_name))
    skip = 0
    if cursor:
        at, skip = _read(cursor)
        statement = statement.where(AuditEntry.at <= at)
    rows = session.scalars(
        statement.order_by(AuditEntry.at.desc(), AuditEntry.id.desc()).offset(skip).limit(PAGE + 1)
    ).all()
    shown = rows[:PAGE]
    following = None
    if len(rows) > PAGE:
        last = shown[-1].at
        again = sum(entry.at == last for entry in shown)
        if cursor and last == at:
            again += skip
        following = write_cursor(last, again)
    return Page(shown, following, is_first=cursor is None)


def list_people(session: Session) -> list[tuple[str, str]]:
    """Everybody who may have acted, for a select."""
    rows = session.execute(sa.select(User.public_id, User.name, User.username).order_by(User.name))
    return [(public_id, f"{name} ({username})") for public_id, name, username in rows]


def name_records(session: Session, entries: Sequence[AuditEntry]) -> dict[tuple[str, int], Named]:
    """The names of all records that these entries speak of, by table and key.

    One query a table, however many entries there are.
    """
    wanted: dict[str, set[int]] = {}
    for entry in entries:
        for table, key in _mentioned(entry):
            wanted.setdefault(table, set()).add(key)
    found = {}
    for table, keys in wanted.items():
        cls, title = _TITLES[table]
        public_id = getattr(cls, "public_id", sa.null())
        rows = session.execute(sa.select(cls.id, title, public_id).where(cls.id.in_(keys)))
        for key, words, public in rows:
            found[table, key] = Named("" if words is None else str(words), public)
    return found


def referred_table(record_type: str, field: str) -> str | None:
    """The table that a field of a record points to, if its records have names."""
    column = column_of(record_type, field)
    if column is None:
        return None
    for key in column.foreign_keys:
        table = key.column.table.name
        if table in _TITLES:
            return table
    return None


def column_of(record_type: str, field: str) -> sa.Column[Any] | None:
    """The column that a change is about."""
    table = METADATA.tables.get(record_type)
    return table.c.get(field) if table is not None else None


def _mentioned(entry: AuditEntry) -> Iterable[tuple[str, int]]:
    if entry.record_id is not None and entry.record_type in _TITLES:
        yield entry.record_type, entry.record_id
    if entry.lead_id is not None:
        yield "leads", entry.lead_id
    for field, change in (entry.changes or {}).items():
        table = referred_table(entry.record_type, field)
        if table is not None and isinstance(change, list):
            for value in change:
                if isinstance(value, int):
                    yield table, value


def _conditions(session: Session, filters: Filters, zone_name: str) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if filters.who == LOCAL:
        found.append(AuditEntry.actor_id.is_(None))
    elif filters.who:
        person = sa.select(User.id).where(User.public_id == filters.who).scalar_subquery()
        found.append(AuditEntry.actor_id == person)
    if filters.action:
        found.append(AuditEntry.action == filters.action)
    if filters.record:
        found.append(_about(session, filters.kind, filters.record))
    elif filters.kind:
        found.append(AuditEntry.record_type == filters.kind)
    if filters.since is not None:
        found.append(AuditEntry.at >= start_of_day(filters.since, zone_name))
    if filters.until is not None:
        found.append(AuditEntry.at < end_of_day(filters.until, zone_name))
    return found


def _about(session: Session, kind: str, public_id: str) -> sa.ColumnElement[bool]:
    """Entries about one record; for a lead, about all that hangs on it too."""
    for table in [kind] if kind in _TITLES else _TITLES:
        cls, _title = _TITLES[table]
        if not hasattr(cls, "public_id"):
            continue
        key = session.scalar(sa.select(cls.id).where(cls.public_id == public_id))
        if key is None:
            continue
        own = sa.and_(AuditEntry.record_type == table, AuditEntry.record_id == key)
        return sa.or_(own, AuditEntry.lead_id == key) if table == "leads" else own
    return sa.false()


def _read(cursor: str) -> tuple[datetime, int]:
    at, shown = read_cursor(cursor, AuditEntry.at.type, sa.Integer())
    if at is None or shown < 0:
        raise unreadable()
    return at, shown
