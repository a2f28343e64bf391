"""Long files as jobs: read, matched and checked in committed steps, applied in one transaction."""

from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.imports import draft_files, outlook, service
from crm.imports.chunks import in_chunks
from crm.imports.companies import make_ready
from crm.imports.memory import collector_at_rest
from crm.imports.outcome import count_outcome
from crm.imports.plan import ImportPlan, ImportRefusedError
from crm.imports.prepared import as_json, from_json
from crm.imports.queries import get_batch
from crm.imports.writing import delete, insert, newest_key
from crm.jobs import service as jobs
from crm.jobs.worker import Run
from crm.search.touched import take, touch
from models.audit import AuditEntry
from models.errors import DomainError, N_
from models.import_batch import BatchState, ImportBatch, ImportRow, PreparedRow
from models.job import Job
from models.search import SearchKind

_AT_A_TIME = 1_000
_INDEXED_AT_A_TIME = 800
READING = N_("Reading the file")
MATCHING = N_("Comparing it with what is on file")
CHECKED = N_("Keeping what was checked")
PREPARING = N_("Making everything ready")
APPLYING = N_("Writing it")
INDEXING = N_("Letting search know")
_TRIES = 3


def read(run: Run) -> None:
    """Read a draft's file into prepared rows, with what applying them would do.

    Taken up anew it begins anew: what it wrote before is replaced.
    """
    batch = _batch_of(run)
    if batch.state is not BatchState.READING:
        return
    try:
        _read(run, batch)
    except DomainError as error:
        if isinstance(error, ImportRefusedError):
            raise
        problem = error.message % error.params if error.params else error.message
        _settle(run, batch, outlook.Outlook(problem=problem), row_count=batch.row_count)


def _read(run: Run, batch: ImportBatch) -> None:
    run.tell(READING, 0, batch.row_count)
    file = draft_files.read_draft(run.config, batch)
    parsed = draft_files.parse(file, actor=run.actor, now=run.now())
    run.tell(MATCHING, 0, parsed.row_count)
    with run.database.reader(run.actor) as session:
        plan = service.plan_import(
            session,
            parsed,
            actor=run.actor,
            now=run.now(),
            zone_name=run.actor.office_time_zone,
            options=file.options,
            progress=lambda count: run.tell(done_count=count),
        )
    run.tell(CHECKED, 0)
    problems: dict[int, list[dict[str, object]]] = {}
    for one in outlook.problems_as_json(plan.problems):
        problems.setdefault(one["row"], []).append(one)
    rows = {row.number: row for row in parsed.rows}
    numbers_kept = sorted({*rows, *problems})
    with run.database.transaction(run.actor) as session:
        delete(session, PreparedRow, "batch_id", [batch.id])
    done = 0
    for numbers in in_chunks(numbers_kept, _AT_A_TIME):
        with run.database.transaction(run.actor) as session:
            insert(
                session,
                PreparedRow,
                [
                    {
                        "batch_id": batch.id,
                        "row_number": number,
                        "values": as_json(rows[number]) if number in rows else {},
                        "problems": problems.get(number),
                    }
                    for number in numbers
                ],
            )
        done += len(numbers)
        run.tell(done_count=done)
    _settle(run, batch, outlook.outlook_of(plan), row_count=parsed.row_count)


def apply(run: Run) -> None:
    """Apply what was read: planned outside the lock, written in one transaction."""
    batch = _batch_of(run)
    if batch.state is not BatchState.APPLYING:
        return
    run.tell(PREPARING, 0, batch.row_count)
    try:
        file = draft_files.read_draft(run.config, batch)
        with collector_at_rest():
            parsed = _prepared(run, batch, file)
            _apply(run, batch, parsed, file)
    except DomainError as error:
        # Back to the page that shows what is wrong by now: nothing was written.
        run.tell(READING, 0)
        with run.database.transaction(run.actor) as session:
            _lock(session, batch).state = BatchState.READING
        _read(run, _batch_of(run))
        if not isinstance(error, ImportRefusedError):
            raise
        return
    run.database.analyze()
    from crm.scores.service import train_if_useful

    try:
        train_if_useful(run.database, actor=run.actor, now=run.now())
    except DomainError:
        # The import stands all the same; the chances come with the next scoring.
        return


