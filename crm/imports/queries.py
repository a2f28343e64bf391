"""What the pages of imports read."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.imports.prepared import from_json
from models.errors import DomainError, NotFoundError, N_
from models.import_batch import BatchState, ImportBatch, PreparedRow
from models.job import Job, JobState
from models.lead import Lead
from models.user import Actor

UNDO = "imports.undo"
_STALE_AFTER = timedelta(days=1)


class TooManyImportsError(DomainError):
    """Somebody brought in as many files within an hour as one may."""

    status = 429


def list_batches(session: Session, actor: Actor, limit: int = 20) -> list[ImportBatch]:
    """The newest files that somebody brought in; of everybody for an administrator."""
    statement = sa.select(ImportBatch).order_by(ImportBatch.id.desc()).limit(limit)
    return list(session.scalars(_own(statement, actor)))


def get_batch(
    session: Session, public_id: str, actor: Actor, *, for_writing: bool = False
) -> ImportBatch:
    """A file that the actor brought in, or anybody for an administrator.

    Raises:
        NotFoundError: there is none.
    """
    statement = sa.select(ImportBatch).where(ImportBatch.public_id == public_id)
    if for_writing:
        statement = statement.with_for_update()
    batch = session.scalars(_own(statement, actor)).one_or_none()
    if batch is None:
        raise NotFoundError
    return batch


def find_undoing(session: Session, batch: ImportBatch) -> Job | None:
    """The job that takes an import back, or could not; None once it is taken back."""
    if batch.state is not BatchState.APPLIED:
        return None
    return session.scalars(
        sa.select(Job)
        .where(Job.batch_id == batch.id, Job.kind == UNDO)
        .order_by(Job.id.desc())
        .limit(1)
    ).one_or_none()


def is_open(job: Job | None) -> bool:
    """Whether a job waits or is being done."""
    return job is not None and job.state in (JobState.WAITING, JobState.RUNNING)


def draft_ids(session: Session) -> set[str]:
    """The public ids of everybody's drafts: their files stay."""
    states = (BatchState.DRAFT, BatchState.READING, BatchState.APPLYING, BatchState.FAILED)
    return set(
        session.scalars(sa.select(ImportBatch.public_id).where(ImportBatch.state.in_(states)))
    )


def first_prepared(session: Session, batch: ImportBatch, limit: int = 5) -> list[Any]:
    """The first rows of a long draft, as a job read them."""
    kept = session.scalars(
        sa.select(PreparedRow.values)
        .where(PreparedRow.batch_id == batch.id, PreparedRow.problems.is_(None))
        .order_by(PreparedRow.row_number)
        .limit(limit)
    )
    return [from_json(values) for values in kept]


def prepared_problems(session: Session, batch: ImportBatch) -> list[dict[str, Any]]:
    """Every mistake of a long draft, as a job kept them."""
    rows = session.scalars(
        sa.select(PreparedRow.problems)
        .where(PreparedRow.batch_id == batch.id, PreparedRow.problems.is_not(None))
        .order_by(PreparedRow.row_number)
    )
    return [one for problems in rows for one in problems or ()]


def has_leads(session: Session) -> bool:
    """Whether the office has any lead that the viewer may see."""
    return session.scalar(sa.select(Lead.id).limit(1)) is not None


def check_rate(session: Session, actor: Actor, *, now: datetime, limit: int) -> None:
    """Refuse another file of somebody who brought in too many within the last hour.

    Raises:
        TooManyImportsError: as said.
    """
    count = session.scalar(
        sa.select(sa.func.count())
        .select_from(ImportBatch)
        .where(ImportBatch.actor_id == actor.id, ImportBatch.created_at > now - timedelta(hours=1))
    )
    if (count or 0) >= limit:
        raise TooManyImportsError(
            N_("You have brought in %(limit)s files within an hour. Try again later."), limit=limit
        )


def stale_drafts(session: Session, *, now: datetime) -> list[ImportBatch]:
    """Drafts of yesterday and before, which nobody will confirm any more."""
    return list(
        session.scalars(
            sa.select(ImportBatch).where(
                ImportBatch.state.in_([BatchState.DRAFT, BatchState.FAILED]),
                ImportBatch.created_at < now - _STALE_AFTER,
            )
        )
    )


def _own(statement: sa.Select[ImportBatch], actor: Actor) -> sa.Select[ImportBatch]:
    if actor.may_administer:
        return statement
    return statement.where(ImportBatch.actor_id == actor.id)
