"""How leads that started a stage in the same quarter went on, shown."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from crm.labels import label
from crm.reports.charts import ChartKind, ChartSpec, Series
from crm.reports.conversion import Cohort, ConversionReport, StageConversion
from crm.reports.course_behind import COUNTED, EARLIER, entered_behind
from crm.reports.course_queries import read_conversion
from crm.reports.params import Scope
from crm.reports.phrases import not_compared, quarter_name, value_or
from crm.reports.queries import Outcome
from crm.reports.report import Report, Words
from crm.reports.tables import Absent, Cell, Column, Kind, Link, Table, Value, row
from crm.web.formatting import count, day, percent
from models.stage import StageCode


def _tables(report: ConversionReport, _words: Words) -> list[Table]:
    return [
        _stages_table(report),
        *(_cohorts_table(found) for found in report.now.stages if found.cohorts),
    ]


def _columns(first: str) -> list[Column]:
    return [
        Column(first),
        Column(_("Entered"), Kind.COUNT),
        Column(_("Moved on so far"), Kind.COUNT),
        Column(_("Share"), Kind.PERCENT),
        Column(_("from"), Kind.PERCENT, _("Likely range")),
        Column(_("to"), Kind.PERCENT, _("Likely range")),
        Column(_("Still open there"), Kind.COUNT),
        Column(_("Lost or closed there"), Kind.COUNT),
        Column(_("Passed on there"), Kind.COUNT),
    ]


def _link(stage: StageCode, cohort: Cohort, *outcomes: Outcome, is_whole: bool) -> Link:
    """To the leads of a cohort; of all of them together when it `is_whole`."""
    args = {"entered": stage.value, "outcome": ",".join(outcomes)}
    if not is_whole:
        quarter = cohort.quarter
        args["quarter"] = EARLIER if quarter is None else quarter.starts_on.isoformat()
    return Link(args)


def _cells(stage: StageCode, cohort: Cohort, *, is_whole: bool = False) -> list[Value | Cell]:
    if cohort.is_few:
        return [Absent.FEW] * 8
    interval = cohort.interval

    def counted(name: str, *outcomes: Outcome) -> Cell:
        number: int | None = getattr(cohort, name)
        if number is None:
            return Cell(Absent.FEW if name in cohort.few else Absent.WITHHELD)
        link = _link(stage, cohort, *outcomes, is_whole=is_whole)
        return Cell(number, link if number else None)

    # Of none there is no share; of a number that is not printed there is one, not printed either.
    is_hidden = cohort.count is None or cohort.moved_count is None
    none = Absent.WITHHELD if is_hidden else Absent.NOTHING
    return [
        counted("count", *COUNTED),
        counted("moved_count", Outcome.MOVED),
        value_or(cohort.share, none),
        none if interval is None else interval[0],
        none if interval is None else interval[1],
        counted("open_count", Outcome.OPEN),
        counted("ended_count", Outcome.ENDED),
        counted("passed_on_count", Outcome.PASSED_ON),
    ]


def _stages_table(report: ConversionReport) -> Table:
    columns = _columns(_("Stage"))
    before = report.before
    if before is not None:
        columns.append(Column(_("Share on %(day)s", day=day(before.as_of)), Kind.PERCENT))
    rows = []
    for number, found in enumerate(report.now.stages):
        cells = _cells(found.stage, found.all, is_whole=True)
        if before is not None:
            then = before.stages[number].all
            none = Absent.NOTHING if then.count == 0 else Absent.WITHHELD
            cells.append(value_or(then.share, none))
        rows.append(row(label(found.stage), *cells))
    return Table("stages", _("From stage to stage"), tuple(columns), tuple(rows))


def _cohorts_table(found: StageConversion) -> Table:
    shown = [cohort for cohort in found.cohorts if _has_any(cohort)]
    rows = [row(quarter_name(cohort.quarter), *_cells(found.stage, cohort)) for cohort in shown]
    notes: tuple[str, ...] = ()
    if found.undated_count:
        notes = (
            ngettext(
                "%(count)s lead entered on a day that nobody knows and is in no quarter.",
                "%(count)s leads entered on days that nobody knows and are in no quarter.",
                found.undated_count,
                count=count(found.undated_count),
            ),
        )
    return Table(
        found.stage.value,
        _("Started the same quarter: %(stage)s", stage=label(found.stage)),
        tuple(_columns(_("Quarter"))),
        tuple(rows),
        notes,
        empty=_("No lead has entered this stage yet."),
        is_folded=True,
    )


def _has_any(cohort: Cohort) -> bool:
    return cohort.count is None or bool(cohort.count or cohort.passed_on_count)


def _charts(report: ConversionReport, _words: Words) -> list[ChartSpec]:
    stages = report.now.stages
    names = tuple(label(found.stage) for found in stages)
    whole = [found.all for found in stages]
    intervals = [cohort.interval for cohort in whole]
    charts = [
        ChartSpec(
            "stages",
            ChartKind.LYING_RANGE,
            _("Share that has moved on so far"),
            ", ".join(
                _("%(name)s: %(number)s", name=name, number=percent(cohort.share))
                for name, cohort in zip(names, whole, strict=True)
                if cohort.share is not None
            ),
            "stages",
            names,
            (
                Series(
                    _("Moved on so far"),
                    tuple(cohort.share for cohort in whole),
                    low=tuple(None if ends is None else ends[0] for ends in intervals),
                    high=tuple(None if ends is None else ends[1] for ends in intervals),
                    links=tuple(
                        _link(found.stage, found.all, Outcome.MOVED, is_whole=True)
                        for found in stages
                    ),
                ),
            ),
            kind=Kind.PERCENT,
        )
    ]
    charts += [_cohort_chart(found) for found in stages]
    return charts


def _cohort_chart(found: StageConversion) -> ChartSpec:
    # What entered before the quarters is in the table; its bar would dwarf all others.
    shown = [cohort for cohort in found.cohorts if cohort.quarter and _has_any(cohort)]
    names = tuple(quarter_name(cohort.quarter) for cohort in shown)
    share = found.all.share

    def part(name: str, outcome: Outcome, values: list[int | None]) -> Series:
        links = [_link(found.stage, cohort, outcome, is_whole=False) for cohort in shown]
        return Series(name, tuple(values), links=tuple(links))

    return ChartSpec(
        found.stage.value,
        ChartKind.STACK,
        label(found.stage),
        ", ".join(
            _(
                "%(quarter)s: %(moved)s of %(entered)s moved on",
                quarter=name,
                moved=count(cohort.moved_count or 0),
                entered=count(cohort.count or 0),
            )
            for name, cohort in zip(names, shown, strict=True)
            if cohort.moved_count is not None and cohort.count is not None
        ),
        found.stage.value,
        names,
        (
            part(_("Moved on so far"), Outcome.MOVED, [one.moved_count for one in shown]),
            part(_("Still open there"), Outcome.OPEN, [one.open_count for one in shown]),
            part(_("Lost or closed there"), Outcome.ENDED, [one.ended_count for one in shown]),
        ),
        headline=None if share is None else percent(share),
        headline_label=_("have moved on so far"),
    )


def _sentence(report: ConversionReport, _words: Words) -> str:
    shares = [
        (found.stage, found.all.share, found.all.count)
        for found in report.now.stages
        if found.all.share is not None and (found.all.count or 0) >= 5
    ]
    if not shares:
        return _("Too few leads have entered a stage to say how many go on.")
    stage, share, entered = min(shares, key=lambda item: item[1])
    return _(
        "The fewest go on from %(stage)s: of %(entered)s that entered it, "
        "%(share)s have moved on so far.",
        stage=label(stage),
        entered=count(entered or 0),
        share=percent(share),
    )


def _methods(report: ConversionReport, _words: Words) -> list[str]:
    return [
        *([not_compared()] if report.now.scope is Scope.PUBLIC else []),
        _(
            "Leads that are still open are part of those that entered, so the "
            "shares can still rise. A stage that was skipped counts as "
            "entered. Leads passed on to another office are neither won nor "
            "lost: they stand beside and are not in the share."
        ),
        _(
            "The likely range is the 95%% score interval of a share (%(source)s).",
            source="E. B. Wilson, 1927",
        ),
    ]


REPORT = Report(
    code="conversion",
    title=_l("Conversion"),
    question=_l("Of the leads that started a stage in the same quarter, how many went on?"),
    read=read_conversion,
    from_plain=ConversionReport.from_plain,
    tables=_tables,
    charts=_charts,
    sentence=_sentence,
    methods=_methods,
    is_empty=lambda report: report.now.first_known_on is None,
    has_public=True,
    compares_in_public=False,
    behind=entered_behind,
)
