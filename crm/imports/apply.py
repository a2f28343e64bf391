"""Writes a planned import: a handful of statements for thousands of rows, one batch for all."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from crm.duplicates.stewards import compare_with_hidden
from crm.imports.apply_creations import Created, write_creations
from crm.imports.apply_updates import write_updates
from crm.imports.companies import WrittenCompanies, complete_companies, create_companies
from crm.imports.contact_apply import write_contacts
from crm.imports.interaction_apply import write_interactions
from crm.imports.look_ups import NewName, create_names, foresee_names
from crm.imports.organization_apply import write_organizations
from crm.imports.outcome import count_outcome
from crm.imports.plan import ImportPlan
from crm.imports.problems import Notice
from crm.imports.writing import insert, newest_key
from crm.imports.written import Written
from crm.rows import LaidOut, laid_out
from models.audit import AuditEntry
from models.import_batch import BatchKind, BatchState, ImportBatch, ImportRow, RowAction
from models.user import Actor

_NOTICES_KEPT = 200


class OvertakenError(Exception):
    """Somebody wrote since the rows were laid out: their keys are taken."""


@dataclass(frozen=True, slots=True)
class Ahead:
    """The new leads of a plan with all that comes with them, laid out before the lock is taken."""

    rows: LaidOut
    names: Mapping[NewName, int]
    companies: WrittenCompanies
    created: Created


def lay_out(
    session: Session, plan: ImportPlan, *, batch_id: int, actor: Actor, now: datetime
) -> Ahead | None:
    """Lay out what a sound plan of leads creates; None where there is nothing to gain from it.

    On PostgreSQL writers do not wait for each other, and of records a file creates less.

    Raises:
        ImportRefusedError: a row breaks a rule that every lead has to keep.
    """
    if session.get_bind().dialect.name != "sqlite" or not plan.creations or not plan.is_sound:
        return None
    foresee_names(session, plan.look_ups)
    names = dict(plan.look_ups.created)
    with laid_out(session) as rows:
        companies, created = _create(session, plan, batch_id=batch_id, actor=actor, now=now)
    return Ahead(rows, names, companies, created)


def write_import(
    session: Session,
    plan: ImportPlan,
    batch: ImportBatch,
    *,
    actor: Actor,
    now: datetime,
    ahead: Ahead | None = None,
) -> None:
    """Write everything that a sound plan says, and what undoing it has to know.

    Raises:
        ImportRefusedError: a command refused a change of today.
        OvertakenError: what was laid out `ahead` cannot be brought in any more.
    """
    names = create_names(
        session, plan.look_ups, actor=actor, now=now, zone_name=plan.reading.zone_name
    )
    write = _RECORDS.get(plan.kind)
    if write is not None:
        written = write(session, plan, batch_id=batch.id, actor=actor, now=now)
        _finish_records(session, plan, batch, written, names, now=now)
        return
    if ahead is None:
        companies, created = _create(session, plan, batch_id=batch.id, actor=actor, now=now)
    else:
        companies, created = ahead.companies, ahead.created
        if plan.look_ups.created != ahead.names or not ahead.rows.is_fresh(session):
            raise OvertakenError
        ahead.rows.bring_in(session)
    complete_companies(session, plan.companies.all, companies, now=now)
    if not plan.is_followed_up:
        compare_with_hidden(session, list(companies.created.values()), actor=actor, now=now)
    before = write_updates(session, plan, companies, batch_id=batch.id, actor=actor, now=now)
    rows = _update_rows(plan, before)
    rows += [
        {"row_number": row, "action": RowAction.SKIPPED, "team_id": None}
        for row in plan.records.skipped
    ]
    insert(session, ImportRow, [{**row, "batch_id": batch.id} for row in rows])
    session.flush()
    batch.state = BatchState.APPLIED
    batch.mapping = plan.reading.mapping.as_dict()
    batch.row_count = plan.row_count
    batch.created_count = len(created.lead_ids)
    batch.updated_count = len(before)
    lead_ids = [*created.lead_ids.values(), *(update.lead["id"] for update in plan.updates)]
    noticed = {notice.row for notice in plan.notices}
    lead_of = {row["row_number"]: row["lead_id"] for row in rows if "lead_id" in row}
    lead_of |= created.lead_ids
    to_look_at = {lead_of[number] for number in noticed & lead_of.keys()}
    outcome = None
    if not plan.is_followed_up:
        outcome = count_outcome(session, lead_ids, noticed=to_look_at)
    batch.summary = {
        "applied_at": now.isoformat(),
        "row_count": len(rows) + len(created.lead_ids),
        "outcome": outcome,
        "names": names,
        "companies": len(companies.created),
        "contacts": created.contact_count,
        "organizations_before": companies.before,
        "notices": [_plain_notice(notice) for notice in plan.notices[:_NOTICES_KEPT]],
        "notice_count": len(plan.notices),
    }


def _create(
    session: Session, plan: ImportPlan, *, batch_id: int, actor: Actor, now: datetime
) -> tuple[WrittenCompanies, Created]:
    """Write, or lay out, the new companies and leads, and the rows that they came from."""
    companies = create_companies(
        session, plan.companies.all, plan.look_ups, batch_id=batch_id, now=now
    )
    created = write_creations(session, plan, companies, batch_id=batch_id, actor=actor, now=now)
    insert(
        session,
        ImportRow,
        [
            {
                "batch_id": batch_id,
                "row_number": row,
                "action": RowAction.CREATED,
                "lead_id": lead_id,
                "team_id": None,
            }
            for row, lead_id in created.lead_ids.items()
        ],
    )
    return companies, created


_RECORDS: Mapping[BatchKind, Callable[..., Written]] = {
    BatchKind.ORGANIZATIONS: write_organizations,
    BatchKind.CONTACTS: write_contacts,
    BatchKind.INTERACTIONS: write_interactions,
}


def _finish_records(
    session: Session,
    plan: ImportPlan,
    batch: ImportBatch,
    written: Written,
    names: dict[str, Any],
    *,
    now: datetime,
) -> None:
    """Keep what undoing has to know, and the counts for the result."""
    insert(session, ImportRow, [{**row, "batch_id": batch.id} for row in written.rows])
    session.flush()
    batch.state = BatchState.APPLIED
    batch.mapping = plan.reading.mapping.as_dict()
    batch.row_count = plan.row_count
    batch.created_count = written.created_count
    batch.updated_count = written.changed_count
    batch.summary = {
        "applied_at": now.isoformat(),
        "row_count": len(written.rows),
        "audit_id": newest_key(session, AuditEntry),
        "outcome": {
            "created": written.created_count,
            "changed": written.changed_count,
            "skipped": len(plan.records.skipped),
        },
        "names": names,
        "companies": written.company_count,
        "notices": [_plain_notice(notice) for notice in plan.notices[:_NOTICES_KEPT]],
        "notice_count": len(plan.notices),
    }


def _update_rows(plan: ImportPlan, before: dict[int, dict[str, Any]]) -> list[dict[str, Any]]:
    """A row for each of the file's: what stood before is kept with a lead's first one."""
    rows = []
    for update in plan.updates:
        lead_id = update.lead["id"]
        for row in update.rows:
            is_used = lead_id in before and (row in update.used_rows or row == update.rows[0])
            rows.append(
                {
                    "row_number": row,
                    "action": RowAction.UPDATED if is_used else RowAction.UNCHANGED,
                    "lead_id": lead_id,
                    "before": before.get(lead_id) if row == update.rows[0] else None,
                    "team_id": update.lead["team_id"],
                }
            )
    return rows


def _plain_notice(notice: Notice) -> dict[str, Any]:
    return {
        "row": notice.row,
        "column": notice.column,
        "message": notice.message,
        "params": {name: str(value) for name, value in notice.params.items()},
    }
