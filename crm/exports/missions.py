"""Missions of the list."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from crm.cell_lists import join_list
from crm.exports.columns import Cell, Column, Table
from crm.exports.rules import Maker, Occasion
from crm.exports.values import called, stated, text
from crm.missions.queries import read_filter, select_missions, with_counts
from crm.web.formatting import country_name
from models.errors import N_
from models.mission import Mission


def missions_table(args: Mapping[str, str]) -> Maker:
    """What reads the missions of the list, the latest first."""
    return partial(_table, args)


def _table(args: Mapping[str, str], session: Session, occasion: Occasion) -> Table:
    chosen = read_filter(args)
    rows = session.execute(
        select_missions(chosen)
        .order_by(Mission.starts_on.is_(None), Mission.starts_on.desc(), Mission.public_id.desc())
        .limit(occasion.limit)
    ).all()
    found = with_counts(session, rows)
    return Table("missions", COLUMNS, found, filters=chosen.arguments, screen=SCREEN)


def _starts(row: Any) -> Cell:
    return stated(row.starts_on, row.dates_precision)


def _ends(row: Any) -> Cell:
    return stated(row.ends_on, row.dates_precision)


COLUMNS = (
    Column(N_("Mission"), text("name")),
    Column(N_("Begins"), _starts),
    Column(N_("Ends"), _ends),
    Column(N_("As printed"), text("dates_as_printed")),
    Column(N_("Countries"), lambda row: join_list(country_name(code) for code in row.markets)),
    Column(N_("Format"), called("delivery")),
    Column(N_("Standing"), called("standing")),
    Column(N_("Led by"), text("led_by")),
    Column(N_("Organizations"), lambda row: row.organizations),
)
SCREEN = (
    "Mission",
    "Standing",
    "Begins",
    "Ends",
    "As printed",
    "Countries",
    "Format",
    "Led by",
    "Organizations",
)
