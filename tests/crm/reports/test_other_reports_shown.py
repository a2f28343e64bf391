"""Every table of these reports can be printed, in both languages, and says no more than it may."""

import pytest
from flask import Flask
from flask_babel import force_locale

from crm.database import Database
from crm.reports.cell_text import cell_text
from crm.reports.report import Report, Words
from crm.reports.shown import (
    credit,
    delivery,
    mission_yield,
    quality,
    referrals,
    responses,
    visits,
    work,
)
from tests.crm.reports.conftest import NOW, PastDemo
from tests.crm.reports.raw_records import read

REPORTS = [
    module.REPORT
    for module in (
        quality,
        responses,
        mission_yield,
        visits,
        delivery,
        credit,
        referrals,
        work,
    )
]


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.code)
def test_every_cell_can_be_read(
    app: Flask, past_demo: PastDemo, database: Database, report: Report, language: str
) -> None:
    words = Words(language)
    for office in (past_demo.database, database):
        figures = read(report, office, now=NOW, compare=past_demo.days(1)[0])
        with app.test_request_context(), force_locale(language):
            tables = report.tables(figures, words)
            codes = [table.code for table in tables]
            assert len(set(codes)) == len(codes)
            for table in tables:
                for line in table.rows:
                    assert len(line.cells) == len(table.columns), table.code
                    for cell, column in zip(line.cells, table.columns, strict=True):
                        assert cell_text(cell, column)
            for chart in report.charts(figures, words):
                assert chart.table in codes
                for series in chart.series:
                    assert len(series.values) in (0, len(chart.categories))
            assert report.sentence(figures, words)
            assert all(report.methods(figures, words))
            assert all(report.left_out(figures, words))
            assert report.is_empty(figures) is (office is database) or report.code == "work"
