"""Forms of conversations, meetings and follow-ups.

The box on the lead page posts to `interactions.create` with the names of `ConversationForm`:
`kind`, `summary`, `happened_on`, `next_step`, `next_step_on`, and folded `direction`, `language`,
`text`, `contacts` and `staff` (public ids, repeated) and `others` (a name a line). What is left
out is taken as not said; a missing day is today.
"""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    FileField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from crm.labels import choices
from crm.timezones import time_zone_choices
from crm.web.fields import DayField
from models.interaction import MEETING_KINDS, ContactDirection, InteractionKind

# Languages that conversations are held in, each under its own name.
LANGUAGES = (
    ("en", "English"),
    ("fr", "Français"),
    ("ja", "日本語"),
    ("ko", "한국어"),
    ("zh", "中文"),
    ("de", "Deutsch"),
    ("es", "Español"),
)


def kind_choices() -> list[tuple[str, Any]]:
    """Every way of being in touch."""
    return choices(InteractionKind)


def meeting_choices() -> list[tuple[str, Any]]:
    """The ways of being in touch that are planned for an hour; a meeting first."""
    planned = [item for item in choices(InteractionKind) if item[0] in MEETING_KINDS]
    return sorted(planned, key=lambda item: item[0] != InteractionKind.MEETING.value)


def direction_choices() -> list[tuple[str, Any]]:
    """Who sought whom, or nothing said."""
    return [("", _l("Not said")), *choices(ContactDirection)]


def language_choices() -> list[tuple[str, Any]]:
    """The languages, or "look at its letters"."""
    return [("", _l("Told by its letters")), *LANGUAGES]


class ConversationForm(FlaskForm):
    """A conversation that took place."""

    kind = SelectField(_l("How"), choices=kind_choices)
    summary = StringField(_l("What was said, in one line"), [Length(max=300)])
    happened_on = DayField(_l("When"), [Optional()])
    next_step = StringField(_l("Next step"), [Length(max=300)])
    next_step_on = DayField(_l("Next step by"), [Optional()])
    direction = SelectField(
        _l("Who sought whom"), choices=direction_choices, validators=[Optional()]
    )
    language = SelectField(_l("Language"), choices=language_choices, validators=[Optional()])
    text = TextAreaField(_l("Full text, in any language"), [Length(max=100_000)])
    contacts = SelectMultipleField(_l("Contacts who took part"), validate_choice=False)
    staff = SelectMultipleField(_l("Colleagues who took part"), validate_choice=False)
    others = TextAreaField(_l("Others, a name a line"), [Length(max=4_000)])

    def validate_next_step(self, field: StringField) -> None:
        """A day alone says nothing."""
        if self.next_step_on.data and not (field.data or "").strip():
            raise ValidationError(_l("Say what the next step is."))


class MeetingForm(FlaskForm):
    """A meeting that is planned."""

    kind = SelectField(_l("How"), choices=meeting_choices)
    summary = StringField(_l("What it is about"), [InputRequired(), Length(max=300)])
    day = DayField(_l("Day"), [InputRequired()])
    time = TimeField(_l("Hour"), [InputRequired()])
    time_zone = SelectField(_l("Time zone of the meeting"), choices=time_zone_choices)
    minutes = IntegerField(
        _l("Minutes"), [InputRequired(), NumberRange(min=5, max=24 * 60)], default=60
    )
    place = StringField(_l("Place or link"), [Length(max=500)])
    contacts = SelectMultipleField(_l("Contacts who take part"), validate_choice=False)
    staff = SelectMultipleField(_l("Colleagues who take part"), validate_choice=False)
    others = TextAreaField(_l("Others, a name a line"), [Length(max=4_000)])


class HeldForm(FlaskForm):
    """A planned meeting took place: one line."""

    summary = StringField(_l("What came of it, in one line"), [Length(max=300)])


class NextStepForm(FlaskForm):
    """What comes next on a lead."""

    next_step = StringField(_l("Next step"), [InputRequired(), Length(max=300)])
    next_step_on = DayField(_l("Next step by"), [Optional()])


class PromiseForm(FlaskForm):
    """Something promised, due on a day, or at an hour of it in a zone."""

    text = StringField(_l("What was promised"), [InputRequired(), Length(max=300)])
    promised_to = StringField(_l("To whom"), [Length(max=200)])
    due_on = DayField(_l("Due on"), [Optional()])
    due_time = TimeField(_l("At (may stay empty)"), [Optional()])
    time_zone = SelectField(
        _l("Time zone of the hour"), choices=time_zone_choices, validators=[Optional()]
    )
    owner = SelectField(_l("Who does it"), validators=[Optional()])
    office = SelectField(_l("Office that sees it"), validators=[Optional()])

    def validate_due_time(self, field: TimeField) -> None:
        """An hour belongs to a day."""
        if field.data is not None and self.due_on.data is None:
            raise ValidationError(_l("Say on which day."))


class EmailForm(FlaskForm):
    """An e-mail as a file or as text; a day only where the e-mail has none of its own."""

    file = FileField(_l("E-mail file (.eml)"))
    raw = TextAreaField(_l("Or paste the e-mail"), [Length(max=2_000_000)])
    happened_on = DayField(_l("Sent on, if the e-mail does not say"), [Optional()])
    direction = SelectField(
        _l("Who wrote, if the e-mail does not say"),
        choices=direction_choices,
        validators=[Optional()],
    )
