"""Commands on what hangs on an organization: its numbers, its relatives, its facilities here."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.organizations.identifiers import check_identifier
from crm.organizations.service import must_write
from models.errors import DomainError, NotFoundError, N_
from models.measure import UNKNOWN, Measure, Qualifier
from models.organization import (
    IdentifierScheme,
    Organization,
    OrganizationIdentifier,
    OrganizationRelation,
    RelationKind,
    Site,
    SiteRole,
)
from models.user import Actor


@dataclass(frozen=True, slots=True)
class RelationDetails:
    """How the first organization stands to the other; a share only where one is known."""

    kind: RelationKind
    share_percent: float | None = None
    valid_from: date | None = None


@dataclass(frozen=True, slots=True)
class SiteDetails:
    """A facility in the office's area. Jobs as they were stated, unknown where nobody said."""

    name: str | None = None
    role: SiteRole | None = None
    city: str | None = None
    region: str | None = None
    country: str | None = None
    opened_on: date | None = None
    jobs: Measure = UNKNOWN


def add_identifier(
    session: Session,
    organization: Organization,
    scheme: IdentifierScheme,
    text: str,
    *,
    source: str | None,
    actor: Actor,
) -> OrganizationIdentifier:
    """Keep a number that a public register gave.

    Raises:
        DomainError: its check digit does not fit, it is a person's, or it is kept already.
    """
    must_write(actor)
    value = check_identifier(scheme, text)
    if _find_identifier(session, organization, scheme, value) is not None:
        raise DomainError(N_("This number is kept already."), field="value")
    identifier = OrganizationIdentifier(
        organization_id=organization.id,
        team_id=organization.team_id,
        scheme=scheme,
        value=value,
        source=(source or "").strip() or None,
    )
    session.add(identifier)
    session.flush()
    return identifier


def remove_identifier(
    session: Session,
    organization: Organization,
    scheme: IdentifierScheme,
    value: str,
    *,
    actor: Actor,
) -> None:
    """Take a number away that was kept by mistake.

    Raises:
        NotFoundError: the organization does not have it.
    """
    must_write(actor)
    identifier = _find_identifier(session, organization, scheme, value)
    if identifier is None:
        raise NotFoundError
    session.delete(identifier)
    session.flush()


def relate(
    session: Session,
    organization: Organization,
    other: Organization,
    details: RelationDetails,
    *,
    actor: Actor,
) -> OrganizationRelation:
    """Say that `organization` is the parent, subsidiary, ... of `other`.

    Raises:
        DomainError: they are one, a share that cannot be, or it is said already either way.
    """
    must_write(actor)
    if organization.id == other.id:
        raise DomainError(N_("Choose another organization than this one."), field="other")
    share = details.share_percent
    if share is not None and not 0 < share <= 100:
        raise DomainError(N_("A share is a percentage above 0, up to 100."), field="share_percent")
    if _is_said(session, organization, other, details.kind):
        raise DomainError(N_("This relation is kept already."), field="other")
    relation = OrganizationRelation(
        organization_id=organization.id,
        other_id=other.id,
        kind=details.kind,
        share_percent=share,
        valid_from=details.valid_from,
        team_id=organization.team_id,
    )
    session.add(relation)
    session.flush()
    return relation


def unrelate(
    session: Session,
    organization: Organization,
    other: Organization,
    kind: RelationKind,
    *,
    actor: Actor,
) -> None:
    """Take back that `organization` is the parent, subsidiary, ... of `other`.

    Raises:
        NotFoundError: nobody said so.
    """
    must_write(actor)
    relation = session.scalars(
        sa.select(OrganizationRelation).where(
            OrganizationRelation.organization_id == organization.id,
            OrganizationRelation.other_id == other.id,
            OrganizationRelation.kind == kind,
        )
    ).first()
    if relation is None:
        raise NotFoundError
    session.delete(relation)
    session.flush()


def add_site(
    session: Session, organization: Organization, details: SiteDetails, *, actor: Actor
) -> Site:
    """Keep a facility that the organization has here.

    Raises:
        DomainError: nothing tells it from another.
    """
    must_write(actor)
    site = Site(organization_id=organization.id, team_id=organization.team_id)
    _fill(site, details)
    session.add(site)
    session.flush()
    return site


def edit_site(session: Session, site: Site, details: SiteDetails, *, actor: Actor) -> None:
    """Say better what is known of a facility.

    Raises:
        DomainError: nothing tells it from another.
    """
    must_write(actor)
    _fill(site, details)
    session.flush()


def remove_site(session: Session, site: Site, *, actor: Actor) -> None:
    """Take away a facility that was kept by mistake."""
    must_write(actor)
    session.delete(site)
    session.flush()


def _fill(site: Site, details: SiteDetails) -> None:
    name, city = (details.name or "").strip(), (details.city or "").strip()
    if not name and not city and details.role is None:
        raise DomainError(N_("Say what it is, what it is called, or in which city."), field="city")
    site.name = name or None
    site.city = city or None
    site.role = details.role
    site.region = (details.region or "").strip() or None
    site.country = details.country
    site.opened_on = details.opened_on
    # A facility has no column for the upper end of a range: what is surely true is kept.
    is_range = details.jobs.qualifier is Qualifier.BETWEEN
    site.jobs_count = details.jobs.value
    site.jobs_qualifier = Qualifier.AT_LEAST if is_range else details.jobs.qualifier


def _find_identifier(
    session: Session, organization: Organization, scheme: IdentifierScheme, value: str
) -> OrganizationIdentifier | None:
    return session.scalars(
        sa.select(OrganizationIdentifier).where(
            OrganizationIdentifier.organization_id == organization.id,
            OrganizationIdentifier.scheme == scheme,
            OrganizationIdentifier.value == value,
        )
    ).first()


_MIRRORED = {
    RelationKind.PARENT: RelationKind.SUBSIDIARY,
    RelationKind.SUBSIDIARY: RelationKind.PARENT,
    RelationKind.GROUP_MEMBER: RelationKind.GROUP_MEMBER,
    RelationKind.JOINT_VENTURE: None,
    RelationKind.BUSINESS_UNIT: None,
}


def _is_said(
    session: Session, organization: Organization, other: Organization, kind: RelationKind
) -> bool:
    """Whether it is on file, in these words or seen from the other side."""
    said = [
        sa.and_(
            OrganizationRelation.organization_id == organization.id,
            OrganizationRelation.other_id == other.id,
            OrganizationRelation.kind == kind,
        )
    ]
    mirrored = _MIRRORED[kind]
    if mirrored is not None:
        said.append(
            sa.and_(
                OrganizationRelation.organization_id == other.id,
                OrganizationRelation.other_id == organization.id,
                OrganizationRelation.kind == mirrored,
            )
        )
    return session.scalar(sa.select(sa.func.count()).where(sa.or_(*said))) != 0
