"""What search keeps of each kind of record: its names, titles and texts, read past visibility.

An entry has its record's team, and says no more than the record's own line on a list does: a
lead's is its title, which is the code name where there is one.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast
from urllib.parse import urlsplit

import sqlalchemy as sa

from crm.duplicates.references import absorbed_references_of
from crm.identity.keys import search_keys
from crm.search.grams import TOLD, compact, fold
from models.agenda import AgendaItem
from models.agreement import Agreement, Statistic
from models.announcement import Announcement
from models.base import Base
from models.contact import Contact
from models.document import Claim, Document
from models.duplicate import OrganizationMerge
from models.interaction import Interaction
from models.lead import Lead
from models.mission import Mission
from models.organization import Organization, OrganizationName
from models.search import SearchKind

RECORDS: Mapping[SearchKind, type[Any]] = {
    SearchKind.ORGANIZATION: Organization,
    SearchKind.CONTACT: Contact,
    SearchKind.LEAD: Lead,
    SearchKind.INTERACTION: Interaction,
    SearchKind.MISSION: Mission,
    SearchKind.ANNOUNCEMENT: Announcement,
    SearchKind.AGREEMENT: Agreement,
    SearchKind.STATISTIC: Statistic,
}
# Of what a claim of a public text is told: the first of these records that it names. So what is
# said of an announcement waits for its hour, whomever else it names.
_CLAIMED = (
    SearchKind.ANNOUNCEMENT,
    SearchKind.AGREEMENT,
    SearchKind.ORGANIZATION,
    SearchKind.MISSION,
)
# Beyond any letter on file; what an index keeps of one text has an end in each database.
_LONGEST = 60_000


@dataclass(frozen=True, slots=True)
class Entry:
    """One name or text of one record, as a row of `search_entries` less its keys."""

    text: str
    language: str | None
    folded: str
    keys: str
    fresh_on: date | None
    team_id: int | None


def read_entries(
    connection: sa.Connection, kind: SearchKind, ids: Sequence[int]
) -> dict[int, list[Entry]]:
    """The entries that the records with these keys should have; a record that is gone has none."""
    reading = {
        SearchKind.ORGANIZATION: _organizations,
        SearchKind.CONTACT: _contacts,
        SearchKind.LEAD: _leads,
        SearchKind.INTERACTION: _interactions,
        SearchKind.MISSION: _missions,
        SearchKind.ANNOUNCEMENT: _announcements,
        SearchKind.AGREEMENT: _agreements,
        SearchKind.STATISTIC: _statistics,
    }
    found: dict[int, list[Entry]] = {}
    for key, entry in reading[kind](connection, ids):
        if entry.folded and entry not in found.setdefault(key, []):
            found[key].append(entry)
    return found


def table_of(record: type[Base]) -> sa.Table:
    """The table of a class."""
    return cast(sa.Table, record.__table__)


def _rows(
    connection: sa.Connection, record: type[Any], ids: Sequence[int], *columns: str
) -> Iterable[Any]:
    table = table_of(record)
    return connection.execute(
        sa.select(table.c.id, *(table.c[name] for name in columns))
        .where(table.c.id.in_(ids))
        .order_by(table.c.id)
    )


def _organizations(connection: sa.Connection, ids: Sequence[int]) -> Iterator[tuple[int, Entry]]:
    names = table_of(OrganizationName)
    borne: dict[int, list[Any]] = {}
    for row in connection.execute(
        sa.select(names.c.organization_id, names.c.text, names.c.language)
        .where(names.c.organization_id.in_(ids))
        .order_by(names.c.id)
    ):
        borne.setdefault(row.organization_id, []).append(row)
    claims = _claims(connection, SearchKind.ORGANIZATION, ids)
    absorbed: dict[int, list[str]] = {}
    for row in connection.execute(absorbed_references_of(table_of(OrganizationMerge), ids)):
        absorbed.setdefault(row.organization_id, []).append(row.reference)
    columns = ("name", "native_name", "native_language", "reference", "website")
    for row in _rows(connection, Organization, ids, *columns, "created_at", "team_id"):
        fresh_on, team_id = _day(row.created_at), row.team_id
        listed = borne.get(row.id, [])
        texts = {name.text for name in listed}
        for name in listed:
            yield row.id, _named(name.text, name.language, fresh_on, team_id)
        if row.name not in texts:
            yield row.id, _named(row.name, None, fresh_on, team_id)
        if row.native_name and row.native_name not in texts:
            yield row.id, _named(row.native_name, row.native_language, fresh_on, team_id)
        for text in (row.reference, *absorbed.get(row.id, ()), _host(row.website)):
            if text:
                yield row.id, _written(text, fresh_on, team_id)
        yield from _told_of(row.id, claims, fresh_on, team_id)


def _contacts(connection: sa.Connection, ids: Sequence[int]) -> Iterator[tuple[int, Entry]]:
    names = ("printed_name", "native_name", "reading", "romanized_name")
    more = ("family_name", "given_name", "email", "language", "created_at", "team_id")
    posts = ("title", "native_title", "department")
    for row in _rows(connection, Contact, ids, *names, *posts, *more):
        fresh_on, team_id = _day(row.created_at), row.team_id
        whole = " ".join(filter(None, (row.family_name, row.given_name)))
        seen: set[str] = set()
        for text in (*(getattr(row, name) for name in names), whole):
            if text and fold(text) not in seen:
                seen.add(fold(text))
                language = row.language if text == row.native_name else None
                yield row.id, _named(text, language, fresh_on, team_id)
        post = " · ".join(filter(None, (getattr(row, name) for name in posts)))
        for text in (row.email, post):
            if text:
                yield row.id, _written(text, fresh_on, team_id)


def _leads(connection: sa.Connection, ids: Sequence[int]) -> Iterator[tuple[int, Entry]]:
    columns = ("title", "code_name", "reference", "changed_at", "team_id")
    for row in _rows(connection, Lead, ids, *columns):
        fresh_on, team_id = _day(row.changed_at), row.team_id
        yield row.id, _named(row.title, None, fresh_on, team_id)
        if row.code_name and row.code_name != row.title:
            yield row.id, _named(row.code_name, None, fresh_on, team_id)
        if row.reference:
            yield row.id, _written(row.reference, fresh_on, team_id)


def _interactions(connection: sa.Connection, ids: Sequence[int]) -> Iterator[tuple[int, Entry]]:
    columns = ("summary", "text", "happened_on", "starts_at", "recorded_at", "team_id")
    for row in _rows(connection, Interaction, ids, *columns):
        whole = "\n".join(filter(None, (row.summary, row.text)))
        if whole:
            line = row.summary or whole.strip().split("\n", 1)[0]
            fresh_on = row.happened_on or _day(row.starts_at) or _day(row.recorded_at)
            folded = fold(whole[:_LONGEST])
            yield row.id, Entry(line[:300], None, folded, "", fresh_on, row.team_id)


def _missions(connection: sa.Connection, ids: Sequence[int]) -> Iterator[tuple[int, Entry]]:
    claims = _claims(connection, SearchKind.MISSION, ids)
    items = table_of(AgendaItem)
    agenda: dict[int, list[Any]] = {}
    for item in connection.execute(
        sa.select(items.c.mission_id, items.c.title, items.c.team_id)
        .where(items.c.mission_id.in_(ids))
        .order_by(items.c.id)
    ):
        agenda.setdefault(item.mission_id, []).append(item)
    for row in _rows(connection, Mission, ids, "name", "starts_on", "created_at"):
        fresh_on = row.starts_on or _day(row.created_at)
        yield row.id, _written(row.name, fresh_on, None)
        for item in agenda.get(row.id, ()):
            # An item about a restricted lead is its team's, on a mission that everybody knows.
            yield row.id, _told(item.title, None, fresh_on, item.team_id)
        yield from _told_of(row.id, claims, fresh_on, None)


def _announcements(connection: sa.Connection, ids: Sequence[int]) -> Iterator[tuple[int, Entry]]:
    claims = _claims(connection, SearchKind.ANNOUNCEMENT, ids)
    columns = ("title", "announced_on", "created_at", "team_id")
    for row in _rows(connection, Announcement, ids, *columns):
        fresh_on = row.announced_on or _day(row.created_at)
        yield row.id, _written(row.title, fresh_on, row.team_id)
        yield from _told_of(row.id, claims, fresh_on, row.team_id)


def _agreements(connection: sa.Connection, ids: Sequence[int]) -> Iterator[tuple[int, Entry]]:
    claims = _claims(connection, SearchKind.AGREEMENT, ids)
    columns = ("name", "short_name", "scope", "note", "effective_on", "signed_on", "created_at")
    for row in _rows(connection, Agreement, ids, *columns):
        fresh_on = row.effective_on or row.signed_on or _day(row.created_at)
        for name in (row.name, row.short_name):
            if name:
                yield row.id, _named(name, None, fresh_on, None)
        for text in (row.scope, row.note):
            if text:
                yield row.id, _told(text, None, fresh_on, None)
        yield from _told_of(row.id, claims, fresh_on, None)


def _statistics(connection: sa.Connection, ids: Sequence[int]) -> Iterator[tuple[int, Entry]]:
    columns = ("title", "subject", "as_printed", "note", "source", "year", "created_at")
    for row in _rows(connection, Statistic, ids, *columns):
        fresh_on = date(row.year, 1, 1) if row.year else _day(row.created_at)
        yield row.id, _written(row.title, fresh_on, None)
        for text in (row.subject, row.as_printed, row.note, row.source):
            if text:
                yield row.id, _told(text, None, fresh_on, None)


def _claims(
    connection: sa.Connection, kind: SearchKind, ids: Sequence[int]
) -> dict[int, list[Any]]:
    """The claims of public texts that are told of records of a kind, by record."""
    claims, documents = table_of(Claim), table_of(Document)
    key = claims.c[f"{kind.value}_id"]
    before = [claims.c[f"{each.value}_id"] for each in _CLAIMED[: _CLAIMED.index(kind)]]
    found: dict[int, list[Any]] = {}
    for row in connection.execute(
        sa.select(key.label("record_id"), claims.c.text, claims.c.quote, documents.c.language)
        .join(documents, documents.c.id == claims.c.document_id)
        .where(key.in_(ids), *(column.is_(None) for column in before))
        .order_by(claims.c.id)
    ):
        found.setdefault(row.record_id, []).append(row)
    return found


def _told_of(
    record_id: int, claims: Mapping[int, Sequence[Any]], fresh_on: date | None, team_id: int | None
) -> Iterator[tuple[int, Entry]]:
    """What public texts say of a record, in our words and as it is printed."""
    for claim in claims.get(record_id, ()):
        yield record_id, _told(claim.text, None, fresh_on, team_id)
        if claim.quote.strip():
            yield record_id, _told(claim.quote, claim.language, fresh_on, team_id)


def _named(text: str, language: str | None, fresh_on: date | None, team_id: int | None) -> Entry:
    """A name, with the spellings by which it is found from another script."""
    return Entry(text, language, fold(text), keys_of(text), fresh_on, team_id)


def keys_of(text: str) -> str:
    """The spellings by which a name is found from another script.

    By its letters alone, as what is typed is: nobody says of what kind a query is.
    """
    spellings = (compact(fold(key)) for key in search_keys(text))
    return "\n".join(filter(None, dict.fromkeys(spellings)))


def _written(text: str, fresh_on: date | None, team_id: int | None) -> Entry:
    """A text that is looked for as it is written."""
    return Entry(text, None, fold(text), "", fresh_on, team_id)


def _told(text: str, language: str | None, fresh_on: date | None, team_id: int | None) -> Entry:
    """Something told of a record that is no name of it."""
    return Entry(text, language, fold(text[:_LONGEST]), TOLD, fresh_on, team_id)


def _host(website: str | None) -> str | None:
    if not website:
        return None
    try:
        host = urlsplit(website if "//" in website else f"//{website}").hostname
    except ValueError:
        return None
    return host.removeprefix("www.") if host else None


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment is not None else None
