"""Moving a lead to another stage, with the questions that the stage asks."""

from typing import Any

import sqlalchemy as sa
from flask import request
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from crm.announcements.service import announce
from crm.labels import REQUIREMENTS, label
from crm.leads.facts import gaps_of, load_answers
from crm.leads.look_ups import load_offered
from crm.leads.move_forms import (
    MoveForm,
    Question,
    announcement_of,
    field_names,
    given_of,
    move_form,
    questions_for,
)
from crm.leads.page_queries import get_lead
from crm.leads.panel import done, expect_version, panel
from crm.leads.questions import ANNOUNCEMENT
from crm.leads.service import RequirementsError, move_lead
from crm.leads.views import blueprint
from crm.timezones import today
from crm.web.access import WRITERS, allow
from crm.web.problems import put_problem
from crm.web.request import actor, now, reader, transaction
from models.errors import DomainError, NotFoundError
from models.lead import Lead
from models.stage import STAGES, StageCode


@blueprint.route("/<lead_id>/move", methods=["GET", "POST"])
@allow(WRITERS)
def move(lead_id: str) -> Any:
    """Ask what a move needs, and move; without a stage, ask which one."""
    lead = get_lead(reader(), lead_id)
    stage = _stage(request.values.get("to"))
    if stage is None:
        return panel("stages", lead, stages=STAGES)
    day = today(now(), actor().time_zone)
    questions = _questions(lead, stage)
    form = move_form(
        questions,
        load_offered(reader(), lead, actor=actor()),
        today=day,
        version=str(lead.version),
    )
    if not form.is_submitted():
        return _page(form, lead, stage, questions)
    is_override = bool(request.form.get("override"))
    try:
        if not form.validate() and not is_override:
            return _page(form, lead, stage, questions), 422
        _move(form, lead_id, stage, questions, is_override=is_override)
    except RequirementsError as error:
        _mark_missing(form, error, field_names(questions))
        return _page(form, lead, stage, questions), 422
    except DomainError as error:
        put_problem(form, error, **_names(questions, is_override=is_override))
        lead = get_lead(reader(), lead_id)
        # Whoever reads that somebody else changed the lead may then go on knowingly.
        form.version.data = str(lead.version)
        return _page(form, lead, stage, questions), error.status
    return done(lead, _("The lead is now at: %(stage)s.", stage=label(stage)))


def _move(
    form: MoveForm,
    lead_id: str,
    stage: StageCode,
    questions: list[Question],
    *,
    is_override: bool,
) -> None:
    moment = now()
    with transaction() as session:
        lead = _load(session, lead_id)
        expect_version(lead, form.version.data)
        if not is_override and any(item.field == ANNOUNCEMENT for item in questions):
            announce(session, lead, announcement_of(form), actor=actor(), now=moment)
        move_lead(
            session,
            lead,
            stage,
            actor=actor(),
            now=moment,
            given={} if is_override else given_of(session, form, questions),
            happened_on=form.happened_on.data,
            reason=(form.override_reason if is_override else form.reason).data or None,
            is_override=is_override,
        )


def _load(session: Session, lead_id: str) -> Lead:
    lead = session.scalars(sa.select(Lead).where(Lead.public_id == lead_id)).one_or_none()
    if lead is None:
        raise NotFoundError
    return lead


def _questions(lead: Lead, stage: StageCode) -> list[Question]:
    if stage.position <= lead.stage.position:
        return []
    gaps = gaps_of(reader(), [lead], upto=stage)[lead.id]
    return questions_for(gaps, entering=stage)


def _page(form: MoveForm, lead: Lead, stage: StageCode, questions: list[Question]) -> str:
    answers = load_answers(reader(), [lead.id])[lead.id]
    return panel(
        "move",
        lead,
        form=form,
        stage=stage,
        is_forward=stage.position > lead.stage.position,
        needed=[question for question in questions if not question.is_again],
        again=[question for question in questions if question.is_again],
        answers=answers,
        titles=REQUIREMENTS,
    )


def _names(questions: list[Question], *, is_override: bool) -> dict[str, str]:
    names = field_names(questions) | {"moved_on": "happened_on"}
    return names | {"reason": "override_reason"} if is_override else names


def _mark_missing(form: MoveForm, error: RequirementsError, names: dict[str, str]) -> None:
    for gap in error.gaps:
        field = names.get(gap.requirement.field)
        if field is not None and field in form:
            form[field].errors = [*form[field].errors, _("This is needed.")]
    if not form.errors:
        put_problem(form, error)


def _stage(code: str | None) -> StageCode | None:
    if not code:
        return None
    if code not in {stage.value for stage in STAGES}:
        raise NotFoundError
    return StageCode(code)
