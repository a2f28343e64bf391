"""The quality of the records, shown."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from crm.reports.behind import Behind, standing_behind
from crm.reports.charts import ChartKind, ChartSpec, Series
from crm.reports.params import Dimension, ReportParams, Settled
from crm.reports.phrases import dimension_name, group_name, leads_text
from crm.reports.quality import QUIET_DAYS, Gaps, Quality, QualityLine, QualityReport
from crm.reports.quality_queries import lacks, read_quality
from crm.reports.report import Report, Words
from crm.reports.tables import Cell, Column, Kind, Link, Row, RowKind, Table, Value, row
from crm.web.formatting import count, day, percent

_GAPS = (
    "no_step",
    "overdue",
    "target_passed",
    "silent",
    "stale",
    "capex_unknown",
    "jobs_unknown",
    "sector_unknown",
)


def _read(session: Session, params: ReportParams, *, now: datetime) -> QualityReport:
    return read_quality(session, params, now=now)


def _names() -> dict[str, str]:
    return {
        "no_step": _("No next step"),
        "overdue": _("Next step overdue"),
        "target_passed": _("Estimated date passed"),
        "silent": _("No contact for %(days)s days", days=QUIET_DAYS),
        "stale": _("Estimate %(days)s days old", days=QUIET_DAYS),
        "capex_unknown": _("Investment not known"),
        "jobs_unknown": _("Jobs not known"),
        "sector_unknown": _("Sector not known"),
    }


def _number(gaps: Gaps, gap: str) -> int:
    found: int = getattr(gaps, f"{gap}_count")
    return found


def _tables(report: QualityReport, words: Words) -> list[Table]:
    now = report.now
    return [
        _gaps_table(report),
        _lines_table("offices", Dimension.OFFICE, now.offices, now, words),
        _lines_table("owners", Dimension.OWNER, now.owners, now, words),
    ]


def _gaps_table(report: QualityReport) -> Table:
    now, before = report.now, report.before
    columns = [
        Column(_("What is lacking")),
        Column(_("Open leads"), Kind.COUNT),
        Column(_("Share"), Kind.PERCENT),
    ]
    if before is not None:
        columns += [
            Column(day(before.as_of), Kind.COUNT, _("Open leads as it stood on")),
            Column(_("Difference"), Kind.CHANGE),
        ]
    rows = []
    for gap, name in _names().items():
        number = _number(now.total, gap)
        rows.append(_gap_row(name, number, report, gap, {"gap": gap}))
    rows.append(_gap_row(_("Nothing of this"), now.total.sound_count, report, "sound", None))
    all_row = _gap_row(_("All open leads"), now.total.lead_count, report, "lead", {})
    rows.append(Row(all_row.cells, RowKind.TOTAL))
    note = _("A lead may lack several things, so these do not add up.")
    return Table("gaps", _("What open leads lack"), tuple(columns), tuple(rows), (note,))


def _gap_row(
    name: str, number: int, report: QualityReport, gap: str, args: dict[str, str] | None
) -> Row:
    whole, before = report.now.total.lead_count, report.before
    link = Link({"open": "1", **args}) if args is not None and number else None
    cells: list[Value | Cell] = [name, Cell(number, link), number / whole if whole else 0.0]
    if before is not None:
        then = _number(before.total, gap)
        cells += [then, number - then]
    return row(*cells)


def _lines_table(
    code: str, by: Dimension, lines: Sequence[QualityLine], now: Quality, words: Words
) -> Table:
    names = _names()
    columns = (
        Column(dimension_name(by)),
        Column(_("Open leads"), Kind.COUNT),
        *(Column(name, Kind.COUNT) for name in names.values()),
    )
    rows = [
        row(
            group_name(line.key, by, words),
            Cell(line.gaps.lead_count, _group(line, by)),
            *(
                Cell(number, _group(line, by, gap) if number else None)
                for gap in names
                for number in (_number(line.gaps, gap),)
            ),
        )
        for line in lines
    ]
    total = [now.total.lead_count, *(_number(now.total, gap) for gap in names)]
    rows.append(row(_("All open leads"), *total, kind=RowKind.TOTAL))
    title = _("What open leads lack, by office")
    if by is Dimension.OWNER:
        title = _("What open leads lack, by owner")
    return Table(code, title, columns, tuple(rows) if lines else (), empty=_("No open leads."))


def _group(line: QualityLine, by: Dimension, gap: str | None = None) -> Link:
    args = {"open": "1", "group": f"{by.value}:{line.key.code or ''}"}
    return Link({**args, "gap": gap} if gap else args)


def _charts(report: QualityReport, _words: Words) -> list[ChartSpec]:
    names, total = _names(), report.now.total
    values = tuple(_number(total, gap) for gap in names)
    links = tuple(Link({"open": "1", "gap": gap}) for gap in names)
    series = [Series(day(report.now.as_of), values, links=links)]
    if report.before is not None:
        then = tuple(_number(report.before.total, gap) for gap in names)
        series.append(Series(day(report.before.as_of), then))
    said = (
        _("%(name)s: %(number)s", name=name, number=count(value))
        for name, value in zip(names.values(), values, strict=True)
    )
    return [
        ChartSpec(
            "gaps",
            ChartKind.BARS,
            _("What open leads lack"),
            ", ".join(said),
            "gaps",
            tuple(names.values()),
            tuple(series),
            headline=percent(total.sound_count / total.lead_count) if total.lead_count else None,
            headline_label=_("of the open leads lack nothing of this"),
        )
    ]


def _sentence(report: QualityReport, _words: Words) -> str:
    total = report.now.total
    if not total.lead_count:
        return _("There are no open leads.")
    return _(
        "Of %(leads)s, %(no_step)s have no next step and of %(overdue)s it is overdue.",
        leads=leads_text(total.lead_count),
        no_step=count(total.no_step_count),
        overdue=count(total.overdue_count),
    )


def _methods(_report: QualityReport, _words: Words) -> list[str]:
    return [
        _(
            "Open leads are stages 1 to 7, active or on hold. An estimated date that is only "
            "known to a month, a quarter or a year has passed when all of it has."
        ),
        _(
            "Of a past day, the record has what was known then, but not how often a day was put "
            "off: a step's day and a lead's first contact are the ones written today. A "
            "conversation that was corrected since counts from its correction."
        ),
    ]


def _behind(session: Session, settled: Settled, args: Mapping[str, str]) -> Behind:
    """The open leads that lack something: `gap`, besides what `standing_behind` knows."""
    found = standing_behind(session, settled, args)
    gap = args.get("gap", "")
    if gap in _GAPS:
        found.conditions.append(lacks(gap, found.day, settled))
    return found


REPORT = Report(
    code="quality",
    title=_l("Quality of the records"),
    question=_l("Which open leads lack a next step, a date, a contact or a fact?"),
    read=_read,
    from_plain=QualityReport.from_plain,
    tables=_tables,
    charts=_charts,
    sentence=_sentence,
    methods=_methods,
    is_empty=lambda report: report.now.first_known_on is None,
    icon="list-details",
    behind=_behind,
)
