"""Writes the conversations of a file, with who took part and what comes next."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.imports.chunks import in_chunks
from crm.imports.file_companies import NewCompany, write_companies
from crm.imports.interaction_drafts import InteractionDraft, details_of
from crm.imports.leads_on_file import LeadFacts
from crm.imports.plan import ImportPlan, ImportRefusedError
from crm.imports.problems import RowProblem
from crm.imports.snapshots import as_plain
from crm.imports.writing import column_names, insert, insert_keys, update, update_each
from crm.imports.written import Written, note_changed, note_created
from crm.interactions.follow_ups import set_next_step
from crm.timezones import start_of_day
from models.contact import Contact, Seniority
from models.errors import DomainError
from models.interaction import (
    FollowUp,
    Interaction,
    InteractionParticipant,
    InteractionStanding,
)
from models.lead import Lead
from models.organization import Organization
from models.user import Actor

_COLUMN = "interaction_id"
_LEAD_STATE = ("last_contact_on", "next_action", "next_action_on", "changed_at")


def write_interactions(
    session: Session, plan: ImportPlan, *, batch_id: int, actor: Actor, now: datetime
) -> Written:
    """Write all that the plan says of conversations.

    Raises:
        ImportRefusedError: a next step was refused.
    """
    written = Written()
    drafts: list[InteractionDraft] = [
        creation.links["draft"] for creation in plan.records.creations
    ]
    new = {
        id(draft.company): draft.company
        for draft in drafts
        if isinstance(draft.company, NewCompany)
    }
    companies = write_companies(
        session, list(new.values()), batch_id=batch_id, actor=actor, now=now
    )
    before = _before(session, drafts)
    rows = _rows(session, plan, drafts, companies, batch_id=batch_id, actor=actor, now=now)
    keys = insert_keys(session, Interaction, rows)
    ranks = _ranks(session, drafts)
    insert(session, InteractionParticipant, _participants(drafts, rows, keys, ranks))
    note_created(
        session,
        Interaction.__tablename__,
        [(number, row, row["lead_id"]) for number, row in zip(keys, rows, strict=True)],
        actor=actor,
        now=now,
    )
    _touch_leads(session, drafts, now=now)
    _promise(session, drafts, rows, keys, batch_id=batch_id, actor=actor, now=now)
    _set_steps(session, plan, drafts, actor=actor, now=now)
    for creation, draft, row, number in zip(
        plan.records.creations, drafts, rows, keys, strict=True
    ):
        stood = before.pop(draft.lead["id"], None) if draft.lead is not None else None
        written.created(creation, _COLUMN, number, team_id=row["team_id"], before=stood)
        written.rows[-1]["lead_id"] = row["lead_id"]
    _change(session, plan, written, actor=actor, now=now)
    written.skipped(plan.records)
    written.company_count = len(companies)
    return written


def _rows(
    session: Session,
    plan: ImportPlan,
    drafts: Sequence[InteractionDraft],
    companies: Mapping[int, int],
    *,
    batch_id: int,
    actor: Actor,
    now: datetime,
) -> list[dict[str, Any]]:
    teams = _teams(session, {one.company for one in drafts if isinstance(one.company, int)})
    rows = []
    for draft in drafts:
        lead, company = draft.lead, draft.company
        if lead is not None:
            place = (lead["organization_id"], lead["team_id"])
        elif isinstance(company, NewCompany):
            place = (companies[id(company)], None)
        else:
            place = (company, teams[company or 0])
        begun = start_of_day(draft.row.date.on, plan.reading.zone_name)
        rows.append(
            {
                **details_of(draft),
                "lead_id": lead["id"] if lead is not None else None,
                "organization_id": place[0],
                "team_id": place[1],
                "standing": InteractionStanding.HELD,
                "author_id": plan.look_ups.id_of(draft.author) or actor.id,
                # The office knew it when it happened; nobody knows anything before it is now.
                "known_at": min(begun, now),
                "recorded_at": now,
                "batch_id": batch_id,
            }
        )
    return rows


def _ranks(session: Session, drafts: Sequence[InteractionDraft]) -> dict[int, Seniority | None]:
    """The ranks of those who took part: of the past only what is on file today is known."""
    ranks: dict[int, Seniority | None] = {}
    for chunk in in_chunks({one for draft in drafts for one in draft.contact_ids}):
        statement = sa.select(Contact.id, Contact.seniority).where(Contact.id.in_(chunk))
        ranks.update((number, rank) for number, rank in session.execute(statement))
    return ranks


def _participants(
    drafts: Sequence[InteractionDraft],
    rows: Sequence[Mapping[str, Any]],
    keys: Sequence[int],
    ranks: Mapping[int, Seniority | None],
) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for draft, row, number in zip(drafts, rows, keys, strict=True):
        of = {"interaction_id": number, "team_id": row["team_id"]}
        found += [
            {**of, "contact_id": one, "seniority": ranks.get(one)}
            for one in dict.fromkeys(draft.contact_ids)
        ]
        found += [{**of, "user_id": one} for one in dict.fromkeys(draft.user_ids)]
        found += [{**of, "name": name} for name in draft.names]
    return found


def _before(session: Session, drafts: Sequence[InteractionDraft]) -> dict[int, dict[str, Any]]:
    """What stands on file of each lead that conversations touch, for undoing."""
    leads: dict[int, LeadFacts] = {
        draft.lead["id"]: draft.lead for draft in drafts if draft.lead is not None
    }
    before = {
        number: {"lead": as_plain({name: lead[name] for name in _LEAD_STATE})}
        for number, lead in leads.items()
    }
    stepping = {one.lead["id"] for one in drafts if one.lead is not None and one.next_step}
    columns = [getattr(FollowUp, name) for name in column_names(FollowUp)]
    for number in stepping:
        before[number]["next_steps"] = []  # type: ignore[assignment]
    for chunk in in_chunks(stepping):
        statement = sa.select(*columns).where(
            FollowUp.lead_id.in_(chunk), FollowUp.is_next_step, FollowUp.done_at.is_(None)
        )
        for row in session.execute(statement):
            steps: Any = before[row.lead_id]["next_steps"]
            steps.append(as_plain(dict(row._mapping)))
    return before


def _touch_leads(session: Session, drafts: Sequence[InteractionDraft], *, now: datetime) -> None:
    """Keep the day of the last contact on the leads, which lists order by."""
    latest: dict[int, date] = {}
    for draft in drafts:
        if draft.lead is not None:
            number, known = draft.lead["id"], draft.lead["last_contact_on"]
            days = [draft.row.date.on, latest.get(number), known]
            latest[number] = max(day for day in days if day is not None)
    update(
        session,
        Lead,
        [
            {"id": number, "last_contact_on": day, "changed_at": now}
            for number, day in latest.items()
        ],
    )


def _promise(
    session: Session,
    drafts: Sequence[InteractionDraft],
    rows: Sequence[Mapping[str, Any]],
    keys: Sequence[int],
    *,
    batch_id: int,
    actor: Actor,
    now: datetime,
) -> None:
    """What comes next with an organization that has no lead is a promise of its own."""
    insert(
        session,
        FollowUp,
        [
            {
                "organization_id": row["organization_id"],
                "interaction_id": number,
                "team_id": row["team_id"],
                "text": draft.next_step[0],
                "due_on": draft.next_step[1],
                "owner_id": row["author_id"],
                "office_id": actor.office_id,
                "created_at": now,
                "batch_id": batch_id,
            }
            for draft, row, number in zip(drafts, rows, keys, strict=True)
            if draft.next_step is not None and draft.lead is None
        ],
    )


def _set_steps(
    session: Session,
    plan: ImportPlan,
    drafts: Sequence[InteractionDraft],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Say what comes next on leads, through the same command as on a page."""
    stepping = {
        draft.lead["id"]: draft
        for draft in drafts
        if draft.lead is not None and draft.next_step is not None
    }
    session.expire_all()
    problems: list[RowProblem] = []
    for chunk in in_chunks(stepping):
        for lead in session.scalars(sa.select(Lead).where(Lead.id.in_(chunk))):
            draft = stepping[lead.id]
            text, due = draft.next_step or ("", None)
            try:
                set_next_step(session, lead, text, due, actor=actor, now=now)
            except DomainError as error:
                problems.append(
                    plan.reading.problem(
                        draft.row.number, "next_step", error.message, **error.params
                    )
                )
    if problems:
        raise ImportRefusedError(problems)
    session.flush()


