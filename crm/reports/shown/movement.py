"""What changed between two days, shown: a bridge from the one to the other."""

from collections.abc import Iterable

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from crm.labels import label
from crm.reports.behind import moved_behind
from crm.reports.bridge_converted import ConvertedBridge, amount_parts, convert_bridge
from crm.reports.converted import Converted
from crm.reports.movement import Amount, Move, Movement, Standing
from crm.reports.movement_queries import read_movement
from crm.reports.params import Scope
from crm.reports.phrases import (
    change_text,
    currency_name,
    leads_text,
    listed,
    short_money,
    value_or,
)
from crm.reports.report import Report, Words
from crm.reports.shown.bridge_charts import bridge_charts
from crm.reports.shown.bridge_parts import end_name, line_link, move_name, shown_lines
from crm.reports.shown.converted import (
    converted_cells,
    converted_columns,
    converted_methods,
    converted_table,
)
from crm.reports.tables import Absent, Cell, Column, Kind, Link, Row, RowKind, Table, Value, row
from crm.web.formatting import count, country_name, day


def _tables(found: Movement, _words: Words) -> list[Table]:
    tables = [_bridge_table(found)]
    if found.currencies:
        tables.append(_money_table(found))
        tables += _converted_tables(found)
    if found.passages:
        tables.append(_passages_table(found))
    tables.append(_losses_table(found))
    return tables


def _bridge_table(found: Movement) -> Table:
    columns = [
        Column(_("What happened")),
        Column(_("Number of times"), Kind.COUNT),
        Column(_("Leads in the pipeline"), Kind.CHANGE),
        Column(_("Jobs"), Kind.CHANGE),
        Column(_("Jobs not known of"), Kind.CHANGE),
        Column(_("Entered after the day"), Kind.COUNT),
    ]
    rows = [_end_row(found.opening, "compare")]
    for line in shown_lines(found):
        absent = Absent.FEW if line.is_few else Absent.WITHHELD
        rows.append(
            row(
                move_name(line.move),
                Cell(value_or(line.event_count, absent), line_link(line)),
                value_or(line.lead_delta, absent),
                value_or(line.jobs, Absent.WITHHELD),
                value_or(line.unknown_jobs_delta, Absent.WITHHELD),
                value_or(line.late_count, Absent.WITHHELD),
            )
        )
    rows.append(_end_row(found.closing, ""))
    if found.scope is Scope.PUBLIC:
        # How many say nothing is told of the two days alone, what came late of none.
        columns = columns[:-1]
        rows = [Row(line.cells[:-1], line.kind) for line in rows]
    return Table("bridge", _("From one day to the other"), tuple(columns), tuple(rows))


def _end_row(standing: Standing, on: str) -> Row:
    return row(
        end_name(standing),
        Absent.NOTHING,
        # No sign: it is what stood there, not a change.
        Cell(
            _absent(standing) if standing.lead_count is None else standing.lead_count,
            Link({"open": "1"} | ({"on": on} if on else {})) if standing.lead_count else None,
            kind=Kind.COUNT,
        ),
        _stood(standing.jobs),
        _stood(standing.unknown_jobs_count),
        value_or(standing.late_count, Absent.WITHHELD),
        kind=RowKind.TOTAL,
    )


def _absent(standing: Standing) -> Absent:
    """Why an end has no number: it is small itself, or tells of one that is."""
    return Absent.FEW if standing.is_few else Absent.WITHHELD


