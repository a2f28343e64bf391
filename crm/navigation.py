"""The main menu, and what every page's frame needs."""

from dataclasses import dataclass
from typing import Any

from flask import Flask, request
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from crm.web.access import roles_of
from models.user import Role


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the menu."""

    endpoint: str
    label: Any
    icon: str


MENU = (
    Entry("home.index", _l("My day"), "sun"),
    Entry("leads.index", _l("Leads"), "list-details"),
    Entry("board.index", _l("Board"), "layout-kanban"),
    Entry("scores.ranking", _l("Ranking"), "sort-descending"),
    Entry("organizations.index", _l("Organizations"), "building"),
    Entry("duplicates.index", _l("Duplicates"), "copy"),
    Entry("contacts.index", _l("Contacts"), "users"),
    Entry("enquiries.index", _l("Enquiries"), "inbox"),
    Entry("missions.index", _l("Missions"), "plane"),
    Entry("bre.index", _l("Company visits"), "building-factory-2"),
    Entry("cards.new", _l("Take a card"), "camera"),
    Entry("announcements.index", _l("Announcements"), "speakerphone"),
    Entry("agreements.index", _l("Agreements"), "certificate"),
    Entry("introducers.index", _l("Introducers"), "door-enter"),
    Entry("site_searches.index", _l("Site searches"), "map-pin"),
    Entry("reports.index", _l("Reports"), "chart-bar"),
    Entry("imports.index", _l("Import"), "file-import"),
    Entry("admin.index", _l("Administration"), "settings"),
)


def install(app: Flask) -> None:
    """Give the templates the entries that the reader's role opens."""
    entries = {entry.endpoint for entry in MENU}
    by_role: dict[Role, tuple[Entry, ...]] = {}

    def menu() -> tuple[Entry, ...]:
        role = current_user.actor.role
        if role not in by_role:
            by_role[role] = tuple(
                entry for entry in MENU if role in (roles_of(app, entry.endpoint) or ())
            )
        return by_role[role]

    def is_here(endpoint: str) -> bool:
        # A page without an entry of its own stands under that of its room.
        here = request.endpoint or ""
        room, _dot, _view = here.partition(".")
        return here == endpoint or (here not in entries and endpoint.partition(".")[0] == room)

    app.jinja_env.globals.update(menu=menu, is_here=is_here)
