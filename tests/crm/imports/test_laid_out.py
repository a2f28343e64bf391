"""Leads laid out before the lock: the same is written, and whoever wrote meanwhile counts."""

import dataclasses
import hashlib
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from config import Config
from crm import audit
from crm.database import Database
from crm.imports import background, drafts, service
from crm.imports.apply import Ahead, OvertakenError, lay_out
from crm.imports.overtaken import is_overtaken
from crm.imports.plan import ImportPlan
from crm.imports.writing import newest_key
from crm.jobs import service as jobs
from crm.jobs import worker
from crm.leads.service import edit_lead
from crm.scores import apart
from models.audit import AuditEntry
from models.duplicate import StewardNotice
from models.import_batch import BatchState, ImportBatch
from models.lead import Lead
from models.organization import Organization
from models.score import ModelVersion
from models.search import SearchEntry
from models.tables import METADATA
from models.user import LOCAL_ADMINISTRATOR, Actor, Role
from tests.crm.imports.bringing import LEADS, NOW, ZONE, bring, check, csv_bytes, parse, rows_of
from tests.crm.imports.test_service_create import HEADER, row
from tests.crm.imports.test_service_undo import CHANGED, FIRST, LATER
from tests.factories.lead import make_lead
from tests.factories.organization import make_organization, restrict
from tests.factories.user import actor_for, make_team, make_user
from tests.support.application import quick_engine

MANY = csv_bytes(
    HEADER + "|Contact",
    *(row(f"A{number}", f"Firm {number}", f"架空{number}") + "|山田太郎" for number in range(9)),
    row("B1", "Firm 1", "架空1") + "|山田太郎",
    row("B2", "Firm 2", "架空2", status="Lost", reason="Lost to Ohio") + "|Jane Roe",
)
Meanwhile = Callable[[], object]


def bring_laid_out(
    database: Database,
    content: bytes,
    *,
    actor: Actor = LOCAL_ADMINISTRATOR,
    now: datetime = NOW,
    is_ahead: bool = True,
    meanwhile: Meanwhile = lambda: None,
) -> Ahead | None:
    """An import that is laid out before its transaction begins, or just written."""
    parsed = parse(content, LEADS, now)
    with database.transaction(actor) as session:
        batch = service.draft_batch(
            parsed.table,
            parsed.mapping,
            file_name="leads.csv",
            sha256=hashlib.sha256(content).hexdigest(),
            actor=actor,
            now=now,
        )
        session.add(batch)
    ahead = None
    with database.apart() as alone:
        with database.aside(actor, alone) as reading:
            plan = service.plan_import(reading, parsed, actor=actor, now=now, zone_name=ZONE)
            if is_ahead:
                ahead = lay_out(reading, plan, batch_id=batch.id, actor=actor, now=now)
            # The lock is nobody's while this goes on.
            meanwhile()
        with database.transaction(actor, alone) as session:
            draft = session.get_one(ImportBatch, batch.id)
            service.apply_import(session, plan, draft, actor=actor, now=now, ahead=ahead)
    return ahead


