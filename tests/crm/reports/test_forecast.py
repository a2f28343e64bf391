"""The forecast as a reader sees it: told again from the rows, and what it never tells."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from math import exp, log
from typing import Any

import pytest
import sqlalchemy as sa

from crm.database import Database
from crm.reports.forecast import ForecastReport
from crm.reports.forecast_queries import is_judged, read_forecast
from crm.reports.params import ReportParams, Scope
from crm.reports.plain import to_plain
from crm.reports.report import Words
from crm.reports.shown.forecast import REPORT
from crm.reports.takeaway.brief_queries import read_brief
from crm.timezones import end_of_day
from models.lead import Lead
from models.report import Audience
from models.score import Basis, ModelVersion, Score, VersionState
from models.stage import STAGES, LeadType, Status
from models.user import LOCAL_ADMINISTRATOR, Actor
from tests.crm.reports.conftest import PastDemo
from tests.crm.reports.kept_forecasts import ENDS, keep_forecast
from tests.crm.reports.pipelines import FIRST, lead_through, stated
from tests.crm.reports.raw_rows import ZONE, end_of, is_open
from tests.crm.reports.test_pipeline import ADMIN, OUTSIDER
from tests.factories.lead import NOW
from tests.factories.user import make_team, make_user

TODAY = date(2026, 11, 20)


def forecast_of(database: Database, *, actor: Actor = ADMIN, **params: Any) -> ForecastReport:
    with database.reader(actor) as session:
        report = read_forecast(session, ReportParams(**params), now=NOW)
    assert ForecastReport.from_plain(report.to_plain()) == report
    return report


def score(database: Database, lead_id: int, ever: float = 0.4, **values: Any) -> None:
    """A chance, half of which comes within the year."""
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        session.add(
            Score(
                lead_id=lead_id,
                team_id=session.get_one(Lead, lead_id).team_id,
                is_current=True,
                as_of=NOW - timedelta(days=2),
                probability=ever,
                within_90=ever * 0.15,
                within_180=ever * 0.3,
                within_365=ever * 0.5,
                low=ever * 0.8,
                high=ever * 1.2,
                log_odds=0.0,
                reasons=[],
                **{"basis": Basis.MODEL, **values},
            )
        )


def version(database: Database, **values: Any) -> int:
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        made = ModelVersion(
            number=3,
            state=VersionState.PUBLISHED,
            basis=Basis.MODEL,
            cut_off_at=NOW,
            trained_at=NOW,
            trained_by="test",
            lead_count=1,
            closed_count=1,
            announced_count=1,
            metrics={},
            artefact="{}",
            sha256="0" * 64,
            **values,
        )
        session.add(made)
        session.flush()
        return made.id


def reached(row: Any, days: float) -> float:
    """The chance within so many days: who is left goes at an even pace between two knots."""
    knots = [(0, 0.0), (90, row.within_90), (180, row.within_180), (365, row.within_365)]
    days = min(days, 365.0)
    for (start, low), (end, high) in pairwise(knots):
        if days <= end:
            part = (days - start) / (end - start)
            return 1 - exp((1 - part) * log(1 - low) + part * log(1 - high))
    raise AssertionError


def test_told_again_from_the_rows(past_demo: PastDemo) -> None:
    """Chances of a demo's open leads are drawn for this test, and taken away after it."""
    dice = past_demo.dice
    open_ids = [state.lead_id for state in past_demo.raw.at(end_of(TODAY)) if is_open(state)]
    with past_demo.database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        for lead_id in open_ids[::2]:
            ever = dice.uniform(0.02, 0.9)
            parts = sorted(dice.uniform(0, ever) for _ in range(3))
            session.add(
                Score(
                    lead_id=lead_id,
                    team_id=past_demo.raw.leads[lead_id].team_id,
                    is_current=True,
                    as_of=NOW - timedelta(days=dice.randint(0, 5)),
                    basis=Basis.MODEL,
                    probability=ever,
                    within_90=parts[0],
                    within_180=parts[1],
                    within_365=parts[2],
                    low=ever * 0.7,
                    high=ever * 1.1,
                    log_odds=0.0,
                    reasons=[],
                )
            )
    try:
        _compare(past_demo)
    finally:
        with past_demo.database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
            session.execute(sa.delete(Score))


