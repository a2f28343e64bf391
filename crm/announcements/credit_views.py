"""Pages of credit: who introduced or helped, and the client's word for it."""

from datetime import time
from typing import Any

from flask import render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from crm.announcements import choice_queries, client_links, crediting
from crm.announcements.crediting import CreditDetails
from crm.announcements.forms import typed_number
from crm.announcements.part_forms import AskForm, CreditForm, EvidenceForm
from crm.announcements.parts import done, keep_evidence, load, number, part_page
from crm.announcements.views import blueprint
from crm.interactions.choice_queries import find_office_id, list_offices
from crm.interactions.moments import local_moment
from crm.organizations.matching import AmbiguousError, resolve_organization
from crm.timezones import today
from crm.web.access import WRITERS, allow
from crm.web.problems import put_problem
from crm.web.request import actor, now, reader, settings, transaction
from models.announcement import Announcement
from models.commitment import Attribution, ConfirmedBy, Credit, CreditRole
from models.errors import DomainError

_ANCHOR = "credits-title"


blueprint.add_app_template_filter(crediting.name_of, "credited")


@blueprint.route("/<announcement_id>/credits/new", methods=["GET", "POST"])
@allow(WRITERS)
def new_credit(announcement_id: str) -> Any:
    """Write down who introduced or helped."""
    return _credit_page(announcement_id, None)


@blueprint.route("/<announcement_id>/credits/<credit_id>", methods=["GET", "POST"])
@allow(WRITERS)
def edit_credit(announcement_id: str, credit_id: str) -> Any:
    """Say better who introduced or helped."""
    return _credit_page(announcement_id, credit_id)


@blueprint.post("/<announcement_id>/credits/<credit_id>/remove")
@allow(WRITERS)
def remove_credit(announcement_id: str, credit_id: str) -> Any:
    """Take away credit that is nobody's."""
    with transaction() as session:
        found = load(session, announcement_id)
        crediting.remove_credit(
            session, crediting.get_credit(session, found, credit_id), actor=actor()
        )
    return done(announcement_id, _("The credit is removed."), _ANCHOR)


@blueprint.post("/<announcement_id>/credits/<credit_id>/ask")
@allow(WRITERS)
def ask_client(announcement_id: str, credit_id: str) -> Any:
    """Make the client's link, and show it this once."""
    form = AskForm()
    language = form.language.data or ""
    with transaction() as session:
        found = load(session, announcement_id)
        credit = crediting.get_credit(session, found, credit_id)
        token = client_links.ask_client(
            session, credit, language=language, actor=actor(), now=now()
        )
        expires_at = credit.link_expires_at
        who = crediting.name_of(credit)
    return render_template(
        "announcements/link.html",
        announcement=load(reader(), announcement_id),
        address=f"{settings().public_url}{url_for('.confirm', token=token)}",
        expires_at=expires_at,
        who=who,
        language=dict(form.language.choices).get(language, language),
    )


@blueprint.post("/<announcement_id>/credits/<credit_id>/take-link-back")
@allow(WRITERS)
def take_link_back(announcement_id: str, credit_id: str) -> Any:
    """Let the link that was sent lead nowhere."""
    with transaction() as session:
        found = load(session, announcement_id)
        client_links.take_link_back(
            session, crediting.get_credit(session, found, credit_id), actor=actor()
        )
    return done(announcement_id, _("The link leads nowhere now."), _ANCHOR)


