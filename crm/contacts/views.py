"""Pages of contacts: the list, one of them, adding and editing."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from crm.contacts import queries
from crm.contacts.forms import ContactForm
from crm.contacts.service import ContactDetails, add_contact, edit_contact
from crm.organizations.choices import language_choices, language_name
from crm.organizations.conversations import list_conversations, with_contact
from crm.organizations.looks import is_noted, note_look
from crm.organizations.matching import AmbiguousError, resolve_organization
from crm.organizations.page_queries import find_document
from crm.organizations.queries import load_organization
from crm.organizations.words import glyphs
from crm.web.access import EVERYBODY, WRITERS, allow
from crm.web.formatting import country_name
from crm.web.problems import put_problem
from crm.web.request import actor, now, reader, transaction
from models.contact import Contact, Seniority
from models.errors import DomainError, NotFoundError
from models.organization import Organization

blueprint = Blueprint("contacts", __name__, url_prefix="/contacts")

_TEXTS = (
    "printed_name",
    "native_name",
    "reading",
    "romanized_name",
    "family_name",
    "given_name",
    "honorific",
    "native_title",
    "title",
    "department",
    "email",
    "phone",
    "language",
    "obtained_from",
    "notes",
)


@blueprint.get("/")
@allow(EVERYBODY)
def index() -> Any:
    """Contacts by name as printed."""
    filters = queries.read_filters(request.args)
    page = queries.search_contacts(reader(), filters, cursor=request.args.get("after"))
    headers = request.headers
    is_part = headers.get("HX-Request") and not headers.get("HX-History-Restore-Request")
    countries = sorted(
        ((code, country_name(code)) for code in queries.list_countries(reader())),
        key=lambda choice: choice[1].casefold(),
    )
    return render_template(
        "contacts/_results.html" if is_part else "contacts/index.html",
        page=page,
        filters=filters,
        arguments=filters.arguments,
        countries=countries,
        seniorities=Seniority,
        is_fragment=bool(is_part),
        glyphs=glyphs,
    )


@blueprint.get("/<contact_id>")
@allow(EVERYBODY)
def show(contact_id: str) -> Any:
    """Everything known of one person."""
    contact = queries.get_contact(reader(), contact_id)
    if is_noted(contact.team_id, actor()):
        with transaction() as session:
            note_look(
                session,
                "contacts",
                contact.id,
                team_id=contact.team_id,
                actor=actor(),
                now=now(),
            )
    session = reader()
    return render_template(
        "contacts/show.html",
        contact=contact,
        document=find_document(session, contact.document_id),
        leads=queries.list_leads(session, contact),
        conversations=list_conversations(session, with_contact(contact.id), limit=50),
        language_name=language_name,
        glyphs=glyphs,
    )


@blueprint.route("/new", methods=["GET", "POST"])
@allow(WRITERS)
def new() -> Any:
    """Put a person on file."""
    linked = _organization_of_link()
    form = _form({"organization": linked.name if linked else "", "language": ""})
    choices: list[Any] = []
    namesakes: list[Contact] = []
    if form.validate_on_submit():
        try:
            with transaction() as session:
                organization = _organization(session, form)
                if not request.form.get("anyway"):
                    names = [form.printed_name.data or "", form.native_name.data or ""]
                    namesakes = queries.find_namesakes(session, names, organization)
                if not namesakes:
                    made = add_contact(
                        session,
                        _details(form),
                        organization=organization,
                        actor=actor(),
                        now=now(),
                    )
        except DomainError as error:
            choices = error.choices if isinstance(error, AmbiguousError) else []
            put_problem(form, error)
        else:
            if not namesakes:
                flash(_("%(name)s is on file.", name=made.printed_name), "success")
                return redirect(url_for(".show", contact_id=made.public_id), 303)
    status = 422 if form.is_submitted() else 200
    page = render_template(
        "contacts/new.html",
        form=form,
        choices=choices,
        namesakes=namesakes,
        glyphs=glyphs,
        organization=linked,
    )
    return page, status


@blueprint.route("/<contact_id>/edit", methods=["GET", "POST"])
@allow(WRITERS)
def edit(contact_id: str) -> Any:
    """Say better what is known of a person."""
    on_file = queries.get_contact(reader(), contact_id)
    form = _form(_values(on_file))
    choices: list[Any] = []
    if form.validate_on_submit():
        try:
            with transaction() as session:
                edit_contact(
                    session,
                    queries.get_contact(session, contact_id),
                    _details(form),
                    organization=_organization(session, form),
                    actor=actor(),
                )
        except DomainError as error:
            choices = error.choices if isinstance(error, AmbiguousError) else []
            put_problem(form, error)
        else:
            flash(_("Your changes are kept."), "success")
            return redirect(url_for(".show", contact_id=contact_id), 303)
    status = 422 if form.is_submitted() else 200
    page = render_template(
        "contacts/edit.html", form=form, choices=choices, contact=on_file, namesakes=[]
    )
    return page, status


def _form(values: dict[str, Any]) -> ContactForm:
    form = ContactForm(data=values)
    form.language.choices = language_choices(_("not known"))
    return form


def _organization_of_link() -> Organization | None:
    """The organization whose page the link to the form stood on."""
    public_id = request.args.get("organization", "")
    try:
        return load_organization(reader(), public_id) if public_id else None
    except NotFoundError:
        return None


def _values(contact: Contact) -> dict[str, Any]:
    values = {name: getattr(contact, name) or "" for name in _TEXTS}
    values["seniority"] = contact.seniority.value if contact.seniority else ""
    values["organization"] = contact.organization.name if contact.organization else ""
    return values


def _organization(session: Any, form: ContactForm) -> Any:
    text = (form.organization.data or "").strip()
    # The organization whose name stands in the field already needs no search: it may share it.
    known = request.form.get("organization_was", "")
    if text and known:
        try:
            was = load_organization(session, known)
        except NotFoundError:
            was = None
        if was is not None and was.name == text:
            return was
    if not text:
        return None
    found = resolve_organization(session, text, field="organization")
    form.organization.data = found.name
    return found


def _details(form: ContactForm) -> ContactDetails:
    return ContactDetails(
        **{name: form[name].data or None for name in _TEXTS if name != "printed_name"},
        printed_name=form.printed_name.data or "",
        seniority=Seniority(form.seniority.data) if form.seniority.data else None,
    )
