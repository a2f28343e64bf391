"""The parts of a mission that its pages show: owner, sectors, programmes, money, delegation."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from models.contact import Contact
from models.errors import NotFoundError
from models.mission import (
    Delegate,
    DelegateRole,
    Mission,
    MissionCost,
    MissionProgramme,
    MissionSector,
)
from models.organization import Organization, Sector
from models.user import User


def find_owner(session: Session, mission: Mission) -> User | None:
    """Who looks after a mission."""
    return session.get(User, mission.owner_id) if mission.owner_id is not None else None


def list_sectors(session: Session, mission: Mission) -> Sequence[Sector]:
    """The sectors a mission is about."""
    return session.scalars(
        sa.select(Sector)
        .join(MissionSector, MissionSector.sector_id == Sector.id)
        .where(MissionSector.mission_id == mission.id)
        .order_by(Sector.name_en)
    ).all()


@dataclass(frozen=True, slots=True)
class ProgrammeRow:
    """A part of a mission, with its sector."""

    public_id: str
    name: str
    led_by: str | None
    note: str | None
    sector: Sector | None


def list_programmes(session: Session, mission: Mission) -> list[ProgrammeRow]:
    """The parts of a mission that have a lead of their own."""
    rows = session.execute(
        sa.select(MissionProgramme, Sector)
        .outerjoin(Sector, Sector.id == MissionProgramme.sector_id)
        .where(MissionProgramme.mission_id == mission.id)
        .order_by(MissionProgramme.id)
    )
    return [
        ProgrammeRow(one.public_id, one.name, one.led_by, one.note, sector) for one, sector in rows
    ]


def get_programme(session: Session, mission: Mission, public_id: str) -> MissionProgramme:
    """One part of a mission.

    Raises:
        NotFoundError: this mission has none of that name in addresses.
    """
    found = session.scalars(
        sa.select(MissionProgramme).where(
            MissionProgramme.mission_id == mission.id, MissionProgramme.public_id == public_id
        )
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def list_costs(session: Session, mission: Mission) -> Sequence[MissionCost]:
    """The budget lines of a mission."""
    return session.scalars(
        sa.select(MissionCost).where(MissionCost.mission_id == mission.id).order_by(MissionCost.id)
    ).all()


def select_delegates(mission: Mission) -> Any:
    """The delegates that the viewer sees: one whose record is a team's secret is not named."""
    return (
        sa.select(Delegate)
        .outerjoin(Delegate.contact)
        .outerjoin(Delegate.organization)
        .where(
            Delegate.mission_id == mission.id,
            sa.or_(Delegate.contact_id.is_(None), Contact.id.is_not(None)),
            sa.or_(Delegate.organization_id.is_(None), Organization.id.is_not(None)),
        )
        .options(
            joinedload(Delegate.user).joinedload(User.office),
            joinedload(Delegate.contact),
            joinedload(Delegate.organization),
        )
    )


_ROLE_ORDER = {role: place for place, role in enumerate(DelegateRole)}


def list_delegates(session: Session, mission: Mission) -> list[Delegate]:
    """The delegation, leads first."""
    found = session.scalars(select_delegates(mission).order_by(Delegate.id)).all()
    return sorted(found, key=lambda one: _ROLE_ORDER[one.role])


def get_delegate(session: Session, mission: Mission, public_id: str) -> Delegate:
    """One delegate of a mission.

    Raises:
        NotFoundError: there is none that the viewer may see.
    """
    found: Delegate | None = session.scalars(
        select_delegates(mission).where(Delegate.public_id == public_id)
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found
