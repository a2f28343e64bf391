"""A chart as ECharts' options: data alone, no code, so that browser and server draw the same.

Every value stands in words beside its bar: nobody has to read an axis, and the numbers have the
reader's own separators. Series differ in lightness and in pattern, never in hue alone.
"""

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _

from crm.reports.chart_bars import draw_bars, draw_bridge, draw_columns, draw_stack
from crm.reports.chart_parts import (
    BAR,
    COLORS,
    DECALS,
    FONTS,
    GAP,
    INK,
    SOFT,
    has_legend,
)
from crm.reports.chart_ranges import draw_lying_range, draw_range, draw_steps
from crm.reports.charts import ChartKind, ChartSpec

WIDTH = 720


def height_of(spec: ChartSpec) -> int:
    """How high a chart is drawn, in pixels: bars keep their thickness, however many there are."""
    legend = 30 if has_legend(spec) else 0
    if spec.chart in (ChartKind.BARS, ChartKind.STACK, ChartKind.BRIDGE, ChartKind.LYING_RANGE):
        bars = len(spec.series) if spec.chart is ChartKind.BARS else 1
        if spec.chart is ChartKind.LYING_RANGE:
            # The value stands above its mark.
            bars = 2
        return legend + 16 + len(spec.categories) * (bars * BAR + GAP)
    return 280 + legend


def option_of(spec: ChartSpec) -> dict[str, Any]:
    """What ECharts is given; the same for the browser and for the server."""
    option: dict[str, Any] = {
        "animation": False,
        "color": list(COLORS),
        "textStyle": {"fontFamily": FONTS, "color": INK, "fontSize": 13},
        "aria": {
            "enabled": True,
            "label": {"description": text_of(spec)},
            "decal": {"show": True, "decals": list(DECALS)},
        },
        # Plain text, never markup: names of companies and agreements stand in it.
        "tooltip": {
            "trigger": "item",
            "renderMode": "richText",
            "confine": True,
            "backgroundColor": "#ffffff",
            "borderColor": SOFT,
            "textStyle": {"color": INK, "fontFamily": FONTS, "fontSize": 13},
        },
    }
    if has_legend(spec):
        option["legend"] = {
            "top": 0,
            "left": 0,
            "itemWidth": 22,
            "selectedMode": False,
            "textStyle": {"color": INK, "fontFamily": FONTS, "fontSize": 13},
            "data": [series.name for series in spec.series],
        }
    return option | _DRAWN[spec.chart](spec)


def text_of(spec: ChartSpec) -> str:
    """What is to be seen, for who cannot see it."""
    if not spec.summary:
        return spec.title
    return _("%(title)s: %(summary)s", title=spec.title, summary=spec.summary)


_DRAWN: dict[ChartKind, Callable[[ChartSpec], dict[str, Any]]] = {
    ChartKind.BARS: draw_bars,
    ChartKind.COLUMNS: draw_columns,
    ChartKind.STACK: draw_stack,
    ChartKind.BRIDGE: draw_bridge,
    ChartKind.STEPS: draw_steps,
    ChartKind.RANGE: draw_range,
    ChartKind.LYING_RANGE: draw_lying_range,
}
