"""How a list was opened: with which view, whether that still stands, and what it leaves out."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import g, request, url_for

from crm.saved_views import queries
from crm.saved_views.carried import carried, opened_as, read_opened
from crm.saved_views.keeping import is_same_list, kept_query, label_of, lost_names, unread_names
from crm.saved_views.keeping import without as without_names
from crm.saved_views.places import BY_ENDPOINT, PLACES
from crm.web.request import actor, reader
from models.report import SavedView


@dataclass(frozen=True, slots=True)
class Opened:
    """The view that a list stands open with.

    `view` is None when it is no more to be seen. `lost` are the filters that the list knows no
    more, or that its address asks for in vain. `query` is what the list shows now.
    """

    place: str
    query: str
    view: SavedView | None = None
    was_opened: bool = False
    is_own: bool = False
    is_altered: bool = False
    is_outdated: bool = False
    lost: tuple[str, ...] = ()
    version: int = 0

    @property
    def lost_words(self) -> str:
        """The lost filters by what they are called."""
        return ", ".join(dict.fromkeys(label_of(name) for name in self.lost))


def carried_view() -> dict[str, str]:
    """What the links and forms of the list at hand keep of how it was opened."""
    return carried(request.args) if request.endpoint in BY_ENDPOINT else {}


def list_address(place: str, query: str, word: str = "") -> str:
    """The list with the filters of a kept address, opened as `word` says."""
    pairs = parse_qsl(query)
    if word:
        pairs.append(("view", word))
    address = url_for(PLACES[place].endpoint)
    return f"{address}?{urlencode(pairs)}" if pairs else address


def view_address(view: SavedView) -> str:
    """The list as a view has it now, without what the list knows no more."""
    lost = lost_names(reader(), view.place, view.query, actor=actor())
    word = opened_as(view.public_id, view.version)
    return list_address(view.place, without_names(view.query, lost), word)


def opened(place: str, own: dict[str, Any] | None = None) -> Opened:
    """How the list at hand was opened. `own` is its address where a form brought the page."""
    if "opened_list" not in g:
        pairs = list(request.args.items(multi=True))
        if request.method != "GET":
            pairs = parse_qsl(urlencode(own or {}, doseq=True))
        g.opened_list = _opened(place, pairs)
    found: Opened = g.opened_list
    return found


def _opened(place: str, pairs: list[tuple[str, str]]) -> Opened:
    query = kept_query(place, pairs, actor())
    word = read_opened(carried(dict(pairs)).get("view", ""))
    unread = unread_names(place, pairs, actor())
    if word is None:
        return Opened(place, query, lost=tuple(unread))
    view = queries.find_view(reader(), actor(), word[0])
    if view is None or view.place != place:
        return Opened(place, query, was_opened=True, lost=tuple(unread))
    lost = lost_names(reader(), place, view.query, actor=actor())
    return Opened(
        place,
        query,
        view,
        was_opened=True,
        is_own=view.owner_id == actor().id,
        is_altered=not is_same_list(place, query, without_names(view.query, lost), actor()),
        is_outdated=view.version != word[1],
        lost=tuple(dict.fromkeys([*lost, *unread])),
        version=word[1],
    )
