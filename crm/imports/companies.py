"""The companies of a file: matched to organizations on file and to each other."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.identity.normalizing import normalize
from crm.imports.chunks import in_chunks
from crm.imports.lead_rows import LeadRow
from crm.imports.look_ups import Known, LookUps
from crm.imports.writing import insert
from crm.leads.apply import insert_organizations
from crm.organizations.plan import (
    NameDetails,
    NewOrganization,
    OrganizationDetails,
    plan_names,
    plan_organization,
)
from models.organization import NameKind, Organization, OrganizationName

# An acronym or a reading is shared by many companies: it is no ground for taking two for one.
_WEAK = (NameKind.ACRONYM, NameKind.SHORT, NameKind.KANA)
_FILLED_IN = ("native_name", "country", "city", "website")


@dataclass(slots=True)
class Company:
    """One company: an organization on file, or one that the file brings. It grows row by row."""

    id: int | None = None
    name: str | None = None
    native_name: str | None = None
    country: str | None = None
    city: str | None = None
    website: str | None = None
    sector: Known | None = None
    fills: dict[str, str] = field(default_factory=dict)
    ready: NewOrganization | None = None

    @property
    def title(self) -> str | None:
        """What lists show of it."""
        return self.name or self.native_name

    def learn(self, row: LeadRow, sector: Known | None) -> None:
        """Take in what a row says and nobody said before; what is on file stays."""
        said = {
            "native_name": None if "company_native" in row.damaged else row.company_native,
            "country": row.country,
            "city": row.city,
            "website": row.website,
        }
        if self.id is None:
            self.name = self.name or row.company
            self.native_name = self.native_name or row.company_native
            self.sector = self.sector or sector
        for column in _FILLED_IN:
            if getattr(self, column) is None and said[column] is not None:
                setattr(self, column, said[column])
                if self.id is not None:
                    self.fills[column] = said[column] or ""


class Companies:
    """Finds the company of each row, on file or in an earlier row."""

    def __init__(self) -> None:
        self._by_key: dict[str, list[Company]] = {}
        self._keys: dict[int, set[str]] = {}
        self._row_keys: dict[int, tuple[str, ...]] = {}
        self.by_id: dict[int, Company] = {}
        self.all: list[Company] = []
        # What finds the organization that a company which is not on file by name may be.
        self.alike: Callable[[LeadRow, tuple[str, ...]], Company | None] | None = None

    def add(self, company: Company, keys: Iterable[str]) -> None:
        """Take in a company under the forms of its names."""
        known = self._keys.setdefault(id(company), set())
        if not known:
            self.all.append(company)
            if company.id is not None:
                self.by_id[company.id] = company
        for key in keys:
            if key not in known:
                known.add(key)
                self._by_key.setdefault(key, []).append(company)

    def resolve(self, row: LeadRow, sector: Known | None) -> Company | None:
        """The company that a row names; None where it names only a project."""
        if row.company is None and row.company_native is None:
            return None
        company = self.match(row)
        if company is None and self.alike is not None:
            company = self.alike(row, self.keys_of_row(row))
            company = self.by_id.get(company.id, company) if company and company.id else company
        if company is None:
            company = Company()
        company.learn(row, sector)
        self.add(company, self.keys_of_row(row))
        return company

    def match(self, row: LeadRow) -> Company | None:
        """The company that a row names: of several the one that fits in most names.

        Then comes the one of the same country, then the one on file for longest.
        """
        found = self.matches(row)
        keys = self.keys_of_row(row)
        return max(found, key=lambda company: self._fit(company, keys, row.country), default=None)

    def matches(self, row: LeadRow) -> list[Company]:
        """The companies whose name, in either script, equals one of the row's.

        Two companies of one name in two countries are two.
        """
        found: dict[int, Company] = {}
        for key in self.keys_of_row(row):
            for company in self._by_key.get(key, ()):
                if None in (company.country, row.country) or company.country == row.country:
                    found.setdefault(id(company), company)
        return list(found.values())

    def keys_of_row(self, row: LeadRow) -> tuple[str, ...]:
        """The forms of a row's names, worked out once."""
        keys = self._row_keys.get(row.number)
        if keys is None:
            keys = self._row_keys[row.number] = _row_keys(row)
        return keys

    def keys_of(self, company: Company) -> frozenset[str]:
        """The forms of a company's names."""
        return frozenset(self._keys.get(id(company), ()))

    def _fit(
        self, company: Company, keys: Sequence[str], country: str | None
    ) -> tuple[int, bool, bool]:
        shared = sum(1 for key in keys if key in self._keys[id(company)])
        return shared, company.country == country, company.id is not None


