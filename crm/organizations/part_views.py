"""The small forms on an organization's page: names, numbers, relatives, facilities."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from crm.errors import sentence
from crm.imports.amounts import parse_jobs
from crm.imports.problems import ValueProblem
from crm.organizations import matching, queries
from crm.organizations.forms import IdentifierForm, RelationForm, SiteForm
from crm.organizations.parts import (
    RelationDetails,
    SiteDetails,
    add_identifier,
    add_site,
    edit_site,
    relate,
    remove_identifier,
    remove_site,
    unrelate,
)
from crm.organizations.service import add_name, edit_name, remove_name
from crm.organizations.views import blueprint, name_details, name_form, show_page, site_form
from crm.organizations.words import typed_jobs
from crm.web.access import STAFF, WRITERS, allow
from crm.web.problems import put_problem
from crm.web.request import actor, now, reader, transaction
from models.errors import DomainError, NotFoundError
from models.organization import IdentifierScheme, RelationKind, Site, SiteRole


@blueprint.get("/suggest")
@allow(STAFF)
def suggest() -> Any:
    """Names for the list under a field in which an organization is named."""
    field = request.args.get("field", "other")
    found = matching.suggest_organizations(reader(), request.args.get(field, "")[:200])
    return render_template("organizations/_options.html", organizations=found)


@blueprint.post("/<organization_id>/names")
@allow(WRITERS)
def add_one_name(organization_id: str) -> Any:
    """Keep one more name; one that another organization bears is asked about first."""
    form = name_form(request.form)
    same = []

    def command(session: Any, organization: Any) -> None:
        nonlocal same
        if not request.form.get("anyway"):
            same = matching.find_same_named(session, [form.text.data or ""], but=organization)
        if not same:
            add_name(session, organization, name_details(form), actor=actor(), now=now())

    done = _run(organization_id, form, command)
    if done and not same:
        return _back(organization_id, _("The name is kept."), "names")
    return _page(organization_id, name_form=form, same=same, open_form="name"), 422


@blueprint.route("/<organization_id>/names/edit", methods=["GET", "POST"])
@allow(WRITERS)
def edit_one_name(organization_id: str) -> Any:
    """Say better what is known of one name: `name` is its text as it is kept."""
    organization = queries.get_organization(reader(), organization_id)
    text = request.args.get("name", "")
    name = next((one for one in organization.names if one.text == text), None)
    if name is None:
        raise NotFoundError
    form = name_form(request.form or None, name)
    same: list[Any] = []

    def command(session: Any, found: Any) -> None:
        nonlocal same
        typed = (form.text.data or "").strip()
        if typed != text and not request.form.get("anyway"):
            same = matching.find_same_named(session, [typed], but=found)
        if not same:
            edit_name(session, found, text, name_details(form), actor=actor(), now=now())

    if form.is_submitted() and _run(organization_id, form, command) and not same:
        return _back(organization_id, _("Your changes are kept."), "names")
    page = render_template(
        "organizations/name.html", organization=organization, name=name, form=form, same=same
    )
    return page, 422 if form.is_submitted() else 200


@blueprint.post("/<organization_id>/names/remove")
@allow(WRITERS)
def remove_one_name(organization_id: str) -> Any:
    """Take a name away."""
    try:
        with transaction() as session:
            organization = queries.load_organization(session, organization_id)
            text = request.form.get("name", "")
            remove_name(session, organization, text, actor=actor(), now=now())
    except NotFoundError:
        raise
    except DomainError as error:
        flash(sentence(error), "danger")
        target = url_for(".show", organization_id=organization_id, _anchor="names")
        return redirect(target, 303)
    return _back(organization_id, _("The name is gone."), "names")


@blueprint.post("/<organization_id>/identifiers")
@allow(WRITERS)
def add_one_identifier(organization_id: str) -> Any:
    """Keep a register's number."""
    form = IdentifierForm()
    twins = []

    def command(session: Any, organization: Any) -> None:
        nonlocal twins
        made = add_identifier(
            session,
            organization,
            IdentifierScheme(form.scheme.data),
            form.value.data or "",
            source=form.source.data,
            actor=actor(),
        )
        twins = matching.find_same_numbered(session, made)

    if not _run(organization_id, form, command):
        page = _page(organization_id, identifier_form=form, open_form="identifier")
        return page, 422
    for twin in twins:
        flash(_("%(name)s carries the same number: are the two one?", name=twin.name), "warning")
    return _back(organization_id, _("The number is kept."), "identifiers")


