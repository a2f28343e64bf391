"""What changed between two days, shown: a bridge from the one to the other."""

from collections.abc import Iterable

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from crm.labels import label
from crm.reports.behind import moved_behind
from crm.reports.charts import ChartKind, ChartSpec, Series
from crm.reports.movement import Amount, Move, MoveLine, Movement, Standing
from crm.reports.movement_queries import read_movement
from crm.reports.phrases import (
    change_text,
    currency_name,
    leads_text,
    listed,
    short_money,
    value_or,
)
from crm.reports.report import Report, Words
from crm.reports.tables import Absent, Cell, Column, Kind, Link, Row, RowKind, Table, Value, row
from crm.web.formatting import count, country_name, day


def move_name(move: Move) -> str:
    """What a line of the bridge is called."""
    return {
        Move.ENTERED: _("Entered"),
        Move.REOPENED: _("Taken up again"),
        Move.WITHDRAWN: _("Announced before, back in the pipeline"),
        Move.RECLASSIFIED_IN: _("Came under these filters"),
        Move.ADVANCED: _("Advanced"),
        Move.SLIPPED_BACK: _("Slipped back"),
        Move.HELD: _("Put on hold"),
        Move.RESUMED: _("Resumed"),
        Move.RE_ESTIMATED: _("Estimated anew"),
        Move.ANNOUNCED: _("Announced"),
        Move.LOST: _("Lost"),
        Move.ABANDONED: _("Closed by us"),
        Move.PASSED_ON: _("Passed on"),
        Move.RECLASSIFIED_OUT: _("No longer under these filters"),
    }[move]


def _shown(found: Movement) -> list[MoveLine]:
    """The lines on which anything happened, and the few that a reader always looks for."""
    always = {Move.ENTERED, Move.ADVANCED, Move.SLIPPED_BACK, Move.LOST, Move.ANNOUNCED}
    return [line for line in found.lines if line.move in always or line.event_count != 0]


def _tables(found: Movement, _words: Words) -> list[Table]:
    tables = [_bridge_table(found)]
    if found.currencies:
        tables.append(_money_table(found))
    if found.passages:
        tables.append(_passages_table(found))
    tables.append(_losses_table(found))
    return tables


def _link(line: MoveLine) -> Link | None:
    return Link({"move": line.move.value}) if line.event_count else None


def _bridge_table(found: Movement) -> Table:
    columns = (
        Column(_("What happened")),
        Column(_("Times"), Kind.COUNT),
        Column(_("Leads in the pipeline"), Kind.CHANGE),
        Column(_("Jobs"), Kind.CHANGE),
        Column(_("Jobs not known of"), Kind.CHANGE),
        Column(_("Entered after the day"), Kind.COUNT),
    )
    rows = [_end_row(found.opening, "compare")]
    for line in _shown(found):
        rows.append(
            row(
                move_name(line.move),
                Cell(value_or(line.event_count, Absent.FEW), _link(line)),
                value_or(line.lead_delta, Absent.FEW),
                value_or(line.jobs, Absent.FEW),
                value_or(line.unknown_jobs_delta, Absent.FEW),
                value_or(line.late_count, Absent.FEW),
            )
        )
    rows.append(_end_row(found.closing, ""))
    return Table("bridge", _("From one day to the other"), columns, tuple(rows))


def _end_row(standing: Standing, on: str) -> Row:
    return row(
        _end_name(standing),
        Absent.NOTHING,
        # No sign: it is what stood there, not a change.
        Cell(
            Absent.FEW if standing.lead_count is None else count(standing.lead_count),
            Link({"open": "1"} | ({"on": on} if on else {})) if standing.lead_count else None,
        ),
        Absent.FEW if standing.jobs is None else count(standing.jobs),
        value_or(_text(standing.unknown_jobs_count), Absent.FEW),
        value_or(standing.late_count, Absent.FEW),
        kind=RowKind.TOTAL,
    )


def _text(number: int | None) -> str | None:
    return None if number is None else count(number)


def _end_name(standing: Standing) -> str:
    return _("Open on %(day)s", day=day(standing.day))


def _of(amounts: Iterable[Amount], currency: str | None) -> Value:
    for item in amounts:
        if item.currency == currency:
            return value_or(item.amount, Absent.WITHHELD)
    return Absent.NOTHING


def _money_table(found: Movement) -> Table:
    columns = [Column(_("What happened"))]
    columns += [
        Column(currency_name(currency), Kind.MONEY, currency=currency)
        for currency in found.currencies
    ]
    columns.append(Column(_("Investment not known of"), Kind.CHANGE))

    def line_row(name: str, amounts: Iterable[Amount], unknown: Value, kind: RowKind) -> Row:
        cells = [_of(amounts, currency) for currency in found.currencies]
        return row(name, *cells, unknown, kind=kind)

    rows = [
        line_row(
            _end_name(found.opening),
            found.opening.capex,
            value_or(_text(found.opening.unknown_capex_count), Absent.FEW),
            RowKind.TOTAL,
        ),
        *(
            line_row(
                move_name(line.move),
                line.capex,
                value_or(line.unknown_capex_delta, Absent.FEW),
                RowKind.BODY,
            )
            for line in _shown(found)
        ),
        line_row(
            _end_name(found.closing),
            found.closing.capex,
            value_or(_text(found.closing.unknown_capex_count), Absent.FEW),
            RowKind.TOTAL,
        ),
    ]
    return Table("capex", _("Investment from one day to the other"), tuple(columns), tuple(rows))


