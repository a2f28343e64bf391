"""Missions on which organizations are met: when, where, who goes, and what it costs."""

import enum
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, DemoFlag, Id, PublicId
from models.contact import Contact
from models.document import Document
from models.measure import Precision, Qualifier
from models.organization import Organization, Sector
from models.types import coded
from models.user import Office, User


class Delivery(enum.StrEnum):
    """How a mission takes place."""

    IN_PERSON = "in_person"
    VIRTUAL = "virtual"
    HYBRID = "hybrid"


class MissionStanding(enum.StrEnum):
    """How far a mission has come."""

    PLANNED = "planned"
    UNDER_WAY = "under_way"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class MissionPart(enum.StrEnum):
    """What an organization had to do with a mission."""

    MET = "met"
    PARTNER_OFFICE = "partner_office"
    INTERMEDIARY = "intermediary"
    HOST = "host"
    SPEAKER = "speaker"
    EXHIBITOR = "exhibitor"
    DELEGATE = "delegate"


class DelegateRole(enum.StrEnum):
    """What a person does in the delegation."""

    LEAD = "lead"
    CO_LEAD = "co_lead"
    MEMBER = "member"
    ADVISER = "adviser"
    INTERPRETER = "interpreter"
    ORGANIZER = "organizer"


class Attendance(enum.StrEnum):
    """Whether a delegate comes."""

    INVITED = "invited"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    CAME = "came"
    ABSENT = "absent"


class Mission(PublicId, DemoFlag, Base):
    """A trade mission, or a fair (`is_fair`). Its dates are often known only as printed.

    `objectives` has one a line. `home_zone` and `market_zone` are the two clocks of its agenda;
    `currency` is the one of its budget lines. No standing is known for what a text reports.
    """

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
    standing: Mapped[MissionStanding | None] = mapped_column(coded(MissionStanding))
    is_fair: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    home_zone: Mapped[str | None] = mapped_column(sa.String(64))
    market_zone: Mapped[str | None] = mapped_column(sa.String(64))
    delegation_size: Mapped[int | None]
    delegation_qualifier: Mapped[Qualifier | None] = mapped_column(
        coded(Qualifier, "delegation_qualifier")
    )
    delegation_as_printed: Mapped[str | None]
    objectives: Mapped[str | None]
    currency: Mapped[str | None] = mapped_column(sa.String(3))
    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"), index=True)
    version: Mapped[int] = mapped_column(default=1, server_default="1")
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
    role: Mapped[MissionPart | None] = mapped_column(coded(MissionPart))

    organization: Mapped[Organization] = relationship(lazy="raise_on_sql")


class MissionSector(Base):
    """A sector that the mission is about."""

    __tablename__ = "mission_sectors"

    mission_id: Mapped[int] = mapped_column(
        sa.ForeignKey("missions.id", ondelete="CASCADE"), primary_key=True
    )
    sector_id: Mapped[int] = mapped_column(
        sa.ForeignKey("sectors.id", ondelete="CASCADE"), primary_key=True, index=True
    )

    sector: Mapped[Sector] = relationship(lazy="raise_on_sql")


class MissionProgramme(PublicId, Base):
    """A part of a mission with a lead of its own: one minister's agri-food days."""

    __tablename__ = "mission_programmes"

    id: Mapped[Id]
    mission_id: Mapped[int] = mapped_column(
        sa.ForeignKey("missions.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str]
    led_by: Mapped[str | None]
    sector_id: Mapped[int | None] = mapped_column(sa.ForeignKey("sectors.id"))
    note: Mapped[str | None]
    document_id: Mapped[int | None] = mapped_column(sa.ForeignKey("documents.id"))


class MissionCost(PublicId, Base):
    """One budget line, in whole units of the mission's currency. Null is "not known yet"."""

    __tablename__ = "mission_costs"

    id: Mapped[Id]
    mission_id: Mapped[int] = mapped_column(
        sa.ForeignKey("missions.id", ondelete="CASCADE"), index=True
    )
    label: Mapped[str]
    budget_amount: Mapped[int | None] = mapped_column(sa.BigInteger)
    cost_amount: Mapped[int | None] = mapped_column(sa.BigInteger)


class Delegate(PublicId, DemoFlag, Base):
    """A person of our side: staff, a contact, or a name that is on no record."""

    __tablename__ = "delegates"

    id: Mapped[Id]
    mission_id: Mapped[int] = mapped_column(
        sa.ForeignKey("missions.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str]
    title: Mapped[str | None]
    role: Mapped[DelegateRole] = mapped_column(coded(DelegateRole))
    attendance: Mapped[Attendance | None] = mapped_column(coded(Attendance))
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"), index=True)
    contact_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("contacts.id", ondelete="SET NULL"), index=True
    )
    organization_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("organizations.id", ondelete="SET NULL"), index=True
    )
    note: Mapped[str | None]
    document_id: Mapped[int | None] = mapped_column(sa.ForeignKey("documents.id"))

    user: Mapped[User | None] = relationship(lazy="raise_on_sql")
    contact: Mapped[Contact | None] = relationship(lazy="raise_on_sql")
    organization: Mapped[Organization | None] = relationship(lazy="raise_on_sql")
