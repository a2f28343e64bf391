"""Making the forecasts that are kept: once each, from what was known then, and by whom."""

import shutil
from concurrent.futures import Future
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from config import Config, create_data_folder
from crm.database import Database
from crm.jobs.worker import work_once
from crm.leads.confidentiality import restrict_lead
from crm.leads.service import edit_lead
from crm.reports import forecasting
from crm.reports.forecast import Outlook
from crm.reports.forecast_queries import read_forecast
from crm.reports.params import ReportParams
from crm.reports.plain import from_plain
from crm.scores.past_chances import past_chances
from models.job import Job
from models.lead import Lead, LeadRevision
from models.report import Forecast
from models.stage import LeadType, StageCode, Status
from models.user import LOCAL_ADMINISTRATOR
from tests.crm.reports.pipelines import lead_through, stated
from tests.crm.reports.raw_rows import ZONE, end_of
from tests.crm.reports.test_pipeline import OUTSIDER
from tests.factories.announcement import make_announcement
from tests.factories.office import make_office_past
from tests.factories.user import make_team, make_user
from tests.support.application import quick_engine

ADMIN = replace(LOCAL_ADMINISTRATOR, office_time_zone=ZONE)
# Two days into a quarter.
NOW = datetime(2026, 10, 2, 15, 0, tzinfo=UTC)
OWN, EARLIER = date(2026, 9, 30), date(2026, 6, 30)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path) -> Path:
    """An office that has made its own forecast, and computed one of before."""
    folder = tmp_path_factory.mktemp("forecasts")
    create_data_folder(folder)
    shutil.copy(migrated_sqlite, folder / "crm.sqlite3")
    database = Database(quick_engine(Config.from_env(folder, {})))
    make_office_past(database, 120, now=NOW)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(forecasting, "PAST_SHOWN", 1)
        assert forecasting.renew(database, actor=ADMIN, now=NOW) == 2
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.engine.dispose()
    return folder / "crm.sqlite3"


@pytest.fixture
def office(
    database: Database, config: Config, made: Path, monkeypatch: pytest.MonkeyPatch
) -> Database:
    shutil.copy(made, config.data / "crm.sqlite3")
    monkeypatch.setattr(forecasting, "PAST_SHOWN", 1)
    return database


def rows(database: Database) -> dict[tuple[date, bool], Any]:
    with database.unscoped_reader(purpose="test") as session:
        return {
            (row.day, row.is_own): (row.basis, row.figures, row.made_at)
            for row in session.scalars(sa.select(Forecast))
        }


def test_the_own_one_and_the_one_of_before(office: Database) -> None:
    found = rows(office)
    assert found.keys() == {(OWN, True), (EARLIER, False)}
    for (day, _is_own), (_basis, figures, _made) in found.items():
        outlook = from_plain(Outlook, figures["types"][LeadType.INVESTMENT.value])
        with office.engine.connect() as connection:
            states = list(
                connection.execute(
                    sa.select(LeadRevision.__table__).where(
                        LeadRevision.valid_from < end_of(day),
                        sa.or_(
                            LeadRevision.valid_to.is_(None), LeadRevision.valid_to >= end_of(day)
                        ),
                        LeadRevision.stage != StageCode.ANNOUNCED,
                        LeadRevision.status.in_((Status.ACTIVE, Status.ON_HOLD)),
                    )
                )
            )
        assert outlook.lead_count == len(states) > 10
        assert outlook.quarters[0].quarter is not None
        assert outlook.quarters[0].quarter.starts_on == day + timedelta(days=1)
        assert outlook.quarters[0].leads.mean > 0
        said = from_plain(Outlook, figures["types"][LeadType.PARTNERSHIP.value])
        assert said.lead_count == 0


def test_nothing_is_made_twice(office: Database) -> None:
    before = rows(office)
    assert forecasting.renew(office, actor=ADMIN, now=NOW + timedelta(days=1)) == 0
    # Weeks into the quarter the own one stays as it was said.
    assert forecasting.renew(office, actor=ADMIN, now=NOW + timedelta(days=40)) == 0
    assert rows(office) == before


def make_office_past_lead(database: Database, reference: str, **values: Any) -> int:
    return lead_through(database, date(2026, 1, 9), reference=reference, **values)


def outsiders(database: Database) -> Any:
    """What somebody in no team reads, stored forecasts included."""
    with database.reader(OUTSIDER) as session:
        return read_forecast(session, ReportParams(), now=NOW).to_plain()


