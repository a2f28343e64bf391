"""The lists that may be saved: where each stands, and what of its address is kept."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from crm.leads.filters import MINE, NOBODY, read_filters
from crm.leads.list_queries import load_options
from crm.web.incoming import is_text

_LONGEST = 2_000
_LEADS = (
    "q",
    "stage",
    "status",
    "type",
    "country",
    "sector",
    "source",
    "owner",
    "office",
    "chance",
    "currency",
    "at_least",
    "quiet",
    "reason",
    "first_from",
    "first_to",
    "sort",
    "dir",
    "column",
)


@dataclass(frozen=True, slots=True)
class Place:
    """A list: its page, what it is called, and the names of what its address may hold."""

    endpoint: str
    title: Any
    names: tuple[str, ...]


PLACES: dict[str, Place] = {
    "leads": Place("leads.index", _l("Leads"), _LEADS),
    "organizations": Place(
        "organizations.index", _l("Organizations"), ("q", "country", "role", "sector")
    ),
    "enquiries": Place(
        "enquiries.index", _l("Enquiries"), ("state", "whose", "channel", "outcome")
    ),
    "announcements": Place(
        "announcements.index",
        _l("Announcements"),
        ("q", "kind", "whose", "year", "mission", "market", "state"),
    ),
    "bre": Place("bre.index", _l("Company visits"), ("season", "standing", "country")),
}

LABELS: Mapping[str, Any] = {
    "stage": _l("Stage"),
    "status": _l("Status"),
    "type": _l("Type"),
    "country": _l("Country"),
    "sector": _l("Sector"),
    "source": _l("Source"),
    "owner": _l("Owner"),
    "office": _l("Office"),
    "chance": _l("Chance"),
    "currency": _l("Currency"),
    "reason": _l("Lost because"),
    "sort": _l("Order"),
    "column": _l("Columns"),
}


def kept_query(place: str, args: Iterable[tuple[str, str]]) -> str:
    """What of an address is kept, in the list's own spelling: its filters, order and columns."""
    names = PLACES[place].names
    pairs = [(name, value) for name, value in args if name in names and value]
    if place == "leads":
        return urlencode(read_filters(MultiDict(pairs)).as_args(), doseq=True)[:_LONGEST]
    return urlencode(pairs)[:_LONGEST]


def pairs_of(query: str) -> list[tuple[str, str]]:
    """What a kept address holds; it is an address in a field, so it is judged here."""
    return [(name, value) for name, value in parse_qsl(query) if is_text(value)]


def lost_names(session: Session, place: str, query: str, *, language: str) -> list[str]:
    """What a view asks for that the list knows no more: a code, a person, or a whole filter."""
    pairs = pairs_of(query)
    lost = [name for name, _value in pairs if name not in PLACES[place].names]
    if place == "leads":
        lost += _lost_of_leads(session, pairs, language)
    return list(dict.fromkeys(lost))


def without(query: str, names: Iterable[str]) -> str:
    """A kept address without some of its filters."""
    left_out = set(names)
    return urlencode([pair for pair in pairs_of(query) if pair[0] not in left_out])


def _lost_of_leads(session: Session, pairs: list[tuple[str, str]], language: str) -> list[str]:
    read = read_filters(MultiDict(pairs)).as_args()
    # An order that goes without saying is not lost.
    lost = [name for name, _value in pairs if name not in read and name not in ("sort", "dir")]
    options = load_options(session, language=language)
    offered = {
        "sector": {code for code, _name in options.sectors},
        "source": {code for code, _name in options.sources},
        "office": {code for code, _name in options.offices},
        "owner": {MINE, NOBODY, *(code for code, _name in options.owners)},
    }
    return lost + [
        name for name, codes in offered.items() if read.get(name, None) not in codes | {None}
    ]
