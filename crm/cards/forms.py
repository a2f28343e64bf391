"""Forms of cards: what one says, and what becomes of it."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, StringField
from wtforms.validators import Length, Optional

from crm.labels import choices
from crm.organizations.choices import country_choices
from crm.web.fields import DayField
from models.stage import LeadType

# What a radio button says that stands for none of those on file.
NEW = "new"


class TypedForm(FlaskForm):
    """What a card says, in the order in which it stands there."""

    native_name = StringField(_l("Name in its own script"), [Optional(), Length(max=200)])
    reading = StringField(_l("Reading, in kana or Hangul"), [Optional(), Length(max=200)])
    printed_name = StringField(_l("Name in Latin letters, as printed"), [Length(max=200)])
    native_company = StringField(_l("Company in its own script"), [Optional(), Length(max=300)])
    company = StringField(_l("Company in Latin letters"), [Optional(), Length(max=300)])
    country = SelectField(_l("Country"), choices=country_choices, validators=[Optional()])
    department = StringField(_l("Department"), [Optional(), Length(max=200)])
    native_title = StringField(_l("Title in its own script"), [Optional(), Length(max=200)])
    title = StringField(_l("Title"), [Optional(), Length(max=200)])
    honorific = StringField(_l("Form of address"), [Optional(), Length(max=40)])
    email = StringField(_l("E-mail"), [Optional(), Length(max=254)])
    phone = StringField(_l("Telephone"), [Optional(), Length(max=40)])
    language = SelectField(_l("Language"), default="")
    # Which of those on file is meant, asked only where there are any.
    organization = RadioField(_l("Which company is it?"), validators=[Optional()], default="")
    contact = RadioField(_l("Is it somebody on file?"), validators=[Optional()], default="")

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        # The choices are those on file; the view says which, and refuses any other.
        for field in (self.organization, self.contact):
            field.choices = [("", ""), (NEW, ""), *([(field.data, "")] if field.data else [])]


class SortForm(FlaskForm):
    """What becomes of a card, on a line of the day's sheet."""

    lead = SelectField(_l("Lead"), validate_choice=False, validators=[Optional()])
    lead_type = SelectField(_l("Type"), choices=lambda: choices(LeadType))
    text = StringField(_l("What is next"), [Optional(), Length(max=300)])
    due_on = DayField(_l("By"), [Optional()])
    owner = SelectField(_l("Who does it"), validate_choice=False, validators=[Optional()])
