"""The pipeline as it stood on a day, shown."""

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy.orm import Session

from crm.labels import label
from crm.reports.behind import standing_behind
from crm.reports.params import Dimension, ReportParams
from crm.reports.phrases import change_text, leads_text, listed, short_money, told_text
from crm.reports.pipeline import PipelineReport
from crm.reports.pipeline_queries import read_pipeline
from crm.reports.report import Report, Words
from crm.reports.shown.converted import converted_methods
from crm.reports.shown.likelihoods import pipeline_likelihoods
from crm.reports.shown.pipeline_charts import charts_of
from crm.reports.shown.pipeline_tables import tables_of
from crm.reports.sums import Told
from crm.web.formatting import count, day, percent


def _read(session: Session, params: ReportParams, *, now: datetime) -> PipelineReport:
    return read_pipeline(session, params, now=now)


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
    rates = (report.now.rates, report.before.rates if report.before else None)
    found = [
        _(
            "The open pipeline is stages 1 to 7, active or on hold. A range "
            "counts with its lower end; currencies are never converted or "
            "added together."
        )
        if report.now.rates is None
        else _(
            "The open pipeline is stages 1 to 7, active or on hold. A range counts with its lower "
            "end. Each currency stands on its own; they are added together only where it says so."
        ),
        *converted_methods(*rates),
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
    tables=tables_of,
    charts=charts_of,
    sentence=_sentence,
    methods=_methods,
    left_out=_left_out,
    likelihoods=pipeline_likelihoods,
    is_empty=lambda report: report.now.first_known_on is None,
    icon="chart-bar",
    dimensions=tuple(Dimension),
    has_public=True,
    converts=True,
    behind=standing_behind,
)
