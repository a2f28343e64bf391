"""Charts as data and as pictures: every number in words, nothing that would run as code."""

import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale

from crm.reports.chart_options import height_of, option_of
from crm.reports.charts import ChartKind, ChartSpec, Series
from crm.reports.rendering import draw_svg
from crm.reports.tables import Kind

STAGES = ("First contact", "半導体製造装置", "한국반도체")


@pytest.fixture(autouse=True)
def _english(app: Flask) -> Iterator[None]:
    with app.app_context(), force_locale("en"):
        yield


def chart(drawn: ChartKind, *series: Series, **values: Any) -> ChartSpec:
    given: dict[str, Any] = {"categories": STAGES} | values
    return ChartSpec("c", drawn, "Title", "Summary", "table", series=series, **given)


EVERY = [
    chart(ChartKind.BARS, Series("Now", (12, 3, 0)), Series("Then", (9, None, 1))),
    chart(ChartKind.COLUMNS, Series("Announced", (1, 0, 4))),
    chart(ChartKind.STACK, Series("Moved on", (4, 0, 1)), Series("Open", (1, 2, 0))),
    chart(ChartKind.BRIDGE, Series("Leads", (10, -3, 7))),
    chart(ChartKind.RANGE, Series("Likely", (3, 4, 5), low=(1, 2, 3), high=(5, 6, None))),
    chart(ChartKind.LYING_RANGE, Series("Share", (0.5, None, 1.0)), kind=Kind.PERCENT),
    chart(
        ChartKind.STEPS,
        Series("All", points=((0, 1.0), (30, 0.4))),
        categories=(),
        kind=Kind.PERCENT,
    ),
]


@pytest.mark.parametrize("spec", EVERY, ids=lambda spec: spec.chart.value)
def test_every_kind_is_drawn_with_its_words(spec: ChartSpec) -> None:
    svg = draw_svg(spec)
    assert svg.startswith("<svg")
    assert f'height="{height_of(spec)}"' in svg
    for name in spec.categories:
        assert name in svg
    assert "<script" not in svg
    assert "NaN" not in svg


def test_days_below_a_line_have_the_readers_separators() -> None:
    spec = chart(
        ChartKind.STEPS,
        Series("All", points=((0, 1.0), (1300, 0.4))),
        categories=(),
        kind=Kind.PERCENT,
    )
    assert ">1,200<" in draw_svg(spec)
    with force_locale("fr"):
        drawn = draw_svg(spec)
    assert "1,200" not in drawn
    assert re.search(r">1\s200<", drawn)


def test_numbers_stand_beside_their_bars_in_the_readers_own_way() -> None:
    spec = chart(ChartKind.BARS, Series("Leads", (12_345, 3, 0)))
    assert ">12,345<" in draw_svg(spec)
    with force_locale("fr"):
        assert ">12\u202f345<" in draw_svg(spec)


def test_a_name_is_text_wherever_it_stands() -> None:
    name = '<script>alert(1)</script>{b}"&'
    svg = draw_svg(chart(ChartKind.BARS, Series("{a}", (1, 2, 3)), categories=(name, "x", "y")))
    assert "<script" not in svg
    bridge = chart(ChartKind.BRIDGE, Series("L", (1, 0, 1)), categories=(name, "x", "y"))
    tooltip = option_of(bridge)["series"][1]["data"][0]["tooltip"]["formatter"]
    # What stands in braces would be ECharts' to fill in.
    assert tooltip.startswith("<script>alert(1)</script>(b)")


def test_a_bridge_goes_from_one_end_to_the_other() -> None:
    spec = chart(
        ChartKind.BRIDGE, Series("Leads", (10, 4, -6, 8)), categories=("then", "in", "out", "now")
    )
    base, above, below = option_of(spec)["series"]
    assert base["data"] == [0, 10, 8, 0]
    assert [item["value"] for item in above["data"]] == [10, 4, 6, 8]
    assert [item["value"] for item in below["data"]] == [0, 0, 0, 0]
    assert [item["label"]["formatter"] for item in above["data"]] == ["10", "+4", "\u22126", "8"]


def test_a_bridge_may_go_below_zero_on_its_way() -> None:
    spec = chart(
        ChartKind.BRIDGE,
        Series("Sum", (2, -5, -1, 6, 2)),
        categories=("then", "a", "b", "c", "now"),
    )
    base, above, below = option_of(spec)["series"]
    tops = [above["data"][n]["value"] for n in range(5)]
    lows = [below["data"][n]["value"] for n in range(5)]
    assert (base["data"], tops, lows) == ([0, 0, -3, 0, 0], [2, 2, 0, 2, 2], [0, -3, -1, -4, 0])


def test_series_differ_in_pattern_too() -> None:
    option = option_of(EVERY[0])
    assert option["aria"]["decal"]["show"]
    decals = option["aria"]["decal"]["decals"]
    assert len({json.dumps(decal) for decal in decals}) == len(decals)
    assert option["tooltip"]["renderMode"] == "richText"


def test_charts_are_drawn_for_several_at_once(app: Flask) -> None:
    def draw(spec: ChartSpec) -> str:
        with app.app_context(), force_locale("en"):
            return draw_svg(spec)

    with ThreadPoolExecutor(3) as pool:
        assert all(svg.startswith("<svg") for svg in pool.map(draw, EVERY))
