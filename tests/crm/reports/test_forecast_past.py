"""How past forecasts did: told again from the rows, in jobs and amounts too, and how far it is."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine

from crm.database import Database
from crm.jobs.service import standing_id
from crm.leads.confidentiality import restrict_lead
from crm.leads.service import edit_lead
from crm.reports.behind_queries import count_behind
from crm.reports.forecast import Expected, ForecastReport, PastQuarter, PastSum
from crm.reports.forecast_past_queries import JOB, JOB_KEY
from crm.reports.params import ReportParams, settle
from crm.reports.report import Words
from crm.reports.shown.forecast import REPORT
from crm.reports.tables import Kind
from models.job import Job, JobState
from models.lead import Lead
from models.measure import Measure, Qualifier
from models.report import Forecast
from models.score import Basis
from models.stage import STAGES, LeadType, StageCode
from models.user import LOCAL_ADMINISTRATOR, Actor
from tests.crm.reports.conftest import NOW as DEMO_NOW
from tests.crm.reports.conftest import PastDemo
from tests.crm.reports.kept_forecasts import ENDS, keep_forecast, quarter_after, said
from tests.crm.reports.pipelines import FIRST, lead_through, stated
from tests.crm.reports.raw_rows import Raw, end_of, is_open
from tests.crm.reports.test_forecast import forecast_of, score
from tests.crm.reports.test_pipeline import ADMIN, OUTSIDER
from tests.factories.lead import NOW, make_past_leads
from tests.factories.office import make_office_past
from tests.factories.user import make_team, make_user
from tests.support.application import QueryCounter

BEGAN = date(2026, 1, 5)
OVER = ENDS[2]


def jobs(number: int) -> Measure:
    return Measure(number, Qualifier.EXACT)


def announced(database: Database, on: date, *, began: date = BEGAN, **values: Any) -> int:
    return lead_through(database, *([began] * (len(STAGES) - 1)), on, **values)


@pytest.fixture(autouse=True)
def still_clock() -> Iterator[None]:
    """Pages are read at the moment that the forecasts are about."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def english(app: Any) -> Iterator[None]:
    with app.test_request_context("/"):
        yield


@pytest.mark.parametrize(
    ("came", "unknown", "inside"),
    [(5, 0, True), (4, 0, False), (9, 0, True), (10, 0, False), (5, 1, None), (10, 1, False)],
)
def test_what_is_not_known_can_only_add(came: int, unknown: int, inside: bool | None) -> None:
    found = PastSum(Expected(7.0, 5, 9), came, unknown, is_over=True)
    assert found.is_inside is inside
    assert replace(found, is_over=False).is_inside is None
    assert replace(found, said=Expected(7.0)).is_inside is None


def test_jobs_and_amounts_are_judged_by_currency(database: Database) -> None:
    keep_forecast(
        database,
        OVER,
        jobs=said(60.0, 10, 100),
        capex={"CAD": said(9.0, 5, 12), "JPY": said(3.0, 0, 0), None: said(0.0, 0, 0)},
    )
    lead = announced(database, date(2026, 4, 9), capex=stated(10), jobs=jobs(40))
    announced(database, date(2026, 5, 9), capex=stated(7_000, "KRW"), jobs=jobs(30))
    [past] = forecast_of(database).past
    assert past.jobs == PastSum(Expected(60.0, 10, 100), 70, 0, is_over=True)
    # Nobody spoke of a won, so none was to be expected.
    assert past.capex == (
        PastSum(Expected(9.0, 5, 12), 10, 0, is_over=True, currency="CAD"),
        PastSum(Expected(3.0, 0, 0), 0, 0, is_over=True, currency="JPY"),
        PastSum(Expected(0.0, 0, 0), 7_000, 0, is_over=True, currency="KRW"),
        PastSum(Expected(0.0, 0, 0), 0, 0, is_over=True, currency=None),
    )
    assert [item.is_inside for item in past.capex] == [True, True, False, True]
    # What is told today was not known when the quarter was over.
    with database.transaction(ADMIN) as session:
        found = session.get_one(Lead, lead)
        edit_lead(session, found, {"capex": stated(11), "jobs": jobs(41)}, actor=ADMIN, now=NOW)
    assert forecast_of(database).past == (past,)
    # One more of which nobody says how large: it may be in any currency.
    announced(database, date(2026, 6, 9))
    [past] = forecast_of(database).past
    assert past.jobs is not None
    assert (past.jobs.came, past.jobs.unknown_count, past.jobs.is_inside) == (70, 1, None)
    assert [item.unknown_count for item in past.capex] == [1, 1, 1, 1]
    assert [item.is_inside for item in past.capex] == [None, None, False, None]


