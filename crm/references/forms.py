"""Forms of peer references."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from crm.labels import choices
from crm.web.fields import DayField
from models.reference import ReferenceOutcome, Willingness


class WillingnessForm(FlaskForm):
    """What a firm said about vouching for us."""

    willingness = SelectField(
        _l("What it said"),
        [InputRequired()],
        choices=lambda: [("", _l("choose")), *choices(Willingness)],
    )
    said_on = DayField(_l("Said on"), [Optional()])
    contact = SelectField(_l("Whom to ask"), validators=[Optional()])
    languages = StringField(_l("Languages it speaks with prospects"), [Length(max=200)])
    note = TextAreaField(_l("Note"), [Length(max=5_000)])


class AskForm(FlaskForm):
    """A firm was asked for a lead."""

    organization = StringField(validators=[InputRequired(), Length(max=16)])
    asked_on = DayField(_l("Asked on"), [InputRequired()])
    note = StringField(_l("A word on it"), [Length(max=1_000)])


class OutcomeForm(FlaskForm):
    """What became of a request."""

    outcome = SelectField(
        _l("What became of it"),
        choices=lambda: [("", _l("no answer yet")), *choices(ReferenceOutcome)],
        default="",
    )
    note = StringField(_l("A word on it"), [Length(max=1_000)])
