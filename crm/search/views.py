"""The page of the search, and what the box shows while somebody types."""

from typing import Any

from flask import Blueprint, current_app, render_template, request

from crm.search import queries
from crm.search.excerpts import marked
from crm.search.query import LONGEST_QUERY, read_query
from crm.web.access import EVERYBODY, allow, roles_of
from crm.web.request import actor, now, reader
from models.search import SearchKind

blueprint = Blueprint("search", __name__, url_prefix="/search")

# The page of a record, and what its address calls the record.
_PAGES = {
    SearchKind.ORGANIZATION: ("organizations.show", "organization_id"),
    SearchKind.CONTACT: ("contacts.show", "contact_id"),
    SearchKind.LEAD: ("leads.show", "lead_id"),
    SearchKind.INTERACTION: ("interactions.show", "interaction_id"),
    SearchKind.MISSION: ("missions.show", "mission_id"),
    SearchKind.ANNOUNCEMENT: ("announcements.show", "announcement_id"),
    SearchKind.AGREEMENT: ("agreements.show", "agreement_id"),
    SearchKind.STATISTIC: ("agreements.show_figure", "statistic_id"),
}


@blueprint.get("/")
@allow(EVERYBODY)
def index() -> str:
    """What has these words: the first of each kind, or more of one; a list below the box."""
    text = request.args.get("q", "").strip()[:LONGEST_QUERY]
    code = request.args.get("kind", "")
    kind = SearchKind(code) if code in set(SearchKind) else None
    query = read_query(text)
    shared: dict[str, Any] = {
        "text": text,
        "pages": _PAGES,
        "pieces": lambda words: marked(query, words),
    }
    # Going back in history asks for the whole page, whatever else the headers say.
    headers = request.headers
    if headers.get("HX-Request") and not headers.get("HX-History-Restore-Request"):
        answer = queries.search_top(reader(), text, now=now(), kinds=_kinds())
        return render_template("search/_found.html", answer=answer, **shared)
    answer = queries.search(
        reader(),
        text,
        now=now(),
        kinds=[kind] if kind in _kinds() else _kinds(),
        most=queries.MOST_SHOWN if kind else queries.SHOWN,
    )
    return render_template("search/index.html", answer=answer, chosen=kind, **shared)


def _kinds() -> list[SearchKind]:
    """The kinds whose pages the reader's role opens."""
    role = actor().role
    return [
        kind
        for kind, (endpoint, _name) in _PAGES.items()
        if role in (roles_of(current_app, endpoint) or ())
    ]
