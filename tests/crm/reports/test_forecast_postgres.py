"""The forecasts on PostgreSQL: the job that makes them, the page, and the leads behind."""

import dataclasses
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from config import Config
from crm.database import Database, create_engine
from crm.jobs.worker import work_once
from crm.reports import forecasting
from crm.reports.params import Scope
from models.user import LOCAL_ADMINISTRATOR
from tests.crm.reports.kept_forecasts import ENDS, keep_forecast, said
from tests.crm.reports.pipelines import stated
from tests.crm.reports.test_forecast import forecast_of, score
from tests.crm.reports.test_forecast_past import announced, jobs, still_clock
from tests.crm.reports.test_forecasting import Here
from tests.factories.lead import NOW
from tests.factories.office import make_office_past
from tests.support.postgres import create_database

__all__ = ["still_clock"]

pytestmark = pytest.mark.postgres


@pytest.fixture
def config(config: Config, postgres_server: str, migrated_postgres: str) -> Iterator[Config]:
    """The same with an empty database on PostgreSQL."""
    with create_database(postgres_server, template=migrated_postgres) as url:
        yield dataclasses.replace(config, database_url=url)


@pytest.fixture
def database(config: Config) -> Iterator[Database]:
    """The empty database."""
    found = Database(create_engine(config))
    yield found
    found.engine.dispose()


def test_job_and_page(
    database: Database, config: Config, sign_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forecasting, "ProcessPoolExecutor", Here)
    monkeypatch.setattr(forecasting, "PAST_SHOWN", 0)
    for lead_id in make_office_past(database, 40, now=NOW):
        score(database, lead_id)
    made_at = NOW.replace(month=10, day=2)
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        forecasting.run(session, now=made_at)
    assert work_once(database, config, clock=lambda: made_at)
    for day in ENDS:
        keep_forecast(database, day, capex={"CAD": said(1.0, 0, 9)})
    announced(database, date(2026, 5, 9), capex=stated(4, "JPY"), jobs=jobs(40))
    report = forecast_of(database)
    assert [one.day for one in report.past] == [*ENDS, date(2026, 9, 30)]
    [was] = [one for one in report.past if one.day == ENDS[2]]
    assert was.jobs is not None
    assert was.jobs.came == 40
    assert [item.came for item in was.capex if item.currency == "JPY"] == [4]
    assert report.past[-1].is_own
    assert forecast_of(database, scope=Scope.PUBLIC).outlook is not None
    browser = sign_in()
    assert "What came lay in the likely range" in browser.get("/reports/forecast").text
    for asked in (f"came={ENDS[2]}", f"besides={ENDS[2]}", "announced=now", "chance=any"):
        assert browser.get(f"/reports/forecast/leads?{asked}").status_code == 200
