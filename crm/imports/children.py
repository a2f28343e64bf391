"""What a row of a leads file says besides the lead: a contact, a next step, running totals."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.identity.scripts import language_of_script, script_of
from crm.imports.chunks import in_chunks
from crm.imports.lead_rows import LeadRow
from crm.imports.text import is_native, key
from crm.imports.writing import insert
from models.contact import Contact
from models.interaction import FollowUp
from models.lead import ImportedTotal
from models.user import Actor


def contact_keys(row: LeadRow) -> tuple[str, ...]:
    """The forms by which the contact of a row is told from others of the same company."""
    name = row.contact_name if "contact_name" not in row.damaged else None
    return tuple(_keys(name, row.contact_email))


def load_contact_keys(
    session: Session, organization_ids: Collection[int | None]
) -> set[tuple[int | None, str]]:
    """The contacts on file of these companies, by the same forms."""
    found: set[tuple[int | None, str]] = set()
    for chunk in in_chunks([number for number in organization_ids if number is not None]):
        statement = sa.select(
            Contact.organization_id, Contact.printed_name, Contact.native_name, Contact.email
        ).where(Contact.organization_id.in_(chunk))
        for organization_id, printed, native, email in session.execute(statement):
            forms = {*_keys(printed, email), *_keys(native, None)}
            found.update((organization_id, form) for form in forms)
    return found


def done_steps(session: Session, lead_ids: Collection[int]) -> set[tuple[int | None, str]]:
    """The next steps of these leads that the office has ticked off, with their words."""
    found: set[tuple[int | None, str]] = set()
    for chunk in in_chunks(lead_ids):
        statement = sa.select(FollowUp.lead_id, FollowUp.text).where(
            FollowUp.lead_id.in_(chunk), FollowUp.done_at.is_not(None)
        )
        found.update((lead_id, text) for lead_id, text in session.execute(statement))
    return found


@dataclass(frozen=True, slots=True)
class Child:
    """A row's lead and company, once both have their keys."""

    row: LeadRow
    lead_id: int
    organization_id: int | None
    team_id: int | None = None


def write_contacts(
    session: Session,
    children: Iterable[Child],
    known: set[tuple[int | None, str]],
    *,
    batch_id: int,
    now: datetime,
) -> int:
    """Create the contacts that are not on file, each once. The name is kept as it is printed.

    A row with an address and no name gives a contact that bears the address.
    """
    rows = []
    for child in children:
        row = child.row
        forms = {(child.organization_id, form) for form in contact_keys(row)}
        printed = row.contact_name or row.contact_email
        if printed is None or not forms.isdisjoint(known):
            continue
        known.update(forms)
        title_field = "native_title" if is_native(row.contact_title or "") else "title"
        rows.append(
            {
                "organization_id": child.organization_id,
                "printed_name": printed,
                title_field: row.contact_title,
                "email": row.contact_email,
                "language": language_of_script(script_of(printed), row.country),
                "first_lead_id": child.lead_id,
                "batch_id": batch_id,
                "created_at": now,
                "team_id": child.team_id,
            }
        )
    insert(session, Contact, rows)
    return len(rows)


def next_step_row(
    row: LeadRow, lead: dict[str, Any], lead_id: int, *, actor: Actor, now: datetime, batch_id: int
) -> dict[str, Any]:
    """The follow-up for the next action of a new lead; a day that has passed is overdue."""
    return {
        "lead_id": lead_id,
        "text": row.next_action,
        "is_next_step": True,
        "due_on": row.next_action_on.on if row.next_action_on else None,
        "owner_id": lead["owner_id"] or actor.id,
        "office_id": lead["office_id"],
        "created_at": now,
        "batch_id": batch_id,
    }


def write_totals(
    session: Session,
    totals: Iterable[tuple[int, int | None, date | None, int | None]],
    *,
    batch_id: int,
    now: datetime,
) -> None:
    """Keep running totals (lead, meetings, last contact, team): known from this moment only."""
    insert(
        session,
        ImportedTotal,
        [
            {
                "lead_id": lead_id,
                "known_at": now,
                "meetings_count": meetings,
                "last_contact_on": last_contact_on,
                "batch_id": batch_id,
                "team_id": team_id,
            }
            for lead_id, meetings, last_contact_on, team_id in totals
        ],
    )


def _keys(name: str | None, email: str | None) -> Iterable[str]:
    if name is not None and key(name):
        yield f"name {key(name)}"
    if email is not None:
        yield f"mail {email.casefold()}"
