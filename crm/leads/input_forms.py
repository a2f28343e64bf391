"""Form fields for the table of inputs, and what was typed in them read as values of a lead."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import (
    BooleanField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from crm.labels import choices
from crm.leads.inputs import Input, InputKind
from crm.leads.list_queries import Options
from crm.leads.measures import amount_words, capex_of, jobs_of, jobs_words, read_amount, read_jobs
from crm.organizations.choices import country_choices
from crm.web.fields import DayField, NumberField
from models.errors import DomainError, N_
from models.lead import Lead, LeadSource
from models.measure import Precision, StatedDate
from models.organization import Sector
from models.user import Office, User

_CURRENCIES = ("CAD", "USD", "JPY", "KRW", "EUR", "GBP", "CNY", "TWD", "AUD", "CHF")
_LOOK_UPS: dict[InputKind, tuple[Any, Any]] = {
    InputKind.SECTOR: (Sector, Sector.code),
    InputKind.SOURCE: (LeadSource, LeadSource.code),
    InputKind.OFFICE: (Office, Office.public_id),
    InputKind.OWNER: (User, User.public_id),
}


@dataclass(frozen=True, slots=True)
class Offered:
    """What the selects of a form offer; `owners` as far as the actor may give a lead away."""

    options: Options
    owners: tuple[tuple[str, str], ...]
    currency: str | None = None


def fields_for(
    inputs: Iterable[Input], offered: Offered, *, needed: frozenset[str] = frozenset()
) -> dict[str, Any]:
    """The fields of a form class, in order; `needed` names inputs that must not stay empty."""
    fields: dict[str, Any] = {}
    for item in inputs:
        first = [InputRequired(_l("This is needed."))] if item.name in needed else [Optional()]
        fields |= _fields(item, offered, first)
    return fields


def _fields(item: Input, offered: Offered, first: list[Any]) -> dict[str, Any]:
    name, label, kind = item.name, item.label, item.kind
    if kind in (InputKind.LONG, InputKind.LINES):
        rows = {"rows": 3}
        return {name: TextAreaField(label, [*first, Length(max=item.longest)], render_kw=rows)}
    if kind is InputKind.DAY:
        return {name: DayField(label, first)}
    if kind is InputKind.STATED_DAY:
        exact = [code for code in choices(Precision) if code[0] != Precision.UNKNOWN.value]
        return {
            name: DayField(label, first),
            f"{name}_precision": _select(_l("Known to the"), exact),
        }
    if kind is InputKind.AMOUNT:
        blank = ("", _l("as written"))
        codes = dict.fromkeys((*_CURRENCIES, *filter(None, (offered.currency,))))
        return {
            name: StringField(label, [*first, Length(max=item.longest)]),
            f"{name}_currency": _select(_l("Currency"), [blank, *((code, code) for code in codes)]),
        }
    if kind is InputKind.PERCENT:
        return {name: NumberField(label, [*first, NumberRange(0, 100)])}
    if kind is InputKind.YES_NO:
        return {name: BooleanField(label, default=True)}
    if kind in (InputKind.TEXT, InputKind.JOBS):
        return {name: StringField(label, [*first, Length(max=item.longest)])}
    listed = _choices(item, offered)
    # What cannot be left open takes nothing but its codes: `Optional` would let "" through.
    return {name: _select(label, listed, first if listed[0][0] == "" else ())}


def _select(label: Any, choices: list[tuple[str, Any]], validators: Any = ()) -> SelectField:
    """A select whose first choice goes without saying, as it does in a browser."""
    return SelectField(label, validators, choices=choices, default=choices[0][0])


def _choices(item: Input, offered: Offered) -> list[tuple[str, Any]]:
    if item.kind is InputKind.COUNTRY:
        return country_choices()
    if item.kind is InputKind.CODE and item.codes is not None:
        blank = [] if item.name in ("lead_type", "direction") else [("", _l("not known"))]
        return [*blank, *choices(item.codes)]
    listed = {
        InputKind.SECTOR: offered.options.sectors,
        InputKind.SOURCE: offered.options.sources,
        InputKind.OFFICE: offered.options.offices,
        InputKind.OWNER: offered.owners,
    }[item.kind]
    blank_word = _l("nobody yet") if item.kind is InputKind.OWNER else _l("not known")
    return [("", blank_word), *listed]


def is_typed(form: Any, item: Input) -> bool:
    """Whether something was typed or chosen in an input."""
    data = form[item.name].data
    return data is not None and (not isinstance(data, str) or bool(data.strip()))


def read_values(session: Session, form: Any, inputs: Iterable[Input]) -> dict[str, Any]:
    """What was typed, as values named as in `LeadDetails`; an empty input is unknown.

    Raises:
        DomainError: words that cannot be read; `field` names the input.
    """
    values = {}
    for item in inputs:
        try:
            values[item.value_name] = _value(session, form, item)
        except DomainError as error:
            raise DomainError(error.message, field=item.name, **error.params) from error
    return values


def _value(session: Session, form: Any, item: Input) -> Any:
    data = form[item.name].data
    if isinstance(data, str):
        data = data.strip()
    if item.kind is InputKind.AMOUNT:
        return read_amount(data or "", form[f"{item.name}_currency"].data or None)
    if item.kind is InputKind.JOBS:
        return read_jobs(data or "")
    if item.kind is InputKind.YES_NO:
        return bool(data)
    if data is None or data == "":
        return None
    if item.kind is InputKind.STATED_DAY:
        return stated_date(data, form[f"{item.name}_precision"].data)
    if item.kind is InputKind.PERCENT:
        return float(data) / 100
    if item.kind is InputKind.CODE and item.codes is not None:
        return item.codes(data)
    if item.kind in _LOOK_UPS:
        return _look_up(session, item.kind, data)
    return data


def stated_date(day: date, precision: str | None) -> StatedDate:
    """A date to the precision chosen beside it; the first day of its period is kept."""
    known = Precision(precision or Precision.DAY)
    if known is Precision.MONTH:
        day = day.replace(day=1)
    elif known is Precision.QUARTER:
        day = day.replace(month=day.month - (day.month - 1) % 3, day=1)
    elif known is Precision.YEAR:
        day = day.replace(month=1, day=1)
    return StatedDate(day, known)


def _look_up(session: Session, kind: InputKind, code: str) -> int:
    cls, column = _LOOK_UPS[kind]
    found: int | None = session.scalar(sa.select(cls.id).where(column == code))
    if found is None:
        raise DomainError(N_("Choose one from the list."))
    return found


def filled(lead: Lead, inputs: Iterable[Input]) -> dict[str, Any]:
    """What stands on a lead, as a form shows it for editing."""
    data: dict[str, Any] = {}
    for item in inputs:
        data |= _filled(lead, item)
    return data


def _filled(lead: Lead, item: Input) -> Mapping[str, Any]:
    name = item.name
    if item.kind is InputKind.AMOUNT:
        measure = capex_of(lead)
        return {name: amount_words(measure), f"{name}_currency": measure.currency or ""}
    if item.kind is InputKind.JOBS:
        return {name: jobs_words(jobs_of(lead))}
    if item.kind is InputKind.STATED_DAY:
        precision = getattr(lead, f"{name}_precision")
        return {name: getattr(lead, f"{name}_on"), f"{name}_precision": precision or Precision.DAY}
    if item.kind is InputKind.PERCENT:
        return {name: None if lead.likelihood is None else round(lead.likelihood * 100, 1)}
    if item.kind in _LOOK_UPS:
        record = getattr(lead, name)
        _cls, column = _LOOK_UPS[item.kind]
        return {name: getattr(record, column.key) if record is not None else ""}
    value = getattr(lead, name)
    return {name: "" if value is None else value}


def not_offered(name: str | None) -> str:
    """How a choice is worded that is on file but not offered any more."""
    return _("%(name)s (not offered any more)", name=name or "")
