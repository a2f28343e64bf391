"""Company visits, shown."""

from collections.abc import Iterable
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy.orm import Session

from crm.labels import label
from crm.reports.charts import ChartKind, ChartSpec, Series
from crm.reports.params import Dimension, ReportParams
from crm.reports.phrases import group_name, not_compared, value_or
from crm.reports.report import Report, Words
from crm.reports.shown.waits import hours_text, wait_cells, wait_columns
from crm.reports.tables import Absent, Cell, Column, Kind, Row, RowKind, Table, Value, row
from crm.reports.visits import Cases, Plan, Reach, Size, Visits, VisitsReport
from crm.reports.visits_queries import read_visits
from crm.web.formatting import count, day, percent
from models.bre_call import BreStanding


def _read(session: Session, params: ReportParams, *, now: datetime) -> VisitsReport:
    return read_visits(session, params, now=now)


def _size_name(size: Size) -> str:
    return {
        Size.LARGE: _("500 jobs or more"),
        Size.MEDIUM: _("100 to 499 jobs"),
        Size.SMALL: _("20 to 99 jobs"),
        Size.SMALLEST: _("fewer than 20 jobs"),
        Size.UNKNOWN: _("jobs not known"),
    }[size]


def _plan_name(plan: Plan) -> str:
    return _("Never asked") if plan is Plan.NEVER else label(BreStanding(plan.value))


def _tables(report: VisitsReport, words: Words) -> list[Table]:
    now = report.now
    sizes = [(_size_name(line.size), line.reach) for line in now.sizes]
    sectors = [(group_name(line.key, Dimension.SECTOR, words), line.reach) for line in now.sectors]
    found = [
        _reach_table("sizes", _("Employers here by size"), _("Size"), sizes, report),
        _reach_table("sectors", _("Employers here by sector"), _("Sector"), sectors, report),
    ]
    if now.plans:
        found.append(_plan_table(report))
    if now.flags is not None:
        found.append(_flag_table(now))
    if now.cases is not None:
        found += [_case_table(now.cases), _reply_table(now.cases)]
    return found


def _reach_table(
    code: str, title: str, first: str, lines: Iterable[tuple[str, Reach]], report: VisitsReport
) -> Table:
    now, before = report.now, report.before
    columns = (
        Column(first),
        Column(_("Employers"), Kind.COUNT),
        Column(_("Visited in %(season)s", season=now.season), Kind.COUNT),
        Column(_("Share visited"), Kind.PERCENT),
        Column(_("Visited in %(season)s", season=now.season - 1), Kind.COUNT),
    )
    rows = [_reach_row(name, reach) for name, reach in lines]
    rows.append(_reach_row(_("All"), now.total, kind=RowKind.TOTAL))
    notes = []
    if before is not None:
        visited, firms = before.total.visited_count, before.total.firm_count
        if visited is not None and firms is not None:
            notes.append(
                _(
                    "On %(day)s: %(visited)s of %(firms)s employers visited in that year.",
                    day=day(before.as_of),
                    visited=count(visited),
                    firms=count(firms),
                )
            )
    shown = () if now.total.firm_count == 0 else tuple(rows)
    return Table(code, title, columns, shown, tuple(notes), empty=_("No employers on file."))


def _reach_row(name: str, reach: Reach, kind: RowKind = RowKind.BODY) -> Row:
    is_hidden = None in (reach.firm_count, reach.visited_count)
    share: Value = Absent.WITHHELD if is_hidden else value_or(reach.share, Absent.NOTHING)
    firms, visited, earlier = (
        value_or(getattr(reach, name), Absent.FEW if name in reach.few else Absent.WITHHELD)
        for name in ("firm_count", "visited_count", "visited_before_count")
    )
    return row(name, firms, visited, share, earlier, kind=kind)


def _plan_table(report: VisitsReport) -> Table:
    now, before = report.now, report.before
    columns = [Column(_("Visit of the season")), Column(_("Employers"), Kind.COUNT)]
    if before is not None:
        columns.append(Column(day(before.as_of), Kind.COUNT, _("Employers as it stood on")))
    rows = []
    for number, line in enumerate(now.plans):
        cells: list[Value | Cell] = [_plan_name(line.plan), line.firm_count]
        if before is not None:
            cells.append(before.plans[number].firm_count)
        rows.append(row(*cells))
    title = _("How the plan of visits stands")
    return Table("plan", title, tuple(columns), tuple(rows))


def _flag_table(now: Visits) -> Table:
    columns = (
        Column(_("Flag")),
        Column(_("Raised in %(season)s", season=now.season), Kind.COUNT),
        Column(_("Of them judged"), Kind.COUNT),
        Column(_("Of them resolved"), Kind.COUNT),
        Column(_("Open on the day, of any year"), Kind.COUNT),
    )
    rows = [
        row(
            label(line.severity),
            line.raised_count,
            line.judged_count,
            line.resolved_count,
            line.open_count,
        )
        for line in now.flags or ()
    ]
    return Table("flags", _("Flags by severity"), columns, tuple(rows))


