"""Writes what a file changes on leads that are on file: the past in bulk, today by the commands."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.imports.children import Child, load_contact_keys, write_contacts, write_totals
from crm.imports.chunks import in_chunks
from crm.imports.companies import WrittenCompanies
from crm.imports.history import STATE_COLUMNS, Retold, retell
from crm.imports.leads_on_file import live_of
from crm.imports.live_moves import make_move, words_of
from crm.imports.plan import ImportPlan, ImportRefusedError, Update
from crm.imports.problems import RowProblem
from crm.imports.snapshots import as_plain, pick
from crm.imports.writing import column_names, delete, insert, update
from crm.interactions.follow_ups import set_next_step
from crm.leads.service import edit_lead
from models.audit import AuditEntry
from models.errors import DomainError
from models.interaction import FollowUp
from models.lead import Lead, LeadRevision
from models.user import Actor

# Beside the past told anew, a row may bring totals, which lists show.
_TOUCHED = ("last_contact_on", "changed_at", "version")


def write_updates(
    session: Session,
    plan: ImportPlan,
    companies: WrittenCompanies,
    *,
    batch_id: int,
    actor: Actor,
    now: datetime,
) -> dict[int, dict[str, Any]]:
    """Write all changes of leads; what stood before, by lead, for undoing.

    Raises:
        ImportRefusedError: a command refused a change of today.
    """
    updates = list(plan.changed())
    before = _before(session, updates)
    _write_pasts(session, plan, updates, batch_id=batch_id, actor=actor, now=now)
    _write_totals(session, updates, batch_id=batch_id, now=now)
    _write_contacts(session, updates, companies, batch_id=batch_id, now=now)
    session.expire_all()
    _change_today(session, plan, updates, companies, batch_id=batch_id, actor=actor, now=now)
    return before


def _before(session: Session, updates: Sequence[Update]) -> dict[int, dict[str, Any]]:
    """What stands on file of each lead: as much as its update can change."""
    live = [change.lead["id"] for change in updates if change.is_live]
    revisions: dict[int, list[dict[str, Any]]] = {}
    steps: dict[int, list[dict[str, Any]]] = {}
    for table, found in ((LeadRevision, revisions), (FollowUp, steps)):
        columns = [getattr(table, name) for name in column_names(table)]
        for chunk in in_chunks(live):
            statement = sa.select(*columns).where(table.lead_id.in_(chunk)).order_by(table.id)
            if table is FollowUp:
                statement = statement.where(FollowUp.is_next_step, FollowUp.done_at.is_(None))
            for row in session.execute(statement):
                found.setdefault(row.lead_id, []).append(as_plain(dict(row._mapping)))
    before = {}
    for change in updates:
        lead_id = change.lead["id"]
        snapshot: dict[str, Any] = {}
        if change.is_live:
            snapshot["lead"] = as_plain(change.lead)
            snapshot["revisions"] = revisions.get(lead_id, [])
            snapshot["next_steps"] = steps.get(lead_id, [])
        elif change.past is not None:
            snapshot["lead"] = as_plain(pick(change.lead, STATE_COLUMNS))
            snapshot["revisions"] = [as_plain(revision) for revision in change.past.revisions]
        else:
            snapshot["lead"] = as_plain(pick(change.lead, _TOUCHED))
        before[lead_id] = snapshot
    return before


def _write_pasts(
    session: Session,
    plan: ImportPlan,
    updates: Sequence[Update],
    *,
    batch_id: int,
    actor: Actor,
    now: datetime,
) -> None:
    """Replace the revisions of leads whose past is told anew, in a few statements."""
    changed, revisions, audits = [], [], []
    for change in updates:
        if change.past is None:
            continue
        retold = retell(
            change.past.base,
            change.past.moves,
            live_of(change.past.revisions),
            id_of=plan.look_ups.id_of,
            actor=actor,
            now=now,
            zone_name=plan.reading.zone_name,
            batch_id=batch_id,
        )
        lead = change.lead
        changed.append(_state(change, retold, now=now))
        revisions += [
            {**row, "lead_id": lead["id"], "team_id": lead["team_id"]} for row in retold.revisions
        ]
        audits.append(_audit_row(lead, retold, actor=actor, now=now))
    delete(session, LeadRevision, "lead_id", [row["id"] for row in changed])
    insert(session, LeadRevision, [row for row in revisions if "id" in row])
    insert(session, LeadRevision, [row for row in revisions if "id" not in row])
    update(session, Lead, changed)
    insert(session, AuditEntry, audits)


def _state(change: Update, retold: Retold, *, now: datetime) -> dict[str, Any]:
    """The columns of the lead after its past was told anew."""
    lead = change.lead
    state = {**pick(lead, STATE_COLUMNS), **retold.state}
    state |= {"changed_at": now, "version": lead["version"] + 1}
    first = change.past.first_contact if change.past is not None else None
    if first is not None:
        state |= {
            "first_contact_on": first.on,
            "first_contact_precision": first.precision,
            "first_contact_as_printed": first.as_printed,
            "last_contact_on": max(lead["last_contact_on"] or first.on, first.on),
        }
    return {"id": lead["id"], **pick(state, STATE_COLUMNS)}


def _audit_row(lead: Any, retold: Retold, *, actor: Actor, now: datetime) -> dict[str, Any]:
    changes = {
        name: [as_plain({name: lead[name]})[name], as_plain({name: value})[name]]
        for name, value in retold.state.items()
        if lead[name] != value
    }
    return {
        "at": now,
        "actor_id": actor.id,
        "actor_name": actor.name,
        "action": "history imported",
        "record_type": "leads",
        "record_id": lead["id"],
        "lead_id": lead["id"],
        "team_id": lead["team_id"],
        "changes": changes or None,
    }


def _write_totals(
    session: Session, updates: Sequence[Update], *, batch_id: int, now: datetime
) -> None:
    stated = [(change.lead, change.totals) for change in updates if change.totals is not None]
    write_totals(
        session,
        [(lead["id"], totals[0], totals[1], lead["team_id"]) for lead, totals in stated],
        batch_id=batch_id,
        now=now,
    )
    # A lead of which only totals or a contact are new counts as changed all the same.
    rows = [
        {"id": change.lead["id"], "last_contact_on": _last_contact(change), "changed_at": now}
        for change in updates
        if change.totals is not None or (change.past is None and not change.is_live)
    ]
    update(session, Lead, rows)


def _last_contact(change: Update) -> Any:
    days = [change.lead["last_contact_on"]]
    if change.totals is not None:
        days.append(change.totals[1])
    return max((day for day in days if day is not None), default=None)


def _write_contacts(
    session: Session,
    updates: Sequence[Update],
    companies: WrittenCompanies,
    *,
    batch_id: int,
    now: datetime,
) -> None:
    children = [
        Child(
            change.contact,
            change.lead["id"],
            companies.id_of(change.company)
            if change.company is not None
            else change.lead["organization_id"],
            change.lead["team_id"],
        )
        for change in updates
        if change.contact is not None
    ]
    known = load_contact_keys(session, {child.organization_id for child in children})
    write_contacts(session, children, known, batch_id=batch_id, now=now)


def _change_today(
    session: Session,
    plan: ImportPlan,
    updates: Sequence[Update],
    companies: WrittenCompanies,
    *,
    batch_id: int,
    actor: Actor,
    now: datetime,
) -> None:
    live = [change for change in updates if change.is_live]
    leads: dict[int, Lead] = {}
    for chunk in in_chunks([change.lead["id"] for change in live]):
        leads |= {
            lead.id: lead for lead in session.scalars(sa.select(Lead).where(Lead.id.in_(chunk)))
        }
    problems: list[RowProblem] = []
    for change in live:
        row = change.rows[0]
        try:
            values = {
                name: plan.look_ups.id_of(value) if name.endswith("_id") else value
                for name, value in change.edits.items()
            }
            if change.company is not None:
                values["organization_id"] = companies.id_of(change.company)
            lead = leads[change.lead["id"]]
            if values:
                edit_lead(session, lead, values, actor=actor, now=now, batch_id=batch_id)
            if change.next_step is not None:
                set_next_step(session, lead, *change.next_step, actor=actor, now=now)
            for move in change.moves:
                row = move.row
                make_move(session, lead, move, actor=actor, now=now, batch_id=batch_id)
        except DomainError as error:
            problems.append(plan.reading.problem(row, "", error.message, **words_of(error)))
    if problems:
        raise ImportRefusedError(problems)
    session.flush()
