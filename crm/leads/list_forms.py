"""Forms of the list: what happens to several ticked leads at once."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Length

from crm.labels import choices
from models.lead import LossReason
from models.stage import Status

CLOSED_BY_US = Status.ABANDONED.value


def end_choices() -> list[tuple[str, Any]]:
    """Why leads end: the most frequent reason of all first, our own closing last."""
    reasons = sorted(choices(LossReason), key=lambda item: item[0] != LossReason.GONE_SILENT.value)
    return [
        ("", _l("Choose a reason")),
        *reasons,
        (CLOSED_BY_US, _l("Closed by us: we stop following it")),
    ]


class CloseSeveralForm(FlaskForm):
    """One reason for every ticked lead."""

    code = SelectField(_l("Reason"), [InputRequired(_l("Choose a reason."))], choices=end_choices)
    lost_to = StringField(_l("Which place won"), [Length(max=200)])
    reason = StringField(_l("Details"), [Length(max=1_000)])
