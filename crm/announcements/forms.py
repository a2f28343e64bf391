"""The form of an announcement."""

from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional

from crm.labels import LABELS, choices
from crm.timezones import time_zone_choices
from crm.web.fields import DayField, MomentField, NumberField
from models.announcement import AnnouncementKind, PartySide, Release, Whose
from models.measure import Precision

PARTY_ROWS = 3


def yes_or_no() -> list[tuple[str, Any]]:
    """Yes, no, or nobody said."""
    return [("", _l("Not known")), ("yes", _l("Yes")), ("no", _l("No"))]


def read_yes_or_no(value: str | None) -> bool | None:
    """The answer that `yes_or_no` offers."""
    return {"yes": True, "no": False}.get(value or "")


def typed_number(value: float | None) -> Decimal | None:
    """A number on file as a person would type it, without a fraction that says nothing."""
    if value is None:
        return None
    words = f"{Decimal(repr(value)):f}"
    return Decimal(words.rstrip("0").rstrip(".") if "." in words else words)


def precisions() -> list[tuple[str, Any]]:
    return [
        (precision.value, LABELS[Precision][precision])
        for precision in Precision
        if precision is not Precision.UNKNOWN
    ]


class PartyRow(Form):
    """One organization and the side it stands on."""

    organization = StringField(_l("Organization"), [Optional(), Length(max=300)])
    side = SelectField(_l("Side"), choices=lambda: choices(PartySide))
    part = StringField(_l("Its part in it"), [Optional(), Length(max=200)])


class AnnouncementForm(FlaskForm):
    """What is announced, by whom, and where it is printed."""

    version = HiddenField()
    kind = SelectField(_l("What is announced"), choices=lambda: choices(AnnouncementKind))
    title = StringField(_l("Title"), [InputRequired(), Length(max=300)])
    parties = FieldList(FormField(PartyRow), max_entries=20)
    source = StringField(_l("Source"), [Optional(), Length(max=500)])
    source_url = StringField(_l("Web address of the print"), [Optional(), Length(max=500)])
    announced_on = DayField(_l("Announced on"), [Optional()])
    announced_precision = SelectField(_l("Known to the"), choices=precisions)
    announced_as_printed = StringField(_l("The date as printed"), [Optional(), Length(max=200)])
    is_draft = BooleanField(_l("Not public yet, and no moment is set"))
    embargo_until = MomentField(_l("Embargo until"), [Optional()])
    embargo_zone = SelectField(_l("Time zone of the embargo"), choices=time_zone_choices)
    release = SelectField(
        _l("When the embargo ends"), choices=lambda: choices(Release), validators=[Optional()]
    )
    owner = SelectField(_l("Who releases it"), validators=[Optional()])
    whose = SelectField(
        _l("Whose success it is"), choices=lambda: choices(Whose), validators=[Optional()]
    )
    our_share_percent = NumberField(_l("Our share, in percent"), [Optional()], places=None)
    mission = SelectField(_l("Mission"), validators=[Optional()])
    is_made_on_mission = SelectField(
        _l("Made on that mission"), choices=yes_or_no, validators=[Optional()]
    )
    capex = StringField(_l("Investment"), [Optional(), Length(max=200)])
    jobs = StringField(_l("Jobs"), [Optional(), Length(max=200)])
    summary = TextAreaField(_l("In short"), [Optional(), Length(max=10_000)])
    moves_lead = BooleanField(_l("Move the lead to Announced"))
