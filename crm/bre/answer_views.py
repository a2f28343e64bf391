"""The questionnaire of a visit: every part saves alone, and every page works as a plain form."""

from typing import Any

from flask import make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from crm.bre import queries
from crm.bre.answering import (
    SKIP,
    UNKNOWN,
    list_answers,
    save_answer,
    save_confidence,
    typed_answer,
)
from crm.bre.answers import AnswersRefusedError
from crm.bre.finishing import find_previous, load_previous
from crm.bre.looks import note_own_look
from crm.bre.parts_on_page import (
    CORE,
    Reading,
    chosen_questions,
    count_progress,
    find_section,
    part_on_page,
    question_on_page,
    read_part,
    read_seen,
    rendered,
)
from crm.bre.printing import print_answer
from crm.bre.questionnaire import Part, Questionnaire
from crm.bre.response import find_settings, has_a_team, reads_answers
from crm.bre.versions import load_questionnaire
from crm.bre.views import blueprint
from crm.errors import sentence
from crm.web.access import STAFF, WRITERS, allow
from crm.web.formatting import reading_locale
from crm.web.request import actor, now, reader, transaction
from models.bre_call import BreCall, BreStanding, InConfidence
from models.errors import DomainError, NotFoundError, N_

_CLEAR = "clear"
_DOES = {"skip": SKIP, "unknown": UNKNOWN, _CLEAR: ""}


@blueprint.get("/<visit_id>/answers")
@allow(STAFF)
def answers(visit_id: str) -> str:
    """The core questions, or those of a section, with what was answered so far."""
    return _page(visit_id)


@blueprint.post("/<visit_id>/answers/<part_key>")
@allow(WRITERS)
def save_part(visit_id: str, part_key: str) -> Any:
    """Keep one part: as it was typed, or skipped, unknown, taken back."""
    visit = _visit(visit_id)
    part = load_questionnaire(reader(), visit).find_part(part_key)
    if part is None:
        raise NotFoundError
    does = request.form.get("do", "").partition(" ")[0]
    raw = _DOES.get(does)
    problem, status = None, 200
    try:
        with transaction() as session:
            save_answer(
                session,
                queries.get_visit(session, visit_id),
                part.key,
                read_part(request.form, part) if raw is None else raw,
                seen=read_seen(request.form, part) if raw is None else None,
                actor=actor(),
                now=now(),
            )
    except DomainError as error:
        if error.status in (403, 404):
            raise
        problem, status = _sentence(error), error.status
    if not request.headers.get("HX-Request"):
        return redirect(_here(visit_id, part.question_id), 303)
    visit = _visit(visit_id)
    questionnaire, session = load_questionnaire(reader(), visit), reader()
    rows = list_answers(session, visit)
    reading = _reading(questionnaire)
    shown = part_on_page(
        part,
        questionnaire,
        rows.get(part.key),
        reading,
        previous=load_previous(session, visit, questionnaire),
        sent=request.form,
        problem=problem,
    )
    is_kept = raw is None
    page = render_template(
        "bre/_state.html" if is_kept else "bre/_part_alone.html",
        part=shown,
        visit=visit,
        names=queries.names_of(session, [shown.answered_by]),
        progress=count_progress(questionnaire, rows, reading, _("The core questions")),
        conflict=_conflict(questionnaire, part, rows, reading) if status == 409 else None,
        section=_section(questionnaire),
        reading=reading,
        may_write=True,
        is_alone=True,
    )
    return make_response(page, status)


@blueprint.post("/<visit_id>/answers")
@allow(WRITERS)
def save_question(visit_id: str) -> Any:
    """Keep a whole question from a plain form; what nobody touched is left alone."""
    visit = _visit(visit_id)
    questionnaire = load_questionnaire(reader(), visit)
    question = questionnaire.find_question(request.form.get("question", ""))
    if question is None:
        raise NotFoundError
    does, _space, about = request.form.get("do", "").partition(" ")
    problems: dict[str, str] = {}
    for part in question.parts:
        if does in _DOES and about not in (part.key, question.id):
            continue
        try:
            with transaction() as session:
                _keep(session, queries.get_visit(session, visit_id), questionnaire, part, does)
        except DomainError as error:
            if error.status in (403, 404):
                raise
            problems[part.key] = _sentence(error)
    if does == "confidence" and not problems:
        try:
            with transaction() as session:
                said = request.form.get("confidence", "")
                save_confidence(
                    session,
                    queries.get_visit(session, visit_id),
                    [part.key for part in question.parts],
                    in_confidence=InConfidence(said) if said in set(InConfidence) else None,
                    note=request.form.get("confidence_note"),
                    actor=actor(),
                )
        except DomainError as error:
            if error.status in (403, 404):
                raise
            problems[question.parts[0].key] = sentence(error)
    if problems:
        return _page(visit_id, problems=problems), 422
    return redirect(_here(visit_id, question.id), 303)