def test_told_again_from_the_rows(past_demo: PastDemo) -> None:
    """Forecasts are kept for this test, and taken away after it: what came is the demo's."""
    days = [date(2025, 3, 31), date(2025, 6, 30), *ENDS]
    for day in days:
        keep_forecast(past_demo.database, day, capex={"CAD": said(1.0, 0, 9)})
    try:
        for as_of in (None, date(2026, 5, 20)):
            for actor in (ADMIN, OUTSIDER):
                report = report_of(past_demo, actor, as_of)
                kept = [day for day in days if as_of is None or day <= as_of]
                assert [one.day for one in report.past] == kept
                for one in report.past:
                    _compare(one, past_demo.raw, as_of or DEMO_NOW.date())
    finally:
        with past_demo.database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
            session.execute(sa.delete(Forecast))


def report_of(past_demo: PastDemo, actor: Actor, as_of: date | None) -> ForecastReport:
    params = ReportParams(as_of=as_of)
    with past_demo.database.reader(actor) as session:
        found: ForecastReport = REPORT.figures(session, params, now=DEMO_NOW)
    return found


def _compare(one: PastQuarter, raw: Raw, as_of: date) -> None:
    start, stop = end_of(one.day), end_of(one.quarter.ends_on)
    end = min(stop, end_of(as_of))
    came, besides = [], 0
    for lead, states in raw.states.items():
        if raw.leads[lead].team_id is not None:
            continue
        public = [state for state in states if state.stage == StageCode.ANNOUNCED]
        known = [state for state in public if state.valid_from < end_of(as_of)]
        first = min((state.valid_from for state in known), default=None)
        if first is None or not start <= first < stop:
            continue
        before = [state for state in states if state.valid_from < start]
        if before and is_open(before[-1]):
            if before[-1].lead_type == LeadType.INVESTMENT:
                came.append([state for state in states if state.valid_from < end][-1])
        elif min(state.lead_type for state in known) == LeadType.INVESTMENT:
            besides += 1
    assert (one.came_count, one.later_count) == (len(came), besides)
    assert one.jobs is not None
    assert one.jobs.came == sum(state.jobs_count or 0 for state in came)
    assert one.jobs.unknown_count == sum(state.jobs_count is None for state in came)
    unsaid = [s for s in came if s.capex_amount is None and s.capex_currency is None]
    told: dict[str | None, int] = {"CAD": 0}
    for state in came:
        if state.capex_amount is not None:
            code = state.capex_currency
            told[code] = told.get(code, 0) + state.capex_amount
    assert {item.currency: item.came for item in one.capex} == told
    for item in one.capex:
        own = [s for s in came if s.capex_amount is None and s.capex_currency == item.currency]
        expected = len(unsaid) + (len(own) if item.currency is not None else 0)
        assert item.unknown_count == expected


def test_every_number_leads_to_its_leads(database: Database, english: None) -> None:
    keep_forecast(database, OVER)
    keep_forecast(database, ENDS[1])
    team = make_team(database, make_user(database))
    score(database, lead_through(database, FIRST, capex=stated(9), jobs=jobs(4)))
    score(database, lead_through(database, FIRST))
    score(database, lead_through(database, FIRST), basis=Basis.BASE_RATE)
    score(database, lead_through(database, FIRST, team_id=team.id, capex=stated(7)))
    lead_through(database, FIRST, team_id=team.id)
    for on in (date(2026, 2, 1), date(2026, 5, 9), date(2026, 10, 9)):
        announced(database, on)
        announced(database, on, began=on - timedelta(days=2), team_id=team.id)
    announced(database, date(2026, 5, 9), began=date(2026, 4, 2))
    for actor, lead_count in ((ADMIN, 5), (OUTSIDER, 3)):
        report = forecast_of(database, actor=actor)
        assert report.outlook is not None
        assert report.outlook.lead_count == lead_count
        checked = set()
        with database.reader(actor) as session:
            settled = settle(session, ReportParams(), now=NOW)
            for table in REPORT.tables(report, Words()):
                for row in table.rows:
                    for cell, column in zip(row.cells, table.columns, strict=True):
                        if cell.link is None or column.kind is not Kind.COUNT:
                            continue
                        assert REPORT.behind is not None
                        behind = REPORT.behind(session, settled, cell.link.args)
                        number = count_behind(session, behind.conditions)
                        assert number == cell.value, (table.code, row.cells[0].value)
                        checked.add((table.code, *cell.link.args))
        assert {code for code, *_rest in checked} == {"leads", "counted", "past"}
        assert len(checked) == 7


