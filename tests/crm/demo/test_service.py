"""Loading the demo: into an empty office, whole or not at all, the same for the same seed."""

import csv
import stat
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from config import Config
from crm.auth.passwords import Passwords
from crm.cli import main
from crm.database import Database
from crm.demo.service import demo_accounts, has_demo_accounts, load_demo
from crm.leads.apply import insert_leads
from crm.leads.details import LeadDetails
from crm.leads.plan import plan_open
from crm.timezones import today
from models.errors import ConflictError, ForbiddenError
from models.lead import Lead
from models.measure import StatedDate
from models.stage import StageCode
from models.tables import METADATA
from models.user import LOCAL_ADMINISTRATOR, Actor, Role, User
from tests.crm.demo.conftest import NOW, Demo, EmptyOffice

TODAY = today(NOW, "America/Toronto")
TRUTH_HEAD = ["ref", "p", "win", "first_contact", "closed"]


@pytest.fixture(scope="module")
def session(demo: Demo) -> Iterator[Session]:
    with demo.database.unscoped_reader(purpose="test") as session:
        yield session


def _leads(session: Session) -> list[Lead]:
    return list(session.scalars(sa.select(Lead).order_by(Lead.id)))


def _is_open(lead: Lead) -> bool:
    return lead.status.is_open and lead.stage is not StageCode.ANNOUNCED


def _dump(database: Database) -> dict[str, list[Any]]:
    """Every row of every table, without what is random or read from the clock on purpose."""
    dumped = {}
    with database.engine.connect() as connection:
        for table in METADATA.sorted_tables:
            columns = [
                column
                for column in table.c
                if column.name not in ("public_id", "password_hash")
                and (table.name, column.name) != ("audit_entries", "at")
                and (table.name, column.name) != ("audit_entries", "changes")
            ]
            if columns:
                rows = connection.execute(sa.select(*columns).order_by(*table.primary_key))
                dumped[table.name] = [tuple(row) for row in rows]
    # One flush tells of the records that it changed in any order.
    dumped["audit_entries"] = sorted((row[1:] for row in dumped["audit_entries"]), key=str)
    return dumped


def test_the_same_seed_and_day_give_the_same_rows(empty_office: EmptyOffice) -> None:
    dumps = []
    for seed in (7, 7, 8):
        config, database = empty_office()
        load_demo(database, config, leads=60, seed=seed, now=NOW)
        dumps.append(_dump(database))
    assert dumps[0].keys() == dumps[1].keys()
    for table, rows in dumps[0].items():
        assert rows == dumps[1][table], table
    assert dumps[0]["leads"] != dumps[2]["leads"]


def test_the_demo_loads_on_both_databases(any_database: Database, config: Config) -> None:
    result = load_demo(any_database, config, leads=60, seed=1, now=NOW)
    with any_database.unscoped_reader(purpose="test") as session:
        assert session.scalar(sa.select(sa.func.count(Lead.id))) == 60
    assert result.counts["leads"] == 60


@pytest.mark.parametrize("count", [1, 3])
def test_a_demo_may_be_tiny(count: int, empty_office: EmptyOffice) -> None:
    config, database = empty_office()
    assert load_demo(database, config, leads=count, now=NOW).counts["leads"] == count


def test_a_second_demo_is_refused_and_changes_nothing(empty_office: EmptyOffice) -> None:
    config, database = empty_office()
    load_demo(database, config, leads=10, seed=1, now=NOW)
    before = _dump(database)
    with pytest.raises(ConflictError, match="loaded already"):
        load_demo(database, config, leads=10, seed=2, now=NOW)
    assert _dump(database) == before


def test_an_office_with_leads_of_its_own_is_left_alone(empty_office: EmptyOffice) -> None:
    config, database = empty_office()
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        plan = plan_open(
            LeadDetails(code_name="Ours", first_contact=StatedDate(date(2026, 1, 5))),
            actor=LOCAL_ADMINISTRATOR,
            now=NOW,
        )
        insert_leads(session, [plan], actor=LOCAL_ADMINISTRATOR, now=NOW)
    before = _dump(database)
    with pytest.raises(ConflictError, match="leads of its own"):
        load_demo(database, config, leads=10, now=NOW)
    assert _dump(database) == before
    assert demo_accounts(config) == []


def test_people_of_an_empty_office_keep_their_names(empty_office: EmptyOffice) -> None:
    config, database = empty_office()
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        session.add(
            User(
                username="Dana",
                name="Dana herself",
                role=Role.ADMIN,
                time_zone="UTC",
                created_at=NOW,
            )
        )
    result = load_demo(database, config, leads=5, now=NOW)
    names = {account.username for account in result.accounts}
    assert "dana2" in names
    assert "dana" not in names


def test_an_officer_does_not_load_the_demo(empty_office: EmptyOffice) -> None:
    config, database = empty_office()
    officer = Actor(id=None, name="officer", role=Role.OFFICER)
    with pytest.raises(ForbiddenError):
        load_demo(database, config, leads=5, now=NOW, actor=officer)


def test_accounts_are_written_down_for_the_folders_owner(demo: Demo, session: Session) -> None:
    accounts = demo_accounts(demo.config)
    assert tuple(accounts) == demo.result.accounts
    assert {account.role for account in accounts} == {role.value for role in Role}
    [password] = {account.password for account in accounts}
    passwords = Passwords(demo.config)
    for account in accounts:
        user = session.scalars(sa.select(User).where(User.username == account.username)).one()
        assert passwords.verify(user.password_hash, password)
        passwords.check_new(password, username=account.username)
    path = demo.config.data / "demo_accounts.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_nobody_signs_in_as_who_has_left(session: Session) -> None:
    gone = session.scalars(sa.select(User).where(User.is_active.is_(False))).one()
    assert gone.password_hash is None
    assert all(not _is_open(lead) for lead in _leads(session) if lead.owner_id == gone.id)


def test_demo_accounts_are_found_until_the_last_is_deactivated(
    empty_office: EmptyOffice,
) -> None:
    config, database = empty_office()
    with database.unscoped_reader(purpose="test") as session:
        assert not has_demo_accounts(session)
    load_demo(database, config, leads=5, now=NOW)
    with database.unscoped_reader(purpose="test") as session:
        assert has_demo_accounts(session)
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        for user in session.scalars(sa.select(User)):
            user.is_active = False
    with database.unscoped_reader(purpose="test") as session:
        assert not has_demo_accounts(session)


def test_the_command_loads_and_writes_the_truth(
    empty_office: EmptyOffice, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config, _database = empty_office()
    truth = tmp_path / "truth.csv"
    arguments = ["demo", "load", "--leads", "12", "--seed", "4", "--data", str(config.data)]
    assert main([*arguments, "--truth", str(truth), "--json"]) == 0
    answer = capsys.readouterr().out
    assert '"leads": 12' in answer
    with truth.open(encoding="utf-8", newline="") as file:
        head, *rows = list(csv.reader(file))
    assert head == TRUTH_HEAD
    assert len(rows) == 12
    assert main(arguments) == 1
    assert "loaded already" in capsys.readouterr().err
