"""Charts drawn on the server, by the same code as in the browser, for print and without scripts.

One thread holds the JavaScript engine: loading ECharts takes a third of a second and 20 MB, and an
engine must stay in the thread that made it.
"""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from config import PROJECT
from crm.reports.chart_options import WIDTH, height_of, option_of
from crm.reports.charts import ChartSpec

_SOURCE = PROJECT / "crm" / "static" / "vendor" / "echarts.common.min.js"
# What the engine lacks of a browser and ECharts looks for when it is loaded.
_STUBS = """
globalThis.setTimeout = function () { return 0; };
globalThis.clearTimeout = function () {};
globalThis.console = { log() {}, warn() {}, error() {} };0
"""
# A string put together from many is none that the engine hands over: hence the copy at the end.
_DRAW = """
globalThis.draw = function (option, width, height) {
  const chart = echarts.init(null, null, {renderer: "svg", ssr: true, width, height});
  chart.setOption(JSON.parse(option));
  const svg = chart.renderToSVGString();
  chart.dispose();
  return JSON.parse(JSON.stringify(svg));
};0
"""
_LONGEST_SECONDS = 10

_engine = threading.local()
_drawing = ThreadPoolExecutor(max_workers=1, thread_name_prefix="charts")


def draw_svg(spec: ChartSpec, *, width: int = WIDTH, height: int | None = None) -> str:
    """A chart as SVG, in the locale in force. For an `<img>` or for typst, never inside a page."""
    option = json.dumps(option_of(spec))
    return _drawing.submit(_draw, option, width, height or height_of(spec)).result()


def _draw(option: str, width: int, height: int) -> str:
    if not hasattr(_engine, "draw"):
        _engine.draw = _load()
    svg: str = _engine.draw(option, width, height)
    return svg


def _load() -> Any:
    import quickjs

    context = quickjs.Context()
    context.set_time_limit(_LONGEST_SECONDS)
    context.eval(_STUBS)
    context.eval(_SOURCE.read_text(encoding="utf-8") + ";0")
    context.eval(_DRAW)
    # Not kept by the function alone.
    _engine.context = context
    return context.get("draw")
