"""Forms of agreements, of figures, and of what is cited."""

import re
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional, ValidationError
from wtforms.widgets import CheckboxInput

from crm.errors import sentence
from crm.imports.countries import parse_country
from crm.imports.currencies import codes
from crm.imports.problems import ValueProblem
from crm.labels import LABELS, choices
from crm.organizations.choices import country_choices
from crm.web.fields import DayField, NumberField
from models.agreement import AgreementKind
from models.errors import DomainError
from models.measure import Precision, Qualifier

_OFTEN = ("CAD", "USD", "JPY", "KRW", "EUR")
_COMMAS = re.compile(r"[,;、，\n]+")


def precision_choices() -> list[tuple[str, Any]]:
    """How exactly a day may be known."""
    return [
        (precision.value, LABELS[Precision][precision])
        for precision in Precision
        if precision is not Precision.UNKNOWN
    ]


def currency_choices() -> list[tuple[str, Any]]:
    """Currencies by code, those of this office's work first; none is a choice."""
    others = sorted(set(codes()) - set(_OFTEN))
    return [("", _l("not known")), *((code, code) for code in (*_OFTEN, *others))]


def read_countries(text: str) -> tuple[str, ...]:
    """The codes of the countries that are listed, in any of the languages of names.

    Raises:
        ValueProblem: one of them is no country.
    """
    found = [parse_country(name) for part in _COMMAS.split(text) if (name := part.strip())]
    return tuple(dict.fromkeys(code for code in found if code is not None))


class CheckBoxes(SelectMultipleField):
    """Several of a few, as boxes to tick: the template goes through them."""

    option_widget = CheckboxInput()


class AgreementForm(FlaskForm):
    """What governments agreed or set, between whom, and since when."""

    kind = SelectField(_l("What it is"), choices=lambda: choices(AgreementKind))
    name = StringField(_l("Name"), [InputRequired(), Length(max=300)])
    short_name = StringField(_l("Short name"), [Optional(), Length(max=60)])
    countries = StringField(_l("Countries"), [Optional(), Length(max=1_000)])
    sectors = CheckBoxes(_l("Sectors"))
    scope = TextAreaField(_l("Scope"), [Optional(), Length(max=10_000)])
    signed_on = DayField(_l("Signed on"), [Optional()])
    signed_precision = SelectField(_l("Known to the"), choices=precision_choices)
    signed_as_printed = StringField(_l("The date as printed"), [Optional(), Length(max=200)])
    effective_on = DayField(_l("In force since"), [Optional()])
    effective_precision = SelectField(_l("Known to the"), choices=precision_choices)
    effective_as_printed = StringField(_l("The date as printed"), [Optional(), Length(max=200)])
    ends_on = DayField(_l("Ends on"), [Optional()])
    url = StringField(_l("Web address of the text"), [Optional(), Length(max=500)])
    note = TextAreaField(_l("Note"), [Optional(), Length(max=10_000)])

    def validate_countries(self, field: StringField) -> None:
        """Each of them is one."""
        try:
            read_countries(field.data or "")
        except ValueProblem as problem:
            error = DomainError(problem.message, field=None, **problem.params)
            raise ValidationError(sentence(error)) from problem


class FigureForm(FlaskForm):
    """A figure about a market."""

    title = StringField(_l("What is counted"), [InputRequired(), Length(max=300)])
    subject = StringField(_l("Of whom"), [Optional(), Length(max=300)])
    country = SelectField(_l("Market"), choices=country_choices, validators=[Optional()])
    sector = SelectField(_l("Sector"), validators=[Optional()])
    year = IntegerField(_l("Year"), [Optional()])
    qualifier = SelectField(
        _l("How the number is stated"),
        choices=lambda: [("", _l("as it stands, or no number")), *choices(Qualifier)],
        validators=[Optional()],
    )
    amount = NumberField(_l("Number"), [Optional()], places=None)
    upper = NumberField(_l("To (of a range)"), [Optional()], places=None)
    unit = StringField(_l("Counted in"), [Optional(), Length(max=60)])
    currency = SelectField(_l("Currency"), choices=currency_choices, validators=[Optional()])
    as_printed = StringField(_l("As printed"), [Optional(), Length(max=500)])
    source = StringField(_l("Source"), [Optional(), Length(max=500)])
    note = TextAreaField(_l("Note"), [Optional(), Length(max=10_000)])


class CiteForm(FlaskForm):
    """What a record cites, and why."""

    what = SelectField(_l("Agreement or figure"), [InputRequired()])
    note = StringField(_l("Why"), [Optional(), Length(max=500)])