def _case_table(cases: Cases) -> Table:
    columns = (Column(_("Cases opened in the season")), Column(_("How many"), Kind.COUNT))
    rows = (
        row(_("Opened"), cases.opened_count),
        row(_("Closed"), cases.closed_count),
        row(_("Open on the day, of any year"), cases.open_count),
        row(_("Jobs at risk"), _jobs(cases.at_risk_jobs, cases.at_risk_count, cases.opened_count)),
        row(
            _("Jobs retained in closed cases"),
            _jobs(cases.retained_jobs, cases.retained_count, cases.closed_count),
        ),
    )
    return Table("cases", _("Cases and jobs"), columns, rows)


def _jobs(jobs: int, known: int, cases: int) -> Cell:
    """Jobs as far as cases state them, and of how many cases they are not known."""
    if not cases:
        return Cell(Absent.NOTHING)
    if not known:
        return Cell(Absent.UNKNOWN)
    rest = cases - known
    return Cell(jobs, note=_("not known of %(number)s", number=count(rest)) if rest else None)


def _reply_table(cases: Cases) -> Table:
    group = _("First answer to the company")
    columns = (
        Column(_("Cases")),
        *wait_columns(group),
        Column(_("In time"), Kind.COUNT),
        Column(_("Late"), Kind.COUNT),
    )
    cells = [*wait_cells(cases.replied), cases.replied_on_time_count, cases.replied_late_count]
    title = _("From a case to its first answer")
    return Table("replies", title, columns, (row(_("Opened in the season"), *cells),))


def _charts(report: VisitsReport, _words: Words) -> list[ChartSpec]:
    now = report.now
    lines = [line for line in now.sizes if line.reach.share is not None]
    names = tuple(_size_name(line.size) for line in lines)
    said = (
        _("%(name)s: %(number)s", name=name, number=percent(line.reach.share))
        for name, line in zip(names, lines, strict=True)
        if line.reach.share is not None
    )
    share = now.total.share
    return [
        ChartSpec(
            "sizes",
            ChartKind.BARS,
            _("Share of employers visited, by size"),
            ", ".join(said),
            "sizes",
            names,
            (Series(_("Share visited"), tuple(line.reach.share for line in lines)),),
            kind=Kind.PERCENT,
            headline=None if share is None else percent(share),
            headline_label=_("of the employers here visited in %(season)s", season=now.season),
        )
    ]


def _sentence(report: VisitsReport, _words: Words) -> str:
    now = report.now
    if now.total.firm_count == 0:
        return _("No employers are on file.")
    if now.total.firm_count is None or now.total.visited_count is None:
        return _("Too few employers were visited, or not visited, to print how many.")
    said = _(
        "%(visited)s of %(firms)s employers were visited in %(season)s.",
        visited=count(now.total.visited_count),
        firms=count(now.total.firm_count),
        season=now.season,
    )
    if now.cases is not None and now.cases.replied.median_hours is not None:
        said += " " + _(
            "Half of the cases had a first answer within %(time)s.",
            time=hours_text(now.cases.replied.median_hours),
        )
    return said


def _methods(report: VisitsReport, _words: Words) -> list[str]:
    in_public = [
        _("In public no company is named, and nothing is told of what one said."),
        not_compared(),
    ]
    of_cases = [
        _(
            "Answers to cases in hours of the clock; those that still wait are counted for as "
            "long as they have waited. With fewer than five answers a time says too little."
        )
    ]
    return [
        _(
            "Employers here are investors with a facility, and whoever else has a visit in the "
            "season, which is the calendar year of the day. Their jobs and sectors, and how a "
            "planned visit or a flag was judged before, have no history: they are today's."
        ),
        *(in_public if report.now.is_public else of_cases),
    ]


def _left_out(report: VisitsReport, _words: Words) -> list[str]:
    now = report.now
    found = []
    unknown = next(line.reach.firm_count for line in now.sizes if line.size is Size.UNKNOWN)
    if unknown:
        found.append(
            ngettext(
                "The jobs of %(count)s employer are not known.",
                "The jobs of %(count)s employers are not known.",
                unknown,
                count=count(unknown),
            )
        )
    if now.flags is None and not now.is_public:
        found.append(
            _(
                "Flags and cases are not shown: what a company says on a visit is kept by a team "
                "that you do not belong to."
            )
        )
    return found


REPORT = Report(
    code="bre",
    title=_l("Company visits"),
    question=_l("Which employers here did we visit, what did they say, and what came of it?"),
    read=_read,
    from_plain=VisitsReport.from_plain,
    tables=_tables,
    charts=_charts,
    sentence=_sentence,
    methods=_methods,
    left_out=_left_out,
    is_empty=lambda report: report.now.total.firm_count == 0,
    icon="building-factory-2",
    filters=("office", "country", "sector"),
    has_type=False,
    has_public=True,
    compares_in_public=False,
)
