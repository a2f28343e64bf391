"""Introducers' credit, shown."""

from collections.abc import Callable, Iterable
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy.orm import Session

from crm.introducers.wording import KINDS
from crm.reports.charts import ChartKind, ChartSpec, Series
from crm.reports.credit import CreditLine, CreditReport, CreditSums
from crm.reports.credit_queries import read_credit
from crm.reports.params import ReportParams
from crm.reports.report import Report, Words
from crm.reports.tables import Absent, Cell, Column, Kind, Link, Row, RowKind, Table, Value, row
from crm.web.formatting import count, day

# More bars than these tell nobody anything; the table has all.
_DRAWN = 12


def _read(session: Session, params: ReportParams, *, now: datetime) -> CreditReport:
    return read_credit(session, params, now=now)


def _tables(report: CreditReport, _words: Words) -> list[Table]:
    return [_leads_table(report), _credit_table(report)]


def _name(line: CreditLine) -> Cell:
    link = Link({"kind": line.path, "introducer_id": line.public_id}, endpoint="introducers.show")
    kind = str(KINDS[line.kind]) if line.kind else None
    names = f"{line.name} {line.native_name}" if line.native_name else line.name
    return Cell(names, link, note=kind)


def _leads_table(report: CreditReport) -> Table:
    now, before = report.now, report.before
    columns = [
        Column(_("Introducer")),
        Column(_("Leads introduced"), Kind.COUNT),
        Column(_("Open"), Kind.COUNT),
        Column(_("Qualified or further"), Kind.COUNT),
        Column(_("Announced"), Kind.COUNT),
        Column(_("Passed on"), Kind.COUNT),
    ]
    then = {}
    if before is not None:
        columns.append(Column(day(before.as_of), Kind.COUNT, _("Leads as it stood on")))
        then = {line.public_id: line.lead_count for line in before.lines}

    def cells(line: CreditLine, earlier: int) -> list[Value | Cell]:
        found: list[Value | Cell] = [
            line.lead_count,
            line.open_count,
            line.qualified_count,
            line.announced_count,
            line.passed_on_count,
        ]
        return [*found, earlier] if before is not None else found

    rows = [row(_name(line), *cells(line, then.get(line.public_id, 0))) for line in now.lines]
    total = cells(now.total, before.total.lead_count if before is not None else 0)
    rows.append(row(_total_name(), *total, kind=RowKind.TOTAL))
    return Table(
        "leads",
        _("Leads that were introduced"),
        tuple(columns),
        tuple(rows) if now.lines else (),
        (_("A lead that several introduced stands in the line of each, and once in the total."),),
        empty=_("Nobody introduced a lead."),
    )


def _total_name() -> Cell:
    return Cell(_("Total"), note=_("each lead and each outcome once"))


def _credit_table(report: CreditReport) -> Table:
    now = report.now
    every = [*now.lines, now.total]
    groups: tuple[tuple[str, Callable[[CreditLine], CreditSums]], ...] = (
        (_("Full credit"), lambda line: line.full),
        (_("Shared credit"), lambda line: line.shared),
        (_("Shared, not divided"), lambda line: line.undivided),
    )
    columns = [
        Column(_("Introducer")),
        Column(_("Outcomes"), Kind.COUNT),
        Column(_("Confirmed by the client"), Kind.COUNT),
    ]
    parts = []
    for title, of in groups:
        currencies = _currencies(of(line) for line in every)
        parts.append((of, currencies))
        columns += [Column(code, Kind.MONEY, title, code) for code in currencies]
        columns += [
            Column(_("Amount not known of"), Kind.COUNT, title),
            Column(_("Jobs"), Kind.COUNT, title),
        ]

    def line_of(line: CreditLine, name: Cell, kind: RowKind = RowKind.BODY) -> Row:
        cells: list[Value | Cell] = [name, line.outcome_count, line.confirmed_count]
        for of, currencies in parts:
            cells += _cells(of(line), currencies)
        return row(*cells, kind=kind)

    lines = [line for line in now.lines if line.outcome_count]
    rows = [line_of(line, _name(line)) for line in lines]
    rows.append(line_of(now.total, _total_name(), RowKind.TOTAL))
    return Table(
        "credit",
        _("Credit for what was announced"),
        tuple(columns),
        tuple(rows) if lines else (),
        (
            _(
                "The total of full and of shared credit is the sum of the lines. What several "
                "share and nobody divided stands whole in the line of each, and once in the total."
            ),
        ),
        empty=_("Nobody is credited with an announcement of ours."),
    )


def _currencies(sums: Iterable[CreditSums]) -> list[str]:
    return sorted({one.currency for several in sums for one in several.amounts})


def _cells(sums: CreditSums, currencies: Iterable[str]) -> list[Value | Cell]:
    amounts = {one.currency: one.amount for one in sums.amounts}
    found: list[Value | Cell] = [amounts.get(code, Absent.NOTHING) for code in currencies]
    if not sums.outcome_count:
        return [*found, Absent.NOTHING, Absent.NOTHING]
    note = None
    if sums.unknown_jobs_count:
        note = _("not known of %(number)s", number=count(sums.unknown_jobs_count))
    known = sums.outcome_count > sums.unknown_jobs_count
    jobs = Cell(sums.jobs if known else Absent.UNKNOWN, note=note)
    return [*found, sums.unknown_amount_count + sums.no_currency_count, jobs]


def _charts(report: CreditReport, _words: Words) -> list[ChartSpec]:
    lines = report.now.lines[:_DRAWN]
    said = (
        _("%(name)s: %(number)s", name=line.name, number=count(line.lead_count)) for line in lines
    )
    return [
        ChartSpec(
            "leads",
            ChartKind.BARS,
            _("Leads that were introduced"),
            ", ".join(said),
            "leads",
            tuple(line.name for line in lines),
            (Series(_("Leads introduced"), tuple(line.lead_count for line in lines)),),
        )
    ]


def _sentence(report: CreditReport, _words: Words) -> str:
    total, lines = report.now.total, report.now.lines
    if not lines:
        return _("Nobody introduced a lead.")
    return ngettext(
        "%(count)s introducer brought %(leads)s leads, of which %(announced)s are announced.",
        "%(count)s introducers brought %(leads)s leads, of which %(announced)s are announced.",
        len(lines),
        count=count(len(lines)),
        leads=count(total.lead_count),
        announced=count(total.announced_count),
    )


def _methods(_report: CreditReport, _words: Words) -> list[str]:
    return [
        _(
            "Over the leads that you can see. What an announcement says of who helped decides; "
            "where it says nothing, the introducers of its lead do. A share counts as it was "
            "stated, rounded down to whole units."
        ),
        _(
            "Who introduced a lead counts from when the office noted it. Credit in an "
            "announcement and the client's word have no history: they are today's."
        ),
    ]


def _left_out(report: CreditReport, _words: Words) -> list[str]:
    number = report.now.unplaced_count
    if not number:
        return []
    return [
        ngettext(
            "%(count)s announcement with credit belongs to no lead and is not here.",
            "%(count)s announcements with credit belong to no lead and are not here.",
            number,
            count=count(number),
        )
    ]


REPORT = Report(
    code="introducers",
    title=_l("Introducers' credit"),
    question=_l("Who opened a door, and what came of it?"),
    read=_read,
    from_plain=CreditReport.from_plain,
    tables=_tables,
    charts=_charts,
    sentence=_sentence,
    methods=_methods,
    left_out=_left_out,
    is_empty=lambda report: not report.now.lines,
    icon="users-group",
)
