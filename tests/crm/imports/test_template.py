"""The template files are files that the import reads without a mistake."""

import pytest

from crm.imports.columns import MatchedBy, guess_kind
from crm.imports.fields import FIELDS
from crm.imports.lead_rows import parse_lead_rows
from crm.imports.reading import read_table
from crm.imports.service import parse_file
from crm.imports.stage_rows import parse_stage_rows
from crm.imports.template import LANGUAGES, template_mapping, template_rows
from models.import_batch import BatchKind
from models.stage import StageCode, Status
from tests.crm.imports.offices import TODAY, to_csv, to_xlsx


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", BatchKind)
def test_the_template_reads_without_a_mistake(language: str, kind: BatchKind) -> None:
    header, *rows = template_rows(language, kind)
    mapping = template_mapping(language, kind)
    assert {match.by for match in mapping.matches} == {MatchedBy.NAME}
    for content in (to_csv(header, rows), to_xlsx(header, rows)):
        table = read_table(content)
        assert guess_kind(table.headers) is kind
        if kind is BatchKind.LEADS:
            leads, problems, notices = parse_lead_rows(table, mapping, today=TODAY)
            assert (problems, notices) == ([], [])
            assert [lead.country for lead in leads] == ["JP", "KR"]
            assert [lead.stage for lead in leads] == [StageCode.QUALIFIED, StageCode.ENGAGED]
            assert all(lead.company and lead.company_native for lead in leads)
            assert leads[1].lost_to in ("Ohio", "オハイオ州", "오하이오")
        elif kind is not BatchKind.STAGES:
            parsed = parse_file(table, mapping, today=TODAY)
            assert (parsed.problems, parsed.notices) == ((), ())
            assert len(parsed.rows) == len(rows)
        else:
            moves, problems, notices = parse_stage_rows(table, mapping, today=TODAY)
            assert (problems, notices) == ([], [])
            assert [move.stage or move.status for move in moves] == [
                StageCode.FIRST_CONTACT,
                Status.LOST,
            ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_template_shows_what_offices_keep(language: str) -> None:
    shown = {match.field for match in template_mapping(language).matches}
    fields = {field.code for field in FIELDS if BatchKind.LEADS in field.kinds}
    assert fields - shown == {"office", "code_name", "likelihood"}


def test_another_language_gets_the_english_template() -> None:
    assert template_rows("de") == template_rows("en")
