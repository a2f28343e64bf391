"""Contact rows: from a table to typed people, and every mistake with its row."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from crm.imports.cells import ReadRow, read_cells, table_notices
from crm.imports.columns import ColumnMapping
from crm.imports.lead_rows import by_script
from crm.imports.problems import Notice, RowProblem, ValueProblem
from crm.imports.table import Table
from crm.imports.text import is_native
from models.contact import Seniority
from models.errors import N_

_NAMES = ("printed_name", "native_name", "family_name", "given_name", "romanized_name")


@dataclass(frozen=True, slots=True)
class ContactRow:
    """One person as a file tells them. None is unknown."""

    number: int
    printed_name: str
    public_id: str | None = None
    organization: str | None = None
    organization_native: str | None = None
    organization_ref: str | None = None
    family_name: str | None = None
    given_name: str | None = None
    native_name: str | None = None
    reading: str | None = None
    romanized_name: str | None = None
    honorific: str | None = None
    native_title: str | None = None
    title: str | None = None
    department: str | None = None
    seniority: Seniority | None = None
    email: str | None = None
    phone: str | None = None
    language: str | None = None
    obtained_from: str | None = None
    notes: str | None = None
    damaged: frozenset[str] = frozenset()


def parse_contact_rows(
    table: Table, mapping: ColumnMapping
) -> tuple[list[ContactRow], list[RowProblem], list[Notice]]:
    """The people of a file, its mistakes in row order, and what is worth a look.

    A row with a mistake gives nobody. Raises a `DomainError` for a missing column.
    """
    mapping.require_complete()
    found: list[ContactRow] = []
    problems = list(table.problems)
    notices = table_notices(table)
    # The parts of a name are joined in the order of the file's columns: it is never guessed.
    parts = [
        match.field for match in mapping.matches if match.field in ("family_name", "given_name")
    ]
    for row in read_cells(table, mapping):
        printed = _printed_name(row, parts)
        if printed is None and row.is_sound(*_NAMES):
            column = next((code for code in _NAMES if code in row.headers), "printed_name")
            message = N_("This row names nobody. Give the person's name, in any script.")
            row.fail(column, ValueProblem(message))
        if row.problems:
            problems.extend(row.problems)
            continue
        found.append(_contact(row, printed or ""))
        notices.extend(row.notices)
    problems.sort(key=lambda problem: problem.row)
    return found, problems, notices


def _printed_name(row: ReadRow, parts: Sequence[str | None]) -> str | None:
    values: dict[str, Any] = row.values
    said = [values[code] for code in parts if code is not None and values.get(code)]
    joined = " ".join(said) or None
    return (
        values.get("printed_name")
        or values.get("native_name")
        or joined
        or values.get("romanized_name")
    )


def _contact(row: ReadRow, printed: str) -> ContactRow:
    values: dict[str, Any] = {
        name: value for name, value in row.values.items() if name not in ("printed_name",)
    }
    title, native_title = values.get("title"), values.get("native_title")
    if title is not None and native_title is None and is_native(title):
        values |= {"title": None, "native_title": title}
    name, native = by_script(values.get("organization"), values.get("organization_native"))
    values |= {"organization": name, "organization_native": native}
    return ContactRow(row.number, printed, damaged=frozenset(row.damaged), **values)
