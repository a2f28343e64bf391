"""Pages of conversations: logging one, reading it, correcting it.

Meetings, follow-ups and e-mails have modules of their own on this blueprint.
"""

from datetime import date
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from crm.interactions import choice_queries, queries
from crm.interactions.clocks import short_moment, two_clocks
from crm.interactions.corrections import correct_conversation, may_correct
from crm.interactions.forms import ConversationForm, HeldForm
from crm.interactions.languages import language_of_text
from crm.interactions.looks import note_own_look
from crm.interactions.queries import Subject
from crm.interactions.service import ConversationDetails, ParticipantDetails, log_conversation
from crm.timezones import today
from crm.web.access import EVERYBODY, WRITERS, allow
from crm.web.paths import own_path
from crm.web.problems import put_problem
from crm.web.request import actor, now, reader, transaction
from models.errors import DomainError, ForbiddenError
from models.interaction import ContactDirection, Interaction, InteractionKind, InteractionStanding

blueprint = Blueprint("interactions", __name__, url_prefix="/interactions")
blueprint.add_app_template_global(two_clocks)
blueprint.add_app_template_filter(short_moment)


@blueprint.get("/new")
@allow(WRITERS)
def new() -> str:
    """Choose a lead or an organization, then say what was said."""
    if contact_id := request.args.get("contact"):
        contact = queries.get_contact(reader(), contact_id)
        if contact.organization is not None:
            form = ConversationForm(happened_on=_my_today(), contacts=[contact_id])
            return log_page(form, Subject(organization=contact.organization))
    for record_type in ("lead", "organization"):
        if public_id := request.args.get(record_type):
            subject = queries.get_subject(reader(), record_type, public_id)
            return log_page(ConversationForm(happened_on=_my_today()), subject)
    text = request.args.get("q", "").strip()[:200]
    leads, organizations = choice_queries.search_subjects(reader(), text)
    return render_template(
        "interactions/choose.html",
        text=text,
        leads=leads,
        organizations=organizations,
        recent=() if text else choice_queries.list_recent_leads(reader(), actor()),
    )


@blueprint.post("/leads/<lead_id>")
@allow(WRITERS)
def create(lead_id: str) -> Any:
    """Log a conversation on a lead."""
    return _create("lead", lead_id)


@blueprint.post("/organizations/<organization_id>")
@allow(WRITERS)
def create_on_organization(organization_id: str) -> Any:
    """Log a conversation with an organization that is about no lead."""
    return _create("organization", organization_id)


def tell_no_day() -> None:
    """Say that a next step has no day; the lead's page offers one."""
    flash(_("No day is set for the next step: nobody is reminded of it."), "warning")


def _create(record_type: str, public_id: str) -> Any:
    form = ConversationForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                subject = queries.get_subject(session, record_type, public_id)
                log_conversation(
                    session,
                    _details(session, form),
                    lead=subject.lead,
                    organization=subject.organization,
                    actor=actor(),
                    now=now(),
                )
        except DomainError as error:
            put_problem(form, error, next_action="next_step", next_action_on="next_step_on")
        else:
            flash(_("The conversation is logged."), "success")
            if (form.next_step.data or "").strip() and form.next_step_on.data is None:
                tell_no_day()
            return go_on(own_path(request.values.get("next"), address_of(subject)))
    subject = queries.get_subject(reader(), record_type, public_id)
    return log_page(form, subject), 422


@blueprint.get("/<interaction_id>")
@allow(EVERYBODY)
def show(interaction_id: str) -> str:
    """One conversation or meeting, whole."""
    return show_page(interaction_id, HeldForm(formdata=None))


@blueprint.route("/<interaction_id>/edit", methods=["GET", "POST"])
@allow(WRITERS)
def edit(interaction_id: str) -> Any:
    """Correct one's own conversation within a day, or change a meeting that is still planned."""
    found = queries.get_interaction(reader(), interaction_id)
    if found.standing is InteractionStanding.PLANNED:
        return redirect(url_for("interactions.change", interaction_id=interaction_id), 303)
    if not may_correct(found, actor=actor(), now=now()):
        raise ForbiddenError
    form = ConversationForm(data=_filled(found) if request.method == "GET" else None)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                interaction = queries.get_interaction(session, interaction_id)
                correct_conversation(
                    session,
                    interaction,
                    _details(session, form),
                    lead=interaction.lead,
                    actor=actor(),
                    now=now(),
                )
        except DomainError as error:
            put_problem(form, error)
        else:
            flash(_("The correction is saved."), "success")
            return redirect(url_for("interactions.show", interaction_id=interaction_id), 303)
    found = queries.get_interaction(reader(), interaction_id)
    subject = Subject(found.lead, found.organization if found.lead is None else None)
    return log_page(form, subject, interaction=found), 422 if form.is_submitted() else 200


