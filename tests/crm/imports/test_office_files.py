"""The shared files of an invented office, where they are at hand."""

from collections import Counter
from pathlib import Path

import pytest

from config import PROJECT
from crm.imports.columns import guess_kind, match_columns
from crm.imports.lead_rows import parse_lead_rows
from crm.imports.reading import read_table
from crm.imports.stage_rows import parse_stage_rows
from models.import_batch import BatchKind
from models.stage import StageCode, Status
from tests.crm.imports.offices import TODAY

OFFICE = PROJECT.parent / "shared" / "data" / "office"
needs_office = pytest.mark.skipif(not OFFICE.is_dir(), reason="the shared office is not here")


def _read(name: str) -> tuple[Path, bytes]:
    path = OFFICE / name
    return path, path.read_bytes()


@needs_office
@pytest.mark.parametrize(
    ("name", "encoding", "rows", "announced", "lost"),
    [
        ("leads_en.csv", "utf-8", 340, 32, 259),
        ("leads_ja_cp932.csv", "cp932", 120, 12, 92),
    ],
)
def test_the_leads_are_read(name: str, encoding: str, rows: int, announced: int, lost: int) -> None:
    path, content = _read(name)
    table = read_table(content, path.name)
    assert (table.encoding, guess_kind(table.headers)) == (encoding, BatchKind.LEADS)
    mapping = match_columns(table.headers, BatchKind.LEADS)
    assert mapping.unmatched == ()
    leads, problems, notices = parse_lead_rows(table, mapping, today=TODAY)
    assert problems == []
    assert len(leads) == rows
    assert Counter(lead.stage for lead in leads)[StageCode.ANNOUNCED] == announced
    assert Counter(lead.status for lead in leads)[Status.LOST] == lost
    assert all(lead.company and lead.country and lead.stage_since for lead in leads)
    lost_names = sum(lead.company_native is None for lead in leads)
    assert lost_names == sum(notice.column == "会社名" for notice in notices)


@needs_office
@pytest.mark.parametrize(
    ("name", "rows", "lost"), [("stages_en.csv", 1256, 259), ("stages_ja_cp932.csv", 429, 92)]
)
def test_the_moves_are_read(name: str, rows: int, lost: int) -> None:
    _, content = _read(name)
    table = read_table(content, name)
    assert guess_kind(table.headers) is BatchKind.STAGES
    mapping = match_columns(table.headers, BatchKind.STAGES)
    moves, problems, notices = parse_stage_rows(table, mapping, today=TODAY)
    assert (problems, notices) == ([], [])
    assert len(moves) == rows
    assert Counter(move.status for move in moves)[Status.LOST] == lost
    days = [move.happened_on.on for move in moves]
    assert days == sorted(days)
