"""Forms of the debrief: a row an item, and what was promised."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Form, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from crm.labels import choices
from crm.missions.debrief import SAID
from crm.web.fields import DayField
from models.agenda import AgendaItem, AgendaOutcome, AgendaStanding


class DebriefRow(Form):
    """What became of one item. `step_was` is the next step as the page showed it."""

    version = HiddenField()
    step_was = HiddenField()
    # What was open when the page was made may have been said since: that is no wrong choice.
    met = SelectField(_l("Met"), validate_choice=False)
    happened_on = DayField(_l("On which day"), validators=[Optional()])
    outcome = SelectField(_l("What came of it"))
    note = TextAreaField(_l("Note"), [Length(max=4000)])
    step = StringField(_l("Next step"), [Length(max=300)])
    owner = SelectField(_l("Owner"))
    due_on = DayField(_l("Due"), validators=[Optional()])

    def offer(self, item: AgendaItem, owners: list[tuple[str, str]]) -> None:
        """Fill in what can be chosen for this item."""
        said: list[tuple[str, Any]] = [(one.value, _MET[one]) for one in SAID]
        if item.standing not in SAID:
            said.insert(0, ("", _("not said yet")))
        self.met.choices = said
        self.outcome.choices = [("", _("not said yet")), *choices(AgendaOutcome)]
        self.owner.choices = [("", _("as the lead, or I")), *owners]


_MET = {
    AgendaStanding.HELD: _l("Met"),
    AgendaStanding.NO_SHOW: _l("Nobody came"),
    AgendaStanding.CANCELLED: _l("Called off"),
}


class MissionPromiseForm(FlaskForm):
    """Something promised on a mission."""

    text = StringField(_l("What was promised"), [InputRequired(), Length(max=300)])
    item = SelectField(_l("Where"))
    promised_to = StringField(_l("To whom"), [Length(max=200)])
    owner = SelectField(_l("Owner"))
    due_on = DayField(_l("Due"), validators=[Optional()])
