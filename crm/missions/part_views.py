"""Pages of the delegation, and of what organizations have to do with a mission."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from crm.interactions.choice_queries import list_people
from crm.missions import part_queries, queries
from crm.missions.delegation import (
    DelegateDetails,
    add_delegate,
    remove_delegate,
    revise_delegate,
    set_attendance,
)
from crm.missions.forms import AttendanceForm, DelegateForm, PartForm
from crm.missions.frame import frame
from crm.missions.naming import SeveralError, resolve_contact, suggest_contacts, suggest_leads
from crm.missions.parts import OrganizationPart, add_organization, remove_organization
from crm.missions.views import blueprint
from crm.organizations.matching import AmbiguousError, resolve_organization
from crm.web.access import EVERYBODY, WRITERS, allow
from crm.web.problems import put_problem
from crm.web.request import actor, now, reader, transaction
from models.errors import DomainError
from models.mission import Attendance, Delegate, DelegateRole, MissionPart


@blueprint.get("/<mission_id>/delegation")
@allow(EVERYBODY)
def delegation(mission_id: str) -> str:
    """Who goes, and who helps."""
    return _page(mission_id)


@blueprint.post("/<mission_id>/delegates")
@allow(WRITERS)
def add_to_delegation(mission_id: str) -> Any:
    """Add somebody to the delegation."""
    form = _delegate_form(None)
    choices: dict[str, list[Any]] = {}
    if form.validate():
        try:
            with transaction() as session:
                mission = queries.get_brief(session, mission_id)
                details = _details(session, form, None)
                add_delegate(session, mission, details, actor=actor(), now=now())
        except DomainError as error:
            choices = _choices_of(error)
            put_problem(form, error)
        else:
            flash(_("The delegation is changed."), "success")
            return redirect(url_for("missions.delegation", mission_id=mission_id), 303)
    return _page(mission_id, delegate_form=form, choices=choices), 422


@blueprint.route("/<mission_id>/delegates/<delegate_id>", methods=["GET", "POST"])
@allow(WRITERS)
def edit_delegate(mission_id: str, delegate_id: str) -> Any:
    """Say better who a delegate is."""
    session = reader()
    mission = queries.get_brief(session, mission_id)
    delegate = part_queries.get_delegate(session, mission, delegate_id)
    form = _delegate_form(delegate)
    choices: dict[str, list[Any]] = {}
    if form.validate_on_submit():
        try:
            with transaction() as session:
                found_mission = queries.get_brief(session, mission_id)
                found = part_queries.get_delegate(session, found_mission, delegate_id)
                revise_delegate(
                    session,
                    found_mission,
                    found,
                    _details(session, form, found),
                    actor=actor(),
                    now=now(),
                )
        except DomainError as error:
            choices = _choices_of(error)
            put_problem(form, error)
        else:
            flash(_("The delegation is changed."), "success")
            return redirect(url_for("missions.delegation", mission_id=mission_id), 303)
    mission = queries.get_brief(reader(), mission_id)
    page = render_template(
        "missions/delegate.html",
        **frame(mission, "missions.delegation"),
        form=form,
        choices=choices,
        delegate=part_queries.get_delegate(reader(), mission, delegate_id),
    )
    return page, 422 if form.is_submitted() else 200


@blueprint.post("/<mission_id>/delegates/<delegate_id>/attendance")
@allow(WRITERS)
def attend(mission_id: str, delegate_id: str) -> Any:
    """Say whether a delegate comes."""
    form = AttendanceForm()
    with transaction() as session:
        mission = queries.get_brief(session, mission_id)
        delegate = part_queries.get_delegate(session, mission, delegate_id)
        if form.validate():
            attendance = Attendance(form.attendance.data) if form.attendance.data else None
            set_attendance(session, delegate, attendance, actor=actor())
    if not form.validate():
        return _page(mission_id), 422
    return redirect(url_for("missions.delegation", mission_id=mission_id), 303)


@blueprint.post("/<mission_id>/delegates/<delegate_id>/remove")
@allow(WRITERS)
def leave_delegation(mission_id: str, delegate_id: str) -> Any:
    """Take somebody out of the delegation."""
    with transaction() as session:
        mission = queries.get_brief(session, mission_id)
        delegate = part_queries.get_delegate(session, mission, delegate_id)
        remove_delegate(session, delegate, actor=actor())
    flash(_("The delegation is changed."), "success")
    return redirect(url_for("missions.delegation", mission_id=mission_id), 303)


@blueprint.post("/<mission_id>/organizations")
@allow(WRITERS)
def add_part(mission_id: str) -> Any:
    """Say what an organization has to do with the mission."""
    form = PartForm(prefix="part")
    choices: dict[str, list[Any]] = {}
    if form.validate():
        try:
            with transaction() as session:
                mission = queries.get_brief(session, mission_id)
                organization = resolve_organization(
                    session, form.organization.data or "", field="organization"
                )
                part = OrganizationPart(
                    organization.id,
                    MissionPart(form.role.data) if form.role.data else None,
                    form.part.data,
                )
                add_organization(session, mission, part, actor=actor())
        except DomainError as error:
            choices = _choices_of(error)
            put_problem(form, error)
        else:
            flash(_("The organization is added."), "success")
            return redirect(url_for("missions.delegation", mission_id=mission_id), 303)
    return _page(mission_id, part_form=form, part_choices=choices), 422


@blueprint.post("/<mission_id>/organizations/remove")
@allow(WRITERS)
def remove_part(mission_id: str) -> Any:
    """Take back what was said of an organization."""
    role = request.form.get("role", "")
    with transaction() as session:
        mission = queries.get_brief(session, mission_id)
        organization = queries.get_organization(session, request.form.get("organization", ""))
        remove_organization(
            session,
            mission,
            organization,
            MissionPart(role) if role in set(MissionPart) else None,
            actor=actor(),
        )
    flash(_("The organization is taken away."), "success")
    return redirect(url_for("missions.delegation", mission_id=mission_id), 303)


@blueprint.get("/suggest/leads")
@allow(WRITERS)
def suggest_lead_titles() -> str:
    """Titles of leads for what is being typed."""
    text = request.args.get("lead", "")[:200]
    return render_template("missions/_suggestions.html", names=suggest_leads(reader(), text))


@blueprint.get("/suggest/contacts")
@allow(WRITERS)
def suggest_contact_names() -> str:
    """Names of people for what is being typed."""
    text = request.args.get("contact", "")[:200]
    return render_template("missions/_suggestions.html", names=suggest_contacts(reader(), text))


def _page(
    mission_id: str,
    *,
    delegate_form: DelegateForm | None = None,
    choices: dict[str, list[Any]] | None = None,
    part_form: PartForm | None = None,
    part_choices: dict[str, list[Any]] | None = None,
) -> str:
    session = reader()
    mission = queries.get_brief(session, mission_id)
    may_write = actor().may_write
    return render_template(
        "missions/delegation.html",
        **frame(mission, "missions.delegation"),
        delegates=part_queries.list_delegates(session, mission),
        participants=queries.list_participants(session, mission),
        attendances=Attendance,
        delegate_form=(delegate_form or _delegate_form(None)) if may_write else None,
        part_form=(part_form or PartForm(formdata=None, prefix="part")) if may_write else None,
        choices=choices or {},
        part_choices=part_choices or {},
    )


def _delegate_form(delegate: Delegate | None) -> DelegateForm:
    values: dict[str, Any] = {
        "role": DelegateRole.MEMBER.value,
        "attendance": Attendance.INVITED.value,
    }
    if delegate is not None:
        values = {
            "user": delegate.user.public_id if delegate.user else "",
            "contact": delegate.contact.printed_name if delegate.contact else "",
            "name": delegate.name,
            "title": delegate.title,
            "organization": delegate.organization.name if delegate.organization else "",
            "role": delegate.role.value,
            "attendance": delegate.attendance.value if delegate.attendance else "",
            "note": delegate.note,
        }
    form = DelegateForm(data=values if request.method == "GET" else None)
    staff = [(user.public_id, user.name) for user in list_people(reader()).staff]
    if delegate is not None and delegate.user is not None:
        own = (delegate.user.public_id, delegate.user.name)
        staff = staff if own in staff else [own, *staff]
    form.user.choices = [("", _("nobody of ours")), *staff]
    return form


def _details(session: Session, form: DelegateForm, on_file: Delegate | None) -> DelegateDetails:
    user_id = contact_id = organization_id = None
    if form.user.data:
        known = on_file.user if on_file is not None else None
        if known is not None and known.public_id == form.user.data:
            user_id = known.id
        else:
            user_id = queries.get_user(session, form.user.data).id
    elif form.contact.data:
        person = on_file.contact if on_file is not None else None
        if person is None or person.printed_name != form.contact.data:
            person = resolve_contact(session, form.contact.data)
        contact_id = person.id
    if form.organization.data:
        company = on_file.organization if on_file is not None else None
        if company is None or company.name != form.organization.data:
            company = resolve_organization(session, form.organization.data, field="organization")
        organization_id = company.id
    return DelegateDetails(
        name=form.name.data,
        title=form.title.data,
        role=DelegateRole(form.role.data),
        attendance=Attendance(form.attendance.data) if form.attendance.data else None,
        user_id=user_id,
        contact_id=contact_id,
        organization_id=organization_id,
        note=form.note.data,
    )


def _choices_of(error: DomainError) -> dict[str, list[Any]]:
    if isinstance(error, AmbiguousError | SeveralError) and error.field:
        return {error.field: list(error.choices)}
    return {}
