"""Forms of letters and gifts."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from crm.labels import choices
from crm.thanks.wording import LANGUAGE_NAMES, LONGEST
from crm.web.fields import DayField
from models.card import GiftDirection

_CURRENCIES = ("CAD", "USD", "JPY", "KRW", "EUR", "GBP", "CNY", "TWD", "AUD", "CHF")


def letter_languages() -> list[tuple[str, str]]:
    """The languages that letters are written in, each under its own name."""
    return list(LANGUAGE_NAMES.items())


def currency_choices() -> list[tuple[str, Any]]:
    """Currencies, or none that is known."""
    return [("", _l("not known")), *((code, code) for code in _CURRENCIES)]


class LetterForm(FlaskForm):
    """A letter of thanks to one person."""

    person_name = StringField(_l("Whom it thanks"), [InputRequired(), Length(max=200)])
    honorific = StringField(_l("Form of address"), [Optional(), Length(max=60)])
    language = SelectField(_l("Language"), choices=letter_languages)
    sender = SelectField(_l("Who signs, of the house"), validators=[Optional()])
    sender_name = StringField(_l("Or who else signs"), [Optional(), Length(max=200)])
    due_on = DayField(_l("To be sent by"), [Optional()])
    text = TextAreaField(_l("Letter"), [InputRequired(), Length(max=LONGEST)])


class TemplateForm(FlaskForm):
    """The office's wording in one language."""

    text = TextAreaField(_l("Letter"), [InputRequired(), Length(max=LONGEST)])


class GiftForm(FlaskForm):
    """An entry of the register of gifts."""

    direction = SelectField(_l("Given or received"), choices=lambda: choices(GiftDirection))
    description = StringField(_l("What it is"), [InputRequired(), Length(max=500)])
    person_name = StringField(_l("Their representative"), [Optional(), Length(max=200)])
    organization = StringField(_l("Their organization"), [Optional(), Length(max=300)])
    our_person = StringField(_l("Our representative"), [Optional(), Length(max=200)])
    given_on = DayField(_l("On"), [Optional()])
    value = IntegerField(_l("Value, in whole units"), [Optional()])
    currency = SelectField(_l("Currency"), choices=currency_choices, validators=[Optional()])
    mission = SelectField(_l("Mission"), validators=[Optional()])
    disposition = StringField(_l("Where it is now"), [Optional(), Length(max=500)])
