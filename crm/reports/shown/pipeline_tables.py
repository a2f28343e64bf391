"""The pipeline as tables: leads, jobs and investment by stage, and by what else is asked."""

from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import pgettext

from crm.labels import label
from crm.reports.converted import parts_of
from crm.reports.params import Dimension
from crm.reports.phrases import (
    amount_value,
    currencies_of,
    currency_name,
    dimension_name,
    group_name,
    value_or,
    weighted_value,
)
from crm.reports.pipeline import OPEN_STAGES, GroupLine, Pipeline, PipelineReport
from crm.reports.report import Words
from crm.reports.shown.announced import announced_table
from crm.reports.shown.converted import ConvertedLine, converted_lines, converted_table
from crm.reports.sums import Sums
from crm.reports.tables import Absent, Cell, Column, Kind, Link, Row, RowKind, Table, Value, row
from crm.web.formatting import day


def places_of(pipeline: Pipeline) -> list[tuple[str, dict[str, str], Sums]]:
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


def tables_of(report: PipelineReport, words: Words) -> list[Table]:
    """Leads and investment by stage, converted sums, groups, and what was announced."""
    now, before = report.now, report.before
    places = [(name, Link(args), sums) for name, args, sums in places_of(now)]
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
        *_converted_tables(report, places, everything, apart),
    ]
    if now.by is not Dimension.STAGE:
        found += _group_tables(now, words)
    found.append(announced_table(now))
    return found


def _converted_tables(
    report: PipelineReport,
    places: Sequence[tuple[str, Link, Sums]],
    everything: tuple[str, Link, Sums],
    apart: tuple[str, Link, Sums],
) -> list[Table]:
    """By stage, on both days, and how the sum of each day comes about."""
    now, before = report.now, report.before
    if now.rates is None:
        return []
    lines: list[ConvertedLine] = [(name, sums, RowKind.BODY) for name, _link, sums in places]
    lines.append((_("Open pipeline"), everything[2], RowKind.TOTAL))
    name, _link, sums = apart
    lines.append((Cell(name, note=_("not part of the open pipeline")), sums, RowKind.APART))
    earlier = None
    if before is not None and before.rates is not None and not now.bands:
        stages = [line.sums for line in before.stages]
        earlier = (before.rates, [*stages[:-1], before.total, stages[-1]])
    title = _("Investment by stage, converted to %(currency)s", currency=now.rates.target)
    by_stage = converted_lines(
        "converted_stages", title, _("Stage"), lines, now.rates, earlier=earlier
    )
    days = (("converted", report.now), ("converted_before", report.before))
    return [
        by_stage,
        *(
            converted_table(code, pipeline.rates, parts)
            for code, pipeline in days
            if pipeline is not None and pipeline.rates is not None
            for parts in [parts_of(pipeline.total)]
            if parts
        ),
    ]


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
            Column(_("Difference"), Kind.CHANGE),
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
        return Cell(Absent.FEW if sums.is_few else Absent.WITHHELD)
    held = Link({**link.args, "status": "on_hold"})
    return Cell(sums.on_hold_count, held if sums.on_hold_count else None)


def _jobs(sums: Sums) -> list[Value | Cell]:
    jobs = sums.jobs
    if sums.is_few:
        return [Absent.WITHHELD, Absent.WITHHELD, Absent.WITHHELD]
    unknown = value_or(jobs.unknown_count, Absent.WITHHELD)
    if jobs.is_few:
        return [Absent.WITHHELD, Absent.WITHHELD, unknown]
    if not jobs.lead_count:
        return [Absent.NOTHING, Absent.NOTHING, unknown]
    weighted = Absent.WITHHELD if jobs.weighted is None else round(jobs.weighted)
    return [value_or(jobs.count, Absent.WITHHELD), weighted, unknown]


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
    columns += [
        Column(_("Investment not known of"), Kind.COUNT),
    ]
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
    cells.append(
        Absent.WITHHELD
        if number is None or sums.is_few
        else Cell(number, unknown if number else None)
    )
    return row(*cells, kind=kind)


def _group_tables(now: Pipeline, words: Words) -> list[Table]:
    by = dimension_name(now.by)
    named = [
        (group_name(line.key, now.by, words), group_link(line, now.by), line.sums)
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
        *_converted_groups(now, by, [(name, sums) for name, _link, sums in named]),
    ]


def _converted_groups(now: Pipeline, by: str, named: Sequence[tuple[str, Sums]]) -> list[Table]:
    if now.rates is None or not named:
        return []
    lines: list[ConvertedLine] = [(name, sums, RowKind.BODY) for name, sums in named]
    if now.by is not Dimension.AGREEMENT:
        lines.append((_("Open pipeline"), now.total, RowKind.TOTAL))
    title = _(
        "Investment by %(what)s, converted to %(currency)s",
        what=by.lower(),
        currency=now.rates.target,
    )
    return [converted_lines("converted_groups", title, by, lines, now.rates)]


def group_link(line: GroupLine, by: Dimension) -> Link:
    """Where the leads of a group are listed."""
    if line.key.is_other:
        return Link({"open": "1"})
    return Link({"open": "1", "group": f"{by.value}:{line.key.code or ''}"})
