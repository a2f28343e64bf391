"""How PostgreSQL reads the states of a day when there are many: by an index."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from bench.reports_office import NOW, fill
from config import Config
from crm.database import Database, create_engine
from crm.reports.catalogue import get_report
from crm.reports.params import ReportParams
from models.user import LOCAL_ADMINISTRATOR, Role
from tests.support.postgres import create_database

pytestmark = pytest.mark.postgres
EARLY = date(2021, 6, 1)


@pytest.fixture(scope="module")
def many(
    postgres_server: str, migrated_postgres: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    """A thousand leads with ten states each."""
    with create_database(postgres_server, template=migrated_postgres) as url:
        folder = tmp_path_factory.mktemp("many")
        database = Database(
            create_engine(Config(data=folder, database_url=url, secret_key="x" * 32))
        )
        fill(database, 1_000)
        yield database
        database.engine.dispose()


def plans_of(database: Database, code: str, params: ReportParams, *settings: str) -> str:
    """The plans of the statements of a report that read the history, under settings."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_more: Any) -> None:
        if "lead_revisions" in statement:
            asked.append((statement, values))

    sa.event.listen(database.engine, "before_cursor_execute", note)
    actor = replace(LOCAL_ADMINISTRATOR, office_time_zone="America/Toronto")
    with database.reader(actor) as session:
        get_report(code, Role.MANAGER).figures(session, params, now=NOW)
    sa.event.remove(database.engine, "before_cursor_execute", note)
    with database.engine.connect() as connection:
        for setting in settings:
            connection.exec_driver_sql(f"SET LOCAL {setting}")
        return "\n".join(
            line
            for statement, values in asked
            for (line,) in connection.exec_driver_sql(f"EXPLAIN {statement}", values)
        )


@pytest.mark.parametrize("code", ["pipeline", "conversion", "velocity"])
def test_a_past_day_is_read_by_an_index(many: Database, code: str) -> None:
    plan = plans_of(many, code, ReportParams(as_of=EARLY))
    assert "ix_lead_revisions_valid_from_lead_id" in plan
    assert "Seq Scan on lead_revisions" not in plan


@pytest.mark.parametrize("code", ["conversion", "velocity"])
def test_the_index_of_courses_holds_all_that_they_read(many: Database, code: str) -> None:
    # With few leads reading all rows is as fast: only then does the plan say what is possible.
    settings = ("enable_seqscan = off", "enable_bitmapscan = off")
    plan = plans_of(many, code, ReportParams(), *settings)
    assert "Index Only Scan using ix_lead_revisions_course" in plan
