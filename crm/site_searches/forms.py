"""Forms of site searches and of what hangs on them."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import InputRequired, Length, Optional, ValidationError
from wtforms.widgets import HiddenInput

from crm.labels import choices
from crm.properties.measures import AreaField, PowerField
from crm.timezones import time_zone_choices
from crm.web.fields import DayField
from models.site_search import PartOwner, SearchResult


def result_choices(blank: Any) -> list[tuple[str, Any]]:
    """What can become of an answer or an offer; `blank` words that nobody said yet."""
    return [("", blank), *choices(SearchResult)]


class SearchForm(FlaskForm):
    """What a project asks for, and by when."""

    requirements = TextAreaField(_l("What is asked for, in their words"), [Length(max=10_000)])
    land = AreaField(_l("Land, at least"), [Length(max=60)])
    building = AreaField(_l("Building, at least"), [Length(max=60)])
    power = PowerField(_l("Electrical power, at least"), [Length(max=60)])
    received_on = DayField(_l("Came on"), [Optional()])
    due_on = DayField(_l("Answer due on"), [Optional()])
    due_time = TimeField(_l("Due at"), [Optional()])
    time_zone = SelectField(_l("Time zone of the deadline"), choices=time_zone_choices)
    owner = SelectField(_l("Who answers"), validators=[Optional()])
    version = IntegerField(widget=HiddenInput(), validators=[Optional()])

    def validate_due_time(self, field: TimeField) -> None:
        """An hour belongs to a day."""
        if field.data is not None and self.due_on.data is None:
            raise ValidationError(_l("Say on which day."))


class FateForm(FlaskForm):
    """What became of one property that was offered."""

    result = SelectField(
        _l("What became of it"), choices=lambda: result_choices(_l("no word yet")), default=""
    )
    reason = StringField(_l("Why"), [Length(max=1_000)])


class PartForm(FlaskForm):
    """A part of the answer that somebody owes."""

    text = StringField(_l("What is owed"), [InputRequired(), Length(max=1_000)])
    owed_by = SelectField(_l("Who owes it"), choices=lambda: choices(PartOwner))
    person = StringField(_l("Person"), [Length(max=300)])
    due_on = DayField(_l("Due on"), [Optional()])


class ReceivedForm(FlaskForm):
    """The day on which a part came in; empty takes it back."""

    received_on = DayField(_l("Came in on"), [Optional()])


class SendingForm(FlaskForm):
    """What was sent."""

    what = StringField(_l("What was sent"), [InputRequired(), Length(max=1_000)])
    sent_to = StringField(_l("To whom"), [Length(max=300)])
    sent_on = DayField(_l("Sent on"), [InputRequired()])
    is_answer = BooleanField(_l("This is our answer: the proposal"))


class EndForm(FlaskForm):
    """What became of our answer."""

    result = SelectField(
        _l("What became of our answer"),
        choices=lambda: result_choices(_l("still open")),
        default="",
    )
    reason = StringField(_l("Why"), [Length(max=1_000)])
    result_on = DayField(_l("On"), [Optional()])
