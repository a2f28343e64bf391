"""Forms of company visits, their flags and their cases."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from crm.bre.service import KINDS
from crm.labels import choices
from crm.timezones import time_zone_choices
from crm.web.fields import DayField
from models.bre_call import CaseOutcome, Consent, FlagStanding, InConfidence
from models.interaction import InteractionKind
from models.stage import LeadType

_MOST_JOBS = 10_000_000


def kind_choices() -> list[tuple[str, Any]]:
    """How a visit can take place."""
    labels = dict(choices(InteractionKind))
    return [(kind.value, labels[kind.value]) for kind in KINDS]


def confidence_choices() -> list[tuple[str, Any]]:
    """How an answer was supplied."""
    return [("", _l("Nobody asked")), *choices(InConfidence)]


def consent_choices() -> list[tuple[str, Any]]:
    """What a company allows."""
    return [("", _l("Nobody asked")), *choices(Consent)]


class AskForm(FlaskForm):
    """A visit that is asked for."""

    site = SelectField(_l("Facility"), default="", validators=[Optional()])
    season = IntegerField(_l("Season"), [InputRequired(), NumberRange(1990, 2200)])
    asked_on = DayField(_l("Asked on"), [Optional()])
    topic = StringField(_l("Topic"), [Length(max=300)])
    interviewer = SelectField(_l("Who visits"), default="", validators=[Optional()])
    language = SelectField(_l("Language of the company"), default="", validators=[Optional()])


class BookForm(FlaskForm):
    """The moment of a visit."""

    starts_on = DayField(_l("Day"), [InputRequired()])
    starts_time = TimeField(_l("From"), [InputRequired()])
    ends_time = TimeField(_l("Until"), [Optional()])
    time_zone = SelectField(_l("Time zone of these hours"), choices=time_zone_choices)
    kind = SelectField(_l("How"), choices=kind_choices)


class DeclineForm(FlaskForm):
    """A company does not want a visit."""

    reason = StringField(_l("Why they declined"), [Length(max=1_000)])


class VisitForm(FlaskForm):
    """What is kept of a visit besides its moment and its answers."""

    site = SelectField(_l("Facility"), default="", validators=[Optional()])
    topic = StringField(_l("Topic"), [Length(max=300)])
    interviewer = SelectField(_l("Who visits"), default="", validators=[Optional()])
    language = SelectField(_l("Language of the company"), default="", validators=[Optional()])


class TeamVisitForm(VisitForm):
    """The same for the team, with what the company allows."""

    in_confidence = SelectField(
        _l("Supplied in confidence"), choices=confidence_choices, validators=[Optional()]
    )
    share_consent = SelectField(
        _l("May answers be shared with partners?"), choices=consent_choices, validators=[Optional()]
    )
    name_consent = SelectField(
        _l("May the company be named?"), choices=consent_choices, validators=[Optional()]
    )
    next_contact_on = DayField(_l("Next contact"), [Optional()])


class FinishForm(FlaskForm):
    """A visit took place."""

    visited_on = DayField(_l("Took place on"), [InputRequired()])
    kind = SelectField(_l("How"), choices=kind_choices)


class SheetForm(FlaskForm):
    """The question sheet was sent ahead."""

    sent_on = DayField(_l("Sent on"), [Optional()])


class JudgeForm(FlaskForm):
    """What a person says of a flag."""

    standing = RadioField(
        _l("What do you say?"),
        choices=[
            (FlagStanding.CONFIRMED.value, _l("Confirm it")),
            (FlagStanding.SET_DOWN.value, _l("Set it down")),
        ],
    )
    reason = StringField(_l("Reason"), [Length(max=1_000)])


class FlagLeadForm(FlaskForm):
    """The lead that a green flag proposes."""

    company = StringField(_l("Company"), [Length(max=300)])
    code_name = StringField(_l("Code name"), [Length(max=200)])
    lead_type = SelectField(_l("Type"), choices=lambda: choices(LeadType))
    is_open = BooleanField(_l("The whole office may see it"))


class NoteForm(FlaskForm):
    """A word on a case."""

    note = TextAreaField(_l("What was said or will be done"), [Length(max=5_000)])


class ConsentForm(FlaskForm):
    """Whether somebody from outside may be brought in."""

    consent = SelectField(_l("What the company said"), choices=consent_choices)


class BringInForm(FlaskForm):
    """Somebody from outside was brought in."""

    who = StringField(_l("Who was brought in"), [Length(max=300)])


class ReassignForm(FlaskForm):
    """Another owner."""

    owner = SelectField(_l("Owner"), validators=[Optional()])


class JobsForm(FlaskForm):
    """How many jobs are at risk."""

    jobs_at_risk = IntegerField(_l("Jobs at risk"), [Optional(), NumberRange(0, _MOST_JOBS)])


class CloseForm(FlaskForm):
    """How a case ended."""

    outcome = SelectField(_l("Outcome"), choices=lambda: choices(CaseOutcome))
    close_note = TextAreaField(_l("What happened"), [Length(max=5_000)])
    jobs_at_risk = IntegerField(_l("Jobs at risk"), [Optional(), NumberRange(0, _MOST_JOBS)])
    jobs_retained = IntegerField(_l("Jobs retained"), [Optional(), NumberRange(0, _MOST_JOBS)])
