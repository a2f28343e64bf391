"""Pages of organizations: the list, one of them, adding and editing."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from crm.announcements.queries import list_announcements, of_organization
from crm.duplicates.asking import ask_about, in_words, said_distinct
from crm.duplicates.queries import find_survivor
from crm.duplicates.service import remember_distinct
from crm.duplicates.similar import Similar, typed
from crm.missions.queries import list_missions_of
from crm.organizations import conversations, matching, page_queries, queries
from crm.organizations.choices import (
    country_choices,
    in_reading_language,
    language_choices,
    language_name,
    month_choices,
    month_name,
    sector_choices,
)
from crm.organizations.family import load_family
from crm.organizations.forms import (
    EMPTY_ROWS,
    IdentifierForm,
    NameForm,
    OrganizationForm,
    RelationForm,
    SiteForm,
)
from crm.organizations.identifiers import format_identifier
from crm.organizations.looks import is_noted, note_look
from crm.organizations.plan import NameDetails, OrganizationDetails
from crm.organizations.service import add_organization, edit_organization, list_names
from crm.organizations.warm_path import list_paths
from crm.organizations.words import (
    INVERSE_LABELS,
    STANDINGS,
    glyphs,
    site_jobs,
    standing_words,
)
from crm.registers.entries import Entry, Register
from crm.registers.filling import form_values, on_file, with_sources
from crm.registers.service import add_numbers
from crm.registers.sources import get_register
from crm.timezones import today
from crm.web.access import EVERYBODY, WRITERS, allow
from crm.web.formatting import country_name
from crm.web.problems import put_problem
from crm.web.request import actor, now, reader, settings, transaction
from models.errors import DomainError, NotFoundError
from models.interaction import Interaction
from models.organization import NameKind, Organization, OrganizationName, OrganizationRole

blueprint = Blueprint("organizations", __name__, url_prefix="/organizations")


@blueprint.get("/")
@allow(EVERYBODY)
def index() -> Any:
    """Organizations by name; the search takes any script and a register's number."""
    filters = queries.read_filters(request.args)
    page = queries.search_organizations(reader(), filters, cursor=request.args.get("after"))
    arguments = {
        name: request.args[name]
        for name in ("q", "country", "role", "sector")
        if request.args.get(name)
    }
    is_part = is_fragment()
    countries = sorted(
        ((code, country_name(code)) for code in queries.list_countries(reader())),
        key=lambda choice: choice[1].casefold(),
    )
    return render_template(
        "organizations/_results.html" if is_part else "organizations/index.html",
        page=page,
        filters=filters,
        arguments=arguments,
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


def show_page(organization: Organization, **forms: Any) -> str:
    """One organization's page, with the small forms as they were filled in."""
    session = reader()
    day = today(now(), actor().time_zone)
    family = load_family(session, organization, today=day)
    forms.setdefault("name_form", name_form(None))
    forms.setdefault("identifier_form", IdentifierForm(formdata=None))
    forms.setdefault("relation_form", RelationForm(formdata=None))
    forms.setdefault("site_form", site_form(None))
    forms.setdefault("same", [])
    forms.setdefault("choices_of_other", [])
    forms.setdefault("open_form", None)
    return render_template(
        "organizations/show.html",
        organization=organization,
        document=page_queries.find_document(session, organization.document_id),
        relatives=page_queries.list_relatives(session, organization),
        family=family,
        standings=STANDINGS,
        paths=list_paths(session, family, today=day),
        standing_words=standing_words,
        leads=page_queries.list_leads(session, organization),
        contacts=page_queries.list_contacts(session, organization),
        conversations=conversations.list_conversations(
            session, Interaction.organization_id == organization.id
        ),
        files=conversations.list_files(session, organization.id),
        missions=list_missions_of(session, organization.id),
        announcements=list_announcements(session, of_organization(organization.id), now=now()),
        claims=page_queries.list_claims(session, organization, now=now()),
        inverse_labels=INVERSE_LABELS,
        format_identifier=format_identifier,
        glyphs=glyphs,
        in_reading_language=in_reading_language,
        language_name=language_name,
        month_name=month_name,
        site_jobs=site_jobs,
        **forms,
    )


@blueprint.route("/new", methods=["GET", "POST"])
@allow(WRITERS)
def new() -> Any:
    """Put an organization on file, from an entry of a public register where the link names one."""
    known = _entry_of_link()
    form = _form(known=known)
    same: list[Organization] = []
    similar: list[Similar] = []
    if form.validate_on_submit():
        try:
            with transaction() as session:
                others = said_distinct()
                same = _same_named(session, form, None)
                same = [one for one in same if one.public_id not in others]
                if known is not None and not request.form.get("anyway"):
                    twins = on_file(session, [known[1]]).values()
                    same += [twin for twin in twins if twin not in same]
                similar = _similar(session, form, same)
                if not same and not similar:
                    details = _details(session, form, known)
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
    form = _form(on_file)
    same: list[Organization] = []
    if form.validate_on_submit():
        try:
            with transaction() as session:
                organization = queries.load_organization(session, organization_id)
                same = _same_named(session, form, organization)
                if not same:
                    edit_organization(
                        session,
                        organization,
                        _details(session, form),
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


def _form(
    organization: Organization | None = None, known: tuple[Register, Entry] | None = None
) -> OrganizationForm:
    if organization is not None:
        values = _values(organization)
    elif known is not None:
        values = form_values(reader(), known[1], known[0].attribution)
    else:
        values = _first_values()
    form = OrganizationForm(data=values)
    form.fiscal_year_end_month.choices = month_choices()
    form.country.choices = country_choices()
    form.sector.choices = sector_choices(reader())
    if not form.is_submitted():
        for _row in range(EMPTY_ROWS):
            form.names.append_entry()
    languages = language_choices(_("as its script says"))
    for row in form.names:
        row.form.language.choices = languages
    return form


def _first_values() -> dict[str, Any]:
    """What a link to the form may say already."""
    return {
        "name": request.args.get("name", "")[:300],
        "roles": [OrganizationRole.PROSPECT.value],
        "country": request.args.get("country", ""),
    }


def _entry_of_link() -> tuple[Register, Entry] | None:
    """The entry of a public register that the link to the form names.

    Raises:
        NotFoundError: there is no such register or entry.
    """
    if not request.args.get("entry"):
        return None
    register = get_register(settings().data, request.args.get("register", ""))
    entry = register.find(request.args["entry"])
    if entry is None:
        raise NotFoundError
    return register, entry


def _values(organization: Organization) -> dict[str, Any]:
    shown = {organization.name, organization.native_name}
    has_latin = organization.name != organization.native_name
    return {
        "name": organization.name if has_latin else "",
        "native_name": organization.native_name,
        "roles": [link.role.value for link in organization.roles],
        "country": organization.country or "",
        "city": organization.city,
        "sector": organization.sector.code if organization.sector else "",
        "website": organization.website,
        "reference": organization.reference,
        "fiscal_year_end_month": str(organization.fiscal_year_end_month or ""),
        "description": organization.description,
        "is_placeholder": organization.is_placeholder,
        "names": [
            {
                "text": name.text,
                "kind": name.kind.value,
                "language": name.language or "",
                "source": name.source,
            }
            for name in organization.names
            if name.text not in shown
        ],
    }


def _details(
    session: Any, form: OrganizationForm, known: tuple[Register, Entry] | None = None
) -> OrganizationDetails:
    names = tuple(name_details(row.form) for row in form.names if row.form.text.data)
    if known is not None:
        typed = (form.name.data, form.native_name.data)
        names = with_sources(names, typed, known[1], known[0].attribution)
    month = form.fiscal_year_end_month.data
    return OrganizationDetails(
        name=form.name.data,
        native_name=form.native_name.data,
        country=form.country.data or None,
        city=(form.city.data or "").strip() or None,
        sector_id=queries.find_sector_id(session, form.sector.data),
        website=form.website.data,
        description=(form.description.data or "").strip() or None,
        is_placeholder=form.is_placeholder.data,
        roles=tuple(OrganizationRole(code) for code in form.roles.data),
        other_names=names,
        reference=(form.reference.data or "").strip() or None,
        fiscal_year_end_month=int(month) if month else None,
    )


def name_details(form: Any) -> NameDetails:
    """What a row or a small form says of a name."""
    return NameDetails(
        text=form.text.data,
        kind=NameKind(form.kind.data) if form.kind.data else None,
        language=form.language.data or None,
        source=(form.source.data or "").strip() or None,
        valid_from=form.valid_from.data if "valid_from" in form else None,
        valid_to=form.valid_to.data if "valid_to" in form else None,
    )


def _same_named(
    session: Any, form: OrganizationForm, organization: Organization | None
) -> list[Organization]:
    """Others with one of the names that were typed, unless the person said to go on anyway."""
    if request.form.get("anyway"):
        return []
    typed = [form.name.data, form.native_name.data, *(row.form.text.data for row in form.names)]
    known: set[str] = set()
    if organization is not None:
        known = {name.text for name in list_names(session, organization)}
    fresh = [text.strip() for text in typed if text and text.strip() not in known]
    return matching.find_same_named(session, fresh, but=organization)


def _similar(session: Any, form: OrganizationForm, same: list[Organization]) -> list[Similar]:
    """Those on file with much the same name that the person has not been shown yet."""
    names = [form.name.data, form.native_name.data, *(row.form.text.data for row in form.names)]
    what = typed(*names, country=form.country.data)
    shown = {one.public_id for one in same}
    asked = ask_about(session, what, now=now())
    return [one for one in asked if one.public_id not in shown]


def name_form(data: Any, name: OrganizationName | None = None) -> NameForm:
    """The small form for one more name, or for `name` as it is kept."""
    form = NameForm(data, obj=name if data is None else None)
    if data is None and name is not None:
        form.kind.data, form.language.data = name.kind.value, name.language or ""
    form.language.choices = language_choices(_("as its script says"))
    return form


def site_form(data: Any, values: dict[str, Any] | None = None) -> SiteForm:
    """The small form for a facility."""
    form = SiteForm(data, data=values or {"country": "CA"})
    form.country.choices = country_choices()
    return form


import crm.organizations.part_views  # noqa: E402, F401 - more pages on the same blueprint