def dump(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, but for what chance and the clock make."""
    found = {}
    with database.engine.connect() as connection:
        for table in METADATA.sorted_tables:
            columns = [column for column in table.c if column.name not in ("public_id", "at")]
            order = list(table.primary_key.columns)
            rows = connection.execute(sa.select(*columns).order_by(*order)).all()
            # Which of several audit entries comes first is nobody's business.
            found[table.name] = (
                sorted((tuple(row)[1:] for row in rows), key=repr)
                if table.name == "audit_entries"
                else [tuple(map(_without_chance, row)) for row in rows]
            )
    return found


def _without_chance(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_chance(one) for name, one in value.items() if name != "public_id"}
    if isinstance(value, list):
        return [_without_chance(one) for one in value]
    return value


@pytest.fixture
def other(tmp_path: Path, migrated_sqlite: Path, config: Config) -> Iterator[Database]:
    """A second empty database."""
    file = tmp_path / "other.sqlite3"
    shutil.copy(migrated_sqlite, file)
    found = Database(quick_engine(dataclasses.replace(config, database_url=f"sqlite:///{file}")))
    yield found
    found.engine.dispose()


@pytest.mark.parametrize(("before", "content"), [(None, MANY), (FIRST, CHANGED)])
def test_rows_laid_out_ahead_become_what_they_would_have_been(
    database: Database, other: Database, before: bytes | None, content: bytes
) -> None:
    for one, is_ahead in ((database, True), (other, False)):
        if before is not None:
            bring(one, before)
        ahead = bring_laid_out(one, content, now=LATER, is_ahead=is_ahead)
        assert (ahead is not None) is is_ahead
    assert dump(database) == dump(other)
    with database.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
        # They were in tables of a connection that is gone.
        names = connection.exec_driver_sql("SELECT name FROM temp.sqlite_master").scalars().all()
        assert not [name for name in names if name.startswith("aside")]


def test_everybody_else_can_write_while_rows_are_laid_out(database: Database) -> None:
    bring(database, FIRST)
    with database.apart() as alone, database.aside(LOCAL_ADMINISTRATOR, alone) as reading:
        parsed = parse(MANY, LEADS)
        plan = service.plan_import(
            reading, parsed, actor=LOCAL_ADMINISTRATOR, now=NOW, zone_name=ZONE
        )
        assert lay_out(reading, plan, batch_id=1, actor=LOCAL_ADMINISTRATOR, now=NOW)
        make_organization(database, name="Somebody's")
        assert len(rows_of(database, sa.select(Lead.id))) == 3


def make_owner(database: Database) -> None:
    """Somebody whose key the file's first owner would have had."""
    make_user(database, name="Somebody New")


def make_another(database: Database) -> None:
    """A lead whose key the file's first lead would have had."""
    make_lead(database, code_name="Somebody's")


@pytest.mark.parametrize("write", [make_owner, make_another])
def test_keys_that_were_given_away_meanwhile_are_noticed(
    database: Database, write: Callable[[Database], object]
) -> None:
    with pytest.raises(OvertakenError):
        bring_laid_out(database, MANY, meanwhile=lambda: write(database))
    assert rows_of(database, sa.select(Lead.id).where(Lead.reference.is_not(None))) == []
    named = sa.select(Organization.id).where(Organization.name.like("Firm%"))
    assert rows_of(database, named) == []


def edit(database: Database, named: str, **values: Any) -> None:
    """Somebody changes a lead."""
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        lead = session.scalars(sa.select(Lead).where(Lead.reference == named)).one()
        edit_lead(session, lead, values, actor=LOCAL_ADMINISTRATOR, now=LATER)


def note(database: Database, action: str, table: str) -> None:
    """Something that only the trail tells of."""
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        audit.record(session, action, table, now=LATER)


@pytest.mark.parametrize(
    ("write", "counts"),
    [
        (lambda database: None, False),
        (lambda database: note(database, "signed_in", "users"), False),
        (lambda database: note(database, "created", "interactions"), False),
        (lambda database: note(database, "changed", "users"), True),
        (lambda database: note(database, "changed", "contacts"), True),
        (lambda database: note(database, "merged", "organizations"), True),
        (lambda database: edit(database, "A3", need="a site"), False),
        (lambda database: edit(database, "A3", reference="N1"), True),
        (lambda database: edit(database, "A2", need="a site"), True),
        (make_another, True),
        (lambda database: make_organization(database, name="New Works"), True),
    ],
)
def test_only_what_a_plan_may_rest_on_overtakes_it(
    any_database: Database, write: Callable[[Database], object], counts: bool
) -> None:
    bring(any_database, FIRST)
    with any_database.reader(LOCAL_ADMINISTRATOR) as session:
        seen = newest_key(session, AuditEntry)
    content = csv_bytes(HEADER, row("A2", "Second Works", "", stage="Proposal"), row("N1", "New"))
    plan = check(any_database, content, now=LATER)
    write(any_database)
    with any_database.transaction(LOCAL_ADMINISTRATOR) as session:
        assert is_overtaken(session, plan, seen) is counts


@pytest.fixture
def ask(any_database: Database, config: Config) -> Callable[..., ImportBatch]:
    """Ask for the jobs that bring a file in."""
    url = any_database.engine.url.render_as_string(hide_password=False)
    settings = dataclasses.replace(config, database_url=url)

    def bring_by_job(content: bytes, actor: Actor = LOCAL_ADMINISTRATOR) -> ImportBatch:
        parsed = parse(content, LEADS)
        with any_database.transaction(LOCAL_ADMINISTRATOR) as session:
            batch = service.draft_batch(
                parsed.table,
                parsed.mapping,
                file_name="leads.csv",
                sha256=hashlib.sha256(content).hexdigest(),
                actor=actor,
                now=datetime.now(UTC),
            )
            batch.mapping = None
            session.add(batch)
            session.flush()
            drafts.keep(settings, batch.public_id, content)
        for kind, state in (
            ("imports.read", BatchState.READING),
            ("imports.apply", BatchState.APPLYING),
        ):
            with any_database.transaction(LOCAL_ADMINISTRATOR) as session:
                session.get_one(ImportBatch, batch.id).state = state
                jobs.ask(
                    session,
                    kind,
                    {},
                    batch_id=batch.id,
                    actor_id=actor.id,
                    now=datetime.now(UTC),
                )
            while worker.work_once(any_database, settings):
                pass
        with any_database.reader(LOCAL_ADMINISTRATOR) as session:
            return session.get_one(ImportBatch, batch.id)

    return bring_by_job


@pytest.fixture
def _nothing_is_scored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "renew", lambda run: None)


