"""What follows from a long file once it is written, or taken back: jobs of their own.

The promise is part of the transaction that writes; the work would hold its lock several times as
long.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.duplicates.stewards import compare_with_hidden
from crm.imports.chunks import in_chunks
from crm.imports.outcome import count_outcome
from crm.imports.queries import get_batch
from crm.jobs import service as jobs
from crm.jobs.worker import Run
from crm.search.touched import take, touch
from models.duplicate import StewardNotice
from models.errors import N_
from models.import_batch import BatchKind, BatchState, ImportBatch, ImportRow
from models.job import Job
from models.organization import Organization
from models.search import SearchKind

_AT_A_TIME = 800
_COMPARED_AT_A_TIME = 250
INDEXING = N_("Letting search know")


def follow(run: Run, session: Session, batch: ImportBatch) -> None:
    """Promise that search, stewards and the ranking learn of what this transaction wrote."""
    session.flush()
    touched = {kind.value: sorted(ids) for kind, ids in take(session).items()}
    jobs.ask(
        session,
        "imports.index",
        touched,
        batch_id=batch.id,
        actor_id=run.actor.id,
        now=run.now(),
        total_count=sum(len(ids) for ids in touched.values()),
    )
    jobs.ask(session, "scores.renew", {}, batch_id=None, actor_id=run.actor.id, now=run.now())


def index(run: Run) -> None:
    """Let search know of the records of a long file, some hundreds in each transaction."""
    _count(run)
    done = 0
    run.tell(INDEXING, 0)
    for kind, ids in run.held.payload.items():
        for chunk in in_chunks(ids, _AT_A_TIME):
            with run.database.unscoped(run.actor, purpose="search") as session:
                touch(session, SearchKind(kind), chunk)
            done += len(chunk)
            run.tell(done_count=done)
    _compare(run)


def batch_of(run: Run) -> ImportBatch:
    """The import that a job works on, as far as who asked for it may see it."""
    with run.database.reader(run.actor) as session:
        public_id = session.scalar(
            sa.select(ImportBatch.public_id)
            .join(Job, Job.batch_id == ImportBatch.id)
            .where(Job.id == run.held.id)
        )
        return get_batch(session, public_id or "", run.actor)


def _count(run: Run) -> None:
    """Count what was found in a file of leads, for the sentence on its page."""
    with run.database.reader(run.actor) as session:
        batch = session.get(ImportBatch, run.held.batch_id)
        if batch is None or batch.summary is None or batch.summary.get("outcome") is not None:
            return
        if batch.state is BatchState.UNDONE:
            return
        rows = session.execute(
            sa.select(ImportRow.lead_id, ImportRow.row_number).where(
                ImportRow.batch_id == batch.id, ImportRow.lead_id.is_not(None)
            )
        ).all()
        noticed = {notice["row"] for notice in batch.summary["notices"]}
        outcome = count_outcome(
            session,
            {row.lead_id for row in rows},
            noticed={row.lead_id for row in rows if row.row_number in noticed},
        )
    with run.database.transaction(run.actor) as session:
        found = session.get_one(ImportBatch, batch.id, with_for_update=True)
        found.summary = {**(found.summary or {}), "outcome": outcome}


def _compare(run: Run) -> None:
    """Tell the stewards of new companies that may be some that who imported cannot see.

    A job that is taken up anew leaves out those of which they were told.
    """
    if run.actor.sees_all:
        return
    with run.database.unscoped_reader(purpose="compare with what is hidden") as session:
        told = sa.select(StewardNotice.other_id)
        ids = session.scalars(
            sa.select(Organization.id)
            .join(ImportBatch, ImportBatch.id == Organization.batch_id)
            .where(
                Organization.batch_id == run.held.batch_id,
                ImportBatch.kind == BatchKind.LEADS,
                Organization.id.not_in(told),
            )
            .order_by(Organization.id)
        ).all()
    for chunk in in_chunks(ids, _COMPARED_AT_A_TIME):
        with run.database.transaction(run.actor) as session:
            compare_with_hidden(session, chunk, actor=run.actor, now=run.now())
        run.tell()
