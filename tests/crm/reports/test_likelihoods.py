"""What the chances in a report rest on stands on its page and in its files, and nowhere else."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale

from crm.database import Database
from crm.reports.catalogue import REPORTS
from crm.reports.forecast import Outlook
from crm.reports.likelihoods import Likelihoods, behind_outlook
from crm.reports.params import ReportParams
from crm.reports.periods import Quarter
from crm.reports.pipeline import OPEN_STAGES
from crm.reports.report import Words
from crm.reports.shown.likelihoods import likelihoods_text
from crm.reports.takeaway.brief import Brief, Expectation, Landing
from crm.reports.takeaway.brief_queries import read_brief
from crm.reports.takeaway.brief_words import document_of
from crm.reports.takeaway.taken import take
from models.report import Audience
from models.score import Basis, ScorecardVersion
from models.user import LOCAL_ADMINISTRATOR, Role
from tests.crm.reports.pipelines import FIRST, lead_through
from tests.crm.reports.test_forecast import score, version
from tests.crm.reports.test_pages import text_of
from tests.crm.reports.test_pipeline import ADMIN
from tests.factories.lead import NOW

QUARTER = Quarter(2026, 4, date(2026, 10, 1), date(2026, 12, 31))
SignIn = Callable[..., FlaskClient]
MODEL = Likelihoods(has_model=True, model_number=4, model_on=date(2026, 10, 1))
CARD = Likelihoods(has_scorecard=True, scorecard_number=2, scorecard_on=date(2026, 3, 5))


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (MODEL, "model version 4 of 1 Oct 2026"),
        (replace(MODEL, has_scorecard=True), "model version 4 of 1 Oct 2026 and the scorecard"),
        (
            replace(MODEL, has_model=False, has_rate=True),
            "the office's own rate, version 4 of 1 Oct 2026",
        ),
        (replace(MODEL, model_number=None), "learned from what was known on 1 Oct 2026"),
        (CARD, "scorecard version 2 of 5 Mar 2026"),
        (Likelihoods(has_scorecard=True, is_shipped=True), "the scorecard that ships"),
        (Likelihoods(has_scorecard=True), "the scorecard"),
    ],
)
def test_in_words(app: Flask, found: Likelihoods, said: str) -> None:
    with app.app_context(), force_locale("en"):
        assert likelihoods_text(found) == said


def test_in_public_a_count_that_is_not_printed_is_not_nothing() -> None:
    outlook = Outlook(
        day=FIRST,
        lead_count=9,
        learned_count=None,
        rate_count=0,
        starting_count=None,
        unscored_count=0,
        refused_count=None,
        quarters=(),
        whole=None,
        currencies=(),
        unknown_jobs_count=None,
        largest_jobs_share=None,
        model_number=4,
        model_on=date(2026, 10, 1),
    )
    assert behind_outlook(outlook) == replace(MODEL, has_scorecard=True)
    assert behind_outlook(replace(outlook, unscored_count=9)) is None


def test_the_version_stands_on_the_page_and_in_the_files(
    app: Flask, sign_in: SignIn, database: Database
) -> None:
    served = version(database)
    for _number in range(2):
        score(database, lead_through(database, FIRST), version_id=served)
    score(database, lead_through(database, FIRST), basis=Basis.SCORECARD)
    client = sign_in(Role.MANAGER)
    assert "Likelihoods: the scorecard that ships" in text_of(client, "/reports/pipeline")
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        session.add(
            ScorecardVersion(
                number=7,
                content={"stages": dict.fromkeys((stage.value for stage in OPEN_STAGES), 0.5)},
                # The evening of the day before in Toronto.
                changed_at=datetime(2026, 2, 2, 3, tzinfo=UTC),
                changed_by="somebody",
            )
        )
    pages = {report.code: text_of(client, f"/reports/{report.code}") for report in REPORTS}
    about = {}
    with app.app_context(), force_locale("en"), database.reader(ADMIN) as session:
        for report in REPORTS:
            taken = take(session, report, ReportParams(), now=NOW, words=Words())
            about[report.code] = dict(taken.about).get("Likelihoods")
    said = {
        "pipeline": "scorecard version 7 of 1 Feb 2026",
        "forecast": f"model version 3 of {NOW.day} {NOW:%b %Y} and the scorecard",
    }
    assert {code: text for code, text in about.items() if text} == said
    for code, text in pages.items():
        if code in said:
            assert f"Likelihoods: {said[code]}" in text
        else:
            assert "Likelihoods" not in text, code


def test_the_brief_says_what_weighs_and_what_the_forecast_rests_on(
    app: Flask, database: Database
) -> None:
    lead_through(database, FIRST)
    with app.app_context(), force_locale("en"), database.reader(ADMIN) as session:
        brief, _settled = read_brief(session, ReportParams(compare=FIRST), Audience.CLOSED, now=NOW)
        notes = document_of(brief, None, made_by="Anna", made_on="today")["notes"]
        assert "Likelihoods: the scorecard that ships." in notes
        landing = Landing((Expectation(QUARTER, 1.0, 0, 2),), 4, MODEL)
        judged = Brief.from_plain(replace(brief, landing=landing).to_plain())
        notes = document_of(judged, None, made_by="Anna", made_on="today")["notes"]
    assert (
        "Likelihoods: the scorecard that ships; "
        "of what will land: model version 4 of 1 Oct 2026." in notes
    )
