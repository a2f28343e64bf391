"""Long files as jobs: read, matched and checked in committed steps, applied in one transaction."""

from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.imports import draft_files, outlook, service
from crm.imports.apply import Ahead, OvertakenError, lay_out
from crm.imports.chunks import in_chunks
from crm.imports.companies import make_ready
from crm.imports.following import batch_of, follow
from crm.imports.memory import collector_at_rest, nothing_left_behind
from crm.imports.overtaken import is_overtaken
from crm.imports.plan import ImportPlan, ImportRefusedError
from crm.imports.prepared import as_json, from_json
from crm.imports.writing import delete, insert, newest_key
from crm.jobs import service as jobs
from crm.jobs.worker import Run
from models.audit import AuditEntry
from models.errors import DomainError, N_
from models.import_batch import BatchState, ImportBatch, PreparedRow

_AT_A_TIME = 1_000
READING = N_("Reading the file")
MATCHING = N_("Comparing it with what is on file")
CHECKED = N_("Keeping what was checked")
PREPARING = N_("Making everything ready")
APPLYING = N_("Writing it")
_TRIES = 3


def read(run: Run) -> None:
    """Read a draft's file into prepared rows, with what applying them would do.

    Taken up anew it begins anew: what it wrote before is replaced.
    """
    batch = batch_of(run)
    if batch.state is not BatchState.READING:
        return
    try:
        with nothing_left_behind():
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
    batch = batch_of(run)
    if batch.state is not BatchState.APPLYING:
        return
    run.tell(PREPARING, 0, batch.row_count)
    try:
        with nothing_left_behind(), collector_at_rest():
            _apply(run, batch)
    except DomainError as error:
        # Back to the page that shows what is wrong by now: nothing was written.
        run.tell(READING, 0)
        with run.database.transaction(run.actor) as session:
            _lock(session, batch).state = BatchState.READING
        _read(run, batch_of(run))
        if not isinstance(error, ImportRefusedError):
            raise
        return
    run.database.analyze()


def _apply(run: Run, batch: ImportBatch) -> None:
    file = draft_files.read_draft(run.config, batch)
    parsed = _prepared(run, batch, file)
    now = run.now()
    for attempt in range(1, _TRIES + 1):
        with run.database.apart() as apart:
            with run.database.aside(run.actor, apart) as reader:
                seen = newest_key(reader, AuditEntry)
                plan = _plan(run, reader, parsed, file, now)
                # Whoever is overtaken again and again writes in place, however long it takes.
                ahead = (
                    lay_out(reader, plan, batch_id=batch.id, actor=run.actor, now=now)
                    if attempt < _TRIES
                    else None
                )
            if ahead is None:
                make_ready(plan.companies.all, now=now)
            run.tell(APPLYING)
            try:
                with run.database.transaction(run.actor, apart) as session:
                    service.take_turn(session)
                    draft = _lock(session, batch)
                    if draft.state is not BatchState.APPLYING:
                        return
                    if is_overtaken(session, plan, seen):
                        if attempt < _TRIES:
                            raise OvertakenError
                        plan, ahead = _plan(run, session, parsed, file, now), None
                    _write(run, session, plan, draft, file, now=now, ahead=ahead)
                return
            except OvertakenError:
                if attempt == _TRIES:
                    raise


def _write(
    run: Run,
    session: Session,
    plan: ImportPlan,
    draft: ImportBatch,
    file: draft_files.DraftFile,
    *,
    now: datetime,
    ahead: Ahead | None,
) -> None:
    plan.is_followed_up = True
    service.apply_import(session, plan, draft, actor=run.actor, now=now, ahead=ahead)
    draft_files.remember_mapping(
        session,
        run.actor.office_id,
        file.table.headers,
        draft.kind,
        plan.reading.mapping.as_dict(),
        now=now,
    )
    delete(session, PreparedRow, "batch_id", [draft.id])
    follow(run, session, draft)


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


def give_up(session: Session, held: jobs.Claim) -> None:
    """Let a batch whose job failed be thrown away, or begun again."""
    session.execute(
        sa.update(ImportBatch)
        .where(
            ImportBatch.id == held.batch_id,
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


def _lock(session: Session, batch: ImportBatch) -> ImportBatch:
    return session.get_one(ImportBatch, batch.id, with_for_update=True)