def _compare(past_demo: PastDemo) -> None:
    with past_demo.database.engine.connect() as connection:
        scores = {row.lead_id: row for row in connection.execute(sa.select(Score.__table__))}
    ends = [date(2026, 12, 31), date(2027, 3, 31), date(2027, 6, 30), date(2027, 9, 30)]
    for actor, keep in (
        (ADMIN, lambda _lead: True),
        (OUTSIDER, lambda lead: past_demo.raw.leads[lead].team_id is None),
    ):
        for lead_type in LeadType:
            outlook = forecast_of(past_demo.database, actor=actor, lead_type=lead_type).outlook
            assert outlook is not None
            states = [
                state
                for state in past_demo.raw.only(keep).at(end_of(TODAY))
                if is_open(state) and state.lead_type == lead_type
            ]
            said = [state for state in states if state.lead_id in scores]
            assert outlook.lead_count == len(states), past_demo.seed
            assert outlook.unscored_count == len(states) - len(said)
            assert outlook.unknown_jobs_count == sum(s.jobs_count is None for s in said)
            for quarter, (start, end) in zip(
                outlook.quarters, zip([None, *ends], ends, strict=False), strict=True
            ):
                assert quarter.quarter is not None
                assert quarter.quarter.ends_on == end
                leads = jobs = 0.0
                capex: dict[Any, float] = {}
                for state in said:
                    row = scores[state.lead_id]
                    ago = (NOW - row.as_of.replace(tzinfo=NOW.tzinfo)).total_seconds() / 86_400
                    days = [
                        0.0 if day is None else (day - TODAY).days + 1.0 for day in (start, end)
                    ]
                    now, first, last = (reached(row, ago + d) for d in (0.0, *days))
                    part = (last - first) / (1 - now)
                    leads += part
                    jobs += part * (state.jobs_count or 0)
                    code = state.capex_currency
                    capex[code] = capex.get(code, 0.0) + part * (state.capex_amount or 0)
                assert quarter.leads.mean == pytest.approx(leads, abs=1e-6), past_demo.seed
                assert quarter.jobs is not None
                assert quarter.jobs.mean == pytest.approx(jobs, abs=1e-4)
                told = dict(zip((c.code for c in outlook.currencies), quarter.capex, strict=True))
                assert told.keys() == capex.keys()
                for code, amount in capex.items():
                    assert getattr(told[code], "mean", None) == pytest.approx(
                        amount, rel=1e-6, abs=1e-3
                    )


def test_a_restricted_lead_moves_nothing_for_an_outsider(database: Database) -> None:
    for number in range(4):
        score(database, lead_through(database, FIRST, capex=stated(10 + number)))
    team = make_team(database, make_user(database))
    before = [forecast_of(database, actor=OUTSIDER), forecast_of(database, scope=Scope.PUBLIC)]
    manager = forecast_of(database)
    hidden = lead_through(database, FIRST, team_id=team.id, capex=stated(99))
    score(database, hidden, 0.9)
    lead_through(database, *([FIRST] * 8), team_id=team.id)
    assert [
        forecast_of(database, actor=OUTSIDER),
        forecast_of(database, scope=Scope.PUBLIC),
    ] == before
    # Who counts all counts it.
    counting = replace(OUTSIDER, counts_all=True)
    found = forecast_of(database, actor=counting).outlook
    assert found is not None
    assert manager.outlook is not None
    assert found.lead_count == manager.outlook.lead_count + 1
    assert found.quarters[0].announced_count == manager.outlook.quarters[0].announced_count


def test_an_empty_office(database: Database) -> None:
    report = forecast_of(database)
    assert report.outlook is not None
    assert not report.outlook.lead_count
    assert REPORT.is_empty(report)
    assert not report.past
    with database.reader(ADMIN) as session:
        assert not is_judged(session, now=NOW)


def test_starting_points_alone_say_no_range(database: Database) -> None:
    for _ in range(9):
        score(database, lead_through(database, FIRST), basis=Basis.SCORECARD)
    outlook = forecast_of(database).outlook
    assert outlook is not None
    assert not outlook.has_range
    assert outlook.starting_count == 9
    assert outlook.whole is not None
    assert outlook.whole.leads.mean > 0
    assert {line.leads.low for line in outlook.quarters} == {None}


def test_a_refused_model_says_nothing(database: Database) -> None:
    refused = version(database, refused_at=NOW)
    lead_id = lead_through(database, FIRST)
    score(database, lead_id, version_id=refused)
    outlook = forecast_of(database).outlook
    assert outlook is not None
    assert (outlook.lead_count, outlook.unscored_count, outlook.refused_count) == (1, 1, 1)
    assert not outlook.is_said
    assert outlook.model_number is None


