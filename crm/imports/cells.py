"""Reads the cells of one column, each different cell once."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial

from crm.imports.addresses import parse_email, parse_website
from crm.imports.amounts import parse_amount, parse_jobs, parse_meetings
from crm.imports.columns import ColumnMapping, ColumnMatch
from crm.imports.countries import parse_country
from crm.imports.currencies import parse_currency
from crm.imports.dates import find_date_order, parse_date
from crm.imports.problems import Notice, RowProblem, ValueProblem
from crm.imports.record_words import (
    parse_direction,
    parse_interaction_kind,
    parse_language,
    parse_list,
    parse_month,
    parse_phone,
    parse_roles,
    parse_seniority,
    parse_standing,
)
from crm.imports.table import Cell, Row, Table
from crm.imports.text import is_damaged, is_lost, parse_text
from crm.imports.vocabulary import (
    find_likelihood_scale,
    parse_lead_type,
    parse_likelihood,
    parse_stage,
    parse_stage_or_status,
    parse_status,
)
from models.errors import N_
from models.import_batch import BatchKind

_LOST = N_("The letters of this cell were replaced by question marks, so it counts as unknown.")
_DAMAGED = N_(
    "Some letters of “%(value)s” were replaced by question marks."
    " It is kept as it stands and is not compared with other names."
)
_NAMES = frozenset(
    {"company", "company_native", "contact_name", "code_name"}
    | {"name", "native_name", "kana_name", "printed_name", "organization", "organization_native"}
)

_SHORT, _LONG, _NOTES = 120, 1_000, 32_767
_LENGTHS = {
    "ref": _SHORT,
    "company": 300,
    "company_native": 300,
    "sector": _SHORT,
    "source": _SHORT,
    "owner": _SHORT,
    "by": _SHORT,
    "office": _SHORT,
    "code_name": _SHORT,
    "lost_to": _SHORT,
    "contact_name": _SHORT,
    "contact_title": _SHORT,
    "city": _SHORT,
    "next_action": _LONG,
    "reason": _LONG,
    **dict.fromkeys(("name", "native_name", "kana_name", "romaji_name", "brand_name"), 300),
    **dict.fromkeys(("short_name", "acronym", "organization"), 300),
    **dict.fromkeys(("organization_native", "obtained_from"), 300),
    **dict.fromkeys(("printed_name", "reading", "romanized_name"), 200),
    **dict.fromkeys(("native_title", "title", "department"), 200),
    **dict.fromkeys(("public_id", "organization_ref", "family_name", "given_name"), _SHORT),
    **dict.fromkeys(("jp_corporate_number", "kr_business_number", "kr_corporate_number"), 60),
    **dict.fromkeys(("ca_business_number", "lei", "edinet"), 60),
    "honorific": 40,
    "summary": 300,
    "next_step": 300,
    "place": 500,
}
_DATES = frozenset(
    {"first_contact_on", "stage_since", "closed_on", "last_contact_on"}
    | {"next_action_on", "target_on", "date", "next_step_on"}
)
_PARSERS: Mapping[str, Callable[[Cell], object]] = {
    "country": parse_country,
    "currency": parse_currency,
    "jobs": parse_jobs,
    "meetings_count": parse_meetings,
    "stage": parse_stage,
    "status": parse_status,
    "lead_type": parse_lead_type,
    "contact_email": parse_email,
    "website": parse_website,
    "email": parse_email,
    "phone": parse_phone,
    "language": parse_language,
    "seniority": parse_seniority,
    "roles": parse_roles,
    "kind": parse_interaction_kind,
    "direction": parse_direction,
    "fiscal_year_end": parse_month,
    "former_names": parse_list,
    "other_names": parse_list,
    "participants": parse_list,
    "number": parse_list,
    "parent": parse_list,
    "standing": parse_standing,
    "description": partial(parse_text, longest=5_000, lines=True),
    "notes": partial(parse_text, longest=_NOTES, lines=True),
    **{code: partial(parse_text, longest=longest) for code, longest in _LENGTHS.items()},
}


@dataclass(slots=True)
class ReadRow:
    """One row with the values of its cells, and what was wrong with the others."""

    number: int
    headers: Mapping[str, str]
    values: dict[str, object] = field(default_factory=dict)
    cells: dict[str, Cell] = field(default_factory=dict)
    failed: set[str] = field(default_factory=set)
    lost: set[str] = field(default_factory=set)
    damaged: set[str] = field(default_factory=set)
    problems: list[RowProblem] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)

    def fail(self, code: str, problem: ValueProblem) -> None:
        """Hold a mistake against a field, under its header as printed."""
        self.failed.add(code)
        header = self.headers.get(code, "")
        self.problems.append(RowProblem(self.number, header, problem.message, problem.params))

    def note(self, code: str, message: str, **params: object) -> None:
        """Tell how a cell was read, where that is worth a look."""
        self.notices.append(Notice(self.number, self.headers.get(code, ""), message, params))

    def is_sound(self, *codes: str) -> bool:
        """Whether none of these fields has a mistake already."""
        return self.failed.isdisjoint(codes)


class Column:
    """The parser of one column, settled by a first look at all its cells."""

    def __init__(self, match: ColumnMatch, kind: BatchKind, rows: Iterable[Row]) -> None:
        self.index = match.index
        self.field = match.field or ""
        self._parse = _settle(match, kind, [row.cells[match.index] for row in rows])
        self._known: dict[tuple[type, Cell], _Reading] = {}

    def read_into(self, row: ReadRow, cell: Cell) -> None:
        """Put the cell's value into the row, or what is wrong with it."""
        key = (type(cell), cell)
        reading = self._known.get(key)
        if reading is None:
            reading = self._known[key] = self._read(cell)
        row.cells[self.field] = cell
        row.values[self.field] = reading.value
        if reading.problem is not None:
            row.fail(self.field, reading.problem)
        elif reading.is_lost:
            row.lost.add(self.field)
            row.note(self.field, _LOST)
        elif reading.is_damaged:
            row.damaged.add(self.field)
            row.note(self.field, _DAMAGED, value=reading.value)

    def _read(self, cell: Cell) -> "_Reading":
        if is_lost(cell):
            return _Reading(is_lost=True)
        try:
            value = self._parse(cell)
        except ValueProblem as problem:
            return _Reading(problem=problem)
        is_broken = self.field in _NAMES and value is not None and is_damaged(cell)
        return _Reading(value, is_damaged=is_broken)


