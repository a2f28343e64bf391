"""The forecast as pictures: what is expected within its likely range, and what came."""

from collections.abc import Sequence

from flask_babel import gettext as _

from crm.reports.charts import ChartKind, ChartSpec, Series
from crm.reports.forecast import Expected, ExpectedQuarter, ForecastReport
from crm.reports.phrases import currency_name, quarter_name, short_number
from crm.reports.shown.forecast_past import Sum, came_link, past_amounts, past_jobs
from crm.reports.tables import Kind
from crm.web.formatting import count


def forecast_charts(report: ForecastReport) -> list[ChartSpec]:
    """Leads past and to come; jobs and amounts to come; how jobs and amounts of the past did."""
    coming: list[ExpectedQuarter] = []
    outlook = report.outlook
    if outlook is not None and outlook.is_said:
        coming = [one for one in outlook.quarters if one.quarter]
    found = _leads_chart(report, coming)
    if outlook is not None and coming:
        jobs = [line.jobs if outlook.has_jobs else None for line in coming]
        found += _coming_chart("jobs", _("Jobs to be announced"), coming, jobs)
        for place, currency in enumerate(outlook.currencies):
            if currency.has_amounts:
                found += _coming_chart(
                    f"capex_{(currency.code or 'none').lower()}",
                    _(
                        "Investment to be announced, %(currency)s",
                        currency=currency_name(currency.code),
                    ),
                    coming,
                    [line.capex[place] for line in coming],
                    currency=currency.code,
                    kind=Kind.MONEY,
                )
    sums = past_jobs(report)
    found += _past_chart("past_jobs", _("Jobs: expected and come"), sums, Kind.COUNT)
    for code, amounts in past_amounts(report):
        found += _past_chart(
            f"past_capex_{(code or 'none').lower()}",
            _("Investment, %(currency)s: expected and come", currency=currency_name(code)),
            amounts,
            Kind.MONEY,
            currency=code,
        )
    return found


def spoken(expected: Expected) -> str:
    """A likely range as it is read aloud; without one, the number."""
    if expected.low is None or expected.high is None:
        return short_number(expected.mean, digits=1)
    if expected.low == expected.high:
        return count(expected.low)
    return _("%(low)s to %(high)s", low=count(expected.low), high=count(expected.high))


def _leads_chart(report: ForecastReport, coming: Sequence[ExpectedQuarter]) -> list[ChartSpec]:
    past = [one for one in report.past if one.is_over]
    expected = [*(one.leads for one in past), *(one.leads for one in coming)]
    if not expected:
        return []
    names = tuple(
        quarter_name(quarter)
        for quarter in (*(one.quarter for one in past), *(one.quarter for one in coming))
    )
    series = [_expected(expected, digits=1)]
    if past:
        rest = (None,) * len(coming)
        series.append(
            Series(
                _("What came"),
                (*(one.came_count for one in past), *rest),
                links=(*(came_link(one) if one.came_count else None for one in past), *rest),
            )
        )
    outlook = report.outlook
    whole = None if outlook is None or not coming else outlook.whole
    return [
        ChartSpec(
            "leads",
            ChartKind.RANGE,
            _("Leads announced by quarter: expected and come"),
            _summary(names, expected, digits=1),
            "leads" if outlook is not None else "past",
            names,
            tuple(series),
            kind=Kind.NUMBER,
            headline=None if whole is None else spoken(whole.leads),
            headline_label=_("leads likely to be announced in four quarters"),
        )
    ]


def _coming_chart(
    code: str,
    title: str,
    lines: Sequence[ExpectedQuarter],
    expected: Sequence[Expected | None],
    *,
    currency: str | None = None,
    kind: Kind = Kind.COUNT,
) -> list[ChartSpec]:
    """The coming quarters of a table, which has the same code."""
    said = [one for one in expected if one is not None]
    if len(said) < len(expected):
        return []
    names = tuple(quarter_name(line.quarter) for line in lines)
    return [
        ChartSpec(
            code,
            ChartKind.RANGE,
            title,
            _summary(names, said),
            code,
            names,
            (_expected(said),),
            kind=kind,
            currency=currency,
        )
    ]


def _past_chart(
    code: str, title: str, sums: Sequence[Sum], kind: Kind, *, currency: str | None = None
) -> list[ChartSpec]:
    """What was said for past quarters and what came, of the table with the same code."""
    over = [(one, item) for one, item in sums if item.is_over]
    if not over:
        return []
    names = tuple(quarter_name(one.quarter) for one, _item in over)
    said = [item.said for _one, item in over]
    came = Series(
        _("What came"),
        tuple(item.came for _one, item in over),
        links=tuple(came_link(one) if item.came else None for one, item in over),
    )
    return [
        ChartSpec(
            code,
            ChartKind.RANGE,
            title,
            ", ".join(
                _(
                    "%(name)s: %(said)s expected, %(came)s came",
                    name=name,
                    said=short_number(item.said.mean),
                    came=short_number(item.came),
                )
                for name, (_one, item) in zip(names, over, strict=True)
            ),
            code,
            names,
            (_expected(said), came),
            kind=kind,
            currency=currency,
        )
    ]


def _expected(expected: Sequence[Expected], *, digits: int | None = None) -> Series:
    return Series(
        _("Expected"),
        tuple(round(one.mean, digits) for one in expected),
        low=tuple(one.low for one in expected),
        high=tuple(one.high for one in expected),
    )


def _summary(names: Sequence[str], expected: Sequence[Expected], *, digits: int = 0) -> str:
    return ", ".join(
        _("%(name)s: %(number)s", name=name, number=short_number(one.mean, digits=digits))
        for name, one in zip(names, expected, strict=True)
    )
