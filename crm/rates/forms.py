"""The form of an exchange rate."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from crm.imports.currencies import codes
from crm.rates.numbers import UNITS
from crm.rates.service import LONGEST_SOURCE
from crm.web.fields import DayField
from crm.web.formatting import count

_OFTEN = ("CAD", "USD", "JPY", "KRW", "EUR")


def currency_choices() -> list[tuple[str, Any]]:
    """Currencies by code, those of this office's work first."""
    others = sorted(set(codes()) - set(_OFTEN))
    return [("", _l("choose")), *((code, code) for code in (*_OFTEN, *others))]


class RateForm(FlaskForm):
    """So many units of a currency are worth an amount of another, on a day, as somebody states."""

    units = SelectField(
        _l("How many"), coerce=int, choices=lambda: [(units, count(units)) for units in UNITS]
    )
    currency = SelectField(_l("Currency"), [InputRequired()], choices=currency_choices)
    amount = StringField(_l("Are worth"), [InputRequired(), Length(max=30)])
    target = SelectField(_l("In the currency"), [InputRequired()], choices=currency_choices)
    stated_on = DayField(_l("On"), [InputRequired()])
    source = StringField(_l("Stated by"), [InputRequired(), Length(max=LONGEST_SOURCE)])
    is_sure = BooleanField(_l("The number is right"))
    # When the rate was entered that is corrected here.
    seen = HiddenField(validators=[Optional()])
