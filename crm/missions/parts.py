"""Commands on the parts of a mission: organizations and their roles, programmes, budget lines."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.missions.rules import must_write, text_or_none
from models.errors import DomainError, N_
from models.mission import (
    Mission,
    MissionCost,
    MissionOrganization,
    MissionPart,
    MissionProgramme,
)
from models.organization import Organization
from models.user import Actor


@dataclass(frozen=True, slots=True)
class OrganizationPart:
    """What an organization has to do with a mission: its role, and in words."""

    organization_id: int
    role: MissionPart | None = None
    part: str | None = None


@dataclass(frozen=True, slots=True)
class ProgrammeDetails:
    """A part of a mission with a lead of its own."""

    name: str
    led_by: str | None = None
    sector_id: int | None = None
    note: str | None = None
    document_id: int | None = None


@dataclass(frozen=True, slots=True)
class CostDetails:
    """One budget line; `public_id` names the one on file that it replaces."""

    label: str
    budget_amount: int | None = None
    cost_amount: int | None = None
    public_id: str | None = None


def add_organization(
    session: Session, mission: Mission, part: OrganizationPart, *, actor: Actor
) -> MissionOrganization:
    """Say what an organization the actor can see has to do with a mission."""
    must_write(actor)
    link = put_part(session, mission, part)
    session.flush()
    return link


def remove_organization(
    session: Session,
    mission: Mission,
    organization: Organization,
    role: MissionPart | None,
    *,
    actor: Actor,
) -> None:
    """Take back what was said of an organization in this role."""
    must_write(actor)
    for link in session.scalars(
        sa.select(MissionOrganization).where(
            MissionOrganization.mission_id == mission.id,
            MissionOrganization.organization_id == organization.id,
            MissionOrganization.role.is_(None)
            if role is None
            else MissionOrganization.role == role,
        )
    ):
        session.delete(link)
    session.flush()


def add_programme(
    session: Session, mission: Mission, details: ProgrammeDetails, *, actor: Actor
) -> MissionProgramme:
    """Add a part with a lead of its own.

    Raises:
        DomainError: it has no name.
    """
    must_write(actor)
    programme = MissionProgramme(mission_id=mission.id, **_programme(details))
    session.add(programme)
    session.flush()
    return programme


def revise_programme(
    session: Session, programme: MissionProgramme, details: ProgrammeDetails, *, actor: Actor
) -> None:
    """Say a part of a mission better."""
    must_write(actor)
    for name, value in _programme(details).items():
        if name != "document_id":
            setattr(programme, name, value)
    session.flush()


def remove_programme(session: Session, programme: MissionProgramme, *, actor: Actor) -> None:
    """Take a part of a mission away; its agenda items stay with the mission."""
    must_write(actor)
    session.delete(programme)
    session.flush()


def write_costs(
    session: Session, mission: Mission, lines: Iterable[CostDetails], *, actor: Actor
) -> None:
    """Keep the budget lines as given: the named ones changed, the others new.

    A named one without a label goes; what is not named stays: somebody else may have added it.

    Raises:
        DomainError: a line with amounts has no label, or an amount cannot be.
    """
    must_write(actor)
    on_file = {
        cost.public_id: cost
        for cost in session.scalars(
            sa.select(MissionCost).where(MissionCost.mission_id == mission.id)
        )
    }
    for line in lines:
        label = line.label.strip()
        amounts = (line.budget_amount, line.cost_amount)
        if not label and any(amount is not None for amount in amounts):
            raise DomainError(N_("Say what this amount is for."), field="label")
        if any(amount is not None and not 0 <= amount < 10**15 for amount in amounts):
            raise DomainError(N_("Write an amount in whole units, without a sign."), field="label")
        cost = on_file.pop(line.public_id, None) if line.public_id else None
        if not label:
            if cost is not None:
                session.delete(cost)
            continue
        if cost is None:
            cost = MissionCost(mission_id=mission.id, label=label)
            session.add(cost)
        cost.label = label
        cost.budget_amount, cost.cost_amount = amounts
    session.flush()


def visible_parts(session: Session, mission: Mission) -> Iterable[MissionOrganization]:
    """What is said of organizations that the actor sees; nobody takes away what they cannot see."""
    return session.scalars(
        sa.select(MissionOrganization)
        .join(Organization, Organization.id == MissionOrganization.organization_id)
        .where(MissionOrganization.mission_id == mission.id)
    ).all()


def put_part(session: Session, mission: Mission, part: OrganizationPart) -> MissionOrganization:
    role = part.role
    known = session.scalars(
        sa.select(MissionOrganization).where(
            MissionOrganization.mission_id == mission.id,
            MissionOrganization.organization_id == part.organization_id,
            MissionOrganization.role.is_(None)
            if role is None
            else MissionOrganization.role == role,
        )
    ).first()
    words = text_or_none(part.part)
    # An imported mission may tell of one organization twice, in other words each time.
    if known is not None and (role is not None or known.part == words):
        known.part = words or known.part
        return known
    link = MissionOrganization(
        mission_id=mission.id, organization_id=part.organization_id, role=role, part=words
    )
    session.add(link)
    session.flush()
    return link


def _programme(details: ProgrammeDetails) -> dict[str, Any]:
    name = details.name.strip()
    if not name:
        raise DomainError(N_("Give the part of the mission a name."), field="name")
    return {
        "name": name,
        "led_by": text_or_none(details.led_by),
        "sector_id": details.sector_id,
        "note": text_or_none(details.note),
        "document_id": details.document_id,
    }