@blueprint.post("/<organization_id>/identifiers/remove")
@allow(WRITERS)
def remove_one_identifier(organization_id: str) -> Any:
    """Take a number away."""
    scheme = _member(IdentifierScheme, request.form.get("scheme"))
    with transaction() as session:
        organization = queries.load_organization(session, organization_id)
        value = request.form.get("value", "")
        remove_identifier(session, organization, scheme, value, actor=actor())
    return _back(organization_id, _("The number is gone."), "identifiers")


@blueprint.post("/<organization_id>/relations")
@allow(WRITERS)
def add_one_relation(organization_id: str) -> Any:
    """Say how this organization stands to another."""
    form = RelationForm()
    choices: list[Any] = []

    def command(session: Any, organization: Any) -> None:
        other = matching.resolve_organization(session, form.other.data or "", field="other")
        form.other.data = other.name
        details = RelationDetails(
            kind=RelationKind(form.kind.data),
            share_percent=float(form.share_percent.data) if form.share_percent.data else None,
            valid_from=form.valid_from.data,
        )
        relate(session, organization, other, details, actor=actor())

    if _run(organization_id, form, command, ambiguous=choices.extend):
        return _back(organization_id, _("The relation is kept."), "relations")
    page = _page(
        organization_id, relation_form=form, choices_of_other=choices, open_form="relation"
    )
    return page, 422


@blueprint.post("/<organization_id>/relations/remove")
@allow(WRITERS)
def remove_one_relation(organization_id: str) -> Any:
    """Take a relation back, from whichever side it is looked at."""
    kind = _member(RelationKind, request.form.get("kind"))
    with transaction() as session:
        organization = queries.load_organization(session, organization_id)
        other = queries.load_organization(session, request.form.get("other", ""))
        if request.form.get("inverse"):
            organization, other = other, organization
        unrelate(session, organization, other, kind, actor=actor())
    return _back(organization_id, _("The relation is gone."), "relations")


@blueprint.post("/<organization_id>/sites")
@allow(WRITERS)
def add_one_site(organization_id: str) -> Any:
    """Keep a facility here."""
    form = site_form(request.form)

    def command(session: Any, organization: Any) -> None:
        add_site(session, organization, _site_details(form), actor=actor())

    if _run(organization_id, form, command):
        return _back(organization_id, _("The facility is kept."), "sites")
    return _page(organization_id, site_form=form, open_form="site"), 422


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

    if form.is_submitted() and _run(organization_id, form, command):
        return _back(organization_id, _("Your changes are kept."), "sites")
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
    return _back(organization_id, _("The facility is gone."), "sites")


def _run(
    organization_id: str,
    form: Any,
    command: Callable[[Any, Any], None],
    *,
    ambiguous: Callable[[Any], None] | None = None,
) -> bool:
    """Run a command on the organization; what the rules refuse is held against the form."""
    is_valid = form.validate()
    try:
        with transaction() as session:
            organization = queries.load_organization(session, organization_id)
            if is_valid:
                command(session, organization)
    except matching.AmbiguousError as error:
        if ambiguous is not None:
            ambiguous(error.choices)
        put_problem(form, error)
    except DomainError as error:
        put_problem(form, error)
    else:
        return bool(is_valid)
    return False


def _page(organization_id: str, **forms: Any) -> str:
    return show_page(queries.get_organization(reader(), organization_id), **forms)


def _back(organization_id: str, message: str, anchor: str) -> Any:
    flash(message, "success")
    target = url_for(".show", organization_id=organization_id, _anchor=anchor)
    return redirect(target, 303)


def _member(enumeration: Any, code: str | None) -> Any:
    try:
        return enumeration(code)
    except ValueError as error:
        raise NotFoundError from error


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
