"""Pages of meetings: planning one, saying that it took place or will not, the calendar file."""

from datetime import timedelta
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from crm.interactions import agenda_queries, choice_queries, queries
from crm.interactions.calendars import Wording, meeting_calendar
from crm.interactions.corrections import change_meeting
from crm.interactions.forms import HeldForm, MeetingForm
from crm.interactions.looks import note_own_look
from crm.interactions.moments import local_moment
from crm.interactions.queries import Subject
from crm.interactions.service import MeetingDetails, cancel_meeting, hold_meeting, plan_meeting
from crm.interactions.views import (
    address_of,
    blueprint,
    participants_of,
    show_page,
)
from crm.labels import label
from crm.timezones import today, zone
from crm.web.access import EVERYBODY, WRITERS, allow
from crm.web.paths import own_path
from crm.web.problems import put_problem
from crm.web.request import actor, now, reader, settings, transaction
from models.errors import DomainError, NotFoundError
from models.interaction import Interaction, InteractionKind, InteractionStanding


@blueprint.get("/meetings")
@allow(EVERYBODY)
def meetings() -> str:
    """Meetings to come, and those of the last two weeks that nobody said a word about."""
    whose = request.args.get("whose", "mine")
    whose = whose if whose in agenda_queries.WHOSE else "mine"
    page = agenda_queries.list_meetings(
        reader(),
        actor(),
        whose=whose,
        since=now() - timedelta(days=14),
        cursor=request.args.get("after"),
    )
    return render_template(
        "interactions/meetings.html",
        page=page,
        whose=whose,
        now=now(),
        may_write=actor().may_write,
    )


@blueprint.route("/leads/<lead_id>/plan", methods=["GET", "POST"])
@allow(WRITERS)
def plan(lead_id: str) -> Any:
    """Plan a meeting about a lead."""
    return _plan("lead", lead_id)


@blueprint.route("/organizations/<organization_id>/plan", methods=["GET", "POST"])
@allow(WRITERS)
def plan_with_organization(organization_id: str) -> Any:
    """Plan a meeting with an organization that is about no lead."""
    return _plan("organization", organization_id)


def _plan(record_type: str, public_id: str) -> Any:
    form = MeetingForm(time_zone=actor().time_zone, staff=[_own_public_id()])
    if form.validate_on_submit():
        try:
            with transaction() as session:
                subject = queries.get_subject(session, record_type, public_id)
                plan_meeting(
                    session,
                    _details(session, form),
                    lead=subject.lead,
                    organization=subject.organization,
                    actor=actor(),
                    now=now(),
                )
        except DomainError as error:
            put_problem(form, error, ends_at="minutes")
        else:
            flash(_("The meeting is planned."), "success")
            return redirect(own_path(request.values.get("next"), address_of(subject)), 303)
    subject = queries.get_subject(reader(), record_type, public_id)
    return _form_page(form, subject), 422 if form.is_submitted() else 200


@blueprint.route("/<interaction_id>/change", methods=["GET", "POST"])
@allow(WRITERS)
def change(interaction_id: str) -> Any:
    """Move a planned meeting, or change who takes part."""
    meeting = queries.get_interaction(reader(), interaction_id)
    if meeting.starts_at is None or meeting.standing is not InteractionStanding.PLANNED:
        raise NotFoundError
    form = MeetingForm(data=_filled(meeting) if request.method == "GET" else None)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                change_meeting(
                    session,
                    queries.get_interaction(session, interaction_id),
                    _details(session, form),
                )
        except DomainError as error:
            put_problem(form, error, ends_at="minutes")
        else:
            flash(_("The meeting is changed."), "success")
            return redirect(url_for("interactions.show", interaction_id=interaction_id), 303)
    meeting = queries.get_interaction(reader(), interaction_id)
    subject = Subject(meeting.lead, meeting.organization if meeting.lead is None else None)
    page = _form_page(form, subject, meeting=meeting)
    return page, 422 if form.is_submitted() else 200


