"""What the charts of a report show, as plain data: a page and a PDF draw the same. Pure.

A chart always belongs to a table of its report, which says the same in numbers. How it is drawn
is `chart_options.py`'s; a report only says what there is to see.
"""

import enum
from dataclasses import dataclass

from crm.reports.tables import Kind, Link


class ChartKind(enum.StrEnum):
    """How a chart is read.

    BARS: lying bars, one group a category. COLUMNS: standing bars, for periods in order.
    STACK: lying bars whose series add up. BRIDGE: one series; the first and last values stand on
    the ground, those between add to or take from it. STEPS: lines that go down in steps, points
    of (x, y), x days and y a share. RANGE: a mark a period within its likely range from `low` to
    `high`; LYING_RANGE the same for what is no period, as stages.
    """

    BARS = "bars"
    COLUMNS = "columns"
    STACK = "stack"
    BRIDGE = "bridge"
    STEPS = "steps"
    RANGE = "range"
    LYING_RANGE = "lying_range"


@dataclass(frozen=True, slots=True)
class Series:
    """Values, one a category; None where there is none to draw.

    `low` and `high` are the ends of a likely range. `points` are of STEPS alone. `links` lead,
    one a value (a line of STEPS has one), to what is behind.
    """

    name: str
    values: tuple[float | None, ...] = ()
    low: tuple[float | None, ...] = ()
    high: tuple[float | None, ...] = ()
    points: tuple[tuple[float, float], ...] = ()
    links: tuple[Link | None, ...] = ()


@dataclass(frozen=True, slots=True)
class ChartSpec:
    """A chart: `code` is unique in its report, `table` the code of the table that goes with it.

    `summary` says in a sentence what there is to see, for who cannot see it. Values are of
    `kind`, money in `currency`. `headline` is the one number that answers the question, printed
    big beside the chart, and `headline_label` what it is. `range_title` is what a range is called
    where it is not a likely one.
    """

    code: str
    chart: ChartKind
    title: str
    summary: str
    table: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    kind: Kind = Kind.COUNT
    currency: str | None = None
    headline: str | None = None
    headline_label: str | None = None
    x_title: str | None = None
    range_title: str | None = None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not any(
            series.points or any(value is not None for value in series.values)
            for series in self.series
        )
