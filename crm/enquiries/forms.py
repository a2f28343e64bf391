"""Forms of enquiries."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, StringField, TextAreaField, TimeField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from crm.enquiries.service import ANSWERS
from crm.labels import choices
from crm.organizations.choices import country_choices
from crm.timezones import time_zone_choices
from crm.web.fields import DayField
from models.interaction import EnquiryChannel, EnquiryOutcome
from models.stage import LeadType


def channel_choices() -> list[tuple[str, Any]]:
    """The ways in which enquiries arrive."""
    return choices(EnquiryChannel)


def answer_choices() -> list[tuple[str, Any]]:
    """What can become of an enquiry when it is answered."""
    return [item for item in choices(EnquiryOutcome) if item[0] in ANSWERS]


class EnquiryForm(FlaskForm):
    """An enquiry as it came in."""

    asked_for = TextAreaField(_l("What was asked"), [InputRequired(), Length(max=20_000)])
    asker = StringField(_l("Who asks"), [Length(max=300)])
    through = StringField(_l("Through whom"), [Length(max=300)])
    channel = SelectField(_l("How it came"), choices=channel_choices)
    received_on = DayField(_l("Came on"), [InputRequired()])
    received_time = TimeField(_l("At"), [InputRequired()])
    time_zone = SelectField(_l("Time zone of these hours"), choices=time_zone_choices)
    due_on = DayField(_l("Answer due on"), [Optional()])
    due_time = TimeField(_l("Due at"), [Optional()])
    owner = SelectField(_l("Who answers"), validators=[Optional()])

    def validate_due_time(self, field: TimeField) -> None:
        """An hour belongs to a day."""
        if field.data is not None and self.due_on.data is None:
            raise ValidationError(_l("Say on which day."))


class AnswerForm(FlaskForm):
    """An enquiry was answered."""

    outcome = SelectField(_l("What became of it"), choices=answer_choices)
    note = StringField(_l("A word on it"), [Length(max=1_000)])
    answered_on = DayField(_l("Answered on"), [InputRequired()])
    answered_time = TimeField(_l("At"), [InputRequired()])


class LeadFromEnquiryForm(FlaskForm):
    """A lead opened from an enquiry: of a company we know by name, or blind."""

    kind = RadioField(
        _l("What do we know?"),
        choices=[
            ("known", _l("The company is known")),
            ("blind", _l("A blind search: company, country and size are not disclosed")),
        ],
        default="known",
    )
    company = StringField(_l("Company"), [Length(max=300)])
    native_name = StringField(_l("Company in its own script"), [Length(max=300)])
    organization = StringField(_l("On file"), [Length(max=16)])
    code_name = StringField(_l("Code name"), [Length(max=200)])
    country = SelectField(_l("Country"), choices=country_choices, validators=[Optional()])
    lead_type = SelectField(_l("Type"), choices=lambda: choices(LeadType))
    sector = SelectField(_l("Sector"), validators=[Optional()])
    source = SelectField(_l("Source"), validators=[Optional()])
    team = SelectField(_l("Who may see it"), validators=[Optional()])
    reason = StringField(_l("Why it is confidential"), [Length(max=500)])
