"""Marks within their likely ranges, and lines that go down in steps, as ECharts' options."""

from collections.abc import Sequence
from math import ceil
from typing import Any

from flask_babel import gettext as _

from crm.reports.chart_parts import (
    COLORS,
    GRID,
    INK,
    PLAIN,
    SOFT,
    grid,
    literal,
    lying_axes,
    shown,
    standing_axes,
    with_unit,
)
from crm.reports.charts import ChartSpec, Series
from crm.web.formatting import count, percent

_MOST_TICKS = 7


def draw_range(spec: ChartSpec) -> dict[str, Any]:
    """A mark a period within its likely range."""
    return standing_axes(spec) | {"series": _range_series(spec, is_lying=False)}


def draw_lying_range(spec: ChartSpec) -> dict[str, Any]:
    """A mark a category within its likely range."""
    return lying_axes(spec) | {"series": _range_series(spec, is_lying=True)}


def _range_series(spec: ChartSpec, *, is_lying: bool) -> list[dict[str, Any]]:
    """The range as a floating bar, its value as a mark on it; what has no range is a mark alone."""
    found: list[dict[str, Any]] = []
    for number, series in enumerate(spec.series):
        marks = []
        for place, (name, value) in enumerate(zip(spec.categories, series.values, strict=True)):
            low, high = _ends(series, place)
            text = with_unit(shown(value, spec), spec)
            lines = [name, _("%(name)s: %(number)s", name=series.name, number=text)]
            if low is not None and high is not None:
                ends = _(
                    "%(low)s to %(high)s",
                    low=shown(low, spec),
                    high=with_unit(shown(high, spec), spec),
                )
                title = spec.range_title or _("Likely range")
                lines.append(_("%(name)s: %(number)s", name=title, number=ends))
            marks.append(
                {
                    "value": [value, place] if is_lying else [place, value],
                    "label": {"formatter": literal(shown(value, spec))},
                    "tooltip": {"formatter": literal("\n".join(lines))},
                }
                if value is not None
                else {"value": None}
            )
        if series.low:
            found += _spans(series, number)
        found.append(
            {
                "type": "scatter",
                "name": series.name,
                "symbol": ("circle", "diamond", "rect", "triangle")[number % 4],
                "symbolSize": 13,
                "z": 5,
                "cursor": "pointer" if any(series.links) else "default",
                "itemStyle": {
                    "color": COLORS[number % 4],
                    "borderColor": "#ffffff",
                    "opacity": 1,
                },
                "label": {
                    "show": True,
                    # Two marks of a period may lie side by side.
                    "position": "top" if is_lying else ("right", "left")[number % 2],
                    "distance": 3,
                    "color": INK,
                    "fontSize": 12,
                },
                "labelLayout": {"hideOverlap": True},
                "data": marks,
            }
        )
    return found


def _ends(series: Series, place: int) -> tuple[float | None, float | None]:
    if not series.low:
        return None, None
    return series.low[place], series.high[place]


def _spans(series: Series, number: int) -> list[dict[str, Any]]:
    shared = {
        "type": "bar",
        "stack": f"range{number}",
        "barWidth": 10,
        "barGap": "-100%",
        "silent": True,
    }
    width = [
        None if low is None or high is None else high - low
        for low, high in zip(series.low, series.high, strict=True)
    ]
    return [
        {
            **shared,
            "itemStyle": {"color": "transparent", "decal": PLAIN},
            "data": list(series.low),
        },
        {
            **shared,
            "itemStyle": {"color": "#b9cfe2", "borderColor": "#1f4e79", "decal": PLAIN},
            "data": width,
        },
    ]


def draw_steps(spec: ChartSpec) -> dict[str, Any]:
    """Lines that go down in steps."""
    longest = max((x for series in spec.series for x, _y in series.points), default=0)
    step = _tick_of(longest)
    ticks = [step * number for number in range(max(ceil(longest / step), 1) + 1)]
    return {
        "grid": grid(spec, left=52, right=24, bottom=48, top=10),
        "xAxis": {
            "type": "value",
            "name": spec.x_title or "",
            "nameLocation": "middle",
            "nameGap": 28,
            "nameTextStyle": {"color": INK},
            "min": 0,
            "max": ticks[-1],
            "interval": step,
            # Its own labels have no reader's separators.
            "axisLabel": {"show": False},
            "splitLine": {"show": False},
        },
        "yAxis": {
            "type": "value",
            "min": 0,
            "max": 100,
            "axisLabel": {"color": INK, "formatter": percent(0.5).replace("50", "{value}")},
            "splitLine": {"lineStyle": {"color": GRID}},
        },
        "series": [
            {
                "type": "line",
                "step": "end",
                "name": series.name,
                "symbol": ("none", "circle", "rect", "triangle")[number % 4],
                "symbolSize": 5,
                "lineStyle": {
                    "width": 3,
                    "type": ("solid", "dashed", "dotted", "solid")[number % 4],
                },
                "triggerLineEvent": bool(series.links),
                "cursor": "pointer" if any(series.links) else "default",
                "data": [[x, round(y * 100, 2)] for x, y in series.points],
                "tooltip": {"show": False},
                **(
                    {
                        "markLine": {
                            "silent": True,
                            "symbol": "none",
                            "label": {"show": False},
                            "lineStyle": {"color": SOFT, "type": "dashed"},
                            "data": [{"yAxis": 50}],
                        }
                    }
                    if number == 0
                    else {}
                ),
            }
            for number, series in enumerate(spec.series)
        ]
        + [_tick_labels(ticks)],
    }


def _tick_of(longest: float) -> int:
    """A round number of which at most seven make the longest."""
    found = 1
    while longest > found * _MOST_TICKS:
        # 1, 2, 5, 10 and so on.
        found = found * 5 // 2 if str(found).startswith("2") else found * 2
    return found


def _tick_labels(ticks: Sequence[int]) -> dict[str, Any]:
    """The words below an axis of numbers: points that are not seen, each with its label."""
    return {
        "type": "scatter",
        "silent": True,
        "clip": False,
        "symbolSize": 0,
        "label": {"show": True, "position": "bottom", "color": INK, "fontSize": 12},
        "labelLayout": {"hideOverlap": True},
        "data": [
            {"value": [tick, 0], "label": {"formatter": literal(count(tick))}} for tick in ticks
        ],
        "tooltip": {"show": False},
    }
