"""Response times, shown."""

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy.orm import Session

from crm.reports.charts import ChartKind, ChartSpec, Series
from crm.reports.params import ReportParams
from crm.reports.phrases import quarter_name
from crm.reports.report import Report, Words
from crm.reports.responses import Answers, Responses, ResponsesReport
from crm.reports.responses_queries import read_responses
from crm.reports.shown.waits import hours_text, wait_cells, wait_columns
from crm.reports.tables import Absent, Cell, Column, Kind, RowKind, Table, Value, row
from crm.reports.waits import Wait
from crm.web.formatting import count, day, percent


def _read(session: Session, params: ReportParams, *, now: datetime) -> ResponsesReport:
    return read_responses(session, params, now=now)


def _tables(report: ResponsesReport, _words: Words) -> list[Table]:
    return [
        _waits_table("answered", _("From the enquiry to its first answer"), report),
        _waits_table("assigned", _("From the enquiry to whoever looks after it"), report),
        _promise_table(report),
    ]


def _lines(found: Responses) -> list[Answers]:
    return [line for line in found.quarters if line.quarter is not None or line.answered.count]


def _waits_table(code: str, title: str, report: ResponsesReport) -> Table:
    columns = (Column(_("Came in")), Column(_("Enquiries"), Kind.COUNT), *wait_columns(title))

    def wait(line: Answers) -> Wait:
        return line.answered if code == "answered" else line.assigned

    rows = [
        row(quarter_name(line.quarter), wait(line).count, *wait_cells(wait(line)))
        for line in _lines(report.now)
    ]
    everything = wait(report.now.all)
    rows.append(row(_("All"), everything.count, *wait_cells(everything), kind=RowKind.TOTAL))
    if report.before is not None:
        then = wait(report.before.all)
        name = _("All, as it stood on %(day)s", day=day(report.before.as_of))
        rows.append(row(name, then.count, *wait_cells(then), kind=RowKind.APART))
    notes: tuple[str, ...] = ()
    if code == "assigned":
        notes = (
            _(
                "Until it was a lead with an owner, or was referred. Enquiries that were answered "
                "and needed neither are left out."
            ),
        )
    return Table(
        code,
        title,
        columns,
        tuple(rows) if everything.count else (),
        notes,
        empty=_("No enquiries."),
    )


def _promise_table(report: ResponsesReport) -> Table:
    columns = (
        Column(_("Came in")),
        Column(_("Within the promised time"), Kind.COUNT),
        Column(_("Late"), Kind.COUNT),
        Column(_("Overdue and not answered"), Kind.COUNT),
        Column(_("Share within the promised time"), Kind.PERCENT),
        Column(_("No time promised"), Kind.COUNT),
    )
    rows = [row(quarter_name(line.quarter), *_kept(line)) for line in _lines(report.now)]
    rows.append(row(_("All"), *_kept(report.now.all), kind=RowKind.TOTAL))
    if report.before is not None:
        name = _("All, as it stood on %(day)s", day=day(report.before.as_of))
        rows.append(row(name, *_kept(report.before.all), kind=RowKind.APART))
    return Table(
        "promised",
        _("Answered within the promised time"),
        columns,
        tuple(rows) if report.now.all.answered.count else (),
        empty=_("No enquiries."),
    )


def _kept(line: Answers) -> list[Value | Cell]:
    share: Value = Absent.NOTHING if line.on_time_share is None else line.on_time_share
    counts = (line.on_time_count, line.late_count, line.overdue_count)
    return [*counts, share, line.undue_count]


def _charts(report: ResponsesReport, _words: Words) -> list[ChartSpec]:
    lines = [line for line in report.now.quarters if line.quarter is not None]
    names = tuple(quarter_name(line.quarter) for line in lines)
    shares = tuple(line.on_time_share for line in lines)
    said = (
        _("%(name)s: %(number)s", name=name, number=percent(share))
        for name, share in zip(names, shares, strict=True)
        if share is not None
    )
    median = report.now.all.answered.median_hours
    return [
        ChartSpec(
            "promised",
            ChartKind.COLUMNS,
            _("Answered within the promised time"),
            ", ".join(said),
            "promised",
            names,
            (Series(_("Share within the promised time"), shares),),
            kind=Kind.PERCENT,
            headline=None if median is None else hours_text(median),
            headline_label=_("half of the enquiries were answered within"),
        )
    ]


def _sentence(report: ResponsesReport, _words: Words) -> str:
    answered = report.now.all.answered
    if not answered.count:
        return _("No enquiry has come in.")
    if answered.median_hours is None:
        return _("Too few enquiries were answered to say how long it takes.")
    return _(
        "Half of the enquiries are answered within %(time)s; %(open)s wait for an answer.",
        time=hours_text(answered.median_hours),
        open=count(answered.open_count),
    )


def _methods(_report: ResponsesReport, _words: Words) -> list[str]:
    return [
        _(
            "Hours of the clock, nights and weekends too. Enquiries that still wait are counted "
            "for as long as they have waited (Kaplan and Meier 1958). With fewer than five "
            "answers a time says too little."
        ),
        _(
            "The record keeps when an enquiry was answered, not that an answer was taken back "
            "or that it had another owner or office before."
        ),
    ]


def _left_out(report: ResponsesReport, _words: Words) -> list[str]:
    number = report.now.all.undue_count
    if not number:
        return []
    return [
        ngettext(
            "For %(count)s enquiry no time was promised.",
            "For %(count)s enquiries no time was promised.",
            number,
            count=count(number),
        )
    ]


REPORT = Report(
    code="responses",
    title=_l("Response times"),
    question=_l("How soon are enquiries answered, and how soon does somebody look after them?"),
    read=_read,
    from_plain=ResponsesReport.from_plain,
    tables=_tables,
    charts=_charts,
    sentence=_sentence,
    methods=_methods,
    left_out=_left_out,
    is_empty=lambda report: report.now.first_known_on is None,
    icon="clock",
    filters=("office", "owner"),
    has_type=False,
)
