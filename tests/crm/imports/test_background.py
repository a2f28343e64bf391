"""Long files: read and applied by jobs, which survive the end of the one who works on them."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from config import Config
from crm.cli import main
from crm.database import Database
from crm.imports import background, draft_files
from crm.imports.prepared import as_json, from_json
from crm.imports.service import parse_file
from crm.imports.template import template_mapping, template_rows
from crm.jobs import worker
from crm.jobs.service import LEASE
from crm.leads.service import edit_lead
from crm.scores import apart
from models.import_batch import BatchKind, BatchState, ImportBatch, PreparedRow
from models.job import Job, JobState
from models.lead import Lead
from models.organization import Organization
from models.search import SearchEntry
from models.user import LOCAL_ADMINISTRATOR, Role
from tests.crm.imports.bringing import csv_bytes, parse, rows_of
from tests.crm.imports.offices import TODAY, make_office, to_csv
from tests.crm.imports.test_service_create import HEADER, row
from tests.crm.imports.test_views import brought, page

SignIn = Callable[..., FlaskClient]


@pytest.fixture(autouse=True)
def _short_is_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draft_files, "LONG", 5)
    # That a process of its own scores is seen with the rows that are laid out.
    monkeypatch.setattr(apart, "renew", lambda run: None)


def leads(count: int = 12, *bad: str) -> bytes:
    """A file of leads, with bad rows at its end."""
    rows = [row(f"A{number}", f"Firm {number}", f"架空{number}") for number in range(count)]
    return csv_bytes(HEADER, *rows, *bad)


def work(config: Config) -> None:
    """What cron does."""
    assert main(["jobs", "work", "--once", "--data", str(config.data), "--json"]) == 0


def state(database: Database) -> list[BatchState]:
    """How the batches stand."""
    return [one for (one,) in rows_of(database, sa.select(ImportBatch.state))]


def test_a_long_file_is_read_and_applied_by_jobs(
    sign_in: SignIn, database: Database, config: Config
) -> None:
    client = sign_in(Role.OFFICER)
    address = brought(client, leads())
    assert state(database) == [BatchState.READING]
    text = page(client, address)
    assert "Waiting for its turn" in text
    assert "<noscript><meta" in text
    assert "hx-trigger" in page(client, f"{address}/progress")
    work(config)
    assert state(database) == [BatchState.DRAFT]
    assert client.get(f"{address}/progress").headers["HX-Redirect"] == address
    assert rows_of(database, sa.select(sa.func.count()).select_from(PreparedRow)) == [(12,)]
    text = page(client, address)
    assert "12 leads will be created" in text
    assert "Firm 3" in text
    assert rows_of(database, sa.select(Lead.id)) == []
    client.post(f"{address}/apply")
    assert state(database) == [BatchState.APPLYING]
    work(config)
    assert state(database) == [BatchState.APPLIED]
    assert len(rows_of(database, sa.select(Lead.id))) == 12
    assert rows_of(database, sa.select(PreparedRow.row_number)) == []
    kept = rows_of(database, sa.select(sa.func.count(sa.distinct(SearchEntry.organization_id))))
    assert kept == [(12,)]
    assert "Found: 12 rows; 12 leads open" in page(client, address)
    client.post(f"{address}/undo")
    assert state(database) == [BatchState.UNDONE]
    assert rows_of(database, sa.select(Organization.id)) == []
    # Stepping back: the file, as it was read, is a draft again.
    answer = client.post(f"{address}/again")
    work(config)
    assert "12 leads will be created" in page(client, answer.location)


def test_mistakes_of_a_long_file_name_their_rows_and_come_as_a_file(
    sign_in: SignIn, config: Config
) -> None:
    client = sign_in(Role.OFFICER)
    bad = row("Z1").replace("2024-11-05", "yesterday")
    address = brought(client, leads(12, bad))
    work(config)
    text = page(client, address)
    assert "1 mistake" in text
    content = client.get(f"{address}/bad-rows").data.decode("utf-8-sig").splitlines()
    assert len(content) == 2
    assert content[0].endswith('"Problem"')
    assert "yesterday" in content[1]
    assert client.post(f"{address}/apply").status_code == 303
    work(config)
    assert "1 mistake" in page(client, address)


def test_a_killed_worker_s_file_is_read_after_all(
    sign_in: SignIn, database: Database, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = sign_in(Role.OFFICER)
    address = brought(client, leads())

    class Killed(BaseException):
        """What ends a process passes by everything."""

    def die(*_arguments: Any, **_more: Any) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(background, "_settle", die)
        with pytest.raises(Killed):
            worker.work_once(database, config)
    assert state(database) == [BatchState.READING]
    # Its lease still runs: nobody takes it up yet.
    assert not worker.work_once(database, config)
    later = datetime.now(UTC) + LEASE + timedelta(seconds=1)
    assert worker.work_once(database, config, clock=lambda: later)
    assert "12 leads will be created" in page(client, address)


def test_a_worker_killed_while_it_writes_leaves_nothing_half_imported(
    sign_in: SignIn, database: Database, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = sign_in(Role.OFFICER)
    address = brought(client, leads())
    work(config)
    client.post(f"{address}/apply")

    class Killed(BaseException):
        """What ends a process passes by everything."""

    def die(*_arguments: Any, **_more: Any) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(background, "follow", die)
        with pytest.raises(Killed):
            worker.work_once(database, config)
    assert rows_of(database, sa.select(Lead.id)) == []
    later = datetime.now(UTC) + LEASE + timedelta(seconds=1)
    while worker.work_once(database, config, clock=lambda: later):
        pass
    assert state(database) == [BatchState.APPLIED]
    assert len(rows_of(database, sa.select(Lead.id))) == 12
    states = {one for (one,) in rows_of(database, sa.select(Job.state))}
    assert states == {JobState.DONE}


def test_a_long_file_s_mapping_and_choices_are_read_anew(
    sign_in: SignIn, database: Database, config: Config
) -> None:
    client = sign_in(Role.OFFICER)
    address = brought(client, leads())
    work(config)
    client.post(f"{address}/mapping", data={"on_new": "skip"})
    assert state(database) == [BatchState.READING]
    work(config)
    assert "12 rows are left out" in page(client, address)


def test_a_long_import_is_taken_back_by_a_job(
    sign_in: SignIn, database: Database, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(draft_files, "LONG_TO_UNDO", 5)
    client = sign_in(Role.OFFICER)
    address = brought(client, leads())
    work(config)
    client.post(f"{address}/apply")
    work(config)
    for _twice in range(2):
        assert client.post(f"{address}/undo").status_code == 303
    undoing = sa.select(Job.state).where(Job.kind == "imports.undo")
    assert rows_of(database, undoing) == [(JobState.WAITING,)]
    text = page(client, address)
    assert "Waiting for its turn" in text
    assert "Throw it away" not in text
    assert "hx-trigger" in page(client, f"{address}/progress")
    work(config)
    assert state(database) == [BatchState.UNDONE]
    assert client.get(f"{address}/progress").headers["HX-Redirect"] == address
    assert "was undone" in page(client, address)
    assert rows_of(database, sa.select(Organization.id)) == []


def test_what_a_job_cannot_take_back_says_why(
    sign_in: SignIn, database: Database, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(draft_files, "LONG_TO_UNDO", 5)
    client = sign_in(Role.OFFICER)
    address = brought(client, leads())
    work(config)
    client.post(f"{address}/apply")
    work(config)
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        lead = session.scalars(sa.select(Lead).where(Lead.reference == "A3")).one()
        edit_lead(
            session, lead, {"need": "a site"}, actor=LOCAL_ADMINISTRATOR, now=datetime.now(UTC)
        )
    client.post(f"{address}/undo")
    work(config)
    text = page(client, address)
    assert "cannot be undone any more: 1 of its leads" in text
    assert "Firm 3" in text
    assert state(database) == [BatchState.APPLIED]
    assert len(rows_of(database, sa.select(Lead.id))) == 12


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("kind", BatchKind)
def test_every_row_is_the_same_after_it_was_kept(kind: BatchKind, language: str) -> None:
    header, *lines = template_rows(language, kind)
    parsed = parse(to_csv(header, lines), kind)
    assert parsed.mapping == template_mapping(language, kind)
    assert len(parsed.rows) == 2
    assert [from_json(as_json(one)) for one in parsed.rows] == list(parsed.rows)


def test_an_office_s_rows_are_the_same_after_they_were_kept() -> None:
    office = make_office("ko", 60, seed=5)
    from crm.imports.columns import match_columns
    from crm.imports.reading import read_table

    table = read_table(to_csv(office.headers, office.rows))
    parsed = parse_file(table, match_columns(table.headers, BatchKind.LEADS), today=TODAY)
    assert parsed.rows
    assert [from_json(as_json(one)) for one in parsed.rows] == list(parsed.rows)


def test_nobody_else_sees_how_far_a_file_is(sign_in: SignIn) -> None:
    address = brought(sign_in(Role.OFFICER), leads())
    other = sign_in(Role.OFFICER)
    for path in (address, f"{address}/progress", f"{address}/bad-rows"):
        assert other.get(path).status_code == 404
    assert re.fullmatch(r"/imports/[a-z2-7]{16}", address)
