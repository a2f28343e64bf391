"""The worker: takes up jobs one after the other, and keeps hold of the one it works on."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from config import Config
from crm.auth.service import actor_of
from crm.database import Database
from crm.jobs import duties, service
from crm.jobs.registry import KINDS, load
from crm.jobs.service import LEASE, Claim
from models.errors import DomainError, N_
from models.user import LOCAL_ADMINISTRATOR, Actor, Office, User

_log = logging.getLogger(__name__)
_PURPOSE = "jobs"
_LOOK_EVERY = 2.0
_BEAT_EVERY = LEASE.total_seconds() / 4


class LostError(Exception):
    """Another worker holds the job by now: this one stops, and what it has not written is gone."""


@dataclass(frozen=True)
class Run:
    """One attempt at a job, for whoever asked for it."""

    database: Database
    config: Config
    held: Claim
    actor: Actor
    clock: Callable[[], datetime]

    def now(self) -> datetime:
        """This moment."""
        return self.clock()

    def tell(
        self,
        step: str | None = None,
        done_count: int | None = None,
        total_count: int | None = None,
    ) -> None:
        """Say how far it is.

        Raises:
            LostError: the job was taken away.
        """
        with self.database.unscoped(self.actor, purpose=_PURPOSE) as session:
            is_held = service.renew(
                session,
                self.held,
                now=self.now(),
                step=step,
                done_count=done_count,
                total_count=total_count,
            )
        if not is_held:
            raise LostError

    def keep(self, found: dict[str, Any]) -> None:
        """Keep what was found in the job's own row, for whoever asks next.

        Raises:
            LostError: the job was taken away.
        """
        with self.database.unscoped(self.actor, purpose=_PURPOSE) as session:
            if not service.keep(session, self.held, found, now=self.now()):
                raise LostError


def work_once(
    database: Database,
    config: Config,
    *,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> bool:
    """Take up one job and do it; False where none waits."""
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose=_PURPOSE) as session:
        held = service.claim(session, now=clock(), give_up=_give_up)
    if held is None:
        return False
    try:
        actor = _actor(database, config, held)
        run = Run(database, config, held, actor, clock)
        with _heart(database, held, clock):
            _work_of(held.kind)(run)
    except LostError:
        _log.warning("job %s was taken up by another worker", held.id)
    except DomainError as error:
        sentence = error.message % error.params if error.params else error.message
        _fail(database, held, sentence, now=clock())
    except Exception:
        # The worker outlives any one job; who asked reads a sentence, the log the rest.
        _log.exception("job %s failed", held.id)
        sentence = N_("Something went wrong here. Try again; the log says more.")
        _fail(database, held, sentence, now=clock())
    else:
        with database.unscoped(LOCAL_ADMINISTRATOR, purpose=_PURPOSE) as session:
            service.finish(session, held, now=clock())
    return True


def start(database: Database, config: Config) -> threading.Event:
    """Work in threads of this process until the event that is returned is set.

    Duties have a thread of their own: a long job does not keep them waiting.
    """
    stop = threading.Event()

    def loop(work: Callable[[], Any]) -> None:
        while not stop.is_set():
            try:
                if work():
                    continue
            except Exception:
                # The database is locked or away for a moment: the next look finds the work again.
                _log.exception("the worker could not look for work")
            stop.wait(_LOOK_EVERY)

    for name, work in (
        ("jobs", lambda: work_once(database, config)),
        ("duties", lambda: duties.do_due(database)),
    ):
        threading.Thread(target=loop, args=(work,), name=name, daemon=True).start()
    return stop


@contextmanager
def _heart(database: Database, held: Claim, clock: Callable[[], datetime]) -> Iterator[None]:
    """Renew the lease while the block works."""
    stop = threading.Event()

    def beat() -> None:
        while not stop.wait(_BEAT_EVERY):
            try:
                with database.unscoped(LOCAL_ADMINISTRATOR, purpose=_PURPOSE) as session:
                    service.renew(session, held, now=clock())
            except sa.exc.SQLAlchemyError:
                # The work itself may hold SQLite's one lock; the next beat comes in good time.
                _log.info("a heartbeat of job %s was left out", held.id)

    thread = threading.Thread(target=beat, name=f"heart of job {held.id}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(timeout=1)


def _fail(database: Database, held: Claim, problem: str, *, now: datetime) -> None:
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose=_PURPOSE) as session:
        if service.fail(session, held, problem, now=now):
            _give_up(session, held)


def _give_up(session: Session, held: Claim) -> None:
    kind = KINDS.get(held.kind)
    if kind is not None and kind.give_up is not None:
        load(kind.give_up)(session, held)


def _work_of(kind: str) -> Callable[[Run], None]:
    return load(KINDS[kind].work)


def _actor(database: Database, config: Config, held: Claim) -> Actor:
    """Who asked, with the rights that they have by now.

    Raises:
        DomainError: they have left.
    """
    if held.actor_id is None:
        return LOCAL_ADMINISTRATOR
    with database.unscoped_reader(purpose=_PURPOSE) as session:
        row = session.execute(
            sa.select(User, Office.time_zone)
            .outerjoin(Office, Office.id == User.office_id)
            .where(User.id == held.actor_id, User.is_active)
        ).one_or_none()
        if row is None:
            raise DomainError(N_("Whoever asked for this does not work here any more."))
        user, zone = row
        return actor_of(session, user, office_time_zone=zone or config.office_time_zone)
