"""Public statements of a partnership: what, by whom, whose it is, and from when it is public."""

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


class Whose(enum.StrEnum):
    """Whose success it is: reports count the first two."""

    OURS = "ours"
    SHARED = "shared"
    OTHERS = "others"


class Release(enum.StrEnum):
    """What makes it public when its embargo ends."""

    BY_OWNER = "by_owner"
    AUTOMATIC = "automatic"


class Announcement(PublicId, DemoFlag, TeamScoped, Base):
    """What was, or will be, said in public. Until `public_at` only the lead's circle sees it.

    `public_at` is the one moment that every channel reads: null while nobody released it (or it
    is held), the embargo's moment where that is automatic, earlier where it was broken.
    `embargo_until` was set in `embargo_zone`. `lead_id` is null for announcements of others.
    `our_share_percent` is stated where `whose` is shared.
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
    public_at: Mapped[datetime | None] = mapped_column(index=True)
    release: Mapped[Release] = mapped_column(
        coded(Release), default=Release.BY_OWNER, server_default="by_owner"
    )
    is_held: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    is_broken_early: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    release_note: Mapped[str | None]
    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"), index=True)
    whose: Mapped[Whose | None] = mapped_column(coded(Whose))
    our_share_percent: Mapped[float | None]
    is_made_on_mission: Mapped[bool | None]
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
    version: Mapped[int] = mapped_column(default=1, server_default="1")

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
    part: Mapped[str | None]

    organization: Mapped[Organization] = relationship(lazy="raise_on_sql")
