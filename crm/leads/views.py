"""The list of leads, its totals and its export. The other pages of leads join at the end."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from crm.exports.handing_out import export_answer
from crm.leads import list_queries
from crm.leads.export import leads_table
from crm.leads.filters import read_filters
from crm.leads.list_page import list_page
from crm.timezones import today
from crm.web.access import EVERYBODY, WRITERS, allow
from crm.web.request import actor, now, reader, settings

blueprint = Blueprint("leads", __name__, url_prefix="/leads")


@blueprint.get("/")
@allow(EVERYBODY)
def index() -> Any:
    """The list of leads, filtered and ordered as its address says."""
    return list_page(read_filters(request.args), cursor=request.args.get("after"))


@blueprint.get("/totals")
@allow(EVERYBODY)
def totals() -> Any:
    """What the leads of a list add up to, in a request of its own: it reads every one of them."""
    filters = read_filters(request.args)
    day = today(now(), actor().time_zone)
    is_part = request.headers.get("HX-Target") == "totals"
    return render_template(
        "leads/_totals.html" if is_part else "leads/totals.html",
        filters=filters,
        totals=list_queries.summarise_leads(reader(), filters, today=day),
        are_all=list_queries.are_all_leads(actor(), filters),
    )


@blueprint.get("/export")
@allow(WRITERS)
def export_size() -> Any:
    """How many leads a file of the list would hold, for the menu that asks for one."""
    filters = read_filters(request.args)
    if "HX-Request" not in request.headers:
        return redirect(url_for("leads.index", **filters.as_args()))
    day = today(now(), actor().time_zone)
    return render_template(
        "exports/_size.html",
        count=list_queries.count_leads(reader(), filters, today=day),
        most=settings().export_row_limit,
        unconfirmed=settings().export_confirm_rows,
    )


@blueprint.post("/export")
@allow(WRITERS)
def export() -> Any:
    """The leads of a list as a file. It is a POST because it is written to the audit."""
    filters = read_filters(request.args)
    back = url_for("leads.index", **filters.as_args())
    as_shown = request.form.get("columns") == "shown"
    return export_answer(leads_table(filters, as_shown=as_shown), "leads", back=back)


from crm.leads import (  # noqa: E402, F401 - they add their views to the blueprint
    bulk_views,
    involved_views,
    move_views,
    page_views,
    record_views,
    status_views,
)