@dataclass(frozen=True, slots=True)
class _Reading:
    """What one cell came to."""

    value: object = None
    problem: ValueProblem | None = None
    is_lost: bool = False
    is_damaged: bool = False


def _settle(match: ColumnMatch, kind: BatchKind, cells: list[Cell]) -> Callable[[Cell], object]:
    code = match.field or ""
    if code in _DATES:
        return partial(parse_date, order=find_date_order(cells))
    if code == "capex":
        return partial(parse_amount, unit=match.unit)
    if code == "likelihood":
        return partial(parse_likelihood, scale=find_likelihood_scale(cells))
    if code == "stage" and kind is BatchKind.STAGES:
        return parse_stage_or_status
    return _PARSERS[code]


def read_cells(table: Table, mapping: ColumnMapping) -> Iterator[ReadRow]:
    """Every row's cells as values, the first step of reading rows of any kind.

    One after the other: all of them at once would take ten times the room of the file.
    """
    matches = [match for match in mapping.matches if match.field is not None]
    headers = {match.field or "": match.header for match in matches}
    columns = [Column(match, mapping.kind, table.rows) for match in matches]
    for row in table.rows:
        read = ReadRow(row.number, headers)
        for column in columns:
            column.read_into(read, row.cells[column.index])
        yield read


def table_notices(table: Table) -> list[Notice]:
    """What is worth knowing about the file as a whole; the row is that of its header."""
    if not table.is_repaired:
        return []
    return [
        Notice(
            table.header_row,
            "",
            N_(
                "Some characters of the file could not be read and stand as “%(sign)s”."
                " Save it as CSV UTF-8 or .xlsx to keep them."
            ),
            {"sign": "\ufffd"},
        )
    ]