def sealed(database: Database, lead_id: int, team_id: int) -> None:
    with database.transaction(ADMIN) as session:
        lead = session.get_one(Lead, lead_id)
        restrict_lead(session, lead, team_id=team_id, reason="Asked.", actor=ADMIN, now=NOW)


def test_a_restricted_lead_is_in_none(office: Database) -> None:
    before, read = rows(office), outsiders(office)
    team = make_team(office, make_user(office))
    hidden = make_office_past_lead(office, "R9998", team_id=team.id)
    with office.transaction(ADMIN) as session:
        lead = session.get_one(Lead, hidden)
        edit_lead(session, lead, {"capex": stated(90_000)}, actor=ADMIN, now=NOW)
    announced = [date(2026, 1, 9)] * 7 + [date(2026, 8, 3)]
    lead_through(office, *announced, reference="R9997", team_id=team.id)
    assert forecasting.renew(office, actor=ADMIN, now=NOW) == 0
    found = past_chances(office, [EARLIER], zone=ZONE)[0]
    outlook = from_plain(Outlook, before[EARLIER, False][1]["types"]["investment"])
    assert len(found.leads) == outlook.lead_count
    assert outsiders(office) == read


def test_what_is_learnt_changes_the_computed_one_alone_until_it_is_sealed(
    office: Database,
) -> None:
    before, read = rows(office), outsiders(office)
    announced = [date(2026, 1, 9)] * 7 + [date(2026, 8, 3)]
    lead_id = lead_through(office, *announced, reference="R9996", capex=stated(7_000))
    assert forecasting.renew(office, actor=ADMIN, now=NOW) == 1
    learnt = rows(office)
    assert learnt[OWN, True] == before[OWN, True]
    assert learnt[EARLIER, False] != before[EARLIER, False]
    assert outsiders(office) != read
    sealed(office, lead_id, make_team(office, make_user(office)).id)
    assert forecasting.renew(office, actor=ADMIN, now=NOW) == 1
    after = rows(office)
    for name in ("types", "public"):
        assert after[EARLIER, False][1][name] == before[EARLIER, False][1][name]
    assert after[OWN, True] == before[OWN, True]
    assert outsiders(office) == read


def test_a_lead_under_embargo_is_in_none_for_the_public(office: Database) -> None:
    before = rows(office)
    lead_id = make_office_past_lead(office, "R9995")
    with office.unscoped_reader(purpose="test") as session:
        lead = session.get_one(Lead, lead_id)
    make_announcement(
        office, lead, embargo_until=NOW + timedelta(days=3), embargo_zone=ZONE, now=NOW
    )
    assert forecasting.renew(office, actor=ADMIN, now=NOW) == 1
    after = rows(office)[EARLIER, False][1]
    was = before[EARLIER, False][1]["types"]["investment"]["lead_count"]
    assert after["types"]["investment"]["lead_count"] == was + 1
    assert after["public"]["investment"]["lead_count"] == was
    # Whatever else was learned of it, nothing is made anew while it stays so.
    assert forecasting.renew(office, actor=ADMIN, now=NOW) == 0


def test_an_empty_office_has_none(database: Database) -> None:
    assert forecasting.renew(database, actor=ADMIN, now=NOW) == 0


class Here:
    """Does in this process what a process of its own would do."""

    def __init__(self, *_args: Any, **_kwargs: Any) -> None:
        pass

    def __enter__(self) -> "Here":
        return self

    def __exit__(self, *_error: object) -> None:
        pass

    def submit(self, function: Any, *arguments: Any) -> Future[Any]:
        done: Future[Any] = Future()
        done.set_result(function(*arguments))
        return done


def test_the_duty_asks_once_a_day_for_the_job(
    office: Database, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forecasting, "ProcessPoolExecutor", Here)
    asked = []
    for hours in (0, 1, 2, 26):
        moment = NOW + timedelta(hours=hours)
        with office.unscoped(ADMIN, purpose="test") as session:
            forecasting.run(session, now=moment)
        asked.append(work_once(office, config, clock=lambda now=moment: now))  # type: ignore[misc]
    assert asked == [True, False, False, True]
    with office.unscoped_reader(purpose="test") as session:
        problems = session.scalars(sa.select(Job.problem)).all()
    assert problems == [None]
    assert len(rows(office)) == 2
