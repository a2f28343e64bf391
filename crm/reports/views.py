"""The funnel, and what open leads still lack."""

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from crm.errors import sentence
from crm.labels import REQUIREMENTS, choices
from crm.leads.filters import MINE, NOBODY, Standing
from crm.leads.list_queries import are_all_leads, load_options, markets_in_order
from crm.reports.filters import FunnelFilters, read_filters
from crm.reports.funnel import build_funnel
from crm.reports.gaps import build_gaps
from crm.reports.gaps_queries import summarise_gaps
from crm.reports.queries import summarise_funnel
from crm.timezones import today
from crm.web.access import STAFF, allow
from crm.web.formatting import country_name, percent
from crm.web.request import actor, now, reader
from models.lead import LossReason
from models.stage import LeadType, StageCode

blueprint = Blueprint("reports", __name__, url_prefix="/reports")


@blueprint.get("/funnel")
@allow(STAFF)
def funnel() -> Any:
    """Leads, investment and jobs by stage, and how leads go from stage to stage."""
    filters, context = _chosen()
    if filters.problems:
        return render_template("reports/funnel.html", **context, funnel=None), 422
    day = today(now(), actor().time_zone)
    return render_template(
        "reports/funnel.html",
        **context,
        funnel=build_funnel(summarise_funnel(reader(), filters, today=day)),
        are_all=are_all_leads(actor(), filters.as_list()),
        list_url=_list_of(filters),
        percent=percent,
        today=day,
    )


@blueprint.get("/gaps")
@allow(STAFF)
def gaps() -> Any:
    """What the open leads lack of what their stages ask for."""
    filters, context = _chosen()
    if filters.problems:
        return render_template("reports/gaps.html", **context, report=None), 422
    day = today(now(), actor().time_zone)
    return render_template(
        "reports/gaps.html",
        **context,
        report=build_gaps(summarise_gaps(reader(), filters, today=day, now=now())),
        are_all=are_all_leads(actor(), filters.as_list()),
        list_url=_list_of(filters),
        titles=REQUIREMENTS,
        today=day,
    )


def _chosen() -> tuple[FunnelFilters, dict[str, Any]]:
    """The filters in the address, and what their form shows."""
    options = load_options(reader(), language=get_locale().language)
    filters = read_filters(request.args).offered_by(options)
    return filters, {
        "filters": filters,
        "args": _args(filters),
        "problems": {name: sentence(error) for name, error in filters.problems.items()},
        "lead_types": choices(LeadType),
        "options": options,
        "markets": markets_in_order(iter(options.markets), country_name),
        "made_at": now(),
        "owners": [(MINE, _("Mine")), (NOBODY, _("Without owner")), *options.owners],
    }


def _args(filters: FunnelFilters) -> dict[str, str | None]:
    """The filters as arguments of a report's address, so that one report leads to another."""
    return {
        "type": filters.lead_type.value,
        "office": filters.office,
        "country": filters.market,
        "sector": filters.sector,
        "owner": filters.owner,
        "from": filters.typed_from or None,
        "to": filters.typed_to or None,
    }


def _list_of(filters: FunnelFilters) -> Any:
    """The address of the list behind a count."""

    def address(
        standing: str, stage: StageCode | None = None, reason: LossReason | None = None
    ) -> str:
        listed = filters.as_list(Standing(standing), stage, reason)
        return url_for("leads.index", **listed.as_args())

    return address


# They add their views to the blueprint.
from crm.reports import edition_views, report_views, saved_views, takeaway_views  # noqa: E402, F401
