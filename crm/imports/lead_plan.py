"""What a leads file will do: new leads with their past, and changes of leads on file."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from crm.imports.alike_companies import AlikeCompanies
from crm.imports.children import contact_keys, done_steps, load_contact_keys
from crm.imports.companies import Company, load_companies
from crm.imports.edits import chance_of, changed_fields, owner_problem
from crm.imports.history import is_told
from crm.imports.lead_moves import (
    corrects_past,
    live_moves,
    past_change,
    with_known_days,
)
from crm.imports.lead_rows import LeadRow
from crm.imports.leads_on_file import (
    LeadFacts,
    LeadsOnFile,
    imported_of,
    load_latest_totals,
    load_leads,
    load_revisions,
)
from crm.imports.live_moves import MoveCheck
from crm.imports.look_ups import ListKind
from crm.imports.options import SKIP, OnMatch, OnNew
from crm.imports.plan import Creation, ImportPlan, Update
from crm.leads.details import columns_of
from models.errors import N_

_SEVERAL = N_(
    "Several leads on file bear the reference “%(ref)s”, and none of them alone is of this company."
    " Change them on their pages."
)
_UNCLEAR = N_(
    "Several leads of this company began on this day, and this row has no reference to tell them"
    " apart. Give it one."
)
_STEP_PASSED = N_("The next action's day has passed already.")
_STEP_OF_CLOSED = N_("This lead is closed: its next action is left out.")
_BAND = N_("“%(value)s” is kept as a chance of %(percent)s %%, like every such word in this file.")


def plan_leads(session: Session, plan: ImportPlan, rows: Sequence[LeadRow]) -> None:
    """Fill in the plan: each row creates a lead, changes one, or finds it as it says."""
    plan.companies = load_companies(session, rows)
    plan.companies.alike = AlikeCompanies(session, plan).find
    organization_ids = {company.id for company in plan.companies.all if company.id is not None}
    on_file = load_leads(session, rows, organization_ids)
    finder = _Finder(plan, on_file, rows)
    taken: dict[int, int] = {}
    for row in rows:
        plan.step()
        if plan.options.choice(row.number) == SKIP:
            plan.records.skipped.append(row.number)
            continue
        lead = finder.find(row)
        is_on_file = lead is not None
        if not finder.has_failed and (
            plan.options.on_match is OnMatch.SKIP
            if is_on_file
            else plan.options.on_new is OnNew.SKIP
        ):
            plan.records.skipped.append(row.number)
            continue
        if lead is not None and lead["id"] in taken:
            plan.problems.append(plan.reading.problem(row.number, "ref", _UNCLEAR))
        elif lead is not None:
            taken[lead["id"]] = row.number
            plan.updates.append(Update([row.number], lead))
        elif not finder.has_failed:
            plan.creations.append(_creation(plan, row))
            if row.next_action is not None and row.status is not None and not row.status.is_open:
                plan.notices.append(plan.reading.notice(row.number, "next_action", _STEP_OF_CLOSED))
    _plan_updates(session, plan, {row.number: row for row in rows})
    _note_bands(plan, rows)


class _Finder:
    """Finds the lead on file that a row means."""

    def __init__(self, plan: ImportPlan, on_file: LeadsOnFile, rows: Sequence[LeadRow]) -> None:
        self._plan = plan
        self._on_file = on_file
        self.has_failed = False
        self._repeated = Counter(self._identity(row) for row in rows if row.ref is None)

    def find(self, row: LeadRow) -> LeadFacts | None:
        """The lead, or None for a row that creates one or, with `has_failed`, is a mistake."""
        self.has_failed = False
        if row.ref is not None:
            return self._by_reference(row, row.ref)
        leads = self._on_file.of_identity(*self._identity(row))
        if not leads:
            return None
        if len(leads) == 1 and self._repeated[self._identity(row)] == 1:
            return leads[0]
        self._fail(row, _UNCLEAR)
        return None

    def _by_reference(self, row: LeadRow, reference: str) -> LeadFacts | None:
        leads = self._on_file.of_reference(reference)
        if len(leads) > 1:
            ids = {company.id for company in self._plan.companies.matches(row)} - {None}
            of_company = [lead for lead in leads if lead["organization_id"] in ids]
            leads = of_company or leads
        if len(leads) > 1:
            self._fail(row, _SEVERAL, ref=reference)
            return None
        return leads[0] if leads else None

    def _identity(self, row: LeadRow) -> tuple[int | None, str | None, date]:
        company = self._plan.companies.match(row)
        number = company.id if company is not None else None
        return number, row.code_name, row.first_contact_on.on

    def _fail(self, row: LeadRow, message: str, **params: object) -> None:
        self.has_failed = True
        self._plan.problems.append(self._plan.reading.problem(row.number, "ref", message, **params))


def _creation(plan: ImportPlan, row: LeadRow) -> Creation:
    sector = plan.look_ups.find(ListKind.SECTORS, row.sector)
    return Creation(
        row,
        company=plan.companies.resolve(row, sector),
        owner=plan.look_ups.find(ListKind.OWNERS, row.owner),
        sector=sector,
        source=plan.look_ups.find(ListKind.SOURCES, row.source),
        office=plan.look_ups.find(ListKind.OFFICES, row.office),
    )


def _plan_updates(session: Session, plan: ImportPlan, rows: dict[int, LeadRow]) -> None:
    reading = plan.reading
    lead_ids = [update.lead["id"] for update in plan.updates]
    totals = load_latest_totals(session, lead_ids)
    for update in plan.updates:
        row = with_known_days(rows[update.rows[0]], update.lead)
        rows[row.number] = row
        update.edits = changed_fields(row, update.lead, plan.look_ups)
        problem = owner_problem(update.edits, row.number, update.lead, reading)
        if problem is not None:
            plan.problems.append(problem)
        _plan_company(plan, update, row)
        _plan_totals(update, row, totals.get(update.lead["id"]))
    _plan_contacts(session, plan, rows)
    _plan_next_steps(session, plan, rows)
    _plan_past(session, plan, rows)
    _plan_moves(session, plan, rows)
    for update in plan.updates:
        if update.changes:
            update.used_rows.update(update.rows)


def _plan_company(plan: ImportPlan, update: Update, row: LeadRow) -> None:
    """Fill in what the lead's company lacks; another company replaces it."""
    company = _own_company(plan, update.lead, row)
    if company is None:
        company = plan.companies.resolve(row, plan.look_ups.find(ListKind.SECTORS, row.sector))
    else:
        company.learn(row, None)
    if company is not None and (company.id is None or company.id != update.lead["organization_id"]):
        update.company = company


