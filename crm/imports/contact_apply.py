"""Writes the contacts of a file, and the organizations that come with them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.imports.chunks import in_chunks
from crm.imports.file_companies import NewCompany, write_companies
from crm.imports.plan import ImportPlan
from crm.imports.snapshots import as_plain
from crm.imports.writing import insert_keys, update_each
from crm.imports.written import Written, note_changed, note_created
from models.contact import Contact
from models.organization import Organization
from models.user import Actor

_COLUMN = "contact_id"


def write_contacts(
    session: Session, plan: ImportPlan, *, batch_id: int, actor: Actor, now: datetime
) -> Written:
    """Write all that the plan says of contacts."""
    written = Written()
    records = plan.records
    changed = records.changed
    named = [creation.links["company"] for creation in records.creations]
    named += [change.links.get("company") for change in changed]
    new = {id(company): company for company in named if isinstance(company, NewCompany)}
    keys = write_companies(session, list(new.values()), batch_id=batch_id, actor=actor, now=now)
    teams = _teams(session, {company for company in named if isinstance(company, int)})
    rows = [
        {
            **creation.columns,
            **_place(creation.links["company"], keys, teams),
            "batch_id": batch_id,
            "created_at": now,
        }
        for creation in records.creations
    ]
    numbers = insert_keys(session, Contact, rows)
    note_created(
        session,
        Contact.__tablename__,
        [(number, row, None) for number, row in zip(numbers, rows, strict=True)],
        actor=actor,
        now=now,
    )
    for creation, number, row in zip(records.creations, numbers, rows, strict=True):
        written.created(creation, _COLUMN, number, team_id=row["team_id"])
    after: dict[int, dict[str, Any]] = {}
    for change in changed:
        columns = dict(change.columns)
        if change.links.get("company") is not None:
            place = _place(change.links["company"], keys, teams)
            # Leaving an organization opens nobody whom a restricted lead brought in.
            if place["team_id"] is None and change.facts["first_lead_id"] is not None:
                del place["team_id"]
            columns |= place
        change.columns = after[change.id] = {
            name: value for name, value in columns.items() if value != change.facts[name]
        }
    update_each(session, Contact, after.items())
    note_changed(
        session,
        Contact.__tablename__,
        [(change, after[change.id]) for change in changed],
        actor=actor,
        now=now,
    )
    for change in records.changes:
        stood = None
        if change.id in after:
            facts = change.facts
            stood = {"columns": as_plain({name: facts[name] for name in after[change.id]})}
        written.changed(change, _COLUMN, before=stood)
    written.skipped(records)
    written.company_count = len(keys)
    return written


def _place(
    company: object, keys: Mapping[int, int], teams: Mapping[int, int | None]
) -> dict[str, Any]:
    """The columns that say at which organization somebody is, and who may see them."""
    if isinstance(company, NewCompany):
        return {"organization_id": keys[id(company)], "team_id": None}
    if isinstance(company, int):
        return {"organization_id": company, "team_id": teams[company]}
    return {"organization_id": None, "team_id": None}


def _teams(session: Session, keys: set[int]) -> dict[int, int | None]:
    found: dict[int, int | None] = {}
    for chunk in in_chunks(keys):
        statement = sa.select(Organization.id, Organization.team_id).where(
            Organization.id.in_(chunk)
        )
        found.update((number, team) for number, team in session.execute(statement))
    return found
