"""What will be announced, quarter by quarter, and how past forecasts did, shown."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from crm.reports.charts import ChartSpec
from crm.reports.forecast import JUDGED_NEEDED, Expected, ForecastReport, Outlook
from crm.reports.forecast_behind import forecast_behind
from crm.reports.forecast_queries import read_forecast
from crm.reports.phrases import short_number
from crm.reports.report import Report, Words
from crm.reports.shown.forecast_charts import forecast_charts
from crm.reports.shown.forecast_past import (
    computing_text,
    inside_text,
    judged_text,
    past_tables,
    sums_notes,
)
from crm.reports.shown.forecast_tables import coming_tables
from crm.reports.shown.likelihoods import forecast_likelihoods
from crm.reports.tables import Table
from crm.web.formatting import count, day


def _tables(report: ForecastReport, _words: Words) -> list[Table]:
    return [*coming_tables(report), *past_tables(report)]


def _charts(report: ForecastReport, _words: Words) -> list[ChartSpec]:
    return forecast_charts(report)


def _sentence(report: ForecastReport, _words: Words) -> str:
    outlook = report.outlook
    if report.is_held_back:
        course = report.course
        why = computing_text(course) if course.missing_count else judged_text(course)
        return " ".join([_("The forecast is not published yet."), why])
    if outlook is None or outlook.whole is None:
        return _nothing_kept(report)
    if not outlook.lead_count:
        return _("No lead is open, so there is nothing to forecast.")
    if not outlook.is_said:
        return _("No open lead has a chance yet, so there is nothing to forecast from.")
    if not outlook.has_range:
        return _(
            "Too few to say how sure this is: by starting points alone, about %(number)s leads "
            "would be announced in four quarters.",
            number=short_number(outlook.whole.leads.mean, digits=1),
        )
    return " ".join([_expectation(report, outlook, outlook.whole.leads), *inside_text(report.past)])


def _nothing_kept(report: ForecastReport) -> str:
    if report.is_few:
        return _("Too few leads to say.")
    if report.is_narrowed:
        return _(
            "Forecasts of past days are kept for all leads of a type together: "
            "take the filters away to read this one."
        )
    if report.course.missing_count and not report.course.has_failed:
        return _("The forecast of this day is still being computed.")
    return _("No forecast was kept of this day.")


def _expectation(report: ForecastReport, outlook: Outlook, expected: Expected) -> str:
    """What is to be expected, as it can be read aloud."""
    low, high = expected.low or 0, expected.high or 0
    last = outlook.quarters[-1].quarter
    words = {
        "count": count(outlook.lead_count),
        "day": day(outlook.day if report.is_kept else report.as_of),
        "end": "" if last is None else day(last.ends_on),
        "number": count(round(expected.mean)),
        "low": count(low),
        "high": count(high),
    }
    if high == 0:
        return ngettext(
            "Of the %(count)s lead open on %(day)s, most likely none will be announced by %(end)s.",
            "Of the %(count)s leads open on %(day)s, most likely none will be announced "
            "by %(end)s.",
            outlook.lead_count,
            **words,
        )
    if low == high:
        return ngettext(
            "Of the %(count)s lead open on %(day)s, most likely %(low)s will be announced "
            "by %(end)s.",
            "Of the %(count)s leads open on %(day)s, most likely %(low)s will be announced "
            "by %(end)s.",
            outlook.lead_count,
            **words,
        )
    if round(expected.mean) < 1:
        return ngettext(
            "Of the %(count)s lead open on %(day)s, between %(low)s and %(high)s will likely be "
            "announced by %(end)s.",
            "Of the %(count)s leads open on %(day)s, between %(low)s and %(high)s will likely be "
            "announced by %(end)s.",
            outlook.lead_count,
            **words,
        )
    return ngettext(
        "Of the %(count)s lead open on %(day)s, between %(low)s and %(high)s will likely be "
        "announced by %(end)s; we expect about %(number)s.",
        "Of the %(count)s leads open on %(day)s, between %(low)s and %(high)s will likely be "
        "announced by %(end)s; we expect about %(number)s.",
        outlook.lead_count,
        **words,
    )


def _methods(report: ForecastReport, _words: Words) -> list[str]:
    return [
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
            "If the likely ranges are right, what came lies within them in about eight of ten "
            "quarters. Leads that became confidential since are not counted in what came."
        ),
        _(
            "Amounts are the lower ends of what was stated, by currency and never converted. "
            "A quarter counts as judged when it is over and its forecast rested on the office's "
            "own leads; the brief shows the forecast once %(count)s are.",
            count=count(JUDGED_NEEDED),
        ),
        *sums_notes(report),
    ]


def _left_out(report: ForecastReport, _words: Words) -> list[str]:
    outlook = report.outlook
    if outlook is None:
        return []
    if report.is_public:
        return _left_out_in_public(outlook)
    found = []
    if outlook.refused_count:
        found.append(
            _(
                "The stored model was refused, so its chances are not used. "
                "Leads left out for that: %(count)s",
                count=count(outlook.refused_count),
            )
        )
    waiting = (outlook.unscored_count or 0) - (outlook.refused_count or 0)
    if waiting:
        found.append(_left_without(waiting))
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


def _left_without(number: int) -> str:
    return ngettext(
        "%(count)s open lead has no chance yet and is left out.",
        "%(count)s open leads have no chance yet and are left out.",
        number,
        count=count(number),
    )


def _left_out_in_public(outlook: Outlook) -> list[str]:
    found = []
    if outlook.unscored_count is None:
        found.append(_("Fewer than three open leads have no chance yet and are left out."))
    elif outlook.unscored_count:
        found.append(_left_without(outlook.unscored_count))
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
    likelihoods=forecast_likelihoods,
    is_empty=lambda report: (
        not report.is_held_back
        and not report.past
        and not report.course.missing_count
        and (report.outlook is None or not report.outlook.lead_count)
    ),
    icon="trending-up",
    compares=False,
    has_public=True,
    behind=forecast_behind,
)
