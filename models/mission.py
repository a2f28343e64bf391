"""Missions on which organizations are met. Agenda and delegates are added by later work."""

import enum
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, DemoFlag, Id, PublicId
from models.document import Document
from models.measure import Precision
from models.organization import Organization
from models.types import coded
from models.user import Office


class Delivery(enum.StrEnum):
    """How a mission takes place."""

    IN_PERSON = "in_person"
    VIRTUAL = "virtual"
    HYBRID = "hybrid"


class Mission(PublicId, DemoFlag, Base):
    """A trade mission. Its dates are often known only as printed ("until Friday")."""

    __tablename__ = "missions"

    id: Mapped[Id]
    name: Mapped[str]
    delivery: Mapped[Delivery | None] = mapped_column(coded(Delivery))
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    dates_precision: Mapped[Precision] = mapped_column(
        coded(Precision), default=Precision.UNKNOWN, server_default="unknown"
    )
    dates_as_printed: Mapped[str | None]
    led_by: Mapped[str | None]
    summary: Mapped[str | None]
    document_id: Mapped[int | None] = mapped_column(sa.ForeignKey("documents.id"))
    created_at: Mapped[datetime]

    document: Mapped[Document | None] = relationship(lazy="raise_on_sql")
    markets: Mapped[list["MissionMarket"]] = relationship(lazy="raise_on_sql", passive_deletes=True)
    offices: Mapped[list["MissionOffice"]] = relationship(lazy="raise_on_sql", passive_deletes=True)
    organizations: Mapped[list["MissionOrganization"]] = relationship(
        lazy="raise_on_sql", passive_deletes=True
    )


class MissionMarket(Base):
    """A country the mission goes to."""

    __tablename__ = "mission_markets"

    mission_id: Mapped[int] = mapped_column(
        sa.ForeignKey("missions.id", ondelete="CASCADE"), primary_key=True
    )
    country: Mapped[str] = mapped_column(sa.String(2), primary_key=True)


class MissionOffice(Base):
    """An office of ours that takes part."""

    __tablename__ = "mission_offices"

    mission_id: Mapped[int] = mapped_column(
        sa.ForeignKey("missions.id", ondelete="CASCADE"), primary_key=True
    )
    office_id: Mapped[int] = mapped_column(
        sa.ForeignKey("offices.id", ondelete="CASCADE"), primary_key=True, index=True
    )

    office: Mapped[Office] = relationship(lazy="raise_on_sql")


class MissionOrganization(Base):
    """An organization met on the mission, or that helped with it."""

    __tablename__ = "mission_organizations"

    id: Mapped[Id]
    mission_id: Mapped[int] = mapped_column(
        sa.ForeignKey("missions.id", ondelete="CASCADE"), index=True
    )
    organization_id: Mapped[int] = mapped_column(
        sa.ForeignKey("organizations.id", ondelete="CASCADE"), index=True
    )
    part: Mapped[str | None]

    organization: Mapped[Organization] = relationship(lazy="raise_on_sql")
