"""Who decides at head office, and the companies involved in a lead."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from crm.leads import involved
from crm.leads.involved_forms import IntroducerForm, PartyForm, StepForm, StepsForm
from crm.leads.page_queries import find_contact, get_lead
from crm.leads.page_views import lead_page
from crm.leads.views import blueprint
from crm.organizations.matching import AmbiguousError, resolve_organization
from crm.web.access import WRITERS, allow
from crm.web.problems import put_problem
from crm.web.request import actor, now, transaction
from models.errors import DomainError, NotFoundError
from models.lead import Lead, PartyRole, StepStanding


@blueprint.post("/<lead_id>/path")
@allow(WRITERS)
def add_steps(lead_id: str) -> Any:
    """Add people or bodies to the decision path."""
    form = StepsForm()

    def command(session: Session, lead: Lead) -> None:
        involved.add_steps(session, lead, form.steps.data, actor=actor(), now=now())

    if _run(lead_id, form, command):
        return _back(lead_id, "path", _("The decision path is longer."))
    return lead_page(lead_id, unfolded="path", steps_form=form), 422


@blueprint.post("/<lead_id>/path/<int:position>")
@allow(WRITERS)
def change_step(lead_id: str, position: int) -> Any:
    """Say how somebody on the decision path stands, or take them off it."""
    form = StepForm()
    is_removal = bool(request.form.get("remove"))

    def command(session: Session, lead: Lead) -> None:
        if is_removal:
            involved.remove_step(session, lead, position, actor=actor(), now=now())
            return
        details = involved.StepDetails(
            StepStanding(form.standing.data), form.met_on.data, bool(form.is_decider.data)
        )
        involved.change_step(session, lead, position, details, actor=actor(), now=now())

    if _run(lead_id, form, command):
        return _back(lead_id, "path", _("The decision path is changed."))
    return lead_page(lead_id, unfolded="path", step_form=form, step_position=position), 422


@blueprint.post("/<lead_id>/companies")
@allow(WRITERS)
def add_party(lead_id: str) -> Any:
    """Say that a company on file is involved."""
    form = PartyForm()
    choices = []

    def command(session: Session, lead: Lead) -> None:
        found = resolve_organization(session, form.other.data, field="other")
        role = PartyRole(form.role.data)
        involved.add_party(session, lead, found, role, actor=actor(), now=now())

    try:
        if _run(lead_id, form, command):
            return _back(lead_id, "companies", _("The company is involved."))
    except AmbiguousError as error:
        put_problem(form, error)
        choices = error.choices
    page = lead_page(lead_id, unfolded="companies", party_form=form, party_choices=choices)
    return page, 422


@blueprint.post("/<lead_id>/companies/remove")
@allow(WRITERS)
def remove_party(lead_id: str) -> Any:
    """Say that a company is not involved, or not as this."""
    role = request.form.get("role", "")
    if role not in {item.value for item in PartyRole}:
        raise NotFoundError
    with transaction() as session:
        lead = get_lead(session, lead_id)
        found = resolve_organization(session, request.form.get("organization", ""), field="other")
        involved.remove_party(session, lead, found, PartyRole(role), actor=actor(), now=now())
    return _back(lead_id, "companies", _("The company is not involved any more."))


@blueprint.post("/<lead_id>/companies/introducer")
@allow(WRITERS)
def credit_introducer(lead_id: str) -> Any:
    """Say who at an introducer opened the door, and the share of the credit."""
    form = IntroducerForm()

    def command(session: Session, lead: Lead) -> None:
        found = resolve_organization(session, form.organization.data, field="organization")
        contact = find_contact(session, form.contact.data) if form.contact.data else None
        share = form.share_percent.data
        involved.credit_introducer(
            session,
            lead,
            found,
            contact=contact,
            share_percent=float(share) if share is not None else None,
            actor=actor(),
            now=now(),
        )

    if _run(lead_id, form, command):
        return _back(lead_id, "companies", _("The credit is kept."))
    return lead_page(lead_id, unfolded="companies", introducer_form=form), 422


def _run(lead_id: str, form: Any, command: Callable[[Session, Lead], None]) -> bool:
    """Whether the form was right and the command done; else what was wrong is in the form."""
    if not form.validate_on_submit():
        return False
    try:
        with transaction() as session:
            command(session, get_lead(session, lead_id))
    except AmbiguousError:
        raise
    except DomainError as error:
        put_problem(form, error)
        return False
    return True


def _back(lead_id: str, fold: str, message: str) -> Any:
    flash(message, "success")
    return redirect(url_for("leads.show", lead_id=lead_id, open=fold, _anchor=fold), 303)
