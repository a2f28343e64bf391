"""The agenda of a mission."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from crm.cell_lists import join_list
from crm.exports.columns import Cell, Column, Table
from crm.exports.rules import Maker, Occasion
from crm.exports.values import called, day, local, text
from crm.missions.agenda_queries import list_items
from crm.missions.clocks import home_zone, market_zone
from crm.missions.queries import get_brief
from models.agenda import AgendaItem, AgendaSide
from models.errors import N_
from models.mission import Mission


def agenda_table(args: Mapping[str, str]) -> Maker:
    """What reads the agenda of the mission that the address names, by its hours."""
    return partial(_table, args.get("mission", "")[:16])


def _table(public_id: str, session: Session, occasion: Occasion) -> Table:
    mission = get_brief(session, public_id)
    teams = {None, *occasion.actor.team_ids}
    items = [item for item in list_items(session, mission) if item.team_id in teams]
    columns = _columns(mission, occasion)
    return Table(
        "agenda",
        columns,
        items[: occasion.limit],
        filters={"mission": public_id},
        restricted_count=sum(item.team_id is not None for item in items),
    )


def _is_coded(item: AgendaItem) -> bool:
    """Whether the words could tell a company that must not leave the house."""
    if item.team_id is not None:
        return True
    lead = item.lead
    return lead is not None and (lead.code_name is not None or not lead.is_company_disclosed)


def _open(name: str) -> Any:
    return lambda item: "" if _is_coded(item) else getattr(item, name) or ""


def _title(item: AgendaItem) -> Cell:
    if not _is_coded(item):
        return item.title
    lead = item.lead
    return (lead.code_name or lead.reference or "") if lead is not None else ""


def _company(native: bool) -> Any:
    def value(item: AgendaItem) -> Cell:
        company = item.organization
        if company is None or _is_coded(item):
            return ""
        return (company.native_name if native else company.name) or ""

    return value


def _people(side: AgendaSide) -> Any:
    def value(item: AgendaItem) -> Cell:
        if side is AgendaSide.THEIRS and _is_coded(item):
            return ""
        return join_list(
            name
            for one in item.attendees
            if one.side is side
            for name in [
                (one.delegate.name if one.delegate else None)
                or (one.contact.printed_name if one.contact else None)
                or one.name
                or (one.organization.name if one.organization else None)
            ]
            if name
        )

    return value


def _columns(mission: Mission, occasion: Occasion) -> tuple[Column, ...]:
    mine = occasion.actor.time_zone
    home, market = home_zone(mission, otherwise=mine), market_zone(mission, otherwise=mine)
    return (
        Column(N_("Begins, clock at home"), lambda item: local(item.starts_at, home)),
        Column(N_("Begins, clock of the market"), lambda item: local(item.starts_at, market)),
        Column(N_("Ends, clock of the market"), lambda item: local(item.ends_at, market)),
        Column(N_("Day"), day("happens_on")),
        Column(N_("As printed"), text("happens_as_printed")),
        Column(N_("What"), called("kind")),
        Column(N_("Title"), _title),
        Column(N_("Standing"), called("standing")),
        Column(N_("Organization"), _company(False)),
        Column(N_("Organization (native name)"), _company(True)),
        Column(N_("Our side"), _people(AgendaSide.OURS)),
        Column(N_("Their side"), _people(AgendaSide.THEIRS)),
        Column(N_("Place"), _open("place")),
        Column(N_("Video link"), _open("video_link")),
        Column(N_("Interpreter"), called("interpreter_need")),
        Column(N_("Who interprets"), text("interpreter_provider"), is_shown=False),
        Column(N_("Purpose"), _open("purpose"), is_shown=False),
    )
