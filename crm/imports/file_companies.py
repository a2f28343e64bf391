"""The organizations that contacts and interactions name: on file, or brought by the file."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy.orm import Session

from crm.duplicates.stewards import compare_with_hidden
from crm.imports.chunks import in_chunks
from crm.imports.organization_match import Answer, OrganizationMatch, Wanted
from crm.imports.organizations_on_file import (
    Likeness,
    OrganizationsOnFile,
    Sought,
    load_organizations,
    name_keys,
)
from crm.imports.plan import ImportPlan
from crm.imports.questions import LOOKS_LIKE, WHICH
from crm.imports.text import plain
from crm.imports.written import note_created
from crm.leads.apply import insert_organizations
from crm.organizations.plan import OrganizationDetails, plan_organization
from models.errors import N_
from models.organization import NameKind, Organization
from models.user import Actor

UNKNOWN_REFERENCE = N_("No organization on file has the reference or number “%(value)s”.")
_PUBLIC_ID_LENGTH = 16


class NamesOrganization(Protocol):
    """A row that names an organization."""

    @property
    def number(self) -> int:
        """The row's number."""

    @property
    def organization(self) -> str | None:
        """Its name in Latin letters."""

    @property
    def organization_native(self) -> str | None:
        """Its name in its own script."""

    @property
    def damaged(self) -> frozenset[str]:
        """The fields that lost letters."""


@dataclass(slots=True)
class NewCompany:
    """An organization that the file brings, by its names."""

    name: str | None
    native_name: str | None
    rows: list[int] = field(default_factory=list)


class FileCompanies:
    """Finds the organization of each row, on file or among those that earlier rows brought."""

    def __init__(
        self,
        session: Session,
        plan: ImportPlan,
        rows: Iterable[NamesOrganization],
        references: Iterable[str] = (),
    ) -> None:
        self._plan = plan
        references = set(references)
        chosen = {choice for choice in plan.options.rows.values() if _is_public_id(choice)}
        self.on_file: OrganizationsOnFile = load_organizations(
            session,
            Sought(
                names={key for row in rows for key in _keys(row)},
                numbers={_bare(reference) for reference in references},
                references=references,
                public_ids=chosen | {one for one in references if _is_public_id(one)},
            ),
        )
        self._match = OrganizationMatch(self.on_file, Likeness(session, self.on_file), plan.options)
        self._new: dict[str, NewCompany] = {}
        self._answers: dict[tuple[str, ...], Answer] = {}

    @property
    def new(self) -> list[NewCompany]:
        """The organizations that the file brings, each once."""
        return list({id(company): company for company in self._new.values()}.values())

    def find(
        self, row: NamesOrganization, reference: str | None = None
    ) -> "int | NewCompany | None":
        """The organization of a row; None where it names none, or with a mistake noted."""
        if reference is not None:
            number = self._by_reference(reference)
            if number is not None:
                return number
            if row.organization is None and row.organization_native is None:
                self._fail(row, "organization_ref", UNKNOWN_REFERENCE, value=reference)
                return None
        keys = _keys(row)
        if not keys:
            return None
        answer = self._answer(row, keys)
        if answer.id is not None or answer.is_skipped:
            return answer.id
        if answer.question is not None and not answer.question.choice:
            names = ", ".join(one.name for one in answer.question.candidates)
            self._fail(row, "organization", WHICH, title=answer.question.title, names=names)
            return None
        return self._brought(row, keys)

    def _answer(self, row: NamesOrganization, keys: tuple[str, ...]) -> Answer:
        """The answer for a row's names; each different spelling is looked for once."""
        if self._plan.options.choice(row.number) is None and keys in self._answers:
            return self._answers[keys]
        answer = self._match.answer(_wanted(row))
        question = answer.question
        if question is not None:
            self._plan.records.questions.append(question)
            if question.choice and question.candidates:
                best = question.candidates[0]
                self._plan.notices.append(
                    self._plan.reading.notice(
                        row.number,
                        "organization",
                        LOOKS_LIKE,
                        title=question.title,
                        name=best.name,
                        score="100" if best.score is None else f"{best.score:.0f}",
                    )
                )
        self._answers[keys] = replace(answer, question=question)
        return answer

    def _brought(self, row: NamesOrganization, keys: tuple[str, ...]) -> NewCompany:
        company = next((self._new[key] for key in keys if key in self._new), None)
        if company is None:
            company = NewCompany(row.organization, row.organization_native)
        company.name = company.name or row.organization
        company.native_name = company.native_name or row.organization_native
        company.rows.append(row.number)
        for key in keys:
            self._new.setdefault(key, company)
        return company

    def _by_reference(self, reference: str) -> int | None:
        on_file = self.on_file
        found = on_file.by_reference.get(plain(reference), [])
        found = found or on_file.by_number.get(_bare(reference), [])
        if not found and reference in on_file.by_public_id:
            return on_file.by_public_id[reference]
        return found[0] if len(found) == 1 else None

    def _fail(self, row: NamesOrganization, code: str, message: str, **params: object) -> None:
        self._plan.problems.append(self._plan.reading.problem(row.number, code, message, **params))


def write_companies(
    session: Session,
    companies: Sequence[NewCompany],
    *,
    batch_id: int,
    actor: Actor,
    now: datetime,
) -> Mapping[int, int]:
    """Create the organizations that a file brings; their keys by the identity of each."""
    keys: dict[int, int] = {}
    created: list[tuple[int, Mapping[str, Any], int | None]] = []
    for chunk in in_chunks(companies):
        planned = [
            plan_organization(
                OrganizationDetails(
                    name=company.name, native_name=company.native_name, batch_id=batch_id
                ),
                now=now,
            )
            for company in chunk
        ]
        numbers = insert_organizations(session, planned)
        keys.update(zip(map(id, chunk), numbers, strict=True))
        created += [
            (number, new.organization, None) for number, new in zip(numbers, planned, strict=True)
        ]
    note_created(session, Organization.__tablename__, created, actor=actor, now=now)
    compare_with_hidden(session, list(keys.values()), actor=actor, now=now)
    return keys


def _wanted(row: NamesOrganization) -> Wanted:
    names: list[tuple[str, NameKind | None]] = []
    if row.organization and "organization" not in row.damaged:
        names.append((row.organization, None))
    if row.organization_native and "organization_native" not in row.damaged:
        names.append((row.organization_native, NameKind.LEGAL))
    return Wanted(row.number, row.organization or row.organization_native or "", names)


def _keys(row: NamesOrganization) -> tuple[str, ...]:
    return name_keys(text for text, _kind in _wanted(row).names)


def _bare(text: str) -> str:
    return "".join(letter for letter in plain(text).upper() if letter.isalnum()).removeprefix("T")


def _is_public_id(text: str) -> bool:
    return len(text) == _PUBLIC_ID_LENGTH and text.isalnum()
