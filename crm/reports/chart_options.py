"""A chart as ECharts' options: data alone, no code, so that browser and server draw the same.

Every value stands in words beside its bar: nobody has to read an axis, and the numbers have the
reader's own separators. Series differ in lightness and in pattern, never in hue alone.
"""

from collections.abc import Callable, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from crm.reports.charts import ChartKind, ChartSpec, Series
from crm.reports.phrases import short_number
from crm.reports.tables import Kind
from crm.web.formatting import count, percent

WIDTH = 720
_INK = "#1b2733"
_SOFT = "#52606d"
_GRID = "#d5dbe1"
# Dark, middle and light, told apart in grey as well; each after the first with a pattern.
_COLORS = ("#1f4e79", "#e0a030", "#7fb3c8", "#8a5a83")
_TOTAL, _ADDS, _TAKES = "#3b4a59", "#2f7fb8", "#e0a030"
_PLAIN = {"symbol": "none"}
_STRIPES = {
    "symbol": "rect",
    "color": "rgba(27,39,51,0.45)",
    "dashArrayX": [1, 0],
    "dashArrayY": [2, 5],
    "rotation": -0.785,
}
_DOTS = {
    "symbol": "circle",
    "color": "rgba(27,39,51,0.55)",
    "dashArrayX": [[6, 6], [0, 6, 6, 0]],
    "dashArrayY": [5, 0],
    "symbolSize": 0.7,
}
_CROSSED = {
    "symbol": "rect",
    "color": "rgba(255,255,255,0.6)",
    "dashArrayX": [1, 0],
    "dashArrayY": [2, 6],
    "rotation": 0.785,
}
_DECALS = (_PLAIN, _STRIPES, _DOTS, _CROSSED)
_FONTS = "'Noto Sans JP', 'Noto Sans KR', 'Noto Sans CJK JP', sans-serif"
_LABEL_WIDTH = 168
_BAR, _GAP = 18, 14


def height_of(spec: ChartSpec) -> int:
    """How high a chart is drawn, in pixels: bars keep their thickness, however many there are."""
    legend = 30 if _has_legend(spec) else 0
    if spec.chart in (ChartKind.BARS, ChartKind.STACK, ChartKind.BRIDGE, ChartKind.LYING_RANGE):
        bars = len(spec.series) if spec.chart is ChartKind.BARS else 1
        if spec.chart is ChartKind.LYING_RANGE:
            # The value stands above its mark.
            bars = 2
        return legend + 16 + len(spec.categories) * (bars * _BAR + _GAP)
    return 280 + legend


def option_of(spec: ChartSpec) -> dict[str, Any]:
    """What ECharts is given; the same for the browser and for the server."""
    option: dict[str, Any] = {
        "animation": False,
        "color": list(_COLORS),
        "textStyle": {"fontFamily": _FONTS, "color": _INK, "fontSize": 13},
        "aria": {
            "enabled": True,
            "label": {"description": text_of(spec)},
            "decal": {"show": True, "decals": list(_DECALS)},
        },
        # Plain text, never markup: names of companies and agreements stand in it.
        "tooltip": {
            "trigger": "item",
            "renderMode": "richText",
            "confine": True,
            "backgroundColor": "#ffffff",
            "borderColor": _SOFT,
            "textStyle": {"color": _INK, "fontFamily": _FONTS, "fontSize": 13},
        },
    }
    if _has_legend(spec):
        option["legend"] = {
            "top": 0,
            "left": 0,
            "itemWidth": 22,
            "selectedMode": False,
            "textStyle": {"color": _INK, "fontFamily": _FONTS, "fontSize": 13},
            "data": [series.name for series in spec.series],
        }
    return option | _DRAWN[spec.chart](spec)


def text_of(spec: ChartSpec) -> str:
    """What is to be seen, for who cannot see it."""
    if not spec.summary:
        return spec.title
    return _("%(title)s: %(summary)s", title=spec.title, summary=spec.summary)


def shown(value: float | None, spec: ChartSpec) -> str:
    """A value as it stands beside its bar."""
    if value is None:
        return ""
    if spec.kind is Kind.PERCENT:
        return percent(value)
    if spec.kind is Kind.MONEY:
        return short_number(value)
    if spec.kind is Kind.DAYS:
        return ngettext("%(count)s day", "%(count)s days", round(value), count=count(round(value)))
    if spec.kind is Kind.NUMBER:
        return short_number(value, digits=1)
    return count(round(value))


