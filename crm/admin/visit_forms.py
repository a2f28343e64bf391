"""Forms of an office's company visits and of its closing days."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from crm.web.fields import DayField

_DAYS = [InputRequired(), NumberRange(1, 250)]


class VisitSettingsForm(FlaskForm):
    """Who answers for company visits, how soon, and by which calendar."""

    team = SelectField(_l("Team that reads the answers"), default="", validators=[Optional()])
    owner = SelectField(_l("Owner of new cases"), default="", validators=[Optional()])
    backup = SelectField(_l("Backup"), default="", validators=[Optional()])
    manager = SelectField(_l("Manager"), default="", validators=[Optional()])
    red_reply_days = IntegerField(_l("Red: first answer within"), _DAYS)
    red_plan_days = IntegerField(_l("Red: plan within"), _DAYS)
    red_close_days = IntegerField(_l("Red: closed within"), _DAYS)
    yellow_reply_days = IntegerField(_l("Yellow: answered within"), _DAYS)
    green_reply_days = IntegerField(_l("Green: call back within"), _DAYS)
    calendar_place = SelectField(_l("Public holidays of"), default="", validators=[Optional()])


class ClosureForm(FlaskForm):
    """A day on which the office is closed besides the public holidays."""

    closed_on = DayField(_l("Day"), [InputRequired()])
    name = StringField(_l("Why"), [Length(max=200)])
