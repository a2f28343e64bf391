"""Opening a lead, and editing what stands on it."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from crm.duplicates.asking import ask_about, in_words, said_distinct
from crm.duplicates.service import remember_distinct
from crm.duplicates.similar import Similar, SimilarError, typed
from crm.errors import sentence
from crm.leads import record_forms
from crm.leads.company import SameNamedError, add_company, find_company
from crm.leads.details import LeadDetails
from crm.leads.facts import load_requirements
from crm.leads.input_forms import filled, read_values
from crm.leads.inputs import INPUTS
from crm.leads.look_ups import load_offered
from crm.leads.measures import read_amount, read_jobs
from crm.leads.page_queries import get_lead
from crm.leads.panel import expect_version
from crm.leads.record_forms import LeadForm
from crm.leads.service import edit_lead, open_lead
from crm.leads.status_views import my_teams
from crm.leads.views import blueprint
from crm.organizations.matching import Choice
from crm.organizations.plan import OrganizationDetails
from crm.timezones import today
from crm.web.access import WRITERS, allow
from crm.web.problems import put_problem
from crm.web.request import actor, now, reader, transaction
from models.errors import DomainError, NotFoundError, N_
from models.lead import Lead
from models.measure import Measure
from models.organization import Organization
from models.stage import LeadType
from models.user import Office, Team, User


@blueprint.route("/new", methods=["GET", "POST"])
@allow(WRITERS)
def new() -> Any:
    """Open a lead: a short form, the rest folded."""
    session = reader()
    organization = _chosen(session, request.values.get("organization"))
    form = record_forms.lead_form(
        load_offered(session, None, actor=actor()),
        my_teams(session, actor()),
        organization=organization,
        first_contact=today(now(), actor().time_zone),
        **_own(session),
    )
    choices: list[Choice] = []
    similar: list[Similar] = []
    if form.validate_on_submit():
        try:
            lead = _open(form)
        except SameNamedError as error:
            put_problem(form, error)
            choices = error.choices
        except SimilarError as error:
            put_problem(form, error)
            similar = error.similar
        except DomainError as error:
            put_problem(form, error, first_contact_on="first_contact", team_id="team")
        else:
            flash(_("The lead is open."), "success")
            return redirect(url_for("leads.show", lead_id=lead.public_id), 303)
    page = _form_page(form, None, organization=organization, choices=choices, similar=similar)
    return page, 422 if form.is_submitted() else 200


def _open(form: LeadForm) -> Lead:
    with transaction() as session:
        values = read_values(session, form, record_forms.every_input())
        found, company = find_company(session, form.typed_company())
        _check_similar(session, form, company)
        team_id = None
        if form.team.data:
            team_id = session.scalar(sa.select(Team.id).where(Team.public_id == form.team.data))
            if not (form.confidentiality_reason.data or "").strip():
                raise DomainError(
                    N_("Say why the lead is confidential."), field="confidentiality_reason"
                )
        details = LeadDetails(
            **values,
            organization_id=found.id if found else None,
            company=company,
            team_id=team_id,
            confidentiality_reason=(form.confidentiality_reason.data or "").strip() or None
            if team_id
            else None,
        )
        lead = open_lead(session, details, actor=actor(), now=now())
        _remember_distinct(session, lead, company)
        return lead


def _check_similar(session: Session, form: LeadForm, company: OrganizationDetails | None) -> None:
    """Ask once about companies on file with much the same name.

    Raises:
        SimilarError: there are some that the person has not been shown.
    """
    if company is None or form.is_other_company.data:
        return
    what = typed(company.name, company.native_name, country=company.country)
    if found := ask_about(session, what, now=now()):
        raise SimilarError(
            N_("Much the same name is on file. Say whether it is the same company."),
            found,
            "company",
        )


def _remember_distinct(session: Session, lead: Lead, company: OrganizationDetails | None) -> None:
    if company is not None and lead.organization_id is not None:
        made = session.get_one(Organization, lead.organization_id)
        remember_distinct(session, made, said_distinct(), actor=actor(), now=now())


@blueprint.route("/<lead_id>/edit", methods=["GET", "POST"])
@allow(WRITERS)
def edit(lead_id: str) -> Any:
    """Change what stands on a lead."""
    session = reader()
    lead = get_lead(session, lead_id)
    offered = load_offered(session, lead, actor=actor())
    form = record_forms.lead_form(offered, (), lead=lead)
    choices: list[Choice] = []
    similar: list[Similar] = []
    meanwhile: list[tuple[str, str]] | None = None
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            _edit(form, lead_id)
        except SameNamedError as error:
            put_problem(form, error)
            choices = error.choices
        except SimilarError as error:
            put_problem(form, error)
            similar = error.similar
        except DomainError as error:
            put_problem(form, error)
            status = error.status
            lead = get_lead(reader(), lead_id)
            if status == 409:
                meanwhile = _differences(form, lead, record_forms.keep_untouched(form, lead))
        else:
            flash(_("The lead is changed."), "success")
            return redirect(url_for("leads.show", lead_id=lead_id), 303)
    page = _form_page(form, lead, choices=choices, similar=similar, meanwhile=meanwhile)
    return page, status


def _edit(form: LeadForm, lead_id: str) -> None:
    with transaction() as session:
        lead = get_lead(session, lead_id)
        expect_version(lead, form.version.data)
        values = read_values(session, form, record_forms.changed_inputs(form, lead))
        found, company = find_company(session, form.typed_company())
        _check_similar(session, form, company)
        if company is not None:
            found = add_company(session, lead, company, now=now())
            remember_distinct(session, found, said_distinct(), actor=actor(), now=now())
        if found is not None and found.id != lead.organization_id:
            values["organization_id"] = found.id
        edit_lead(session, lead, values, actor=actor(), now=now())


@blueprint.get("/reading")
@allow(WRITERS)
def reading() -> str:
    """How an amount or a number of jobs that is being typed will be read."""
    measure: Measure | None = None
    problem = None
    kind = "jobs" if request.args.get("jobs") is not None else "capex"
    try:
        if kind == "jobs":
            measure = read_jobs(request.args["jobs"][:120])
        else:
            measure = read_amount(
                request.args.get("capex", "")[:120], request.args.get("capex_currency") or None
            )
    except DomainError as error:
        problem = sentence(error)
    return render_template("leads/_reading.html", kind=kind, measure=measure, problem=problem)


def _form_page(
    form: LeadForm,
    lead: Lead | None,
    *,
    organization: Organization | None = None,
    choices: list[Choice],
    similar: Sequence[Similar] = (),
    meanwhile: list[tuple[str, str]] | None = None,
) -> str:
    chosen = form["lead_type"].data
    lead_type = LeadType(chosen) if chosen in {item.value for item in LeadType} else None
    requirements = load_requirements(reader())[lead_type or LeadType.INVESTMENT]
    return render_template(
        "leads/form.html",
        form=form,
        lead=lead,
        organization=organization,
        choices=choices,
        similar=similar,
        not_same=said_distinct(),
        in_words=in_words,
        meanwhile=meanwhile,
        inputs=INPUTS,
        wrong=tuple(form.errors),
        first=record_forms.FIRST,
        sections=record_forms.sections(requirements),
        needed=record_forms.needed_for(requirements),
    )


def _differences(form: LeadForm, lead: Lead, both: frozenset[str]) -> list[tuple[str, str]]:
    """What stands on the lead now where `both` changed it, and differently."""
    found = []
    for item in record_forms.changed_inputs(form, lead):
        for name, value in filled(lead, [item]).items():
            field = form[name]
            words = dict(getattr(field, "choices", None) or ()).get(str(value), value)
            if name in both and str(value or "") != str(field.data or ""):
                found.append((field.label.text, str(words or _("not known"))))
    return found


def _chosen(session: Session, public_id: str | None) -> Organization | None:
    if not public_id:
        return None
    found = session.scalars(
        sa.select(Organization).where(Organization.public_id == public_id)
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def _own(session: Session) -> dict[str, Any]:
    """The actor as owner, and their office, for a new lead."""
    row = session.execute(
        sa.select(User.public_id, Office.public_id)
        .outerjoin(Office, Office.id == User.office_id)
        .where(User.id == actor().id)
    ).one_or_none()
    return {"owner": row[0], "office": row[1] or ""} if row else {}
