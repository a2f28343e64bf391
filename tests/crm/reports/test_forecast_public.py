"""The forecast for the public: nothing before it was judged, and nothing of few leads."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from config import Config
from crm.cli import main
from crm.database import Database
from crm.leads.confidentiality import restrict_lead
from crm.leads.service import edit_lead
from crm.reports.forecast import (
    Course,
    Currency,
    Expected,
    ExpectedQuarter,
    ForecastReport,
    Outlook,
    PastQuarter,
)
from crm.reports.forecast_public import publish_forecast
from crm.reports.params import Scope
from crm.reports.periods import Calendar
from models.job import JobState
from models.lead import Lead
from models.stage import LeadType
from tests.crm.reports.kept_forecasts import ENDS, keep_forecast
from tests.crm.reports.pipelines import FIRST, lead_through, stated
from tests.crm.reports.test_forecast import forecast_of, score
from tests.crm.reports.test_forecast_past import announced, note_job, still_clock
from tests.crm.reports.test_pipeline import ADMIN, EMBARGO, OUTSIDER
from tests.factories.announcement import make_announcement
from tests.factories.lead import NOW
from tests.factories.user import make_team, make_user

__all__ = ["still_clock"]

QUARTER = Calendar().quarter_of(date(2026, 5, 1))
SAID = Expected(2.345, 1, 4)


AMOUNTS = (Expected(123_456.0, 0, 90_000), Expected(50.0, 0, 90), Expected(0.0, 0, 0))


def line(announced_count: int) -> ExpectedQuarter:
    return ExpectedQuarter(QUARTER, SAID, SAID, AMOUNTS, announced_count)


OUTLOOK = Outlook(
    day=date(2026, 3, 31),
    lead_count=12,
    learned_count=10,
    rate_count=0,
    starting_count=0,
    unscored_count=2,
    refused_count=1,
    quarters=(line(2), line(0)),
    whole=line(2),
    currencies=(
        Currency("CAD", 6, 2, 0.4),
        Currency("JPY", 2, 3, 0.6),
        Currency(None, 0, 4, None),
    ),
    unknown_jobs_count=3,
    largest_jobs_share=0.3,
)
REPORT = ForecastReport(
    date(2026, 4, 1),
    LeadType.INVESTMENT,
    Scope.PUBLIC,
    is_narrowed=False,
    is_kept=False,
    outlook=OUTLOOK,
    course=Course(judged_count=4),
)


def published(**values: Any) -> Outlook:
    found = publish_forecast(replace(REPORT, outlook=replace(OUTLOOK, **values))).outlook
    assert found is not None
    return found


def test_numbers_of_few_leads_are_not_told() -> None:
    found = published()
    assert (found.lead_count, found.unscored_count, found.learned_count) == (12, None, None)
    assert found.has_range
    assert [one.announced_count for one in found.quarters] == [None, 0]
    assert found.quarters[0].leads == Expected(2.3, 1, 4)
    # The ends of a range of sums would be what single leads state.
    assert found.quarters[0].jobs == Expected(2.3)
    assert found.quarters[0].capex == (Expected(120_000.0), None, None)
    assert found.currencies == (
        Currency("CAD", None, None, None),
        Currency("JPY", None, None, None, is_few=True),
        Currency(None, 0, None, None),
    )
    assert found.unknown_jobs_count == 3
    assert published(unscored_count=3).unscored_count == 3


def test_what_is_nearly_all_of_one_lead_is_not_told() -> None:
    found = published(
        largest_jobs_share=0.8, currencies=(Currency("CAD", 6, 2, 0.9), *OUTLOOK.currencies[1:])
    )
    assert found.quarters[0].jobs is None
    assert found.unknown_jobs_count is None
    assert found.currencies[0].is_few
    assert published(unknown_jobs_count=8).quarters[0].jobs is None


def test_of_two_leads_nothing_is_told() -> None:
    few = publish_forecast(
        replace(REPORT, outlook=replace(OUTLOOK, learned_count=2, unscored_count=10))
    )
    assert (few.outlook, few.is_few) == (None, True)


@pytest.mark.parametrize(
    ("said", "verdict"),
    [((0, 4), True), ((3, 6), False), ((2, 4), None), ((0, 1), None)],
)
def test_a_verdict_does_not_tell_how_few(said: tuple[int, int], verdict: bool | None) -> None:
    for came in (1, 2):
        past = PastQuarter(
            date(2026, 3, 31),
            QUARTER,
            is_own=False,
            is_over=True,
            is_learned=True,
            leads=Expected(2.0, *said),
            came_count=came,
            later_count=5,
        )
        [found] = publish_forecast(replace(REPORT, past=(past,))).past
        assert (found.came_count, found.later_count, found.is_inside) == (None, None, verdict)


def public(database: Database, **values: Any) -> str:
    report = forecast_of(database, scope=Scope.PUBLIC, **values)
    return json.dumps(report.to_plain(), sort_keys=True)


def an_office(database: Database) -> None:
    """With four judged quarters, of which the oldest were made before there was a public one."""
    for day in ENDS:
        keep_forecast(database, day)
    keep_forecast(database, date(2025, 6, 30), is_public=False)
    keep_forecast(database, date(2025, 3, 31), lead_count=2)
    for number in range(5):
        score(database, lead_through(database, FIRST, capex=stated(1_000 + number)))


def test_what_may_not_be_published_moves_nothing(database: Database) -> None:
    an_office(database)
    before = public(database)
    member = make_user(database)
    team = make_team(database, member)
    hidden = lead_through(database, FIRST, team_id=team.id, capex=stated(900))
    score(database, hidden, 0.9)
    assert public(database) == before
    with database.transaction(ADMIN) as session:
        found = session.get_one(Lead, hidden)
        edit_lead(session, found, {"capex": stated(950)}, actor=ADMIN, now=NOW)
    announced(database, date(2026, 5, 9), team_id=team.id, capex=stated(7))
    assert public(database) == before
    # Under embargo, though the office may see it.
    due = lead_through(database, FIRST, capex=stated(77))
    score(database, due)
    assert public(database) != before
    with database.reader(ADMIN) as session:
        lead = session.get_one(Lead, due)
    make_announcement(database, lead, **EMBARGO)
    assert public(database) == before
    assert public(database, actor=OUTSIDER) == before
    # Announced once, and with more of it still to come out.
    again = announced(database, date(2026, 5, 9), capex=stated(3))
    assert public(database) != before
    with database.reader(ADMIN) as session:
        lead = session.get_one(Lead, again)
    make_announcement(database, lead, **EMBARGO)
    assert public(database) == before
    sealed = announced(database, date(2026, 5, 9), capex=stated(5_000))
    with database.transaction(ADMIN) as session:
        found = session.get_one(Lead, sealed)
        restrict_lead(session, found, team_id=team.id, reason="Asked.", actor=ADMIN, now=NOW)
    assert public(database) == before


def test_only_quarters_of_enough_leads_are_told(database: Database) -> None:
    an_office(database)
    for number in range(4):
        announced(database, date(2026, 5, 9 + number))
    announced(database, date(2026, 2, 9), began=date(2025, 12, 1))
    report = forecast_of(database, scope=Scope.PUBLIC)
    assert [(one.day, one.came_count) for one in report.past] == list(
        zip(ENDS, (0, None, 4, 0), strict=True)
    )


Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(database: Database, config: Config, capfd: pytest.CaptureFixture[str]) -> Run:
    def call(*arguments: str) -> tuple[int, str]:
        capfd.readouterr()
        code = main(["reports", "forecast", "--public", *arguments, "--data", str(config.data)])
        return code, capfd.readouterr().out

    return call


def test_nothing_is_published_before_four_quarters_were_judged(
    database: Database, run: Run, sign_in: Any
) -> None:
    for day in ENDS[1:]:
        keep_forecast(database, day)
    for _number in range(5):
        score(database, lead_through(database, FIRST + timedelta(days=1)))
    code, out = run("--json")
    found = json.loads(out)
    assert (code, found["is_held_back"], found["outlook"], found["past"]) == (0, True, None, [])
    assert "The forecast is not published yet." in run()[1]
    page = sign_in().get("/reports/forecast?scope=public").get_data(as_text=True)
    assert "Past forecasts are being computed" in page
    note_job(database, JobState.DONE, finished_at=NOW)
    page = sign_in().get("/reports/forecast?scope=public").get_data(as_text=True)
    assert "3 of the 4 past quarters that are needed have been judged." in page
    keep_forecast(database, ENDS[0])
    assert "The forecast is not published yet." not in run()[1]
