"""Officers' open work, shown."""

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy.orm import Session

from crm.labels import label
from crm.reports.params import Dimension, ReportParams
from crm.reports.phrases import group_name
from crm.reports.report import Report, Words
from crm.reports.tables import Absent, Cell, Column, Kind, RowKind, Table, Value, row
from crm.reports.work import WorkLine, WorkReport
from crm.reports.work_queries import read_work
from crm.web.access import WRITERS
from crm.web.formatting import count, day
from models.stage import LeadType


def _read(session: Session, params: ReportParams, *, now: datetime) -> WorkReport:
    return read_work(session, params, now=now)


def _tables(report: WorkReport, words: Words) -> list[Table]:
    now, before = report.now, report.before
    since = _("Since %(day)s", day=day(now.week_from))
    open_leads = _("Open leads")
    columns = [
        Column(_("Officer")),
        *(Column(label(kind), Kind.COUNT, open_leads) for kind in LeadType),
        Column(_("Steps and promises to do"), Kind.COUNT),
        Column(_("Overdue"), Kind.COUNT),
        Column(_("Enquiries to answer"), Kind.COUNT),
        Column(_("Conversations"), Kind.COUNT, since),
        Column(_("Held this year"), Kind.COUNT, _("Company visits")),
        Column(_("Planned"), Kind.COUNT, _("Company visits")),
        Column(_("Open cases"), Kind.COUNT),
    ]
    rows = [
        row(
            group_name(line.person, Dimension.OWNER, words),
            *_cells(line),
            kind=RowKind.BODY if line.person.code else RowKind.APART,
        )
        for line in now.lines
    ]
    found = [Table("work", _("Open work"), tuple(columns), tuple(rows), empty=_("Nobody yet."))]
    if before is not None:
        rows = [
            row(group_name(line.person, Dimension.OWNER, words), *_cells(line))
            for line in before.lines
        ]
        title = _("Open work as it stood on %(day)s", day=day(before.as_of))
        columns[8] = Column(columns[8].title, Kind.COUNT, _("Since Monday"))
        found.append(Table("before", title, tuple(columns), tuple(rows)))
    return found


def _cells(line: WorkLine) -> list[Value | Cell]:
    is_somebody = line.person.code is not None
    return [
        *(one.lead_count for one in line.leads),
        line.step_count,
        line.overdue_count,
        line.enquiry_count,
        line.talk_count if is_somebody else Absent.NOTHING,
        line.visit_count if is_somebody else Absent.NOTHING,
        line.planned_visit_count if is_somebody else Absent.NOTHING,
        Absent.UNKNOWN if line.case_count is None else line.case_count,
    ]


def _sentence(report: WorkReport, _words: Words) -> str:
    lines = report.now.lines
    overdue = sum(line.overdue_count for line in lines)
    return ngettext(
        "%(count)s step or promise is overdue.",
        "%(count)s steps and promises are overdue.",
        overdue,
        count=count(overdue),
    )


def _methods(_report: WorkReport, _words: Words) -> list[str]:
    return [
        _(
            "By name: this says what is in hand, not who does well. Conversations are calls, "
            "meetings and the like that somebody logged. Who looks after a step, a visit or a "
            "case, and its day, has no history: they are today's."
        )
    ]


def _left_out(report: WorkReport, _words: Words) -> list[str]:
    if all(line.case_count is not None for line in report.now.lines):
        return []
    return [_("Cases of company visits are not shown: they belong to a team that is not yours.")]


REPORT = Report(
    code="work",
    title=_l("Open work"),
    question=_l("What does each officer have in hand, and what is overdue?"),
    read=_read,
    from_plain=WorkReport.from_plain,
    tables=_tables,
    sentence=_sentence,
    methods=_methods,
    left_out=_left_out,
    is_empty=lambda report: not report.now.lines,
    roles=WRITERS,
    icon="user",
    filters=("office", "owner"),
    has_type=False,
)
