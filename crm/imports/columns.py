"""Which column holds which field: by name, by synonym, or as a person says."""

import enum
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz, process

from crm.imports.amounts import NO_UNIT, ColumnUnit, read_column_unit
from crm.imports.choices import resolve_choices
from crm.imports.fields import fields_of, header_key
from models.errors import DomainError, N_
from models.import_batch import BatchKind

_CLOSE_ENOUGH = 90
_SHORTEST_CLOSE = 6
_LONGEST_HEADER = 100
_COMPANY = frozenset({"company", "company_native"})
# In the order in which a file is taken for one of them where its headers would do for several.
_RECORDS = (BatchKind.INTERACTIONS, BatchKind.CONTACTS, BatchKind.ORGANIZATIONS)
# Without a column of each of these groups no row can be read; the first stands for its group.
_NEEDED: Mapping[BatchKind, tuple[tuple[str, ...], ...]] = {
    BatchKind.LEADS: (("company", "company_native", "code_name"),),
    BatchKind.STAGES: (("ref",), ("stage",)),
    BatchKind.ORGANIZATIONS: (("name", "native_name", "romaji_name", "brand_name"),),
    BatchKind.CONTACTS: (("printed_name", "native_name", "family_name", "romanized_name"),),
    BatchKind.INTERACTIONS: (
        ("organization", "ref", "organization_native", "public_id"),
        ("summary", "notes"),
    ),
}

_PARTS = re.compile(r"[/\n()（）\[\]【】「」|・:：]| - ")
_BRACKETS = re.compile(r"(.+?)\s*[(（\[【](.+?)[)）\]】]\s*")
_LAST_WORDS = re.compile(r"[\s,:：、]+")


class MatchedBy(enum.StrEnum):
    """How a header came to its field."""

    NAME = "name"
    PART = "part"
    SPELLING = "spelling"
    PERSON = "person"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class ColumnMatch:
    """One header and the field it holds, or None.

    `unit` is what the header of an amount says about its bare numbers.
    """

    index: int
    header: str
    field: str | None
    by: MatchedBy
    unit: ColumnUnit = NO_UNIT


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """The fields of a file's columns, in the order of the file; a field stands at most once."""

    kind: BatchKind
    matches: tuple[ColumnMatch, ...]

    def find(self, field: str) -> ColumnMatch | None:
        """The column that holds a field."""
        return next((match for match in self.matches if match.field == field), None)

    @property
    def unmatched(self) -> tuple[str, ...]:
        """The headers that hold no field."""
        return tuple(match.header for match in self.matches if match.field is None and match.header)

    @property
    def missing(self) -> tuple[str, ...]:
        """The fields without which no row can be read; "company" stands for any name at all."""
        found = {match.field for match in self.matches}
        missing = [
            field.code
            for field in fields_of(self.kind).values()
            if field.is_required and field.code not in found
        ]
        missing += [codes[0] for codes in _NEEDED[self.kind] if found.isdisjoint(codes)]
        return tuple(missing)

    @property
    def is_complete(self) -> bool:
        """Whether every column is there without which no row can be read."""
        return not self.missing

    @property
    def found_count(self) -> int:
        """How many columns hold a field."""
        return sum(1 for match in self.matches if match.field is not None)

    def as_dict(self) -> dict[str, str | None]:
        """Header to field code, as `mapping_from_json` reads it."""
        return {match.header: match.field for match in self.matches if match.header}

    def require_complete(self) -> None:
        """Raise the sentence that names the first column that is missing."""
        for code in self.missing:
            headers = ", ".join(f"“{match.header}”" for match in self.matches if match.header)
            raise DomainError(_MISSING[code], headers=headers[:600])


_MISSING = {
    "first_contact_on": N_(
        "The file has no column for the first contact. Give one the header “First contact”,"
        " or say which column it is. Headers found: %(headers)s."
    ),
    "company": N_(
        "The file has no column for the company. Give one the header “Company”,"
        " or say which column it is. Headers found: %(headers)s."
    ),
    "ref": N_(
        "The file has no column for the lead's reference. Give one the header “Ref”,"
        " or say which column it is. Headers found: %(headers)s."
    ),
    "stage": N_(
        "The file has no column for the stage. Give one the header “Stage”,"
        " or say which column it is. Headers found: %(headers)s."
    ),
    "date": N_(
        "The file has no column for the date of the change. Give one the header “Date”,"
        " or say which column it is. Headers found: %(headers)s."
    ),
    "name": N_(
        "The file has no column for the organization's name. Give one the header “Name”,"
        " or say which column it is. Headers found: %(headers)s."
    ),
    "printed_name": N_(
        "The file has no column for the person's name. Give one the header “Name”,"
        " or say which column it is. Headers found: %(headers)s."
    ),
    "organization": N_(
        "The file has no column for the lead's reference or the organization. Give one the header"
        " “Lead” or “Organization”, or say which column it is. Headers found: %(headers)s."
    ),
    "summary": N_(
        "The file has no column for what was said. Give one the header “Summary”,"
        " or say which column it is. Headers found: %(headers)s."
    ),
}


@lru_cache(maxsize=8)
def _fields_by_name(kind: BatchKind) -> dict[str, str]:
    """Each known name of a kind of file with its field.

    A name listed under two fields would silently go to one of them; a test holds that none is.
    """
    return {
        header_key(name): field.code for field in fields_of(kind).values() for name in field.names
    }