def _stood(number: int | None) -> Cell:
    """What stood at an end, in a column of changes."""
    return Cell(value_or(number, Absent.WITHHELD), kind=Kind.COUNT)


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
    bridge = convert_bridge(found)
    columns += converted_columns(found.rates, has_weighted=False)
    columns.append(Column(_("Investment not known of"), Kind.CHANGE))

    def line_row(
        name: str,
        amounts: Iterable[Amount],
        unknown: Value | Cell,
        kind: RowKind,
        converted: Converted | None,
    ) -> Row:
        cells: list[Value | Cell] = [_of(amounts, currency) for currency in found.currencies]
        if converted is not None:
            cells += converted_cells(converted, has_weighted=False)
        return row(name, *cells, unknown, kind=kind)

    rows = [
        line_row(
            end_name(found.opening),
            found.opening.capex,
            _stood(found.opening.unknown_capex_count),
            RowKind.TOTAL,
            bridge.opening if bridge else None,
        ),
        *(
            line_row(
                move_name(line.move),
                line.capex,
                value_or(line.unknown_capex_delta, Absent.WITHHELD),
                RowKind.BODY,
                bridge.line(line.move) if bridge else None,
            )
            for line in shown_lines(found)
        ),
        *([_rates_row(bridge, found)] if bridge else []),
        line_row(
            end_name(found.closing),
            found.closing.capex,
            _stood(found.closing.unknown_capex_count),
            RowKind.TOTAL,
            bridge.closing if bridge else None,
        ),
    ]
    return Table("capex", _("Investment from one day to the other"), tuple(columns), tuple(rows))


def _rates_row(bridge: ConvertedBridge, found: Movement) -> Row:
    """What the rates alone changed; no amount of any currency did."""
    blank: list[Value] = [Absent.NOTHING] * len(found.currencies)
    effect = value_or(bridge.rates_effect, Absent.WITHHELD)
    return row(_("Other exchange rates"), *blank, effect, Absent.NOTHING)


def _converted_tables(found: Movement) -> list[Table]:
    days = (
        ("converted_before", found.rates_before, found.opening),
        ("converted", found.rates, found.closing),
    )
    return [
        converted_table(code, rates, amount_parts(end.capex), has_weighted=False)
        for code, rates, end in days
        if rates is not None and end.capex
    ]


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
    is_none = found.line(Move.LOST).event_count == 0
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
        empty=_("No lead was lost.") if is_none else _("Too few leads were lost to print why."),
    )


def _place(place: str | None) -> Value:
    if not place:
        return Absent.NOTHING
    is_code = len(place) == 2 and place.isalpha() and place.isupper()
    return country_name(place) if is_code else place


def _sentence(found: Movement, _words: Words) -> str:
    closing, opening = found.closing, found.opening
    if closing.lead_count is None:
        return _("Too few leads were open to print what changed.")
    stood = _(
        "On %(day)s there were %(leads)s in the open pipeline",
        day=day(closing.day),
        leads=leads_text(closing.lead_count),
    )
    if opening.lead_count is not None:
        change = change_text(closing.lead_count, opening.lead_count, opening.day)
        stood = _("%(stood)s, %(change)s", stood=stood, change=change)
    happened = [
        text
        for move in (Move.ENTERED, Move.ADVANCED, Move.SLIPPED_BACK, Move.LOST, Move.ANNOUNCED)
        if (events := found.line(move).event_count)
        for text in [_happened(move, events)]
    ]
    if not happened:
        return _("%(stood)s.", stood=stood)
    return _("%(stood)s: %(list)s.", stood=stood, list=listed(happened))


def _happened(move: Move, events: int) -> str:
    number = count(events)
    texts = {
        Move.ENTERED: ngettext("%(number)s entered", "%(number)s entered", events, number=number),
        Move.ADVANCED: ngettext(
            "%(number)s advanced", "%(number)s advanced", events, number=number
        ),
        Move.SLIPPED_BACK: ngettext(
            "%(number)s slipped back", "%(number)s slipped back", events, number=number
        ),
        Move.LOST: ngettext("%(number)s lost", "%(number)s lost", events, number=number),
        Move.ANNOUNCED: ngettext(
            "%(number)s announced", "%(number)s announced", events, number=number
        ),
    }
    return texts[move]


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


def _methods(found: Movement, _words: Words) -> list[str]:
    converted = converted_methods(found.rates_before, found.rates)
    if converted:
        converted.append(
            _(
                "What happened between the two days is converted at the rates of the second; what "
                "the leads open on the first are worth more or less at these, or have a rate "
                "since, is “Other exchange rates”."
            )
        )
    return [
        *converted,
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
    charts=lambda found, _words: bridge_charts(found),
    sentence=_sentence,
    methods=_methods,
    left_out=_left_out,
    is_empty=lambda found: found.first_known_on is None,
    needs_compare=True,
    has_public=True,
    converts=True,
    behind=moved_behind,
)
