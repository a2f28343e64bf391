"""Forms of what ends a lead, lets it rest, takes it up again, or changes who has or sees it."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from crm.labels import choices
from crm.web.fields import DayField
from models.lead import LossReason, PassedOnOutcome

_NEEDED = _l("This is needed.")


class ActionForm(FlaskForm):
    """Each of them knows from which state of the lead it was filled in."""

    version = HiddenField()


class HoldForm(ActionForm):
    """Until when, and why."""

    until = DayField(_l("Look again on"), [InputRequired(_NEEDED)])
    reason = StringField(_l("Why it is on hold"), [InputRequired(_NEEDED), Length(max=1_000)])


class ResumeForm(ActionForm):
    """Nothing to say."""


def _loss_choices() -> list[tuple[str, Any]]:
    return [("", _l("Choose a reason")), *choices(LossReason)]


class LoseForm(ActionForm):
    """Why a lead is lost; where to only when another place won."""

    code = SelectField(_l("Reason"), [InputRequired(_NEEDED)], choices=_loss_choices)
    lost_to = StringField(_l("Which place won"), [Length(max=200)])
    reason = StringField(_l("In your own words"), [Length(max=1_000)])
    happened_on = DayField(_l("Lost on"), [Optional()])


class CloseForm(ActionForm):
    """Why we stopped."""

    reason = StringField(_l("Why we stop"), [InputRequired(_NEEDED), Length(max=1_000)])
    happened_on = DayField(_l("Closed on"), [Optional()])


class PassOnForm(ActionForm):
    """To whom, with whose consent, and what was sent."""

    to = StringField(_l("To whom"), [InputRequired(_NEEDED), Length(max=300)])
    consent = StringField(_l("With whose consent"), [InputRequired(_NEEDED), Length(max=300)])
    sent = TextAreaField(_l("What was sent"), [Length(max=4_000)], render_kw={"rows": 2})


class PassedOnForm(ActionForm):
    """What the other office made of it."""

    outcome = SelectField(_l("What became of it"), choices=lambda: choices(PassedOnOutcome))


class ReopenForm(ActionForm):
    """Why a lead is taken up again."""

    reason = StringField(
        _l("Why it is taken up again"), [InputRequired(_NEEDED), Length(max=1_000)]
    )


class RestrictForm(ActionForm):
    """Which team, and why."""

    team = SelectField(_l("Only this team sees it"), [InputRequired(_NEEDED)])
    reason = StringField(_l("Why it is confidential"), [InputRequired(_NEEDED), Length(max=1_000)])


class LiftForm(ActionForm):
    """Why it need not be confidential any more."""

    reason = StringField(
        _l("Why it is not confidential any more"), [InputRequired(_NEEDED), Length(max=1_000)]
    )


class ReassignForm(ActionForm):
    """To whom."""

    owner = SelectField(_l("New owner"))
