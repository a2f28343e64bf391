"""The missions' yield, shown."""

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy.orm import Session

from crm.labels import label
from crm.missions.report import WINDOWS
from crm.reports.charts import ChartKind, ChartSpec, Series
from crm.reports.mission_yield import LeadYield, MissionLine, YieldReport
from crm.reports.mission_yield_queries import read_yield
from crm.reports.params import ReportParams
from crm.reports.phrases import listed, not_compared, value_or
from crm.reports.report import Report, Words
from crm.reports.tables import Absent, Cell, Column, Kind, Link, Table, Value, row
from crm.web.formatting import count, country_name, day

# More columns than these tell nobody anything; the table has all missions.
_DRAWN = 12


def _read(session: Session, params: ReportParams, *, now: datetime) -> YieldReport:
    return read_yield(session, params, now=now)


def _tables(report: YieldReport, _words: Words) -> list[Table]:
    lines = report.now.missions
    return [_meetings_table(report), _leads_table(lines), _cost_table(lines)]


def _title(line: MissionLine) -> str:
    """A mission's name; in public where it went."""
    if line.name:
        return line.name
    return listed(sorted(country_name(code) for code in line.markets)) or _("Mission")


def _number(line: MissionLine | LeadYield, name: str) -> Value:
    """A number, or why it is not printed in public."""
    absent = Absent.FEW if name in line.few else Absent.WITHHELD
    return value_or(getattr(line, name), absent)


def _name(line: MissionLine) -> Cell:
    if not line.name:
        begins = line.starts_on
        return Cell(_title(line), note=day(begins, line.precision) if begins else None)
    return Cell(
        line.name,
        Link({"mission_id": line.public_id}, endpoint="missions.report"),
        note=line.as_printed or (day(line.starts_on, line.precision) if line.starts_on else None),
    )


def _meetings_table(report: YieldReport) -> Table:
    lines, before = report.now.missions, report.before
    columns = [
        Column(_("Mission")),
        Column(_("Meetings held"), Kind.COUNT),
        Column(_("Logged apart from the agenda"), Kind.COUNT),
        Column(_("Days with meetings"), Kind.COUNT),
        Column(_("Meetings a day"), Kind.NUMBER),
        Column(_("Organizations met"), Kind.COUNT),
        Column(_("Promises"), Kind.COUNT),
        Column(_("Due or done"), Kind.COUNT, _("Promises")),
        Column(_("Kept on time"), Kind.COUNT, _("Promises")),
    ]
    then = {}
    if before is not None:
        columns.append(Column(day(before.as_of), Kind.COUNT, _("Meetings as it stood on")))
        then = {line.public_id: line for line in before.missions}
    rows = []
    for line in lines:
        rate = line.meetings_a_day
        cells: list[Value | Cell] = [
            _name(line),
            Cell(_number(line, "meeting_count"), note=_about(line)),
            _number(line, "talk_count"),
            line.day_count,
            Absent.NOTHING if rate is None else rate,
            _number(line, "organization_count"),
            _number(line, "promise_count"),
            _number(line, "due_count"),
            _number(line, "kept_count"),
        ]
        if before is not None:
            earlier = then.get(line.public_id)
            cells.append(0 if earlier is None else _number(earlier, "meeting_count"))
        rows.append(row(*cells))
    notes = (
        _("Meetings a day are of the meetings whose day is known, over the days that had any."),
    )
    empty = _("No mission had begun.")
    title = _("Meetings and promises")
    return Table("meetings", title, tuple(columns), tuple(rows), notes, empty=empty)


def _about(line: MissionLine) -> str | None:
    parts = [_("a stated number is not exact")] if line.is_about else []
    if line.uncounted_count:
        parts.append(
            ngettext(
                "%(count)s series states no number",
                "%(count)s series state no number",
                line.uncounted_count,
                count=count(line.uncounted_count),
            )
        )
    if line.undated_count:
        parts.append(
            ngettext(
                "%(count)s without a known day",
                "%(count)s without a known day",
                line.undated_count,
                count=count(line.undated_count),
            )
        )
    return ", ".join(parts) or None


def _leads_table(lines: tuple[MissionLine, ...]) -> Table:
    gained = _("Of them, gained a stage within")
    columns = (
        Column(_("Mission")),
        Column(_("Type of lead")),
        Column(_("New leads"), Kind.COUNT),
        Column(_("Qualified since"), Kind.COUNT),
        Column(_("Open leads met"), Kind.COUNT),
        *(Column(_("%(days)s days", days=days), Kind.COUNT, gained) for days in WINDOWS),
    )
    rows = [
        row(
            _name(line),
            label(one.lead_type),
            _number(one, "new_count"),
            _number(one, "qualified_count"),
            _number(one, "met_count"),
            *(
                Cell(
                    value_or(step.advanced_count, Absent.WITHHELD),
                    note=_("too early")
                    if step.is_early and step.advanced_count is not None
                    else None,
                )
                for step in one.advances
            ),
        )
        for line in lines
        for one in line.leads
    ]
    notes = (
        _(
            "A lead was met when a meeting or a conversation named it, or its company while it "
            "was open. New leads had their first contact on the mission. “Too early” is a time "
            "that has not passed yet, so the number can still rise."
        ),
    )
    empty = _("No mission met a lead.")
    return Table("leads", _("Leads that were met"), columns, tuple(rows), notes, empty=empty)