@blueprint.route("/<announcement_id>/credits/<credit_id>/evidence", methods=["GET", "POST"])
@allow(WRITERS)
def file_confirmation(announcement_id: str, credit_id: str) -> Any:
    """File the e-mail or the letter in which the client confirmed it."""
    crediting.get_credit(reader(), load(reader(), announcement_id), credit_id)
    form = EvidenceForm(data={"on": today(now(), actor().time_zone)})
    if form.validate_on_submit():
        try:
            with transaction() as session:
                found = load(session, announcement_id)
                day = form.on.data
                noon = local_moment(day, time(12), actor().time_zone, field="on")
                is_today = day == today(now(), actor().time_zone)
                crediting.file_confirmation(
                    session,
                    crediting.get_credit(session, found, credit_id),
                    by=ConfirmedBy(form.by.data),
                    name=form.name.data,
                    at=now() if is_today else noon,
                    file=keep_evidence(session, found, form.file.data),
                    words=form.words.data,
                    actor=actor(),
                    now=now(),
                )
            return done(announcement_id, _("The confirmation is filed."), _ANCHOR)
        except DomainError as error:
            put_problem(form, error)
    return part_page(announcement_id, form, _("A confirmation by e-mail or letter"), _("File it"))


def _credit_page(announcement_id: str, credit_id: str | None) -> Any:
    found = load(reader(), announcement_id)
    on_file = crediting.get_credit(reader(), found, credit_id) if credit_id else None
    form = CreditForm(data=_values(on_file) if on_file else {})
    form.office.choices = [
        ("", _("None")),
        *((office.public_id, office.name) for office in list_offices(reader())),
    ]
    people = dict(choice_queries.list_contact_choices(reader(), found))
    if on_file is not None and on_file.contact is not None:
        kept = on_file.contact
        people.setdefault(kept.public_id, kept.printed_name or kept.native_name or "")
    form.contact.choices = [("", _("None")), *people.items()]
    choices = None
    if form.validate_on_submit():
        try:
            with transaction() as session:
                announcement = load(session, announcement_id)
                one = crediting.get_credit(session, announcement, credit_id) if credit_id else None
                details = _details(session, announcement, form, one)
                if one is None:
                    crediting.credit(session, announcement, details, actor=actor())
                else:
                    crediting.revise_credit(session, announcement, one, details, actor=actor())
            return done(announcement_id, _("The credit is kept."), _ANCHOR)
        except AmbiguousError as error:
            choices = error.choices
            put_problem(form, error)
        except DomainError as error:
            put_problem(form, error)
    return part_page(
        announcement_id,
        form,
        _("Who introduced or helped"),
        _("Keep the credit"),
        hints={
            "organization": _l("One of these four is needed: who it was."),
            "contact": _l("People of the parties who are on file."),
            "credit": _l("Full: one alone opened the door. Shared: several did."),
            "share_percent": _l("The shares of one announcement never pass 100 percent."),
        },
        choices=choices,
    )


def _values(credit: Attribution) -> dict[str, Any]:
    return {
        "role": credit.role.value,
        "organization": credit.organization.name if credit.organization else None,
        "office": credit.office.public_id if credit.office else "",
        "contact": credit.contact.public_id if credit.contact else "",
        "name": credit.name,
        "credit": credit.credit.value if credit.credit else "",
        "share_percent": typed_number(credit.share_percent),
        "text": credit.text,
        "quote": credit.quote,
    }


def _details(
    session: Session,
    announcement: Announcement,
    form: CreditForm,
    on_file: Attribution | None,
) -> CreditDetails:
    organization = None
    if (form.organization.data or "").strip():
        organization = resolve_organization(session, form.organization.data, field="organization")
    return CreditDetails(
        CreditRole(form.role.data),
        Credit(form.credit.data) if form.credit.data else None,
        share_percent=number(form.share_percent.data),
        organization_id=organization.id if organization else None,
        contact_id=_contact_id(session, announcement, form.contact.data, on_file),
        office_id=find_office_id(session, form.office.data),
        name=form.name.data,
        text=form.text.data,
        quote=form.quote.data,
        document_id=on_file.document_id if on_file is not None else None,
    )


def _contact_id(
    session: Session, announcement: Announcement, chosen: str, on_file: Attribution | None
) -> int | None:
    """The person who was chosen; whoever is credited already need not be of a party."""
    kept = on_file.contact if on_file is not None else None
    if kept is not None and kept.public_id == chosen:
        return kept.id
    return choice_queries.find_contact_id(session, announcement, chosen)