def _passages_table(found: Movement) -> Table:
    rows = [row(label(item.origin), label(item.target), item.lead_count) for item in found.passages]
    return Table(
        "passages",
        _("Between which stages"),
        (Column(_("From")), Column(_("To")), Column(_("Leads"), Kind.COUNT)),
        tuple(rows),
    )


def _losses_table(found: Movement) -> Table:
    rows = []
    for line in found.losses:
        reason = _("Other") if line.is_other else label(line.reason) or _("No reason given")
        rows.append(
            row(
                reason,
                _place(line.place),
                line.lead_count,
                listed(
                    short_money(item.amount, item.currency)
                    for item in line.capex
                    if item.amount is not None
                )
                or Absent.NOTHING,
            )
        )
    return Table(
        "losses",
        _("Why leads were lost, and to where"),
        (
            Column(_("Reason")),
            Column(_("Lost to")),
            Column(_("Leads"), Kind.COUNT),
            Column(_("Investment")),
        ),
        tuple(rows),
        empty=_("No lead was lost."),
    )


def _place(place: str | None) -> Value:
    if not place:
        return Absent.NOTHING
    is_code = len(place) == 2 and place.isalpha() and place.isupper()
    return country_name(place) if is_code else place


def _charts(found: Movement, _words: Words) -> list[ChartSpec]:
    charts = []
    if found.opening.lead_count is not None and found.closing.lead_count is not None:
        moving = [line for line in _shown(found) if line.lead_delta]
        values = [
            found.opening.lead_count,
            *(line.lead_delta for line in moving),
            found.closing.lead_count,
        ]
        names = [_end_name(found.opening), *(move_name(line.move) for line in moving)]
        names.append(_end_name(found.closing))
        adds_up = sum(value or 0 for value in values[:-1]) == values[-1]
        links = (
            Link({"open": "1", "on": "compare"}),
            *(_link(line) for line in moving),
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
    names = [_end_name(found.opening), *(move_name(line.move) for line, _amount in lines)]
    names.append(_end_name(found.closing))
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
                    *(_link(line) for line, _amount in lines),
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


def _sentence(found: Movement, _words: Words) -> str:
    closing, opening = found.closing, found.opening
    if closing.lead_count is None or opening.lead_count is None:
        return _("Too few leads were open to print what changed.")
    stood = _(
        "On %(day)s there were %(leads)s in the open pipeline, %(change)s",
        day=day(closing.day),
        leads=leads_text(closing.lead_count),
        change=change_text(closing.lead_count, opening.lead_count, opening.day),
    )
    happened = [
        text
        for move, text in (
            (Move.ENTERED, _("%(number)s entered")),
            (Move.ADVANCED, _("%(number)s advanced")),
            (Move.SLIPPED_BACK, _("%(number)s slipped back")),
            (Move.LOST, _("%(number)s lost")),
            (Move.ANNOUNCED, _("%(number)s announced")),
        )
        if found.line(move).event_count
        for text in [text % {"number": count(found.line(move).event_count or 0)}]
    ]
    if not happened:
        return _("%(stood)s.", stood=stood)
    return _("%(stood)s: %(list)s.", stood=stood, list=listed(happened))


def _left_out(found: Movement, _words: Words) -> list[str]:
    notes = []
    if found.undated_count:
        notes.append(
            ngettext(
                "%(count)s change happened on a day that nobody knows and "
                "counts on the day it was entered.",
                "%(count)s changes happened on days that nobody knows and "
                "count on the day they were entered.",
                found.undated_count,
                count=count(found.undated_count),
            )
        )
    return notes


def _methods(_found: Movement, _words: Words) -> list[str]:
    return [
        _(
            "Each change of a lead between the ends of the two days counts "
            "once; what it adds to the open pipeline or takes from it adds up "
            "from one day to the other. A lead that was lost and taken up "
            "again stands on both lines."
        ),
        _(
            "Changes of amount of leads that stay are estimated anew, also "
            "those that came with a move. A change that was entered after the "
            "last day, as by an import, is said beside its line."
        ),
    ]


REPORT = Report(
    code="movement",
    title=_l("What changed"),
    question=_l("What entered, moved, was lost and was announced between two days?"),
    read=read_movement,
    from_plain=Movement.from_plain,
    tables=_tables,
    charts=_charts,
    sentence=_sentence,
    methods=_methods,
    left_out=_left_out,
    is_empty=lambda found: found.first_known_on is None,
    needs_compare=True,
    has_public=True,
    behind=moved_behind,
)
