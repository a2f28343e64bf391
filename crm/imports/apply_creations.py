"""Writes the leads that a file creates, with their past and what their rows say besides."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from crm.imports.children import (
    Child,
    load_contact_keys,
    next_step_row,
    write_contacts,
    write_totals,
)
from crm.imports.chunks import in_chunks
from crm.imports.companies import WrittenCompanies
from crm.imports.edits import chance_of
from crm.imports.history import moves_of_lead_row
from crm.imports.plan import Creation, ImportPlan, ImportRefusedError
from crm.imports.writing import insert, update
from crm.leads.apply import insert_leads
from crm.leads.details import LeadDetails
from crm.leads.plan import NewLead, plan_history
from models.errors import DomainError
from models.interaction import FollowUp
from models.organization import Organization
from models.stage import LeadType
from models.user import Actor

_AT_A_TIME = 2_000


@dataclass(slots=True)
class Created:
    """The new leads by the number of their row, and how many contacts came with them."""

    lead_ids: dict[int, int]
    contact_count: int


def write_creations(
    session: Session,
    plan: ImportPlan,
    companies: WrittenCompanies,
    *,
    batch_id: int,
    actor: Actor,
    now: datetime,
) -> Created:
    """Write all new leads, some thousands at a time: their rows take much more room than the file.

    Raises:
        ImportRefusedError: a row breaks a rule that every lead has to keep.
    """
    created = Created({}, 0)
    # Companies that this file brings have no contacts yet: those on file are asked for once.
    known = load_contact_keys(
        session, {creation.company.id for creation in plan.creations if creation.company}
    )
    for creations in in_chunks(plan.creations, _AT_A_TIME):
        planned = _plan_leads(creations, plan, companies, batch_id=batch_id, actor=actor, now=now)
        lead_ids = insert_leads(session, planned, actor=actor, now=now)
        children = [
            Child(creation.row, lead_id, new.lead["organization_id"])
            for creation, new, lead_id in zip(creations, planned, lead_ids, strict=True)
        ]
        created.lead_ids.update({child.row.number: child.lead_id for child in children})
        created.contact_count += _write_children(
            session, children, planned, known, batch_id=batch_id, actor=actor, now=now
        )
    _note_first_leads(session, plan, companies, created.lead_ids)
    return created


def _plan_leads(
    creations: Sequence[Creation],
    plan: ImportPlan,
    companies: WrittenCompanies,
    *,
    batch_id: int,
    actor: Actor,
    now: datetime,
) -> list[NewLead]:
    planned = []
    problems = []
    for creation in creations:
        try:
            planned.append(
                _new_lead(creation, plan, companies, batch_id=batch_id, actor=actor, now=now)
            )
        except DomainError as error:
            problems.append(
                plan.reading.problem(
                    creation.row.number, error.field or "", error.message, **error.params
                )
            )
    if problems:
        raise ImportRefusedError(problems)
    return planned


def _write_children(
    session: Session,
    children: Sequence[Child],
    planned: Sequence[NewLead],
    known: set[tuple[int | None, str]],
    *,
    batch_id: int,
    actor: Actor,
    now: datetime,
) -> int:
    """Write what the rows say besides the leads; returns how many contacts are new.

    `known` are the contacts that need not be written; it grows by those that are.
    """
    insert(
        session,
        FollowUp,
        [
            next_step_row(
                child.row, new.lead, child.lead_id, actor=actor, now=now, batch_id=batch_id
            )
            for child, new in zip(children, planned, strict=True)
            if new.lead.get("next_action")
        ],
    )
    write_totals(
        session,
        [
            (
                child.lead_id,
                child.row.meetings_count,
                child.row.last_contact_on.on if child.row.last_contact_on else None,
                child.team_id,
            )
            for child in children
            if child.row.meetings_count is not None or child.row.last_contact_on is not None
        ],
        batch_id=batch_id,
        now=now,
    )
    return write_contacts(session, children, known, batch_id=batch_id, now=now)


def _new_lead(
    creation: Creation,
    plan: ImportPlan,
    companies: WrittenCompanies,
    *,
    batch_id: int,
    actor: Actor,
    now: datetime,
) -> NewLead:
    row, company, look_ups = creation.row, creation.company, plan.look_ups
    details = LeadDetails(
        organization_id=companies.id_of(company) if company is not None else None,
        code_name=row.code_name,
        reference=row.ref,
        lead_type=row.lead_type or LeadType.INVESTMENT,
        market=row.country,
        sector_id=look_ups.id_of(creation.sector),
        source_id=look_ups.id_of(creation.source),
        owner_id=look_ups.id_of(creation.owner),
        office_id=look_ups.id_of(creation.office) or actor.office_id,
        capex=row.capex,
        jobs=row.jobs,
        target=row.target_on,
        likelihood=chance_of(row.likelihood),
        first_contact=row.first_contact_on,
        notes=row.notes,
    )
    moves = moves_of_lead_row(row)
    new = plan_history(
        details,
        [move.event for move in moves],
        actor=actor,
        now=now,
        zone_name=plan.reading.zone_name,
        batch_id=batch_id,
        organization_name=company.title if company is not None else None,
    )
    new.lead.update(_kept_facts(creation, new.lead))
    return new


def _kept_facts(creation: Creation, lead: dict[str, Any]) -> dict[str, Any]:
    """What lists show of the lead as the office knows it today."""
    row = creation.row
    contacts = [row.first_contact_on.on]
    if row.last_contact_on is not None:
        contacts.append(row.last_contact_on.on)
    facts: dict[str, Any] = {"last_contact_on": max(contacts)}
    if row.next_action is not None and lead["status"].is_open:
        facts["next_action"] = row.next_action
        facts["next_action_on"] = row.next_action_on.on if row.next_action_on else None
    return facts


def _note_first_leads(
    session: Session, plan: ImportPlan, companies: WrittenCompanies, lead_ids: dict[int, int]
) -> None:
    """Remember through which lead each new company was first entered."""
    firsts: dict[int, int] = {}
    for creation in plan.creations:
        if creation.company is not None and creation.company.id is None:
            lead_id = lead_ids[creation.row.number]
            firsts.setdefault(companies.id_of(creation.company), lead_id)
    update(
        session,
        Organization,
        [{"id": key, "first_lead_id": lead_id} for key, lead_id in firsts.items()],
    )
