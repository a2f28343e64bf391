"""Pages of one company visit: booking it, what is kept of it, and finishing it."""

from datetime import date
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from crm.bre import flag_queries, queries, service
from crm.bre.answering import list_answers
from crm.bre.finishing import Finished, evaluate_visit, finish_visit
from crm.bre.flag_words import read_words
from crm.bre.forms import (
    BookForm,
    DeclineForm,
    FinishForm,
    SheetForm,
    TeamVisitForm,
    VisitForm,
)
from crm.bre.looks import note_own_look
from crm.bre.parts_on_page import Reading, count_progress
from crm.bre.response import find_settings, has_a_team, reads_answers
from crm.bre.service import VisitFacts
from crm.bre.versions import load_questionnaire
from crm.bre.views import blueprint, offer, refused, site_id, this_day
from crm.interactions.choice_queries import find_user_id
from crm.interactions.moments import local_moment
from crm.organizations.choices import language_name
from crm.timezones import today, zone
from crm.web.access import STAFF, WRITERS, allow
from crm.web.formatting import reading_locale
from crm.web.problems import put_problem
from crm.web.request import actor, now, reader, transaction
from models.bre_call import BreCall, Consent, InConfidence, Severity
from models.errors import DomainError
from models.interaction import InteractionKind
from models.measure import StatedDate


@blueprint.get("/<visit_id>")
@allow(STAFF)
def show(visit_id: str) -> str:
    """One visit: when, who, how it stands; for the team what followed from it."""
    return _show_page(visit_id)


@blueprint.route("/<visit_id>/book", methods=["GET", "POST"])
@allow(WRITERS)
def book(visit_id: str) -> Any:
    """Give a visit its moment."""
    found = queries.get_visit(reader(), visit_id)
    form = BookForm(**_moment_of(found))
    if form.validate_on_submit():
        zone_name = form.time_zone.data
        try:
            starts_at = local_moment(
                form.starts_on.data, form.starts_time.data, zone_name, field="starts_time"
            )
            ends_at = None
            if form.ends_time.data is not None:
                ends_at = local_moment(
                    form.starts_on.data, form.ends_time.data, zone_name, field="ends_time"
                )
            with transaction() as session:
                service.book_visit(
                    session,
                    queries.get_visit(session, visit_id),
                    starts_at=starts_at,
                    ends_at=ends_at,
                    time_zone=zone_name,
                    kind=InteractionKind(form.kind.data),
                    summary=_("Company visit (BR+E)"),
                    actor=actor(),
                    now=now(),
                )
        except DomainError as error:
            put_problem(form, error, ends_at="ends_time")
        else:
            flash(_("The visit is booked."), "success")
            return redirect(url_for(".show", visit_id=visit_id), 303)
    page = render_template("bre/book.html", form=form, visit=queries.get_visit(reader(), visit_id))
    return page, 422 if form.is_submitted() else 200


@blueprint.post("/<visit_id>/decline")
@allow(WRITERS)
def decline(visit_id: str) -> Any:
    """The company does not want a visit this season."""
    form = DeclineForm()
    if not form.validate():
        return _show_page(visit_id, decline_form=form), 422
    try:
        with transaction() as session:
            service.decline_visit(
                session,
                queries.get_visit(session, visit_id),
                reason=form.reason.data or "",
                actor=actor(),
                now=now(),
            )
    except DomainError as error:
        put_problem(form, error)
        return _show_page(visit_id, decline_form=form), 422
    flash(_("Noted: the company declined."), "success")
    return redirect(url_for(".show", visit_id=visit_id), 303)


@blueprint.post("/<visit_id>/ask-again")
@allow(WRITERS)
def ask_again(visit_id: str) -> Any:
    """Ask a company once more that declined."""
    try:
        with transaction() as session:
            service.ask_again(
                session, queries.get_visit(session, visit_id), actor=actor(), now=now()
            )
    except DomainError as error:
        return refused(error, url_for(".show", visit_id=visit_id))
    flash(_("Asked again."), "success")
    return redirect(url_for(".show", visit_id=visit_id), 303)


@blueprint.route("/<visit_id>/edit", methods=["GET", "POST"])
@allow(WRITERS)
def edit(visit_id: str) -> Any:
    """Put right what is kept of a visit."""
    found = queries.get_visit(reader(), visit_id)
    in_team = reads_answers(reader(), found, actor())
    form = (TeamVisitForm if in_team else VisitForm)(**_filled(found))
    offer(form, found.organization)
    if found.interviewer is not None and found.interviewer.public_id not in dict(
        form.interviewer.choices
    ):
        # Whoever left stays on file until somebody else is chosen.
        form.interviewer.choices.insert(1, (found.interviewer.public_id, found.interviewer.name))
    if form.validate_on_submit():
        try:
            with transaction() as session:
                visit = queries.get_visit(session, visit_id)
                facts = _facts(session, visit, form)
                service.change_visit(session, visit, facts, actor=actor())
        except DomainError as error:
            put_problem(form, error, owner="interviewer")
        else:
            flash(_("The change is saved."), "success")
            return redirect(url_for(".show", visit_id=visit_id), 303)
    page = render_template(
        "bre/edit.html", form=form, visit=queries.get_visit(reader(), visit_id), in_team=in_team
    )
    return page, 422 if form.is_submitted() else 200


