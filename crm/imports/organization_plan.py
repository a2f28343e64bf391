"""What a file of organizations will do: new ones, and what rows say better of those on file."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from crm.imports.look_ups import ListKind
from crm.imports.options import OnMatch, OnNew
from crm.imports.organization_changes import KnownParts, change_of
from crm.imports.organization_drafts import Draft, bare, differ, sought, wanted
from crm.imports.organization_match import Answer, OrganizationMatch
from crm.imports.organization_rows import OrganizationRow
from crm.imports.organizations_on_file import Likeness, load_organizations, name_keys
from crm.imports.plan import ImportPlan
from crm.imports.questions import GONE, LOOKS_LIKE, WHICH
from crm.imports.records import Creation
from crm.imports.text import plain
from models.errors import N_

_SAME_AS = N_("This row names the same organization as row %(first)s: it adds to it.")
_UNKNOWN_PARENT = N_(
    "The parent “%(value)s” is neither on file nor in this file. Add it, or leave the cell empty."
)
_SEVERAL_PARENTS = N_("Several organizations are called “%(value)s”. Give the parent's number.")
_OWN_PARENT = N_("An organization cannot be its own parent.")


def plan_organizations(session: Session, plan: ImportPlan, rows: Sequence[OrganizationRow]) -> None:
    """Fill in the plan: each row creates an organization, changes one, or is left out."""
    planner = _Planner(session, plan, rows)
    for row in rows:
        planner.take(row)
        plan.step()
    planner.finish()


class _Planner:
    """The drafts of a file, by what later rows may name them by."""

    def __init__(self, session: Session, plan: ImportPlan, rows: Sequence[OrganizationRow]) -> None:
        self._session = session
        self._plan = plan
        self._on_file = load_organizations(session, sought(rows, plan))
        likeness = Likeness(session, self._on_file)
        self._match = OrganizationMatch(self._on_file, likeness, plan.options)
        self._drafts: list[Draft] = []
        self._by_id: dict[int, Draft] = {}
        self._by_name: dict[str, list[Draft]] = {}
        self._by_number: dict[str, list[Draft]] = {}

    def take(self, row: OrganizationRow) -> None:
        """Decide what one row does."""
        plan = self._plan
        answer = self._match.answer(wanted(row))
        if not self._note(row, answer):
            return
        draft = self._by_id.get(answer.id) if answer.id is not None else self._earlier(row, answer)
        is_left_out = answer.is_skipped or (
            plan.options.on_match is OnMatch.SKIP
            if answer.id is not None
            else draft is None and plan.options.on_new is OnNew.SKIP
        )
        if is_left_out:
            plan.records.skipped.append(row.number)
            if answer.id is not None:
                self._index(Draft(row, [row.number], answer.id), row)
            return
        if draft is None:
            draft = Draft(row, [row.number], answer.id)
            self._drafts.append(draft)
            if answer.id is not None:
                self._by_id[answer.id] = draft
        else:
            draft.rows.append(row.number)
            plan.notices.append(
                plan.reading.notice(row.number, "name", _SAME_AS, first=draft.rows[0])
            )
        draft.learn(row, plan.look_ups.find(ListKind.SECTORS, row.sector))
        self._index(draft, row)

    def finish(self) -> None:
        """Settle parents, and turn the drafts into what the plan does."""
        known = KnownParts(
            self._session, [draft.id for draft in self._drafts if draft.id is not None]
        )
        for draft in self._drafts:
            self._settle_parents(draft)
        for draft in self._drafts:
            if draft.id is None:
                self._plan.records.creations.append(Creation(draft.rows, {}, {"draft": draft}))
            else:
                facts = self._on_file.by_id[draft.id]
                change = change_of(draft, facts, self._on_file, known)
                self._plan.records.changes.append(change)

    def _note(self, row: OrganizationRow, answer: Answer) -> bool:
        """Keep a row's question with its notice; False where the row cannot be decided."""
        reading, question = self._plan.reading, answer.question
        if answer.is_gone:
            self._plan.problems.append(reading.problem(row.number, "public_id", GONE))
            return False
        if question is None:
            return True
        self._plan.records.questions.append(question)
        column = "name" if reading.header("name") else "native_name"
        if not question.choice:
            names = ", ".join(one.name for one in question.candidates)
            self._plan.problems.append(
                reading.problem(row.number, column, WHICH, title=question.title, names=names)
            )
            return False
        if question.candidates and self._plan.options.choice(row.number) is None:
            best = question.candidates[0]
            score = "100" if best.score is None else f"{best.score:.0f}"
            self._plan.notices.append(
                reading.notice(
                    row.number,
                    column,
                    LOOKS_LIKE,
                    title=question.title,
                    name=best.name,
                    score=score,
                )
            )
        return True

    def _earlier(self, row: OrganizationRow, answer: Answer) -> Draft | None:
        """The draft of an earlier row that names the same organization."""
        if answer.question is not None and self._plan.options.choice(row.number):
            return None
        for pair in row.numbers:
            for draft in self._by_number.get(pair[1], ()):
                if pair in draft.numbers and not differ(draft, row):
                    return draft
        for key in wanted(row).keys:
            for draft in self._by_name.get(key, ()):
                country = draft.values.get("country")
                is_here = None in (country, row.country) or country == row.country
                if is_here and not differ(draft, row):
                    return draft
        return None

    def _index(self, draft: Draft, row: OrganizationRow) -> None:
        for key in wanted(row).keys:
            self._by_name.setdefault(key, []).append(draft)
        for _scheme, value in row.numbers:
            self._by_number.setdefault(value, []).append(draft)

    def _settle_parents(self, draft: Draft) -> None:
        for text, row in draft.parents.items():
            found = self._named(text)
            message = None
            if not found:
                message = _UNKNOWN_PARENT
            elif len(found) > 1:
                message = _SEVERAL_PARENTS
            elif found[0] is draft or (draft.id is not None and found[0] == draft.id):
                message = _OWN_PARENT
            if message is None:
                draft.parent_ids.append(found[0])
            else:
                self._plan.problems.append(
                    self._plan.reading.problem(row, "parent", message, value=text)
                )

    def _named(self, text: str) -> "list[int | Draft]":
        """The organizations that a parent's cell may mean, on file and in the file, each once."""
        number = bare(text)
        numbers = [*self._on_file.by_number.get(number, ())]
        drafts = [*self._by_number.get(number, ())]
        if not numbers and not drafts:
            numbers += self._on_file.by_reference.get(plain(text), ())
            if not numbers and text in self._on_file.by_public_id:
                numbers.append(self._on_file.by_public_id[text])
        if not numbers and not drafts:
            for key in name_keys([text]):
                numbers += self._on_file.by_name.get(key, ())
                drafts += self._by_name.get(key, ())
        found: dict[int, int | Draft] = {}
        for one_on_file in numbers:
            found.setdefault(one_on_file, one_on_file)
        for one in drafts:
            if one.id is not None:
                found.setdefault(one.id, one.id)
            else:
                found.setdefault(-1 - id(one), one)
        return list(found.values())
