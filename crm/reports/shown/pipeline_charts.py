"""The pipeline as charts, each with the table that it is drawn from."""

from collections.abc import Sequence

from flask_babel import gettext as _

from crm.reports.charts import ChartKind, ChartSpec, Series
from crm.reports.params import Dimension
from crm.reports.phrases import currencies_of, dimension_name, group_name, short_money
from crm.reports.pipeline import OPEN_STAGES, Pipeline, PipelineReport
from crm.reports.report import Words
from crm.reports.shown.announced import announced_chart, summary_of
from crm.reports.shown.pipeline_tables import group_link, places_of
from crm.reports.sums import Money, Sums
from crm.reports.tables import Kind, Link
from crm.web.formatting import count, day

# More bars than these tell nobody anything; the table has all.
_GROUPS_DRAWN = 12


def charts_of(report: PipelineReport, words: Words) -> list[ChartSpec]:
    """Leads and each currency by stage, groups, and what was announced."""
    now, before = report.now, report.before
    places = places_of(now)
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
            summary_of(names, [sums.lead_count for _name, _args, sums in places]),
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
    found.append(announced_chart(now))
    return found


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
        **_headline(total),
    )


def _headline(total: Money) -> dict[str, str]:
    """The weighted sum, or what is stated where that alone may be printed."""
    if total.amount is None:
        return {}
    stated = short_money(total.amount, total.currency)
    if total.weighted is None:
        return {"headline": stated, "headline_label": _("stated")}
    return {
        "headline": short_money(total.weighted, total.currency),
        "headline_label": _("weighted, of %(amount)s stated", amount=stated),
    }


def _group_chart(now: Pipeline, words: Words) -> ChartSpec:
    lines = now.groups[:_GROUPS_DRAWN]
    names = tuple(group_name(line.key, now.by, words) for line in lines)
    values = tuple(line.sums.lead_count for line in lines)
    return ChartSpec(
        "groups",
        ChartKind.BARS,
        _("Open leads by %(what)s", what=dimension_name(now.by).lower()),
        summary_of(names, values),
        "groups",
        names,
        (Series(_("Leads"), values, links=tuple(group_link(line, now.by) for line in lines)),),
    )
