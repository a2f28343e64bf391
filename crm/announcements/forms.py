"""The form of an announcement."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional

from crm.labels import LABELS, choices
from crm.timezones import time_zone_choices
from crm.web.fields import DayField, MomentField
from models.announcement import AnnouncementKind, PartySide
from models.measure import Precision

PARTY_ROWS = 3


def _precisions() -> list[tuple[str, Any]]:
    return [
        (precision.value, LABELS[Precision][precision])
        for precision in Precision
        if precision is not Precision.UNKNOWN
    ]


class PartyRow(Form):
    """One organization and the side it stands on."""

    organization = StringField(_l("Organization"), [Optional(), Length(max=300)])
    side = SelectField(_l("Side"), choices=lambda: choices(PartySide))


class AnnouncementForm(FlaskForm):
    """What is announced, by whom, and where it is printed."""

    kind = SelectField(_l("What is announced"), choices=lambda: choices(AnnouncementKind))
    title = StringField(_l("Title"), [InputRequired(), Length(max=300)])
    parties = FieldList(FormField(PartyRow), max_entries=20)
    source = StringField(_l("Source"), [Optional(), Length(max=500)])
    source_url = StringField(_l("Web address of the print"), [Optional(), Length(max=500)])
    announced_on = DayField(_l("Announced on"), [Optional()])
    announced_precision = SelectField(_l("Known to the"), choices=_precisions)
    announced_as_printed = StringField(_l("The date as printed"), [Optional(), Length(max=200)])
    embargo_until = MomentField(_l("Embargo until"), [Optional()])
    embargo_zone = SelectField(_l("Time zone of the embargo"), choices=time_zone_choices)
    capex = StringField(_l("Investment"), [Optional(), Length(max=200)])
    jobs = StringField(_l("Jobs"), [Optional(), Length(max=200)])
    summary = TextAreaField(_l("In short"), [Optional(), Length(max=10_000)])
    moves_lead = BooleanField(_l("Move the lead to Announced"))
