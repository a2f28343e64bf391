"""Pages of enquiries."""

from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from crm.enquiries import queries, service
from crm.enquiries.forms import AnswerForm, EnquiryForm, channel_choices
from crm.enquiries.service import EnquiryDetails
from crm.files.queries import get_home
from crm.interactions.choice_queries import find_user_id, list_owners, public_id_of
from crm.interactions.looks import note_own_look
from crm.interactions.moments import local_moment
from crm.timezones import zone
from crm.web.access import STAFF, WRITERS, allow
from crm.web.paths import own_path
from crm.web.problems import put_problem
from crm.web.request import actor, now, reader, transaction
from models.errors import DomainError
from models.interaction import Enquiry, EnquiryChannel, EnquiryOutcome

blueprint = Blueprint("enquiries", __name__, url_prefix="/enquiries")


@blueprint.get("/")
@allow(STAFF)
def index() -> str:
    """Enquiries that wait for an answer, by the moment it is due, or the answered ones."""
    chosen = queries.read_filter(request.args)
    page = queries.list_enquiries(reader(), actor(), chosen, cursor=request.args.get("after"))
    return render_template(
        "enquiries/index.html",
        page=page,
        chosen=chosen,
        arguments=chosen.arguments,
        channels=channel_choices(),
        outcomes=EnquiryOutcome,
        now=now(),
        may_write=actor().may_write,
    )


@blueprint.route("/new", methods=["GET", "POST"])
@allow(WRITERS)
def new() -> Any:
    """Write an enquiry down."""
    local = now().astimezone(zone(actor().time_zone))
    due = service.default_due(now(), actor().time_zone)
    form = _form(
        received_on=local.date(),
        received_time=local.time().replace(second=0, microsecond=0),
        time_zone=actor().time_zone,
        due_on=due.date(),
        due_time=due.time(),
        owner=public_id_of(reader(), actor()),
    )
    organization_id = request.values.get("organization")
    if form.validate_on_submit():
        try:
            with transaction() as session:
                enquiry = service.receive_enquiry(
                    session,
                    _details(session, form, organization_id),
                    actor=actor(),
                    now=now(),
                )
        except DomainError as error:
            put_problem(form, error)
        else:
            flash(_("The enquiry is saved."), "success")
            return redirect(url_for("enquiries.show", enquiry_id=enquiry.public_id), 303)
    page = render_template(
        "enquiries/form.html", form=form, enquiry=None, organization_id=organization_id
    )
    return page, 422 if form.is_submitted() else 200


@blueprint.get("/<enquiry_id>")
@allow(STAFF)
def show(enquiry_id: str) -> str:
    """One enquiry: what was asked, by when, what became of it."""
    local = now().astimezone(zone(actor().time_zone))
    form = AnswerForm(
        formdata=None,
        answered_on=local.date(),
        answered_time=local.time().replace(second=0, microsecond=0),
    )
    return _show_page(enquiry_id, form)


@blueprint.route("/<enquiry_id>/edit", methods=["GET", "POST"])
@allow(WRITERS)
def edit(enquiry_id: str) -> Any:
    """Put right what was written down, or give it to somebody else."""
    found = queries.get_enquiry(reader(), enquiry_id)
    form = _form(**(_filled(found) if request.method == "GET" else {}))
    owners = {value for value, _name in form.owner.choices}
    if found.owner is None or found.owner.public_id not in owners:
        # Whoever left stays on file until somebody else is chosen.
        name = found.owner.name if found.owner else _("Nobody yet")
        form.owner.choices.insert(0, ("", name))
        form.owner.data = form.owner.data if request.method == "POST" else ""
    if form.validate_on_submit():
        try:
            with transaction() as session:
                enquiry = queries.get_enquiry(session, enquiry_id)
                details = _details(session, form, None, owner_before=enquiry.owner_id)
                service.change_enquiry(session, enquiry, details, actor=actor(), now=now())
        except DomainError as error:
            put_problem(form, error)
        else:
            flash(_("The change is saved."), "success")
            return redirect(url_for("enquiries.show", enquiry_id=enquiry_id), 303)
    found = queries.get_enquiry(reader(), enquiry_id)
    note_own_look(found)
    page = render_template("enquiries/form.html", form=form, enquiry=found, organization_id=None)
    return page, 422 if form.is_submitted() else 200


