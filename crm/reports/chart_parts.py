"""What every kind of chart is made of: colours and patterns, axes, values in words."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from crm.reports.charts import ChartKind, ChartSpec, Series
from crm.reports.phrases import short_number
from crm.reports.tables import Kind
from crm.web.formatting import count, percent

INK = "#1b2733"
SOFT = "#52606d"
GRID = "#d5dbe1"
# Dark, middle and light, told apart in grey as well; each after the first with a pattern.
COLORS = ("#1f4e79", "#e0a030", "#7fb3c8", "#8a5a83")
TOTAL, ADDS, TAKES = "#3b4a59", "#2f7fb8", "#e0a030"
PLAIN = {"symbol": "none"}
STRIPES = {
    "symbol": "rect",
    "color": "rgba(27,39,51,0.45)",
    "dashArrayX": [1, 0],
    "dashArrayY": [2, 5],
    "rotation": -0.785,
}
DOTS = {
    "symbol": "circle",
    "color": "rgba(27,39,51,0.55)",
    "dashArrayX": [[6, 6], [0, 6, 6, 0]],
    "dashArrayY": [5, 0],
    "symbolSize": 0.7,
}
CROSSED = {
    "symbol": "rect",
    "color": "rgba(255,255,255,0.6)",
    "dashArrayX": [1, 0],
    "dashArrayY": [2, 6],
    "rotation": 0.785,
}
DECALS = (PLAIN, STRIPES, DOTS, CROSSED)
FONTS = "'Noto Sans JP', 'Noto Sans KR', 'Noto Sans CJK JP', sans-serif"
LABEL_WIDTH = 168
BAR, GAP = 18, 14


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


def has_legend(spec: ChartSpec) -> bool:
    """Whether names of series stand over the chart."""
    return spec.chart is not ChartKind.BRIDGE and len(spec.series) > 1


def grid(
    spec: ChartSpec, *, left: int, right: int, bottom: int = 6, top: int = 6
) -> dict[str, Any]:
    """The room around the drawing."""
    return {
        "left": left,
        "right": right,
        "top": top + (30 if has_legend(spec) else 0),
        "bottom": bottom,
        "outerBoundsMode": "none",
    }


def lying_axes(spec: ChartSpec) -> dict[str, Any]:
    """Names from top to bottom, bars to the right."""
    return {
        "grid": grid(spec, left=LABEL_WIDTH + 12, right=96),
        "yAxis": {
            "type": "category",
            "inverse": True,
            "data": list(spec.categories),
            "axisTick": {"show": False},
            "axisLine": {"lineStyle": {"color": SOFT}},
            "axisLabel": {
                "color": INK,
                "fontSize": 13,
                "width": LABEL_WIDTH,
                "overflow": "truncate",
                "interval": 0,
            },
        },
        "xAxis": {"type": "value", "show": False},
    }


def standing_axes(spec: ChartSpec) -> dict[str, Any]:
    """Names from left to right, bars upwards."""
    return {
        "grid": grid(spec, left=16, right=16, bottom=46, top=24),
        "xAxis": {
            "type": "category",
            "data": list(spec.categories),
            "axisTick": {"show": False},
            "axisLine": {"lineStyle": {"color": SOFT}},
            "axisLabel": {
                "color": INK,
                "fontSize": 12,
                "hideOverlap": True,
                "interval": "auto" if len(spec.categories) > 6 else 0,
                "width": 96,
                "overflow": "break",
            },
        },
        "yAxis": {"type": "value", "show": False},
    }


def item_of(value: float | None, name: str, series: Series, spec: ChartSpec) -> dict[str, Any]:
    """A value with the words beside its bar and those that hovering shows."""
    text = shown(value, spec)
    lines = [name, _("%(name)s: %(number)s", name=series.name, number=with_unit(text, spec))]
    return {
        "value": value,
        "label": {"formatter": literal(text)},
        "tooltip": {"formatter": literal("\n".join(lines))},
    }


def with_unit(text: str, spec: ChartSpec) -> str:
    """A value with its currency, where it is money."""
    return f"{text}\u00a0{spec.currency}" if spec.kind is Kind.MONEY and spec.currency else text


def literal(text: str) -> str:
    """Text that ECharts takes as it stands: a brace would begin one of its templates."""
    return text.replace("{", "(").replace("}", ")")
