"""Duties are done when they are due, by one worker, and a failing one stops no other."""

import logging
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.database import Database
from crm.jobs import duties, registry
from crm.jobs.registry import Duty
from crm.jobs.service import claim
from models.job import Job, JobState
from models.organization import Sector
from models.user import LOCAL_ADMINISTRATOR
from tests.support.application import NOW

HERE = __name__
done: list[datetime] = []


@pytest.fixture(autouse=True)
def _nothing_done() -> Iterator[None]:
    done.clear()
    yield
    gate.set()


def note(_session: Session, *, now: datetime) -> None:
    """A duty that leaves a trace."""
    done.append(now)


def write(session: Session, *, now: datetime) -> None:
    """A duty that writes."""
    session.add(Sector(code=f"of {now:%H:%M:%S}", name_en="Made by a duty", name_fr="Fait"))


def write_and_fail(session: Session, *, now: datetime) -> None:
    """A duty that writes and then fails."""
    write(session, now=now)
    session.flush()
    raise RuntimeError("broken")


gate, inside = threading.Event(), threading.Event()


def take_long(_session: Session, *, now: datetime) -> None:
    """A duty that is still at it."""
    done.append(now)
    inside.set()
    gate.wait(10)


def duty(function: str = "note", every: int = 60, name: str = "") -> Duty:
    return Duty(name or function, every, f"{HERE}:{function}")


def do(database: Database, *listed: Duty, now: datetime = NOW) -> list[str]:
    return duties.do_due(database, listed, clock=lambda: now)


def rows(database: Database) -> list[Any]:
    with database.unscoped_reader(purpose="test") as session:
        return list(session.scalars(sa.select(Job).order_by(Job.step)))


def sectors(database: Database) -> list[str]:
    with database.unscoped_reader(purpose="test") as session:
        return list(
            session.scalars(sa.select(Sector.code).where(Sector.name_en == "Made by a duty"))
        )


def test_a_duty_is_done_when_it_is_due_and_not_before(any_database: Database) -> None:
    assert do(any_database, duty()) == ["note"]
    assert do(any_database, duty(), now=NOW + timedelta(seconds=59)) == []
    assert do(any_database, duty(), now=NOW + timedelta(seconds=60)) == ["note"]
    assert done == [NOW, NOW + timedelta(seconds=60)]
    [row] = rows(any_database)
    assert (row.step, row.done_count, row.state, row.problem) == ("note", 2, JobState.DONE, None)


def test_what_was_missed_is_done_once_and_a_wrong_clock_stops_nothing(database: Database) -> None:
    do(database, duty())
    assert do(database, duty(), now=NOW + timedelta(days=3)) == ["note"]
    # That clock was three days ahead: set right again, nobody waits for three days.
    assert do(database, duty(), now=NOW + timedelta(seconds=60)) == ["note"]
    assert do(database, duty(), now=NOW + timedelta(seconds=61)) == []


def test_what_it_writes_is_kept(any_database: Database) -> None:
    do(any_database, duty("write"))
    assert len(sectors(any_database)) == 1


def test_a_failure_writes_nothing_is_logged_and_stops_no_other(
    any_database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    listed = duty("write_and_fail"), duty("note"), Duty("gone", 60, "crm.jobs.nowhere:nothing")
    with caplog.at_level(logging.ERROR):
        assert do(any_database, *listed) == ["write_and_fail", "note", "gone"]
    assert (sectors(any_database), done) == ([], [NOW])
    assert "duty write_and_fail failed" in caplog.text
    states = {row.step: (row.state, row.problem is None) for row in rows(any_database)}
    assert states["write_and_fail"] == states["gone"] == (JobState.FAILED, False)
    # It is tried again in its own time, not at once.
    assert do(any_database, *listed, now=NOW + timedelta(seconds=5)) == []
    again = do(any_database, *listed, now=NOW + timedelta(seconds=60))
    assert "write_and_fail" in again


def test_a_failure_of_the_commit_is_not_begun_again_at_once(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def settle(_session: Session) -> None:
        if done and len(done) < 2:
            done.append(NOW)
            raise RuntimeError("not committed")

    monkeypatch.setattr("crm.database.upkeep.settle", settle)
    do(database, duty())
    assert do(database, duty(), now=NOW + timedelta(seconds=5)) == []
    assert rows(database)[0].state is JobState.FAILED


def test_two_workers_do_it_once(any_database: Database) -> None:
    do(any_database, duty("note", name="slow"), now=NOW - timedelta(days=1))
    done.clear()
    gate.clear()
    inside.clear()
    slow = duty("take_long", name="slow")
    first = threading.Thread(target=do, args=(any_database, slow))
    second = threading.Thread(target=do, args=(any_database, slow))
    first.start()
    assert inside.wait(10)
    second.start()
    # On PostgreSQL the second finds the row held and goes its way; on SQLite it waits its turn.
    second.join(0.5)
    gate.set()
    first.join(10)
    second.join(10)
    assert len(done) == 1


def test_the_row_of_a_duty_is_no_job_that_waits(database: Database) -> None:
    do(database, duty(), duty("write_and_fail"))
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        assert claim(session, now=NOW + timedelta(days=1)) is None


def test_the_tables_name_what_there_is() -> None:
    paths = [path for kind in registry.KINDS.values() for path in (kind.work, kind.give_up) if path]
    paths += [one.run for one in registry.DUTIES]
    assert paths
    for path in paths:
        assert callable(registry.load(path)), path
    # What is kept of them has to fit its columns, and each duty its own row.
    assert all(len(kind) <= 40 for kind in registry.KINDS)
    names = [one.name for one in registry.DUTIES]
    assert len(names) == len(set(names))
