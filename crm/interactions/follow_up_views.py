"""Pages of follow-ups: the list, the next step of a lead, promises, ticking off."""

from datetime import date, datetime
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from crm.interactions import agenda_queries, choice_queries, follow_ups, queries
from crm.interactions.calendars import Wording, follow_up_calendar
from crm.interactions.follow_ups import FollowUpDetails
from crm.interactions.forms import NextStepForm, PromiseForm
from crm.interactions.looks import note_own_look
from crm.interactions.meeting_views import calendar_response
from crm.interactions.moments import business_days_after, local_moment
from crm.interactions.queries import Subject
from crm.interactions.views import address_of, blueprint, go_on, tell_no_day
from crm.timezones import today, zone
from crm.web.access import EVERYBODY, WRITERS, allow
from crm.web.paths import own_path
from crm.web.problems import put_problem
from crm.web.request import actor, now, reader, settings, transaction
from models.errors import DomainError, NotFoundError
from models.interaction import FollowUp, Interaction


@blueprint.get("/follow-ups")
@allow(EVERYBODY)
def list_follow_ups() -> str:
    """Everything promised and every next step, by its day."""
    whose = request.args.get("whose", "mine")
    whose = whose if whose in agenda_queries.WHOSE else "mine"
    is_done = request.args.get("done") == "yes"
    page = agenda_queries.list_follow_ups(
        reader(), actor(), whose=whose, is_done=is_done, cursor=request.args.get("after")
    )
    return render_template(
        "interactions/follow_ups.html",
        page=page,
        whose=whose,
        is_done=is_done,
        my_today=today(now(), actor().time_zone),
        now=now(),
        may_write=actor().may_write,
    )


@blueprint.route("/leads/<lead_id>/next-step", methods=["GET", "POST"])
@allow(WRITERS)
def next_step(lead_id: str) -> Any:
    """Say what comes next on a lead."""
    lead = queries.get_lead(reader(), lead_id)
    form = NextStepForm(next_step=lead.next_action, next_step_on=lead.next_action_on)
    if not form.is_submitted() and form.next_step_on.data is None:
        form.next_step_on.data = _in_a_week()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                follow_ups.set_next_step(
                    session,
                    queries.get_lead(session, lead_id),
                    form.next_step.data,
                    form.next_step_on.data,
                    actor=actor(),
                    now=now(),
                )
        except DomainError as error:
            put_problem(form, error, next_action="next_step", next_action_on="next_step_on")
        else:
            flash(_("The next step is set."), "success")
            if form.next_step_on.data is None:
                tell_no_day()
            return go_on(own_path(request.values.get("next"), address_of(Subject(lead))))
    lead = queries.get_lead(reader(), lead_id)
    note_own_look(lead)
    page = render_template(
        "interactions/next_step.html",
        form=form,
        lead=lead,
        next=own_path(request.values.get("next"), address_of(Subject(lead))),
    )
    return page, 422 if form.is_submitted() else 200


def _in_a_week() -> date:
    """The day that is offered where none was chosen yet."""
    return business_days_after(today(now(), actor().office_time_zone), 5)


@blueprint.route("/leads/<lead_id>/promise", methods=["GET", "POST"])
@allow(WRITERS)
def promise(lead_id: str) -> Any:
    """Keep what was promised on a lead; `conversation` names the one it was promised in."""
    return _promise("lead", lead_id)


@blueprint.route("/organizations/<organization_id>/promise", methods=["GET", "POST"])
@allow(WRITERS)
def promise_to_organization(organization_id: str) -> Any:
    """Keep what was promised to an organization."""
    return _promise("organization", organization_id)


def _promise(record_type: str, public_id: str) -> Any:
    form = _promise_form(time_zone=actor().time_zone, owner=_own_public_id())
    if form.validate_on_submit():
        try:
            with transaction() as session:
                subject = queries.get_subject(session, record_type, public_id)
                follow_ups.promise(
                    session,
                    _details(session, form, subject, _conversation(session, subject)),
                    lead=subject.lead,
                    actor=actor(),
                    now=now(),
                )
        except DomainError as error:
            put_problem(form, error)
        else:
            flash(_("The promise is written down."), "success")
            return go_on(own_path(request.values.get("next"), address_of(subject)))
    subject = queries.get_subject(reader(), record_type, public_id)
    return _form_page(form, subject), 422 if form.is_submitted() else 200


@blueprint.route("/follow-ups/<follow_up_id>/edit", methods=["GET", "POST"])
@allow(WRITERS)
def edit_follow_up(follow_up_id: str) -> Any:
    """Say anew what is to be done, and by when."""
    found = queries.get_follow_up(reader(), follow_up_id)
    form = _promise_form(**(_filled(found) if request.method == "GET" else {}))
    if request.method == "GET":
        form.owner.data = _owner_of(found, form)
    if not _owner_of(found, form):
        # Whoever left stays on file until somebody else is chosen.
        name = found.owner.name if found.owner else _("Nobody yet")
        form.owner.choices.insert(0, ("", name))
    if form.validate_on_submit():
        try:
            with transaction() as session:
                follow_up = queries.get_follow_up(session, follow_up_id)
                subject = Subject(follow_up.lead, follow_up.organization)
                follow_ups.change_follow_up(
                    session,
                    follow_up,
                    _details(session, form, subject, None),
                    lead=follow_up.lead,
                    actor=actor(),
                    now=now(),
                )
        except DomainError as error:
            put_problem(form, error, next_action="text", next_action_on="due_on")
        else:
            flash(_("The change is saved."), "success")
            return redirect(_back(), 303)
    found = queries.get_follow_up(reader(), follow_up_id)
    page = _form_page(form, Subject(found.lead, found.organization), follow_up=found)
    return page, 422 if form.is_submitted() else 200


