"""Pages on which an announcement is written down, or said better."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from crm.announcements import queries
from crm.announcements.entering import (
    Problems,
    first_values,
    hold_problem,
    make_form,
    may_move,
    own_names,
    read_details,
    show_newer,
    values_of,
)
from crm.announcements.forms import AnnouncementForm
from crm.announcements.service import announce, revise
from crm.announcements.views import blueprint
from crm.interactions.choice_queries import public_id_of
from crm.leads.service import EmbargoError, RequirementsError, move_lead
from crm.missions.reading import read_version
from crm.web.access import WRITERS, allow
from crm.web.request import actor, now, reader, transaction
from models.announcement import Announcement, Release, Whose
from models.errors import ConflictError, DomainError
from models.measure import Precision
from models.stage import StageCode


@blueprint.route("/new/<lead_id>", methods=["GET", "POST"])
@allow(WRITERS)
def new(lead_id: str) -> Any:
    """Announce a lead: keep the record and, unless told otherwise, move the lead."""
    lead = queries.get_lead(reader(), lead_id)
    form = make_form(first_values(lead))
    problems = Problems()
    if form.validate_on_submit():
        try:
            return _announce(lead_id, form)
        except DomainError as error:
            problems = hold_problem(form, error)
    status = 422 if form.is_submitted() else 200
    page = render_template(
        "announcements/new.html",
        form=form,
        lead=lead,
        problems=problems,
        may_move=may_move(lead),
    )
    return page, status


@blueprint.route("/new", methods=["GET", "POST"])
@allow(WRITERS)
def new_of_others() -> Any:
    """Write down an announcement without a lead of ours: of others, or shared with them."""
    form = make_form(
        {
            "parties": [],
            "announced_precision": Precision.DAY.value,
            "embargo_zone": actor().office_time_zone,
            "release": Release.BY_OWNER.value,
            "owner": public_id_of(reader(), actor()),
            "whose": Whose.OTHERS.value,
        }
    )
    problems = Problems()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                details = read_details(session, form, known={})
                made = announce(session, None, details, actor=actor(), now=now())
            flash(_("The announcement is kept."), "success")
            return redirect(url_for(".show", announcement_id=made.public_id), 303)
        except DomainError as error:
            problems = hold_problem(form, error)
    status = 422 if form.is_submitted() else 200
    page = render_template(
        "announcements/new.html", form=form, lead=None, problems=problems, may_move=False
    )
    return page, status


def _announce(lead_id: str, form: AnnouncementForm) -> Any:
    try:
        made = _keep(lead_id, form, moves=form.moves_lead.data)
    except RequirementsError:
        # The record stands on its own; what the move still asks for, its own page asks.
        made = _keep(lead_id, form, moves=False)
        flash(_("The announcement is kept, but the lead has not moved."), "warning")
        return redirect(url_for("leads.move", lead_id=lead_id, to=StageCode.ANNOUNCED.value), 303)
    except EmbargoError:
        made = _keep(lead_id, form, moves=False)
        if made.release is Release.AUTOMATIC:
            words = _("The announcement is kept. When its embargo ends, the lead moves with it.")
        else:
            words = _("The announcement is kept. The lead moves when its owner releases it.")
        flash(words, "success")
    else:
        flash(_("The announcement is kept."), "success")
    return redirect(url_for(".show", announcement_id=made.public_id), 303)


def _keep(lead_id: str, form: AnnouncementForm, *, moves: bool) -> Announcement:
    with transaction() as session:
        lead = queries.get_lead(session, lead_id)
        details = read_details(session, form, known=own_names(lead))
        made = announce(session, lead, details, actor=actor(), now=now())
        if moves and may_move(lead):
            move_lead(session, lead, StageCode.ANNOUNCED, actor=actor(), now=now())
        return made


@blueprint.route("/<announcement_id>/edit", methods=["GET", "POST"])
@allow(WRITERS)
def edit(announcement_id: str) -> Any:
    """Say an announcement better, or change its embargo."""
    on_file = queries.get_announcement(reader(), announcement_id, now=now())
    form = make_form(values_of(on_file))
    problems = Problems()
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            with transaction() as session:
                found = queries.get_announcement(session, announcement_id, now=now())
                known = queries.party_keys(session, found)
                details = read_details(session, form, known=known, on_file=found)
                version = read_version(form.version.data)
                revise(session, found, details, version=version, actor=actor(), now=now())
            flash(_("Your changes are kept."), "success")
            return redirect(url_for(".show", announcement_id=announcement_id), 303)
        except DomainError as error:
            problems, status = hold_problem(form, error), error.status
            if isinstance(error, ConflictError):
                on_file = queries.get_announcement(reader(), announcement_id, now=now())
                show_newer(form, on_file)
    page = render_template(
        "announcements/edit.html", form=form, announcement=on_file, problems=problems
    )
    return page, status
