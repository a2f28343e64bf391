"""Trade agreements, memoranda, committees and market figures, and what cites them."""

import enum
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.announcement import Announcement
from models.base import Base, DemoFlag, Id, PublicId, TeamScoped
from models.document import Document
from models.lead import Lead
from models.measure import Precision, Qualifier
from models.organization import Sector
from models.types import coded


class AgreementKind(enum.StrEnum):
    """What sort of frame it is."""

    TRADE_AGREEMENT = "trade_agreement"
    MOU = "mou"
    COMMITTEE = "committee"
    STRATEGY = "strategy"


class Agreement(PublicId, DemoFlag, Base):
    """A frame that governments set: its scope, and since when it holds."""

    __tablename__ = "agreements"

    id: Mapped[Id]
    kind: Mapped[AgreementKind] = mapped_column(coded(AgreementKind))
    name: Mapped[str]
    short_name: Mapped[str | None]
    scope: Mapped[str | None]
    effective_on: Mapped[date | None]
    effective_precision: Mapped[Precision] = mapped_column(
        coded(Precision), default=Precision.UNKNOWN, server_default="unknown"
    )
    effective_as_printed: Mapped[str | None]
    signed_on: Mapped[date | None]
    signed_precision: Mapped[Precision] = mapped_column(
        coded(Precision, "signed_precision"), default=Precision.UNKNOWN, server_default="unknown"
    )
    signed_as_printed: Mapped[str | None]
    ends_on: Mapped[date | None]
    note: Mapped[str | None]
    url: Mapped[str | None]
    document_id: Mapped[int | None] = mapped_column(sa.ForeignKey("documents.id"))
    announcement_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("announcements.id", ondelete="SET NULL"), index=True
    )
    created_at: Mapped[datetime]

    document: Mapped[Document | None] = relationship(lazy="raise_on_sql")
    countries: Mapped[list["AgreementCountry"]] = relationship(
        lazy="raise_on_sql", passive_deletes=True
    )
    sectors: Mapped[list["AgreementSector"]] = relationship(
        lazy="raise_on_sql", passive_deletes=True
    )

    __table_args__ = (sa.Index(None, "name", "public_id"),)


class AgreementCountry(Base):
    """A country that an agreement binds."""

    __tablename__ = "agreement_countries"

    agreement_id: Mapped[int] = mapped_column(
        sa.ForeignKey("agreements.id", ondelete="CASCADE"), primary_key=True
    )
    country: Mapped[str] = mapped_column(sa.String(2), primary_key=True)


class AgreementSector(Base):
    """A sector that an agreement is about."""

    __tablename__ = "agreement_sectors"

    agreement_id: Mapped[int] = mapped_column(
        sa.ForeignKey("agreements.id", ondelete="CASCADE"), primary_key=True
    )
    sector_id: Mapped[int] = mapped_column(
        sa.ForeignKey("sectors.id", ondelete="CASCADE"), primary_key=True, index=True
    )

    sector: Mapped[Sector] = relationship(lazy="raise_on_sql")


class Statistic(PublicId, DemoFlag, Base):
    """A figure about a market with its year and its source; a rank or words may stand for one.

    `amount` counts `unit` (a currency's whole units, vehicles, percent ...). The currency of a
    figure that names none stays unknown.
    """

    __tablename__ = "statistics"

    id: Mapped[Id]
    title: Mapped[str]
    subject: Mapped[str | None]
    country: Mapped[str | None] = mapped_column(sa.String(2))
    sector_id: Mapped[int | None] = mapped_column(sa.ForeignKey("sectors.id"))
    amount: Mapped[float | None]
    upper: Mapped[float | None]
    qualifier: Mapped[Qualifier | None] = mapped_column(coded(Qualifier))
    unit: Mapped[str | None]
    currency: Mapped[str | None] = mapped_column(sa.String(3))
    as_printed: Mapped[str | None]
    year: Mapped[int | None]
    note: Mapped[str | None]
    source: Mapped[str | None]
    document_id: Mapped[int | None] = mapped_column(sa.ForeignKey("documents.id"))
    created_at: Mapped[datetime]

    document: Mapped[Document | None] = relationship(lazy="raise_on_sql")

    __table_args__ = (sa.Index(None, "country", "year"), sa.Index(None, "title", "public_id"))


class Citation(TeamScoped, Base):
    """A lead, an announcement or a mission that cites an agreement or a figure.

    `known_at` is when the office noted it, which is what training reads.
    """

    __tablename__ = "citations"

    id: Mapped[Id]
    agreement_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("agreements.id", ondelete="CASCADE"), index=True
    )
    statistic_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("statistics.id", ondelete="CASCADE"), index=True
    )
    lead_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("leads.id", ondelete="CASCADE"), index=True
    )
    announcement_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("announcements.id", ondelete="CASCADE"), index=True
    )
    mission_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("missions.id", ondelete="CASCADE"), index=True
    )
    note: Mapped[str | None]
    known_at: Mapped[datetime]

    agreement: Mapped[Agreement | None] = relationship(lazy="raise_on_sql")
    statistic: Mapped[Statistic | None] = relationship(lazy="raise_on_sql")
    lead: Mapped[Lead | None] = relationship(lazy="raise_on_sql")
    announcement: Mapped[Announcement | None] = relationship(lazy="raise_on_sql")

    __table_args__ = (
        sa.CheckConstraint(
            "agreement_id IS NOT NULL OR statistic_id IS NOT NULL", name="cites_something"
        ),
        sa.CheckConstraint(
            "lead_id IS NOT NULL OR announcement_id IS NOT NULL OR mission_id IS NOT NULL",
            name="cited_somewhere",
        ),
    )
