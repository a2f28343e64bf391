"""Pages of peer references: who could vouch for us before a prospect, and what a firm said."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from crm.errors import sentence
from crm.interactions.looks import note_own_look
from crm.interactions.queries import get_lead, get_organization
from crm.labels import choices
from crm.organizations.choices import in_reading_language
from crm.references import queries, service
from crm.references.forms import AskForm, OutcomeForm, WillingnessForm
from crm.references.service import WillingnessDetails
from crm.timezones import today
from crm.web.access import STAFF, WRITERS, allow
from crm.web.problems import put_problem
from crm.web.request import actor, now, reader, transaction
from models.errors import DomainError, N_
from models.reference import PeerReference, ReferenceOutcome, Willingness

blueprint = Blueprint("references", __name__, url_prefix="/references")


@blueprint.get("/leads/<lead_id>")
@allow(STAFF)
def for_lead(lead_id: str) -> str:
    """Who could vouch for us before the company of a lead, and who was asked."""
    return _lead_page(lead_id)


@blueprint.post("/leads/<lead_id>")
@allow(WRITERS)
def ask(lead_id: str) -> Any:
    """Write down that a firm was asked."""
    get_lead(reader(), lead_id)
    form = AskForm()
    problem = _("Say on which day it was asked.")
    if form.validate():
        try:
            with transaction() as session:
                service.ask_for(
                    session,
                    queries.get_reference_of(session, form.organization.data),
                    get_lead(session, lead_id),
                    asked_on=form.asked_on.data,
                    note=form.note.data,
                    actor=actor(),
                    now=now(),
                )
        except DomainError as error:
            if error.status in (403, 404):
                raise
            problem = sentence(error)
        else:
            flash(_("The request is written down."), "success")
            return redirect(url_for(".for_lead", lead_id=lead_id, _anchor="requests"), 303)
    return _lead_page(lead_id, problem=problem), 422


@blueprint.post("/requests/<request_id>")
@allow(WRITERS)
def settle(request_id: str) -> Any:
    """Say what became of a request."""
    found = queries.get_request(reader(), request_id)
    lead_id = found.lead.public_id if found.lead is not None else None
    form = OutcomeForm()
    if not form.validate():
        raise DomainError(N_("Choose from the list what became of it."))
    outcome = ReferenceOutcome(form.outcome.data) if form.outcome.data else None
    with transaction() as session:
        service.settle_request(
            session,
            queries.get_request(session, request_id),
            outcome=outcome,
            note=form.note.data,
            actor=actor(),
        )
    flash(_("The change is saved."), "success")
    if lead_id is None:
        return redirect(url_for("home.index"), 303)
    return redirect(url_for(".for_lead", lead_id=lead_id, _anchor="requests"), 303)


@blueprint.route("/organizations/<organization_id>", methods=["GET", "POST"])
@allow(WRITERS)
def record(organization_id: str) -> Any:
    """Write down what a firm said about vouching for us."""
    organization = get_organization(reader(), organization_id)
    reference = queries.find_reference(reader(), organization)
    people = queries.list_people(reader(), organization)
    form = _form(reference)
    form.contact.choices = [
        ("", _("not said")),
        *((person.public_id, _person(person)) for person in people),
    ]
    if form.validate_on_submit():
        try:
            with transaction() as session:
                service.record_willingness(
                    session,
                    get_organization(session, organization_id),
                    _details(session, form, organization_id),
                    actor=actor(),
                    now=now(),
                )
        except DomainError as error:
            put_problem(form, error)
        else:
            flash(_("What the firm said is kept."), "success")
            target = url_for(
                "organizations.show", organization_id=organization_id, _anchor="vouching"
            )
            return redirect(target, 303)
    organization = get_organization(reader(), organization_id)
    page = render_template("references/form.html", form=form, organization=organization)
    return page, 422 if form.is_submitted() else 200


def _lead_page(lead_id: str, *, problem: str | None = None) -> str:
    lead = get_lead(reader(), lead_id)
    if note_own_look(lead):
        lead = get_lead(reader(), lead_id)
    day = today(now(), actor().time_zone)
    return render_template(
        "references/for_lead.html",
        lead=lead,
        peers=queries.list_peers(reader(), lead, today=day),
        requests=queries.list_requests(reader(), lead=lead),
        outcomes=[("", _("no answer yet")), *choices(ReferenceOutcome)],
        sector_name=in_reading_language,
        has_sector=lead.sector_id is not None
        or (lead.organization is not None and lead.organization.sector_id is not None),
        today=day,
        may_write=actor().may_write,
        problem=problem,
    )


def _form(reference: PeerReference | None) -> WillingnessForm:
    if reference is None:
        return WillingnessForm(willingness="", said_on=today(now(), actor().time_zone))
    return WillingnessForm(
        willingness=reference.willingness.value,
        said_on=reference.said_on,
        contact=reference.contact.public_id if reference.contact else "",
        languages=reference.languages,
        note=reference.note,
    )


def _details(session: Session, form: WillingnessForm, organization_id: str) -> WillingnessDetails:
    contact_id = None
    if form.contact.data:
        organization = get_organization(session, organization_id)
        people = queries.list_people(session, organization)
        contact_id = next((one.id for one in people if one.public_id == form.contact.data), None)
    return WillingnessDetails(
        willingness=Willingness(form.willingness.data),
        said_on=form.said_on.data,
        contact_id=contact_id,
        languages=form.languages.data,
        note=form.note.data,
    )


def _person(person: Any) -> str:
    return (
        f"{person.printed_name} · {person.native_name}"
        if person.native_name
        else (person.printed_name)
    )
