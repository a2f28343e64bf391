"""Public statements of a partnership, and what they promise. A later issue deepens them."""

import enum
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, DemoFlag, Id, PublicId, TeamScoped
from models.document import Document
from models.measure import Precision, Qualifier
from models.organization import Organization
from models.types import coded


class AnnouncementKind(enum.StrEnum):
    """What is announced."""

    NEW_ESTABLISHMENT = "new_establishment"
    EXPANSION = "expansion"
    JOINT_VENTURE = "joint_venture"
    DISTRIBUTION = "distribution"
    JOINT_RESEARCH = "joint_research"
    COMMERCIAL_PROJECT = "commercial_project"
    GOVERNMENT_MOU = "government_mou"
    PARTNERSHIP = "partnership"


class PartySide(enum.StrEnum):
    """On which side a party stands."""

    FOREIGN = "foreign"
    LOCAL = "local"
    GOVERNMENT = "government"


class Announcement(PublicId, DemoFlag, TeamScoped, Base):
    """What was, or will be, said in public. Until `embargo_until` only the lead's circle sees it.

    `lead_id` is null for announcements of others, which no total of ours counts.
    """

    __tablename__ = "announcements"

    id: Mapped[Id]
    lead_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("leads.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[AnnouncementKind] = mapped_column(coded(AnnouncementKind))
    title: Mapped[str]
    summary: Mapped[str | None]
    announced_on: Mapped[date | None]
    announced_precision: Mapped[Precision] = mapped_column(
        coded(Precision), default=Precision.DAY, server_default="day"
    )
    announced_as_printed: Mapped[str | None]
    embargo_until: Mapped[datetime | None]
    embargo_zone: Mapped[str | None] = mapped_column(sa.String(64))
    capex_amount: Mapped[int | None] = mapped_column(sa.BigInteger)
    capex_upper: Mapped[int | None] = mapped_column(sa.BigInteger)
    capex_qualifier: Mapped[Qualifier | None] = mapped_column(coded(Qualifier, "capex_qualifier"))
    capex_currency: Mapped[str | None] = mapped_column(sa.String(3))
    capex_as_printed: Mapped[str | None]
    jobs_count: Mapped[int | None]
    jobs_upper: Mapped[int | None]
    jobs_qualifier: Mapped[Qualifier | None] = mapped_column(coded(Qualifier, "jobs_qualifier"))
    jobs_as_printed: Mapped[str | None]
    source: Mapped[str | None]
    source_url: Mapped[str | None]
    document_id: Mapped[int | None] = mapped_column(sa.ForeignKey("documents.id"))
    mission_id: Mapped[int | None] = mapped_column(sa.ForeignKey("missions.id"), index=True)
    batch_id: Mapped[int | None] = mapped_column(sa.ForeignKey("import_batches.id"), index=True)
    created_at: Mapped[datetime]

    document: Mapped[Document | None] = relationship(lazy="raise_on_sql")
    parties: Mapped[list["AnnouncementParty"]] = relationship(
        lazy="raise_on_sql", passive_deletes=True
    )


class AnnouncementParty(TeamScoped, Base):
    """An organization that an announcement names."""

    __tablename__ = "announcement_parties"

    id: Mapped[Id]
    announcement_id: Mapped[int] = mapped_column(
        sa.ForeignKey("announcements.id", ondelete="CASCADE"), index=True
    )
    organization_id: Mapped[int] = mapped_column(
        sa.ForeignKey("organizations.id", ondelete="CASCADE"), index=True
    )
    side: Mapped[PartySide] = mapped_column(coded(PartySide))

    organization: Mapped[Organization] = relationship(lazy="raise_on_sql")