@blueprint.post("/follow-ups/<follow_up_id>/finish")
@allow(WRITERS)
def finish(follow_up_id: str) -> Any:
    """Tick a follow-up off."""
    with transaction() as session:
        follow_up = queries.get_follow_up(session, follow_up_id)
        follow_ups.finish(session, follow_up, lead=follow_up.lead, actor=actor(), now=now())
    if request.headers.get("HX-Request"):
        return render_template(
            "interactions/_follow_up_done.html", follow_up=follow_up, next=_back()
        )
    flash(_("Done: %(text)s", text=follow_up.text), "success")
    return redirect(_back(), 303)


@blueprint.post("/follow-ups/<follow_up_id>/reopen")
@allow(WRITERS)
def reopen(follow_up_id: str) -> Any:
    """Take the tick back."""
    with transaction() as session:
        follow_up = queries.get_follow_up(session, follow_up_id)
        follow_ups.reopen(session, follow_up, lead=follow_up.lead, now=now())
    flash(_("To be done again: %(text)s", text=follow_up.text), "success")
    return go_on(_back())


@blueprint.get("/follow-ups/<follow_up_id>.ics")
@allow(EVERYBODY)
def follow_up_ics(follow_up_id: str) -> Response:
    """A follow-up as a calendar file."""
    follow_up = queries.get_follow_up(reader(), follow_up_id)
    note_own_look(follow_up)
    where = (
        address_of(Subject(follow_up.lead, follow_up.organization))
        if follow_up.lead or follow_up.organization
        else url_for("interactions.list_follow_ups")
    )
    words = Wording(
        kind=_("Next step") if follow_up.is_next_step else _("Follow-up"),
        confidential=_("Confidential"),
        url=settings().public_url + where,
    )
    data = follow_up_calendar(follow_up, words, now=now())
    if data is None:
        raise NotFoundError
    return calendar_response(data, follow_up_id)


def _promise_form(**values: Any) -> PromiseForm:
    form = PromiseForm(**values)
    form.owner.choices = choice_queries.list_owners(reader())
    offices = choice_queries.list_offices(reader())
    form.office.choices = [("", _("As the lead")), *((o.public_id, o.name) for o in offices)]
    return form


def _details(
    session: Session, form: PromiseForm, subject: Subject, conversation: Interaction | None
) -> FollowUpDetails:
    organization = subject.organization
    return FollowUpDetails(
        text=form.text.data,
        promised_to=(form.promised_to.data or "").strip() or None,
        due_on=form.due_on.data,
        due_at=_due_at(form),
        time_zone=form.time_zone.data if form.due_time.data else None,
        owner_id=choice_queries.find_user_id(session, form.owner.data),
        office_id=choice_queries.find_office_id(session, form.office.data),
        interaction_id=conversation.id if conversation else None,
        organization_id=organization.id if organization and not subject.lead else None,
    )


def _due_at(form: PromiseForm) -> datetime | None:
    if form.due_time.data is None:
        return None
    zone_name = form.time_zone.data or actor().time_zone
    return local_moment(form.due_on.data, form.due_time.data, zone_name, field="due_time")


def _conversation(session: Session, subject: Subject) -> Interaction | None:
    public_id = request.values.get("conversation")
    if not public_id:
        return None
    found = queries.get_interaction(session, public_id)
    belongs = (
        found.lead_id == subject.lead.id
        if subject.lead is not None
        else subject.organization is not None and found.organization_id == subject.organization.id
    )
    if not belongs:
        raise NotFoundError
    return found


def _filled(follow_up: FollowUp) -> dict[str, Any]:
    zone_name = follow_up.time_zone or actor().time_zone
    local = follow_up.due_at.astimezone(zone(zone_name)) if follow_up.due_at else None
    return {
        "text": follow_up.text,
        "promised_to": follow_up.promised_to,
        "due_on": local.date() if local else follow_up.due_on,
        "due_time": local.time() if local else None,
        "time_zone": zone_name,
    }


def _owner_of(follow_up: FollowUp, form: PromiseForm) -> str:
    """The owner as the form's list names them; empty for nobody, and for whoever left."""
    public_id = follow_up.owner.public_id if follow_up.owner else ""
    return public_id if public_id in {value for value, _name in form.owner.choices} else ""


def _form_page(form: PromiseForm, subject: Subject, *, follow_up: FollowUp | None = None) -> str:
    has_page = subject.lead is not None or subject.organization is not None
    if subject.lead is not None:
        note_own_look(subject.lead)
    return render_template(
        "interactions/promise.html",
        form=form,
        subject=subject,
        follow_up=follow_up,
        conversation=request.values.get("conversation"),
        next=own_path(
            request.values.get("next"),
            address_of(subject) if has_page else url_for("interactions.list_follow_ups"),
        ),
    )


def _back() -> str:
    return own_path(request.values.get("next"), url_for("interactions.list_follow_ups"))


def _own_public_id() -> str:
    return choice_queries.public_id_of(reader(), actor())
