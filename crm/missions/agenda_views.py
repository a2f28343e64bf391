"""The agenda of a mission: its days on both clocks, and its calendar file."""

from typing import Any

from flask import Response, render_template, url_for
from flask_babel import gettext as _

from crm.labels import choices, label
from crm.missions import agenda_queries, queries
from crm.missions.calendars import Wording, agenda_calendar
from crm.missions.cautions import warnings_of
from crm.missions.course import OPEN
from crm.missions.frame import Clocks, frame, warning_text
from crm.missions.views import blueprint
from crm.organizations.looks import is_noted, note_look
from crm.web.access import EVERYBODY, allow
from crm.web.request import actor, now, reader, settings, transaction
from models.agenda import AgendaItem, AgendaStanding
from models.errors import NotFoundError


@blueprint.get("/<mission_id>/agenda")
@allow(EVERYBODY)
def agenda(mission_id: str) -> str:
    """What is asked, agreed and held, day by day."""
    session = reader()
    mission = queries.get_brief(session, mission_id)
    items = agenda_queries.list_items(session, mission)
    context = frame(mission, "missions.agenda")
    clocks: Clocks = context["clocks_of"]
    return render_template(
        "missions/agenda.html",
        **context,
        days=agenda_queries.by_day(items, clocks.market),
        items=items,
        counts=_counts(items),
        warnings=warnings_of(items, clocks.setting(mission), open_standings=OPEN),
        warning_text=warning_text,
        standings=choices(AgendaStanding),
        open_standings=OPEN,
        now=now(),
    )


@blueprint.get("/<mission_id>/agenda.ics")
@allow(EVERYBODY)
def agenda_ics(mission_id: str) -> Response:
    """The whole agenda as a calendar file, without what was cancelled."""
    session = reader()
    mission = queries.get_brief(session, mission_id)
    items = [
        item
        for item in agenda_queries.list_items(session, mission)
        if item.standing is not AgendaStanding.CANCELLED and not _is_others(item)
    ]
    return _calendar(items, Clocks.of(mission), mission_id)


@blueprint.get("/items/<item_id>.ics")
@allow(EVERYBODY)
def item_ics(item_id: str) -> Response:
    """One item as a calendar file."""
    item = agenda_queries.get_item(reader(), item_id)
    if note_item_look(item):
        item = agenda_queries.get_item(reader(), item_id)
    return _calendar([item], Clocks.of(item.mission), item_id)


def note_item_look(item: AgendaItem) -> bool:
    """Write to the audit that an administrator looked at a team's item; whether it wrote."""
    if not is_noted(item.team_id, actor()):
        return False
    with transaction() as session:
        note_look(
            session,
            "agenda_items",
            item.id,
            team_id=item.team_id,
            lead_id=item.lead_id,
            actor=actor(),
            now=now(),
        )
    return True


def _is_others(item: AgendaItem) -> bool:
    """Whether an administrator sees it by their role alone: a file takes no such item along."""
    return is_noted(item.team_id, actor())


def _calendar(items: list[AgendaItem], clocks: Clocks, name: str) -> Response:
    def address(item: AgendaItem) -> str:
        return settings().public_url + url_for("missions.item", item_id=item.public_id)

    words = Wording(kind=lambda item: label(item.kind), confidential=_("Confidential"), url=address)
    data = agenda_calendar(items, words, zone_name=clocks.market, now=now())
    if data is None:
        raise NotFoundError
    answer = Response(data, mimetype="text/calendar")
    answer.headers.set("Content-Disposition", "attachment", filename=f"{name}.ics")
    return answer


def _counts(items: Any) -> list[tuple[AgendaStanding, int]]:
    found: dict[AgendaStanding, int] = {}
    for item in items:
        found[item.standing] = found.get(item.standing, 0) + 1
    return [(standing, found[standing]) for standing in AgendaStanding if standing in found]
