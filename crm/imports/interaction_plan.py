"""What a file of interactions will do: conversations kept with their leads and organizations."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.imports.children import done_steps
from crm.imports.chunks import in_chunks
from crm.imports.file_companies import FileCompanies, NewCompany
from crm.imports.interaction_rows import InteractionRow
from crm.imports.leads_on_file import LeadFacts
from crm.imports.look_ups import Known, ListKind
from crm.imports.options import SKIP, OnMatch, OnNew
from crm.imports.plan import ImportPlan
from crm.imports.questions import GONE
from crm.imports.records import Change, Creation
from crm.imports.text import key, plain
from crm.imports.writing import column_names
from crm.interactions.languages import language_of_text
from models.contact import Contact
from models.errors import N_
from models.interaction import (
    ContactDirection,
    Interaction,
    InteractionKind,
    InteractionParticipant,
)
from models.lead import Lead
from models.user import User

_COLUMNS = column_names(Interaction)
_LEAD_COLUMNS = (
    *("id", "public_id", "reference", "title", "code_name", "organization_id", "team_id"),
    *("status", "last_contact_on", "next_action", "next_action_on", "owner_id", "office_id"),
    *("changed_at",),
)
_NO_LEAD = N_("There is no lead with the reference “%(ref)s”. Import the leads first.")
_SEVERAL_LEADS = N_("Several leads on file are called “%(ref)s”. Give the reference of one.")
_REPEATS = N_("This row repeats row %(first)s, so it is left out.")
_PASSED = N_("The next step's day has passed already, so the step is left out.")
_CLOSED = N_("This lead is closed: its next step is left out.")

Facts = Mapping[str, Any]
Place = tuple[str, object]
"""Where a conversation belongs: a lead's key, an organization's, or a new organization."""


@dataclass(slots=True)
class InteractionDraft:
    """A conversation of the file on the way into the plan."""

    row: InteractionRow
    lead: LeadFacts | None
    company: int | NewCompany | None
    author: Known | None
    contact_ids: list[int] = field(default_factory=list)
    user_ids: list[int] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    next_step: tuple[str, date | None] | None = None


def plan_interactions(session: Session, plan: ImportPlan, rows: Sequence[InteractionRow]) -> None:
    """Fill in the plan: each row keeps a conversation, or finds it kept."""
    leads = _Leads(session, {row.ref for row in rows if row.ref})
    companies = FileCompanies(session, plan, [row for row in rows if row.ref is None])
    drafts: list[InteractionDraft] = []
    options: dict[int, list[LeadFacts]] = {}
    by_public_id = _by_public_id(session, {row.public_id for row in rows if row.public_id})
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
    on_file = _OnFile(session, drafts, options)
    kept = _keep(plan, drafts, options, on_file, changes)
    _find_people(session, plan, kept)
    _find_steps(session, plan, kept)
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
    on_file: "_OnFile",
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
        same = (*_place(draft), row.date.on, row.kind, _said(row.summary, row.notes), row.notes)
        first = seen.setdefault(same, row.number)
        if first != row.number:
            plan.records.skipped.append(row.number)
            plan.notices.append(plan.reading.notice(row.number, "summary", _REPEATS, first=first))
            continue
        kept.append(draft)
    return kept


def _place(draft: InteractionDraft) -> Place:
    if draft.lead is not None:
        return "lead", draft.lead["id"]
    if isinstance(draft.company, NewCompany):
        return "new", id(draft.company)
    return "organization", draft.company


def _said(summary: str | None, text: str | None) -> str:
    """What was said, in the form in which two spellings of it are equal."""
    return key(summary or text or "")


class _Leads:
    """The leads that rows name: by reference, by public id, or by what lists call them."""

    def __init__(self, session: Session, wanted: Collection[str]) -> None:
        self._by_word: list[dict[str, list[LeadFacts]]] = [{}, {}, {}]
        spelled = {
            variant for word in wanted for variant in (word, plain(word), plain(word).upper())
        }
        columns = [getattr(Lead, name) for name in _LEAD_COLUMNS]
        seen: set[int] = set()
        for column in (Lead.reference, Lead.public_id, Lead.title, Lead.code_name):
            for chunk in in_chunks(spelled):
                statement = sa.select(*columns).where(column.in_(chunk)).order_by(Lead.id)
                for row in session.execute(statement):
                    if row.id not in seen:
                        seen.add(row.id)
                        self._learn(cast(LeadFacts, row._mapping))

    def _learn(self, lead: LeadFacts) -> None:
        references, public_ids, titles = self._by_word
        if lead["reference"]:
            references.setdefault(plain(lead["reference"]), []).append(lead)
        public_ids.setdefault(lead["public_id"], []).append(lead)
        for word in {plain(word) for word in (lead["title"], lead["code_name"]) if word}:
            titles.setdefault(word, []).append(lead)

    def find(self, word: str) -> list[LeadFacts]:
        """The leads of a word; a reference comes before a title."""
        for found in self._by_word:
            if plain(word) in found:
                return found[plain(word)]
        return []


def _by_public_id(session: Session, public_ids: Collection[str]) -> dict[str, Mapping[str, Any]]:
    found: dict[str, Mapping[str, Any]] = {}
    columns = [getattr(Interaction, name) for name in _COLUMNS]
    for chunk in in_chunks(public_ids):
        statement = sa.select(*columns).where(Interaction.public_id.in_(chunk))
        found.update(
            (row.public_id, cast(Facts, row._mapping)) for row in session.execute(statement)
        )
    return found


class _OnFile:
    """The conversations on file of the places and days that rows name."""

    def __init__(
        self,
        session: Session,
        drafts: Sequence[InteractionDraft],
        options: Mapping[int, list[LeadFacts]],
    ) -> None:
        self._found: dict[tuple[object, ...], Mapping[str, Any]] = {}
        leads = {lead["id"] for found in options.values() for lead in found}
        places = {draft.company for draft in drafts if isinstance(draft.company, int)}
        for column, values in ((Interaction.lead_id, leads), (Interaction.organization_id, places)):
            columns = [getattr(Interaction, name) for name in _COLUMNS]
            for chunk in in_chunks(values):
                statement = sa.select(*columns).where(column.in_(chunk)).order_by(Interaction.id)
                for row in session.execute(statement):
                    self._learn(cast(Facts, row._mapping))

    def _learn(self, facts: Mapping[str, Any]) -> None:
        said = _said(facts["summary"], facts["text"])
        rest = (facts["happened_on"], facts["kind"], said)
        if facts["lead_id"] is not None:
            self._found.setdefault(("lead", facts["lead_id"], *rest), facts)
        if facts["organization_id"] is not None:
            self._found.setdefault(("organization", facts["organization_id"], *rest), facts)

    def find(self, draft: InteractionDraft, leads: Sequence[LeadFacts]) -> Mapping[str, Any] | None:
        """The conversation on file that a row tells again."""
        row = draft.row
        rest = (row.date.on, row.kind, _said(row.summary, row.notes))
        places: list[Place] = [("lead", lead["id"]) for lead in leads]
        for place in places or [_place(draft)]:
            facts = self._found.get((*place, *rest))
            if facts is not None:
                return facts
        return None

    def participants(self, session: Session, numbers: Collection[int]) -> dict[int, set[str]]:
        """The names of those who took part, in the form in which they are compared."""
        found: dict[int, set[str]] = {}
        part = InteractionParticipant
        for chunk in in_chunks(numbers):
            statement = (
                sa.select(
                    part.interaction_id,
                    part.name,
                    User.name,
                    Contact.printed_name,
                    Contact.native_name,
                    Contact.romanized_name,
                )
                .outerjoin(User, User.id == part.user_id)
                .outerjoin(Contact, Contact.id == part.contact_id)
                .where(part.interaction_id.in_(chunk))
            )
            for number, *names in session.execute(statement):
                found.setdefault(number, set()).update(key(name) for name in names if name)
        return found


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


def _find_people(session: Session, plan: ImportPlan, drafts: Sequence[InteractionDraft]) -> None:
    """Tell contacts of the organization and colleagues from names on no record."""
    places = {_organization_of(draft) for draft in drafts if draft.row.participants} - {None}
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
        place = _organization_of(draft)
        for name in draft.row.participants:
            contact = contacts.get((place, key(name)))
            if contact is not None:
                draft.contact_ids.append(contact)
            elif key(name) in staff:
                draft.user_ids.append(staff[key(name)])
            else:
                draft.names.append(name)


def _organization_of(draft: InteractionDraft) -> int | None:
    if draft.lead is not None:
        return cast("int | None", draft.lead["organization_id"])
    return draft.company if isinstance(draft.company, int) else None


def _find_steps(session: Session, plan: ImportPlan, drafts: Sequence[InteractionDraft]) -> None:
    """The next step of each lead: that of its latest conversation which names one."""
    latest: dict[object, InteractionDraft] = {}
    for draft in drafts:
        if draft.row.next_step is None:
            continue
        place = _place(draft)
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


def details_of(draft: InteractionDraft) -> dict[str, Any]:
    """The columns of a new conversation that its row tells."""
    row = draft.row
    direction: ContactDirection | None = row.direction
    return {
        "kind": row.kind,
        "direction": direction,
        "happened_on": row.date.on,
        "happened_precision": row.date.precision,
        "place": row.place,
        "language": row.language or language_of_text(row.notes or row.summary),
        "summary": row.summary,
        "text": row.notes,
    }
