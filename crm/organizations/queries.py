"""What the pages of organizations show: one function a screen or a part of it."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from crm.search.candidates import answering
from crm.web.paging import Order, Page, fetch_page
from models.errors import NotFoundError
from models.lead import Lead
from models.organization import (
    Organization,
    OrganizationIdentifier,
    OrganizationRole,
    OrganizationRoleLink,
    Sector,
    Site,
)
from models.search import SearchKind
from models.stage import Status

PAGE = 50
_NUMBER = re.compile(r"[TE]?[\d\s.\-]{5,}")


@dataclass(frozen=True, slots=True)
class Filters:
    """What a reader chose to see."""

    text: str = ""
    country: str | None = None
    role: OrganizationRole | None = None
    sector: str | None = None

    @property
    def arguments(self) -> dict[str, str]:
        """The filters as an address has them."""
        found = {"q": self.text, "country": self.country, "role": self.role, "sector": self.sector}
        return {name: str(value) for name, value in found.items() if value}


@dataclass(frozen=True, slots=True)
class OrganizationRow:
    """One organization on a list."""

    public_id: str
    name: str
    native_name: str | None
    native_language: str | None
    country: str | None
    city: str | None
    sector_en: str | None
    sector_fr: str | None
    is_placeholder: bool
    is_demo: bool
    document_id: int | None
    roles: tuple[OrganizationRole, ...] = ()
    open_leads: int = 0
    all_leads: int = 0


def read_filters(args: Mapping[str, str]) -> Filters:
    """The filters in an address. What is no filter of ours is left out, never an error."""
    role = args.get("role", "")
    return Filters(
        text=args.get("q", "").strip()[:200],
        country=args.get("country") or None,
        role=OrganizationRole(role) if role in set(OrganizationRole) else None,
        sector=args.get("sector") or None,
    )


def select_organizations(filters: Filters, *columns: Any) -> Any:
    """Columns of the organizations that fit, each with its sector where it has one."""
    return (
        sa.select(*columns)
        .select_from(Organization)
        .outerjoin(Sector, Sector.id == Organization.sector_id)
        .where(*_conditions(filters))
    )


def search_organizations(
    session: Session, filters: Filters, *, cursor: str | None
) -> Page[OrganizationRow]:
    """A page of organizations by name, with their roles and the leads the reader can see."""
    statement = select_organizations(
        filters,
        Organization.id,
        Organization.public_id,
        Organization.name,
        Organization.native_name,
        Organization.native_language,
        Organization.country,
        Organization.city,
        Sector.name_en.label("sector_en"),
        Sector.name_fr.label("sector_fr"),
        Organization.is_placeholder,
        Organization.is_demo,
        Organization.document_id,
    )
    page = fetch_page(
        session,
        statement,
        Order(Organization.name, Organization.public_id),
        size=PAGE,
        cursor=cursor,
        value_key="name",
    )
    ids = [row.id for row in page.rows]
    roles = _roles_of(session, ids)
    leads = _lead_counts(session, ids)
    rows = [
        OrganizationRow(
            **{name: value for name, value in row._mapping.items() if name != "id"},
            roles=tuple(roles.get(row.id, ())),
            open_leads=leads.get(row.id, (0, 0))[0],
            all_leads=leads.get(row.id, (0, 0))[1],
        )
        for row in page.rows
    ]
    return Page(rows, page.next_cursor, page.is_first)


def list_countries(session: Session) -> list[str]:
    """The countries of the organizations that the reader can see."""
    return list(
        session.scalars(
            sa.select(Organization.country).where(Organization.country.is_not(None)).distinct()
        )
    )


def get_organization(session: Session, public_id: str) -> Organization:
    """One organization with its sector, names, roles, numbers and facilities.

    Raises:
        NotFoundError: there is none, or the reader may not see it.
    """
    found = session.scalars(
        sa.select(Organization)
        .where(Organization.public_id == public_id)
        .options(
            joinedload(Organization.sector),
            selectinload(Organization.names),
            selectinload(Organization.roles),
            selectinload(Organization.identifiers),
            selectinload(Organization.sites),
        )
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def load_organization(session: Session, public_id: str) -> Organization:
    """One organization for a command.

    Raises:
        NotFoundError: there is none, or the actor may not see it.
    """
    found = session.scalars(
        sa.select(Organization).where(Organization.public_id == public_id)
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def get_site(session: Session, organization: Organization, public_id: str) -> Site:
    """One facility of an organization.

    Raises:
        NotFoundError: it has none of this id.
    """
    found = session.scalars(
        sa.select(Site).where(Site.public_id == public_id, Site.organization_id == organization.id)
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def find_sector_id(session: Session, code: str | None) -> int | None:
    """The key of the sector with this code."""
    if not code:
        return None
    return session.scalar(sa.select(Sector.id).where(Sector.code == code))


def _conditions(filters: Filters) -> list[sa.ColumnElement[bool]]:
    found = []
    if filters.text.strip():
        found.append(_matches(filters.text.strip()))
    if filters.country:
        found.append(Organization.country == filters.country)
    if filters.sector:
        found.append(Sector.code == filters.sector)
    if filters.role is not None:
        found.append(
            Organization.id.in_(
                sa.select(OrganizationRoleLink.organization_id).where(
                    OrganizationRoleLink.role == filters.role
                )
            )
        )
    return found


def _matches(text: str) -> sa.ColumnElement[bool]:
    named = answering(SearchKind.ORGANIZATION, text)
    # One letter is not looked up: organizations that begin with it are.
    found = [
        Organization.name.istartswith(text, autoescape=True)
        if named is None
        else Organization.id.in_(named)
    ]
    plain = unicodedata.normalize("NFKC", text).upper()
    if _NUMBER.fullmatch(plain):
        number = re.sub(r"[\s.\-]", "", plain)
        found.append(
            Organization.id.in_(
                sa.select(OrganizationIdentifier.organization_id).where(
                    OrganizationIdentifier.value.in_((number, number.removeprefix("T")))
                )
            )
        )
    return sa.or_(*found)


def _roles_of(session: Session, ids: Sequence[int]) -> dict[int, list[OrganizationRole]]:
    found: dict[int, list[OrganizationRole]] = {}
    rows = session.execute(
        sa.select(OrganizationRoleLink.organization_id, OrganizationRoleLink.role)
        .where(OrganizationRoleLink.organization_id.in_(ids))
        .order_by(OrganizationRoleLink.role)
    )
    for organization_id, role in rows:
        found.setdefault(organization_id, []).append(role)
    return found


def _lead_counts(session: Session, ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Open and all leads about each organization, of those the reader can see."""
    is_open = sa.case((Lead.status.in_((Status.ACTIVE, Status.ON_HOLD)), 1), else_=0)
    rows = session.execute(
        sa.select(Lead.organization_id, sa.func.sum(is_open), sa.func.count())
        .where(Lead.organization_id.in_(ids))
        .group_by(Lead.organization_id)
    )
    return {number: (int(open_count), int(count)) for number, open_count, count in rows if number}
