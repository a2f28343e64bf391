"""Forms of organizations and of what hangs on them."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput

from crm.labels import choices
from crm.web.fields import DayField, NumberField
from models.organization import (
    IdentifierScheme,
    NameKind,
    OrganizationRole,
    RelationKind,
    SiteRole,
)

EMPTY_ROWS = 2


def _blank(word: Any, enumeration: Any) -> list[tuple[str, Any]]:
    return [("", word), *choices(enumeration)]


class CheckBoxes(SelectMultipleField):
    """Several of a few, as boxes to tick: the template goes through them."""

    option_widget = CheckboxInput()


class NameRow(Form):
    """One further name: what it is follows from its script where nobody says."""

    text = StringField(_l("Name"), [Optional(), Length(max=300)])
    kind = SelectField(
        _l("What it is"),
        choices=lambda: _blank(_l("as its script says"), NameKind),
        default="",
    )
    language = SelectField(_l("Language"), validate_choice=False, default="")
    source = StringField(_l("Where it is from"), [Optional(), Length(max=300)])


class OrganizationForm(FlaskForm):
    """An organization with all its names."""

    name = StringField(_l("Name in Latin letters"), [Optional(), Length(max=300)])
    native_name = StringField(_l("Name in its own script"), [Optional(), Length(max=300)])
    roles = CheckBoxes(_l("What it is to the office"), choices=lambda: choices(OrganizationRole))
    country = SelectField(_l("Country"), default="")
    city = StringField(_l("City"), [Optional(), Length(max=120)])
    sector = SelectField(_l("Sector"), default="")
    website = StringField(_l("Website"), [Optional(), Length(max=500)])
    fiscal_year_end_month = SelectField(_l("Fiscal year ends in"), default="")
    reference = StringField(_l("Our reference"), [Optional(), Length(max=120)])
    description = TextAreaField(_l("About it"), [Optional(), Length(max=5000)])
    is_placeholder = BooleanField(_l("Not named: it stands for one that a text leaves unnamed"))
    names = FieldList(FormField(NameRow), max_entries=60)


class NameForm(FlaskForm):
    """One more name. The small forms stand on one page, so their fields have ids of their own."""

    text = StringField(_l("Name"), [InputRequired(), Length(max=300)], id="name-text")
    kind = SelectField(
        _l("What it is"),
        choices=lambda: _blank(_l("as its script says"), NameKind),
        default="",
        id="name-kind",
    )
    language = SelectField(_l("Language"), default="", id="name-language")
    source = StringField(_l("Where it is from"), [Optional(), Length(max=300)], id="name-source")
    valid_from = DayField(_l("Borne since"), [Optional()], id="name-valid_from")
    valid_to = DayField(_l("Borne until"), [Optional()], id="name-valid_to")


class IdentifierForm(FlaskForm):
    """A number of a public register."""

    scheme = SelectField(
        _l("Register"), choices=lambda: choices(IdentifierScheme), id="identifier-scheme"
    )
    value = StringField(_l("Number"), [InputRequired(), Length(max=40)], id="identifier-value")
    source = StringField(
        _l("Where it is from"), [Optional(), Length(max=300)], id="identifier-source"
    )


class RelationForm(FlaskForm):
    """How this organization stands to another."""

    kind = SelectField(
        _l("This organization is"), choices=lambda: choices(RelationKind), id="relation-kind"
    )
    other = StringField(
        _l("Other organization"), [InputRequired(), Length(max=300)], id="relation-other"
    )
    share_percent = NumberField(
        _l("Share in percent"), [Optional()], places=None, id="relation-share_percent"
    )
    valid_from = DayField(_l("Since"), [Optional()], id="relation-valid_from")


class SiteForm(FlaskForm):
    """A facility in the office's area."""

    role = SelectField(
        _l("What it is"),
        choices=lambda: _blank(_l("not known"), SiteRole),
        default="",
        id="site-role",
    )
    name = StringField(_l("Called"), [Optional(), Length(max=300)], id="site-name")
    city = StringField(_l("City"), [Optional(), Length(max=120)], id="site-city")
    region = StringField(_l("Province or region"), [Optional(), Length(max=120)], id="site-region")
    country = SelectField(_l("Country"), default="", id="site-country")
    opened_on = DayField(_l("Opened on"), [Optional()], id="site-opened_on")
    jobs = StringField(_l("Jobs"), [Optional(), Length(max=100)], id="site-jobs")