def _cost_table(lines: tuple[MissionLine, ...]) -> Table:
    columns = (
        Column(_("Mission")),
        Column(_("Cost"), Kind.MONEY),
        Column(_("Per meeting"), Kind.MONEY),
        Column(_("Per lead qualified since"), Kind.MONEY),
        Column(_("Budget lines without a cost"), Kind.COUNT),
    )
    rows = []
    for line in lines:
        unknown = Absent.UNKNOWN if line.cost_amount is None else Absent.NOTHING

        def per(number: int | None, line: MissionLine = line, absent: Absent = unknown) -> Cell:
            value = line.cost_per(number)
            # What one cost tells how many there were.
            why = Absent.WITHHELD if number is None else absent
            return Cell(why if value is None else round(value), currency=line.currency)

        rows.append(
            row(
                _name(line),
                Cell(value_or(line.cost_amount, unknown), currency=line.currency),
                per(line.meeting_count),
                per(line.qualified_count),
                line.unknown_cost_count,
            )
        )
    notes = (
        _(
            "In each mission's own currency. The cost is what the budget lines state; a line "
            "without a cost is left out. Leads are of any type here."
        ),
    )
    empty = _("No mission had begun.")
    return Table("cost", _("Cost"), columns, tuple(rows), notes, empty=empty)


def _charts(report: YieldReport, _words: Words) -> list[ChartSpec]:
    # In order of time, the latest last.
    lines = tuple(reversed([one for one in report.now.missions if one.starts_on][:_DRAWN]))
    values = tuple(line.meeting_count for line in lines)
    links = tuple(
        Link({"mission_id": line.public_id}, endpoint="missions.report") for line in lines
    )
    said = (
        _("%(name)s: %(number)s", name=_title(line), number=count(line.meeting_count))
        for line in lines
        if line.meeting_count is not None
    )
    return [
        ChartSpec(
            "meetings",
            ChartKind.BARS,
            _("Meetings held"),
            ", ".join(said),
            "meetings",
            tuple(_title(line) for line in lines),
            (Series(_("Meetings held"), values, links=links),),
        )
    ]


def _sentence(report: YieldReport, _words: Words) -> str:
    lines = report.now.missions
    if not lines:
        return _("No mission had begun.")
    counts = [line.meeting_count for line in lines]
    if None in counts:
        # The sum would tell of the mission that has no number.
        return ngettext(
            "%(count)s mission had begun.",
            "%(count)s missions had begun.",
            len(lines),
            count=count(len(lines)),
        )
    return ngettext(
        "%(count)s mission held %(meetings)s meetings.",
        "%(count)s missions held %(meetings)s meetings.",
        len(lines),
        count=count(len(lines)),
        meetings=count(sum(number or 0 for number in counts)),
    )


def _methods(report: YieldReport, _words: Words) -> list[str]:
    in_public = [
        _(
            "In public a mission is told by where and when it went, as it may be called after "
            "whom it visits. Nothing of a confidential lead is counted."
        ),
        not_compared(),
    ]
    return [
        *(in_public if report.now.is_public else []),
        _(
            "Counted as on each mission's own page, over what you can see. The record has no "
            "history of an agenda, a budget or a first contact: of a past day, they are what "
            "they are today, as far as their own day had come."
        ),
    ]


def _left_out(report: YieldReport, _words: Words) -> list[str]:
    number = sum(line.undated_lead_count for line in report.now.missions)
    if not number:
        return []
    return [
        ngettext(
            "%(count)s lead that was met has no known first contact, so nobody can call it new.",
            "%(count)s leads that were met have no known first contact, so nobody can call them "
            "new.",
            number,
            count=count(number),
        )
    ]


REPORT = Report(
    code="missions",
    title=_l("Missions' yield"),
    question=_l("What did each mission bring, and what did it cost?"),
    read=_read,
    from_plain=YieldReport.from_plain,
    tables=_tables,
    charts=_charts,
    sentence=_sentence,
    methods=_methods,
    left_out=_left_out,
    is_empty=lambda report: not report.now.missions,
    icon="plane",
    filters=("office",),
    has_type=False,
    has_public=True,
    compares_in_public=False,
)
