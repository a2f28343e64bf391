"""What a file of organizations will do: new ones, and what rows say better of those on file."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.imports.chunks import in_chunks
from crm.imports.look_ups import Known, ListKind
from crm.imports.options import OnMatch, OnNew
from crm.imports.organization_match import Answer, OrganizationMatch, Wanted
from crm.imports.organization_rows import OrganizationRow, OtherName
from crm.imports.organizations_on_file import (
    WEAK,
    Facts,
    Likeness,
    OrganizationsOnFile,
    Sought,
    load_organizations,
    name_keys,
)
from crm.imports.plan import ImportPlan
from crm.imports.questions import GONE, LOOKS_LIKE, WHICH
from crm.imports.records import Change, Creation
from crm.imports.text import plain
from models.errors import N_
from models.organization import (
    IdentifierScheme,
    NameKind,
    OrganizationName,
    OrganizationRelation,
    OrganizationRole,
    OrganizationRoleLink,
    RelationKind,
)

_SAME_AS = N_("This row names the same organization as row %(first)s: it adds to it.")
_UNKNOWN_PARENT = N_(
    "The parent “%(value)s” is neither on file nor in this file. Add it, or leave the cell empty."
)
_SEVERAL_PARENTS = N_("Several organizations are called “%(value)s”. Give the parent's number.")
_OWN_PARENT = N_("An organization cannot be its own parent.")
_FILLED = ("country", "city", "website", "fiscal_year_end_month", "description")


@dataclass(slots=True)
class Draft:
    """An organization of the file on its way into the plan: it grows row by row."""

    row: OrganizationRow
    rows: list[int]
    id: int | None = None
    name: str | None = None
    native_name: str | None = None
    others: dict[str, OtherName] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    sector: Known | None = None
    roles: tuple[OrganizationRole, ...] = ()
    numbers: dict[tuple[IdentifierScheme, str], None] = field(default_factory=dict)
    parents: dict[str, int] = field(default_factory=dict)
    parent_ids: list["int | Draft"] = field(default_factory=list)

    def learn(self, row: OrganizationRow, sector: Known | None) -> None:
        """Take in what a row says; where two rows differ, the first one stays."""
        self.name, other = _main(self.name, row.name)
        self._keep(other)
        self.native_name, other = _main(self.native_name, row.native_name)
        self._keep(other)
        for name in row.other_names:
            self.others.setdefault(name.text, name)
        for column in (*_FILLED, "reference"):
            value = row.ref if column == "reference" else getattr(row, column)
            if self.values.get(column) is None and value is not None:
                self.values[column] = value
        self.sector = self.sector if self.sector is not None else sector
        self.roles = tuple(dict.fromkeys((*self.roles, *row.roles)))
        self.numbers.update(dict.fromkeys(row.numbers))
        for parent in row.parents:
            self.parents.setdefault(parent, row.number)

    def _keep(self, text: str | None) -> None:
        if text is not None:
            self.others.setdefault(text, OtherName(text))

    @property
    def names(self) -> list[tuple[str, NameKind | None]]:
        """Its names with their kinds; those that lists show first."""
        main: list[tuple[str, NameKind | None]] = [(self.name, None)] if self.name else []
        if self.native_name:
            main.append((self.native_name, NameKind.LEGAL))
        return [*main, *((other.text, other.kind) for other in self.others.values())]


def _main(known: str | None, said: str | None) -> tuple[str | None, str | None]:
    """The main name, and one that is left over because another row gave another."""
    if known is None or said is None or said == known:
        return known or said, None
    return known, said


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
        self._on_file = load_organizations(session, _sought(rows, plan))
        likeness = Likeness(session, self._on_file)
        self._match = OrganizationMatch(self._on_file, likeness, plan.options)
        self._drafts: list[Draft] = []
        self._by_id: dict[int, Draft] = {}
        self._by_name: dict[str, list[Draft]] = {}
        self._by_number: dict[str, list[Draft]] = {}

    def take(self, row: OrganizationRow) -> None:
        """Decide what one row does."""
        plan = self._plan
        answer = self._match.answer(_wanted(row))
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
        known = _Known(self._session, [draft.id for draft in self._drafts if draft.id is not None])
        for draft in self._drafts:
            self._settle_parents(draft)
        for draft in self._drafts:
            if draft.id is None:
                self._plan.records.creations.append(Creation(draft.rows, {}, {"draft": draft}))
            else:
                facts = self._on_file.by_id[draft.id]
                change = _change(draft, facts, self._on_file, known)
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
                if pair in draft.numbers and not _differ(draft, row):
                    return draft
        for key in _wanted(row).keys:
            for draft in self._by_name.get(key, ()):
                country = draft.values.get("country")
                is_here = None in (country, row.country) or country == row.country
                if is_here and not _differ(draft, row):
                    return draft
        return None

    def _index(self, draft: Draft, row: OrganizationRow) -> None:
        for key in _wanted(row).keys:
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
        bare = _bare(text)
        numbers = [*self._on_file.by_number.get(bare, ())]
        drafts = [*self._by_number.get(bare, ())]
        if not numbers and not drafts:
            numbers += self._on_file.by_reference.get(plain(text), ())
            if not numbers and text in self._on_file.by_public_id:
                numbers.append(self._on_file.by_public_id[text])
        if not numbers and not drafts:
            for key in name_keys([text]):
                numbers += self._on_file.by_name.get(key, ())
                drafts += self._by_name.get(key, ())
        found: dict[int, int | Draft] = {}
        for number in numbers:
            found.setdefault(number, number)
        for one in drafts:
            if one.id is not None:
                found.setdefault(one.id, one.id)
            else:
                found.setdefault(-1 - id(one), one)
        return list(found.values())


def _differ(draft: Draft, row: OrganizationRow) -> bool:
    """Whether a reference or a number of one register keeps a row apart from a draft."""
    theirs = draft.values.get("reference")
    if row.ref and theirs and plain(row.ref) != plain(theirs):
        return True
    schemes = {scheme for scheme, _value in row.numbers}
    known = [pair for pair in draft.numbers if pair[0] in schemes]
    return bool(known) and not set(known) & set(row.numbers)


def _wanted(row: OrganizationRow) -> Wanted:
    names: list[tuple[str, NameKind | None]] = []
    if row.name and "name" not in row.damaged:
        names.append((row.name, None))
    if row.native_name and "native_name" not in row.damaged:
        names.append((row.native_name, NameKind.LEGAL))
    names += [(other.text, other.kind) for other in row.other_names if other.kind not in WEAK]
    return Wanted(
        row.number,
        row.title,
        names,
        row.country,
        row.numbers,
        row.ref,
        row.public_id,
    )


def _bare(text: str) -> str:
    return "".join(letter for letter in plain(text).upper() if letter.isalnum()).removeprefix("T")


def _sought(rows: Sequence[OrganizationRow], plan: ImportPlan) -> Sought:
    parents = {parent for row in rows for parent in row.parents}
    chosen = {choice for choice in plan.options.rows.values() if len(choice) == 16}
    return Sought(
        names={key for row in rows for key in _wanted(row).keys} | set(name_keys(parents)),
        numbers={value for row in rows for _scheme, value in row.numbers}
        | {_bare(parent) for parent in parents},
        references={row.ref for row in rows if row.ref} | parents,
        public_ids={row.public_id for row in rows if row.public_id}
        | {row.ref for row in rows if row.ref and len(row.ref) == 16}
        | {parent for parent in parents if len(parent) == 16}
        | chosen,
    )


class _Known:
    """The names, roles and parents of the organizations that rows mean."""

    def __init__(self, session: Session, numbers: Sequence[int]) -> None:
        self.names: dict[int, set[str]] = {}
        self.roles: dict[int, set[OrganizationRole]] = {}
        self.parents: dict[int, set[int]] = {}
        relation = OrganizationRelation
        for chunk in in_chunks(numbers):
            for number, text in session.execute(
                sa.select(OrganizationName.organization_id, OrganizationName.text).where(
                    OrganizationName.organization_id.in_(chunk)
                )
            ):
                self.names.setdefault(number, set()).add(text)
            for number, role in session.execute(
                sa.select(OrganizationRoleLink.organization_id, OrganizationRoleLink.role).where(
                    OrganizationRoleLink.organization_id.in_(chunk)
                )
            ):
                self.roles.setdefault(number, set()).add(role)
            for child, parent in session.execute(
                sa.select(relation.other_id, relation.organization_id).where(
                    relation.other_id.in_(chunk), relation.kind == RelationKind.PARENT
                )
            ):
                self.parents.setdefault(child, set()).add(parent)
            for child, parent in session.execute(
                sa.select(relation.organization_id, relation.other_id).where(
                    relation.organization_id.in_(chunk), relation.kind == RelationKind.SUBSIDIARY
                )
            ):
                self.parents.setdefault(child, set()).add(parent)


def _change(draft: Draft, facts: Facts, on_file: OrganizationsOnFile, known: _Known) -> Change:
    """What a draft says better of an organization on file; an empty cell takes nothing away."""
    number = facts["id"]
    change = Change(draft.rows, number, facts)
    for column in (*_FILLED, "reference"):
        value = draft.values.get(column)
        if value is not None and value != facts[column]:
            change.columns[column] = value
    if draft.sector is not None and draft.sector != facts["sector_id"]:
        change.columns["sector_id"] = draft.sector
    if draft.native_name and draft.native_name != facts["native_name"]:
        change.columns["native_name"] = draft.native_name
    if draft.name and draft.name != facts["name"]:
        change.columns["name"] = draft.name
    texts = known.names.get(number, set())
    change.links["names"] = [(text, kind) for text, kind in draft.names if text not in texts]
    change.links["numbers"] = [
        pair for pair in draft.numbers if pair not in on_file.numbers.get(number, ())
    ]
    if draft.roles and set(draft.roles) != known.roles.get(number, set()):
        change.links["roles"] = draft.roles
        change.links["roles_before"] = sorted(known.roles.get(number, set()))
    parents = known.parents.get(number, set())
    change.links["parents"] = [
        parent for parent in draft.parent_ids if isinstance(parent, Draft) or parent not in parents
    ]
    return change
