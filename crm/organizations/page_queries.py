"""What hangs on an organization, as its page shows it: one function a section."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from crm.announcements.embargo import past_embargo
from crm.visibility import viewer_of
from models.announcement import Announcement
from models.contact import SENIORITY_RANKS, Contact
from models.document import Claim, Document
from models.lead import Lead, LeadParty
from models.organization import Organization, OrganizationRelation, RelationKind
from models.stage import StageCode, Status

PAGE = 50


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


def find_document(session: Session, document_id: int | None) -> Document | None:
    """The public text that a record was taken from."""
    if document_id is None:
        return None
    return session.scalars(sa.select(Document).where(Document.id == document_id)).one_or_none()
