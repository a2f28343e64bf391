"""The form of a lead: short for a new one, the rest folded by the stage that needs it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, SelectField, StringField
from wtforms.validators import Length

from crm.leads.company import TypedCompany
from crm.leads.input_forms import Offered, fields_for, filled
from crm.leads.inputs import INPUTS, Input
from crm.leads.questions import ELSEWHERE, FIELD_BY_INPUT
from models.lead import Lead
from models.organization import Organization
from models.stage import STAGES, Requirement, StageCode
from models.user import Team

FIRST = (
    "code_name",
    "lead_type",
    "direction",
    "market",
    "sector",
    "source",
    "first_contact",
    "owner",
    "office",
    "capex",
    "jobs",
)
LAST = ("reference", "likelihood", "is_company_disclosed", "notes")
_INPUT_NAMES = tuple(name for name in INPUTS if name not in ELSEWHERE)


@dataclass(frozen=True, slots=True)
class Section:
    """Inputs that one stage needs, folded together; None for what no stage needs."""

    stage: StageCode | None
    inputs: tuple[Input, ...]


class LeadForm(FlaskForm):
    """The company, and who may see the lead; the rest comes from the table of inputs."""

    version = HiddenField()
    opened = HiddenField()
    organization = HiddenField()
    company = StringField(_l("Company"), [Length(max=300)])
    native_name = StringField(_l("Its name in its own script"), [Length(max=300)])
    is_other_company = BooleanField(_l("Another company of the same name"))
    team = SelectField(_l("Only this team sees it"), default="")
    confidentiality_reason = StringField(_l("Why it is confidential"), [Length(max=1_000)])

    def typed_company(self) -> TypedCompany:
        """What was said of the company."""
        return TypedCompany(
            public_id=(self.organization.data or "").strip() or None,
            name=(self.company.data or "").strip() or None,
            native_name=(self.native_name.data or "").strip() or None,
            country=self["market"].data or None,
            is_other=bool(self.is_other_company.data),
        )


def lead_form(
    offered: Offered,
    teams: Sequence[Team],
    *,
    lead: Lead | None = None,
    organization: Organization | None = None,
    **data: Any,
) -> LeadForm:
    """The form, filled from a lead, from a company on file, or with what was sent."""
    needed = frozenset() if lead is not None else frozenset({"first_contact"})
    fields = fields_for((INPUTS[name] for name in _INPUT_NAMES), offered, needed=needed)
    cls: Any = type("LeadForm", (LeadForm,), fields)
    if lead is not None:
        data |= filled(lead, every_input())
        data |= {"version": str(lead.version), "opened": _as_opened(lead)}
    if organization is not None:
        data |= {"organization": organization.public_id, "market": organization.country or ""}
    form: LeadForm = cls(data=data)
    form.team.choices = [("", _l("Everybody in the office"))] + [
        (team.public_id, team.name) for team in teams
    ]
    return form


def keep_untouched(form: LeadForm, lead: Lead) -> frozenset[str]:
    """Let what the person did not touch follow the lead, which changed since the form was opened.

    What they did change stays theirs; returned is what somebody else changed as well.
    """
    both = set()
    opened = _read_opened(form)
    form.version.data, form.opened.data = str(lead.version), _as_opened(lead)
    for name, value in filled(lead, every_input()).items():
        field = form[name]
        typed = " ".join(field.raw_data) if field.raw_data else str(field.data or "")
        if opened.get(name) == str("" if value is None else value):
            continue
        if typed == opened.get(name):
            field.data, field.raw_data = value, None
        else:
            both.add(name)
    return frozenset(both)


def _read_opened(form: LeadForm) -> dict[str, Any]:
    """What the fields held when the form was opened; nothing where that cannot be told."""
    try:
        opened = json.loads(form.opened.data or "{}")
    except (ValueError, RecursionError):
        return {}
    return opened if isinstance(opened, dict) else {}


def _as_opened(lead: Lead) -> str:
    shown = filled(lead, every_input())
    return json.dumps({name: "" if value is None else str(value) for name, value in shown.items()})


def every_input() -> list[Input]:
    """The inputs of the form, in order."""
    return [INPUTS[name] for name in _INPUT_NAMES]


def sections(requirements: Sequence[Requirement]) -> list[Section]:
    """The folded inputs, by the stage that needs them."""
    stages = needed_for(requirements)
    apart = frozenset((*FIRST, *LAST))
    found: dict[StageCode | None, list[Input]] = {}
    for item in every_input():
        if item.name not in apart:
            found.setdefault(stages.get(item.name), []).append(item)
    found.setdefault(None, []).extend(INPUTS[name] for name in LAST)
    order = (*STAGES, None)
    return [Section(stage, tuple(found[stage])) for stage in order if stage in found]


def needed_for(requirements: Sequence[Requirement]) -> Mapping[str, StageCode]:
    """For each input, the first stage that needs it."""
    by_field = {item.field: item.stage for item in reversed(requirements)}
    return {name: by_field[field] for name, field in FIELD_BY_INPUT.items() if field in by_field}


def changed_inputs(form: LeadForm, lead: Lead) -> list[Input]:
    """The inputs that do not say any more what stands on the lead."""
    return [
        item
        for item in every_input()
        if any(
            _plain(form[name].data) != _plain(value) for name, value in filled(lead, [item]).items()
        )
    ]


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        # An enumeration's code and what a select sends are one text; line ends differ by browser.
        return str(getattr(value, "value", value)).replace("\r\n", "\n").strip() or None
    return float(value) if hasattr(value, "as_integer_ratio") else value