def _row_keys(row: LeadRow) -> tuple[str, ...]:
    """The forms of a row's names for comparing; none of a name that lost letters."""
    names = (
        (row.company_native, "company_native" in row.damaged),
        (row.company, "company" in row.damaged),
    )
    keys = (normalize(name) for name, is_damaged in names if name is not None and not is_damaged)
    return tuple(dict.fromkeys(key for key in keys if key))


def load_companies(session: Session, rows: Iterable[LeadRow]) -> Companies:
    """The visible organizations whose names stand in the file."""
    found = Companies()
    keys = {key for row in rows for key in found.keys_of_row(row)}
    for chunk in in_chunks(keys):
        statement = (
            sa.select(
                OrganizationName.normalized,
                Organization.id,
                Organization.name,
                Organization.native_name,
                Organization.country,
                Organization.city,
                Organization.website,
            )
            .join(Organization, Organization.id == OrganizationName.organization_id)
            .where(
                OrganizationName.normalized.in_(chunk),
                OrganizationName.kind.not_in(_WEAK),
                Organization.is_placeholder.is_(False),
            )
            .order_by(Organization.id)
        )
        for key, number, name, native_name, country, city, website in session.execute(statement):
            company = found.by_id.get(number)
            if company is None:
                company = Company(number, name, native_name, country, city, website)
            found.add(company, (key,))
    return found


@dataclass(slots=True)
class WrittenCompanies:
    """What writing the companies did, for the result and for undoing it."""

    created: dict[int, int]
    before: list[dict[str, Any]]

    def id_of(self, company: Company) -> int:
        """The key of a company on file, or of one that was created."""
        return company.id if company.id is not None else self.created[id(company)]


def create_companies(
    session: Session,
    companies: Sequence[Company],
    look_ups: LookUps,
    *,
    batch_id: int,
    now: datetime,
) -> WrittenCompanies:
    """Create the companies that are new."""
    written = WrittenCompanies({}, [])
    new = [company for company in companies if company.id is None]
    for chunk in in_chunks(new):
        planned = [_plan(company, look_ups, batch_id=batch_id, now=now) for company in chunk]
        keys = insert_organizations(session, planned)
        written.created.update(zip(map(id, chunk), keys, strict=True))
    return written


def complete_companies(
    session: Session, companies: Sequence[Company], written: WrittenCompanies, *, now: datetime
) -> None:
    """Fill in what the companies on file lack."""
    filled = {company.id: company for company in companies if company.id and company.fills}
    for numbers in in_chunks(filled):
        for organization in session.scalars(
            sa.select(Organization).where(Organization.id.in_(numbers))
        ):
            written.before.append(
                _fill_in(session, organization, filled[organization.id].fills, now=now)
            )
    session.flush()


def make_ready(companies: Iterable[Company], *, now: datetime) -> None:
    """Work out the rows of new companies before the lock is taken that writes them."""
    for company in companies:
        if company.id is None:
            company.ready = _rows(company, now=now)


def _plan(company: Company, look_ups: LookUps, *, batch_id: int, now: datetime) -> NewOrganization:
    new = company.ready or _rows(company, now=now)
    new.organization["sector_id"] = look_ups.id_of(company.sector)
    new.organization["batch_id"] = batch_id
    return new


def _rows(company: Company, *, now: datetime) -> NewOrganization:
    return plan_organization(
        OrganizationDetails(
            name=company.name,
            native_name=company.native_name,
            country=company.country,
            city=company.city,
            website=company.website,
        ),
        now=now,
    )


def _fill_in(
    session: Session, organization: Organization, fills: dict[str, str], *, now: datetime
) -> dict[str, Any]:
    """Fill in empty columns; returns what undoing has to know."""
    before: dict[str, Any] = {"id": organization.id, "filled": dict(fills), "name": None}
    for column, value in fills.items():
        setattr(organization, column, value)
    native = fills.get("native_name")
    if native is None:
        return before
    [row] = plan_names(
        [NameDetails(native, kind=NameKind.LEGAL)],
        country=organization.country,
        team_id=organization.team_id,
    )
    organization.native_language = row["language"]
    before["filled"]["native_language"] = row["language"]
    has_name = session.scalar(
        sa.select(OrganizationName.id).where(
            OrganizationName.organization_id == organization.id, OrganizationName.text == native
        )
    )
    if has_name is None:
        insert(session, OrganizationName, [{**row, "organization_id": organization.id}])
        before["name"] = native
    return before
