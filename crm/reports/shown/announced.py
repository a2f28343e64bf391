"""What was announced, by the quarter in which it became public: a table and its chart."""

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import ngettext

from crm.reports.charts import ChartKind, ChartSpec, Series
from crm.reports.converted import convert_sums
from crm.reports.phrases import (
    amount_value,
    currencies_of,
    currency_name,
    quarter_name,
    value_or,
)
from crm.reports.pipeline import Pipeline
from crm.reports.shown.converted import converted_cells, converted_columns
from crm.reports.tables import Absent, Cell, Column, Kind, Table, Value, row
from crm.web.formatting import count


def announced_table(now: Pipeline) -> Table:
    """Our own announcements by quarter, and how many are shared with others."""
    lines = [line for line in now.announced if line.ours.lead_count or line.quarter is not None]
    shared = any(line.shared.lead_count for line in now.announced)
    currencies = currencies_of(line.ours for line in lines)
    columns = [Column(_("Became public in")), Column(_("Announcements"), Kind.COUNT)]
    columns += [
        Column(_("Stated"), Kind.MONEY, currency_name(currency), currency)
        for currency in currencies
    ]
    columns += [
        *converted_columns(now.rates, has_weighted=False),
        Column(_("Investment not known of"), Kind.COUNT),
        Column(_("Jobs"), Kind.COUNT),
        Column(_("Jobs not known of"), Kind.COUNT),
    ]
    if shared:
        columns.append(Column(_("Shared with others"), Kind.COUNT))
    rows = []
    for line in lines:
        cells: list[Value | Cell] = [
            _("Before these quarters") if line.quarter is None else quarter_name(line.quarter),
            value_or(line.ours.lead_count, Absent.FEW),
        ]
        cells += [amount_value(line.ours.in_currency(currency)) for currency in currencies]
        if now.rates is not None:
            cells += converted_cells(convert_sums(line.ours, now.rates), has_weighted=False)
        jobs = line.ours.jobs
        cells += [
            value_or(line.ours.unknown_capex_count, Absent.WITHHELD),
            value_or(jobs.count, Absent.FEW) if jobs.lead_count else Absent.NOTHING,
            value_or(jobs.unknown_count, Absent.WITHHELD),
        ]
        if shared:
            cells.append(value_or(line.shared.lead_count, Absent.FEW))
        rows.append(row(*cells))
    notes = [
        _(
            "Only our own announcements, by the quarter in which they became "
            "public. They are never added to the open pipeline."
        )
    ]
    if now.unplaced_count:
        notes.append(
            ngettext(
                "%(count)s announcement belongs to no lead and is not here.",
                "%(count)s announcements belong to no lead and are not here.",
                now.unplaced_count,
                count=count(now.unplaced_count),
            )
        )
    return Table("announced", _("Announced"), tuple(columns), tuple(rows), tuple(notes))


def announced_chart(now: Pipeline) -> ChartSpec:
    """Our own announcements by quarter."""
    lines = [line for line in now.announced if line.quarter is not None]
    names = tuple(quarter_name(line.quarter) for line in lines)
    values = tuple(line.ours.lead_count for line in lines)
    last = lines[-1].ours.lead_count if lines else None
    return ChartSpec(
        "announced",
        ChartKind.COLUMNS,
        _("Announced by the quarter in which it became public"),
        summary_of(names, values),
        "announced",
        names,
        (Series(_("Announcements"), values),),
        headline=None if last is None else count(last),
        headline_label=_("announced in %(quarter)s so far", quarter=names[-1]) if lines else None,
    )


def summary_of(names: Sequence[str], values: Sequence[int | None]) -> str:
    """Each bar with its number, in a line; what is not printed is left out."""
    said = [
        _("%(name)s: %(number)s", name=name, number=count(value))
        for name, value in zip(names, values, strict=True)
        if value is not None
    ]
    return ", ".join(said)
