"""Forms of signing in and of one's own account."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import PasswordField, SelectField, StringField
from wtforms.validators import EqualTo, InputRequired, Length

from crm.timezones import time_zone_choices
from models.user import Language


class SignInForm(FlaskForm):
    """Name and password."""

    username = StringField(_l("User name"), [InputRequired(), Length(max=80)])
    password = PasswordField(_l("Password"), [InputRequired(), Length(max=800)])


class ConfirmForm(FlaskForm):
    """The password of whoever is signed in, once more."""

    password = PasswordField(_l("Password"), [InputRequired(), Length(max=800)])


class AccountForm(FlaskForm):
    """Language and time zone."""

    language = SelectField(
        _l("Language"), choices=[(Language.EN.value, "English"), (Language.FR.value, "Français")]
    )
    time_zone = SelectField(_l("Time zone"), choices=time_zone_choices)


class PasswordForm(FlaskForm):
    """A new password; the current one must be given."""

    current = PasswordField(_l("Current password"), [InputRequired(), Length(max=800)])
    password = PasswordField(_l("New password"), [InputRequired(), Length(max=800)])
    again = PasswordField(
        _l("New password again"),
        [InputRequired(), EqualTo("password", _l("The two passwords differ."))],
    )
