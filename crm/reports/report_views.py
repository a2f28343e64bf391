"""The index of reports, the page of each, its charts as pictures, and the leads behind a number."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from flask import Response, abort, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from crm.errors import sentence
from crm.labels import choices
from crm.leads.filters import MINE, NOBODY
from crm.leads.list_queries import load_options, markets_in_order
from crm.rates.queries import list_targets
from crm.reports.behind_queries import count_behind, count_every, list_behind
from crm.reports.catalogue import check_public, get_report, reports_for
from crm.reports.page_parts import MOST_LINES, charts_by_table
from crm.reports.params import Dimension, RelativeDay, ReportParams, Settled, read_params, settle
from crm.reports.phrases import dimension_name
from crm.reports.rendering import draw_svg
from crm.reports.report import Report, Words
from crm.reports.saved import list_saved
from crm.reports.tables import Link
from crm.reports.takeaway.taken import public_note
from crm.reports.views import blueprint
from crm.reports.waiting import expected_time, reading_text
from crm.web.access import STAFF, allow
from crm.web.formatting import country_name
from crm.web.request import actor, now, reader, settings
from models.agreement import Agreement
from models.errors import DomainError
from models.stage import LeadType

# What the form sends beside the word of a day: a day of one's own.
_OWN_DAY = "day"
_DIMENSIONS_IN_PUBLIC = tuple(by for by in Dimension if by is not Dimension.OWNER)
# Who waits for the figures, however long they take.
_FIGURES = "no"


@blueprint.get("/")
@allow(STAFF)
def index() -> Any:
    """Every report, with the question that it answers."""
    return render_template(
        "reports/index.html",
        reports=reports_for(actor().role),
        saved=list_saved(reader(), actor()),
    )


@blueprint.get("/<code>")
@allow(STAFF)
def show(code: str) -> Any:
    """A report: its answer in a sentence, its charts, its tables, and how it is counted."""
    report = get_report(code, actor().role)
    if {"as_of_on", "compare_on"} & request.args.keys():
        # One address a report, whichever way its form says a day.
        return redirect(_address("reports.show", {"code": code} | _canonical(request.args)))
    params, context = _chosen(report)
    try:
        check_public(report, params)
        settled = settle(reader(), params, now=now(), compares_with=_usual(report))
        if _keeps_waiting(report, settled):
            return _waiting(report, settled, context)
        figures = report.figures(reader(), params, now=now())
    except DomainError as error:
        problems = context["problems"] or {error.field or "as_of": sentence(error)}
        return render_template("reports/report.html", **context | {"problems": problems}), 422
    words = _words()
    charts, tables = charts_by_table(
        report.charts(figures, words),
        report.tables(figures, words),
        _addresses(report, params),
    )
    return render_template(
        "reports/report.html",
        **context,
        settled=settled,
        is_empty=report.is_empty(figures),
        sentence=report.sentence(figures, words),
        likelihoods=report.likelihoods(figures),
        charts=charts,
        tables=tables,
        left_out=report.left_out(figures, words),
        methods=report.methods(figures, words),
        counts_all=actor().counts_all and not params.is_public,
        public_note=public_note(),
        made_at=now(),
    )


def _keeps_waiting(report: Report, settled: Settled) -> bool:
    """Whether to say first what is being read: not to who asks for the figures themselves."""
    return (
        request.args.get("wait") != _FIGURES
        and expected_time(reader(), report, settled) > settings().report_wait_after
    )


def _waiting(report: Report, settled: Settled, context: dict[str, Any]) -> str:
    return render_template(
        "reports/waiting.html",
        **context,
        reading=reading_text(report, settled),
        figures_url=_address(
            "reports.show", {"code": report.code, "wait": _FIGURES} | context["args"]
        ),
    )


@blueprint.get("/<code>/<chart>.svg")
@allow(STAFF)
def chart(code: str, chart: str) -> Any:
    """A chart of a report as a picture, for a page without scripts and for documents."""
    report = get_report(code, actor().role)
    params, _context = _chosen(report)
    check_public(report, params)
    figures = report.figures(reader(), params, now=now())
    found = [spec for spec in report.charts(figures, _words()) if spec.code == chart]
    if not found or found[0].is_empty:
        abort(404)
    return Response(draw_svg(found[0]), mimetype="image/svg+xml")


@blueprint.get("/<code>/leads")
@allow(STAFF)
def leads_behind(code: str) -> Any:
    """The leads behind a number of a report, as they stood on its day."""
    report = get_report(code, actor().role)
    if report.behind is None:
        abort(404)
    params, context = _chosen(report)
    settled = settle(reader(), params, now=now(), compares_with=_usual(report))
    args = {name: value for name, value in request.args.items() if name != "after"}
    behind = report.behind(reader(), settled, args)
    page = list_behind(reader(), behind.conditions, cursor=request.args.get("after"))
    lead_count = len(page.rows)
    if page.next_cursor or "after" in request.args:
        lead_count = count_behind(reader(), behind.conditions)
    every = lead_count
    if actor().counts_all:
        every = count_every(reader(), settled, behind.conditions)
    return render_template(
        "reports/leads_behind.html",
        **context,
        settled=settled,
        behind=behind,
        page=page,
        lead_count=lead_count,
        hidden_count=every - lead_count,
        made_at=now(),
        address_args=args,
    )


def _canonical(args: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in args.items() if not name.endswith("_on")}
    for name in ("as_of", "compare"):
        own = args.get(f"{name}_on", "").strip()
        if kept.get(name) == _OWN_DAY or (own and not kept.get(name)):
            kept[name] = own
    found = read_params(kept)
    typed = {name: kept[name] for name in found.problems if name in kept}
    return found.as_args() | typed


def _chosen(report: Report) -> tuple[ReportParams, dict[str, Any]]:
    """The parameters in the address, and what their form shows."""
    options = load_options(reader(), language=get_locale().language)
    params = read_params(request.args).offered_by(options)
    agreements = _agreements() if "agreement" in report.filters else []
    if params.agreement not in {code for code, _name in agreements}:
        params = replace(params, agreement=None)
    targets = list_targets(reader()) if report.converts else []
    if params.convert not in targets:
        params = replace(params, convert=None)
    return params, {
        "report": report,
        "params": params,
        "args": params.as_args(),
        "problems": {name: sentence(error) for name, error in params.problems.items()},
        "lead_types": choices(LeadType),
        "dimensions": [
            (by.value, dimension_name(by))
            for by in report.dimensions
            if not params.is_public or by in (params.by, *_DIMENSIONS_IN_PUBLIC)
        ],
        "fields": _fields(report, params, options, agreements),
        "targets": [("", _("No, each currency on its own")), *((code, code) for code in targets)],
        "days": {
            "as_of": _day_field(params.as_of, params.typed_as_of, _report_days()),
            "compare": _day_field(
                params.compare or _usual(report), params.typed_compare, _compared_days()
            ),
        },
    }


def _fields(
    report: Report, params: ReportParams, options: Any, agreements: list[tuple[str, str]]
) -> list[Any]:
    """The filters of the form, in order: name, label, what is chosen, what there is."""
    every = {
        "office": (_("Office"), params.office, options.offices),
        "country": (
            _("Country"),
            params.market,
            markets_in_order(iter(options.markets), country_name),
        ),
        "sector": (_("Sector"), params.sector, options.sectors),
        "owner": (
            _("Owner"),
            params.owner,
            [(MINE, _("Mine")), (NOBODY, _("Without owner")), *options.owners],
        ),
        "source": (_("Source"), params.source, options.sources),
        "agreement": (_("Agreement"), params.agreement, agreements),
    }
    # What is published is about nobody's work alone.
    is_without_owners = params.is_public and not params.owner
    return [
        (name, *every[name])
        for name in report.filters
        if not (name == "owner" and is_without_owners)
    ]


def _agreements() -> list[tuple[str, str]]:
    name = sa.func.coalesce(sa.func.nullif(Agreement.short_name, ""), Agreement.name)
    statement = sa.select(Agreement.public_id, name).order_by(name)
    return [(row[0], row[1]) for row in reader().execute(statement)]


def _report_days() -> list[tuple[str, str]]:
    return [
        ("", _("Today")),
        (RelativeDay.LAST_MONTH.value, _("End of last month")),
        (RelativeDay.LAST_QUARTER.value, _("End of last quarter")),
        (RelativeDay.YEAR_START.value, _("Start of the fiscal year")),
        (_OWN_DAY, _("On a day of your choice")),
    ]


def _compared_days() -> list[tuple[str, str]]:
    return [
        ("", _("No other day")),
        (RelativeDay.LAST_QUARTER.value, _("End of last quarter")),
        (RelativeDay.LAST_YEAR.value, _("Same day last year")),
        (RelativeDay.YEAR_START.value, _("Start of the fiscal year")),
        (RelativeDay.LAST_MONTH.value, _("End of last month")),
        (_OWN_DAY, _("On a day of your choice")),
    ]


def _day_field(chosen: Any, typed: str, choices_: list[tuple[str, str]]) -> dict[str, Any]:
    """What a day's two inputs show: a word, or a day of one's own."""
    if chosen is RelativeDay.TODAY:
        chosen = None
    is_word = isinstance(chosen, RelativeDay)
    is_own = not is_word and bool(typed) and typed != RelativeDay.TODAY.value
    return {
        "choices": choices_,
        "word": chosen.value if is_word else _OWN_DAY if is_own else "",
        "own": typed if is_own else "",
    }


def _usual(report: Report) -> RelativeDay | None:
    """The day that a report compares with when nobody says one."""
    return RelativeDay.LAST_QUARTER if report.needs_compare else None


def _words() -> Words:
    return Words(get_locale().language, most_lines=MOST_LINES)


def _addresses(report: Report, params: ReportParams) -> Any:
    """What makes an address of a link. In public mode numbers lead nowhere."""

    def address(link: Link) -> str | None:
        if link.endpoint is not None:
            return _address(link.endpoint, link.args)
        if report.behind is None or params.is_public:
            return None
        args = {"code": report.code} | params.as_args() | dict(link.args)
        return _address("reports.leads_behind", args)

    return address


def _address(endpoint: str, args: Mapping[str, Any]) -> str:
    return url_for(endpoint, **args)
