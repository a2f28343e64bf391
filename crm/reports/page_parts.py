"""The parts of a report's page: tables with their texts and links, charts with what draws them."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from crm.reports.cell_text import cell_text
from crm.reports.chart_options import height_of, option_of, text_of
from crm.reports.charts import ChartSpec
from crm.reports.tables import Absent, Column, Kind, Link, Table
from crm.web.formatting import count

Address = Callable[[Link], str | None]
# A page of thousands of lines opens slowly and is read by nobody: the files hold all of them.
MOST_LINES = 200


@dataclass(frozen=True, slots=True)
class PageCell:
    """A cell on a page. `is_quiet` when it has no number to look at.

    Where a number `is_withheld` a reader is told so on a phone too: else it would pass for none.
    """

    text: str
    url: str | None
    note: str | None
    is_number: bool
    is_quiet: bool
    heading: str
    is_withheld: bool = False


@dataclass(frozen=True, slots=True)
class PageHead:
    """A heading over one column or, `span` of them, over several."""

    text: str
    span: int
    is_number: bool
    is_group: bool


@dataclass(frozen=True, slots=True)
class PageTable:
    """A table on a page. `groups` is the upper line of headings, empty when there is one line.

    Its cells without a column above stand over both lines.
    """

    code: str
    title: str
    groups: tuple[PageHead, ...]
    heads: tuple[PageHead, ...]
    rows: tuple[tuple[str, tuple[PageCell, ...]], ...]
    footnotes: tuple[str, ...]
    empty: str
    width: int
    is_folded: bool


@dataclass(frozen=True, slots=True)
class PageChart:
    """A chart on a page: the options that the script is given, and where its bars lead."""

    spec: ChartSpec
    option: str
    links: str
    height: int
    text: str


def page_table(table: Table, address: Address) -> PageTable:
    """A table with texts and addresses."""
    columns = table.columns
    has_groups = any(column.group for column in columns)
    upper: list[PageHead] = []
    lower: list[PageHead] = []
    for number, column in enumerate(columns):
        is_number = column.kind.is_number
        if not column.group:
            upper.append(PageHead(column.title, 1, is_number, False))
            continue
        lower.append(PageHead(column.title, 1, is_number, False))
        if number and columns[number - 1].group == column.group:
            upper[-1] = PageHead(column.group, upper[-1].span + 1, True, True)
        else:
            upper.append(PageHead(column.group, 1, True, True))
    rows = tuple(
        (
            row.kind.value,
            tuple(
                PageCell(
                    text=cell_text(cell, column),
                    url=address(cell.link) if cell.link else None,
                    note=cell.note,
                    is_number=column.kind.is_number,
                    is_quiet=isinstance(cell.value, Absent)
                    or (column.kind is not Kind.TEXT and cell.value == 0 and not column.says_zero),
                    heading=_heading(column),
                    is_withheld=cell.value in (Absent.FEW, Absent.WITHHELD),
                )
                for cell, column in zip(row.cells, columns, strict=False)
            ),
        )
        for row in table.rows
    )
    return PageTable(
        table.code,
        table.title,
        tuple(upper) if has_groups else (),
        tuple(lower if has_groups else upper),
        rows,
        _notes(table),
        table.empty,
        len(columns),
        table.is_folded,
    )


def _notes(table: Table) -> tuple[str, ...]:
    if not table.more_count:
        return table.footnotes
    return (
        _(
            "The first %(shown)s of %(all)s lines stand here; the Excel and CSV files hold all.",
            shown=count(len(table.rows)),
            all=count(len(table.rows) + table.more_count),
        ),
        *table.footnotes,
    )


def _heading(column: Column) -> str:
    if not column.group:
        return column.title
    return _("%(name)s: %(number)s", name=column.group, number=column.title)


def page_chart(spec: ChartSpec, address: Address) -> PageChart:
    """A chart with its options and addresses."""
    links = {
        series.name: [address(link) if link else None for link in series.links]
        for series in spec.series
    }
    return PageChart(
        spec,
        json.dumps(option_of(spec)),
        json.dumps(links) if any(any(line) for line in links.values()) else "",
        height_of(spec),
        text_of(spec),
    )


def charts_by_table(
    charts: Sequence[ChartSpec], tables: Sequence[Table], address: Address
) -> tuple[dict[str, list[PageChart]], list[PageTable]]:
    """The charts that have something to draw, by the table they go with; and the tables."""
    found: dict[str, list[PageChart]] = {}
    for spec in charts:
        if not spec.is_empty:
            found.setdefault(spec.table, []).append(page_chart(spec, address))
    return found, [page_table(table, address) for table in tables]
