"""Properties of the list, in a form that the list of properties reads back."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from crm.exports.columns import Cell, Column, Table
from crm.exports.rules import Maker, Occasion
from crm.exports.values import called, day, text
from crm.properties.queries import read_filter, select_properties
from crm.properties.units import exact_area
from models.errors import N_
from models.site_search import Property


def properties_table(args: Mapping[str, str]) -> Maker:
    """What reads the properties of the list, by name."""
    return partial(_table, args)


def _table(args: Mapping[str, str], session: Session, occasion: Occasion) -> Table:
    chosen = read_filter(args)
    rows = session.execute(
        select_properties(chosen).order_by(Property.name, Property.public_id).limit(occasion.limit)
    ).all()
    found = [row[2] for row in rows]
    return Table("properties", COLUMNS, found, filters=chosen.arguments, screen=SCREEN)


def _available(row: Any) -> Cell:
    # In the words of a spreadsheet: they are read back in every language.
    return "yes" if row.is_available else "no"


COLUMNS = (
    Column(N_("Public ID"), text("public_id"), is_shown=False),
    Column(N_("Reference"), text("reference")),
    Column(N_("Kind"), called("kind")),
    Column(N_("Name"), text("name")),
    Column(N_("Address"), text("address")),
    Column(N_("City"), text("city")),
    Column(N_("Land area"), lambda row: exact_area(row.land_m2)),
    Column(N_("Building area"), lambda row: exact_area(row.building_m2)),
    Column(N_("Power (kW)"), day("power_kw")),
    Column(N_("Zoning"), text("zoning")),
    Column(N_("Price"), day("price_amount")),
    Column(N_("Currency"), text("currency")),
    Column(N_("Available from"), day("available_from")),
    Column(N_("Available"), _available),
    Column(N_("Source"), text("source"), is_shown=False),
    Column(N_("As of"), day("as_of"), is_shown=False),
    Column(N_("Note"), text("note"), is_shown=False),
)
SCREEN = (
    "Name",
    "City",
    "Reference",
    "Kind",
    "Land area",
    "Building area",
    "Power (kW)",
    "Zoning",
    "Price",
    "Currency",
    "As of",
    "Available",
)
