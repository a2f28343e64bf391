"""Commands on jobs: ask for one, take one up, say how far it is, end it.

A worker holds a job by a token until its lease runs out and says so anew while it works: the job
of a worker that died is taken up again by the next one.
"""

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.errors import N_
from models.job import Job, JobState
from models.types import new_public_id

LEASE = timedelta(seconds=60)
MOST_ATTEMPTS = 5
_GIVEN_UP = N_("The work was begun %(count)s times and never came to its end.")


@dataclass(frozen=True, slots=True)
class Claim:
    """A job that a worker holds."""

    id: int
    kind: str
    token: str
    payload: dict[str, Any]
    batch_id: int | None
    actor_id: int | None


def ask(
    session: Session,
    kind: str,
    payload: dict[str, Any],
    *,
    batch_id: int | None,
    actor_id: int | None,
    now: datetime,
    total_count: int | None = None,
    public_id: str | None = None,
) -> Job:
    """Promise a piece of work, in the transaction of what it is for."""
    job = Job(
        public_id=public_id or new_public_id(),
        kind=kind,
        state=JobState.WAITING,
        payload=payload,
        batch_id=batch_id,
        actor_id=actor_id,
        created_at=now,
        done_count=0,
        total_count=total_count,
        attempt_count=0,
    )
    session.add(job)
    session.flush()
    return job


def standing_id(kind: str, key: str) -> str:
    """The public id of work that is done again and again: it has one row, whoever asks for it."""
    digest = hashlib.sha256(f"{kind} {key}".encode()).digest()
    return base64.b32encode(digest[:10]).decode("ascii").lower()


def ask_again(
    session: Session,
    kind: str,
    key: str,
    payload: dict[str, Any],
    *,
    actor_id: int | None,
    now: datetime,
    total_count: int | None = None,
) -> None:
    """Promise work that has one row of its own; what waits or is being done is left alone.

    What the row's payload holds besides, such as the last result, stays there.
    """
    found = session.scalars(
        sa.select(Job).where(Job.public_id == standing_id(kind, key)).with_for_update()
    ).one_or_none()
    if found is None:
        try:
            with session.begin_nested():
                made = ask(
                    session,
                    kind,
                    payload,
                    batch_id=None,
                    actor_id=actor_id,
                    now=now,
                    total_count=total_count,
                    public_id=standing_id(kind, key),
                )
        except sa.exc.IntegrityError:
            # Somebody else asked for it at the same moment.
            return
        session.expunge(made)
        return
    if found.state in (JobState.WAITING, JobState.RUNNING):
        return
    found.state = JobState.WAITING
    found.payload = {**found.payload, **payload}
    found.actor_id, found.created_at = actor_id, now
    found.step, found.done_count, found.total_count = None, 0, total_count
    found.problem, found.attempt_count = None, 0
    found.token, found.lease_until, found.finished_at = None, None, None
    session.flush()


def claim(
    session: Session,
    *,
    now: datetime,
    give_up: Callable[[Session, Claim], None] | None = None,
) -> Claim | None:
    """Take up the oldest job that waits, or whose worker died; None where there is none.

    A job that was begun too often fails instead, and is given to `give_up`.
    """
    is_free = sa.or_(
        Job.state == JobState.WAITING,
        sa.and_(Job.state == JobState.RUNNING, Job.lease_until < now),
    )
    while True:
        row = session.execute(
            sa.select(Job).where(is_free).order_by(Job.created_at, Job.id).limit(1)
        ).scalar_one_or_none()
        if row is None:
            return None
        if row.attempt_count >= MOST_ATTEMPTS:
            _end(session, row.id, JobState.FAILED, now=now, problem=_GIVEN_UP % _attempts(row))
            if give_up is not None:
                give_up(session, _held(row, ""))
            session.expire_all()
            continue
        token = token_hex(16)
        taken = session.execute(
            sa.update(Job)
            .where(Job.id == row.id, is_free)
            .values(
                state=JobState.RUNNING,
                token=token,
                lease_until=now + LEASE,
                attempt_count=Job.attempt_count + 1,
            ),
            execution_options={"synchronize_session": False},
        )
        if taken.rowcount:  # type: ignore[attr-defined]
            return _held(row, token)
        session.expire_all()


def renew(
    session: Session,
    held: Claim,
    *,
    now: datetime,
    step: str | None = None,
    done_count: int | None = None,
    total_count: int | None = None,
) -> bool:
    """Hold a job for longer, and say how far it is; False where it was taken away meanwhile."""
    values: dict[str, Any] = {"lease_until": now + LEASE}
    said = {"step": step, "done_count": done_count, "total_count": total_count}
    values |= {name: value for name, value in said.items() if value is not None}
    return _update(session, held, values)


def finish(session: Session, held: Claim, *, now: datetime) -> bool:
    """Say that a job is done."""
    return _update(
        session, held, {"state": JobState.DONE, "finished_at": now, "token": None, "problem": None}
    )


def fail(session: Session, held: Claim, problem: str, *, now: datetime) -> bool:
    """Say that a job cannot be done, with a sentence."""
    return _update(
        session,
        held,
        {"state": JobState.FAILED, "finished_at": now, "token": None, "problem": problem},
    )


def keep(session: Session, held: Claim, payload: dict[str, Any], *, now: datetime) -> bool:
    """Keep what a job found, in its own row; False where it was taken away meanwhile."""
    return _update(
        session, held, {"payload": {**held.payload, **payload}, "lease_until": now + LEASE}
    )


def _held(row: Job, token: str) -> Claim:
    return Claim(row.id, row.kind, token, row.payload, row.batch_id, row.actor_id)


def _update(session: Session, held: Claim, values: dict[str, Any]) -> bool:
    done = session.execute(
        sa.update(Job).where(Job.id == held.id, Job.token == held.token).values(values),
        execution_options={"synchronize_session": False},
    )
    return bool(done.rowcount)  # type: ignore[attr-defined]


def _end(session: Session, job_id: int, state: JobState, *, now: datetime, problem: str) -> None:
    session.execute(
        sa.update(Job)
        .where(Job.id == job_id)
        .values(state=state, finished_at=now, token=None, problem=problem),
        execution_options={"synchronize_session": False},
    )


def _attempts(job: Job) -> dict[str, int]:
    return {"count": job.attempt_count}