@blueprint.post("/<enquiry_id>/answer")
@allow(WRITERS)
def answer(enquiry_id: str) -> Any:
    """Say that it was answered, and what became of it."""
    form = AnswerForm()
    if form.validate():
        try:
            with transaction() as session:
                service.answer_enquiry(
                    session,
                    queries.get_enquiry(session, enquiry_id),
                    answered_at=min(_answered_at(form), now()),
                    outcome=EnquiryOutcome(form.outcome.data),
                    note=form.note.data,
                    actor=actor(),
                    now=now(),
                )
        except DomainError as error:
            put_problem(form, error, answered_at="answered_on")
        else:
            flash(_("The answer is saved."), "success")
            target = url_for("enquiries.show", enquiry_id=enquiry_id)
            return redirect(own_path(request.values.get("next"), target), 303)
    return _show_page(enquiry_id, form), 422


@blueprint.post("/<enquiry_id>/reopen")
@allow(WRITERS)
def reopen(enquiry_id: str) -> Any:
    """Take an answer back."""
    with transaction() as session:
        service.reopen_enquiry(session, queries.get_enquiry(session, enquiry_id), actor=actor())
    flash(_("The enquiry waits for an answer again."), "success")
    return redirect(url_for("enquiries.show", enquiry_id=enquiry_id), 303)


def _show_page(enquiry_id: str, form: AnswerForm) -> str:
    found = queries.get_enquiry(reader(), enquiry_id)
    if note_own_look(found):
        found = queries.get_enquiry(reader(), enquiry_id)
    return render_template(
        "enquiries/show.html", enquiry=found, form=form, now=now(), may_write=actor().may_write
    )


def _form(**values: Any) -> EnquiryForm:
    form = EnquiryForm(**values)
    form.owner.choices = list_owners(reader())
    return form


def _details(
    session: Session,
    form: EnquiryForm,
    organization_id: str | None,
    *,
    owner_before: int | None = None,
) -> EnquiryDetails:
    zone_name = form.time_zone.data
    received_at = local_moment(
        form.received_on.data, form.received_time.data, zone_name, field="received_time"
    )
    organization = (
        get_home(session, "organization", organization_id).organization if organization_id else None
    )
    return EnquiryDetails(
        received_at=received_at,
        channel=EnquiryChannel(form.channel.data),
        asked_for=form.asked_for.data,
        time_zone=zone_name,
        asker=(form.asker.data or "").strip() or None,
        through=(form.through.data or "").strip() or None,
        due_at=_due_at(form, zone_name),
        owner_id=find_user_id(session, form.owner.data) or owner_before,
        organization_id=organization.id if organization else None,
    )


def _due_at(form: EnquiryForm, zone_name: str) -> datetime | None:
    if form.due_on.data is None:
        return None
    hour = form.due_time.data or service.CLOSE_OF_BUSINESS
    return local_moment(form.due_on.data, hour, zone_name, field="due_time")


def _answered_at(form: AnswerForm) -> datetime:
    return local_moment(
        form.answered_on.data,
        form.answered_time.data,
        actor().time_zone,
        field="answered_time",
    )


def _filled(enquiry: Enquiry) -> dict[str, Any]:
    place = zone(enquiry.time_zone)
    received = enquiry.received_at.astimezone(place)
    due = enquiry.due_at.astimezone(place) if enquiry.due_at else None
    return {
        "asked_for": enquiry.asked_for,
        "asker": enquiry.asker,
        "through": enquiry.through,
        "channel": enquiry.channel.value,
        "received_on": received.date(),
        "received_time": received.time(),
        "time_zone": enquiry.time_zone,
        "due_on": due.date() if due else None,
        "due_time": due.time() if due else None,
        "owner": enquiry.owner.public_id if enquiry.owner else "",
    }


from crm.enquiries import lead_views  # noqa: E402, F401
