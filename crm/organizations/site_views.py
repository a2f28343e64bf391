"""The facilities that an organization has here."""

from typing import Any

from flask import render_template, request
from flask_babel import gettext as _

from crm.imports.amounts import parse_jobs
from crm.imports.problems import ValueProblem
from crm.organizations import queries
from crm.organizations.forms import SiteForm
from crm.organizations.page import site_form
from crm.organizations.parts import SiteDetails, add_site, edit_site, remove_site
from crm.organizations.parts_of_page import back_to, page_with, run
from crm.organizations.views import blueprint
from crm.organizations.words import typed_jobs
from crm.web.access import WRITERS, allow
from crm.web.request import actor, reader, transaction
from models.errors import DomainError
from models.organization import Site, SiteRole


@blueprint.post("/<organization_id>/sites")
@allow(WRITERS)
def add_one_site(organization_id: str) -> Any:
    """Keep a facility here."""
    form = site_form(request.form)

    def command(session: Any, organization: Any) -> None:
        add_site(session, organization, _site_details(form), actor=actor())

    if run(organization_id, form, command):
        return back_to(organization_id, _("The facility is kept."), "sites")
    return page_with(organization_id, site_form=form, open_form="site"), 422


@blueprint.route("/<organization_id>/sites/<site_id>", methods=["GET", "POST"])
@allow(WRITERS)
def edit_one_site(organization_id: str, site_id: str) -> Any:
    """Say better what is known of a facility."""
    organization = queries.get_organization(reader(), organization_id)
    site = queries.get_site(reader(), organization, site_id)
    form = site_form(request.form or None, _site_values(site))

    def command(session: Any, found: Any) -> None:
        on_file = queries.get_site(session, found, site_id)
        edit_site(session, on_file, _site_details(form), actor=actor())

    if form.is_submitted() and run(organization_id, form, command):
        return back_to(organization_id, _("Your changes are kept."), "sites")
    page = render_template(
        "organizations/site.html", organization=organization, site=site, form=form
    )
    return page, 422 if form.is_submitted() else 200


@blueprint.post("/<organization_id>/sites/<site_id>/remove")
@allow(WRITERS)
def remove_one_site(organization_id: str, site_id: str) -> Any:
    """Take a facility away."""
    with transaction() as session:
        organization = queries.load_organization(session, organization_id)
        remove_site(session, queries.get_site(session, organization, site_id), actor=actor())
    return back_to(organization_id, _("The facility is gone."), "sites")


def _site_details(form: SiteForm) -> SiteDetails:
    try:
        jobs = parse_jobs(form.jobs.data or "")
    except ValueProblem as problem:
        raise DomainError(problem.message, field="jobs", **problem.params) from problem
    return SiteDetails(
        name=form.name.data,
        role=SiteRole(form.role.data) if form.role.data else None,
        city=form.city.data,
        region=form.region.data,
        country=form.country.data or None,
        opened_on=form.opened_on.data,
        jobs=jobs,
    )


def _site_values(site: Site) -> dict[str, Any]:
    return {
        "name": site.name,
        "role": site.role.value if site.role else "",
        "city": site.city,
        "region": site.region,
        "country": site.country or "",
        "opened_on": site.opened_on,
        "jobs": typed_jobs(site),
    }
