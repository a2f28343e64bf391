"""Forms of properties: one of them, and a list to bring in."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from crm.imports.amounts import in_currency, parse_amount
from crm.imports.currencies import codes
from crm.imports.problems import ValueProblem
from crm.labels import choices
from crm.properties.measures import AreaField, PowerField
from crm.properties.wording import problem_words
from crm.web.fields import DayField
from models.measure import Measure, Qualifier
from models.site_search import PropertyKind

_OFTEN = ("CAD", "USD", "JPY", "KRW", "EUR")


class PriceField(StringField):
    """One exact price; `measure` holds its amount, and the currency that stands with it."""

    measure = Measure()

    def pre_validate(self, form: Any) -> None:
        """Read it."""
        text = (self.data or "").strip()
        try:
            self.measure = in_currency(parse_amount(text), None, text) if text else Measure()
        except ValueProblem as problem:
            raise ValidationError(problem_words(problem)) from problem
        if self.measure.qualifier not in (None, Qualifier.EXACT):
            raise ValidationError(_("Write one number, or leave it empty."))


def currency_choices() -> list[tuple[str, Any]]:
    """Currencies by code, those of this office's work first; none is a choice."""
    others = sorted(set(codes()) - set(_OFTEN))
    return [("", _l("not known")), *((code, code) for code in (*_OFTEN, *others))]


class PropertyForm(FlaskForm):
    """One property, as its list or its owner describes it."""

    kind = SelectField(_l("What it is"), choices=lambda: choices(PropertyKind))
    name = StringField(_l("Name"), [InputRequired(), Length(max=300)])
    reference = StringField(_l("Reference"), [Optional(), Length(max=120)])
    address = StringField(_l("Address"), [Optional(), Length(max=300)])
    city = StringField(_l("City"), [Optional(), Length(max=300)])
    land = AreaField(_l("Land area"), [Length(max=60)])
    building = AreaField(_l("Building area"), [Length(max=60)])
    power = PowerField(_l("Electrical power"), [Length(max=60)])
    zoning = StringField(_l("Zoning"), [Optional(), Length(max=300)])
    price = PriceField(_l("Price"), [Length(max=60)])
    currency = SelectField(_l("Currency"), choices=currency_choices, validators=[Optional()])
    available_from = DayField(_l("Available from"), [Optional()])
    is_available = BooleanField(_l("Still available"))
    source = StringField(_l("Source"), [Optional(), Length(max=300)])
    as_of = DayField(_l("As of"), [Optional()])
    note = TextAreaField(_l("Note"), [Optional(), Length(max=10_000)])


class ListForm(FlaskForm):
    """A list of properties as a file."""

    file = FileField(_l("CSV file or Excel workbook (.xlsx)"))
    kind = RadioField(
        _l("A row that does not say what it is"),
        choices=lambda: [("", _l("is a mistake")), *choices(PropertyKind)],
        default="",
    )
