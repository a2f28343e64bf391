"""Pages of letters of thanks: a mission's letters in one pass, one of them, the wording."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from crm.interactions.choice_queries import find_user_id, list_owners
from crm.organizations.looks import is_noted, note_look
from crm.thanks import queries, service
from crm.thanks.forms import LetterForm, TemplateForm, letter_languages
from crm.thanks.service import LetterDetails
from crm.thanks.wording import PLACEHOLDERS, SHIPPED
from crm.timezones import today
from crm.web.access import DIRECTORS, STAFF, WRITERS, allow
from crm.web.problems import put_problem
from crm.web.request import actor, now, reader, transaction
from models.card import ThankYou
from models.errors import DomainError, NotFoundError

blueprint = Blueprint("thanks", __name__, url_prefix="/thanks")


@blueprint.get("/<mission_id>")
@allow(STAFF)
def mission(mission_id: str) -> str:
    """Everybody a mission owes a letter, the letters written already, and those sent."""
    return _mission_page(mission_id)


@blueprint.post("/<mission_id>/propose")
@allow(WRITERS)
def propose(mission_id: str) -> Any:
    """Write a letter for everybody who was met and has none."""
    with transaction() as session:
        found = queries.load_mission(session, mission_id)
        made = service.propose_letters(session, found, actor=actor(), now=now())
    count = len(made)
    flash(ngettext("%(num)d letter is written.", "%(num)d letters are written.", count), "success")
    return redirect(url_for(".mission", mission_id=mission_id), 303)


@blueprint.post("/<mission_id>/sent")
@allow(WRITERS)
def sent(mission_id: str) -> Any:
    """Say of the ticked letters that they went out, or did not after all."""
    ticked = request.form.getlist("letter")
    is_sent = request.form.get("is_sent") != "no"
    with transaction() as session:
        found = queries.load_mission(session, mission_id)
        count = service.mark_sent(
            session,
            queries.find_letters(session, found, ticked),
            is_sent=is_sent,
            actor=actor(),
            now=now(),
        )
    if not ticked:
        flash(_("Tick the letters first."), "warning")
    elif is_sent:
        flash(ngettext("%(num)d letter is sent.", "%(num)d letters are sent.", count), "success")
    else:
        flash(
            ngettext("%(num)d letter waits again.", "%(num)d letters wait again.", count), "success"
        )
    return redirect(url_for(".mission", mission_id=mission_id), 303)


@blueprint.route("/letters/<letter_id>", methods=["GET", "POST"])
@allow(WRITERS)
def letter(letter_id: str) -> Any:
    """Read one letter, and say it better."""
    found = queries.get_letter(reader(), letter_id)
    form = _form(found)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                changed = queries.get_letter(session, letter_id)
                details = LetterDetails(
                    person_name=form.person_name.data or "",
                    honorific=form.honorific.data,
                    language=form.language.data,
                    sender_id=find_user_id(session, form.sender.data),
                    sender_name=form.sender_name.data,
                    due_on=form.due_on.data,
                    text=form.text.data or "",
                )
                service.revise_letter(session, changed, details, actor=actor())
        except DomainError as error:
            put_problem(form, error, owner="sender")
        else:
            flash(_("The letter is kept."), "success")
            return redirect(url_for(".letter", letter_id=letter_id), 303)
    found = queries.get_letter(reader(), letter_id)
    if _note_look(found):
        found = queries.get_letter(reader(), letter_id)
    page = render_template(
        "thanks/letter.html",
        letter=found,
        form=form,
        mission=queries.find_mission_of(reader(), found),
    )
    return page, 422 if form.is_submitted() else 200


@blueprint.post("/letters/<letter_id>/rewrite")
@allow(WRITERS)
def rewrite(letter_id: str) -> Any:
    """Make a letter's text anew from the template."""
    with transaction() as session:
        found = queries.get_letter(session, letter_id)
        service.rewrite_letter(session, found, actor=actor())
    flash(_("The letter is written anew."), "success")
    return redirect(url_for(".letter", letter_id=letter_id), 303)


@blueprint.post("/letters/<letter_id>/drop")
@allow(WRITERS)
def drop(letter_id: str) -> Any:
    """Take a letter away that nobody is to get."""
    with transaction() as session:
        found = queries.get_letter(session, letter_id)
        of_mission = queries.find_mission_of(session, found)
        service.drop_letter(session, found, actor=actor())
    flash(_("The letter is taken away."), "success")
    return redirect(url_for(".mission", mission_id=of_mission.public_id), 303)


@blueprint.get("/wording")
@allow(STAFF)
def wording() -> str:
    """The wording that letters start from, in each language."""
    session = reader()
    return render_template(
        "thanks/wording.html",
        templates=queries.load_templates(session),
        own=queries.list_own_templates(session),
        languages=letter_languages(),
        placeholders=PLACEHOLDERS,
        may_direct=actor().may_direct,
    )


@blueprint.route("/wording/<language>", methods=["GET", "POST"])
@allow(DIRECTORS)
def edit_wording(language: str) -> Any:
    """Say the office's own wording in one language, or take the shipped one again."""
    names = dict(letter_languages())
    if language not in names:
        raise NotFoundError
    form = TemplateForm(text=queries.load_templates(reader())[language])
    if request.form.get("shipped"):
        form.text.data = SHIPPED[language]
    if form.validate_on_submit():
        try:
            with transaction() as session:
                service.set_template(
                    session, language, form.text.data or "", actor=actor(), now=now()
                )
        except DomainError as error:
            put_problem(form, error)
        else:
            flash(_("The wording is kept. New letters start from it."), "success")
            return redirect(url_for(".wording"), 303)
    page = render_template(
        "thanks/edit_wording.html",
        form=form,
        language=language,
        language_name=names[language],
        placeholders=PLACEHOLDERS,
    )
    return page, 422 if form.is_submitted() else 200


def _mission_page(mission_id: str) -> str:
    session = reader()
    found = queries.load_mission(session, mission_id)
    letters = queries.list_letters(session, found)
    return render_template(
        "thanks/mission.html",
        mission=found,
        letters=letters,
        unthanked=queries.list_unthanked(
            session, found, letters, otherwise=actor().office_time_zone
        ),
        languages=dict(letter_languages()),
        my_today=today(now(), actor().time_zone),
        may_write=actor().may_write,
    )


def _form(found: ThankYou) -> LetterForm:
    form = LetterForm(
        data={
            "person_name": found.person_name,
            "honorific": found.honorific or "",
            "language": found.language,
            "sender": found.sender.public_id if found.sender else "",
            "sender_name": found.sender_name or "",
            "due_on": found.due_on,
            "text": found.text,
        }
    )
    owners = list_owners(reader())
    if found.sender is not None and found.sender.public_id not in dict(owners):
        # Whoever has left since may still have been there.
        owners.insert(0, ("", found.sender.name))
    else:
        owners.insert(0, ("", _("nobody of the house")))
    form.sender.choices = owners
    return form


def _note_look(found: ThankYou) -> bool:
    if not is_noted(found.team_id, actor()):
        return False
    with transaction() as session:
        note_look(session, "thank_yous", found.id, team_id=found.team_id, actor=actor(), now=now())
    return True


from crm.thanks import gift_views  # noqa: E402, F401