def log_page(
    form: ConversationForm, subject: Subject, *, interaction: Interaction | None = None
) -> str:
    """The form of a conversation: a page, or for htmx the form alone."""
    if subject.lead is not None:
        note_own_look(subject.lead)
    people = choice_queries.list_people(
        reader(), lead=subject.lead, organization=subject.organization
    )
    is_fragment = request.headers.get("HX-Request") and interaction is None
    return render_template(
        "interactions/_log.html" if is_fragment else "interactions/log.html",
        form=form,
        subject=subject,
        people=people,
        interaction=interaction,
        next=own_path(request.values.get("next"), address_of(subject)),
    )


def show_page(interaction_id: str, held_form: HeldForm) -> str:
    """The page of a conversation or meeting."""
    found = queries.get_interaction(reader(), interaction_id)
    if note_own_look(found):
        found = queries.get_interaction(reader(), interaction_id)
    return render_template(
        "interactions/show.html",
        interaction=found,
        follow_ups=queries.list_follow_ups_of(reader(), found),
        files=queries.list_files_of(reader(), found),
        held_form=held_form,
        may_write=actor().may_write,
        may_correct=may_correct(found, actor=actor(), now=now()),
        has_begun=found.starts_at is not None and found.starts_at <= now(),
    )


def address_of(subject: Subject) -> str:
    """The page of what a conversation is about."""
    if subject.lead is not None:
        return url_for("leads.show", lead_id=subject.lead.public_id)
    assert subject.organization is not None
    return url_for("organizations.show", organization_id=subject.organization.public_id)


def go_on(target: str) -> Any:
    """Go on to a page after a write; htmx is told to load it, so that all of it is fresh."""
    if request.headers.get("HX-Request"):
        return Response(status=204, headers={"HX-Redirect": target})
    return redirect(target, 303)


def participants_of(session: Session, form: Any) -> tuple[ParticipantDetails, ...]:
    """Who took part, as a form names them: contacts, colleagues, and names a line each."""
    contacts, staff = choice_queries.find_people(session, form.contacts.data, form.staff.data)
    names = [line.strip()[:200] for line in (form.others.data or "").splitlines()]
    return (
        *(ParticipantDetails(contact_id=key) for key in contacts),
        *(ParticipantDetails(user_id=key) for key in staff),
        *(ParticipantDetails(name=name) for name in names if name),
    )


def _details(session: Session, form: ConversationForm) -> ConversationDetails:
    text = (form.text.data or "").strip() or None
    summary = (form.summary.data or "").strip() or None
    return ConversationDetails(
        kind=InteractionKind(form.kind.data),
        happened_on=form.happened_on.data or _my_today(),
        summary=summary,
        text=text,
        language=form.language.data or language_of_text(text or summary),
        direction=ContactDirection(form.direction.data) if form.direction.data else None,
        participants=participants_of(session, form),
        next_step=(form.next_step.data or "").strip() or None,
        next_step_on=form.next_step_on.data,
    )


def _filled(interaction: Interaction) -> dict[str, Any]:
    people = interaction.participants
    return {
        "kind": interaction.kind.value,
        "summary": interaction.summary,
        "happened_on": interaction.happened_on,
        "direction": interaction.direction.value if interaction.direction else "",
        "language": interaction.language or "",
        "text": interaction.text,
        "contacts": [someone.contact.public_id for someone in people if someone.contact],
        "staff": [someone.user.public_id for someone in people if someone.user],
        "others": "\n".join(someone.name for someone in people if someone.name),
    }


def _my_today() -> date:
    return today(now(), actor().time_zone)


from crm.interactions import email_views, follow_up_views, meeting_views  # noqa: E402, F401