def _change(
    session: Session, plan: ImportPlan, written: Written, *, actor: Actor, now: datetime
) -> None:
    changed = plan.records.changed
    update_each(session, Interaction, [(change.id, change.columns) for change in changed])
    added = [
        {"interaction_id": change.id, "name": name, "team_id": change.facts["team_id"]}
        for change in changed
        for name in change.links["names"]
    ]
    keys = insert_keys(session, InteractionParticipant, added)
    people: dict[int, list[int]] = {}
    for row, number in zip(added, keys, strict=True):
        people.setdefault(int(str(row["interaction_id"])), []).append(number)
    note_changed(
        session,
        Interaction.__tablename__,
        [(change, {**change.columns, **_told(change.links["names"])}) for change in changed],
        actor=actor,
        now=now,
    )
    for change in plan.records.changes:
        stood = {
            "columns": as_plain({name: change.facts[name] for name in change.columns}),
            "people": people.get(change.id, []),
        }
        written.changed(change, _COLUMN, before=stood)


def _told(names: Sequence[str]) -> dict[str, Any]:
    return {"name": ", ".join(names)} if names else {}


def _teams(session: Session, keys: set[int]) -> dict[int, int | None]:
    found: dict[int, int | None] = {}
    for chunk in in_chunks(keys):
        statement = sa.select(Organization.id, Organization.team_id).where(
            Organization.id.in_(chunk)
        )
        found.update((number, team) for number, team in session.execute(statement))
    return found
