"""Closures that no law knows."""

from datetime import date, timedelta

import pytest

from crm.calendars.closure import ClosureKind, Confidence, closures_of, closures_on
from crm.calendars.holiday import day_off_on


def days_of(place: str, code: str, year: int) -> list[str]:
    found = []
    for closure in closures_of(place, date(year, 1, 1), date(year, 12, 31)):
        if closure.code == code:
            days = (closure.last - closure.first).days + 1
            found += [closure.first + timedelta(days=number) for number in range(days)]
    return [f"{day:%m-%d}" for day in found]


@pytest.mark.parametrize(
    ("place", "code", "expected"),
    [
        ("JP", "golden_week", {2026: "04-30 05-01", 2027: "04-30", 2028: "05-01 05-02"}),
        ("KR", "seollal_travel", {2026: "02-13", 2027: "02-05", 2028: "01-25"}),
        ("KR", "chuseok_travel", {2026: "09-23", 2027: "09-13", 2028: "09-29"}),
        ("KR", "seollal_bridge", {2026: "02-19 02-20", 2027: "", 2028: "01-24 01-25"}),
        ("KR", "chuseok_bridge", {2026: "", 2027: "09-13 09-17", 2028: "10-06"}),
        ("CA-ON", "canada_bridge", {2026: "01-02", 2027: "07-02", 2028: ""}),
        ("JP", "obon", dict.fromkeys((2026, 2027, 2028), "08-13 08-14 08-15 08-16")),
    ],
)
def test_days_that_move(place: str, code: str, expected: dict[int, str]) -> None:
    assert {year: days_of(place, code, year) for year in expected} == {
        year: days.split() for year, days in expected.items()
    }


@pytest.mark.parametrize("place", ["JP", "KR", "CA-ON"])
def test_a_bridge_is_a_working_day(place: str) -> None:
    bridges = [
        closure.first
        for closure in closures_of(place, date(2026, 1, 1), date(2028, 12, 31))
        if closure.kind in {ClosureKind.BRIDGE, ClosureKind.TRAVEL}
    ]
    assert bridges
    assert all(day.weekday() < 5 and day_off_on(day, place) is None for day in bridges)


@pytest.mark.parametrize("day", [date(2026, 12, 29), date(2027, 1, 2), date(2027, 1, 3)])
def test_the_japanese_year_end_passes_new_year(day: date) -> None:
    (closure,) = closures_on(day, "JP")
    assert closure.code == "japan_year_end"
    assert closure.confidence is Confidence.USUAL
    assert (closure.first, closure.last) == (date(2026, 12, 29), date(2027, 1, 3))
    assert closure.name("ja") == "年末年始休業"


@pytest.mark.parametrize("day", [date(2026, 12, 28), date(2027, 1, 4)])
def test_the_edges_of_the_year_are_less_sure(day: date) -> None:
    (closure,) = closures_on(day, "JP")
    assert closure.confidence is Confidence.LIKELY
    assert closures_on(date(2027, 1, 5), "JP") == []


def test_the_surest_of_a_kind_speaks_alone() -> None:
    assert [one.code for one in closures_on(date(2026, 8, 14), "JP")] == ["obon"]
    assert [one.code for one in closures_on(date(2026, 8, 17), "JP")] == ["obon_week"]
    assert [one.code for one in closures_on(date(2027, 9, 13), "KR")] == [
        "chuseok_bridge",
        "chuseok_travel",
    ]


@pytest.mark.parametrize(
    ("place", "day", "codes"),
    [
        ("JP", date(2027, 3, 17), []),
        ("JP", date(2027, 3, 31), ["japan_fiscal_year_end"]),
        ("JP", date(2027, 4, 1), ["japan_personnel_moves"]),
        ("KR", date(2026, 11, 16), ["korea_personnel_moves"]),
        ("KR", date(2026, 12, 21), ["korea_personnel_moves", "korea_fiscal_year_end"]),
        ("CA-ON", date(2027, 3, 31), ["canada_fiscal_year_end"]),
        ("CA-BC", date(2026, 12, 31), ["canada_year_end", "canada_municipal_year_end"]),
        ("KR", date(2027, 7, 28), ["korea_summer"]),
        ("KR", date(2027, 7, 24), []),
    ],
)
def test_what_stands_on_a_day(place: str, day: date, codes: list[str]) -> None:
    assert [one.code for one in closures_on(day, place)] == codes


@pytest.mark.parametrize("place", ["JP", "KR", "CA-QC"])
def test_every_closure_speaks_english_and_french(place: str) -> None:
    found = closures_of(place, date(2026, 1, 1), date(2026, 12, 31))
    assert found
    for closure in found:
        assert closure.name("en")
        assert closure.name("fr") != closure.name("en")
        assert closure.name("de") == closure.name("en")
