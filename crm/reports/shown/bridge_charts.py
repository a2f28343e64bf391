"""What changed between two days, drawn: a bridge in leads, and one in each currency."""

from collections.abc import Iterable

from flask_babel import gettext as _

from crm.reports.charts import ChartKind, ChartSpec, Series
from crm.reports.movement import Movement
from crm.reports.phrases import short_money
from crm.reports.shown.bridge_parts import end_name, line_link, move_name, shown_lines
from crm.reports.tables import Kind, Link
from crm.web.formatting import count, day


def bridge_charts(found: Movement) -> list[ChartSpec]:
    """The bridge in leads and in each currency, where every part of it may be printed."""
    charts = []
    if found.opening.lead_count is not None and found.closing.lead_count is not None:
        moving = [line for line in shown_lines(found) if line.lead_delta]
        values = [
            found.opening.lead_count,
            *(line.lead_delta for line in moving),
            found.closing.lead_count,
        ]
        names = [end_name(found.opening), *(move_name(line.move) for line in moving)]
        names.append(end_name(found.closing))
        is_whole = all(line.lead_delta is not None for line in found.lines)
        adds_up = is_whole and sum(value or 0 for value in values[:-1]) == values[-1]
        links = (
            Link({"open": "1", "on": "compare"}),
            *(line_link(line) for line in moving),
            Link({"open": "1"}),
        )
        if adds_up:
            charts.append(
                ChartSpec(
                    "leads",
                    ChartKind.BRIDGE,
                    _("Open leads from one day to the other"),
                    _summary(names, values),
                    "bridge",
                    tuple(names),
                    (Series(_("Leads"), tuple(values), links=links),),
                    headline=_signed(found.closing.lead_count - found.opening.lead_count),
                    headline_label=_("open leads since %(day)s", day=day(found.opening.day)),
                )
            )
    for currency in found.currencies:
        chart = _money_chart(found, currency)
        if chart is not None:
            charts.append(chart)
    return charts


def _signed(value: int) -> str:
    if value == 0:
        return "\u00b10"
    return f"+{count(value)}" if value > 0 else f"\u2212{count(-value)}"


def _summary(names: Iterable[str], values: Iterable[int | None]) -> str:
    return ", ".join(
        _("%(name)s: %(number)s", name=name, number=count(value))
        for name, value in zip(names, values, strict=True)
        if value is not None
    )


def _money_chart(found: Movement, currency: str | None) -> ChartSpec | None:
    """The bridge of a currency; none where a line is too few to print, and so does not add up."""
    if currency is None:
        return None
    lines = [
        (line, amount.amount)
        for line in found.lines
        for amount in line.capex
        if amount.currency == currency and amount.amount != 0
    ]
    ends = [
        next((item.amount for item in end.capex if item.currency == currency), 0)
        for end in (found.opening, found.closing)
    ]
    if None in ends or any(amount is None for _line, amount in lines):
        return None
    opening, closing = (end or 0 for end in ends)
    if opening + sum(amount or 0 for _line, amount in lines) != closing:
        return None
    names = [end_name(found.opening), *(move_name(line.move) for line, _amount in lines)]
    names.append(end_name(found.closing))
    values = [opening, *(amount for _line, amount in lines), closing]
    return ChartSpec(
        f"capex_{currency.lower()}",
        ChartKind.BRIDGE,
        _("Investment from one day to the other, %(currency)s", currency=currency),
        ", ".join(
            _("%(name)s: %(number)s", name=name, number=short_money(value or 0, currency))
            for name, value in zip(names, values, strict=True)
        ),
        "capex",
        tuple(names),
        (
            Series(
                _("Investment"),
                tuple(values),
                links=(
                    Link({"open": "1", "on": "compare"}),
                    *(line_link(line) for line, _amount in lines),
                    Link({"open": "1"}),
                ),
            ),
        ),
        kind=Kind.MONEY,
        currency=currency,
        headline=short_money(closing, currency),
        headline_label=_(
            "open on %(day)s, %(before)s before",
            day=day(found.closing.day),
            before=short_money(opening, currency),
        ),
    )
