"""Interaction rows: from a table to what happened with whom, and every mistake with its row."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from crm.days import EARLIEST
from crm.imports.cells import ReadRow, read_cells, table_notices
from crm.imports.columns import ColumnMapping
from crm.imports.lead_rows import by_script
from crm.imports.problems import Notice, RowProblem, ValueProblem
from crm.imports.table import Table
from models.errors import N_
from models.interaction import ContactDirection, InteractionKind, InteractionStanding
from models.measure import StatedDate

_WHOSE = ("ref", "organization", "organization_native", "public_id")


@dataclass(frozen=True, slots=True)
class InteractionRow:
    """One conversation or meeting as a file tells it. None is unknown."""

    number: int
    date: StatedDate
    kind: InteractionKind = InteractionKind.NOTE
    public_id: str | None = None
    ref: str | None = None
    organization: str | None = None
    organization_native: str | None = None
    participants: tuple[str, ...] = ()
    summary: str | None = None
    notes: str | None = None
    direction: ContactDirection | None = None
    language: str | None = None
    place: str | None = None
    next_step: str | None = None
    next_step_on: StatedDate | None = None
    by: str | None = None
    damaged: frozenset[str] = frozenset()


def parse_interaction_rows(
    table: Table, mapping: ColumnMapping, *, today: date
) -> tuple[list[InteractionRow], list[RowProblem], list[Notice]]:
    """The conversations of a file, its mistakes in row order, and what is worth a look.

    A row with a mistake gives nothing, nor does one of a meeting that was not held. Raises a
    `DomainError` for a missing column.
    """
    mapping.require_complete()
    found: list[InteractionRow] = []
    problems = list(table.problems)
    notices = table_notices(table)
    for row in read_cells(table, mapping):
        standing = row.values.get("standing")
        if standing not in (None, InteractionStanding.HELD) and not row.problems:
            row.note("standing", _NOT_HELD)
            notices.extend(row.notices)
            continue
        _check(row, today)
        if row.problems:
            problems.extend(row.problems)
            continue
        if not (row.values.get("summary") or row.values.get("notes")):
            row.note("summary", _SILENT)
            notices.extend(row.notices)
            continue
        found.append(_interaction(row))
        notices.extend(row.notices)
    problems.sort(key=lambda problem: problem.row)
    return found, problems, notices


_NOT_HELD = N_("This meeting was not held, so the row is left out.")
_SILENT = N_("This row says nothing of what was said, so it is left out.")


def _check(row: ReadRow, today: date) -> None:
    if row.is_sound(*_WHOSE) and not any(row.values.get(code) for code in _WHOSE):
        column = next((code for code in _WHOSE if code in row.headers), "organization")
        row.fail(
            column,
            ValueProblem(
                N_("This row names neither a lead nor an organization. Give one of them.")
            ),
        )
    stated = row.values.get("date")
    if not isinstance(stated, StatedDate):
        if row.is_sound("date"):
            message = N_("The date is missing. Give a date, or only its month or year.")
            row.fail("date", ValueProblem(message))
    elif stated.on > today:
        message = N_("The date (%(value)s) lies in the future.")
        row.fail("date", ValueProblem(message, value=stated.as_printed or stated.on))
    elif stated.on < EARLIEST:
        row.fail("date", ValueProblem(N_("This day lies before 1990. Check the year.")))


def _interaction(row: ReadRow) -> InteractionRow:
    values: dict[str, Any] = dict(row.values)
    values.pop("standing", None)
    values["kind"] = values.get("kind") or InteractionKind.NOTE
    values["participants"] = values.get("participants") or ()
    name, native = by_script(values.get("organization"), values.get("organization_native"))
    values |= {"organization": name, "organization_native": native}
    return InteractionRow(row.number, damaged=frozenset(row.damaged), **values)