def test_the_leads_behind_are_listed_on_a_page(database: Database, sign_in: Any) -> None:
    keep_forecast(database, OVER)
    announced(database, date(2026, 5, 9), code_name="Project Gannet")
    page = sign_in().get(f"/reports/forecast/leads?came={OVER}")
    assert page.status_code == 200
    assert "As it stood on 30 Jun 2026" in page.get_data(as_text=True)
    # A day of which nothing was kept is no narrower.
    assert sign_in().get("/reports/forecast/leads?came=2019-01-01").status_code == 200


def test_a_fixed_number_of_statements(database: Database, queries: QueryCounter) -> None:
    for day in ENDS:
        keep_forecast(database, day, capex={"CAD": said(1.0, 0, 9)})
    for lead in make_past_leads(database, 10):
        score(database, lead)
    announced(database, date(2026, 5, 9), capex=stated(4, "JPY"))
    with queries:
        forecast_of(database)
    few = queries.count
    make_office_past(database, 190, now=NOW)
    with queries:
        found = forecast_of(database)
    assert queries.count == few
    assert found.outlook is not None
    assert sum(one.came_count or 0 for one in found.past) > 5
    assert found.outlook.lead_count > 20


def test_a_sealed_lead_is_not_in_what_came(database: Database) -> None:
    for day in ENDS:
        keep_forecast(database, day)
    announced(database, date(2026, 4, 9), capex=stated(10), jobs=jobs(40))
    before = forecast_of(database, actor=OUTSIDER)
    sealed = announced(database, date(2026, 5, 9), capex=stated(5_000), jobs=jobs(900))
    assert forecast_of(database, actor=OUTSIDER).past != before.past
    team = make_team(database, make_user(database))
    with database.transaction(ADMIN) as session:
        found = session.get_one(Lead, sealed)
        restrict_lead(session, found, team_id=team.id, reason="They asked.", actor=ADMIN, now=NOW)
    assert forecast_of(database, actor=OUTSIDER) == before
    with database.transaction(ADMIN) as session:
        found = session.get_one(Lead, sealed)
        edit_lead(session, found, {"capex": stated(9_000)}, actor=ADMIN, now=NOW)
    assert forecast_of(database, actor=OUTSIDER) == before


def note_job(database: Database, state: JobState, **values: Any) -> None:
    """The job that makes forecasts, as it stands."""
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        session.execute(sa.delete(Job))
        session.add(
            Job(
                public_id=standing_id(JOB, JOB_KEY),
                kind=JOB,
                state=state,
                payload={},
                created_at=NOW,
                **values,
            )
        )


def _said(database: Database) -> tuple[ForecastReport, str]:
    """The report, and what stands under the table of past forecasts."""
    report = forecast_of(database)
    [table] = [one for one in REPORT.tables(report, Words()) if one.code == "past"]
    return report, " ".join([REPORT.sentence(report, Words()), table.empty, *table.footnotes])


def test_while_past_forecasts_are_computed_the_page_says_so(
    database: Database, english: None
) -> None:
    lead_through(database, BEGAN)
    report, text = _said(database)
    # At the ends of March, June and September something was known.
    assert report.course.missing_count == 3
    assert not REPORT.is_empty(report)
    assert "are being computed" in text
    assert "Open this page again in a few minutes." in text
    keep_forecast(database, OVER)
    report, text = _said(database)
    assert report.course.missing_count == 2
    assert "The forecasts of 2 more past quarters are still being computed" in text
    note_job(database, JobState.FAILED, finished_at=NOW)
    assert "could not be computed" in _said(database)[1]
    # Looked for in vain: nothing is on its way.
    note_job(database, JobState.DONE, finished_at=NOW)
    report, text = _said(database)
    assert report.course.missing_count == 0
    assert "computed:" not in text


def test_it_says_how_many_are_judged_and_which_is_next(database: Database, english: None) -> None:
    note_job(database, JobState.DONE, finished_at=NOW)
    lead_through(database, BEGAN)
    # Nothing was said of the running quarter.
    text = _said(database)[1]
    assert "0 of the 4 past quarters that are needed have been judged." in text
    assert "The next one is Q1 2027, which ends on 31 Mar 2027." in text
    keep_forecast(database, ENDS[2])
    keep_forecast(database, ENDS[1], basis=Basis.SCORECARD)
    keep_forecast(database, date(2026, 9, 30))
    report, text = _said(database)
    assert (report.course.judged_count, report.course.is_enough) == (1, False)
    assert "1 of the 4 past quarters that are needed have been judged." in text
    assert "The next one is Q4 2026, which ends on 31 Dec 2026." in text
    for day in (date(2025, 6, 30), ENDS[0], ENDS[3]):
        keep_forecast(database, day)
    report, text = _said(database)
    assert report.course.is_enough
    assert "that are needed" not in text
    assert quarter_after(ENDS[3])[1] == date(2026, 9, 30)
