"""Referrals in and out, shown."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy.orm import Session

from crm.labels import label
from crm.reports.charts import ChartKind, ChartSpec, Series
from crm.reports.conversion import wilson
from crm.reports.params import Dimension, ReportParams
from crm.reports.phrases import group_name, leads_text
from crm.reports.referrals import InCounts, InLine, OutCounts, ReferralsReport
from crm.reports.referrals_queries import read_referrals
from crm.reports.report import Report, Words
from crm.reports.tables import Absent, Cell, Column, Kind, RowKind, Table, Value, row
from crm.web.formatting import count, day, percent
from models.lead import PassedOnOutcome
from models.stage import Status


def _read(session: Session, params: ReportParams, *, now: datetime) -> ReferralsReport:
    return read_referrals(session, params, now=now)


def _tables(report: ReferralsReport, words: Words) -> list[Table]:
    now, before = report.now, report.before
    return [
        _out_table(report),
        _in_table(
            ("in", _("Leads that came through others"), Dimension.SOURCE),
            (now.sources, now.came, before.came if before else None),
            report,
            words,
        ),
        _in_table(
            ("partners", _("Leads with a partner office"), Dimension.OFFICE),
            (now.partners, now.helped, before.helped if before else None),
            report,
            words,
        ),
    ]


def _out_table(report: ReferralsReport) -> Table:
    now, before = report.now, report.before
    columns = (
        Column(_("Passed on to")),
        Column(_("Leads"), Kind.COUNT),
        *(Column(label(outcome), Kind.COUNT) for outcome in PassedOnOutcome),
        Column(_("Share with a decision"), Kind.PERCENT),
    )
    rows = [row(line.to or _("not known"), *_out_cells(line.counts)) for line in now.offices]
    rows.append(row(_("Total"), *_out_cells(now.passed_on), kind=RowKind.TOTAL))
    if before is not None:
        name = _("Total, as it stood on %(day)s", day=day(before.as_of))
        rows.append(row(name, *_out_cells(before.passed_on), kind=RowKind.APART))
    return Table(
        "out",
        _("Leads passed on to others"),
        columns,
        tuple(rows) if now.offices else (),
        (_("A decision is any word of what became of it: taken or not, announced or lost."),),
        empty=_("No lead was passed on."),
    )


def _out_cells(counts: OutCounts) -> list[Value | Cell]:
    return [
        counts.count,
        counts.waiting_count,
        counts.taken_count,
        counts.not_taken_count,
        counts.announced_count,
        counts.lost_count,
        _share(counts.decided_count, counts.count),
    ]


def _share(part: int, whole: int) -> Cell:
    ends = wilson(part, whole)
    if ends is None:
        return Cell(Absent.NOTHING)
    low, high = (percent(end) for end in ends)
    return Cell(part / whole, note=_("likely %(low)s to %(high)s", low=low, high=high))


def _in_table(
    what: tuple[str, str, Dimension],
    lines: tuple[Sequence[InLine], InCounts, InCounts | None],
    report: ReferralsReport,
    words: Words,
) -> Table:
    (code, title, by), (shown, total, then) = what, lines
    columns = (
        Column(_("Source") if by is Dimension.SOURCE else _("Office")),
        Column(_("Leads"), Kind.COUNT),
        Column(_("Open"), Kind.COUNT),
        Column(_("Announced"), Kind.COUNT),
        Column(label(Status.LOST), Kind.COUNT),
        Column(label(Status.ABANDONED), Kind.COUNT),
        Column(label(Status.PASSED_ON), Kind.COUNT),
        Column(_("Share with a decision"), Kind.PERCENT),
    )
    rows = [row(group_name(line.key, by, words), *_in_cells(line.counts)) for line in shown]
    rows.append(row(_("Total"), *_in_cells(total), kind=RowKind.TOTAL))
    if then is not None and report.before is not None:
        name = _("Total, as it stood on %(day)s", day=day(report.before.as_of))
        rows.append(row(name, *_in_cells(then), kind=RowKind.APART))
    notes = (_("Announced, lost or given up is a decision."),)
    return Table(code, title, columns, tuple(rows) if shown else (), notes, empty=_("No leads."))


def _in_cells(counts: InCounts) -> list[Value | Cell]:
    return [
        counts.count,
        counts.open_count,
        counts.announced_count,
        counts.lost_count,
        counts.abandoned_count,
        counts.passed_on_count,
        _share(counts.decided_count, counts.count),
    ]


def _charts(report: ReferralsReport, _words: Words) -> list[ChartSpec]:
    out = report.now.passed_on
    names = tuple(label(outcome) for outcome in PassedOnOutcome)
    values = (
        out.waiting_count,
        out.taken_count,
        out.not_taken_count,
        out.announced_count,
        out.lost_count,
    )
    said = (
        _("%(name)s: %(number)s", name=name, number=count(value))
        for name, value in zip(names, values, strict=True)
    )
    return [
        ChartSpec(
            "out",
            ChartKind.BARS,
            _("What became of leads passed on"),
            ", ".join(said),
            "out",
            names,
            (Series(_("Leads"), values if out.count else ()),),
            headline=percent(out.decided_count / out.count) if out.count else None,
            headline_label=_("of the leads passed on have a decision"),
        )
    ]


def _sentence(report: ReferralsReport, _words: Words) -> str:
    now = report.now
    return _(
        "%(out)s passed on, of which %(decided)s have a decision; %(came)s came through others.",
        out=leads_text(now.passed_on.count),
        decided=count(now.passed_on.decided_count),
        came=count(now.came.count),
    )


def _methods(_report: ReferralsReport, _words: Words) -> list[str]:
    return [
        _(
            "Leads that came through others are those whose source introduces leads. A likely "
            "range is where the true share lies in 95 of 100 cases (Wilson 1927)."
        ),
        _(
            "What became of a lead counts from when the office noted it. To whom it was passed on "
            "has no history: it is what is on file today."
        ),
    ]


def _left_out(report: ReferralsReport, _words: Words) -> list[str]:
    number = report.now.enquiry_count
    if not number:
        return []
    return [
        ngettext(
            "%(count)s enquiry was referred before it was a lead, and is in no table.",
            "%(count)s enquiries were referred before they were a lead, and are in no table.",
            number,
            count=count(number),
        )
    ]


REPORT = Report(
    code="referrals",
    title=_l("Referrals"),
    question=_l("Which leads came through others, which did we pass on, and what became of them?"),
    read=_read,
    from_plain=ReferralsReport.from_plain,
    tables=_tables,
    charts=_charts,
    sentence=_sentence,
    methods=_methods,
    left_out=_left_out,
    is_empty=lambda report: (
        not (report.now.passed_on.count + report.now.came.count + report.now.helped.count)
    ),
    icon="arrow-right",
)
