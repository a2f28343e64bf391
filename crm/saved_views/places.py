"""The lists that may be saved: where each stands, what it is called, and what its filters are."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from crm.announcements.queries import FILTERS as ANNOUNCEMENT_FILTERS
from crm.bre.response import is_of_a_team
from crm.leads.filters import COLUMNS
from crm.saved_views import understood
from crm.scores.mixing import NAMES as WEIGHTS
from models.user import Actor

Reader = Callable[[Any, Actor], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Place:
    """A list that may be saved.

    `endpoint` is its page, `names` are those that its address may hold. `read` says what the list
    makes of an address: what it does not know is not among that. `usual` are the values that a
    filter has when nothing is said; leaving out one of `unsaid` loses nothing either. `is_open`
    says to whom beyond the page's roles.
    """

    endpoint: str
    title: Any
    names: tuple[str, ...]
    read: Reader
    usual: Mapping[str, str] = field(default_factory=dict)
    unsaid: Mapping[str, frozenset[str]] = field(default_factory=dict)
    is_open: Callable[[Session, Actor], bool] | None = None


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
_USUAL_RANKING = {
    "whose": "all",
    "within": "ever",
    "likelihood": "1",
    "value": "0",
    "staleness": "0",
}
_OPEN = {"state": "open"}

PLACES: dict[str, Place] = {
    "leads": Place(
        "leads.index",
        _l("Leads"),
        _LEADS,
        understood.leads,
        {"status": "open", "sort": "chance"},
        # Each direction is the usual one of some order, and all columns are as good as none.
        {"dir": frozenset({"asc", "desc"}), "column": frozenset(COLUMNS)},
    ),
    "organizations": Place(
        "organizations.index",
        _l("Organizations"),
        ("q", "country", "role", "sector"),
        understood.organizations,
    ),
    "contacts": Place(
        "contacts.index", _l("Contacts"), ("q", "country", "seniority"), understood.contacts
    ),
    "enquiries": Place(
        "enquiries.index",
        _l("Enquiries"),
        ("state", "whose", "channel", "outcome"),
        understood.enquiries,
        _OPEN | {"whose": "all"},
    ),
    "follow-ups": Place(
        "interactions.list_follow_ups",
        _l("Promises and next steps"),
        ("whose", "done"),
        understood.follow_ups,
        {"whose": "mine"},
    ),
    "meetings": Place(
        "interactions.meetings",
        _l("Meetings"),
        ("whose",),
        understood.whose_of_lists,
        {"whose": "mine"},
    ),
    "missions": Place(
        "missions.index", _l("Missions"), ("standing", "market", "year"), understood.missions
    ),
    "bre": Place(
        "bre.index", _l("Company visits"), ("season", "standing", "country"), understood.season
    ),
    "flags": Place(
        "bre.flags",
        _l("Flags"),
        ("severity", "axis", "rule", "state"),
        understood.flags,
        _OPEN,
        is_open=is_of_a_team,
    ),
    "cases": Place(
        "bre.cases", _l("Cases"), ("state",), understood.cases, _OPEN, is_open=is_of_a_team
    ),
    "announcements": Place(
        "announcements.index",
        _l("Announcements"),
        ANNOUNCEMENT_FILTERS,
        understood.announcements,
    ),
    "introducers": Place(
        "introducers.index",
        _l("Introducers"),
        ("kind", "country", "from", "to"),
        understood.introducers,
    ),
    "ranking": Place(
        "scores.ranking",
        _l("Ranking"),
        ("whose", "type", "within", *WEIGHTS),
        understood.ranking,
        _USUAL_RANKING,
    ),
    "searches": Place(
        "site_searches.index",
        _l("Site searches"),
        ("state", "whose"),
        understood.searches,
    ),
    "properties": Place(
        "properties.index",
        _l("Properties"),
        ("q", "kind", "land", "building", "power", "gone"),
        understood.properties,
    ),
    "gifts": Place(
        "thanks.gifts", _l("Register of gifts"), ("direction", "year", "mission"), understood.gifts
    ),
}
BY_ENDPOINT = {place.endpoint: name for name, place in PLACES.items()}

LABELS: Mapping[str, Any] = {
    "q": _l("Words searched for"),
    "stage": _l("Stage"),
    "status": _l("Status"),
    "type": _l("Type"),
    "country": _l("Country"),
    "market": _l("Market"),
    "sector": _l("Sector"),
    "role": _l("Role"),
    "seniority": _l("How high they stand"),
    "source": _l("Source"),
    "owner": _l("Owner"),
    "office": _l("Office"),
    "whose": _l("Whose"),
    "chance": _l("Chance"),
    "currency": _l("Currency"),
    "at_least": _l("Investment at least"),
    "quiet": _l("Quiet for at least (days)"),
    "reason": _l("Lost because"),
    "first_from": _l("First contact from"),
    "first_to": _l("First contact until"),
    "from": _l("First contact from"),
    "to": _l("First contact until"),
    "kind": _l("Kind"),
    "channel": _l("How it came"),
    "outcome": _l("What became of it"),
    "state": _l("How it stands"),
    "standing": _l("Standing"),
    "season": _l("Season"),
    "severity": _l("Colour"),
    "axis": _l("About"),
    "rule": _l("Rule"),
    "year": _l("Year"),
    "mission": _l("Mission"),
    "direction": _l("Given or received"),
    "land": _l("Land, at least"),
    "building": _l("Building, at least"),
    "power": _l("Power, at least"),
    "gone": _l("Also those that are gone"),
    "done": _l("Done"),
    "within": _l("Announced within"),
    "likelihood": _l("Likelihood"),
    "value": _l("Value"),
    "staleness": _l("Call due"),
    "sort": _l("Order"),
    "dir": _l("Order"),
    "column": _l("Columns"),
}
