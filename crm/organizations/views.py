"""Pages of organizations: the list, one of them, adding and editing."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from crm.duplicates.asking import in_words, said_distinct
from crm.duplicates.queries import find_survivor
from crm.duplicates.service import remember_distinct
from crm.duplicates.similar import Similar
from crm.organizations import queries
from crm.organizations.choices import (
    in_reading_language,
    sector_choices,
)
from crm.organizations.entering import details_of, entry_form, entry_of_link, same_named, similar_to
from crm.organizations.looks import is_noted, note_look
from crm.organizations.page import show_page
from crm.organizations.service import add_organization, edit_organization
from crm.registers.filling import on_file
from crm.registers.service import add_numbers
from crm.web.access import EVERYBODY, WRITERS, allow
from crm.web.formatting import country_name
from crm.web.problems import put_problem
from crm.web.request import actor, now, reader, transaction
from models.errors import DomainError
from models.organization import Organization, OrganizationRole

blueprint = Blueprint("organizations", __name__, url_prefix="/organizations")


@blueprint.get("/")
@allow(EVERYBODY)
def index() -> Any:
    """Organizations by name; the search takes any script and a register's number."""
    filters = queries.read_filters(request.args)
    page = queries.search_organizations(reader(), filters, cursor=request.args.get("after"))
    is_part = is_fragment()
    countries = sorted(
        ((code, country_name(code)) for code in queries.list_countries(reader())),
        key=lambda choice: choice[1].casefold(),
    )
    return render_template(
        "organizations/_results.html" if is_part else "organizations/index.html",
        page=page,
        filters=filters,
        arguments=filters.arguments,
        countries=countries,
        sectors=sector_choices(reader())[1:],
        roles=OrganizationRole,
        in_reading_language=in_reading_language,
        is_fragment=is_part,
    )


def is_fragment() -> bool:
    """Whether htmx asks for a part of the page; going back in history asks for all of it."""
    headers = request.headers
    return bool(headers.get("HX-Request")) and not headers.get("HX-History-Restore-Request")


@blueprint.get("/<organization_id>")
@allow(EVERYBODY)
def show(organization_id: str) -> Any:
    """Everything known of one organization."""
    merged_into = find_survivor(reader(), organization_id)
    if merged_into is not None:
        return redirect(url_for(".show", organization_id=merged_into), 301)
    organization = queries.get_organization(reader(), organization_id)
    if is_noted(organization.team_id, actor()):
        with transaction() as session:
            note_look(
                session,
                "organizations",
                organization.id,
                team_id=organization.team_id,
                actor=actor(),
                now=now(),
            )
    return show_page(organization)


@blueprint.route("/new", methods=["GET", "POST"])
@allow(WRITERS)
def new() -> Any:
    """Put an organization on file, from an entry of a public register where the link names one."""
    known = entry_of_link()
    form = entry_form(known=known)
    same: list[Organization] = []
    similar: list[Similar] = []
    if form.validate_on_submit():
        try:
            with transaction() as session:
                others = said_distinct()
                same = same_named(session, form, None)
                same = [one for one in same if one.public_id not in others]
                if known is not None and not request.form.get("anyway"):
                    twins = on_file(session, [known[1]]).values()
                    same += [twin for twin in twins if twin not in same]
                similar = similar_to(session, form, same)
                if not same and not similar:
                    details = details_of(session, form, known)
                    made = add_organization(session, details, actor=actor(), now=now())
                    remember_distinct(session, made, others, actor=actor(), now=now())
                    if known is not None:
                        add_numbers(session, made, known[1], known[0], actor=actor())
        except DomainError as error:
            put_problem(form, error)
        else:
            if not same and not similar:
                flash(_("%(name)s is on file.", name=made.name), "success")
                return redirect(url_for(".show", organization_id=made.public_id), 303)
    status = 422 if form.is_submitted() else 200
    page = render_template(
        "organizations/new.html",
        form=form,
        same=same,
        similar=similar,
        not_same=said_distinct(),
        in_words=in_words,
        register=known[0] if known is not None else None,
        entry=known[1] if known is not None else None,
    )
    return page, status


@blueprint.route("/<organization_id>/edit", methods=["GET", "POST"])
@allow(WRITERS)
def edit(organization_id: str) -> Any:
    """Say better what is known of an organization."""
    on_file = queries.get_organization(reader(), organization_id)
    form = entry_form(on_file)
    same: list[Organization] = []
    if form.validate_on_submit():
        try:
            with transaction() as session:
                organization = queries.load_organization(session, organization_id)
                same = same_named(session, form, organization)
                if not same:
                    edit_organization(
                        session,
                        organization,
                        details_of(session, form),
                        actor=actor(),
                        now=now(),
                    )
        except DomainError as error:
            put_problem(form, error)
        else:
            if not same:
                flash(_("Your changes are kept."), "success")
                return redirect(url_for(".show", organization_id=organization_id), 303)
    status = 422 if form.is_submitted() else 200
    page = render_template("organizations/edit.html", form=form, same=same, organization=on_file)
    return page, status


# More pages on the same blueprint.
from crm.organizations import (  # noqa: E402
    identifier_views,  # noqa: F401
    name_views,  # noqa: F401
    relation_views,  # noqa: F401
    site_views,  # noqa: F401
)
