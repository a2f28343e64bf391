"""Commands on imports: read a file into a plan, apply the plan whole, keep it or take it back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm import audit
from crm.imports import apply, undo
from crm.imports.columns import ColumnMapping
from crm.imports.contact_plan import plan_contacts
from crm.imports.contact_rows import ContactRow, parse_contact_rows
from crm.imports.interaction_plan import plan_interactions
from crm.imports.interaction_rows import InteractionRow, parse_interaction_rows
from crm.imports.lead_plan import plan_leads
from crm.imports.lead_rows import LeadRow, parse_lead_rows
from crm.imports.look_ups import load_look_ups
from crm.imports.memory import collector_at_rest
from crm.imports.options import DEFAULT, ImportOptions
from crm.imports.organization_plan import plan_organizations
from crm.imports.organization_rows import OrganizationRow, parse_organization_rows
from crm.imports.plan import ImportPlan, ImportRefusedError, Reading
from crm.imports.problems import Notice, RowProblem
from crm.imports.stage_plan import plan_stages
from crm.imports.stage_rows import StageRow, parse_stage_rows
from crm.imports.table import Row, Table
from crm.spreadsheet_cells import restore
from models.errors import DomainError, ForbiddenError, N_
from models.import_batch import BatchKind, BatchState, ImportBatch
from models.user import Actor

AnyRow = LeadRow | StageRow | OrganizationRow | ContactRow | InteractionRow

# The number of the lock that imports on one PostgreSQL database take in turn.
_TURN = 5_190_031


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """A file understood on its own, without what is on file: the slow half, outside any lock."""

    table: Table
    mapping: ColumnMapping
    rows: tuple[AnyRow, ...]
    problems: tuple[RowProblem, ...]
    notices: tuple[Notice, ...]
    row_count: int
    """How many rows the file has below its header, blank ones left out."""


def row_count(table: Table) -> int:
    """How many rows a table has below its header, blank ones left out."""
    return len(table.rows) + len(table.problems)


def parse_file(table: Table, mapping: ColumnMapping, *, today: date) -> ParsedFile:
    """Read every row of a table as what the mapping says it is.

    Raises:
        DomainError: a column is missing without which no row can be read.
    """
    table = _without_marks(table)
    parse = _PARSERS[mapping.kind]
    with collector_at_rest():
        rows, problems, notices = parse(table, mapping, today)
    return ParsedFile(
        table, mapping, tuple(rows), tuple(problems), tuple(notices), row_count(table)
    )


_Parsed = tuple[Sequence[AnyRow], list[RowProblem], list[Notice]]
_PARSERS: Mapping[BatchKind, Callable[[Table, ColumnMapping, date], _Parsed]] = {
    BatchKind.LEADS: lambda table, mapping, today: parse_lead_rows(table, mapping, today=today),
    BatchKind.STAGES: lambda table, mapping, today: parse_stage_rows(table, mapping, today=today),
    BatchKind.ORGANIZATIONS: lambda table, mapping, _: parse_organization_rows(table, mapping),
    BatchKind.CONTACTS: lambda table, mapping, _: parse_contact_rows(table, mapping),
    BatchKind.INTERACTIONS: lambda table, mapping, today: parse_interaction_rows(
        table, mapping, today=today
    ),
}
_PLANNERS: Mapping[BatchKind, Callable[[Session, ImportPlan, Any], None]] = {
    BatchKind.LEADS: plan_leads,
    BatchKind.STAGES: plan_stages,
    BatchKind.ORGANIZATIONS: plan_organizations,
    BatchKind.CONTACTS: plan_contacts,
    BatchKind.INTERACTIONS: plan_interactions,
}


def take_turn(session: Session) -> None:
    """Wait until no other import is being written: two of one file would create its leads twice.

    SQLite has one writer anyway; PostgreSQL keeps the turn until the transaction ends.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(_TURN)))


def _without_marks(table: Table) -> Table:
    """The table with the cells that our export marked against formulas as they were before."""
    rows = tuple(
        Row(
            row.number,
            tuple(restore(cell) if isinstance(cell, str) else cell for cell in row.cells),
        )
        if any(isinstance(cell, str) and cell[:1] == "'" for cell in row.cells)
        else row
        for row in table.rows
    )
    return replace(table, rows=rows)