def _keep(
    session: Any, visit: BreCall, questionnaire: Questionnaire, part: Part, does: str
) -> None:
    row = list_answers(session, visit).get(part.key)
    if does in _DOES:
        if does == "skip" and row is not None and request.form.get("do") != f"skip {part.key}":
            # Skipping a question leaves what was answered of it.
            return
        save_answer(session, visit, part.key, _DOES[does], actor=actor(), now=now())
        return
    raw, seen = read_part(request.form, part), read_seen(request.form, part)
    is_stale = row is not None and seen.at != row.answered_at
    if raw == rendered(part, row, questionnaire) or (raw == "" and (row is None or is_stale)):
        return
    save_answer(session, visit, part.key, raw, seen=seen, actor=actor(), now=now())


def _page(visit_id: str, *, problems: dict[str, str] | None = None) -> str:
    visit = _visit(visit_id, is_noted=True)
    session = reader()
    questionnaire = load_questionnaire(session, visit)
    reading = _reading(questionnaire)
    section = _section(questionnaire)
    rows = list_answers(session, visit)
    previous_visit = find_previous(session, visit)
    previous = load_previous(session, visit, questionnaire)
    questions = [
        question_on_page(
            question,
            questionnaire,
            rows,
            reading,
            previous=previous,
            sent=request.form if problems else None,
            problems=problems,
        )
        for question in chosen_questions(questionnaire, section)
    ]
    people = [part.answered_by for question in questions for part in question.parts]
    return render_template(
        "bre/answers.html",
        visit=visit,
        questions=questions,
        progress=count_progress(questionnaire, rows, reading, _("The core questions")),
        section=section,
        reading=reading,
        languages=[one for one in questionnaire.languages if one != reading.language],
        previous=previous_visit,
        names=queries.names_of(session, people),
        may_write=actor().may_write and visit.standing is not BreStanding.DECLINED,
        problem_count=len(problems or ()),
        confidences=InConfidence,
        conflict=None,
        is_alone=False,
    )


def _visit(visit_id: str, *, is_noted: bool = False) -> BreCall:
    """The visit, for whoever reads what was said on it.

    Raises:
        NotFoundError: there is none, or it is none of the reader's.
        DomainError: nobody may read it yet, because no team is named.
    """
    visit = queries.get_visit(reader(), visit_id)
    if not reads_answers(reader(), visit, actor()):
        if not has_a_team(reader()) and actor().may_write:
            raise DomainError(
                N_(
                    "No team is named for company visits yet, so nobody may read the answers."
                    " An administrator names one under Administration, Offices."
                )
            )
        raise NotFoundError
    if is_noted:
        settings = find_settings(reader(), visit.office_id)
        if note_own_look(visit, settings.team_id if settings is not None else None):
            visit = queries.get_visit(reader(), visit_id)
    return visit


def _reading(questionnaire: Questionnaire) -> Reading:
    wanted = request.values.get("also", "")
    also = wanted if wanted in questionnaire.languages else None
    return Reading(reading_locale().language, also)


def _section(questionnaire: Questionnaire) -> str:
    wanted = request.values.get("section", CORE)
    return wanted if find_section(questionnaire, wanted) is not None else CORE


def _here(visit_id: str, question_id: str) -> str:
    kept: dict[str, Any] = {
        name: request.form[name] for name in ("section", "also") if request.form.get(name)
    }
    return url_for(".answers", visit_id=visit_id, _anchor=f"q-{question_id}", **kept)


def _sentence(error: DomainError) -> str:
    if isinstance(error, AnswersRefusedError):
        first = error.problems[0]
        params: dict[str, Any] = dict(first.params)
        return sentence(DomainError(first.message, **params))
    return sentence(error)


def _conflict(questionnaire: Questionnaire, part: Part, rows: Any, reading: Reading) -> str | None:
    answer = typed_answer(questionnaire, rows.get(part.key))
    return print_answer(part, answer, reading.language) if answer is not None else None
