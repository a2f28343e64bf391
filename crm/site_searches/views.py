"""Pages of site searches: the list, one of them, opening and changing one."""

from datetime import date, datetime, time
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from crm.interactions.choice_queries import find_user_id, list_owners, public_id_of
from crm.interactions.looks import note_own_look
from crm.interactions.moments import local_moment
from crm.interactions.queries import get_lead
from crm.properties.units import exact_area, exact_power
from crm.site_searches import queries, service
from crm.site_searches.forms import EndForm, FateForm, PartForm, SearchForm, SendingForm
from crm.site_searches.service import SearchDetails
from crm.site_searches.wording import asked_words, measure_words, time_left
from crm.timezones import today, zone
from crm.web.access import EVERYBODY, WRITERS, allow
from crm.web.problems import put_problem
from crm.web.request import actor, now, reader, transaction
from models.errors import DomainError
from models.site_search import SiteSearch

blueprint = Blueprint("site_searches", __name__, url_prefix="/site_searches")
blueprint.add_app_template_filter(time_left, "time_left")
blueprint.add_app_template_global(asked_words)
blueprint.add_app_template_global(measure_words)

CLOSE_OF_BUSINESS = time(17)
_LONGEST = 200


@blueprint.get("/")
@allow(EVERYBODY)
def index() -> str:
    """Searches that wait for an answer or a result, by their deadline; or the ended ones."""
    chosen = queries.read_filter(request.args)
    return render_template(
        "site_searches/index.html",
        page=queries.list_searches(reader(), actor(), chosen, cursor=request.args.get("after")),
        chosen=chosen,
        arguments=chosen.arguments,
        now=now(),
    )


@blueprint.route("/new/<lead_id>", methods=["GET", "POST"])
@allow(WRITERS)
def new(lead_id: str) -> Any:
    """Open a search of a lead."""
    lead = get_lead(reader(), lead_id)
    form = _form(
        received_on=today(now(), actor().time_zone),
        time_zone=actor().time_zone,
        owner=public_id_of(reader(), actor()),
    )
    if form.validate_on_submit():
        try:
            with transaction() as session:
                made = service.open_search(
                    session,
                    get_lead(session, lead_id),
                    _details(session, form),
                    actor=actor(),
                    now=now(),
                )
        except DomainError as error:
            put_problem(form, error, **_INPUTS)
        else:
            flash(_("The search is open."), "success")
            return redirect(url_for(".show", search_id=made.public_id), 303)
    lead = get_lead(reader(), lead_id)
    page = render_template("site_searches/form.html", form=form, lead=lead, search=None)
    return page, 422 if form.is_submitted() else 200


@blueprint.get("/<search_id>")
@allow(EVERYBODY)
def show(search_id: str) -> str:
    """One search: what is asked by when, what fits, what was offered, owed and sent."""
    return show_page(search_id)


@blueprint.route("/<search_id>/edit", methods=["GET", "POST"])
@allow(WRITERS)
def edit(search_id: str) -> Any:
    """Say better what is asked, and by when."""
    found = queries.get_search(reader(), search_id)
    form = _form(**(_filled(found) if request.method == "GET" else {}))
    owners = {value for value, _name in form.owner.choices}
    if found.owner is not None and found.owner.public_id not in owners:
        # Whoever left stays on file until somebody else is chosen.
        form.owner.choices.append((found.owner.public_id, found.owner.name))
    if form.validate_on_submit():
        try:
            with transaction() as session:
                search = queries.get_search(session, search_id)
                service.revise_search(
                    session,
                    search,
                    _details(session, form, before=search),
                    actor=actor(),
                    now=now(),
                    expected_version=form.version.data,
                )
        except DomainError as error:
            put_problem(form, error, **_INPUTS)
        else:
            flash(_("The change is saved."), "success")
            return redirect(url_for(".show", search_id=search_id), 303)
    found = queries.get_search(reader(), search_id)
    if note_own_look(found):
        found = queries.get_search(reader(), search_id)
    page = render_template("site_searches/form.html", form=form, lead=found.lead, search=found)
    return page, 422 if form.is_submitted() else 200


def show_page(search_id: str, *, refused: tuple[str, str] | None = None, **forms: Any) -> str:
    """The page; `forms` are those that come back with a problem.

    `refused` is the block whose small form was refused, and the sentence that says why.
    """
    session = reader()
    search = queries.get_search(session, search_id)
    if note_own_look(search):
        session = reader()
        search = queries.get_search(session, search_id)
    day = today(now(), actor().time_zone)
    find = request.args.get("find", "").strip()[:_LONGEST]
    may_write = actor().may_write
    matches, match_count = queries.list_matches(session, search)
    return render_template(
        "site_searches/show.html",
        search=search,
        lead=search.lead,
        matches=matches,
        match_count=match_count,
        find=find,
        found=queries.find_properties(session, search, find) if may_write else [],
        senders=queries.sender_names(session, search),
        answered_on=min((one.sent_on for one in search.sendings if one.is_answer), default=None),
        now=now(),
        today=day,
        may_write=may_write,
        refused=refused,
        **{
            "fate_form": FateForm(formdata=None),
            "part_form": PartForm(formdata=None),
            "sending_form": SendingForm(formdata=None, sent_on=day),
            "end_form": EndForm(
                formdata=None,
                result=search.result.value if search.result else "",
                reason=search.result_reason,
                result_on=search.result_on or day,
            ),
        }
        | forms,
    )


_INPUTS = {
    "land_m2": "land",
    "building_m2": "building",
    "power_kw": "power",
}


def _form(**values: Any) -> SearchForm:
    form = SearchForm(**values)
    form.owner.choices = [("", _("the lead's owner")), *list_owners(reader())]
    return form


def _details(session: Session, form: SearchForm, before: SiteSearch | None = None) -> SearchDetails:
    chosen = form.owner.data
    if before is not None and before.owner is not None and chosen == before.owner.public_id:
        owner_id = before.owner_id
    else:
        owner_id = find_user_id(session, chosen)
    return SearchDetails(
        requirements=form.requirements.data,
        received_on=form.received_on.data,
        land_m2=form.land.measured,
        building_m2=form.building.measured,
        power_kw=form.power.measured,
        due_at=_due_at(form.due_on.data, form.due_time.data, form.time_zone.data),
        time_zone=form.time_zone.data,
        owner_id=owner_id,
    )


def _due_at(day: date | None, hour: time | None, zone_name: str) -> datetime | None:
    if day is None:
        return None
    return local_moment(day, hour or CLOSE_OF_BUSINESS, zone_name, field="due_time")


def _filled(search: SiteSearch) -> dict[str, Any]:
    due = search.due_at.astimezone(zone(search.time_zone or "UTC")) if search.due_at else None
    return {
        "requirements": search.requirements,
        "land": exact_area(search.land_m2),
        "building": exact_area(search.building_m2),
        "power": exact_power(search.power_kw),
        "received_on": search.received_on,
        "due_on": due.date() if due else None,
        "due_time": due.time() if due else None,
        "time_zone": search.time_zone or actor().time_zone,
        "owner": search.owner.public_id if search.owner else "",
        "version": search.version,
    }


from crm.site_searches import part_views  # noqa: E402, F401
