"""Owners, sectors, sources and offices that a file names: those on file, and those it brings."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.imports.text import key, plain
from crm.imports.writing import newest_key
from models.base import Base
from models.lead import LeadSource
from models.organization import Sector
from models.user import Actor, Office, OfficeKind, Role, User, fold_username


class ListKind(StrEnum):
    """Which list a name belongs to."""

    OWNERS = "owners"
    SECTORS = "sectors"
    SOURCES = "sources"
    OFFICES = "offices"


@dataclass(frozen=True, slots=True)
class NewName:
    """A name that is not on file: it stands for the key that creating it will give."""

    kind: ListKind
    folded: str


Known = int | NewName

_CODED: tuple[tuple[ListKind, type[Sector] | type[LeadSource]], ...] = (
    (ListKind.SECTORS, Sector),
    (ListKind.SOURCES, LeadSource),
)


_TABLES: dict[ListKind, type[Base]] = {
    ListKind.OWNERS: User,
    **dict(_CODED),
    ListKind.OFFICES: Office,
}


@dataclass(slots=True)
class NameList:
    """The names of one kind by the form in which two spellings of them are equal.

    `_found` answers for a name as printed: a file names the same few people a thousand times.
    """

    kind: ListKind
    known: dict[str, int] = field(default_factory=dict)
    new: dict[str, str] = field(default_factory=dict)
    _found: dict[str, Known] = field(default_factory=dict)

    def learn(self, number: int, *names: str | None) -> None:
        """Take in a record on file; of two with one name the first stays."""
        for name in names:
            if name:
                self.known.setdefault(_folded(name), number)

    def find(self, name: str | None) -> Known | None:
        """The record of this name; a name that is not on file is one to create."""
        if name is None:
            return None
        found = self._found.get(name)
        if found is None:
            folded = _folded(name)
            if folded in self.known:
                found = self.known[folded]
            else:
                self.new.setdefault(folded, name)
                found = NewName(self.kind, folded)
            self._found[name] = found
        return found


class LookUps:
    """The four lists of names that leads refer to."""

    def __init__(self) -> None:
        self.lists = {kind: NameList(kind) for kind in ListKind}
        self.created: dict[NewName, int] = {}

    def find(self, kind: ListKind, name: str | None) -> Known | None:
        """The record of this name, or the mark of one to create."""
        return self.lists[kind].find(name)

    def id_of(self, known: Known | None) -> int | None:
        """The key of a record, once those to create are created."""
        return self.created[known] if isinstance(known, NewName) else known

    def note(self, new: NewName, number: int) -> None:
        """Keep the key that creating a name gave."""
        self.created[new] = number

    @property
    def new(self) -> dict[ListKind, list[str]]:
        """The names to create, as printed where they first stand."""
        return {kind: list(names.new.values()) for kind, names in self.lists.items()}


def load_look_ups(session: Session) -> LookUps:
    """What is on file of each list. People at work come before those who have left."""
    found = LookUps()
    owners = found.lists[ListKind.OWNERS]
    staff = session.execute(
        sa.select(User.id, User.name, User.username, User.email).order_by(
            User.is_active.desc(), User.id
        )
    ).all()
    for number, name, _username, _email in staff:
        owners.learn(number, name)
    for number, _name, username, email in staff:
        owners.learn(number, username, email)
    for kind, table in _CODED:
        columns = sa.select(table.id, table.name_en, table.name_fr, table.code)
        for number, *names in session.execute(columns.order_by(table.id)):
            found.lists[kind].learn(number, *names)
    for number, name in session.execute(sa.select(Office.id, Office.name).order_by(Office.id)):
        found.lists[ListKind.OFFICES].learn(number, name)
    return found


def foresee_names(session: Session, look_ups: LookUps) -> None:
    """Note the keys that creating the names now would give, on SQLite, for rows laid out ahead."""
    for kind, record in _TABLES.items():
        first = newest_key(session, record) + 1
        for number, folded in enumerate(look_ups.lists[kind].new, start=first):
            look_ups.note(NewName(kind, folded), number)


def create_names(
    session: Session, look_ups: LookUps, *, actor: Actor, now: datetime, zone_name: str
) -> dict[str, list[dict[str, Any]]]:
    """Create the names that are not on file; says which, by list, for the result and for undoing.

    Owners become users who cannot sign in: they have no password.
    """
    rows: dict[NewName, User | Sector | LeadSource | Office] = {}
    usernames = set(session.scalars(sa.select(User.folded_name)))
    for folded, name in look_ups.lists[ListKind.OWNERS].new.items():
        username = _unused(_username(name), usernames, fold=fold_username)
        rows[NewName(ListKind.OWNERS, folded)] = User(
            username=username,
            name=name,
            role=Role.OFFICER,
            office_id=actor.office_id,
            language=actor.language,
            time_zone=zone_name,
            created_at=now,
        )
    for kind, table in _CODED:
        codes = set(session.scalars(sa.select(table.code)))
        for folded, name in look_ups.lists[kind].new.items():
            rows[NewName(kind, folded)] = table(code=_unused(folded[:70], codes), name_en=name)
    for folded, name in look_ups.lists[ListKind.OFFICES].new.items():
        rows[NewName(ListKind.OFFICES, folded)] = Office(
            name=name, kind=OfficeKind.HOME, time_zone=zone_name
        )
    session.add_all(rows.values())
    session.flush()
    created: dict[str, list[dict[str, Any]]] = {kind.value: [] for kind in ListKind}
    for new, row in rows.items():
        look_ups.note(new, row.id)
        name = look_ups.lists[new.kind].new[new.folded]
        created[new.kind.value].append({"id": row.id, "name": name})
    return created


def _folded(name: str) -> str:
    # A name of nothing but signs keeps them: it would else equal every other such name.
    return key(name) or name.strip().casefold()


def _username(name: str) -> str:
    """A name to sign in with later: Latin letters without accents, other scripts as they are."""
    letters = (letter if letter.isalnum() else " " for letter in plain(name))
    words = "".join(letters).split()
    return ".".join(words)[:70] or "owner"


def _unused(wanted: str, taken: set[str], fold: Callable[[str], str] = str) -> str:
    """The name itself, or with the first number that makes it unique; it counts as taken then."""
    for candidate in _numbered(wanted):
        if fold(candidate) not in taken:
            break
    taken.add(fold(candidate))
    return candidate


def _numbered(wanted: str) -> Iterable[str]:
    yield wanted
    number = 2
    while True:
        yield f"{wanted}-{number}"
        number += 1
