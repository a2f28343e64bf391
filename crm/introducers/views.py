"""Who opened a door: the report, and the page of one introducer."""

from typing import Any

from flask import Blueprint, render_template, request
from flask_babel import get_locale

from crm.errors import sentence
from crm.introducers.filters import IntroducerFilters, IntroducerKind, read_filters
from crm.introducers.graph import WIDTH, draw
from crm.introducers.queries import load_facts
from crm.introducers.report import build_report, find_line, list_leads, path_of
from crm.introducers.wording import KINDS, WORDS
from crm.leads.list_queries import load_options, markets_in_order
from crm.timezones import today
from crm.web.access import STAFF, allow
from crm.web.formatting import country_name, percent
from crm.web.request import actor, now, reader
from models.errors import NotFoundError

blueprint = Blueprint("introducers", __name__, url_prefix="/introducers")

MOST_SHOWN = 200


@blueprint.get("/")
@allow(STAFF)
def index() -> Any:
    """Introducers with the leads they brought and the credit they have."""
    filters = read_filters(request.args)
    options = load_options(reader(), language=get_locale().language)
    context = {
        "filters": filters,
        "arguments": filters.as_args(),
        "problems": {name: sentence(error) for name, error in filters.problems.items()},
        "kinds": KINDS,
        "markets": markets_in_order(iter(options.markets), country_name),
        "today": today(now(), actor().time_zone),
        "may_write": actor().may_write,
    }
    if filters.problems:
        return render_template("introducers/index.html", **context, report=None), 422
    report = build_report(load_facts(reader(), filters, now=now()), filters)
    return render_template(
        "introducers/index.html",
        **context,
        report=report,
        lines=report.lines[:MOST_SHOWN],
        path_of=path_of,
        percent=percent,
        args=_days_and_market(filters),
    )


@blueprint.get("/<kind>/<introducer_id>")
@allow(STAFF)
def show(kind: str, introducer_id: str) -> Any:
    """One introducer: the way from them over leads to what was announced."""
    filters = read_filters(request.args)
    asked = IntroducerKind.PERSON if kind == IntroducerKind.PERSON.value else None
    # Days that are none narrow nothing here: there is no form to say so.
    chosen = IntroducerFilters(kind=asked, market=filters.market)
    if not filters.problems:
        chosen = IntroducerFilters(
            kind=asked,
            market=filters.market,
            first=filters.first,
            last=filters.last,
            typed_from=filters.typed_from,
            typed_to=filters.typed_to,
        )
    facts = load_facts(reader(), chosen, now=now())
    line = find_line(build_report(facts, chosen), kind, introducer_id)
    if line is None or line.introducer is None:
        raise NotFoundError
    leads, others = list_leads(facts, line)
    return render_template(
        "introducers/show.html",
        line=line,
        who=line.introducer,
        leads=leads,
        others=others,
        drawing=draw(line.introducer, leads, others),
        drawing_width=WIDTH,
        kinds=KINDS,
        words=WORDS,
        percent=percent,
        filters=chosen,
        args=_days_and_market(chosen),
    )


def _days_and_market(filters: IntroducerFilters) -> dict[str, str]:
    """What the page of one introducer is narrowed by as well."""
    return {name: value for name, value in filters.as_args().items() if name != "kind"}
