"""What was stated, announced and delivered, told in one currency too."""

from flask_babel import gettext as _

from crm.reports.converted import Converted, Part, Rates, convert
from crm.reports.delivery import Delivery, DeliveryReport, MoneyTotal, Total
from crm.reports.phrases import currency_name
from crm.reports.shown.converted import converted_cells, left_out_texts, rate_cells
from crm.reports.tables import Cell, Column, Kind, RowKind, Table, Value, row
from crm.web.formatting import day


def converted_tables(report: DeliveryReport) -> list[Table]:
    """A table a day; none where nobody asked."""
    days = (("converted", report.now), ("converted_before", report.before))
    return [
        _table(code, delivery, delivery.rates)
        for code, delivery in days
        if delivery is not None and delivery.rates is not None and delivery.money
    ]


def _table(code: str, delivery: Delivery, rates: Rates) -> Table:
    group = _("Converted to %(currency)s", currency=rates.target)
    titles = (
        _("Stated before"),
        _("Announced"),
        _("Delivered, with evidence"),
        _("Announced by those checked"),
    )
    columns = (
        Column(_("Currency")),
        Column(_("Rate")),
        Column(_("Rate of"), Kind.DAY),
        Column(_("Rate stated by")),
        *(Column(title, Kind.MONEY, group, rates.target) for title in titles),
    )
    rows = [
        row(
            currency_name(one.currency),
            *rate_cells(one.currency, rates),
            *_cells([one], rates, has_notes=False),
        )
        for one in delivery.money
    ]
    announced = [_part(one, one.announced) for one in delivery.money if _is_there(one.announced)]
    blank = rate_cells(rates.target, rates)
    together = _cells(delivery.money, rates, has_notes=True)
    rows.append(row(_("Converted, together"), *blank, *together, kind=RowKind.TOTAL))
    return Table(
        code,
        _("Converted to %(currency)s, %(day)s", day=day(rates.day), currency=rates.target),
        columns,
        tuple(rows),
        tuple(left_out_texts(convert(announced, rates), rates)),
    )


def _cells(
    money: list[MoneyTotal] | tuple[MoneyTotal, ...], rates: Rates, *, has_notes: bool
) -> list[Value | Cell]:
    sums = (
        [_part(one, one.stated) for one in money if _is_there(one.stated)],
        [_part(one, one.announced) for one in money if _is_there(one.announced)],
        [_part(one, one.landed) for one in money if _is_there(one.landed)],
        [_part(one, one.checked) for one in money if _is_there(one.checked)],
    )
    found: list[Converted] = [convert(parts, rates) for parts in sums]
    cells: list[Value | Cell] = []
    for item in found:
        [cell] = converted_cells(item, has_weighted=False)
        cells.append(cell if has_notes or not isinstance(cell, Cell) else Cell(cell.value))
    return cells


def _is_there(total: Total) -> bool:
    return bool(total.count) or total.is_withheld


def _part(one: MoneyTotal, total: Total) -> Part:
    return Part(
        one.currency,
        None if total.is_withheld else total.amount,
        lead_count=None if total.is_withheld else total.count,
    )