def _own_company(plan: ImportPlan, lead: LeadFacts, row: LeadRow) -> Company | None:
    """The lead's present company, when one of the row's names is one of its names.

    It comes before a better match elsewhere: a row that names the lead means the lead's company.
    """
    company = plan.companies.by_id.get(lead["organization_id"])
    if company is None or plan.companies.keys_of(company).isdisjoint(
        plan.companies.keys_of_row(row)
    ):
        return None
    return company


def _plan_totals(
    update: Update, row: LeadRow, known: tuple[int | None, date | None] | None
) -> None:
    last = row.last_contact_on.on if row.last_contact_on else None
    if last == update.lead["last_contact_on"]:
        # The product knows that day already, as in a file that it wrote itself.
        last = None
    said = (row.meetings_count, last)
    if said == (None, None):
        return
    before = known or (None, None)
    merged = (
        before[0] if said[0] is None else said[0],
        before[1] if said[1] is None else said[1],
    )
    if merged != known:
        update.totals = merged


def _plan_contacts(session: Session, plan: ImportPlan, rows: dict[int, LeadRow]) -> None:
    named = [update for update in plan.updates if contact_keys(rows[update.rows[0]])]
    known = load_contact_keys(session, {update.lead["organization_id"] for update in named})
    for update in named:
        row = rows[update.rows[0]]
        keys = {(update.lead["organization_id"], key) for key in contact_keys(row)}
        if update.company is not None or keys.isdisjoint(known):
            update.contact = row


def _plan_next_steps(session: Session, plan: ImportPlan, rows: dict[int, LeadRow]) -> None:
    said = {}
    for update in plan.updates:
        row = rows[update.rows[0]]
        text, due = row.next_action, row.next_action_on.on if row.next_action_on else None
        lead = update.lead
        if text is None or not lead["status"].is_open:
            continue
        if text == lead["next_action"]:
            due = due or lead["next_action_on"]
        if (text, due) != (lead["next_action"], lead["next_action_on"]):
            said[lead["id"]] = (update, text, due)
    done = done_steps(session, list(said))
    for lead_id, (update, text, due) in said.items():
        if (lead_id, text) in done:
            # The office ticked it off since the file was written.
            continue
        if due is not None and due < plan.reading.today:
            row_number = update.rows[0]
            plan.problems.append(plan.reading.problem(row_number, "next_action_on", _STEP_PASSED))
            continue
        update.next_step = (text, due)


def _plan_past(session: Session, plan: ImportPlan, rows: dict[int, LeadRow]) -> None:
    reading = plan.reading
    corrected = [
        update
        for update in plan.updates
        if corrects_past(rows[update.rows[0]], update.lead, reading.today)
    ]
    revisions = load_revisions(session, [update.lead["id"] for update in corrected])
    for update in corrected:
        change = past_change(rows[update.rows[0]], update.lead, revisions[update.lead["id"]])
        imported = imported_of(change.revisions)
        update.edits.pop("first_contact", None)
        if change.first_contact is not None or not is_told(
            change.base,
            change.moves,
            imported,
            actor=reading.actor,
            now=reading.now,
            zone_name=reading.zone_name,
        ):
            update.past = change


def _plan_moves(session: Session, plan: ImportPlan, rows: dict[int, LeadRow]) -> None:
    moving = []
    for update in plan.updates:
        row = rows[update.rows[0]]
        if update.past is None and not corrects_past(row, update.lead, plan.reading.today):
            update.moves, notices = live_moves(row, update.lead, plan.reading)
            plan.notices.extend(notices)
            if update.moves:
                moving.append(update)
    if not moving:
        return
    check = MoveCheck(session, [update.lead["id"] for update in moving], plan.reading)
    for update in moving:
        changed = columns_of(update.edits)
        if update.company is not None:
            changed["organization_id"] = update.company
        if update.next_step is not None:
            changed["next_action"], changed["next_action_on"] = update.next_step
        plan.problems.extend(check.problems(update.lead, changed, update.moves))


def _note_bands(plan: ImportPlan, rows: Sequence[LeadRow]) -> None:
    """Say once how low, medium and high are kept."""
    for row in rows:
        if row.likelihood is not None and row.likelihood.band is not None:
            percent = round(100 * (chance_of(row.likelihood) or 0))
            plan.notices.append(
                plan.reading.notice(
                    row.number,
                    "likelihood",
                    _BAND,
                    value=row.likelihood.as_printed,
                    percent=percent,
                )
            )
            return