@blueprint.post("/<interaction_id>/hold")
@allow(WRITERS)
def hold(interaction_id: str) -> Any:
    """Say that a planned meeting took place, with one line."""
    queries.get_interaction(reader(), interaction_id)
    form = HeldForm()
    if form.validate():
        try:
            with transaction() as session:
                meeting = queries.get_interaction(session, interaction_id)
                hold_meeting(
                    session,
                    meeting,
                    summary=form.summary.data or "",
                    lead=meeting.lead,
                    actor=actor(),
                    now=now(),
                )
        except DomainError as error:
            put_problem(form, error)
        else:
            return _done(meeting, _("The meeting is marked as held."))
    if request.headers.get("HX-Request"):
        problem = " ".join([*form.form_errors, *form.summary.errors])
        return render_template("errors/_notice.html", message=problem, status=422), 422
    return show_page(interaction_id, form), 422


@blueprint.post("/<interaction_id>/cancel")
@allow(WRITERS)
def cancel(interaction_id: str) -> Any:
    """Say that a planned meeting will not take place."""
    with transaction() as session:
        meeting = queries.get_interaction(session, interaction_id)
        cancel_meeting(session, meeting, now=now())
    return _done(meeting, _("The meeting is cancelled."))


@blueprint.get("/<interaction_id>.ics")
@allow(EVERYBODY)
def ics(interaction_id: str) -> Response:
    """A meeting as a calendar file."""
    meeting = queries.get_interaction(reader(), interaction_id)
    note_own_look(meeting)
    words = Wording(
        kind=label(meeting.kind),
        confidential=_("Confidential"),
        url=settings().public_url + url_for("interactions.show", interaction_id=interaction_id),
    )
    data = meeting_calendar(meeting, words, now=now())
    if data is None:
        raise NotFoundError
    return calendar_response(data, interaction_id)


def calendar_response(data: bytes, name: str) -> Response:
    """A calendar file to save or to open in the calendar."""
    answer = Response(data, mimetype="text/calendar")
    answer.headers.set("Content-Disposition", "attachment", filename=f"{name}.ics")
    return answer


def _done(meeting: Interaction, message: str) -> Any:
    if request.headers.get("HX-Request"):
        return render_template("interactions/_meeting_done.html", meeting=meeting, message=message)
    flash(message, "success")
    target = url_for("interactions.show", interaction_id=meeting.public_id)
    return redirect(own_path(request.values.get("next"), target), 303)


def _details(session: Session, form: MeetingForm) -> MeetingDetails:
    starts_at = local_moment(form.day.data, form.time.data, form.time_zone.data, field="time")
    return MeetingDetails(
        kind=InteractionKind(form.kind.data),
        starts_at=starts_at,
        ends_at=starts_at.astimezone(zone("UTC")) + timedelta(minutes=form.minutes.data),
        time_zone=form.time_zone.data,
        summary=form.summary.data.strip(),
        place=(form.place.data or "").strip() or None,
        participants=participants_of(session, form),
    )


def _filled(meeting: Interaction) -> dict[str, Any]:
    assert meeting.starts_at is not None
    local = meeting.starts_at.astimezone(zone(meeting.time_zone or actor().time_zone))
    length = (meeting.ends_at - meeting.starts_at) if meeting.ends_at else timedelta(hours=1)
    people = meeting.participants
    return {
        "kind": meeting.kind.value,
        "summary": meeting.summary,
        "day": local.date(),
        "time": local.time(),
        "time_zone": meeting.time_zone or actor().time_zone,
        "minutes": int(length.total_seconds() // 60),
        "place": meeting.place,
        "contacts": [someone.contact.public_id for someone in people if someone.contact],
        "staff": [someone.user.public_id for someone in people if someone.user],
        "others": "\n".join(someone.name for someone in people if someone.name),
    }


def _form_page(form: MeetingForm, subject: Subject, *, meeting: Interaction | None = None) -> str:
    if subject.lead is not None:
        note_own_look(subject.lead)
    return render_template(
        "interactions/plan.html",
        form=form,
        subject=subject,
        meeting=meeting,
        people=choice_queries.list_people(
            reader(), lead=subject.lead, organization=subject.organization
        ),
        next=own_path(request.values.get("next"), address_of(subject)),
        my_today=today(now(), actor().time_zone),
    )


def _own_public_id() -> str:
    return choice_queries.public_id_of(reader(), actor())
