"""Forms of who is involved in a lead."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from crm.labels import choices
from crm.web.fields import DayField, NumberField
from models.lead import PartyRole, StepStanding


class StepsForm(FlaskForm):
    """People or bodies to add to the decision path."""

    steps = TextAreaField(
        _l("Add who decides, one a line: name, department"),
        [InputRequired(_l("This is needed.")), Length(max=4_000)],
        render_kw={"rows": 2},
    )


class StepForm(FlaskForm):
    """How one of them stands."""

    standing = SelectField(_l("Stands"), choices=lambda: choices(StepStanding))
    met_on = DayField(_l("Met on"), [Optional()])
    is_decider = BooleanField(_l("Has the last word"))


class PartyForm(FlaskForm):
    """A company that is involved, and as what."""

    other = StringField(
        _l("Company on file"), [InputRequired(_l("This is needed.")), Length(max=300)]
    )
    role = SelectField(_l("As"), choices=lambda: choices(PartyRole))


class IntroducerForm(FlaskForm):
    """Who at an introducer opened the door, and the share of the credit that somebody stated."""

    organization = StringField(_l("Company on file"), [InputRequired(), Length(max=16)])
    contact = StringField(_l("Person"), [Optional(), Length(max=16)])
    share_percent = NumberField(
        _l("Share of the credit in percent"), [Optional(), NumberRange(max=1_000)]
    )