def _has_legend(spec: ChartSpec) -> bool:
    return spec.chart is not ChartKind.BRIDGE and len(spec.series) > 1


def _grid(
    spec: ChartSpec, *, left: int, right: int, bottom: int = 6, top: int = 6
) -> dict[str, Any]:
    return {
        "left": left,
        "right": right,
        "top": top + (30 if _has_legend(spec) else 0),
        "bottom": bottom,
        "outerBoundsMode": "none",
    }


def _lying_axes(spec: ChartSpec) -> dict[str, Any]:
    return {
        "grid": _grid(spec, left=_LABEL_WIDTH + 12, right=96),
        "yAxis": {
            "type": "category",
            "inverse": True,
            "data": list(spec.categories),
            "axisTick": {"show": False},
            "axisLine": {"lineStyle": {"color": _SOFT}},
            "axisLabel": {
                "color": _INK,
                "fontSize": 13,
                "width": _LABEL_WIDTH,
                "overflow": "truncate",
                "interval": 0,
            },
        },
        "xAxis": {"type": "value", "show": False},
    }


def _standing_axes(spec: ChartSpec) -> dict[str, Any]:
    return {
        "grid": _grid(spec, left=16, right=16, bottom=46, top=24),
        "xAxis": {
            "type": "category",
            "data": list(spec.categories),
            "axisTick": {"show": False},
            "axisLine": {"lineStyle": {"color": _SOFT}},
            "axisLabel": {
                "color": _INK,
                "fontSize": 12,
                "hideOverlap": True,
                "interval": "auto" if len(spec.categories) > 6 else 0,
                "width": 96,
                "overflow": "break",
            },
        },
        "yAxis": {"type": "value", "show": False},
    }


def _item(value: float | None, name: str, series: Series, spec: ChartSpec) -> dict[str, Any]:
    text = shown(value, spec)
    lines = [name, _("%(name)s: %(number)s", name=series.name, number=_with_unit(text, spec))]
    return {
        "value": value,
        "label": {"formatter": _literal(text)},
        "tooltip": {"formatter": _literal("\n".join(lines))},
    }


def _with_unit(text: str, spec: ChartSpec) -> str:
    return f"{text}\u00a0{spec.currency}" if spec.kind is Kind.MONEY and spec.currency else text


def _literal(text: str) -> str:
    """Text that ECharts takes as it stands: a brace would begin one of its templates."""
    return text.replace("{", "(").replace("}", ")")


def _bars(spec: ChartSpec) -> dict[str, Any]:
    return _lying_axes(spec) | {
        "series": [_bar_series(series, spec, "right") for series in spec.series]
    }


def _columns(spec: ChartSpec) -> dict[str, Any]:
    return _standing_axes(spec) | {
        "series": [_bar_series(series, spec, "top") for series in spec.series]
    }


def _bar_series(series: Series, spec: ChartSpec, side: str) -> dict[str, Any]:
    return {
        "type": "bar",
        "name": series.name,
        "barMaxWidth": 44 if side == "top" else _BAR,
        "barGap": "10%",
        "cursor": "pointer" if any(series.links) else "default",
        "label": {"show": True, "position": side, "color": _INK, "fontSize": 12},
        "labelLayout": {"hideOverlap": True},
        "data": [
            _item(value, name, series, spec)
            for name, value in zip(spec.categories, series.values, strict=True)
        ],
    }


def _stack(spec: ChartSpec) -> dict[str, Any]:
    drawn = []
    for series in spec.series:
        one = _bar_series(series, spec, "inside")
        one["stack"] = "all"
        one["label"] |= {"backgroundColor": "#ffffff", "padding": [1, 3], "borderRadius": 2}
        # A part of nothing needs no number.
        one["data"] = [item if item["value"] else {"value": None} for item in one["data"]]
        drawn.append(one)
    return _lying_axes(spec) | {"series": drawn}


