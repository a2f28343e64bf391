"""Stage-change rows: from a table to dated moves of leads, and every mistake with its row."""

from dataclasses import dataclass
from datetime import date

from crm.imports.cells import ReadRow, read_cells, table_notices
from crm.imports.columns import ColumnMapping
from crm.imports.losses import classify_reason, find_place
from crm.imports.problems import Notice, RowProblem, ValueProblem
from crm.imports.table import Table
from crm.imports.text import one_line, plain
from models.errors import N_
from models.lead import LossReason
from models.measure import StatedDate
from models.stage import STAGES, StageCode, Status


@dataclass(frozen=True, slots=True)
class StageRow:
    """One past move of a lead: to a stage, or to a status where the file says so."""

    number: int
    ref: str
    happened_on: StatedDate
    stage: StageCode | None = None
    status: Status | None = None
    by: str | None = None
    reason: str | None = None
    loss_reason: LossReason | None = None
    lost_to: str | None = None
    written: str | None = None

    @property
    def order(self) -> tuple[date, int, int]:
        """Where the move stands in history: by date, then stage, an ending last."""
        position = len(STAGES) + 1 if self.stage is None else self.stage.position
        return self.happened_on.on, position, self.number


_NEEDED = {
    "ref": N_("The reference of the lead is missing."),
    "stage": N_("The stage is missing. Name a stage, or a status such as Lost."),
    "date": N_("The date is missing. Give a date, or only its month or year."),
}


def parse_stage_rows(
    table: Table, mapping: ColumnMapping, *, today: date
) -> tuple[list[StageRow], list[RowProblem], list[Notice]]:
    """The moves of a file in the order they happened, its mistakes, and what is worth a look.

    A row with a mistake gives no move. Raises a `DomainError` where a whole column is missing.
    """
    mapping.require_complete()
    moves: list[StageRow] = []
    problems = list(table.problems)
    notices = table_notices(table)
    seen: dict[tuple[object, ...], int] = {}
    for row in read_cells(table, mapping):
        move = _move(row, today)
        if move is not None:
            _check_repeated(row, move, seen)
        if row.problems:
            problems.extend(row.problems)
        elif move is not None:
            moves.append(move)
            notices.extend(row.notices)
    problems.sort(key=lambda problem: problem.row)
    moves.sort(key=lambda move: move.order)
    return moves, problems, notices


def _move(row: ReadRow, today: date) -> StageRow | None:
    for code, message in _NEEDED.items():
        if row.values.get(code) is None and row.is_sound(code):
            row.fail(code, ValueProblem(message))
    stated = row.values.get("date")
    if isinstance(stated, StatedDate) and stated.on > today:
        message = N_("The date (%(value)s) lies in the future.")
        row.fail("date", ValueProblem(message, value=stated.as_printed or stated.on))
    ref, entered = row.values.get("ref"), row.values.get("stage")
    if row.problems or not isinstance(ref, str) or not isinstance(stated, StatedDate):
        return None
    by, reason, lost_to = (_words(row, code) for code in ("by", "reason", "lost_to"))
    if reason is not None:
        lost_to = lost_to or find_place(reason)
    return StageRow(
        number=row.number,
        ref=ref,
        happened_on=stated,
        stage=entered if isinstance(entered, StageCode) else None,
        status=entered if isinstance(entered, Status) else None,
        by=by,
        reason=reason,
        loss_reason=classify_reason(reason or "", lost_to),
        lost_to=lost_to,
        written=_written(row),
    )


def _written(row: ReadRow) -> str | None:
    """The stage as the file has it, for whoever is told of it."""
    cell = row.cells.get("stage")
    return one_line(cell)[:80] if isinstance(cell, str) else None


def _words(row: ReadRow, code: str) -> str | None:
    value = row.values.get(code)
    return value if isinstance(value, str) else None


def _check_repeated(row: ReadRow, move: StageRow, seen: dict[tuple[object, ...], int]) -> None:
    """The same move twice is a slip of copying; the second row is the one too many."""
    same = (plain(move.ref), move.stage, move.status, move.happened_on.on, move.by, move.reason)
    first = seen.setdefault(same, row.number)
    if first != row.number:
        message = N_("This row repeats row %(row)s.")
        row.fail("ref", ValueProblem(message, row=first))