def test_a_model_that_serves_is_named_and_ended_leads_are_not_counted(database: Database) -> None:
    served = version(database)
    for _ in range(3):
        score(database, lead_through(database, FIRST), version_id=served)
    score(database, lead_through(database, FIRST, status=Status.LOST, until=FIRST))
    lead_through(database, *(FIRST + timedelta(days=40 * n) for n in range(8)))
    outlook = forecast_of(database).outlook
    assert outlook is not None
    assert (outlook.lead_count, outlook.learned_count, outlook.model_number) == (3, 3, 3)
    assert [line.announced_count for line in outlook.quarters] == [1, 0, 0, 0]


def test_what_came_is_of_the_leads_that_were_open_then(database: Database) -> None:
    keep_forecast(database, ENDS[2])
    start = date(2026, 1, 5)

    def announced(on: date, *, began: date = start, **values: Any) -> None:
        lead_through(database, *([began] * (len(STAGES) - 1)), on, **values)

    announced(date(2026, 4, 1))
    announced(date(2026, 6, 30))
    announced(date(2026, 6, 1), lead_type=LeadType.PARTNERSHIP)
    announced(date(2026, 7, 1))
    announced(date(2026, 5, 9), began=date(2026, 4, 2))
    before = forecast_of(database).past
    announced(date(2026, 5, 9), team_id=make_team(database, make_user(database)).id)
    assert forecast_of(database).past == before
    assert forecast_of(database, actor=OUTSIDER).past == before
    assert forecast_of(database, actor=replace(OUTSIDER, counts_all=True)).past == before
    [past] = before
    assert (past.came_count, past.later_count, past.is_over) == (2, 1, True)
    assert past.is_inside
    assert past.quarter.ends_on == date(2026, 6, 30)


def test_a_past_day_shows_what_was_kept(database: Database) -> None:
    keep_forecast(database, ENDS[2])
    report = forecast_of(database, as_of=date(2026, 4, 20))
    assert report.is_kept
    assert report.outlook is not None
    assert report.outlook.day == ENDS[2]
    # The quarter was not over on the day.
    assert [one.is_inside for one in report.past] == [None]
    assert forecast_of(database, as_of=date(2026, 3, 1)).outlook is None
    assert forecast_of(database, as_of=date(2026, 4, 20), market="JP").outlook is None


def judged(database: Database) -> bool:
    with database.reader(ADMIN) as session:
        return is_judged(session, now=NOW)


def test_four_past_quarters_are_to_be_judged_before_the_brief_has_it(database: Database) -> None:
    for day in ENDS[:3]:
        keep_forecast(database, day)
    # Running, and one that nothing was learned for.
    keep_forecast(database, date(2026, 9, 30))
    keep_forecast(database, date(2025, 6, 30), basis=Basis.SCORECARD)
    assert not judged(database)
    # The same quarter, as it was said at the time, is no other quarter.
    keep_forecast(database, ENDS[2], is_own=True)
    assert not judged(database)
    keep_forecast(database, ENDS[3])
    assert judged(database)


def test_without_a_chance_the_brief_says_nothing_of_what_will_land(database: Database) -> None:
    for day in ENDS:
        keep_forecast(database, day)
    assert judged(database)
    lead_through(database, FIRST)
    assert forecast_of(database).outlook is not None
    with database.reader(ADMIN) as session:
        brief, _settled = read_brief(session, ReportParams(), Audience.CLOSED, now=NOW)
    assert brief.landing is None


@pytest.fixture
def locale(app: Any) -> Iterator[None]:
    with app.test_request_context("/"):
        yield


def test_it_is_said(database: Database, locale: None) -> None:
    keep_forecast(database, ENDS[3])
    for number in range(12):
        score(database, lead_through(database, FIRST, capex=stated(5 * number + 1)))
    report = forecast_of(database)
    words = Words()
    assert "will likely be announced by 30 Sep 2027; we expect about" in REPORT.sentence(
        report, words
    )
    tables = REPORT.tables(report, words)
    assert [table.code for table in tables] == [
        *("leads", "jobs", "capex_cad", "counted"),
        *("past", "past_jobs"),
    ]
    assert all(len(row.cells) == len(table.columns) for table in tables for row in table.rows)
    # No lead states its jobs: that is not none to be expected.
    assert (tables[1].rows, tables[1].empty) == ((), "No lead states its jobs.")
    charts = REPORT.charts(report, words)
    assert [(chart.code, len(chart.categories)) for chart in charts] == [
        ("leads", 5),
        ("capex_cad", 4),
        ("past_jobs", 1),
    ]
    assert {chart.table for chart in charts} <= {table.code for table in tables}
    assert REPORT.methods(report, words)
    assert not REPORT.left_out(report, words)
    assert to_plain(report)["outlook"]["day"] == "2026-11-19"
    assert end_of_day(TODAY, ZONE) > NOW
