"""Bars, columns, stacks and bridges as ECharts' options."""

from typing import Any

from crm.reports.chart_parts import (
    ADDS,
    BAR,
    INK,
    PLAIN,
    STRIPES,
    TAKES,
    TOTAL,
    item_of,
    literal,
    lying_axes,
    shown,
    standing_axes,
    with_unit,
)
from crm.reports.charts import ChartSpec, Series


def draw_bars(spec: ChartSpec) -> dict[str, Any]:
    """Lying bars, one group a category."""
    return lying_axes(spec) | {
        "series": [_bar_series(series, spec, "right") for series in spec.series]
    }


def draw_columns(spec: ChartSpec) -> dict[str, Any]:
    """Standing bars, for periods in order."""
    return standing_axes(spec) | {
        "series": [_bar_series(series, spec, "top") for series in spec.series]
    }


def _bar_series(series: Series, spec: ChartSpec, side: str) -> dict[str, Any]:
    return {
        "type": "bar",
        "name": series.name,
        "barMaxWidth": 44 if side == "top" else BAR,
        "barGap": "10%",
        "cursor": "pointer" if any(series.links) else "default",
        "label": {"show": True, "position": side, "color": INK, "fontSize": 12},
        "labelLayout": {"hideOverlap": True},
        "data": [
            item_of(value, name, series, spec)
            for name, value in zip(spec.categories, series.values, strict=True)
        ],
    }


def draw_stack(spec: ChartSpec) -> dict[str, Any]:
    """Lying bars whose series add up."""
    drawn = []
    for series in spec.series:
        one = _bar_series(series, spec, "inside")
        one["stack"] = "all"
        one["label"] |= {"backgroundColor": "#ffffff", "padding": [1, 3], "borderRadius": 2}
        # A part of nothing needs no number.
        one["data"] = [item if item["value"] else {"value": None} for item in one["data"]]
        drawn.append(one)
    return lying_axes(spec) | {"series": drawn}


def draw_bridge(spec: ChartSpec) -> dict[str, Any]:
    """What stood, what added to it and took from it, and what stands."""
    [series] = spec.series
    base: list[Any] = []
    above: list[Any] = []
    below: list[Any] = []
    last = len(series.values) - 1
    run = 0.0
    for number, (name, value) in enumerate(zip(spec.categories, series.values, strict=True)):
        step = value or 0.0
        is_end = number in (0, last)
        start, run = (0.0, step) if is_end else (run, run + step)
        low, high = min(start, run), max(start, run)
        text = shown(step, spec)
        if not is_end:
            text = f"+{text}" if step > 0 else f"\u2212{shown(-step, spec)}" if step < 0 else text
        color, decal = (
            (TOTAL, PLAIN) if is_end else (ADDS, PLAIN) if step >= 0 else (TAKES, STRIPES)
        )
        item = {
            "itemStyle": {"color": color, "decal": decal},
            "tooltip": {"formatter": literal(f"{name}\n{with_unit(text, spec)}")},
            "label": {"show": True, "formatter": literal(text)},
        }
        no_label = {**item, "label": {"show": False}}
        base.append(max(low, 0.0) or min(high, 0.0))
        above.append({**item, "value": max(high, 0.0) - max(low, 0.0)})
        # A bar across zero has two parts, and one number.
        crosses = low < 0 < high
        below.append(
            {**(no_label if crosses or low >= 0 else item), "value": min(low, 0.0) - min(high, 0.0)}
        )
        if low < 0 and not crosses:
            above[-1]["label"] = {"show": False}
    shared = {
        "type": "bar",
        "stack": "bridge",
        "barMaxWidth": BAR,
        "cursor": "pointer" if any(series.links) else "default",
    }
    label = {"position": "right", "color": INK, "fontSize": 12}
    return lying_axes(spec) | {
        "series": [
            {
                **shared,
                "silent": True,
                "itemStyle": {"color": "transparent", "decal": PLAIN},
                "data": base,
            },
            {**shared, "name": series.name, "label": label, "data": above},
            {**shared, "name": series.name, "label": label, "data": below},
        ]
    }
