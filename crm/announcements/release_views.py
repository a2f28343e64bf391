"""One tap each: releasing an announcement, holding it, saying that it was broken early."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from crm.announcements import releasing
from crm.announcements.part_forms import NoteForm
from crm.announcements.parts import done, load, part_page
from crm.announcements.releasing import Outcome
from crm.announcements.views import blueprint
from crm.errors import sentence
from crm.labels import label
from crm.leads.service import RequirementsError
from crm.web.access import WRITERS, allow
from crm.web.paths import own_path
from crm.web.request import actor, now, reader, transaction
from models.announcement import Announcement
from models.errors import DomainError
from models.lead import Lead
from models.stage import StageCode


@blueprint.post("/<announcement_id>/release")
@allow(WRITERS)
def release(announcement_id: str) -> Any:
    """Make it public now, its embargo being over; the lead moves with it."""
    return _tap(announcement_id, releasing.release, _("It is public now."))


@blueprint.post("/<announcement_id>/broken-early")
@allow(WRITERS)
def break_early(announcement_id: str) -> Any:
    """Open every channel at once: it came out before its hour."""
    return _tap(
        announcement_id,
        releasing.break_early,
        _("It is public now, in every channel. Add a note on how it came out."),
    )


@blueprint.post("/<announcement_id>/hold")
@allow(WRITERS)
def hold(announcement_id: str) -> Any:
    """Close every channel."""
    return _tap(
        announcement_id,
        releasing.hold,
        _("It is on hold: no list, search, report or export of those who only read has it."),
    )


@blueprint.post("/<announcement_id>/take-off-hold")
@allow(WRITERS)
def take_off_hold(announcement_id: str) -> Any:
    """Let it stand as it would without the hold."""
    return _tap(
        announcement_id, releasing.take_off_hold, _("It is off hold. It is not public by this.")
    )


@blueprint.route("/<announcement_id>/note", methods=["GET", "POST"])
@allow(WRITERS)
def note(announcement_id: str) -> Any:
    """Say afterwards why it was held, or how it came out early."""
    form = NoteForm(data={"note": load(reader(), announcement_id).release_note})
    if form.validate_on_submit():
        with transaction() as session:
            found = load(session, announcement_id)
            releasing.note_release(found, form.note.data, actor=actor())
        return done(announcement_id, _("The note is kept."))
    return part_page(announcement_id, form, _("What happened"), _("Keep the note"))


def _tap(announcement_id: str, command: Any, words: str) -> Any:
    target = own_path(request.values.get("next"), url_for(".show", announcement_id=announcement_id))
    stage = lead_id = None
    try:
        with transaction() as session:
            found = load(session, announcement_id)
            outcome = command(session, found, actor=actor(), now=now())
            lead = _lead_of(session, found)
            if lead is not None:
                stage, lead_id = lead.stage, lead.public_id
    except DomainError as error:
        if error.status in (403, 404):
            raise
        flash(sentence(error), "warning")
        return redirect(target, 303)
    flash(words, "success")
    if outcome is not None and stage is not None:
        _tell_of_lead(outcome, stage, is_hold=command is releasing.hold)
        if outcome.problem is not None and isinstance(outcome.problem, RequirementsError):
            return redirect(
                url_for("leads.move", lead_id=lead_id, to=StageCode.ANNOUNCED.value), 303
            )
    return redirect(target, 303)


def _lead_of(session: Any, announcement: Announcement) -> Lead | None:
    return session.get(Lead, announcement.lead_id) if announcement.lead_id is not None else None


def _tell_of_lead(outcome: Outcome, stage: StageCode, *, is_hold: bool) -> None:
    if outcome.has_moved:
        flash(_("The lead is now at: %(stage)s.", stage=label(stage)), "success")
    elif outcome.problem is not None:
        flash(
            _("The lead has not moved: %(why)s", why=sentence(outcome.problem)),
            "warning",
        )
    elif is_hold and stage is StageCode.ANNOUNCED:
        flash(
            _(
                "The lead stays announced: somebody released it at its hour, and what was said"
                " cannot be unsaid. Move the lead yourself if that is wrong."
            ),
            "warning",
        )