def _apply(
    run: Run, batch: ImportBatch, parsed: service.ParsedFile, file: draft_files.DraftFile
) -> None:
    now = run.now()
    for attempt in range(1, _TRIES + 1):
        with run.database.reader(run.actor) as reader:
            seen = newest_key(reader, AuditEntry)
            plan = _plan(run, reader, parsed, file, now)
        make_ready(plan.companies.all, now=now)
        run.tell(APPLYING)
        with run.database.transaction(run.actor) as session:
            service.take_turn(session)
            draft = _lock(session, batch)
            if draft.state is not BatchState.APPLYING:
                return
            if newest_key(session, AuditEntry) != seen:
                if attempt < _TRIES:
                    # Somebody wrote meanwhile: the plan may be wrong by now.
                    continue
                plan = _plan(run, session, parsed, file, now)
            plan.is_counted_later = True
            service.apply_import(session, plan, draft, actor=run.actor, now=now)
            draft_files.remember_mapping(
                session,
                run.actor.office_id,
                file.table.headers,
                draft.kind,
                plan.reading.mapping.as_dict(),
                now=now,
            )
            delete(session, PreparedRow, "batch_id", [draft.id])
            _ask_for_search(run, session, draft)
        return


def _ask_for_search(run: Run, session: Session, batch: ImportBatch) -> None:
    """Leave what search keeps of the new records to a job of its own.

    The promise is part of this transaction; the work would hold its lock several times as long.
    """
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


def index(run: Run) -> None:
    """Let search know of the records of a long file, some hundreds in each transaction."""
    _count(run)
    done = 0
    run.tell(INDEXING, 0)
    for kind, ids in run.held.payload.items():
        for chunk in in_chunks(ids, _INDEXED_AT_A_TIME):
            with run.database.unscoped(run.actor, purpose="search") as session:
                touch(session, SearchKind(kind), chunk)
            done += len(chunk)
            run.tell(done_count=done)


def _count(run: Run) -> None:
    """Count what was found in a file of leads, for the sentence on its page."""
    with run.database.reader(run.actor) as session:
        batch = session.get(ImportBatch, run.held.batch_id)
        if batch is None or batch.summary is None or batch.summary.get("outcome") is not None:
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
        found = _lock(session, batch)
        found.summary = {**(found.summary or {}), "outcome": outcome}


def _plan(
    run: Run,
    session: Session,
    parsed: service.ParsedFile,
    file: draft_files.DraftFile,
    now: datetime,
) -> ImportPlan:
    return service.plan_import(
        session,
        parsed,
        actor=run.actor,
        now=now,
        zone_name=run.actor.office_time_zone,
        options=file.options,
    )


def _prepared(run: Run, batch: ImportBatch, file: draft_files.DraftFile) -> service.ParsedFile:
    """The rows as the reading job kept them."""
    rows = []
    with run.database.reader(run.actor) as session:
        kept = session.execute(
            sa.select(PreparedRow.values, PreparedRow.problems)
            .where(PreparedRow.batch_id == batch.id)
            .order_by(PreparedRow.row_number)
            .execution_options(yield_per=_AT_A_TIME)
        )
        for values, problems in kept:
            if problems:
                raise DomainError(N_("The file has mistakes. Mend them first."))
            rows.append(from_json(values))
    # Its rows are at hand already: of the table only its headers are wanted any more.
    table = replace(file.table, rows=(), problems=())
    return service.ParsedFile(table, file.mapping, tuple(rows), (), (), len(rows))


def give_up(session: Session, batch_id: int) -> None:
    """Let a batch whose job failed be thrown away, or begun again."""
    session.execute(
        sa.update(ImportBatch)
        .where(
            ImportBatch.id == batch_id,
            ImportBatch.state.in_([BatchState.READING, BatchState.APPLYING]),
        )
        .values(state=BatchState.FAILED),
        execution_options={"synchronize_session": False},
    )


def _settle(run: Run, batch: ImportBatch, found: outlook.Outlook, *, row_count: int) -> None:
    with run.database.transaction(run.actor) as session:
        draft = _lock(session, batch)
        if draft.state is not BatchState.READING:
            return
        draft.state = BatchState.DRAFT
        draft.row_count = row_count
        draft.summary = {"outlook": outlook.as_json(found)}


def _batch_of(run: Run) -> ImportBatch:
    with run.database.reader(run.actor) as session:
        public_id = session.scalar(
            sa.select(ImportBatch.public_id)
            .join(Job, Job.batch_id == ImportBatch.id)
            .where(Job.id == run.held.id)
        )
        return get_batch(session, public_id or "", run.actor)


def _lock(session: Session, batch: ImportBatch) -> ImportBatch:
    return session.get_one(ImportBatch, batch.id, with_for_update=True)
