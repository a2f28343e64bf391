"""Stage-change rows: the moves of leads in the order they happened."""

from datetime import date

import pytest

from crm.imports.columns import guess_kind, match_columns
from crm.imports.problems import Notice, RowProblem
from crm.imports.reading import read_table
from crm.imports.stage_rows import StageRow, parse_stage_rows
from models.errors import DomainError
from models.import_batch import BatchKind
from models.lead import LossReason
from models.measure import Precision
from models.stage import StageCode, Status
from tests.crm.imports.offices import CSV_ENCODINGS, TODAY, WORDS, to_csv, to_xlsx

CASES = [(language, code) for language, codes in CSV_ENCODINGS.items() for code in codes]


def _read(content: bytes) -> tuple[list[StageRow], list[RowProblem], list[Notice]]:
    table = read_table(content)
    assert guess_kind(table.headers) is BatchKind.STAGES
    return parse_stage_rows(table, match_columns(table.headers, BatchKind.STAGES), today=TODAY)


def _rows(*rows: str) -> tuple[list[StageRow], list[RowProblem], list[Notice]]:
    return _read("\n".join(("Ref,Stage,Date,By,Reason", *rows)).encode())


@pytest.mark.parametrize(("language", "encoding"), [*CASES, *[(one, "xlsx") for one in WORDS]])
def test_an_office_s_moves_are_read(language: str, encoding: str) -> None:
    words = WORDS[language]
    rows = [
        ("L1", words.stages[0], "2024-01-05", words.owners[0], ""),
        ("L1", words.stages[4], "2024-03-01", words.owners[0], ""),
        ("L1", words.lost, "2024-06-01", words.owners[0], words.reasons[0]),
    ]
    content = (
        to_xlsx(words.stage_headers, rows)
        if encoding == "xlsx"
        else to_csv(words.stage_headers, rows, encoding)
    )
    moves, problems, _ = _read(content)
    assert problems == []
    assert [(move.stage, move.status) for move in moves] == [
        (StageCode.FIRST_CONTACT, None),
        (StageCode.PROPOSAL, None),
        (None, Status.LOST),
    ]
    assert moves[2].loss_reason is LossReason.PLACE_WON
    assert moves[2].lost_to is not None
    assert [move.number for move in moves] == [2, 3, 4]


def test_moves_come_in_the_order_they_happened() -> None:
    moves, problems, _ = _rows(
        "L2,Lost,2024-05-09,,",
        "L1,Qualified,2024-05-09,,",
        "L1,Engaged,2024-05-09,,",
        "L1,First contact,2024-01,,",
        "L1,Proposal,2023-12-31,,",
    )
    assert problems == []
    assert [move.number for move in moves] == [6, 5, 4, 3, 2]
    assert moves[1].happened_on.precision is Precision.MONTH


@pytest.mark.parametrize(
    ("row", "column", "says"),
    [
        (",Engaged,2024-01-05,,", "Ref", "reference of the lead is missing"),
        ("L1,,2024-01-05,,", "Stage", "stage is missing"),
        ("L1,Nowhere,2024-01-05,,", "Stage", "neither a stage nor a status"),
        ("L1,Engaged,,,", "Date", "date is missing"),
        ("L1,Engaged,TBD,,", "Date", "date is missing"),
        ("L1,Engaged,never,,", "Date", "not a date"),
        ("L1,Engaged,2027-01-05,,", "Date", "in the future"),
        ("L0,Engaged,2024-01-05,S. Mori,", "Ref", "repeats row 2"),
    ],
)
def test_one_mistake_one_message(row: str, column: str, says: str) -> None:
    moves, problems, _ = _rows("L0,Engaged,2024-01-05,S. Mori,", row, "L9,Engaged,2024-01-06,,")
    assert [move.ref for move in moves] == ["L0", "L9"]
    ((found, number, text),) = [(one.column, one.row, one.text()) for one in problems]
    assert (found, number) == (column, 3)
    assert says in text


def test_the_same_stage_on_another_day_is_no_repetition() -> None:
    moves, problems, _ = _rows("L1,Engaged,2024-01-05,,", "L1,Engaged,2024-01-06,,")
    assert (len(moves), problems) == (2, [])


def test_a_lost_stage_is_missing_not_matched() -> None:
    _, problems, _ = _rows("L1,????,2024-01-05,,")
    assert [problem.column for problem in problems] == ["Stage"]


def test_a_missing_column_is_one_sentence() -> None:
    table = read_table(b"Ref,Stage\nL1,Engaged\n")
    mapping = match_columns(table.headers, BatchKind.STAGES)
    with pytest.raises(DomainError, match="no column for the date"):
        parse_stage_rows(table, mapping, today=date(2026, 1, 1))
