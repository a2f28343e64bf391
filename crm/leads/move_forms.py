"""The form of a move: it asks, in place, for each thing that the stage needs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from wtforms import HiddenField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from crm.announcements.service import AnnouncementDetails
from crm.labels import choices
from crm.leads.answers import Given
from crm.leads.input_forms import (
    Offered,
    fields_for,
    is_typed,
    read_values,
    stated_date,
)
from crm.leads.inputs import Input
from crm.leads.questions import ANNOUNCEMENT, QUESTIONS
from crm.web.fields import DayField
from models.announcement import AnnouncementKind
from models.errors import DomainError, N_
from models.measure import Precision
from models.stage import Gap, RequirementKind, StageCode

ASK, NOT_APPLICABLE = "ask", "not_applicable"
_WHOLE = frozenset({"decider_met", "next_action"})
_ASK_WITHIN = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Question:
    """One thing that the move asks for.

    The proof of the stage itself has only its inputs; what was answered before (`is_again`) may
    be answered better, and stays as it is when nothing is typed.
    """

    field: str
    inputs: tuple[Input, ...]
    is_proof: bool
    is_again: bool

    @property
    def may_wait(self) -> bool:
        """Whether "not known yet" and "does not apply" are answers."""
        return not self.is_proof and not self.is_again


def questions_for(gaps: Sequence[Gap], *, entering: StageCode) -> list[Question]:
    """What a move asks for, in the order of the stages."""
    found = []
    for gap in gaps:
        requirement = gap.requirement
        is_proof = requirement.kind is RequirementKind.PROOF and requirement.stage is entering
        found.append(
            Question(
                requirement.field,
                QUESTIONS[requirement.field],
                is_proof=is_proof,
                is_again=gap.is_answered and not is_proof,
            )
        )
    return found


class MoveForm(FlaskForm):
    """What every move has; its questions are added for each lead."""

    version = HiddenField()
    happened_on = DayField(_l("It happened on another day"), [Optional()])
    reason = StringField(_l("Why"), [Length(max=1_000)])
    override_reason = StringField(_l("Reason for moving anyway"), [Length(max=1_000)])


def move_form(
    questions: Sequence[Question], offered: Offered, *, today: date, **data: Any
) -> MoveForm:
    """The form of one move, filled with what was sent or with its defaults."""
    fields: dict[str, Any] = {}
    for question in questions:
        if question.field == ANNOUNCEMENT:
            fields |= _announcement_fields(today)
        fields |= fields_for(question.inputs, offered)
        if question.may_wait:
            fields[f"{question.field}_later"] = RadioField(
                choices=[
                    (ASK, _l("Not known yet, ask by")),
                    (NOT_APPLICABLE, _l("Does not apply")),
                ],
                default=ASK,
            )
            fields[f"{question.field}_ask_by"] = DayField(
                _l("Ask by"), [Optional()], default=today + _ASK_WITHIN
            )
    form: MoveForm = type("MoveForm", (MoveForm,), fields)(data=data)
    return form


def _announcement_fields(today: date) -> dict[str, Any]:
    exact = [code for code in choices(Precision) if code[0] != Precision.UNKNOWN.value]
    needed = InputRequired(_l("This is needed."))
    return {
        "announcement_kind": SelectField(
            _l("What is announced"),
            choices=choices(AnnouncementKind),
            default=AnnouncementKind.NEW_ESTABLISHMENT.value,
        ),
        "announcement_title": StringField(_l("Title"), [needed, Length(max=300)]),
        "announced_on": DayField(_l("Announced on"), [Optional()], default=today),
        "announced_on_precision": SelectField(
            _l("Known to the"), choices=exact, default=Precision.DAY.value
        ),
        "announcement_source": StringField(_l("Where it is printed"), [Length(max=300)]),
        "announcement_url": StringField(_l("Its web address"), [Length(max=2_000)]),
    }


def announcement_of(form: MoveForm) -> AnnouncementDetails:
    """The announcement that was typed."""
    day = form["announced_on"].data
    return AnnouncementDetails(
        kind=AnnouncementKind(form["announcement_kind"].data),
        title=form["announcement_title"].data,
        source=form["announcement_source"].data or None,
        source_url=(form["announcement_url"].data or "").strip() or None,
        announced=stated_date(day, form["announced_on_precision"].data) if day else None,
    )


def given_of(session: Session, form: MoveForm, questions: Sequence[Question]) -> dict[str, Given]:
    """What was answered, by the field of the requirement. Typed words win over "not known yet".

    Raises:
        DomainError: words that cannot be read, or an answer beside "does not apply".
    """
    given: dict[str, Given] = {}
    for question in questions:
        typed = [item for item in question.inputs if is_typed(form, item)]
        later = form[f"{question.field}_later"].data if question.may_wait else None
        if typed:
            if later == NOT_APPLICABLE:
                raise DomainError(
                    N_("You gave an answer and said that it does not apply: choose one."),
                    field=typed[0].name,
                )
            given[question.field] = Given(values=_complete(session, form, question, typed))
        elif question.may_wait:
            given[question.field] = Given(
                ask_by_on=form[f"{question.field}_ask_by"].data if later == ASK else None,
                does_not_apply=later == NOT_APPLICABLE,
            )
    return given


def _complete(
    session: Session, form: MoveForm, question: Question, typed: Sequence[Input]
) -> dict[str, Any]:
    """The typed values; an answer that is a record of its own is whole or none."""
    values = read_values(session, form, typed)
    if question.field in _WHOLE:
        for item in question.inputs:
            if values.get(item.value_name) is None:
                raise DomainError(N_("This is needed."), field=item.name)
    return values


def field_names(questions: Sequence[Question]) -> dict[str, str]:
    """Which input stands for which field that a rule may complain about."""
    names = {question.field: question.inputs[0].name for question in questions if question.inputs}
    announcement = {
        "title": "announcement_title",
        "source": "announcement_source",
        "source_url": "announcement_url",
    }
    asked = {question.field for question in questions}
    if "decider_met" in asked:
        names |= {"happened_on": "met_on", "summary": "met_whom"}
    if ANNOUNCEMENT in asked:
        names |= announcement
        names[ANNOUNCEMENT] = "announcement_title"
    return names
