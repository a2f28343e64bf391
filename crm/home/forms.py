"""Forms of my day."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length

from crm.web.fields import DayField


class CallForm(FlaskForm):
    """A call took place today; the next one is on a day."""

    next_on = DayField(_l("Next time on"), [InputRequired()])
    summary = StringField(_l("What was said, in one line"), [Length(max=300)])


class HandOverForm(FlaskForm):
    """What is handed over, and to whom; the choices are checked by the command."""

    to = SelectField(_l("To"), validate_choice=False)
    leads = SelectMultipleField(_l("Leads"), validate_choice=False)
    enquiries = SelectMultipleField(_l("Enquiries"), validate_choice=False)
    former = SelectMultipleField(_l("Everything of somebody who left"), validate_choice=False)
