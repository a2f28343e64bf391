"""The lists as files. Each is a POST, because it is written to the audit."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, request, url_for
from werkzeug.routing import BuildError

from crm.exports.agenda import agenda_table
from crm.exports.announcements import announcements_table
from crm.exports.contacts import contacts_table
from crm.exports.enquiries import enquiries_table
from crm.exports.follow_ups import follow_ups_table
from crm.exports.handing_out import export_answer
from crm.exports.interactions import interactions_table, meetings_table
from crm.exports.introducers import introducers_table
from crm.exports.missions import missions_table
from crm.exports.organizations import organizations_table
from crm.exports.properties import properties_table
from crm.exports.ranking import ranking_table
from crm.exports.rules import Maker
from crm.exports.thanks import gifts_table, letters_table
from crm.web.access import WRITERS, allow
from models.errors import NotFoundError

blueprint = Blueprint("exports", __name__, url_prefix="/exports")


@dataclass(frozen=True, slots=True)
class _List:
    """One list that can be exported: what reads it, whose records it holds, where its page is."""

    make: Callable[[Mapping[str, str]], Maker]
    record_type: str
    page: str


_LISTS = {
    "agenda": _List(agenda_table, "agenda_items", "missions.index"),
    "organizations": _List(organizations_table, "organizations", "organizations.index"),
    "contacts": _List(contacts_table, "contacts", "contacts.index"),
    "interactions": _List(interactions_table, "interactions", "interactions.meetings"),
    "meetings": _List(meetings_table, "interactions", "interactions.meetings"),
    "follow-ups": _List(follow_ups_table, "follow_ups", "interactions.list_follow_ups"),
    "enquiries": _List(enquiries_table, "enquiries", "enquiries.index"),
    "announcements": _List(announcements_table, "announcements", "announcements.index"),
    "missions": _List(missions_table, "missions", "missions.index"),
    "introducers": _List(introducers_table, "leads", "introducers.index"),
    "thank-yous": _List(letters_table, "thank_yous", "thanks.mission"),
    "gifts": _List(gifts_table, "gifts", "thanks.gifts"),
    "properties": _List(properties_table, "properties", "properties.index"),
    "ranking": _List(ranking_table, "leads", "scores.ranking"),
}


@blueprint.post("/<name>")
@allow(WRITERS)
def export(name: str) -> Any:
    """A list as a file: filtered as its page is, in the format that the form names."""
    found = _LISTS.get(name)
    if found is None:
        raise NotFoundError
    args = request.args.to_dict()
    args.pop("after", None)
    values: dict[str, Any] = dict(args)
    plain = {key: values[key] for key in values if not key.startswith("_")}
    try:
        back = url_for(found.page, **plain)
    except BuildError:
        # The list is of one record, and the address does not say of which.
        raise NotFoundError from None
    return export_answer(found.make(args), found.record_type, back=back)
