"""Who could vouch for us before a prospect, and how often each firm was asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, joinedload

from crm.organizations.family import Standing, load_family
from models.bre_call import BreCall, BreStanding
from models.contact import Contact
from models.errors import NotFoundError
from models.interaction import Interaction, InteractionStanding
from models.lead import Lead
from models.organization import (
    Organization,
    OrganizationRelation,
    OrganizationRole,
    OrganizationRoleLink,
    RelationKind,
    Sector,
    Site,
)
from models.reference import PeerReference, ReferenceOutcome, ReferenceRequest, Willingness
from models.user import User

OFTEN_A_YEAR = 3
"""A firm that was asked more often within twelve months is asked gently."""
_YEAR = timedelta(days=365)
_MARKETS = ("JP", "KR")
_SHOWN = 60
# Where a row of a firm holds yes or no: same group, sector and country, and waiting.
_FLAGS = frozenset({8, 9, 10, 22})
_REQUESTS = 50
# The willing first; a firm that was never asked before one that has to be asked first.
_READINESS = {Willingness.YES: 0, Willingness.ASK_FIRST: 2, Willingness.NO: 3}
_NEVER_ASKED = 1


@dataclass(frozen=True, slots=True)
class Peer:
    """A firm that is here, and what is known of its readiness to vouch.

    `asked_count` is of the last twelve months, among the requests that the reader may see.
    """

    public_id: str
    name: str
    native_name: str | None
    native_language: str | None
    country: str | None
    is_demo: bool
    sector_en: str | None
    sector_fr: str | None
    is_same_group: bool
    is_same_sector: bool
    is_same_country: bool
    willingness: Willingness | None
    said_on: date | None
    languages: str | None
    note: str | None
    contact_id: str | None
    contact_name: str | None
    contact_native_name: str | None
    contact_language: str | None
    last_conversation_on: date | None
    last_visit_on: date | None
    asked_count: int
    is_waiting: bool

    @property
    def is_asked_often(self) -> bool:
        """Whether it was asked so often that once more should be considered."""
        return self.asked_count > OFTEN_A_YEAR

    @property
    def may_be_asked(self) -> bool:
        """Whether it said that it can be asked, and does not owe an answer for this lead."""
        return self.willingness in (Willingness.YES, Willingness.ASK_FIRST) and not self.is_waiting


def list_peers(session: Session, lead: Lead, *, today: date) -> Sequence[Peer]:
    """Firms from Japan and Korea that are here, of the prospect's group or sector, the best first.

    Same group comes before same sector, then same country, then who is willing, then who was
    asked least. `lead` comes with its organization, if that can be seen.
    """
    prospect = lead.organization
    group = _group(session, prospect, today) if prospect is not None else set[int]()
    sector_id = lead.sector_id or (prospect.sector_id if prospect is not None else None)
    if not group and sector_id is None:
        return []
    country = prospect.country if prospect is not None and prospect.country else lead.market
    firm = Organization
    is_group: Any = firm.id.in_(group) if group else sa.false()
    is_sector: Any = firm.sector_id == sector_id if sector_id is not None else sa.false()
    origin = _origin({*_MARKETS, country} if country else set(_MARKETS))
    is_country: Any = _origin({country}) if country else sa.false()
    asked = _asked_count(today)
    readiness = sa.case(_READINESS, value=PeerReference.willingness, else_=_NEVER_ASKED)
    statement: Any = (
        sa.select(
            firm.public_id,
            firm.name,
            firm.native_name,
            firm.native_language,
            firm.country,
            firm.is_demo,
            Sector.name_en,
            Sector.name_fr,
            sa.case((is_group, 1), else_=0).label("same_group"),
            sa.case((is_sector, 1), else_=0).label("same_sector"),
            sa.case((is_country, 1), else_=0).label("same_country"),
            PeerReference.willingness,
            PeerReference.said_on,
            PeerReference.languages,
            PeerReference.note,
            Contact.public_id,
            Contact.printed_name,
            Contact.native_name,
            Contact.language,
            _last_conversation(),
            _last_visit(),
            asked.label("asked"),
            _is_waiting(lead),
        )
        .outerjoin(Sector, Sector.id == firm.sector_id)
        .outerjoin(PeerReference, PeerReference.organization_id == firm.id)
        .outerjoin(Contact, Contact.id == PeerReference.contact_id)
        .where(
            firm.id != (prospect.id if prospect is not None else 0),
            firm.is_placeholder.is_(False),
            _is_here(),
            sa.or_(is_group, sa.and_(is_sector, origin)),
        )
        .order_by(
            sa.desc("same_group"),
            sa.desc("same_sector"),
            sa.desc("same_country"),
            readiness,
            asked,
            firm.name,
            firm.id,
        )
        .limit(_SHOWN)
    )
    return [_peer(list(row)) for row in session.execute(statement)]


def _peer(values: list[Any]) -> Peer:
    """A row with its answers of the database, which counts, as yes and no."""
    told: list[Any] = [bool(one) if at in _FLAGS else one for at, one in enumerate(values)]
    return Peer(*told)


def _group(session: Session, prospect: Organization, today: date) -> set[int]:
    members = load_family(session, prospect, today=today).members
    return {member.id for member in members if member.standing is not Standing.ITSELF}


def _is_here() -> sa.ColumnElement[bool]:
    """A firm that invested here, or has a facility here."""
    return sa.or_(
        sa.exists().where(
            OrganizationRoleLink.organization_id == Organization.id,
            OrganizationRoleLink.role == OrganizationRole.INVESTOR,
        ),
        sa.exists().where(Site.organization_id == Organization.id),
    )


def _origin(countries: set[str]) -> sa.ColumnElement[bool]:
    """A firm from one of these countries, or whose parent is: a Canadian subsidiary counts."""
    parent = aliased(Organization)
    below = OrganizationRelation
    return sa.or_(
        Organization.country.in_(countries),
        sa.exists().where(
            sa.or_(
                sa.and_(
                    below.organization_id == Organization.id,
                    below.kind.in_((RelationKind.SUBSIDIARY, RelationKind.BUSINESS_UNIT)),
                    below.other_id == parent.id,
                ),
                sa.and_(
                    below.other_id == Organization.id,
                    below.kind == RelationKind.PARENT,
                    below.organization_id == parent.id,
                ),
            ),
            parent.country.in_(countries),
        ),
    )


def _last_conversation() -> Any:
    return (
        sa.select(sa.func.max(Interaction.happened_on))
        .where(
            Interaction.organization_id == Organization.id,
            Interaction.standing == InteractionStanding.HELD,
        )
        .correlate(Organization)
        .scalar_subquery()
    )


def _last_visit() -> Any:
    return (
        sa.select(sa.func.max(BreCall.visited_on))
        .where(BreCall.organization_id == Organization.id, BreCall.standing == BreStanding.DONE)
        .correlate(Organization)
        .scalar_subquery()
    )


def _asked_count(today: date) -> Any:
    return (
        sa.select(sa.func.count())
        .select_from(ReferenceRequest)
        .where(
            ReferenceRequest.reference_id == PeerReference.id,
            ReferenceRequest.asked_on > today - _YEAR,
        )
        .correlate(PeerReference)
        .scalar_subquery()
    )


def _is_waiting(lead: Lead) -> Any:
    """Whether the firm was asked for this lead and has not answered yet."""
    return (
        sa.select(sa.func.count())
        .select_from(ReferenceRequest)
        .where(
            ReferenceRequest.reference_id == PeerReference.id,
            ReferenceRequest.lead_id == lead.id,
            ReferenceRequest.outcome.is_(None),
        )
        .correlate(PeerReference)
        .scalar_subquery()
    )


def find_reference(session: Session, organization: Organization) -> PeerReference | None:
    """What a firm said about vouching, with the person to ask; None if it was never asked to."""
    return session.scalars(
        sa.select(PeerReference)
        .where(PeerReference.organization_id == organization.id)
        .options(joinedload(PeerReference.contact))
    ).one_or_none()


def get_reference_of(session: Session, organization_id: str) -> PeerReference:
    """What the firm with this public id said.

    Raises:
        NotFoundError: there is no such firm to be seen, or it said nothing yet.
    """
    found = session.scalars(
        sa.select(PeerReference)
        .join(Organization, Organization.id == PeerReference.organization_id)
        .where(Organization.public_id == organization_id)
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found


@dataclass(frozen=True, slots=True)
class Asked:
    """One time a firm was asked. Whoever may not see the lead does not see the row at all."""

    public_id: str
    asked_on: date
    outcome: ReferenceOutcome | None
    note: str | None
    is_demo: bool
    asked_by: str | None
    lead_id: str | None
    lead_title: str | None
    organization_id: str
    organization_name: str
    organization_native_name: str | None
    organization_native_language: str | None


def list_requests(
    session: Session, *, lead: Lead | None = None, organization: Organization | None = None
) -> Sequence[Asked]:
    """The requests made for a lead, or of a firm, the latest first."""
    statement: Any = (
        sa.select(
            ReferenceRequest.public_id,
            ReferenceRequest.asked_on,
            ReferenceRequest.outcome,
            ReferenceRequest.note,
            ReferenceRequest.is_demo,
            User.name,
            Lead.public_id,
            Lead.title,
            Organization.public_id,
            Organization.name,
            Organization.native_name,
            Organization.native_language,
        )
        .select_from(ReferenceRequest)
        .join(PeerReference, PeerReference.id == ReferenceRequest.reference_id)
        .join(Organization, Organization.id == PeerReference.organization_id)
        .outerjoin(Lead, Lead.id == ReferenceRequest.lead_id)
        .outerjoin(User, User.id == ReferenceRequest.asked_by_id)
    )
    if lead is not None:
        statement = statement.where(ReferenceRequest.lead_id == lead.id)
    if organization is not None:
        statement = statement.where(PeerReference.organization_id == organization.id)
    rows = session.execute(
        statement.order_by(ReferenceRequest.asked_on.desc(), ReferenceRequest.id.desc()).limit(
            _REQUESTS
        )
    )
    return [Asked(*row) for row in rows]


def get_request(session: Session, public_id: str) -> ReferenceRequest:
    """One request.

    Raises:
        NotFoundError: there is none that this session may see.
    """
    found = session.scalars(
        sa.select(ReferenceRequest)
        .where(ReferenceRequest.public_id == public_id)
        .options(joinedload(ReferenceRequest.lead))
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def list_people(session: Session, organization: Organization) -> Sequence[Contact]:
    """The people of a firm, to choose whom to ask."""
    return session.scalars(
        sa.select(Contact)
        .where(Contact.organization_id == organization.id)
        .order_by(Contact.printed_name, Contact.id)
        .limit(100)
    ).all()
