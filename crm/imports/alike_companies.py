"""Companies of a leads file that only look like one on file: the officer is told, and decides."""

from sqlalchemy.orm import Session

from crm.imports.companies import Company
from crm.imports.lead_rows import LeadRow
from crm.imports.options import CREATE, SKIP, MatchKey, OnAlike
from crm.imports.organizations_on_file import (
    Likeness,
    OrganizationsOnFile,
    Sought,
    load_organizations,
)
from crm.imports.plan import ImportPlan
from crm.imports.questions import GONE, LOOKS_LIKE, Likely, Question
from models.organization import NameKind

# Names that fit less are many in a long file, and hardly ever the same company.
_WORTH_TELLING = 90.0
_PUBLIC_ID_LENGTH = 16


class AlikeCompanies:
    """Finds the organization that a new company of a leads file may be."""

    def __init__(self, session: Session, plan: ImportPlan) -> None:
        self._plan = plan
        chosen = {one for one in plan.options.rows.values() if len(one) == _PUBLIC_ID_LENGTH}
        self._on_file: OrganizationsOnFile = load_organizations(session, Sought(public_ids=chosen))
        self._likeness = Likeness(session, self._on_file)
        self._told: set[tuple[str, ...]] = set()

    def find(self, row: LeadRow, keys: tuple[str, ...]) -> Company | None:
        """The organization to use for a row's company, or None for a new one."""
        options = self._plan.options
        choice = options.choice(row.number)
        is_looked_for = MatchKey.LIKENESS in options.keys and keys not in self._told
        candidates = self._candidates(row) if is_looked_for or choice is not None else []
        if choice not in (None, CREATE, SKIP):
            number = self._on_file.by_public_id.get(choice or "")
            if number is None:
                self._plan.problems.append(self._plan.reading.problem(row.number, "company", GONE))
                return None
            if all(one.id != number for one in candidates):
                candidates = [self._on_file.likely(number), *candidates]
            self._ask(row, candidates, choice or "")
            return self._company(number)
        if not candidates:
            return None
        self._told.add(keys)
        if choice is None and options.on_alike is OnAlike.USE:
            self._ask(row, candidates, candidates[0].public_id)
            self._notice(row, candidates[0])
            return self._company(candidates[0].id)
        self._ask(row, candidates, CREATE)
        if choice is None:
            self._notice(row, candidates[0])
        return None

    def _candidates(self, row: LeadRow) -> list[Likely]:
        names: list[tuple[str, NameKind | None]] = []
        if row.company and "company" not in row.damaged:
            names.append((row.company, None))
        if row.company_native and "company_native" not in row.damaged:
            names.append((row.company_native, NameKind.LEGAL))
        if not names:
            return []
        found = self._likeness.find(names, country=row.country)
        return [one for one in found if (one.score or 0) >= _WORTH_TELLING]

    def _company(self, number: int) -> Company:
        facts = self._on_file.by_id[number]
        return Company(
            number,
            facts["name"],
            facts["native_name"],
            facts["country"],
            facts["city"],
            facts["website"],
        )

    def _ask(self, row: LeadRow, candidates: list[Likely], choice: str) -> None:
        title = row.company or row.company_native or ""
        self._plan.records.questions.append(Question(row.number, title, candidates, choice))

    def _notice(self, row: LeadRow, best: Likely) -> None:
        reading = self._plan.reading
        self._plan.notices.append(
            reading.notice(
                row.number,
                "company" if reading.header("company") else "company_native",
                LOOKS_LIKE,
                title=row.company or row.company_native,
                name=best.name,
                score=f"{best.score or 0:.0f}",
            )
        )