def plan_import(
    session: Session,
    parsed: ParsedFile,
    *,
    actor: Actor,
    now: datetime,
    zone_name: str,
    options: ImportOptions = DEFAULT,
    progress: Callable[[int], None] | None = None,
) -> ImportPlan:
    """What importing the file would do to what the actor may see. Writes nothing: a dry run.

    `zone_name` is the zone in which the days of the file begin; `progress` is told now and then
    how many rows were compared.

    Raises:
        ForbiddenError: the actor may not import.
    """
    if not actor.may_write:
        raise ForbiddenError
    plan = ImportPlan(
        Reading(actor, now, zone_name, parsed.mapping, options),
        row_count=parsed.row_count,
        encoding=parsed.table.encoding,
        problems=list(parsed.problems),
        notices=list(parsed.notices),
        look_ups=load_look_ups(session),
        progress=progress,
    )
    with collector_at_rest():
        _PLANNERS[parsed.mapping.kind](session, plan, parsed.rows)
    plan.problems.sort(key=lambda problem: problem.row)
    plan.notices.sort(key=lambda notice: notice.row)
    plan.records.questions.sort(key=lambda question: question.row)
    return plan


def apply_import(
    session: Session,
    plan: ImportPlan,
    batch: ImportBatch,
    *,
    actor: Actor,
    now: datetime,
    ahead: apply.Ahead | None = None,
) -> ImportBatch:
    """Do all that the plan says, or nothing: the door's transaction is one.

    Nobody changed what the plan rests on since it was made. `batch` is the draft it was made of,
    or a new one; `ahead` what `apply.lay_out` laid out of it on this session's connection.

    Raises:
        ImportRefusedError: the file has mistakes.
        OvertakenError: what was laid out cannot be brought in any more.
        DomainError: the batch was applied before.
    """
    if not actor.may_write:
        raise ForbiddenError
    if plan.problems:
        raise ImportRefusedError(plan.problems)
    if batch.state not in (BatchState.DRAFT, BatchState.APPLYING):
        raise DomainError(N_("This file was imported already."))
    session.add(batch)
    session.flush()
    with collector_at_rest():
        apply.write_import(session, plan, batch, actor=actor, now=now, ahead=ahead)
    audit.record(
        session,
        "imported",
        ImportBatch.__tablename__,
        now=now,
        record_id=batch.id,
        changes={"created": batch.created_count, "updated": batch.updated_count},
    )
    session.flush()
    return batch


def draft_batch(
    table: Table,
    mapping: ColumnMapping,
    *,
    file_name: str,
    sha256: str,
    actor: Actor,
    now: datetime,
) -> ImportBatch:
    """A batch for a file that was read and not applied."""
    return ImportBatch(
        kind=mapping.kind,
        state=BatchState.DRAFT,
        file_name=file_name,
        sha256=sha256,
        encoding=table.encoding,
        mapping=mapping.as_dict(),
        row_count=row_count(table),
        created_count=0,
        updated_count=0,
        actor_id=actor.id,
        actor_name=actor.name,
        created_at=now,
    )


def keep_batch(session: Session, batch: ImportBatch, *, actor: Actor, now: datetime) -> None:
    """Say that an import is right: it is not offered for undoing any more.

    Raises:
        DomainError: it was not applied, or taken back.
    """
    if batch.state is not BatchState.APPLIED:
        raise DomainError(
            N_("Only an import that was applied, and neither kept nor undone, can be kept.")
        )
    batch.state = BatchState.KEPT


def must_be_applied(batch: ImportBatch) -> None:
    """Refuse to take back what was not brought in, or is settled.

    Raises:
        DomainError: as said.
    """
    if batch.state is not BatchState.APPLIED:
        raise DomainError(
            N_("Only an import that was applied, and neither kept nor undone, can be undone.")
        )


def check_undo(session: Session, batch: ImportBatch) -> None:
    """Look whether an import can be taken back by now; writes nothing.

    Raises:
        DomainError: it was not applied, or a lead was changed since; the sentence names the first.
    """
    must_be_applied(batch)
    undo.refuse_changed(session, batch)


def undo_batch(session: Session, batch: ImportBatch, *, actor: Actor, now: datetime) -> None:
    """Take an import back: what it created goes, what it changed stands as before.

    Raises:
        DomainError: it was not applied, or a lead was changed since; the sentence names the first.
    """
    if not actor.may_write:
        raise ForbiddenError
    must_be_applied(batch)
    undo.take_back(session, batch, actor=actor, now=now)
    batch.state = BatchState.UNDONE
    audit.record(session, "undone", ImportBatch.__tablename__, now=now, record_id=batch.id)
    session.flush()
