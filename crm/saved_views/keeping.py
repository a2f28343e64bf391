"""What of a list's address is kept in a view, and what the list knows no more of a kept one."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl, urlencode

import sqlalchemy as sa
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from crm.leads.filters import MINE, NOBODY
from crm.saved_views.places import LABELS, PLACES
from crm.web.incoming import is_text
from models.lead import LeadSource
from models.mission import Mission
from models.organization import Sector
from models.user import Actor, Office, Role, User

_LONGEST = 2_000
_OWNERS = (Role.OFFICER, Role.MANAGER, Role.ADMIN)

Pairs = list[tuple[str, str]]


def kept_query(place: str, args: Iterable[tuple[str, str]], actor: Actor) -> str:
    """What of an address is kept, in the list's own spelling: its filters, order and columns."""
    names = PLACES[place].names
    pairs = [(name, value) for name, value in args if name in names and value]
    if place == "leads":
        # Its form sends many fields, and what they mean takes fewer.
        kept = PLACES[place].read(MultiDict(pairs), actor)
        return urlencode(kept, doseq=True)[:_LONGEST]
    return urlencode(pairs)[:_LONGEST]


def pairs_of(query: str) -> Pairs:
    """What a kept address holds; it is an address in a field, so it is judged here."""
    return [(name, value) for name, value in parse_qsl(query) if is_text(value)]


def lost_names(session: Session, place: str, query: str, *, actor: Actor) -> list[str]:
    """What a view asks for that the list knows no more: a code, a person, or a whole filter."""
    pairs = pairs_of(query)
    unknown = [name for name, _value in pairs if name not in PLACES[place].names]
    lost = [*unknown, *unread_names(place, pairs, actor), *_gone(session, pairs)]
    return list(dict.fromkeys(lost))


def unread_names(place: str, pairs: Pairs, actor: Actor) -> list[str]:
    """The filters of an address whose values the list does not know, and so leaves out."""
    found = PLACES[place]
    asked = [
        (name, value)
        for name, value in pairs
        if name in found.names
        and value.strip()
        and value != found.usual.get(name)
        and value not in found.unsaid.get(name, ())
    ]
    if not asked:
        return []
    read = found.read(MultiDict(pairs), actor)
    return list(dict.fromkeys(name for name, value in asked if not _is_in(value, read.get(name))))


def is_same_list(place: str, query: str, other: str, actor: Actor) -> bool:
    """Whether two kept addresses show the same, however they are spelt."""
    found = PLACES[place]

    def said(text: str) -> dict[str, Any]:
        read = found.read(MultiDict(pairs_of(text)), actor)
        return {
            name: value for name, value in read.items() if value and value != found.usual.get(name)
        }

    return said(query) == said(other)


def without(query: str, names: Iterable[str]) -> str:
    """A kept address without some of its filters."""
    left_out = set(names)
    return urlencode([pair for pair in pairs_of(query) if pair[0] not in left_out])


def label_of(name: str) -> str:
    """What a filter is called."""
    return str(LABELS.get(name, name))


def _is_in(value: str, read: Any) -> bool:
    # A single value may be spelt otherwise by the list, and several are known one by one.
    return value in [str(item) for item in read] if isinstance(read, list) else bool(read)


def _gone(session: Session, pairs: Pairs) -> list[str]:
    """The filters that name what is no longer on file, or a person who has left."""
    named = {
        "sector": lambda code: sa.select(Sector.id).where(Sector.code == code),
        "source": lambda code: sa.select(LeadSource.id).where(LeadSource.code == code),
        "office": lambda code: sa.select(Office.id).where(Office.public_id == code),
        "mission": lambda code: sa.select(Mission.id).where(Mission.public_id == code),
        "owner": lambda code: sa.select(User.id).where(
            User.public_id == code, User.is_active, User.role.in_(_OWNERS)
        ),
    }
    asked = [
        (name, named[name](value))
        for name, value in pairs
        if name in named and value not in (MINE, NOBODY)
    ]
    return [name for name, statement in asked if session.scalars(statement).first() is None]
