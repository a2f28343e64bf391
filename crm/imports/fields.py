"""The fields of a lead row and of a stage-change row, with the names that columns bear."""

from collections.abc import Iterable
from dataclasses import dataclass

from crm.imports.text import key
from crm.imports.words import listed, read_words
from models.errors import N_
from models.import_batch import BatchKind


@dataclass(frozen=True, slots=True)
class Field:
    """One field that a column can hold: its code, which files have it, and its names."""

    code: str
    label: str
    kinds: frozenset[BatchKind]
    names: tuple[str, ...]
    is_required: bool = False


_NAMES = read_words("headers")


def _field(
    code: str, label: str, kinds: Iterable[BatchKind], *, is_required: bool = False
) -> Field:
    names = (code, *listed(_NAMES[code]))
    if code == "by":
        names += listed(_NAMES["owner"])
    return Field(code, label, frozenset(kinds), names, is_required)


_LEADS = (BatchKind.LEADS,)
_STAGES = (BatchKind.STAGES,)
_BOTH = (BatchKind.LEADS, BatchKind.STAGES)

FIELDS: tuple[Field, ...] = (
    _field("ref", N_("Reference"), _BOTH),
    _field("company", N_("Company"), _LEADS),
    _field("company_native", N_("Company (local name)"), _LEADS),
    _field("country", N_("Country"), _LEADS),
    _field("sector", N_("Sector"), _LEADS),
    _field("source", N_("Source"), _LEADS),
    _field("owner", N_("Owner"), _LEADS),
    _field("office", N_("Office"), _LEADS),
    _field("lead_type", N_("Type"), _LEADS),
    _field("code_name", N_("Code name"), _LEADS),
    _field("first_contact_on", N_("First contact"), _LEADS, is_required=True),
    _field("stage", N_("Stage"), _BOTH),
    _field("stage_since", N_("Stage since"), _LEADS),
    _field("status", N_("Status"), _LEADS),
    _field("closed_on", N_("Closed on"), _LEADS),
    _field("reason", N_("Reason"), _BOTH),
    _field("lost_to", N_("Lost to"), _BOTH),
    _field("capex", N_("Investment"), _LEADS),
    _field("currency", N_("Currency"), _LEADS),
    _field("jobs", N_("Jobs"), _LEADS),
    _field("meetings_count", N_("Meetings"), _LEADS),
    _field("last_contact_on", N_("Last contact"), _LEADS),
    _field("next_action", N_("Next action"), _LEADS),
    _field("next_action_on", N_("Next action on"), _LEADS),
    _field("target_on", N_("Target date"), _LEADS),
    _field("likelihood", N_("Likelihood (own estimate)"), _LEADS),
    _field("notes", N_("Notes"), _LEADS),
    _field("contact_name", N_("Contact"), _LEADS),
    _field("contact_title", N_("Contact's title"), _LEADS),
    _field("contact_email", N_("Contact's e-mail"), _LEADS),
    _field("website", N_("Website"), _LEADS),
    _field("city", N_("City"), _LEADS),
    _field("date", N_("Date"), _STAGES, is_required=True),
    _field("by", N_("By"), _STAGES),
)

FIELD_BY_CODE = {field.code: field for field in FIELDS}


def header_key(header: str) -> str:
    """The header for comparing. A lone "#" is a number's header, and would else vanish."""
    return key(header) or header.strip()
