"""Forms of missions, their delegation, their parts and their money."""

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
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional

from crm.imports.currencies import codes
from crm.labels import LABELS, choices
from crm.organizations.choices import country_choices
from crm.timezones import time_zone_choices
from crm.web.fields import DayField
from models.measure import Precision
from models.mission import Attendance, DelegateRole, Delivery, MissionPart, MissionStanding

MARKET_ROWS, COST_ROWS = 3, 3
_OFTEN = ("CAD", "USD", "JPY", "KRW", "EUR")


def not_known(items: list[tuple[str, Any]]) -> list[tuple[str, Any]]:
    """The choices behind that of knowing none."""
    return [("", _("not known")), *items]


def zone_choices() -> list[tuple[str, Any]]:
    """Time zones, or none known."""
    return not_known(list(time_zone_choices()))


def currency_choices() -> list[tuple[str, Any]]:
    """Currencies by code, those of this office's work first."""
    others = sorted(set(codes()) - set(_OFTEN))
    return not_known([(code, code) for code in (*_OFTEN, *others)])


def precision_choices() -> list[tuple[str, Any]]:
    """How exactly a day may be known."""
    return [
        (precision.value, LABELS[Precision][precision])
        for precision in Precision
        if precision is not Precision.UNKNOWN
    ]


class MissionForm(FlaskForm):
    """What is said of a mission."""

    version = HiddenField()
    name = StringField(_l("Name"), [InputRequired(), Length(max=300)])
    is_fair = BooleanField(_l("A trade fair: it has no agenda"))
    delivery = SelectField(
        _l("Format"), choices=lambda: not_known(choices(Delivery)), validators=[Optional()]
    )
    standing = SelectField(
        _l("Standing"), choices=lambda: not_known(choices(MissionStanding)), validators=[Optional()]
    )
    markets = FieldList(
        SelectField(_l("Country"), choices=country_choices, validators=[Optional()]),
        min_entries=MARKET_ROWS,
        max_entries=12,
    )
    starts_on = DayField(_l("Begins on"), [Optional()])
    ends_on = DayField(_l("Ends on"), [Optional()])
    dates_precision = SelectField(_l("Known to the"), choices=precision_choices)
    dates_as_printed = StringField(_l("The dates as printed"), [Length(max=300)])
    home_zone = SelectField(_l("Home time zone"), choices=zone_choices, validators=[Optional()])
    market_zone = SelectField(_l("Market time zone"), choices=zone_choices, validators=[Optional()])
    led_by = StringField(_l("Led by"), [Length(max=500)])
    delegation = StringField(_l("Size of the delegation"), [Length(max=120)])
    owner = SelectField(_l("Owner"), validators=[Optional()])
    objectives = TextAreaField(_l("Objectives, one per line"), [Length(max=10_000)])
    summary = TextAreaField(_l("Summary"), [Length(max=20_000)])
    sectors = SelectMultipleField(_l("Sectors"))
    offices = SelectMultipleField(_l("Our offices"))
    currency = SelectField(
        _l("Currency of the budget"), choices=currency_choices, validators=[Optional()]
    )


class DelegateForm(FlaskForm):
    """A person of our side: a colleague, a contact on file, or a name."""

    user = SelectField(_l("Colleague"), validators=[Optional()])
    contact = StringField(_l("Or a contact on file"), [Length(max=300)])
    name = StringField(_l("Or a name"), [Length(max=300)])
    title = StringField(_l("Title"), [Length(max=300)])
    organization = StringField(_l("Organization on file"), [Length(max=300)])
    role = SelectField(_l("In the delegation"), choices=lambda: choices(DelegateRole))
    attendance = SelectField(
        _l("Attendance"), choices=lambda: not_known(choices(Attendance)), validators=[Optional()]
    )
    note = StringField(_l("Note"), [Length(max=2_000)])


class AttendanceForm(FlaskForm):
    """Whether a delegate comes."""

    attendance = SelectField(
        _l("Attendance"), choices=lambda: not_known(choices(Attendance)), validators=[Optional()]
    )


class PartForm(FlaskForm):
    """An organization and what it has to do with the mission."""

    organization = StringField(_l("Organization"), [InputRequired(), Length(max=300)])
    role = SelectField(
        _l("Role"), choices=lambda: not_known(choices(MissionPart)), validators=[Optional()]
    )
    part = StringField(_l("Details"), [Length(max=300)])


class ProgrammeForm(FlaskForm):
    """A part of a mission with a lead of its own."""

    name = StringField(_l("Name"), [InputRequired(), Length(max=300)])
    led_by = StringField(_l("Led by"), [Length(max=300)])
    sector = SelectField(_l("Sector"), validators=[Optional()])
    note = StringField(_l("Note"), [Length(max=2_000)])


class CostRow(Form):
    """One budget line; an amount left empty is not known yet."""

    public_id = HiddenField()
    label = StringField(_l("What for"), [Length(max=300)])
    budget = StringField(_l("Budget"), [Length(max=40)])
    cost = StringField(_l("Cost"), [Length(max=40)])


class MoneyForm(FlaskForm):
    """The budget against the cost."""

    version = HiddenField()
    currency = SelectField(_l("Currency"), choices=currency_choices, validators=[Optional()])
    lines = FieldList(FormField(CostRow), max_entries=60)
