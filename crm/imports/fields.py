"""The fields that the rows of each kind of file have, with the names that columns bear."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

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


def header_key(header: str) -> str:
    """The header for comparing. A lone "#" is a number's header, and would else vanish."""
    return key(header) or header.strip()


_NAMES = read_words("headers")
_RECORDS: Mapping[str, Mapping[str, Mapping[str, Any]]] = read_words("records")


def _field(
    code: str, label: str, kinds: Iterable[BatchKind], *, is_required: bool = False
) -> Field:
    names = (code, *listed(_NAMES[code]))
    if code == "by":
        names += listed(_NAMES["owner"])
    return Field(code, label, frozenset(kinds), names, is_required)


def _of_kind(
    kind: BatchKind, *labels: tuple[str, str], required: Iterable[str] = ()
) -> tuple[Field, ...]:
    """The fields of a kind of records.

    What a field takes over from the leads' words yields to names of its kind's own.
    """
    words = _RECORDS[kind.value]
    own = {
        code: (code, *listed({name: found for name, found in words[code].items() if name != "as"}))
        for code, _label in labels
    }
    taken = {header_key(name) for names in own.values() for name in names}
    return tuple(
        Field(
            code,
            label,
            frozenset({kind}),
            own[code] + _taken_over(words[code].get("as"), taken),
            code in required,
        )
        for code, label in labels
    )


def _taken_over(code: str | None, taken: set[str]) -> tuple[str, ...]:
    names = listed(_NAMES[code]) if code is not None else ()
    free = tuple(name for name in names if header_key(name) not in taken)
    taken.update(header_key(name) for name in free)
    return free


_LEADS = (BatchKind.LEADS,)
_STAGES = (BatchKind.STAGES,)
_BOTH = (BatchKind.LEADS, BatchKind.STAGES)
_PUBLIC_ID = ("public_id", N_("Public ID"))

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
    *_of_kind(
        BatchKind.ORGANIZATIONS,
        ("ref", N_("Reference")),
        _PUBLIC_ID,
        ("name", N_("Official English name")),
        ("native_name", N_("Name in its own script")),
        ("kana_name", N_("Kana reading")),
        ("romaji_name", N_("Romaji")),
        ("brand_name", N_("Brand")),
        ("short_name", N_("Short name")),
        ("acronym", N_("Acronym")),
        ("former_names", N_("Former names")),
        ("other_names", N_("Other names")),
        ("country", N_("Country")),
        ("city", N_("City")),
        ("sector", N_("Sector")),
        ("website", N_("Website")),
        ("roles", N_("Roles")),
        ("number", N_("Corporate number")),
        ("jp_corporate_number", N_("Japanese corporate number")),
        ("kr_business_number", N_("Korean business number")),
        ("kr_corporate_number", N_("Korean corporate number")),
        ("ca_business_number", N_("Canadian business number")),
        ("lei", N_("LEI")),
        ("edinet", N_("EDINET code")),
        ("parent", N_("Parent")),
        ("fiscal_year_end", N_("Fiscal year end")),
        ("description", N_("Description")),
        ("notes", N_("Notes")),
    ),
    *_of_kind(
        BatchKind.CONTACTS,
        _PUBLIC_ID,
        ("organization", N_("Organization")),
        ("organization_native", N_("Organization (local name)")),
        ("organization_ref", N_("Organization ref")),
        ("printed_name", N_("Name as printed")),
        ("family_name", N_("Family name")),
        ("given_name", N_("Given name")),
        ("native_name", N_("Name in its own script")),
        ("reading", N_("How it is read")),
        ("romanized_name", N_("Romanized name")),
        ("honorific", N_("Form of address")),
        ("native_title", N_("Title in its own script")),
        ("title", N_("Title")),
        ("department", N_("Department")),
        ("seniority", N_("How high they stand")),
        ("email", N_("E-mail")),
        ("phone", N_("Telephone")),
        ("language", N_("Language")),
        ("obtained_from", N_("Where it is from")),
        ("notes", N_("Notes")),
    ),
    *_of_kind(
        BatchKind.INTERACTIONS,
        _PUBLIC_ID,
        ("ref", N_("Lead reference")),
        ("organization", N_("Organization")),
        ("organization_native", N_("Organization (local name)")),
        ("kind", N_("Kind")),
        ("standing", N_("Standing")),
        ("date", N_("Date")),
        ("participants", N_("With whom")),
        ("summary", N_("Summary")),
        ("notes", N_("Notes")),
        ("direction", N_("Direction")),
        ("language", N_("Language")),
        ("place", N_("Place")),
        ("next_step", N_("Next step")),
        ("next_step_on", N_("Next step by")),
        ("by", N_("By")),
        required=("date",),
    ),
)

FIELD_BY_CODE = {field.code: field for field in reversed(FIELDS)}
"""A field by its code: where several kinds of files have one of this code, the first of them."""


@lru_cache(maxsize=8)
def fields_of(kind: BatchKind) -> dict[str, Field]:
    """The fields that a row of this kind of file has, by code."""
    return {field.code: field for field in FIELDS if kind in field.kinds}
