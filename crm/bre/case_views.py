"""Pages of cases: who answers for a risk, by when, and how it ended; for the team alone."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from crm.bre import case_queries
from crm.bre import cases as commands
from crm.bre.escalation import due_of, missed_deadline
from crm.bre.flag_words import read_words
from crm.bre.forms import BringInForm, CloseForm, ConsentForm, JobsForm, NoteForm, ReassignForm
from crm.bre.looks import note_own_look
from crm.bre.response import must_be_of_a_team
from crm.bre.views import blueprint
from crm.errors import sentence
from crm.interactions.choice_queries import find_user_id
from crm.web.access import STAFF, WRITERS, allow
from crm.web.formatting import reading_locale
from crm.web.problems import put_problem
from crm.web.request import actor, now, reader, transaction
from models.bre_call import BreCase, CaseOutcome, Consent
from models.errors import DomainError
from models.user import Office


@blueprint.get("/cases")
@allow(STAFF)
def cases() -> str:
    """Open cases by what is due next, or closed ones."""
    session = reader()
    must_be_of_a_team(session, actor())
    is_open = request.args.get("state") != "closed"
    return render_template(
        "bre/cases.html",
        rows=case_queries.list_cases(session, is_open=is_open),
        is_open=is_open,
        now=now(),
        missed=lambda case: missed_deadline(case, now=now()),
    )


@blueprint.get("/cases/<case_id>")
@allow(STAFF)
def case(case_id: str) -> str:
    """One case."""
    return _page(case_id)


@blueprint.post("/cases/<case_id>/answer")
@allow(WRITERS)
def answer_case(case_id: str) -> Any:
    """The company was answered first."""
    form = NoteForm()
    return _do(
        case_id,
        "answer_form",
        form,
        lambda session, found: commands.answer_case(
            session, found, note=form.note.data or "", actor=actor(), now=now()
        ),
    )


@blueprint.post("/cases/<case_id>/plan")
@allow(WRITERS)
def plan_case(case_id: str) -> Any:
    """Say what will be done."""
    form = NoteForm()
    return _do(
        case_id,
        "plan_form",
        form,
        lambda session, found: commands.plan_case(
            session, found, note=form.note.data or "", actor=actor(), now=now()
        ),
    )


@blueprint.post("/cases/<case_id>/consent")
@allow(WRITERS)
def consent_case(case_id: str) -> Any:
    """Keep what the company said to bringing in somebody from outside."""
    form = ConsentForm()
    return _do(
        case_id,
        "consent_form",
        form,
        lambda session, found: commands.ask_third_parties(
            session,
            found,
            consent=Consent(form.consent.data) if form.consent.data else None,
            actor=actor(),
        ),
    )


@blueprint.post("/cases/<case_id>/bring-in")
@allow(WRITERS)
def bring_in(case_id: str) -> Any:
    """Somebody from outside was brought in."""
    form = BringInForm()
    return _do(
        case_id,
        "bring_in_form",
        form,
        lambda session, found: commands.bring_in(
            session, found, who=form.who.data or "", actor=actor(), now=now()
        ),
    )


@blueprint.post("/cases/<case_id>/jobs")
@allow(WRITERS)
def case_jobs(case_id: str) -> Any:
    """Say how many jobs are at risk."""
    form = JobsForm()
    return _do(
        case_id,
        "jobs_form",
        form,
        lambda session, found: commands.state_jobs(
            session, found, jobs_at_risk=form.jobs_at_risk.data, actor=actor()
        ),
    )


@blueprint.post("/cases/<case_id>/reassign")
@allow(WRITERS)
def reassign_case(case_id: str) -> Any:
    """Give the case to another member of the team."""
    found = case_queries.get_case(reader(), case_id)
    form = ReassignForm()
    form.owner.choices = case_queries.list_members(reader(), found.team_id)

    def give(session: Any, case: BreCase) -> None:
        owner_id = find_user_id(session, form.owner.data)
        if owner_id is not None:
            commands.reassign_case(session, case, owner_id=owner_id, actor=actor(), now=now())

    return _do(case_id, "reassign_form", form, give)


@blueprint.post("/cases/<case_id>/close")
@allow(WRITERS)
def close_case(case_id: str) -> Any:
    """End the case with what became of it."""
    form = CloseForm()
    return _do(
        case_id,
        "close_form",
        form,
        lambda session, found: commands.close_case(
            session,
            found,
            outcome=CaseOutcome(form.outcome.data),
            note=form.close_note.data,
            jobs_at_risk=form.jobs_at_risk.data,
            jobs_retained=form.jobs_retained.data,
            actor=actor(),
            now=now(),
        ),
    )


@blueprint.post("/cases/<case_id>/reopen")
@allow(WRITERS)
def reopen_case(case_id: str) -> Any:
    """Take back that the case ended."""
    try:
        with transaction() as session:
            commands.reopen_case(session, case_queries.get_case(session, case_id), actor=actor())
    except DomainError as error:
        if error.status in (403, 404):
            raise
        flash(sentence(error), "danger")
    return redirect(url_for(".case", case_id=case_id), 303)


def _do(case_id: str, name: str, form: Any, work: Callable[[Any, BreCase], None]) -> Any:
    # First whether there is such a case: a form that is wrong must not tell.
    case_queries.get_case(reader(), case_id)
    if not form.validate():
        return _page(case_id, **{name: form}), 422
    try:
        with transaction() as session:
            work(session, case_queries.get_case(session, case_id))
    except DomainError as error:
        put_problem(form, error, note="close_note" if name == "close_form" else "note")
        return _page(case_id, **{name: form}), 422
    flash(_("Noted."), "success")
    return redirect(url_for(".case", case_id=case_id), 303)


def _page(case_id: str, **forms: Any) -> str:
    found = case_queries.get_case(reader(), case_id)
    if note_own_look(found, found.team_id):
        found = case_queries.get_case(reader(), case_id)
    session = reader()
    owner = found.owner.public_id if found.owner is not None else None
    members = case_queries.list_members(session, found.team_id)
    if "reassign_form" not in forms:
        forms["reassign_form"] = ReassignForm(formdata=None, owner=owner)
        forms["reassign_form"].owner.choices = members
    forms.setdefault("answer_form", NoteForm(formdata=None))
    forms.setdefault("plan_form", NoteForm(formdata=None))
    consent = found.third_parties_consent
    forms.setdefault(
        "consent_form", ConsentForm(formdata=None, consent=consent.value if consent else "")
    )
    forms.setdefault("jobs_form", JobsForm(formdata=None, jobs_at_risk=found.jobs_at_risk))
    forms.setdefault("bring_in_form", BringInForm(formdata=None))
    forms.setdefault("close_form", CloseForm(formdata=None, jobs_at_risk=found.jobs_at_risk))
    # Several forms of one page have a field of one name: each input has an id of its own.
    forms["answer_form"].note.id = "answer-note"
    forms["plan_form"].note.id = "plan-note"
    forms["jobs_form"].jobs_at_risk.id = "case-jobs"
    missed = missed_deadline(found, now=now())
    office = session.get(Office, found.office_id) if found.office_id is not None else None
    language = reading_locale().language
    return render_template(
        "bre/case.html",
        case=found,
        zone=office.time_zone if office is not None else actor().time_zone,
        flags=[
            (flag, read_words(flag.evidence, language))
            for flag in case_queries.list_flags_of_case(session, found)
        ],
        missed=missed,
        missed_at=due_of(found, missed) if missed else None,
        now=now(),
        yes=Consent.YES,
        may_write=actor().may_write,
        **forms,
    )
