"""Which plain fields of a lead on file a row changes: only cells that are filled in count."""

from dataclasses import replace
from typing import Any

from crm.imports.lead_rows import LeadRow
from crm.imports.leads_on_file import LeadFacts
from crm.imports.look_ups import Known, ListKind, LookUps, NewName
from crm.imports.plan import Reading
from crm.imports.problems import RowProblem
from crm.imports.vocabulary import Likelihood
from models.errors import N_
from models.measure import Measure, StatedDate

# The middle of what officers mean by each word.
_BANDS = {"low": 0.2, "medium": 0.5, "high": 0.8}
_NAMED = (
    ("owner", "owner_id", ListKind.OWNERS),
    ("sector", "sector_id", ListKind.SECTORS),
    ("source", "source_id", ListKind.SOURCES),
    ("office", "office_id", ListKind.OFFICES),
)


def chance_of(likelihood: Likelihood | None) -> float | None:
    """An officer's estimate as a chance; a word stands for the middle of its band."""
    if likelihood is None:
        return None
    return likelihood.chance if likelihood.band is None else _BANDS[likelihood.band]


def changed_fields(row: LeadRow, lead: LeadFacts, look_ups: LookUps) -> dict[str, Any]:
    """The fields, named as in `LeadDetails`, to which the row gives another value."""
    said: dict[str, Any] = {
        "market": row.country,
        "lead_type": row.lead_type,
        "likelihood": chance_of(row.likelihood),
        "notes": row.notes,
    }
    if "code_name" not in row.damaged:
        said["code_name"] = row.code_name
    edits = {
        name: value for name, value in said.items() if value is not None and value != lead[name]
    }
    for name, column, kind in _NAMED:
        known: Known | None = look_ups.find(kind, getattr(row, name))
        if known is not None and known != lead[column]:
            edits[column] = known
    capex = _changed_measure(row.capex, _measure(lead, "capex", "amount"))
    if capex is not None:
        edits["capex"] = capex
    jobs = _changed_measure(row.jobs, _measure(lead, "jobs", "count"))
    if jobs is not None:
        edits["jobs"] = jobs
    for name, stated in (("target", row.target_on), ("first_contact", row.first_contact_on)):
        if stated is not None and _differs(stated, lead, name):
            edits[name] = stated
    return edits


def owner_problem(
    edits: dict[str, Any], row: int, lead: LeadFacts, reading: Reading
) -> RowProblem | None:
    """The mistake of giving away a lead without the right to."""
    actor = reading.actor
    if "owner_id" not in edits or actor.may_direct:
        return None
    owner = edits["owner_id"]
    if lead["owner_id"] is None and not isinstance(owner, NewName) and owner == actor.id:
        return None
    return reading.problem(row, "owner", N_("Only a manager gives a lead to somebody else."))


def _measure(lead: LeadFacts, name: str, number: str) -> Measure:
    return Measure(
        lead[f"{name}_{number}"],
        lead[f"{name}_qualifier"],
        lead[f"{name}_upper"],
        lead.get(f"{name}_currency"),
        lead[f"{name}_as_printed"],
    )


def _changed_measure(said: Measure, known: Measure) -> Measure | None:
    """The measure to keep, or None where the cell says nothing new.

    An empty amount beside a currency says which currency the known amount is in, and an empty
    currency beside an amount leaves the one on file.
    """
    if said.qualifier is None:
        if said.currency is None or said.currency == known.currency:
            return None
        return replace(known, currency=said.currency)
    merged = replace(said, currency=said.currency or known.currency)
    is_same = (merged.value, merged.upper, merged.qualifier, merged.currency) == (
        known.value,
        known.upper,
        known.qualifier,
        known.currency,
    )
    return None if is_same else merged


def _differs(stated: StatedDate, lead: LeadFacts, name: str) -> bool:
    return (stated.on, stated.precision) != (lead[f"{name}_on"], lead[f"{name}_precision"])
