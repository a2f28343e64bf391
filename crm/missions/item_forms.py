"""Forms of agenda items: what, when, who, and how they stand."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from crm.labels import choices
from crm.missions.forms import not_known, precision_choices
from crm.organizations.choices import language_choices
from crm.timezones import time_zone_choices
from crm.web.fields import DayField
from models.agenda import AgendaKind, AgendaStanding, InterpreterNeed

MATERIAL_ROWS = 2
# What somebody says of an item by choosing from a list; "held" asks for one line of its own.
STANDINGS = tuple(standing for standing in AgendaStanding if standing is not AgendaStanding.HELD)


def standing_choices() -> list[tuple[str, Any]]:
    """How a fresh item may stand."""
    return [
        item
        for item in choices(AgendaStanding)
        if item[0] in (AgendaStanding.ASKED, AgendaStanding.CONFIRMED, AgendaStanding.OFFERED)
    ]


class MaterialRow(Form):
    """A paper in one language."""

    title = StringField(_l("Document"), [Length(max=300)])
    language = SelectField(
        _l("Language"), choices=lambda: language_choices(_("not known")), validators=[Optional()]
    )
    is_ready = BooleanField(_l("Ready"))


class ItemForm(FlaskForm):
    """What is said of an agenda item."""

    version = HiddenField()
    kind = SelectField(_l("What"), choices=lambda: choices(AgendaKind))
    title = StringField(_l("Title"), [Length(max=300)])
    standing = SelectField(_l("Standing"), choices=standing_choices)
    organization = StringField(_l("Company or body"), [Length(max=300)])
    lead = StringField(_l("About the lead"), [Length(max=300)])
    programme = SelectField(_l("Sub-programme"), validators=[Optional()])
    day = DayField(_l("Day"), [Optional()])
    time = TimeField(_l("Hour"), [Optional()])
    minutes = IntegerField(_l("Minutes"), [Optional(), NumberRange(min=5, max=24 * 60)])
    time_zone = SelectField(_l("Time zone"), choices=time_zone_choices)
    precision = SelectField(_l("Known to the"), choices=precision_choices)
    as_printed = StringField(_l("The day as printed"), [Length(max=300)])
    place = StringField(_l("Place"), [Length(max=500)])
    video_link = StringField(_l("Video link"), [Length(max=500)])
    purpose = StringField(_l("Purpose"), [Length(max=500)])
    talking_points = TextAreaField(_l("Talking points"), [Length(max=20_000)])
    protocol_notes = TextAreaField(_l("Protocol"), [Length(max=20_000)])
    delegates = SelectMultipleField(_l("Who attends for us"), validate_choice=False)
    ours = TextAreaField(_l("Others on our side, one name per line"), [Length(max=4_000)])
    contacts = SelectMultipleField(_l("Who attends for them"), validate_choice=False)
    organizations = TextAreaField(
        _l("Other organizations on file that attend, one per line"), [Length(max=4_000)]
    )
    theirs = TextAreaField(_l("Others on their side, one name per line"), [Length(max=4_000)])
    interpreter_need = SelectField(
        _l("Interpreter"),
        choices=lambda: not_known(choices(InterpreterNeed)),
        validators=[Optional()],
    )
    interpreter_languages = StringField(_l("Languages"), [Length(max=200)])
    interpreter_provider = StringField(_l("Who interprets"), [Length(max=300)])
    interpreter_cost = StringField(_l("Cost"), [Length(max=40)])
    is_interpreter_briefed = BooleanField(_l("The interpreter is briefed"))
    count = StringField(_l("How many meetings"), [Length(max=120)])
    guests = StringField(_l("How many guests"), [Length(max=120)])
    materials = FieldList(FormField(MaterialRow), max_entries=20)
    owner = SelectField(_l("Arranged by"), validators=[Optional()])

    def validate_time(self, field: TimeField) -> None:
        """An hour belongs to a day."""
        if field.data is not None and self.day.data is None:
            raise ValidationError(_("Say on which day."))


class StandingForm(FlaskForm):
    """How an item stands now."""

    version = HiddenField()
    standing = SelectField(_l("Standing"), choices=lambda: choices(AgendaStanding))


class HoldForm(FlaskForm):
    """It took place: one line, and the day where nobody knows it."""

    version = HiddenField()
    summary = StringField(_l("What came of it, in one line"), [Length(max=300)])
    happened_on = DayField(_l("It was held on"), [Optional()])


class TimeForm(FlaskForm):
    """A time to offer or to agree on."""

    day = DayField(_l("Day"), [InputRequired()])
    time = TimeField(_l("Hour"), [InputRequired()])
    minutes = IntegerField(
        _l("Minutes"), [InputRequired(), NumberRange(min=5, max=24 * 60)], default=60
    )
    time_zone = SelectField(_l("Time zone"), choices=time_zone_choices)