def match_columns(
    headers: Sequence[str], kind: BatchKind, chosen: Mapping[str, str | None] | None = None
) -> ColumnMapping:
    """The field of each header; what a person has chosen comes first.

    Of two headers with the same field, the one matched more surely has it, then the first.
    """
    fixed = resolve_choices(headers, kind, chosen or {})
    found: dict[int, ColumnMatch] = {}
    taken: set[str] = set()
    for index, field in fixed.items():
        unit = _split_unit(headers[index])[1] if field == "capex" else NO_UNIT
        found[index] = ColumnMatch(index, headers[index], field, MatchedBy.PERSON, unit)
        taken.update({field} if field else ())
    for step in (_by_name, _by_part, _by_spelling):
        for index, header in enumerate(headers):
            if index in found:
                continue
            match = step(index, header, kind)
            if match is not None and match.field not in taken:
                found[index] = match
                taken.add(match.field or "")
    return ColumnMapping(
        kind,
        tuple(
            found.get(index) or ColumnMatch(index, header, None, MatchedBy.NOTHING)
            for index, header in enumerate(headers)
        ),
    )


def count_known(cells: Iterable[str]) -> int:
    """How many fields the cells of a row would name if it were the header row."""
    best = 0
    listed = [cell for cell in cells if cell and len(cell) <= _LONGEST_HEADER]
    for kind in BatchKind:
        matches = (_by_name(0, cell, kind) or _by_part(0, cell, kind) for cell in listed)
        best = max(best, len({match.field for match in matches if match is not None}))
    return best


def guess_kind(headers: Sequence[str]) -> BatchKind:
    """What a row of this file is: what has every column it needs, and most of the file's.

    A stage-change file has a reference, a stage and a date, and tells nothing else of the lead.
    """
    found = {kind: match_columns(headers, kind) for kind in BatchKind}
    leads = found[BatchKind.LEADS]
    if leads.is_complete:
        return BatchKind.LEADS
    only_leads = {match.field for match in leads.matches} & {
        "company",
        "company_native",
        "first_contact_on",
        "country",
        "capex",
        "jobs",
        "sector",
    }
    if found[BatchKind.STAGES].is_complete and not only_leads:
        return BatchKind.STAGES
    records = [found[kind] for kind in _RECORDS if found[kind].is_complete]
    best = max(records, key=lambda mapping: mapping.found_count, default=leads)
    return best.kind if best.found_count >= leads.found_count else BatchKind.LEADS


def mapping_from_json(text: str) -> dict[str, str | None]:
    """A mapping file: a JSON object of header to field code, null for a column to leave out."""
    try:
        content = json.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError) as error:
        raise DomainError(
            N_('The mapping is not JSON. Write it as {"Header": "field", "Other header": null}.')
        ) from error
    if not isinstance(content, dict) or not all(
        value is None or isinstance(value, str) for value in content.values()
    ):
        raise DomainError(
            N_(
                "The mapping has to be one JSON object whose values are field names or null,"
                ' such as {"Header": "field", "Other header": null}.'
            )
        )
    return content


def _by_name(index: int, header: str, kind: BatchKind) -> ColumnMatch | None:
    names = _fields_by_name(kind)
    field = names.get(header_key(header))
    if field is not None:
        return ColumnMatch(index, header, field, MatchedBy.NAME)
    base, unit = _split_unit(header)
    if unit is not NO_UNIT and names.get(header_key(base)) == "capex":
        return ColumnMatch(index, header, "capex", MatchedBy.NAME, unit)
    return None


def _by_part(index: int, header: str, kind: BatchKind) -> ColumnMatch | None:
    """A header in two languages, or with a remark in brackets: its parts must agree."""
    names = _fields_by_name(kind)
    if len(header) > _LONGEST_HEADER:
        return None
    parts = [header_key(part) for part in _PARTS.split(header) if part.strip()]
    if len(parts) < 2:
        return None
    found = {names[part] for part in parts if part in names}
    if len(found) > 1 and found <= _COMPANY:
        found = {"company"}
    return ColumnMatch(index, header, found.pop(), MatchedBy.PART) if len(found) == 1 else None


def _by_spelling(index: int, header: str, kind: BatchKind) -> ColumnMatch | None:
    """A slip of the pen in a Latin header. In kanji or Hangul one letter is another word."""
    wanted = header_key(header)
    if not _SHORTEST_CLOSE <= len(wanted) <= _LONGEST_HEADER or not wanted.isascii():
        return None
    best = process.extractOne(
        wanted, list(_fields_by_name(kind)), scorer=fuzz.ratio, score_cutoff=_CLOSE_ENOUGH
    )
    if best is None:
        return None
    return ColumnMatch(index, header, _fields_by_name(kind)[best[0]], MatchedBy.SPELLING)


def _split_unit(header: str) -> tuple[str, ColumnUnit]:
    """The header without the unit it states, and that unit: "Capex (CAD M)", 投資額 百万円."""
    if len(header) > _LONGEST_HEADER:
        return header, NO_UNIT
    bracketed = _BRACKETS.fullmatch(header)
    if bracketed is not None:
        unit = read_column_unit(bracketed[2])
        return (bracketed[1], unit) if unit is not None else (header, NO_UNIT)
    for gap in _LAST_WORDS.finditer(header.strip()):
        unit = read_column_unit(header.strip()[gap.end() :])
        if unit is not None:
            return header.strip()[: gap.start()], unit
    return header, NO_UNIT
