"""A lead opened from an enquiry: of a known company, or as a blind search."""

from typing import Any

from babel.dates import format_date
from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from crm.enquiries import queries, service
from crm.enquiries.forms import LeadFromEnquiryForm
from crm.enquiries.queries import Namesake
from crm.enquiries.views import blueprint
from crm.interactions.looks import note_own_look
from crm.leads.details import LeadDetails
from crm.organizations.plan import OrganizationDetails
from crm.timezones import today
from crm.web.access import WRITERS, allow
from crm.web.formatting import reading_locale
from crm.web.problems import put_problem
from crm.web.request import actor, now, reader, transaction
from models.errors import DomainError, N_
from models.interaction import Enquiry
from models.stage import LeadType

_NEW = "new"


@blueprint.route("/<enquiry_id>/lead", methods=["GET", "POST"])
@allow(WRITERS)
def open_lead(enquiry_id: str) -> Any:
    """Open a lead whose first contact is the enquiry."""
    found = queries.get_enquiry(reader(), enquiry_id)
    form = _form(found)
    namesakes: list[Namesake] = []
    if form.validate_on_submit():
        namesakes = _namesakes(form)
        try:
            with transaction() as session:
                enquiry = queries.get_enquiry(session, enquiry_id)
                lead = service.open_lead_from(
                    session,
                    enquiry,
                    _details(session, form, enquiry, namesakes),
                    actor=actor(),
                    now=now(),
                )
        except DomainError as error:
            put_problem(form, error, confidentiality_reason="reason")
        else:
            flash(_("The lead is open. The enquiry still waits for its answer."), "success")
            return redirect(url_for("leads.show", lead_id=lead.public_id), 303)
    found = queries.get_enquiry(reader(), enquiry_id)
    note_own_look(found)
    page = render_template(
        "enquiries/open_lead.html",
        form=form,
        enquiry=found,
        namesakes=namesakes,
        blind_name=_blind_name(found),
    )
    return page, 422 if form.is_submitted() else 200


def _form(enquiry: Enquiry) -> LeadFromEnquiryForm:
    company = enquiry.organization
    form = LeadFromEnquiryForm(
        company=company.name if company else None,
        native_name=company.native_name if company else None,
        country=company.country if company else None,
        organization=company.public_id if company else None,
    )
    offered = queries.load_lead_choices(reader(), actor())
    is_french = reading_locale().language == "fr"
    for field, rows in ((form.sector, offered.sectors), (form.source, offered.sources)):
        field.choices = [
            ("", _("Not known")),
            *((code, (french if is_french else None) or english) for code, english, french in rows),
        ]
    form.team.choices = [("", _("The whole office")), *offered.teams]
    return form


def _namesakes(form: LeadFromEnquiryForm) -> list[Namesake]:
    if form.kind.data == "blind":
        return []
    names = [form.company.data or "", form.native_name.data or ""]
    return list(queries.find_namesakes(reader(), names))


def _details(
    session: Session, form: LeadFromEnquiryForm, enquiry: Enquiry, namesakes: list[Namesake]
) -> LeadDetails:
    keys = queries.find_keys(
        session,
        sector=form.sector.data or "",
        source=form.source.data or "",
        team=form.team.data or "",
    )
    reason = (form.reason.data or "").strip() or None
    if keys.team_id is not None and reason is None:
        raise DomainError(N_("Say why the lead is confidential."), field="reason")
    code_name = (form.code_name.data or "").strip() or None
    if form.kind.data == "blind":
        return service.blind_search(
            code_name or _blind_name(enquiry),
            lead_type=LeadType(form.lead_type.data),
            sector_id=keys.sector_id,
            source_id=keys.source_id,
            team_id=keys.team_id,
            confidentiality_reason=reason,
        )
    chosen = _chosen(form, namesakes)
    name = (form.company.data or "").strip()
    native_name = (form.native_name.data or "").strip() or None
    country = form.country.data or None
    company = None
    if chosen is None and (name or native_name):
        company = OrganizationDetails(
            name=name or native_name or "", native_name=native_name, country=country
        )
    return LeadDetails(
        organization_id=chosen,
        company=company,
        code_name=code_name,
        lead_type=LeadType(form.lead_type.data),
        market=country,
        sector_id=keys.sector_id,
        source_id=keys.source_id,
        team_id=keys.team_id,
        confidentiality_reason=reason,
    )


def _chosen(form: LeadFromEnquiryForm, namesakes: list[Namesake]) -> int | None:
    """The organization on file that was meant; None for a new one.

    Raises:
        DomainError: there are namesakes, and nobody said whether one of them is meant.
    """
    if not namesakes or form.organization.data == _NEW:
        return None
    for namesake in namesakes:
        if namesake.public_id == form.organization.data:
            return namesake.id
    raise DomainError(
        N_("There is a company of this name on file. Say whether it is the one."),
        field="organization",
    )


def _blind_name(enquiry: Enquiry) -> str:
    day = today(enquiry.received_at, enquiry.time_zone)
    return _("Enquiry of %(day)s", day=format_date(day, "d MMM y", locale=reading_locale()))
