"""The audit log: who did what to which record, and when."""

from collections.abc import Iterable
from typing import Any

from flask import render_template, request

from crm.admin import audit_queries
from crm.admin.audit_words import ACTIONS, RECORDS, action_word, record_word, worded
from crm.admin.views import blueprint
from crm.days import read_day
from crm.web.access import ADMINS, allow
from crm.web.request import actor, reader

_NAMES = ("who", "kind", "record", "action", "since", "until")


@blueprint.get("/audit")
@allow(ADMINS)
def audit() -> Any:
    """What was done, the latest first; by person, record, action and day."""
    filters = audit_queries.Filters(
        who=request.args.get("who", ""),
        kind=request.args.get("kind", ""),
        record=request.args.get("record", "").strip()[:40],
        action=request.args.get("action", ""),
        since=read_day(request.args.get("since")),
        until=read_day(request.args.get("until")),
    )
    session = reader()
    page = audit_queries.search_entries(
        session, filters, zone_name=actor().time_zone, cursor=request.args.get("after")
    )
    names = audit_queries.name_records(session, page.rows)
    return render_template(
        "admin/audit.html",
        page=page,
        entries=[worded(entry, names) for entry in page.rows],
        filters=filters,
        arguments={name: request.args[name] for name in _NAMES if request.args.get(name)},
        people=audit_queries.list_people(session),
        local=audit_queries.LOCAL,
        actions=_worded(ACTIONS, action_word),
        kinds=_worded(RECORDS, record_word),
    )


def _worded(codes: Iterable[str], word: Any) -> list[tuple[str, str]]:
    return sorted(((code, word(code)) for code in codes), key=lambda choice: choice[1].casefold())
