"""Organizations to meet on a mission: investors that are here already, and door openers."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from models.agenda import AgendaItem, AgendaStanding
from models.interaction import Interaction, InteractionStanding
from models.lead import Lead, LeadParty, PartyRole
from models.mission import Mission
from models.organization import (
    Organization,
    OrganizationRelation,
    OrganizationRole,
    OrganizationRoleLink,
    RelationKind,
)

# As many as a person ticks through.
READ = 25


@dataclass(frozen=True, slots=True)
class OrganizationProposal:
    """A firm or body to meet: a parent of what is here, an investor, or a door opener."""

    public_id: str
    name: str
    native_name: str | None
    native_language: str | None
    country: str | None
    city: str | None
    is_demo: bool
    last_met_on: date | None
    is_on_agenda: bool
    parents: tuple[str, ...] = ()
    introduced: int = 0


def list_investors(
    session: Session, mission: Mission, countries: Collection[str], sector_ids: Collection[int]
) -> list[OrganizationProposal]:
    """Investors that are here already, whose own or whose parent's country is a market."""
    invests = (
        sa.select(OrganizationRoleLink.organization_id)
        .where(
            OrganizationRoleLink.organization_id == Organization.id,
            OrganizationRoleLink.role == OrganizationRole.INVESTOR,
        )
        .exists()
    )
    parent = aliased(Organization)
    from_there = (
        # Named side by side, not joined: the criteria of the viewer do not reach into a join that
        # is made on words of its own.
        sa.select(OrganizationRelation.id, parent.id)
        .where(_is_parent(parent), _is_child(Organization.id), parent.country.in_(countries))
        .correlate(Organization)
        .exists()
    )
    statement = _organizations(mission).where(
        invests, sa.or_(Organization.country.in_(countries), from_there)
    )
    if sector_ids:
        # An investor whose sector nobody noted may be of it.
        statement = statement.where(
            sa.or_(Organization.sector_id.in_(sector_ids), Organization.sector_id.is_(None))
        )
    rows = session.execute(statement.limit(READ)).all()
    parents = _parents(session, [row.id for row in rows])
    return [_proposal(row, parents=tuple(parents.get(row.id, ()))) for row in rows]


def list_openers(
    session: Session, mission: Mission, countries: Collection[str]
) -> list[OrganizationProposal]:
    """Intermediaries of the markets, and whoever introduced a lead there, the busiest first."""
    mediates = (
        sa.select(OrganizationRoleLink.organization_id)
        .where(
            OrganizationRoleLink.organization_id == Organization.id,
            OrganizationRoleLink.role == OrganizationRole.INTERMEDIARY,
        )
        .exists()
    )
    # Counted over the leads that the viewer sees.
    introduced = (
        sa.select(sa.func.count(LeadParty.lead_id.distinct()))
        .join(Lead, Lead.id == LeadParty.lead_id)
        .where(
            LeadParty.organization_id == Organization.id,
            LeadParty.role == PartyRole.INTRODUCER,
            Lead.market.in_(countries),
        )
        .correlate(Organization)
        .scalar_subquery()
    )
    statement = (
        _organizations(mission)
        .add_columns(introduced.label("introduced"))
        .where(
            sa.or_(sa.and_(mediates, Organization.country.in_(countries)), introduced > 0),
        )
        .order_by(None)
        .order_by(introduced.desc(), Organization.name, Organization.id)
        .limit(READ)
    )
    return [_proposal(row, introduced=row.introduced) for row in session.execute(statement).all()]


def _organizations(mission: Mission) -> sa.Select[Any]:
    last_met = (
        sa.select(sa.func.max(Interaction.happened_on))
        .where(
            Interaction.organization_id == Organization.id,
            Interaction.standing == InteractionStanding.HELD,
        )
        .correlate(Organization)
        .scalar_subquery()
    )
    columns: list[Any] = [
        Organization.id,
        Organization.public_id,
        Organization.name,
        Organization.native_name,
        Organization.native_language,
        Organization.country,
        Organization.city,
        Organization.is_demo,
        last_met.label("last_met_on"),
        on_agenda(mission, AgendaItem.organization_id == Organization.id).label("is_on_agenda"),
    ]
    return (
        sa.select(*columns)
        .where(Organization.is_placeholder.is_(False))
        .order_by(Organization.name, Organization.id)
    )


def _proposal(row: Any, **more: Any) -> OrganizationProposal:
    values = {
        name: value for name, value in row._mapping.items() if name not in ("id", "introduced")
    }
    return OrganizationProposal(**values, **more)


def on_agenda(mission: Mission, about: sa.ColumnElement[bool]) -> sa.Exists:
    return (
        sa.select(AgendaItem.id)
        .where(
            AgendaItem.mission_id == mission.id,
            AgendaItem.standing != AgendaStanding.CANCELLED,
            about,
        )
        .exists()
    )


# A relation says either end first: "is the parent of", or "is a subsidiary of".
_DOWN = (RelationKind.PARENT,)
_UP = (RelationKind.SUBSIDIARY, RelationKind.BUSINESS_UNIT)


def _is_parent(parent: Any) -> sa.ColumnElement[bool]:
    relation = OrganizationRelation
    return sa.or_(
        sa.and_(relation.kind.in_(_DOWN), parent.id == relation.organization_id),
        sa.and_(relation.kind.in_(_UP), parent.id == relation.other_id),
    )


def _is_child(child_id: Any) -> sa.ColumnElement[bool]:
    relation = OrganizationRelation
    return sa.or_(
        sa.and_(relation.kind.in_(_DOWN), relation.other_id == child_id),
        sa.and_(relation.kind.in_(_UP), relation.organization_id == child_id),
    )


def _parents(session: Session, ids: Collection[int]) -> dict[int, list[str]]:
    child, parent = aliased(Organization), aliased(Organization)
    rows = session.execute(
        sa.select(child.id, parent.name, OrganizationRelation.id)
        .where(_is_parent(parent), _is_child(child.id), child.id.in_(ids))
        .order_by(parent.name)
    )
    found: dict[int, list[str]] = {}
    for key, name, _relation in rows:
        if name not in found.setdefault(key, []):
            found[key].append(name)
    return found