@pytest.mark.usefixtures("_nothing_is_scored")
def test_a_job_brings_a_file_in_and_another_takes_it_back(
    any_database: Database, config: Config, ask: Callable[..., ImportBatch]
) -> None:
    batch = ask(MANY)
    assert batch.state is BatchState.APPLIED
    assert (batch.created_count, batch.row_count) == (11, 11)
    assert batch.summary is not None
    assert batch.summary["outcome"]["open"] == 10
    assert batch.summary["contacts"] == 10
    found = sa.select(sa.func.count(sa.distinct(SearchEntry.lead_id)))
    assert rows_of(any_database, found) == [(11,)]
    with any_database.transaction(LOCAL_ADMINISTRATOR) as session:
        jobs.ask(session, "imports.undo", {}, batch_id=batch.id, actor_id=None, now=NOW)
    while worker.work_once(any_database, config):
        pass
    assert rows_of(any_database, sa.select(ImportBatch.state)) == [(BatchState.UNDONE,)]
    for record in (Lead, Organization, SearchEntry):
        assert rows_of(any_database, sa.select(record.id)) == []


@pytest.mark.usefixtures("_nothing_is_scored")
@pytest.mark.parametrize("times", [1, 9])
def test_a_file_that_is_overtaken_again_and_again_comes_in_all_the_same(
    any_database: Database,
    ask: Callable[..., ImportBatch],
    monkeypatch: pytest.MonkeyPatch,
    times: int,
) -> None:
    plans: list[ImportPlan] = []
    plan_import = service.plan_import

    def meanwhile(session: Any, parsed: Any, **more: Any) -> ImportPlan:
        plan = plan_import(session, parsed, **more)
        if "progress" not in more:
            plans.append(plan)
        if "progress" not in more and len(plans) <= min(times, 3):
            name = f"Firm {len(plans)}"
            make_organization(any_database, name=name, native_name=None, country="JP")
        return plan

    monkeypatch.setattr(background.service, "plan_import", meanwhile)
    assert ask(MANY).state is BatchState.APPLIED
    assert len(plans) == (2 if times == 1 else 4)
    for number in range(1, min(times, 3) + 1):
        named = sa.select(Organization.id).where(Organization.name == f"Firm {number}")
        assert len(rows_of(any_database, named)) == 1
    assert len(rows_of(any_database, sa.select(Lead.id))) == 11


@pytest.mark.usefixtures("_nothing_is_scored")
def test_stewards_hear_of_what_a_long_file_may_repeat(
    any_database: Database, config: Config, ask: Callable[..., ImportBatch]
) -> None:
    team = make_team(any_database)
    hidden = make_organization(any_database, name="Firm 3", native_name="架空3", country="JP")
    restrict(any_database, hidden, team.id)
    officer = actor_for(any_database, make_user(any_database, role=Role.OFFICER))
    batch = ask(MANY, officer)
    firm = sa.select(Organization.id).where(Organization.batch_id.is_not(None))
    [(repeated,)] = rows_of(any_database, firm.where(Organization.name == "Firm 3"))
    notices = sa.select(StewardNotice.organization_id, StewardNotice.other_id)
    told = rows_of(any_database, notices)
    assert (hidden.id, repeated) in told
    # Whoever takes the job up anew tells nobody twice.
    with any_database.transaction(LOCAL_ADMINISTRATOR) as session:
        jobs.ask(session, "imports.index", {}, batch_id=batch.id, actor_id=officer.id, now=NOW)
    assert worker.work_once(any_database, config)
    assert rows_of(any_database, notices) == told


# On SQLite `tests/crm/scores/test_versions.py` trains in a process of its own.
@pytest.mark.parametrize(
    "any_database", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True
)
def test_a_long_file_is_scored_in_a_process_of_its_own(
    any_database: Database, ask: Callable[..., ImportBatch]
) -> None:
    assert ask(MANY).state is BatchState.APPLIED
    assert rows_of(any_database, sa.select(ModelVersion.number)) == [(1,)]
