"""Jobs are taken up once, held by one worker, and taken up again when it dies."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from config import Config
from crm.database import Database
from crm.jobs import service, worker
from crm.jobs.service import LEASE, MOST_ATTEMPTS, Claim
from models.errors import DomainError
from models.job import Job, JobState
from models.user import LOCAL_ADMINISTRATOR, Role
from tests.factories.user import make_user
from tests.support.application import NOW

Work = Callable[[worker.Run], None]


def ask(database: Database, kind: str = "test", **values: Any) -> int:
    """A job that waits."""
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        given = {"batch_id": None, "actor_id": None, "now": NOW, **values}
        return service.ask(session, kind, {"n": 1}, **given).id


def claim(database: Database, now: Any = NOW) -> Claim | None:
    """Take one up."""
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        return service.claim(session, now=now)


def job(database: Database, number: int) -> Job:
    """The job as it stands."""
    with database.unscoped_reader(purpose="test") as session:
        return session.get_one(Job, number)


@pytest.fixture
def does(monkeypatch: pytest.MonkeyPatch) -> Callable[[Work], None]:
    """Say what the kind "test" does."""

    def say(work: Work) -> None:
        monkeypatch.setattr(worker, "_work_of", lambda _kind: work)

    return say


def test_a_job_is_taken_up_once_and_the_oldest_first(any_database: Database) -> None:
    first, second = ask(any_database), ask(any_database, now=NOW + timedelta(seconds=1))
    found = [claim(any_database), claim(any_database)]
    assert [one.id for one in found if one is not None] == [first, second]
    assert claim(any_database) is None


def test_what_a_dead_worker_held_is_taken_up_again(any_database: Database) -> None:
    number = ask(any_database)
    dead = claim(any_database)
    assert dead is not None
    assert claim(any_database, NOW + LEASE - timedelta(seconds=1)) is None
    again = claim(any_database, NOW + LEASE + timedelta(seconds=1))
    assert again is not None
    assert (again.id, again.token != dead.token) == (number, True)
    with any_database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        # The one that was thought dead has nothing to say any more.
        assert not service.renew(session, dead, now=NOW, done_count=9)
        assert not service.finish(session, dead, now=NOW)
        assert service.renew(session, again, now=NOW, done_count=3, step="so far")
    assert (job(any_database, number).done_count, job(any_database, number).step) == (3, "so far")


def test_a_heartbeat_keeps_a_job(any_database: Database) -> None:
    ask(any_database)
    held = claim(any_database)
    assert held is not None
    with any_database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        assert service.renew(session, held, now=NOW + LEASE)
    assert claim(any_database, NOW + LEASE + timedelta(seconds=1)) is None


def test_a_job_that_never_ends_is_given_up(database: Database) -> None:
    number = ask(database)
    for attempt in range(MOST_ATTEMPTS):
        assert claim(database, NOW + 2 * attempt * LEASE) is not None
    assert claim(database, NOW + 2 * MOST_ATTEMPTS * LEASE) is None
    assert job(database, number).state is JobState.FAILED
    assert str(MOST_ATTEMPTS) in (job(database, number).problem or "")


def test_the_worker_does_it_and_says_so(
    database: Database, config: Config, does: Callable[[Work], None]
) -> None:
    number = ask(database)
    told: list[int] = []

    def work(run: worker.Run) -> None:
        run.tell("half way", 5, 10)
        told.append(job(database, number).done_count)

    does(work)
    assert worker.work_once(database, config, clock=lambda: NOW)
    assert told == [5]
    assert (job(database, number).state, job(database, number).finished_at) == (JobState.DONE, NOW)
    assert not worker.work_once(database, config, clock=lambda: NOW)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (DomainError("The file %(name)s is gone.", name="a.csv"), "The file a.csv is gone."),
        (RuntimeError("secret inside"), "Something went wrong here."),
    ],
)
def test_a_failure_is_a_sentence(
    database: Database,
    config: Config,
    does: Callable[[Work], None],
    error: Exception,
    words: str,
) -> None:
    number = ask(database)

    def work(_run: worker.Run) -> None:
        raise error

    does(work)
    assert worker.work_once(database, config)
    found = job(database, number)
    assert found.state is JobState.FAILED
    assert (found.problem or "").startswith(words)
    assert "secret" not in (found.problem or "")


def test_nobody_works_on_for_whoever_left(
    database: Database, config: Config, does: Callable[[Work], None]
) -> None:
    user = make_user(database, role=Role.OFFICER)
    number = ask(database, actor_id=user.id)
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        session.execute(
            sa.update(type(user)).where(type(user).id == user.id).values(is_active=False)
        )
    does(lambda _run: pytest.fail("worked for a leaver"))
    assert worker.work_once(database, config)
    assert job(database, number).state is JobState.FAILED


def test_a_worker_that_lost_its_job_stops(
    database: Database, config: Config, does: Callable[[Work], None]
) -> None:
    number = ask(database)
    seen: list[str] = []

    def work(run: worker.Run) -> None:
        with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
            session.execute(sa.update(Job).values(token="another"))
        run.tell(done_count=1)
        seen.append("went on")

    does(work)
    assert worker.work_once(database, config)
    assert seen == []
    assert job(database, number).state is JobState.RUNNING


def test_the_thread_takes_up_what_comes(
    database: Database, config: Config, does: Callable[[Work], None]
) -> None:
    done = threading.Event()
    does(lambda _run: done.set())
    number = ask(database)
    stop = worker.start(database, config)
    try:
        assert done.wait(10)
        for _ in range(100):
            if job(database, number).state is JobState.DONE:
                break
            threading.Event().wait(0.05)
        assert job(database, number).state is JobState.DONE
    finally:
        stop.set()
