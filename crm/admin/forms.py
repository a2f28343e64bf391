"""Forms of administration."""

from typing import Any

from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import PasswordField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from crm.labels import choices
from crm.timezones import time_zone_choices
from models.user import Language, OfficeKind, Role

COUNTS = {"": None, "yes": True, "no": False}


def _languages() -> list[tuple[str, str]]:
    return [(Language.EN.value, "English"), (Language.FR.value, "Français")]


def _months() -> list[tuple[str, str]]:
    names = get_locale().months["stand-alone"]["wide"]
    return [(str(number), str(names[number]).capitalize()) for number in range(1, 13)]


def _countings() -> list[tuple[str, Any]]:
    return [
        ("", _l("as the role says")),
        ("yes", _l("yes")),
        ("no", _l("no")),
    ]


class UserForm(FlaskForm):
    """What is on file of a person."""

    name = StringField(_l("Name shown to others"), [InputRequired(), Length(max=200)])
    role = SelectField(_l("Role"), choices=lambda: choices(Role))
    office = SelectField(_l("Office"), default="")
    email = StringField(_l("E-mail"), [Optional(), Length(max=254)])
    language = SelectField(_l("Language"), choices=_languages)
    time_zone = SelectField(_l("Time zone"), choices=time_zone_choices)
    counts_all = SelectField(_l("Counts all leads in totals"), choices=_countings, default="")


class NewUserForm(UserForm):
    """A new person, with the password they sign in with first."""

    username = StringField(_l("User name"), [InputRequired(), Length(max=80)])
    password = PasswordField(_l("First password"), [InputRequired(), Length(max=800)])


class PasswordForm(FlaskForm):
    """A new password for somebody else."""

    password = PasswordField(_l("New password"), [InputRequired(), Length(max=800)])


class OfficeForm(FlaskForm):
    """An office."""

    name = StringField(_l("Name"), [InputRequired(), Length(max=200)])
    kind = SelectField(_l("What it is"), choices=lambda: choices(OfficeKind))
    country = SelectField(_l("Country"), default="")
    time_zone = SelectField(_l("Time zone"), choices=time_zone_choices)
    fiscal_year_start_month = SelectField(_l("The fiscal year begins in"), choices=_months)


class TeamForm(FlaskForm):
    """A team's name."""

    name = StringField(_l("Name"), [InputRequired(), Length(max=200)])


class MemberForm(FlaskForm):
    """Somebody to take into a team."""

    member = SelectField(_l("Person"))
