"""Thirty planted mistakes give thirty messages, each with its row, in every language."""

import pytest

from crm.imports.columns import match_columns
from crm.imports.lead_rows import parse_lead_rows
from crm.imports.reading import read_table
from models.import_batch import BatchKind
from tests.crm.imports.offices import TODAY, WORDS, make_office, to_csv, to_xlsx

MISTAKES = (
    ("Country", "Atlantis"),
    ("Country", "Japn"),
    ("Country", "存在しない国"),
    ("Currency", "XYZ"),
    ("Currency", "Bitcoin"),
    ("Stage", "Nearly there"),
    ("Stage", "9"),
    ("Stage", "第九段階"),
    ("Status", "Sleeping"),
    ("Status", "Won"),
    ("First contact", "2024-02-30"),
    ("First contact", "soon"),
    ("First contact", ""),
    ("First contact", "2031-05-01"),
    ("First contact", "令和40年1月1日"),
    ("Stage since", "32 May 2024"),
    ("Stage since", "05/13/24"),
    ("Stage since", "2031年5月1日"),
    ("Last contact", "2027-01-01"),
    ("Last contact", "yesterday"),
    ("Last contact", "2019-06-01"),
    ("Company", ""),
    ("Company", "-"),
    ("Capex", "a lot"),
    ("Capex", "-12M"),
    ("Jobs", "-40"),
    ("Jobs", "some"),
    ("Jobs", "12.5"),
    ("Meetings", "many"),
    ("Ref", "L0001"),
)


@pytest.mark.parametrize("language", WORDS)
@pytest.mark.parametrize("encoding", ["utf-8", "xlsx"])
def test_thirty_mistakes_give_thirty_messages(language: str, encoding: str) -> None:
    office = make_office(language, 100, seed=3)
    rows = [list(row) for row in office.rows]
    planted = {}
    for place, (column, value) in enumerate(MISTAKES):
        at = 2 + 3 * place
        rows[at][office.column(column)] = value
        if column == "Company":
            rows[at][office.column("Company (local name)")] = ""
        planted[at + 2] = office.headers[office.column(column)]
    content = to_xlsx(office.headers, rows) if encoding == "xlsx" else to_csv(office.headers, rows)
    table = read_table(content)
    mapping = match_columns(table.headers, BatchKind.LEADS)
    leads, problems, _ = parse_lead_rows(table, mapping, today=TODAY)
    assert [(problem.row, problem.column) for problem in problems] == list(planted.items())
    assert len(problems) == 30
    assert len(leads) == 70
    assert all("%(" not in problem.text() for problem in problems)
