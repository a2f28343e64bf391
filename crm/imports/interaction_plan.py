"""What a file of interactions will do: conversations kept with their leads and organizations."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from crm.imports.file_companies import FileCompanies
from crm.imports.interaction_drafts import InteractionDraft, place_of, said_of
from crm.imports.interaction_parts import find_people, find_steps
from crm.imports.interaction_rows import InteractionRow
from crm.imports.interactions_on_file import (
    InteractionsOnFile,
    NamedLeads,
    find_by_public_id,
)
from crm.imports.leads_on_file import LeadFacts
from crm.imports.look_ups import ListKind
from crm.imports.options import SKIP, OnMatch, OnNew
from crm.imports.plan import ImportPlan
from crm.imports.questions import GONE
from crm.imports.records import Change, Creation
from crm.imports.text import key
from models.errors import N_
from models.interaction import InteractionKind

_NO_LEAD = N_("There is no lead with the reference “%(ref)s”. Import the leads first.")
_SEVERAL_LEADS = N_("Several leads on file are called “%(ref)s”. Give the reference of one.")
_REPEATS = N_("This row repeats row %(first)s, so it is left out.")


def plan_interactions(session: Session, plan: ImportPlan, rows: Sequence[InteractionRow]) -> None:
    """Fill in the plan: each row keeps a conversation, or finds it kept."""
    leads = NamedLeads(session, {row.ref for row in rows if row.ref})
    companies = FileCompanies(session, plan, [row for row in rows if row.ref is None])
    drafts: list[InteractionDraft] = []
    options: dict[int, list[LeadFacts]] = {}
    by_public_id = find_by_public_id(session, {row.public_id for row in rows if row.public_id})
    changes: list[tuple[InteractionRow, Mapping[str, Any]]] = []
    for row in rows:
        plan.step()
        if plan.options.choice(row.number) == SKIP:
            plan.records.skipped.append(row.number)
            continue
        if row.public_id is not None:
            facts = by_public_id.get(row.public_id)
            if facts is None:
                plan.problems.append(plan.reading.problem(row.number, "public_id", GONE))
            else:
                changes.append((row, facts))
            continue
        found: list[LeadFacts] = leads.find(row.ref) if row.ref is not None else []
        if row.ref is not None and not found:
            plan.problems.append(plan.reading.problem(row.number, "ref", _NO_LEAD, ref=row.ref))
            continue
        company = None
        if row.ref is None:
            company = companies.find(row)
            if company is None:
                continue
        lead = found[0] if found else None
        author = plan.look_ups.find(ListKind.OWNERS, row.by)
        draft = InteractionDraft(row, lead, company, author)
        drafts.append(draft)
        options[row.number] = found
    on_file = InteractionsOnFile(session, drafts, options)
    kept = _keep(plan, drafts, options, on_file, changes)
    find_people(session, plan, kept)
    find_steps(session, plan, kept)
    for draft in kept:
        plan.records.creations.append(Creation([draft.row.number], {}, {"draft": draft}))
    participants = on_file.participants(session, [facts["id"] for _row, facts in changes])
    by_id: dict[int, Change] = {}
    for row, facts in changes:
        change = _change(row, facts, participants.get(facts["id"], set()))
        earlier = by_id.setdefault(facts["id"], change)
        if earlier is change:
            plan.records.changes.append(change)
        else:
            earlier.rows.append(row.number)


def _keep(
    plan: ImportPlan,
    drafts: Sequence[InteractionDraft],
    options: Mapping[int, list[LeadFacts]],
    on_file: InteractionsOnFile,
    changes: list[tuple[InteractionRow, Mapping[str, Any]]],
) -> list[InteractionDraft]:
    """The drafts that are new; those found on file go to `changes`."""
    kept: list[InteractionDraft] = []
    seen: dict[tuple[object, ...], int] = {}
    for draft in drafts:
        row, found = draft.row, options[draft.row.number]
        facts = on_file.find(draft, found)
        if facts is not None:
            if plan.options.on_match is OnMatch.SKIP:
                plan.records.skipped.append(row.number)
            else:
                changes.append((row, facts))
            continue
        if len(found) > 1:
            plan.problems.append(
                plan.reading.problem(row.number, "ref", _SEVERAL_LEADS, ref=row.ref)
            )
            continue
        if plan.options.on_new is OnNew.SKIP:
            plan.records.skipped.append(row.number)
            continue
        same = (*place_of(draft), row.date.on, row.kind, said_of(row.summary, row.notes), row.notes)
        first = seen.setdefault(same, row.number)
        if first != row.number:
            plan.records.skipped.append(row.number)
            plan.notices.append(plan.reading.notice(row.number, "summary", _REPEATS, first=first))
            continue
        kept.append(draft)
    return kept


def _change(row: InteractionRow, facts: Mapping[str, Any], known: set[str]) -> Change:
    """What a row says better of a conversation on file; an empty cell takes nothing away."""
    change = Change([row.number], facts["id"], facts)
    said: dict[str, Any] = {
        "text": row.notes if row.summary else None,
        "direction": row.direction,
        "language": row.language,
        "place": row.place,
    }
    if row.public_id is not None:
        said |= {
            "summary": row.summary,
            "text": row.notes,
            "kind": row.kind if row.kind is not InteractionKind.NOTE else None,
            "happened_on": row.date.on,
            "happened_precision": row.date.precision,
        }
    for column, value in said.items():
        if value is not None and value != facts[column]:
            change.columns[column] = value
    change.links["names"] = [name for name in row.participants if key(name) not in known]
    return change
