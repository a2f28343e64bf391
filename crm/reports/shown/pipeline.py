"""The pipeline as it stood on a day, shown."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext, pgettext
from sqlalchemy.orm import Session

from crm.labels import label
from crm.reports.behind import standing_behind
from crm.reports.charts import ChartKind, ChartSpec, Series
from crm.reports.params import Dimension, ReportParams
from crm.reports.phrases import (
    amount_value,
    change_text,
    currencies_of,
    currency_name,
    dimension_name,
    group_name,
    leads_text,
    listed,
    quarter_name,
    short_money,
    told_text,
    value_or,
    weighted_value,
)
from crm.reports.pipeline import OPEN_STAGES, GroupLine, Pipeline, PipelineReport
from crm.reports.pipeline_queries import read_pipeline
from crm.reports.report import Report, Words
from crm.reports.sums import Sums, Told
from crm.reports.tables import Absent, Cell, Column, Kind, Link, Row, RowKind, Table, Value, row
from crm.web.formatting import count, day, percent

# More bars than these tell nobody anything; the table has all.
_GROUPS_DRAWN = 12


def _read(session: Session, params: ReportParams, *, now: datetime) -> PipelineReport:
    return read_pipeline(session, params, now=now)


def _places(pipeline: Pipeline) -> list[tuple[str, dict[str, str], Sums]]:
    """The open stages, or the neighbouring ones that a public edition puts together."""
    if not pipeline.bands:
        return [
            (label(line.stage), {"stage": line.stage.value}, line.sums)
            for line in pipeline.stages[: len(OPEN_STAGES)]
        ]
    return [
        (_band_name(band.stages), {"stage": ",".join(band.stages)}, band.sums)
        for band in pipeline.bands
    ]


def _band_name(stages: Sequence[Any]) -> str:
    if len(stages) == 1:
        return label(stages[0])
    first, last = label(stages[0]), label(stages[-1])
    return pgettext("stages", "%(first)s to %(last)s", first=first, last=last)


def _tables(report: PipelineReport, words: Words) -> list[Table]:
    now, before = report.now, report.before
    places = [(name, Link(args), sums) for name, args, sums in _places(now)]
    everything = ("total", Link({"open": "1"}), now.total)
    announced = now.stages[-1]
    apart = (label(announced.stage), Link({"stage": announced.stage.value}), announced.sums)
    found = [
        _leads_table(places, everything, apart, before if not now.bands else None),
        _capex_table(
            "capex",
            title=_("Investment by stage"),
            first=_("Stage"),
            places=places,
            everything=everything,
            apart=apart,
        ),
    ]
    if now.by is not Dimension.STAGE:
        found += _group_tables(now, words)
    found.append(_announced_table(now))
    return found


def _leads_table(
    places: Iterable[tuple[str, Link, Sums]],
    everything: tuple[str, Link, Sums],
    apart: tuple[str, Link, Sums],
    before: Pipeline | None,
) -> Table:
    columns = [
        Column(_("Stage")),
        Column(_("Leads"), Kind.COUNT),
        Column(_("Of them on hold"), Kind.COUNT),
    ]
    if before is not None:
        columns += [
            Column(day(before.as_of), Kind.COUNT, _("Leads as it stood on")),
            Column(_("Change"), Kind.CHANGE),
        ]
    columns += [
        Column(_("Stated"), Kind.COUNT, _("Jobs")),
        Column(_("Weighted"), Kind.COUNT, _("Jobs")),
        Column(_("Not known of"), Kind.COUNT, _("Jobs")),
    ]
    earlier = (
        [line.sums for line in before.stages[: len(OPEN_STAGES)]] if before is not None else []
    )
    rows = [
        _leads_row(name, link, sums, earlier[number] if before is not None else None)
        for number, (name, link, sums) in enumerate(places)
    ]
    _name, link, sums = everything
    rows.append(
        _leads_row(
            _("Open pipeline"),
            link,
            sums,
            before.total if before is not None else None,
            kind=RowKind.TOTAL,
        )
    )
    name, link, sums = apart
    rows.append(
        _leads_row(
            Cell(name, note=_("not part of the open pipeline")),
            link,
            sums,
            before.stages[-1].sums if before is not None else None,
            kind=RowKind.APART,
        )
    )
    return Table("stages", _("Leads and jobs by stage"), tuple(columns), tuple(rows))


def _leads_row(
    name: str | Cell,
    link: Link,
    sums: Sums,
    before: Sums | None,
    *,
    kind: RowKind = RowKind.BODY,
) -> Row:
    cells: list[Value | Cell] = [name, _counted(sums, link), _held(sums, link)]
    if before is not None:
        then = Link({**link.args, "on": "compare"})
        cells.append(_counted(before, then))
        known = sums.lead_count is not None and before.lead_count is not None
        cells.append((sums.lead_count or 0) - (before.lead_count or 0) if known else Absent.FEW)
    cells += _jobs(sums)
    return row(*cells, kind=kind)


def _counted(sums: Sums, link: Link) -> Cell:
    if sums.lead_count is None:
        return Cell(Absent.FEW)
    return Cell(sums.lead_count, link if sums.lead_count else None)


def _held(sums: Sums, link: Link) -> Cell:
    if sums.on_hold_count is None:
        return Cell(Absent.FEW)
    held = Link({**link.args, "status": "on_hold"})
    return Cell(sums.on_hold_count, held if sums.on_hold_count else None)


def _jobs(sums: Sums) -> list[Value | Cell]:
    jobs = sums.jobs
    if sums.is_few:
        return [Absent.WITHHELD, Absent.WITHHELD, Absent.WITHHELD]
    if jobs.is_few:
        return [Absent.WITHHELD, Absent.WITHHELD, jobs.unknown_count]
    if not jobs.lead_count:
        return [Absent.NOTHING, Absent.NOTHING, jobs.unknown_count]
    weighted = Absent.WITHHELD if jobs.weighted is None else round(jobs.weighted)
    return [value_or(jobs.count, Absent.WITHHELD), weighted, jobs.unknown_count]


def _capex_table(
    code: str,
    *,
    title: str,
    first: str,
    places: Sequence[tuple[str | Cell, Link, Sums]],
    everything: tuple[str, Link, Sums] | None,
    apart: tuple[str, Link, Sums] | None = None,
) -> Table:
    lines = [*places, *([everything] if everything else []), *([apart] if apart else [])]
    currencies = currencies_of(sums for _name, _link, sums in lines)
    columns = [Column(first)]
    for currency in currencies:
        name = currency_name(currency)
        columns += [
            Column(_("Stated"), Kind.MONEY, name, currency),
            Column(_("Weighted"), Kind.MONEY, name, currency),
        ]
    columns.append(Column(_("Investment not known of"), Kind.COUNT))
    rows = [_capex_row(name, link, sums, currencies) for name, link, sums in places]
    if everything:
        _name, link, sums = everything
        total = _("Open pipeline")
        rows.append(_capex_row(total, link, sums, currencies, kind=RowKind.TOTAL))
    if apart:
        name, link, sums = apart
        cell = Cell(name, note=_("not part of the open pipeline"))
        rows.append(_capex_row(cell, link, sums, currencies, kind=RowKind.APART))
    return Table(code, title, tuple(columns), tuple(rows))


def _capex_row(
    name: str | Cell,
    link: Link,
    sums: Sums,
    currencies: Iterable[str | None],
    *,
    kind: RowKind = RowKind.BODY,
) -> Row:
    cells: list[Value | Cell] = [name]
    for currency in currencies:
        money = sums.in_currency(currency)
        if sums.is_few:
            cells += [Absent.WITHHELD, Absent.WITHHELD]
        else:
            cells += [amount_value(money), weighted_value(money)]
    unknown = Link({**link.args, "capex": "unknown"})
    number = sums.unknown_capex_count
    cells.append(Absent.FEW if sums.is_few else Cell(number, unknown if number else None))
    return row(*cells, kind=kind)


def _group_tables(now: Pipeline, words: Words) -> list[Table]:
    by = dimension_name(now.by)
    named = [
        (group_name(line.key, now.by, words), _group_link(line, now.by), line.sums)
        for line in now.groups
    ]
    columns = (
        Column(by),
        Column(_("Leads"), Kind.COUNT),
        Column(_("Of them on hold"), Kind.COUNT),
        Column(_("Stated"), Kind.COUNT, _("Jobs")),
        Column(_("Weighted"), Kind.COUNT, _("Jobs")),
        Column(_("Not known of"), Kind.COUNT, _("Jobs")),
    )
    notes = (
        (_("A lead may cite several agreements, so these do not add up to the open pipeline."),)
        if now.by is Dimension.AGREEMENT
        else ()
    )
    rows = [_leads_row(name, link, sums, None) for name, link, sums in named]
    if now.by is not Dimension.AGREEMENT:
        total = _("Open pipeline")
        everything = Link({"open": "1"})
        rows.append(_leads_row(total, everything, now.total, None, kind=RowKind.TOTAL))
    title = _("Leads and jobs by %(what)s", what=by.lower())
    return [
        Table("groups", title, columns, tuple(rows), notes, empty=_("No open leads.")),
        _capex_table(
            "groups_capex",
            title=_("Investment by %(what)s", what=by.lower()),
            first=by,
            places=named,
            everything=(
                None if now.by is Dimension.AGREEMENT else ("total", Link({"open": "1"}), now.total)
            ),
        ),
    ]


def _group_link(line: GroupLine, by: Dimension) -> Link:
    if line.key.is_other:
        return Link({"open": "1"})
    return Link({"open": "1", "group": f"{by.value}:{line.key.code or ''}"})


def _announced_table(now: Pipeline) -> Table:
    lines = [line for line in now.announced if line.ours.lead_count or line.quarter is not None]
    shared = any(line.shared.lead_count for line in now.announced)
    currencies = currencies_of(line.ours for line in lines)
    columns = [Column(_("Became public in")), Column(_("Announcements"), Kind.COUNT)]
    columns += [
        Column(_("Stated"), Kind.MONEY, currency_name(currency), currency)
        for currency in currencies
    ]
    columns += [
        Column(_("Investment not known of"), Kind.COUNT),
        Column(_("Jobs"), Kind.COUNT),
        Column(_("Jobs not known of"), Kind.COUNT),
    ]
    if shared:
        columns.append(Column(_("Shared with others"), Kind.COUNT))
    rows = []
    for line in lines:
        cells: list[Value | Cell] = [
            _("Before these quarters") if line.quarter is None else quarter_name(line.quarter),
            value_or(line.ours.lead_count, Absent.FEW),
        ]
        cells += [amount_value(line.ours.in_currency(currency)) for currency in currencies]
        jobs = line.ours.jobs
        cells += [
            line.ours.unknown_capex_count,
            value_or(jobs.count, Absent.FEW) if jobs.lead_count else Absent.NOTHING,
            jobs.unknown_count,
        ]
        if shared:
            cells.append(value_or(line.shared.lead_count, Absent.FEW))
        rows.append(row(*cells))
    notes = [
        _(
            "Only our own announcements, by the quarter in which they became "
            "public. They are never added to the open pipeline."
        )
    ]
    if now.unplaced_count:
        notes.append(
            ngettext(
                "%(count)s announcement belongs to no lead and is not here.",
                "%(count)s announcements belong to no lead and are not here.",
                now.unplaced_count,
                count=count(now.unplaced_count),
            )
        )
    return Table("announced", _("Announced"), tuple(columns), tuple(rows), tuple(notes))


def _charts(report: PipelineReport, words: Words) -> list[ChartSpec]:
    now, before = report.now, report.before
    places = _places(now)
    names = tuple(name for name, _args, _sums in places)
    series = [
        Series(
            day(now.as_of),
            tuple(sums.lead_count for _name, _args, sums in places),
            links=tuple(Link(args) for _name, args, _sums in places),
        )
    ]
    if before is not None and not now.bands:
        series.append(
            Series(
                day(before.as_of),
                tuple(line.sums.lead_count for line in before.stages[: len(OPEN_STAGES)]),
                links=tuple(Link({**args, "on": "compare"}) for _name, args, _sums in places),
            )
        )
    found = [
        ChartSpec(
            "leads",
            ChartKind.BARS,
            _("Open leads by stage"),
            _summary(names, [sums.lead_count for _name, _args, sums in places]),
            "stages",
            names,
            tuple(series),
            headline=None if now.total.lead_count is None else count(now.total.lead_count),
            headline_label=_("open leads"),
        )
    ]
    for currency in currencies_of(sums for _name, _args, sums in places):
        if currency is not None:
            found.append(_money_chart(now, currency, places))
    if now.by is not Dimension.STAGE and now.groups:
        found.append(_group_chart(now, words))
    found.append(_announced_chart(now))
    return found


def _summary(names: Sequence[str], values: Sequence[int | None]) -> str:
    said = [
        _("%(name)s: %(number)s", name=name, number=count(value))
        for name, value in zip(names, values, strict=True)
        if value is not None
    ]
    return ", ".join(said)


def _money_chart(
    now: Pipeline, currency: str, places: Sequence[tuple[str, dict[str, str], Sums]]
) -> ChartSpec:
    parts = [sums.in_currency(currency) for _name, _args, sums in places]
    total = now.total.in_currency(currency)
    links = tuple(Link(args) for _name, args, _sums in places)
    return ChartSpec(
        f"capex_{currency.lower()}",
        ChartKind.BARS,
        _("Investment by stage, %(currency)s", currency=currency),
        ", ".join(
            _("%(name)s: %(number)s", name=name, number=short_money(part.amount, currency))
            for (name, _args, _sums), part in zip(places, parts, strict=True)
            if part.amount
        ),
        "capex",
        tuple(name for name, _args, _sums in places),
        (
            Series(
                _("Stated"),
                tuple(part.amount if part.lead_count else None for part in parts),
                links=links,
            ),
            Series(
                _("Weighted"),
                tuple(float(part.weighted) if part.weighted else None for part in parts),
                links=links,
            ),
        ),
        kind=Kind.MONEY,
        currency=currency,
        headline=None if total.weighted is None else short_money(total.weighted, currency),
        headline_label=(
            None
            if total.amount is None
            else _("weighted, of %(amount)s stated", amount=short_money(total.amount, currency))
        ),
    )


def _group_chart(now: Pipeline, words: Words) -> ChartSpec:
    lines = now.groups[:_GROUPS_DRAWN]
    names = tuple(group_name(line.key, now.by, words) for line in lines)
    values = tuple(line.sums.lead_count for line in lines)
    return ChartSpec(
        "groups",
        ChartKind.BARS,
        _("Open leads by %(what)s", what=dimension_name(now.by).lower()),
        _summary(names, values),
        "groups",
        names,
        (Series(_("Leads"), values, links=tuple(_group_link(line, now.by) for line in lines)),),
    )


def _announced_chart(now: Pipeline) -> ChartSpec:
    lines = [line for line in now.announced if line.quarter is not None]
    names = tuple(quarter_name(line.quarter) for line in lines)
    values = tuple(line.ours.lead_count for line in lines)
    last = lines[-1].ours.lead_count if lines else None
    return ChartSpec(
        "announced",
        ChartKind.COLUMNS,
        _("Announced by the quarter in which it became public"),
        _summary(names, values),
        "announced",
        names,
        (Series(_("Announcements"), values),),
        headline=None if last is None else count(last),
        headline_label=_("announced in %(quarter)s so far", quarter=names[-1]) if lines else None,
    )


def _sentence(report: PipelineReport, _words: Words) -> str:
    now, before = report.now, report.before
    sums = now.total
    if sums.lead_count is None:
        return _("On %(day)s fewer than three leads were open.", day=day(now.as_of))
    stood = _(
        "On %(day)s there were %(leads)s in the open pipeline",
        day=day(now.as_of),
        leads=leads_text(sums.lead_count),
    )
    if before is not None and before.total.lead_count is not None:
        change = change_text(sums.lead_count, before.total.lead_count, before.as_of)
        stood = _("%(stood)s, %(change)s", stood=stood, change=change)
    stated = [
        short_money(money.amount, money.currency)
        for money in sums.capex
        if money.lead_count and money.amount
    ]
    jobs = sums.jobs
    if jobs.lead_count and jobs.count:
        stated.append(
            ngettext("%(count)s job", "%(count)s jobs", jobs.count, count=count(jobs.count))
        )
    if not stated:
        return _("%(stood)s.", stood=stood)
    return _("%(stood)s. They state %(sums)s.", stood=stood, sums=listed(stated))


def _left_out(report: PipelineReport, _words: Words) -> list[str]:
    sums = report.now.total
    if sums.is_few:
        return []
    found = []
    if sums.unknown_capex_count:
        found.append(
            ngettext(
                "The investment of %(count)s lead is not known and in no sum.",
                "The investment of %(count)s leads is not known and in no sum.",
                sums.unknown_capex_count,
                count=count(sums.unknown_capex_count),
            )
        )
    if sums.jobs.unknown_count:
        found.append(
            ngettext(
                "The jobs of %(count)s lead are not known and in no sum.",
                "The jobs of %(count)s leads are not known and in no sum.",
                sums.jobs.unknown_count,
                count=count(sums.jobs.unknown_count),
            )
        )
    told = sum((money.told for money in sums.capex), Told())
    found += [
        text
        for text in (told_text(told, _("Investment")), told_text(sums.jobs.told, _("Jobs")))
        if text
    ]
    for money in sums.capex:
        if money.largest_share is not None and money.currency is not None:
            found.append(
                _(
                    "The largest lead makes %(share)s of the weighted %(currency)s.",
                    share=percent(money.largest_share),
                    currency=money.currency,
                )
            )
    return found


def _methods(report: PipelineReport, _words: Words) -> list[str]:
    weights = report.now.weights
    found = [
        _(
            "The open pipeline is stages 1 to 7, active or on hold. A range "
            "counts with its lower end; currencies are never converted or "
            "added together."
        ),
        _(
            "Weighted: each amount times the chance of its stage (%(chances)s).",
            chances=", ".join(
                _(
                    "%(name)s: %(number)s",
                    name=label(item.stage),
                    number=percent(float(item.chance)),
                )
                for item in weights.chances
            ),
        ),
    ]
    if weights.starting_share:
        found.append(
            _(
                "%(share)s of the weighted sums rests on chances that are "
                "starting points, which the office can change.",
                share=percent(weights.starting_share),
            )
        )
    return found


REPORT = Report(
    code="pipeline",
    title=_l("Pipeline"),
    question=_l("What is in the pipeline, at which stage, and what would come of it?"),
    read=_read,
    from_plain=PipelineReport.from_plain,
    tables=_tables,
    charts=_charts,
    sentence=_sentence,
    methods=_methods,
    left_out=_left_out,
    is_empty=lambda report: report.now.first_known_on is None,
    icon="chart-bar",
    dimensions=tuple(Dimension),
    has_public=True,
    behind=standing_behind,
)
