"""Who took part in the conversations of a file, and the next step of each lead."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.imports.children import done_steps
from crm.imports.chunks import in_chunks
from crm.imports.interaction_drafts import InteractionDraft, organization_of, place_of
from crm.imports.look_ups import ListKind
from crm.imports.plan import ImportPlan
from crm.imports.text import key
from models.contact import Contact
from models.errors import N_

_PASSED = N_("The next step's day has passed already, so the step is left out.")
_CLOSED = N_("This lead is closed: its next step is left out.")


def find_people(session: Session, plan: ImportPlan, drafts: Sequence[InteractionDraft]) -> None:
    """Tell contacts of the organization and colleagues from names on no record."""
    places = {organization_of(draft) for draft in drafts if draft.row.participants} - {None}
    contacts: dict[tuple[int | None, str], int] = {}
    for chunk in in_chunks(places):
        statement = (
            sa.select(
                Contact.id,
                Contact.organization_id,
                Contact.printed_name,
                Contact.native_name,
                Contact.romanized_name,
            )
            .where(Contact.organization_id.in_(chunk))
            .order_by(Contact.id)
        )
        for number, place, *names in session.execute(statement):
            for name in names:
                if name:
                    contacts.setdefault((place, key(name)), number)
    staff = plan.look_ups.lists[ListKind.OWNERS].known
    for draft in drafts:
        place = organization_of(draft)
        for name in draft.row.participants:
            contact = contacts.get((place, key(name)))
            if contact is not None:
                draft.contact_ids.append(contact)
            elif key(name) in staff:
                draft.user_ids.append(staff[key(name)])
            else:
                draft.names.append(name)


def find_steps(session: Session, plan: ImportPlan, drafts: Sequence[InteractionDraft]) -> None:
    """The next step of each lead: that of its latest conversation which names one."""
    latest: dict[object, InteractionDraft] = {}
    for draft in drafts:
        if draft.row.next_step is None:
            continue
        place = place_of(draft)
        known = latest.get(place)
        if known is None or draft.row.date.on >= known.row.date.on:
            latest[place] = draft
    done = done_steps(session, [one.lead["id"] for one in latest.values() if one.lead is not None])
    for draft in latest.values():
        row, lead = draft.row, draft.lead
        due = row.next_step_on.on if row.next_step_on else None
        message = None
        if due is not None and due < plan.reading.today:
            message = _PASSED
        elif lead is not None and not lead["status"].is_open:
            message = _CLOSED
        if message is not None:
            plan.notices.append(plan.reading.notice(row.number, "next_step", message))
            continue
        text = row.next_step or ""
        if lead is not None and (
            (lead["id"], text) in done
            or (text, due or lead["next_action_on"])
            == (lead["next_action"], lead["next_action_on"])
        ):
            continue
        draft.next_step = (text, due)
