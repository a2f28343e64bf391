"""What a file of contacts will do: new people, and what rows say better of those on file."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.contacts.seniority import seniority_of
from crm.imports.chunks import in_chunks
from crm.imports.contact_rows import ContactRow
from crm.imports.file_companies import FileCompanies, NewCompany
from crm.imports.options import SKIP, MatchKey, OnMatch, OnNew
from crm.imports.plan import ImportPlan
from crm.imports.questions import GONE
from crm.imports.records import Change, Creation
from crm.imports.text import is_native, key
from crm.imports.writing import column_names
from models.contact import Contact
from models.errors import N_

Facts = Mapping[str, Any]
_COLUMNS = column_names(Contact)
_SAID = (
    *("family_name", "given_name", "native_name", "reading", "romanized_name", "honorific"),
    *("native_title", "title", "department", "seniority", "email", "phone", "language"),
    *("obtained_from", "notes"),
)
_SAME_AS = N_("This row names the same person as row %(first)s: it adds to it.")
_SEVERAL = N_(
    "Several people on file fit “%(title)s”. Give the e-mail address, or the public ID, that tells"
    " them apart."
)

Company = int | NewCompany | None


@dataclass(slots=True)
class ContactDraft:
    """A person of the file on the way into the plan: they grow row by row."""

    rows: list[int]
    printed_name: str
    company: Company
    id: int | None = None
    values: dict[str, Any] = field(default_factory=dict)

    def learn(self, row: ContactRow) -> None:
        """Take in what a row says and no earlier one said."""
        for column in _SAID:
            value = getattr(row, column)
            if value is not None:
                self.values.setdefault(column, value)


def plan_contacts(session: Session, plan: ImportPlan, rows: Sequence[ContactRow]) -> None:
    """Fill in the plan: each row creates a contact, changes one, or is left out."""
    references = {row.organization_ref for row in rows if row.organization_ref}
    companies = FileCompanies(session, plan, rows, references)
    placed: list[tuple[ContactRow, Company]] = []
    for row in rows:
        if plan.options.choice(row.number) == SKIP:
            plan.records.skipped.append(row.number)
            continue
        placed.append((row, companies.find(row, row.organization_ref)))
        plan.step()
    people = _People(session, placed)
    drafts: list[ContactDraft] = []
    index = _Drafts()
    for row, company in placed:
        _take(plan, row, company, people=people, index=index, drafts=drafts)
    for draft in drafts:
        if draft.id is None:
            plan.records.creations.append(
                Creation(draft.rows, _columns(draft), {"company": draft.company})
            )
        else:
            facts = people.by_id[draft.id]
            plan.records.changes.append(_change(draft, facts))


def _take(
    plan: ImportPlan,
    row: ContactRow,
    company: Company,
    *,
    people: "_People",
    index: "_Drafts",
    drafts: list[ContactDraft],
) -> None:
    """Decide what one row does."""
    if row.public_id is not None:
        number = people.by_public_id.get(row.public_id)
        if number is None:
            plan.problems.append(plan.reading.problem(row.number, "public_id", GONE))
            return
        found = [number]
    else:
        found = people.find(row, company, plan.options.keys)
    if len(found) > 1:
        plan.problems.append(
            plan.reading.problem(row.number, "printed_name", _SEVERAL, title=row.printed_name)
        )
        return
    number = found[0] if found else None
    draft = index.find(number, row, company, plan.options.keys)
    options = plan.options
    if (options.on_match is OnMatch.SKIP and number is not None) or (
        options.on_new is OnNew.SKIP and number is None and draft is None
    ):
        plan.records.skipped.append(row.number)
        return
    if draft is None:
        draft = ContactDraft([row.number], row.printed_name, company, number)
        drafts.append(draft)
    else:
        draft.rows.append(row.number)
        plan.notices.append(
            plan.reading.notice(row.number, "printed_name", _SAME_AS, first=draft.rows[0])
        )
    draft.learn(row)
    index.keep(draft, row, company)


def _columns(draft: ContactDraft) -> dict[str, Any]:
    columns = {**dict.fromkeys(_SAID), **draft.values, "printed_name": draft.printed_name}
    if columns["seniority"] is None:
        columns["seniority"] = seniority_of(columns["native_title"])
    return columns


def _change(draft: ContactDraft, facts: Facts) -> Change:
    change = Change(draft.rows, facts["id"], facts)
    for column, value in draft.values.items():
        if value != facts[column]:
            change.columns[column] = value
    printed = draft.printed_name
    if printed != facts["printed_name"] and printed not in (
        facts["native_name"],
        facts["romanized_name"],
    ):
        _rename(change, printed)
    if "native_title" in change.columns and "seniority" not in draft.values:
        told = seniority_of(change.columns["native_title"])
        if told is not None and told != facts["seniority"]:
            change.columns["seniority"] = told
    company = draft.company
    if isinstance(company, NewCompany) or (
        company is not None and company != facts["organization_id"]
    ):
        change.links["company"] = company
        change.links["moves"] = True
    return change


def _rename(change: Change, printed: str) -> None:
    """A name in another script than the one on file is one more form of it, not a new name."""
    facts = change.facts
    if is_native(printed) == is_native(facts["printed_name"]):
        change.columns["printed_name"] = printed
    elif is_native(printed):
        if facts["native_name"] is None:
            change.columns.setdefault("native_name", printed)
    elif facts["romanized_name"] is None:
        change.columns.setdefault("romanized_name", printed)


class _People:
    """The people on file that the rows may mean."""

    def __init__(self, session: Session, placed: Iterable[tuple[ContactRow, Company]]) -> None:
        placed = list(placed)
        self.by_id: dict[int, Facts] = {}
        self.by_public_id: dict[str, int] = {}
        self._by_email: dict[str, list[int]] = {}
        self._by_name: dict[tuple[int | None, str], list[int]] = {}
        emails = {row.email.casefold() for row, _company in placed if row.email}
        nameless = {row.printed_name for row, company in placed if company is None}
        places = {company for _row, company in placed if isinstance(company, int)}
        public_ids = {row.public_id for row, _company in placed if row.public_id}
        self._load(session, sa.func.lower(Contact.email), emails)
        self._load(session, Contact.organization_id, places)
        self._load(session, Contact.public_id, public_ids)
        self._load(session, Contact.printed_name, nameless)

    def _load(self, session: Session, column: Any, values: Collection[Any]) -> None:
        columns = [getattr(Contact, name) for name in _COLUMNS]
        for chunk in in_chunks(values):
            statement = sa.select(*columns).where(column.in_(chunk)).order_by(Contact.id)
            for row in session.execute(statement):
                self._learn(cast(Facts, row._mapping))

    def _learn(self, facts: Facts) -> None:
        number = facts["id"]
        if number in self.by_id:
            return
        self.by_id[number] = facts
        self.by_public_id[facts["public_id"]] = number
        if facts["email"]:
            self._by_email.setdefault(facts["email"].casefold(), []).append(number)
        for form in _forms(
            facts["printed_name"],
            facts["native_name"],
            facts["romanized_name"],
            facts["family_name"],
            facts["given_name"],
        ):
            self._by_name.setdefault((facts["organization_id"], form), []).append(number)

    def find(self, row: ContactRow, company: Company, keys: Collection[MatchKey]) -> list[int]:
        """The people that a row may mean: by e-mail, then by name at its organization."""
        place = company if isinstance(company, int) else None
        forms = _forms_of(row)
        if MatchKey.EMAIL in keys and row.email:
            found = [
                number
                for number in self._by_email.get(row.email.casefold(), ())
                if not self._is_another(row, forms, self.by_id[number])
            ]
            here = [one for one in found if self.by_id[one]["organization_id"] == place]
            named = [one for one in here or found if not forms.isdisjoint(self._forms(one))]
            if found:
                return named or here or found
        if MatchKey.NAME not in keys or isinstance(company, NewCompany):
            return []
        found = [number for form in forms for number in self._by_name.get((place, form), ())]
        return [
            number
            for number in dict.fromkeys(found)
            # Two people of one name at one company have different addresses.
            if MatchKey.EMAIL not in keys
            or not (row.email and self.by_id[number]["email"])
            or row.email.casefold() == self.by_id[number]["email"].casefold()
        ]

    def _forms(self, number: int) -> set[str]:
        facts = self.by_id[number]
        return _forms(
            facts["printed_name"],
            facts["native_name"],
            facts["romanized_name"],
            facts["family_name"],
            facts["given_name"],
        )

    def _is_another(self, row: ContactRow, forms: set[str], facts: Facts) -> bool:
        """Whether somebody else uses the address: a name in the same script that differs."""
        if not forms.isdisjoint(self._forms(facts["id"])):
            return False
        return is_native(row.printed_name) == is_native(facts["printed_name"])


class _Drafts:
    """The people of earlier rows, by what a later row may name them by."""

    def __init__(self) -> None:
        self._by_id: dict[int, ContactDraft] = {}
        self._by_name: dict[tuple[object, str], ContactDraft] = {}

    def find(
        self, number: int | None, row: ContactRow, company: Company, keys: Collection[MatchKey]
    ) -> ContactDraft | None:
        """The draft that a row adds to."""
        if number is not None:
            return self._by_id.get(number)
        place = id(company) if isinstance(company, NewCompany) else company
        if MatchKey.NAME in keys:
            for form in _forms_of(row):
                draft = self._by_name.get((place, form))
                if draft is not None and draft.values.get("email") in (None, row.email):
                    return draft
        return None

    def keep(self, draft: ContactDraft, row: ContactRow, company: Company) -> None:
        """Take in a draft under the forms of a row's names."""
        if draft.id is not None:
            self._by_id[draft.id] = draft
        place = id(company) if isinstance(company, NewCompany) else company
        for form in _forms_of(row):
            self._by_name.setdefault((place, form), draft)


def _forms_of(row: ContactRow) -> set[str]:
    if "printed_name" in row.damaged:
        return set()
    return _forms(
        row.printed_name, row.native_name, row.romanized_name, row.family_name, row.given_name
    )


def _forms(
    printed: str | None,
    native: str | None,
    romanized: str | None,
    family: str | None,
    given: str | None,
) -> set[str]:
    """The forms in which two spellings of a person's name are equal, in either order."""
    names = [printed, native, romanized]
    if family and given:
        names += [f"{family}{given}", f"{given}{family}"]
    return {form for name in names if name and (form := key(name))}
