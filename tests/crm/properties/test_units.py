"""Areas and power as lists state them."""

import pytest

from crm.imports.problems import ValueProblem
from crm.properties.units import (
    AreaUnit,
    PowerUnit,
    exact_area,
    read_area,
    read_power,
)


@pytest.mark.parametrize(
    ("cell", "unit", "area"),
    [
        ("12 ha", None, 120_000.0),
        ("12 hectares", None, 120_000.0),
        ("30 acres", None, 121_405.692672),
        ("30", AreaUnit.ACRE, 121_405.692672),
        (30, AreaUnit.ACRE, 121_405.692672),
        ("50,000 sq ft", None, 4_645.152),
        ("50\u202f000 pi²", None, 4_645.152),
        ("50 000 pieds carrés", None, 4_645.152),
        ("2,5 ha", None, 25_000.0),
        ("4,500 m²", None, 4_500.0),
        ("4500", AreaUnit.M2, 4_500.0),
        # The cell's own word counts more than the header's.
        ("1 ha", AreaUnit.ACRE, 10_000.0),
        ("0 m²", None, 0.0),
        ("n/a", None, None),
        ("", AreaUnit.ACRE, None),
        ("unknown", None, None),
    ],
)
def test_an_area_is_read(cell: str, unit: AreaUnit | None, area: float | None) -> None:
    assert read_area(cell, unit) == area


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("12", "has no unit"),
        ("about 5 ha", "not an area"),
        ("-3 ha", "not an area"),
        ("4.500 m²", "thousands or decimals"),
        ("2-5 acres", "not an area"),
        ("12 km", "not an area"),
        ("9" * 50 + " ha", "larger than any site"),
        (float("nan"), "not an area"),
        (True, "not an area"),
    ],
)
def test_what_is_no_area_is_never_guessed(cell: str, told: str) -> None:
    with pytest.raises(ValueProblem, match=told):
        read_area(cell)


@pytest.mark.parametrize("area", [4_500.0, 121_405.692672, 120_000.0, 4_645.152, 997.824, 0.1, 0.0])
def test_an_area_that_is_written_is_read_back(area: float) -> None:
    assert read_area(exact_area(area)) == area


def test_an_area_is_written_in_the_unit_it_was_stated_in() -> None:
    stated = ("30 acres", "12.5 ha", "50000 sq ft", "4500 m²")
    assert tuple(exact_area(read_area(text)) for text in stated) == stated
    assert exact_area(None) == ""


@pytest.mark.parametrize(
    ("cell", "unit", "power"),
    [
        ("800 kW", None, 800),
        ("2.5 MW", None, 2_500),
        ("2,5 mégawatts", None, 2_500),
        (5, PowerUnit.MW, 5_000),
        ("-", PowerUnit.MW, None),
    ],
)
def test_power_is_read(cell: str, unit: PowerUnit | None, power: int | None) -> None:
    assert read_power(cell, unit) == power


@pytest.mark.parametrize("cell", ["3 MVA", "800", "600 V"])
def test_what_is_no_power_is_refused(cell: str) -> None:
    with pytest.raises(ValueProblem):
        read_power(cell)