@blueprint.post("/<visit_id>/finish")
@allow(WRITERS)
def finish(visit_id: str) -> Any:
    """The visit took place: what was answered is judged."""
    form = FinishForm()
    if not form.validate():
        return _show_page(visit_id, finish_form=form), 422
    try:
        with transaction() as session:
            visit = queries.get_visit(session, visit_id)
            done = finish_visit(
                session,
                visit,
                visited=StatedDate(form.visited_on.data),
                kind=InteractionKind(form.kind.data),
                summary=_("Company visit (BR+E)"),
                actor=actor(),
                now=now(),
            )
    except DomainError as error:
        put_problem(form, error)
        return _show_page(visit_id, finish_form=form), 422
    flash(_told(done), "success")
    return redirect(url_for(".show", visit_id=visit_id), 303)


@blueprint.post("/<visit_id>/sheet-sent")
@allow(WRITERS)
def sheet_sent(visit_id: str) -> Any:
    """The question sheet was sent ahead."""
    form = SheetForm()
    if not form.validate():
        return _show_page(visit_id, sheet_form=form), 422
    try:
        with transaction() as session:
            service.note_sheet_sent(
                session,
                queries.get_visit(session, visit_id),
                sent_on=form.sent_on.data,
                actor=actor(),
                now=now(),
            )
    except DomainError as error:
        put_problem(form, error)
        return _show_page(visit_id, sheet_form=form), 422
    flash(_("Noted."), "success")
    return redirect(url_for(".show", visit_id=visit_id), 303)


def _show_page(visit_id: str, **forms: Any) -> str:
    visit = queries.get_visit(reader(), visit_id)
    in_team = reads_answers(reader(), visit, actor())
    if in_team and _note(visit):
        visit = queries.get_visit(reader(), visit_id)
    session = reader()
    day = this_day()
    kind = visit.interaction.kind.value if visit.interaction is not None else None
    forms.setdefault("decline_form", DeclineForm(formdata=None))
    forms.setdefault("sheet_form", SheetForm(formdata=None, sent_on=visit.sheet_sent_on or day))
    forms.setdefault(
        "finish_form",
        FinishForm(
            formdata=None, visited_on=visit.visited_on or _booked_on(visit) or day, kind=kind
        ),
    )
    language = reading_locale().language
    team: dict[str, Any] = {}
    if in_team:
        questionnaire = load_questionnaire(session, visit)
        rows = list_answers(session, visit)
        latest = max((row.answered_at for row in rows.values()), default=None)
        team = {
            "progress": count_progress(
                questionnaire, rows, Reading(language), _("The core questions")
            ),
            "flags": [
                (flag, read_words(flag.evidence, language))
                for flag in flag_queries.list_flags_of_visit(session, visit)
            ],
            "tasks": evaluate_visit(session, visit, on=day, language=language).tasks,
            "is_stale": visit.finished_at is not None
            and latest is not None
            and latest > visit.finished_at,
            "answer_count": len(rows),
        }
    return render_template(
        "bre/show.html",
        visit=visit,
        in_team=in_team,
        has_team=has_a_team(session),
        may_write=actor().may_write,
        language_name=language_name,
        severities=Severity,
        team=team,
        **forms,
    )


def _note(visit: BreCall) -> bool:
    settings = find_settings(reader(), visit.office_id)
    return note_own_look(visit, settings.team_id if settings is not None else None)


def _told(done: Finished) -> str:
    if done.case is not None:
        return _(
            "The visit is done. A red flag opened a case; its owner, backup and manager are told."
        )
    if done.raised:
        return ngettext(
            "The visit is done. %(num)d flag was raised.",
            "The visit is done. %(num)d flags were raised.",
            len(done.raised),
        )
    return _("The visit is done. No new flag was raised.")


def _filled(visit: BreCall) -> dict[str, Any]:
    return {
        "site": visit.site.public_id if visit.site else "",
        "topic": visit.topic,
        "interviewer": visit.interviewer.public_id if visit.interviewer else "",
        "language": visit.language or "",
        "in_confidence": visit.in_confidence.value if visit.in_confidence else "",
        "share_consent": visit.share_consent.value if visit.share_consent else "",
        "name_consent": visit.name_consent.value if visit.name_consent else "",
        "next_contact_on": visit.next_contact_on,
    }


def _facts(session: Session, visit: BreCall, form: Any) -> VisitFacts:
    chosen = form.interviewer.data
    stays = visit.interviewer is not None and visit.interviewer.public_id == chosen
    is_team = isinstance(form, TeamVisitForm)
    return VisitFacts(
        site_id=site_id(session, visit.organization_id, form.site.data),
        topic=form.topic.data,
        interviewer_id=visit.interviewer_id if stays else find_user_id(session, chosen),
        language=form.language.data or None,
        in_confidence=_code(InConfidence, form.in_confidence.data)
        if is_team
        else visit.in_confidence,
        share_consent=_code(Consent, form.share_consent.data) if is_team else visit.share_consent,
        name_consent=_code(Consent, form.name_consent.data) if is_team else visit.name_consent,
        next_contact_on=form.next_contact_on.data if is_team else visit.next_contact_on,
    )


def _code(enumeration: Any, value: str | None) -> Any:
    return enumeration(value) if value else None


def _moment_of(visit: BreCall) -> dict[str, Any]:
    kind = visit.interaction.kind.value if visit.interaction is not None else None
    zone_name = visit.time_zone or actor().time_zone
    if visit.starts_at is None:
        return {"time_zone": zone_name, "kind": kind}
    starts = visit.starts_at.astimezone(zone(zone_name))
    ends = visit.ends_at.astimezone(zone(zone_name)) if visit.ends_at else None
    return {
        "starts_on": starts.date(),
        "starts_time": starts.time(),
        "ends_time": ends.time() if ends else None,
        "time_zone": zone_name,
        "kind": kind,
    }


def _booked_on(visit: BreCall) -> date | None:
    if visit.starts_at is None or visit.starts_at > now():
        return None
    return today(visit.starts_at, visit.time_zone or actor().time_zone)
