"""What the pages of organizations show: one function a screen or a part of it."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from crm.announcements.queries import past_embargo
from crm.organizations.names import normalize
from crm.visibility import viewer_of
from crm.web.paging import Order, Page, fetch_page
from models.announcement import Announcement
from models.contact import SENIORITY_RANKS, Contact
from models.document import Claim, Document
from models.errors import NotFoundError
from models.lead import Lead, LeadParty
from models.organization import (
    Organization,
    OrganizationIdentifier,
    OrganizationName,
    OrganizationRelation,
    OrganizationRole,
    OrganizationRoleLink,
    RelationKind,
    Sector,
    Site,
)
from models.stage import StageCode, Status

PAGE = 50
_NUMBER = re.compile(r"[TE]?[\d\s.\-]{5,}")


@dataclass(frozen=True, slots=True)
class Filters:
    """What a reader chose to see."""

    text: str = ""
    country: str | None = None
    role: OrganizationRole | None = None
    sector: str | None = None


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


@dataclass(frozen=True, slots=True)
class LeadRow:
    """A lead that an organization is about, or takes part in."""

    public_id: str
    title: str
    stage: StageCode
    status: Status
    capex_amount: int | None
    capex_upper: int | None
    capex_qualifier: Any
    capex_currency: str | None
    chance: float | None
    last_contact_on: Any
    team_id: int | None
    is_demo: bool


@dataclass(frozen=True, slots=True)
class Relative:
    """Another organization and how this one stands to it; `is_inverse` reads it from the other."""

    kind: RelationKind
    is_inverse: bool
    share_percent: float | None
    public_id: str
    name: str
    native_name: str | None
    native_language: str | None
    country: str | None


def search_organizations(
    session: Session, filters: Filters, *, cursor: str | None
) -> Page[OrganizationRow]:
    """A page of organizations by name, with their roles and the leads the reader can see."""
    statement: Any = (
        sa.select(
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
        .outerjoin(Sector, Sector.id == Organization.sector_id)
        .where(*_conditions(filters))
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


def list_relatives(session: Session, organization: Organization) -> list[Relative]:
    """Relations both ways, to organizations that the reader can see."""
    found = []
    for is_inverse, own, other in (
        (False, OrganizationRelation.organization_id, OrganizationRelation.other_id),
        (True, OrganizationRelation.other_id, OrganizationRelation.organization_id),
    ):
        rows = session.execute(
            sa.select(
                OrganizationRelation.kind,
                OrganizationRelation.share_percent,
                Organization.public_id,
                Organization.name,
                Organization.native_name,
                Organization.native_language,
                Organization.country,
            )
            .join(Organization, Organization.id == other)
            .where(own == organization.id)
            .order_by(OrganizationRelation.kind, Organization.name)
        )
        found += [Relative(is_inverse=is_inverse, **row._mapping) for row in rows]
    return found


def list_leads(session: Session, organization: Organization, *, limit: int = PAGE) -> list[LeadRow]:
    """Leads about an organization or with it as a party, open ones first, then the latest."""
    party = sa.select(LeadParty.lead_id).where(LeadParty.organization_id == organization.id)
    is_closed = sa.case((Lead.status.in_((Status.ACTIVE, Status.ON_HOLD)), 0), else_=1)
    rows = session.execute(
        sa.select(
            Lead.public_id,
            Lead.title,
            Lead.stage,
            Lead.status,
            Lead.capex_amount,
            Lead.capex_upper,
            Lead.capex_qualifier,
            Lead.capex_currency,
            Lead.chance,
            Lead.last_contact_on,
            Lead.team_id,
            Lead.is_demo,
        )
        .where(sa.or_(Lead.organization_id == organization.id, Lead.id.in_(party)))
        .order_by(is_closed, Lead.changed_at.desc())
        .limit(limit)
    )
    return [LeadRow(**row._mapping) for row in rows]


def list_contacts(
    session: Session, organization: Organization, *, limit: int = PAGE
) -> Sequence[Contact]:
    """The people at an organization, the highest first."""
    return session.scalars(
        sa.select(Contact)
        .where(Contact.organization_id == organization.id)
        .order_by(
            sa.case(SENIORITY_RANKS, value=Contact.seniority, else_=len(SENIORITY_RANKS) + 1),
            Contact.printed_name,
            Contact.public_id,
        )
        .limit(limit)
    ).all()


def list_claims(session: Session, organization: Organization, *, now: datetime) -> Sequence[Claim]:
    """What public texts say of an organization; nothing of an announcement before its hour."""
    told = sa.select(Announcement.id).where(past_embargo(viewer_of(session), now=now))
    return session.scalars(
        sa.select(Claim)
        .where(
            Claim.organization_id == organization.id,
            sa.or_(Claim.announcement_id.is_(None), Claim.announcement_id.in_(told)),
        )
        .options(joinedload(Claim.document))
        .order_by(Claim.id)
    ).all()


def find_sector_id(session: Session, code: str | None) -> int | None:
    """The key of the sector with this code."""
    if not code:
        return None
    return session.scalar(sa.select(Sector.id).where(Sector.code == code))


def find_document(session: Session, document_id: int | None) -> Document | None:
    """The public text that a record was taken from."""
    if document_id is None:
        return None
    return session.scalars(sa.select(Document).where(Document.id == document_id)).one_or_none()


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
    key = normalize(text)
    # Nothing is left of a mere legal form: then the words themselves are looked for.
    named = (
        OrganizationName.normalized.contains(key, autoescape=True)
        if key
        else OrganizationName.text.contains(text, autoescape=True)
    )
    found = [Organization.id.in_(sa.select(OrganizationName.organization_id).where(named))]
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
