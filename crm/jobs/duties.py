"""Duties: what has to be done every so many seconds, by one worker of however many there are.

Each has one row among the jobs, which no worker takes up as a job: `lease_until` says when it is
due again, `finished_at` when it was last done, `problem` why that failed.
"""

import logging
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.database import Database
from crm.jobs import registry
from crm.jobs.registry import Duty, load
from crm.jobs.service import standing_id
from models.errors import N_
from models.job import Job, JobState
from models.user import LOCAL_ADMINISTRATOR

_log = logging.getLogger(__name__)
_KIND = "duty"
_FAILED = N_("Something went wrong here. Try again; the log says more.")


def do_due(
    database: Database,
    duties: Iterable[Duty] | None = None,
    *,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> list[str]:
    """Do what is due; the names of what was begun here, failed ones too.

    Without `duties` these are all that the rooms listed.
    """
    listed = list(registry.DUTIES if duties is None else duties)
    if not listed:
        return []
    with database.unscoped_reader(purpose="duties") as session:
        rows = session.execute(
            sa.select(Job.public_id, Job.lease_until).where(
                Job.public_id.in_([_id(duty) for duty in listed])
            )
        )
        due_at = {row.public_id: row.lease_until for row in rows}
    begun = []
    for duty in listed:
        try:
            if _id(duty) not in due_at:
                _introduce(database, duty, now=clock())
            if _is_due(duty, due_at.get(_id(duty)), now=clock()) and _do(database, duty, clock):
                begun.append(duty.name)
        except Exception:
            # Its row is locked or the database is away: the others have their turn all the same.
            _log.exception("duty %s could not be begun", duty.name)
    return begun


def _do(database: Database, duty: Duty, clock: Callable[[], datetime]) -> bool:
    """Do one, unless another process is at it or was faster."""
    problem = None
    try:
        with database.unscoped(LOCAL_ADMINISTRATOR, purpose=f"duty {duty.name}") as session:
            now = clock()
            if not _take(session, duty, now=now):
                return False
            try:
                with session.begin_nested():
                    load(duty.run)(session, now=now)
            except Exception:
                # What it wrote is taken back; that it failed, and when it is due again, is kept.
                _log.exception("duty %s failed", duty.name)
                problem = _FAILED
            _note(session, duty, problem, now=now)
    except Exception:
        # It failed as it was committed: without a note it would be begun again at once.
        _log.exception("duty %s failed", duty.name)
        with database.unscoped(LOCAL_ADMINISTRATOR, purpose=f"duty {duty.name}") as session:
            if _take(session, duty, now=clock()):
                _note(session, duty, _FAILED, now=clock())
    return True


def _introduce(database: Database, duty: Duty, *, now: datetime) -> None:
    """Give a new duty its row, in a transaction so short that nobody waits for it."""
    try:
        with database.unscoped(LOCAL_ADMINISTRATOR, purpose="duties") as session:
            session.add(
                Job(
                    public_id=_id(duty),
                    kind=_KIND,
                    step=duty.name,
                    state=JobState.DONE,
                    payload={},
                    created_at=now,
                    done_count=0,
                    attempt_count=0,
                )
            )
    except sa.exc.IntegrityError:
        _log.info("duty %s was introduced by another worker", duty.name)


def _take(session: Session, duty: Duty, *, now: datetime) -> bool:
    """Hold the row until the transaction ends; False where somebody else has it or did it."""
    row = session.execute(
        sa.select(Job.lease_until)
        .where(Job.public_id == _id(duty))
        .with_for_update(skip_locked=True)
    ).one_or_none()
    return row is not None and _is_due(duty, row.lease_until, now=now)


def _note(session: Session, duty: Duty, problem: str | None, *, now: datetime) -> None:
    session.execute(
        sa.update(Job)
        .where(Job.public_id == _id(duty))
        .values(
            state=JobState.DONE if problem is None else JobState.FAILED,
            problem=problem,
            finished_at=now,
            lease_until=now + timedelta(seconds=duty.every),
            done_count=Job.done_count + 1,
        ),
        execution_options={"synchronize_session": False},
    )


def _is_due(duty: Duty, due_at: datetime | None, *, now: datetime) -> bool:
    # Farther away than one round, it was noted by a clock that went wrong: it is done now.
    return due_at is None or not now < due_at <= now + timedelta(seconds=duty.every)


def _id(duty: Duty) -> str:
    return standing_id(_KIND, duty.name)