def _bridge(spec: ChartSpec) -> dict[str, Any]:
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
            (_TOTAL, _PLAIN) if is_end else (_ADDS, _PLAIN) if step >= 0 else (_TAKES, _STRIPES)
        )
        item = {
            "itemStyle": {"color": color, "decal": decal},
            "tooltip": {"formatter": _literal(f"{name}\n{_with_unit(text, spec)}")},
            "label": {"show": True, "formatter": _literal(text)},
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
        "barMaxWidth": _BAR,
        "cursor": "pointer" if any(series.links) else "default",
    }
    label = {"position": "right", "color": _INK, "fontSize": 12}
    return _lying_axes(spec) | {
        "series": [
            {
                **shared,
                "silent": True,
                "itemStyle": {"color": "transparent", "decal": _PLAIN},
                "data": base,
            },
            {**shared, "name": series.name, "label": label, "data": above},
            {**shared, "name": series.name, "label": label, "data": below},
        ]
    }


def _steps(spec: ChartSpec) -> dict[str, Any]:
    return {
        "grid": _grid(spec, left=52, right=24, bottom=48, top=10),
        "xAxis": {
            "type": "value",
            "name": spec.x_title or "",
            "nameLocation": "middle",
            "nameGap": 28,
            "nameTextStyle": {"color": _INK},
            "axisLabel": {"color": _INK},
            "splitLine": {"show": False},
        },
        "yAxis": {
            "type": "value",
            "min": 0,
            "max": 100,
            "axisLabel": {"color": _INK, "formatter": percent(0.5).replace("50", "{value}")},
            "splitLine": {"lineStyle": {"color": _GRID}},
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
                "data": [[x, round(y * 100, 2)] for x, y in series.points],
                "tooltip": {"show": False},
                **(
                    {
                        "markLine": {
                            "silent": True,
                            "symbol": "none",
                            "label": {"show": False},
                            "lineStyle": {"color": _SOFT, "type": "dashed"},
                            "data": [{"yAxis": 50}],
                        }
                    }
                    if number == 0
                    else {}
                ),
            }
            for number, series in enumerate(spec.series)
        ],
    }


def _range(spec: ChartSpec) -> dict[str, Any]:
    return _standing_axes(spec) | {"series": _range_series(spec, is_lying=False)}


def _lying_range(spec: ChartSpec) -> dict[str, Any]:
    return _lying_axes(spec) | {"series": _range_series(spec, is_lying=True)}


def _range_series(spec: ChartSpec, *, is_lying: bool) -> list[dict[str, Any]]:
    """The range as a floating bar, its value as a mark on it; what has no range is a mark alone."""
    found: list[dict[str, Any]] = []
    for number, series in enumerate(spec.series):
        marks = []
        for place, (name, value) in enumerate(zip(spec.categories, series.values, strict=True)):
            low, high = _ends(series, place)
            text = _with_unit(shown(value, spec), spec)
            lines = [name, _("%(name)s: %(number)s", name=series.name, number=text)]
            if low is not None and high is not None:
                ends = _(
                    "%(low)s to %(high)s",
                    low=shown(low, spec),
                    high=_with_unit(shown(high, spec), spec),
                )
                title = spec.range_title or _("Likely range")
                lines.append(_("%(name)s: %(number)s", name=title, number=ends))
            marks.append(
                {
                    "value": [value, place] if is_lying else [place, value],
                    "label": {"formatter": _literal(shown(value, spec))},
                    "tooltip": {"formatter": _literal("\n".join(lines))},
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
                    "color": _COLORS[number % 4],
                    "borderColor": "#ffffff",
                    "opacity": 1,
                },
                "label": {
                    "show": True,
                    "position": "top" if is_lying else "right",
                    "distance": 3,
                    "color": _INK,
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
            "itemStyle": {"color": "transparent", "decal": _PLAIN},
            "data": list(series.low),
        },
        {
            **shared,
            "itemStyle": {"color": "#b9cfe2", "borderColor": "#1f4e79", "decal": _PLAIN},
            "data": width,
        },
    ]


_DRAWN: dict[ChartKind, Callable[[ChartSpec], dict[str, Any]]] = {
    ChartKind.BARS: _bars,
    ChartKind.COLUMNS: _columns,
    ChartKind.STACK: _stack,
    ChartKind.BRIDGE: _bridge,
    ChartKind.STEPS: _steps,
    ChartKind.RANGE: _range,
    ChartKind.LYING_RANGE: _lying_range,
}


def links_of(spec: ChartSpec) -> Sequence[Sequence[Any]]:
    """The links of a chart's series, one a value."""
    return [series.links for series in spec.series]
