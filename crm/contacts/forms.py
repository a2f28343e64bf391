"""The form of a contact."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import Length, Optional

from crm.labels import choices
from models.contact import Seniority


def _seniorities() -> list[tuple[str, Any]]:
    return [("", _l("as the native title says")), *choices(Seniority)]


class ContactForm(FlaskForm):
    """A person at an organization."""

    printed_name = StringField(_l("Name as printed"), [Optional(), Length(max=200)])
    native_name = StringField(_l("Name in its own script"), [Optional(), Length(max=200)])
    reading = StringField(_l("Reading, in kana or Hangul"), [Optional(), Length(max=200)])
    romanized_name = StringField(_l("Name in Latin letters"), [Optional(), Length(max=200)])
    family_name = StringField(_l("Family name"), [Optional(), Length(max=120)])
    given_name = StringField(_l("Given name"), [Optional(), Length(max=120)])
    honorific = StringField(_l("Form of address"), [Optional(), Length(max=40)])
    organization = StringField(_l("Organization"), [Optional(), Length(max=300)])
    native_title = StringField(_l("Title in its own script"), [Optional(), Length(max=200)])
    title = StringField(_l("Title"), [Optional(), Length(max=200)])
    department = StringField(_l("Department"), [Optional(), Length(max=200)])
    seniority = SelectField(_l("How high they stand"), choices=_seniorities, default="")
    email = StringField(_l("E-mail"), [Optional(), Length(max=254)])
    phone = StringField(_l("Telephone"), [Optional(), Length(max=40)])
    language = SelectField(_l("Language"), default="")
    obtained_from = StringField(_l("Where it is from"), [Optional(), Length(max=300)])
    notes = TextAreaField(_l("Notes"), [Optional(), Length(max=10_000)])
