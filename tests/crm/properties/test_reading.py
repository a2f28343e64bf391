"""Lists of properties as they are found in offices."""

from datetime import date

import pytest

from crm.properties.plan import PropertyRow, plan_rows
from crm.properties.reading import PropertyFile, match_columns, read_file
from models.errors import DomainError
from models.site_search import Property, PropertyKind


def read(*lines: str, encoding: str = "utf-8", kind: PropertyKind | None = None) -> PropertyFile:
    """The list with these lines."""
    return read_file("\n".join(lines).encode(encoding), "list.csv", kind=kind)


def told(file: PropertyFile) -> list[tuple[int, str, str]]:
    """What is wrong in a list: row, column, sentence."""
    return [(one.row, one.column, one.text()) for row in file.rows for one in row.problems]


def test_an_english_list_with_units_in_its_headers() -> None:
    file = read(
        "Ref,Type,Property,Municipality,Land (acres),Building (sq ft),Power (MW),Zoning"
        ",Asking price,Currency,Available,As of,Broker",
        'A-1,Vacant land,North Park,Thunder Bay,30,,5,M2,"1,250,000",CAD,yes,2026-11-01,Smith',
        "A-2,Warehouse,Mill,Kenora,,50000,,,,,sold,,",
    )
    assert told(file) == []
    first, second = file.rows
    assert first.values == {
        "reference": "A-1",
        "kind": PropertyKind.LAND,
        "name": "North Park",
        "city": "Thunder Bay",
        "land_m2": 121_405.692672,
        "power_kw": 5_000,
        "zoning": "M2",
        "price_amount": 1_250_000,
        "currency": "CAD",
        "is_available": True,
        "as_of": date(2026, 11, 1),
    }
    # What a cell leaves open is no value at all: neither 0 nor a currency.
    assert second.values == {
        "reference": "A-2",
        "kind": PropertyKind.BUILDING,
        "name": "Mill",
        "city": "Kenora",
        "building_m2": 4_645.152,
        "is_available": False,
    }
    assert [column.header for column in file.columns if not column.field] == ["Broker"]


def test_a_french_list_of_excel() -> None:
    file = read(
        "Référence;Genre;Nom;Ville;Superficie du terrain (ha);Superficie du bâtiment (pi²)"
        ";Puissance (kW);Prix;Devise;Disponible;En date du",
        "B-1;Bâtiment;Usine Nord;Gatineau;2,5;50 000;800;1 250 000;CAD;oui;2026-11-01",
        encoding="cp1252",
    )
    assert told(file) == []
    [row] = file.rows
    assert row.values == {
        "reference": "B-1",
        "kind": PropertyKind.BUILDING,
        "name": "Usine Nord",
        "city": "Gatineau",
        "land_m2": 25_000.0,
        "building_m2": 4_645.152,
        "power_kw": 800,
        "price_amount": 1_250_000,
        "currency": "CAD",
        "is_available": True,
        "as_of": date(2026, 11, 1),
    }


def test_an_area_without_a_name_is_that_of_what_the_row_is() -> None:
    file = read("Name,Kind,Area", "Lot,land,2 ha", "Hall,building,900 m²", "What,,1 ha")
    assert [row.values.get("land_m2") for row in file.rows] == [20_000.0, None, None]
    assert [row.values.get("building_m2") for row in file.rows] == [None, 900.0, None]
    assert told(file) == [(4, "Area", "Say whether this property is land or a building.")]


def test_mistakes_are_told_by_row_and_column() -> None:
    file = read(
        "Name,Kind,Land,Power,Price,Available from,Available",
        "One,castle,12,,,,",
        "Two,land,12 ha,3 MVA,1-2 million,2026-13-01,perhaps",
    )
    assert [(row, column) for row, column, _text in told(file)] == [
        (2, "Kind"),
        (2, "Land"),
        (3, "Power"),
        (3, "Available from"),
        (3, "Available"),
        (3, "Price"),
    ]


def test_a_price_without_a_currency_has_none() -> None:
    [row] = read("Name,Kind,Price", "One,land,500000").rows
    assert row.values["price_amount"] == 500_000
    assert "currency" not in row.values
    [row] = read("Name,Kind,Price (CAD)", "One,land,500000").rows
    assert row.values["currency"] == "CAD"


def test_a_price_per_acre_is_no_price() -> None:
    columns = match_columns(["Name", "Price per acre", "Name"])
    assert [column.field for column in columns] == ["name", None, None]


def test_a_file_of_something_else_is_refused() -> None:
    with pytest.raises(DomainError, match="None of the headers"):
        read("x1,x2", "1,2")


def on_file(**values: object) -> Property:
    """A property on file."""
    return Property(
        **{"public_id": "p" * 16, "kind": PropertyKind.LAND, "name": "Lot", "city": None, **values}
    )


def row(number: int, public_id: str | None = None, **values: object) -> PropertyRow:
    """A row that was read."""
    return PropertyRow(number, values, public_id)


def test_a_row_changes_what_its_reference_names_and_only_what_it_says() -> None:
    known = on_file(reference="A", zoning="M1", land_m2=5.0)
    plan = plan_rows([row(2, reference="A", zoning="M2", name="Lot")], [known])
    [planned] = plan.rows
    assert (planned.outcome, dict(planned.changes)) == ("changed", {"zoning": "M2"})
    assert plan.problems == []
    [planned] = plan_rows([row(2, reference="A", name="Lot")], [known]).rows
    assert planned.outcome == "same"


def test_a_property_stands_once_in_a_list() -> None:
    known = on_file(reference="A")
    plan = plan_rows(
        [
            row(2, reference="A"),
            row(3, "p" * 16),
            row(4, reference="B", name="n"),
            row(5, reference="B"),
        ],
        [known],
    )
    assert [(one.row, one.params) for one in plan.problems if "row" in one.params] == [
        (3, {"row": 2}),
        (5, {"row": 4}),
    ]


def test_an_unclear_reference_and_an_unknown_id_are_refused() -> None:
    twins = [on_file(reference="A"), on_file(reference="A", public_id="q" * 16)]
    plan = plan_rows([row(2, reference="A"), row(3, "z" * 16)], twins)
    assert [one.row for one in plan.problems] == [2, 3]
    assert plan.rows == []


def test_a_new_property_needs_a_name_and_a_kind_and_a_namesake_is_told() -> None:
    plan = plan_rows(
        [row(2), row(3, name="LOT", kind=PropertyKind.LAND)], [on_file(reference=None)]
    )
    assert [one.row for one in plan.problems] == [2, 2]
    assert [one.row for one in plan.notices] == [3]
