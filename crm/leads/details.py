"""What a door says of a lead: the one object that a form, an import row and the demo build."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from crm.organizations.plan import OrganizationDetails
from models.errors import DomainError, N_
from models.lead import ApprovalState, Direction, NdaDecision, PartyRole
from models.measure import UNKNOWN, Measure, StatedDate
from models.stage import LeadType


@dataclass(frozen=True, slots=True)
class LeadDetails:
    """Everything that can be said of a lead when it is opened, and changed afterwards.

    Field names are column names, except `capex`, `jobs`, `target` and `first_contact`, which
    stand for several columns each (see `columns_of`). Unknown is None.
    """

    organization_id: int | None = None
    company: OrganizationDetails | None = None
    code_name: str | None = None
    is_company_disclosed: bool = True
    reference: str | None = None
    lead_type: LeadType = LeadType.INVESTMENT
    direction: Direction = Direction.INTO_CANADA
    market: str | None = None
    sector_id: int | None = None
    source_id: int | None = None
    owner_id: int | None = None
    office_id: int | None = None
    partner_office_id: int | None = None
    capex: Measure = UNKNOWN
    jobs: Measure = UNKNOWN
    target: StatedDate | None = None
    likelihood: float | None = None
    first_contact: StatedDate | None = None
    need: str | None = None
    drivers: str | None = None
    timing: str | None = None
    competing_places: str | None = None
    requirements: str | None = None
    nda_decision: NdaDecision | None = None
    departments_met: str | None = None
    proposal_sent_on: date | None = None
    visit_held_on: date | None = None
    terms_discussed: str | None = None
    approval_state: ApprovalState | None = None
    approval_expected_on: date | None = None
    paper_signed_on: date | None = None
    paper_kind: str | None = None
    embargo_decided: str | None = None
    notes: str | None = None
    team_id: int | None = None
    confidentiality_reason: str | None = None
    parties: tuple[tuple[int, PartyRole], ...] = ()
    is_demo: bool = False


_NAMES = tuple(field.name for field in fields(LeadDetails))
_APART = frozenset(
    {"company", "capex", "jobs", "target", "first_contact", "parties", "team_id", "is_demo"}
)

# What an edit may change: everything but who may see it, which has its own commands.
EDITABLE = frozenset(_NAMES) - {
    "company",
    "parties",
    "team_id",
    "is_demo",
    "confidentiality_reason",
}


def all_columns(details: LeadDetails) -> dict[str, Any]:
    """The columns of a new lead."""
    return {
        **{name: getattr(details, name) for name in _NAMES if name not in _APART},
        **columns_of(
            {name: getattr(details, name) for name in ("capex", "jobs", "target", "first_contact")}
        ),
        "team_id": details.team_id,
        "is_demo": details.is_demo,
    }


def columns_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """Field values of the details as column values of `leads`."""
    columns: dict[str, Any] = {}
    for name, value in values.items():
        if name == "capex":
            columns.update(
                capex_amount=value.value,
                capex_upper=value.upper,
                capex_qualifier=value.qualifier,
                capex_currency=value.currency,
                capex_as_printed=value.as_printed,
            )
        elif name == "jobs":
            columns.update(
                jobs_count=value.value,
                jobs_upper=value.upper,
                jobs_qualifier=value.qualifier,
                jobs_as_printed=value.as_printed,
            )
        elif name in ("target", "first_contact"):
            columns[f"{name}_on"] = value.on if value else None
            columns[f"{name}_precision"] = value.precision if value else None
            columns[f"{name}_as_printed"] = value.as_printed if value else None
        else:
            columns[name] = value
    return columns


def check(details: LeadDetails, *, today: date) -> None:
    """Refuse details that no lead can have.

    Raises:
        DomainError: with the field that has to change.
    """
    if details.organization_id is None and details.company is None and not details.code_name:
        raise DomainError(N_("A lead needs a company or a code name."), field="company")
    check_values({name: getattr(details, name) for name in _NAMES}, today=today)


def check_values(values: Mapping[str, Any], *, today: date) -> None:
    """Refuse values that a lead cannot have, whether it is opened or edited.

    Raises:
        DomainError: with the field that has to change.
    """
    likelihood = values.get("likelihood")
    if likelihood is not None and not 0 <= likelihood <= 1:
        raise DomainError(N_("A likelihood is a percentage from 0 to 100."), field="likelihood")
    first = values.get("first_contact")
    if first is not None and first.on > today:
        raise DomainError(
            N_("The first contact lies in the future: plan a meeting instead."),
            field="first_contact",
        )
    for name in ("proposal_sent_on", "visit_held_on", "paper_signed_on"):
        day = values.get(name)
        if day is not None and day > today:
            raise DomainError(N_("This day lies in the future: it has not happened."), field=name)
