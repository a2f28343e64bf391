"""Forms of what hangs on an announcement: promises, sources, credit, delivery, the words."""

from typing import Any

from babel import Locale
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from crm.announcements.client_links import LINK_LANGUAGES
from crm.announcements.forms import precisions, yes_or_no
from crm.labels import LABELS, choices
from crm.web.fields import DayField, MomentField, NumberField
from models.commitment import ApprovalParty, CommitmentKind, ConfirmedBy, Credit, CreditRole
from models.document import ClaimKind
from models.measure import Qualifier

_LANGUAGES = ("en", "fr", "ja", "ko", "zh")
_LARGEST = 10**15
_MOST_JOBS = 10_000_000


def language_choices() -> list[tuple[str, Any]]:
    """The languages that announcements are printed in, called as the reader calls them."""
    names = (get_locale() or Locale("en")).languages
    return [("", _l("Not known")), *((code, names[code]) for code in _LANGUAGES)]


def link_language_choices() -> list[tuple[str, Any]]:
    """The languages that a client can be asked in."""
    names = (get_locale() or Locale("en")).languages
    return [(code, names[code]) for code in LINK_LANGUAGES]


def currency_choices() -> list[tuple[str, Any]]:
    """Currencies by their codes; nothing is taken for granted."""
    return [("", _l("Not stated")), *((code, code) for code in ("CAD", "USD", "JPY", "KRW", "EUR"))]


def _qualifiers() -> list[tuple[str, Any]]:
    return [("", _l("No number is stated")), *choices(Qualifier)]


def _credits() -> list[tuple[str, Any]]:
    return [("", _l("Not stated")), *choices(Credit)]


class CommitmentForm(FlaskForm):
    """One promise."""

    kind = SelectField(_l("What is promised"), choices=lambda: choices(CommitmentKind))
    text = StringField(_l("In our words"), [Optional(), Length(max=1_000)])
    qualifier = SelectField(
        _l("How the number is stated"), choices=_qualifiers, validators=[Optional()]
    )
    amount = NumberField(_l("Number"), [Optional(), NumberRange(max=_LARGEST)], places=None)
    upper = NumberField(
        _l("Up to (of a range)"), [Optional(), NumberRange(max=_LARGEST)], places=None
    )
    unit = StringField(_l("Counted in"), [Optional(), Length(max=60)])
    currency = SelectField(_l("Currency"), choices=currency_choices, validators=[Optional()])
    is_joint = SelectField(
        _l("Promised by both sides together"), choices=yes_or_no, validators=[Optional()]
    )
    as_printed = StringField(_l("As printed"), [Optional(), Length(max=1_000)])
    document = SelectField(_l("Printed in"), validators=[Optional()])


class SourceForm(FlaskForm):
    """One place where the event is printed."""

    outlet = StringField(_l("Outlet"), [Optional(), Length(max=300)])
    title = StringField(_l("Title of the text"), [Optional(), Length(max=500)])
    url = StringField(_l("Web address"), [Optional(), Length(max=500)])
    language = SelectField(_l("Language"), choices=language_choices, validators=[Optional()])
    published_on = DayField(_l("Published on"), [Optional()])
    published_precision = SelectField(
        _l("Known to the"), choices=precisions, validators=[Optional()]
    )
    published_as_printed = StringField(_l("The date as printed"), [Optional(), Length(max=200)])


class ClaimForm(FlaskForm):
    """What one source says."""

    source = SelectField(_l("Source"), [InputRequired()])
    topic = StringField(_l("On which point"), [Optional(), Length(max=60)])
    kind = SelectField(
        _l("What sort of statement"),
        choices=lambda: [(kind.value, LABELS[ClaimKind][kind]) for kind in ClaimKind],
    )
    text = StringField(_l("In our words"), [InputRequired(), Length(max=1_000)])
    quote = TextAreaField(_l("As printed"), [InputRequired(), Length(max=2_000)])


class CreditForm(FlaskForm):
    """Who introduced or helped."""

    role = SelectField(_l("What they did"), choices=lambda: choices(CreditRole))
    organization = StringField(_l("Organization"), [Optional(), Length(max=300)])
    office = SelectField(_l("Office of ours or of a partner"), validators=[Optional()])
    contact = SelectField(_l("Person"), validators=[Optional()])
    name = StringField(_l("Somebody who is not on file"), [Optional(), Length(max=300)])
    credit = SelectField(_l("Credit"), choices=_credits, validators=[Optional()])
    share_percent = NumberField(_l("Share, in percent"), [Optional()], places=None)
    text = StringField(_l("What they did, in our words"), [Optional(), Length(max=1_000)])
    quote = StringField(_l("As printed"), [Optional(), Length(max=1_000)])


class AskForm(FlaskForm):
    """In which language the client is asked."""

    language = SelectField(_l("Language of the client"), choices=link_language_choices)


class EvidenceForm(FlaskForm):
    """The client's e-mail or letter."""

    by = SelectField(
        _l("How it was confirmed"),
        choices=lambda: [
            item for item in choices(ConfirmedBy) if item[0] != ConfirmedBy.LINK.value
        ],
    )
    name = StringField(_l("Who confirmed it"), [InputRequired(), Length(max=200)])
    on = DayField(_l("Confirmed on"), [InputRequired()])
    words = TextAreaField(_l("In their words"), [Optional(), Length(max=2_000)])
    file = FileField(_l("The e-mail or the letter"))


class DeliveryForm(FlaskForm):
    """What had landed by one check."""

    checked_on = DayField(_l("Checked on"), [InputRequired()])
    landed_jobs = NumberField(
        _l("Jobs landed"), [Optional(), NumberRange(max=_MOST_JOBS)], places=0
    )
    landed_amount = NumberField(
        _l("Investment landed"), [Optional(), NumberRange(max=_LARGEST)], places=0
    )
    currency = SelectField(_l("Currency"), choices=currency_choices, validators=[Optional()])
    evidence = TextAreaField(_l("What proves it"), [Optional(), Length(max=2_000)])
    file = FileField(_l("A file that proves it"))


class DraftForm(FlaskForm):
    """One version of the words."""

    text = TextAreaField(_l("The words"), [InputRequired(), Length(max=50_000)])
    language = SelectField(_l("Language"), choices=language_choices, validators=[Optional()])


class ApprovalForm(FlaskForm):
    """What one party said of a version."""

    party = SelectField(_l("Who"), choices=lambda: choices(ApprovalParty))
    name = StringField(_l("Name of the person"), [Optional(), Length(max=200)])
    answer = SelectField(
        _l("What they said"),
        choices=lambda: [
            ("asked", _l("Asked, no answer yet")),
            ("agreed", _l("Agreed")),
            ("refused", _l("Refused")),
        ],
    )
    decided_at = MomentField(_l("When, in your time"), [Optional()])
    note = StringField(_l("A word on it"), [Optional(), Length(max=1_000)])


class NoteForm(FlaskForm):
    """Why it was held, or how it came out early."""

    note = TextAreaField(_l("What happened"), [Optional(), Length(max=2_000)])
