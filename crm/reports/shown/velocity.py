"""How long leads stay at a stage, shown."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from crm.labels import label
from crm.reports.charts import ChartKind, ChartSpec, Series
from crm.reports.course_behind import followed_behind
from crm.reports.course_queries import read_velocity
from crm.reports.params import Scope
from crm.reports.phrases import not_compared
from crm.reports.queries import Outcome
from crm.reports.report import Report, Words
from crm.reports.tables import Absent, Cell, Column, Kind, Link, Table, Value, row
from crm.reports.velocity import Times, VelocityReport
from crm.web.formatting import count, day
from models.stage import StageCode


def _days(times: Times, days: int | None) -> Value:
    if days is not None:
        return days
    if times.count == 0:
        return Absent.NOTHING
    return Absent.TOO_FEW if times.is_few else Absent.NOT_YET


def _counted(number: int | None, stage: StageCode, *outcomes: Outcome) -> Cell:
    """A number of leads that were followed at a stage, and where they stand."""
    if number is None:
        return Cell(Absent.WITHHELD)
    return Cell(number, _link(stage, *outcomes) if number else None)


def _link(stage: StageCode, *outcomes: Outcome) -> Link:
    args = {"followed": stage.value}
    return Link(args | {"outcome": ",".join(outcomes)} if outcomes else args)


def _cells(times: Times, stage: StageCode, *outcomes: Outcome) -> list[Value | Cell]:
    """Of the stays at a stage; the outcomes are those that were followed, all without any."""
    return [
        _days(times, times.median_days),
        _days(times, times.quarter_days),
        _days(times, times.three_quarters_days),
        _counted(times.event_count, stage, Outcome.MOVED),
        _counted(times.count, stage, *outcomes),
    ]


def _columns(first: str) -> list[Column]:
    return [
        Column(first),
        Column(_("Half"), Kind.DAYS, _("Days until so many had moved on")),
        Column(_("A quarter"), Kind.DAYS, _("Days until so many had moved on")),
        Column(_("Three quarters"), Kind.DAYS, _("Days until so many had moved on")),
        Column(_("Moved on"), Kind.COUNT),
        Column(_("Followed"), Kind.COUNT),
    ]


def _tables(report: VelocityReport, _words: Words) -> list[Table]:
    now, before = report.now, report.before
    columns = _columns(_("Stage"))
    columns += [
        Column(_("Still there"), Kind.COUNT),
        Column(_("Half had left in any way"), Kind.DAYS),
    ]
    if before is not None:
        columns.append(Column(_("Half, on %(day)s", day=day(before.as_of)), Kind.DAYS))
    rows = []
    for number, found in enumerate(now.stages):
        cells = _cells(found.moved, found.stage)
        cells += [
            _counted(found.open_count, found.stage, Outcome.OPEN),
            _days(found.left, found.left.median_days),
        ]
        if before is not None:
            then = before.stages[number].moved
            cells.append(_days(then, then.median_days))
        rows.append(row(label(found.stage), *cells))
    hidden = sum(found.hidden_count or 0 for found in now.stages)
    notes = []
    if hidden:
        notes.append(
            ngettext(
                "%(count)s stay began or ended on a day that nobody knows and is left out.",
                "%(count)s stays began or ended on days that nobody knows and are left out.",
                hidden,
                count=count(hidden),
            )
        )
    return [
        Table("stages", _("Days at a stage"), tuple(columns), tuple(rows), tuple(notes)),
        Table(
            "whole",
            _("From the first contact to the announcement"),
            tuple(_columns(_("Leads"))),
            (
                row(
                    _("All, those still open followed until the day"),
                    *_cells(now.to_announced, StageCode.ANNOUNCED),
                ),
                row(
                    _("Announced ones alone"),
                    *_cells(now.announced_only, StageCode.ANNOUNCED, Outcome.MOVED),
                ),
            ),
            (_("The announced ones alone look faster, because the slow ones are not there yet."),),
        ),
    ]


def _charts(report: VelocityReport, _words: Words) -> list[ChartSpec]:
    now = report.now
    names = tuple(label(found.stage) for found in now.stages)
    moved = [found.moved for found in now.stages]
    charts = [
        ChartSpec(
            "stages",
            ChartKind.LYING_RANGE,
            _("Half move on within so many days"),
            ", ".join(
                _("%(name)s: %(number)s", name=name, number=_days_text(times.median_days))
                for name, times in zip(names, moved, strict=True)
                if times.median_days is not None
            ),
            "stages",
            names,
            (
                Series(
                    _("Half move on within"),
                    tuple(times.median_days for times in moved),
                    low=tuple(_low(times) for times in moved),
                    high=tuple(_high(times) for times in moved),
                    links=tuple(_link(found.stage, Outcome.MOVED) for found in now.stages),
                ),
            ),
            kind=Kind.DAYS,
            range_title=_("A quarter to three quarters"),
        )
    ]
    curve = now.to_announced.curve
    if curve:
        charts.append(
            ChartSpec(
                "whole",
                ChartKind.STEPS,
                _("Leads not announced yet, by days since the first contact"),
                "",
                "whole",
                (),
                (
                    Series(
                        _("Not announced yet"),
                        points=((0, 1.0), *((step.days, step.share) for step in curve)),
                        links=(_link(StageCode.ANNOUNCED, Outcome.MOVED),),
                    ),
                ),
                kind=Kind.PERCENT,
                x_title=_("Days since the first contact"),
                **_headline(now.to_announced),
            )
        )
    return charts


def _headline(times: Times) -> dict[str, Any]:
    if times.median_days is None:
        return {}
    return {
        "headline": _days_text(times.median_days),
        "headline_label": _("until half are announced"),
    }


def _low(times: Times) -> int | None:
    # Without an upper end there is no range to draw.
    return times.quarter_days if times.three_quarters_days is not None else None


def _high(times: Times) -> int | None:
    return times.three_quarters_days if times.quarter_days is not None else None


def _days_text(days: int | None) -> str:
    number = days or 0
    return ngettext("%(count)s day", "%(count)s days", number, count=count(number))


def _sentence(report: VelocityReport, _words: Words) -> str:
    known = [
        (found.stage, found.moved.median_days)
        for found in report.now.stages
        if found.moved.median_days is not None
    ]
    if not known:
        return _("Too few leads have moved on to say how long they stay at a stage.")
    stage, days = max(known, key=lambda item: item[1])
    text = _(
        "Leads stay longest at %(stage)s: half move on within %(days)s.",
        stage=label(stage),
        days=_days_text(days),
    )
    whole = report.now.to_announced.median_days
    if whole is None:
        return text
    return _(
        "%(text)s From the first contact, half are announced within %(days)s.",
        text=text,
        days=_days_text(whole),
    )


def _methods(report: VelocityReport, _words: Words) -> list[str]:
    return [
        *([not_compared()] if report.now.scope is Scope.PUBLIC else []),
        _(
            "Leads that still stand at a stage are followed until the day, "
            "those that ended until their end: leaving them out would make the "
            "stages look faster (%(source)s).",
            source="Kaplan & Meier, 1958",
        ),
        _("Where fewer than five have moved on, it is too few to say."),
    ]


REPORT = Report(
    code="velocity",
    title=_l("Velocity"),
    question=_l("How long do leads stay at a stage, and how long until an announcement?"),
    read=read_velocity,
    from_plain=VelocityReport.from_plain,
    tables=_tables,
    charts=_charts,
    sentence=_sentence,
    methods=_methods,
    is_empty=lambda report: report.now.first_known_on is None,
    icon="clock",
    has_public=True,
    compares_in_public=False,
    behind=followed_behind,
)
