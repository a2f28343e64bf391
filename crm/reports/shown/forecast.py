"""What will be announced, quarter by quarter, and how past forecasts did, shown."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from crm.reports.charts import ChartKind, ChartSpec, Series
from crm.reports.forecast import (
    JUDGED_NEEDED,
    Expected,
    ExpectedQuarter,
    ForecastReport,
    Outlook,
    PastQuarter,
)
from crm.reports.forecast_queries import read_forecast
from crm.reports.phrases import currency_name, quarter_name, short_number
from crm.reports.report import Report, Words
from crm.reports.tables import Absent, Cell, Column, Kind, Row, RowKind, Table, Value, row
from crm.web.formatting import count, percent


def _tables(report: ForecastReport, _words: Words) -> list[Table]:
    found = []
    outlook = report.outlook
    if outlook is not None:
        found.append(_leads_table(outlook))
        if outlook.is_said:
            found.append(_jobs_table(outlook))
            found += [_money_table(outlook, place) for place in range(len(outlook.currencies))]
    found.append(_past_table(report))
    return found


def _range_columns(kind: Kind, currency: str | None = None) -> list[Column]:
    return [
        Column(_("Expected"), kind, currency=currency),
        Column(_("from"), kind, _("Likely range"), currency=currency),
        Column(_("to"), kind, _("Likely range"), currency=currency),
    ]


def _range(expected: Expected, mean: Value) -> list[Value | Cell]:
    if expected.low is None or expected.high is None:
        return [mean, Absent.TOO_FEW, Absent.TOO_FEW]
    return [mean, expected.low, expected.high]


def _lines(outlook: Outlook) -> list[tuple[str, ExpectedQuarter, RowKind]]:
    found = [
        (quarter_name(line.quarter), line, RowKind.BODY)
        for line in outlook.quarters
        if line.quarter is not None
    ]
    if outlook.whole is not None:
        found.append((_("All four quarters"), outlook.whole, RowKind.TOTAL))
    return found


def _leads_table(outlook: Outlook) -> Table:
    rows = [
        row(
            name,
            line.announced_count,
            *_range(line.leads, round(line.leads.mean, 1)),
            kind=kind,
        )
        for name, line, kind in _lines(outlook)
        if outlook.is_said
    ]
    return Table(
        "leads",
        _("Leads to be announced"),
        (
            Column(_("Quarter")),
            Column(_("Announced already"), Kind.COUNT),
            *_range_columns(Kind.NUMBER),
        ),
        tuple(rows),
        (
            _(
                "What was announced already stands beside what is expected from now on "
                "and is not part of it."
            ),
        ),
        empty=_("No open lead has a chance yet."),
    )


def _jobs_table(outlook: Outlook) -> Table:
    rows: list[Row] = [
        row(name, *_range(line.jobs, round(line.jobs.mean)), kind=kind)
        for name, line, kind in _lines(outlook)
    ]
    notes = _unknown(outlook.unknown_jobs_count) + _largest(outlook.largest_jobs_share)
    return Table(
        "jobs",
        _("Jobs to be announced"),
        (Column(_("Quarter")), *_range_columns(Kind.COUNT)),
        tuple(rows),
        notes,
        is_folded=True,
    )


def _money_table(outlook: Outlook, place: int) -> Table:
    currency = outlook.currencies[place]
    name = currency_name(currency.code)
    rows: list[Row] = []
    if currency.lead_count:
        rows = [
            row(name_of, *_range(line.capex[place], round(line.capex[place].mean)), kind=kind)
            for name_of, line, kind in _lines(outlook)
        ]
    return Table(
        f"capex_{(currency.code or 'none').lower()}",
        _("Investment to be announced, %(currency)s", currency=name),
        (Column(_("Quarter")), *_range_columns(Kind.MONEY, currency.code)),
        tuple(rows),
        (
            _unknown(currency.unknown_count)
            + _largest(currency.largest_share)
            + _above([line.capex[place] for _name, line, _kind in _lines(outlook)])
        ),
        empty=_("No lead states an amount here."),
        is_folded=True,
    )


def _unknown(number: int) -> tuple[str, ...]:
    if not number:
        return ()
    return (
        ngettext(
            "%(count)s open lead whose number is not known adds nothing here.",
            "%(count)s open leads whose number is not known add nothing here.",
            number,
            count=count(number),
        ),
    )


def _largest(share: float | None) -> tuple[str, ...]:
    if share is None:
        return ()
    return (_("The largest lead makes %(share)s of what is expected.", share=percent(share)),)


def _above(expected: list[Expected]) -> tuple[str, ...]:
    if not any(one.high is not None and one.mean > one.high for one in expected):
        return ()
    return (
        _(
            "What is expected can lie above the likely range: a large lead counts with its small "
            "chance, and most likely does not come."
        ),
    )


def _past_table(report: ForecastReport) -> Table:
    rows = [
        row(
            Cell(
                quarter_name(one.quarter),
                note=None if one.is_own else _("computed later, from what was known then"),
            ),
            *_range(one.leads, round(one.leads.mean, 1)),
            one.came_count if one.is_over else Absent.NOT_YET,
            _verdict(one),
            one.later_count if one.is_over else Absent.NOT_YET,
        )
        for one in report.past
    ]
    return Table(
        "past",
        _("How past forecasts did"),
        (
            Column(_("Quarter")),
            *_range_columns(Kind.NUMBER),
            Column(_("What came"), Kind.COUNT),
            Column(_("In the likely range")),
            Column(_("Announced besides"), Kind.COUNT),
        ),
        tuple(rows),
        (
            _(
                "Each forecast is of the leads that were open on the day before the quarter and "
                "that the whole office may see; filters do not change it. Announced besides: "
                "leads that were not known or not open then."
            ),
        ),
        empty=_("No past forecast yet: the first one is made at the end of the quarter."),
    )


def _verdict(one: PastQuarter) -> str:
    if one.is_inside is None:
        return _("not yet") if not one.is_over else _("too few to say")
    return _("yes") if one.is_inside else _("no")


def _charts(report: ForecastReport, _words: Words) -> list[ChartSpec]:
    past = [one for one in report.past if one.is_over]
    outlook = report.outlook
    coming = (
        []
        if outlook is None or not outlook.is_said
        else [one for one in outlook.quarters if one.quarter]
    )
    expected = [one.leads for one in past] + [one.leads for one in coming]
    if not expected:
        return []
    names = tuple(
        quarter_name(quarter)
        for quarter in (*(one.quarter for one in past), *(one.quarter for one in coming))
    )
    came = (*(one.came_count for one in past), *(None for _one in coming))
    series = [
        Series(
            _("Expected"),
            tuple(round(one.mean, 1) for one in expected),
            low=tuple(one.low for one in expected),
            high=tuple(one.high for one in expected),
        )
    ]
    if past:
        series.append(Series(_("What came"), came))
    whole = None if outlook is None or not coming else outlook.whole
    found = [
        ChartSpec(
            "leads",
            ChartKind.RANGE,
            _("Leads announced by quarter: expected and come"),
            ", ".join(
                _("%(name)s: %(number)s", name=name, number=short_number(one.mean, digits=1))
                for name, one in zip(names, expected, strict=True)
            ),
            "leads" if outlook is not None else "past",
            names,
            tuple(series),
            kind=Kind.NUMBER,
            headline=None if whole is None else _spoken(whole.leads),
            headline_label=_("leads likely to be announced in four quarters"),
        )
    ]
    if outlook is None or not coming:
        return found
    jobs = [line.jobs for line in coming]
    found.append(_chart("jobs", _("Jobs to be announced"), coming, jobs))
    for place, currency in enumerate(outlook.currencies):
        if currency.lead_count:
            code = currency.code
            found.append(
                _chart(
                    f"capex_{(code or 'none').lower()}",
                    _("Investment to be announced, %(currency)s", currency=currency_name(code)),
                    coming,
                    [line.capex[place] for line in coming],
                    currency=code,
                    kind=Kind.MONEY,
                )
            )
    return found


def _chart(
    code: str,
    title: str,
    lines: list[ExpectedQuarter],
    expected: list[Expected],
    *,
    currency: str | None = None,
    kind: Kind = Kind.COUNT,
) -> ChartSpec:
    """The coming quarters of a table, which has the same code."""
    names = tuple(quarter_name(line.quarter) for line in lines)
    return ChartSpec(
        code,
        ChartKind.RANGE,
        title,
        ", ".join(
            _("%(name)s: %(number)s", name=name, number=short_number(one.mean))
            for name, one in zip(names, expected, strict=True)
        ),
        code,
        names,
        (
            Series(
                _("Expected"),
                tuple(round(one.mean) for one in expected),
                low=tuple(one.low for one in expected),
                high=tuple(one.high for one in expected),
            ),
        ),
        kind=kind,
        currency=currency,
    )


def _spoken(expected: Expected) -> str:
    if expected.low is None or expected.high is None:
        return short_number(expected.mean, digits=1)
    return _("%(low)s to %(high)s", low=count(expected.low), high=count(expected.high))


def _sentence(report: ForecastReport, _words: Words) -> str:
    outlook = report.outlook
    if outlook is None or outlook.whole is None:
        if report.is_few:
            return _("Too few leads to say.")
        return _("No forecast was kept of this day.")
    if not outlook.lead_count:
        return _("No lead is open, so there is nothing to forecast.")
    if not outlook.is_said:
        return _("No open lead has a chance yet, so there is nothing to forecast from.")
    expected = outlook.whole.leads
    if not outlook.has_range:
        return _(
            "Too few to say how sure this is: by starting points alone, about %(number)s leads "
            "would be announced in four quarters.",
            number=short_number(expected.mean, digits=1),
        )
    said = _(
        "Of the leads open now, %(low)s to %(high)s will likely be announced in four quarters; "
        "%(number)s are expected.",
        low=count(expected.low or 0),
        high=count(expected.high or 0),
        number=short_number(expected.mean, digits=1),
    )
    judged = report.judged
    if not judged:
        return said
    inside = sum(bool(one.is_inside) for one in judged)
    judgement = ngettext(
        "%(inside)s of %(count)s past forecast was right within its range.",
        "%(inside)s of %(count)s past forecasts were right within their range.",
        len(judged),
        inside=count(inside),
        count=count(len(judged)),
    )
    return f"{said} {judgement}"


def _methods(report: ForecastReport, _words: Words) -> list[str]:
    found = [
        _(
            "Each open lead counts with its chance of being announced in the quarter, as the "
            "model says it for 90, 180 and 365 days; in between, at an even pace. Chances that "
            "officers set by hand are not used. Leads that come in later are not in it."
        ),
        _(
            "The likely range holds the middle 80%% of %(count)s futures drawn by a fixed seed: "
            "each lead is announced or not on its own (a sum of trials with different chances, "
            "%(source)s), and half of how far the model may be off is shared by all of them.",
            count=count(4000),
            source="S. D. Poisson, 1837",
        ),
        _(
            "Amounts are the lower ends of what was stated, by currency and never converted. "
            "A quarter counts as judged when it is over and its forecast rested on the office's "
            "own leads; the brief shows the forecast once %(count)s are.",
            count=count(JUDGED_NEEDED),
        ),
    ]
    if report.outlook is not None and report.outlook.model_number is not None:
        found.append(
            _(
                "The chances are those of version %(number)s of the model.",
                number=count(report.outlook.model_number),
            )
        )
    return found


def _left_out(report: ForecastReport, _words: Words) -> list[str]:
    outlook = report.outlook
    if outlook is None:
        return []
    found = []
    if outlook.refused_count:
        found.append(
            _(
                "The stored model was refused, so its chances are not used. "
                "Leads left out for that: %(count)s",
                count=count(outlook.refused_count),
            )
        )
    waiting = outlook.unscored_count - outlook.refused_count
    if waiting:
        found.append(
            ngettext(
                "%(count)s open lead has no chance yet and is left out.",
                "%(count)s open leads have no chance yet and are left out.",
                waiting,
                count=count(waiting),
            )
        )
    if outlook.starting_count:
        found.append(
            ngettext(
                "%(count)s open lead counts by editable starting points: nothing was learned yet.",
                "%(count)s open leads count by editable starting points: nothing was learned yet.",
                outlook.starting_count,
                count=count(outlook.starting_count),
            )
        )
    if outlook.rate_count:
        found.append(
            ngettext(
                "%(count)s open lead counts by the office's own rate, the same for every lead.",
                "%(count)s open leads count by the office's own rate, the same for every lead.",
                outlook.rate_count,
                count=count(outlook.rate_count),
            )
        )
    return found


REPORT = Report(
    code="forecast",
    title=_l("Forecast"),
    question=_l("What will be announced in the next four quarters, and how right were we so far?"),
    read=read_forecast,
    from_plain=ForecastReport.from_plain,
    tables=_tables,
    charts=_charts,
    sentence=_sentence,
    methods=_methods,
    left_out=_left_out,
    is_empty=lambda report: (
        not report.past and (report.outlook is None or not report.outlook.lead_count)
    ),
    icon="trending-up",
    compares=False,
)
