"""Organizations that were, or were not, one and the same."""

import enum
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, PublicId, TeamScoped
from models.types import coded


class OrganizationMerge(PublicId, TeamScoped, Base):
    """One organization that went into another, with what it takes to part them again.

    `absorbed` holds the rows that were the absorbed one's own, by table; `moved` the keys of the
    rows of others that now name the survivor, and what was dropped as a repetition.
    """

    __tablename__ = "organization_merges"

    id: Mapped[Id]
    organization_id: Mapped[int] = mapped_column(
        sa.ForeignKey("organizations.id", ondelete="CASCADE"), index=True
    )
    absorbed_public_id: Mapped[str] = mapped_column(sa.String(16), index=True)
    absorbed_name: Mapped[str]
    absorbed: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    moved: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    actor_name: Mapped[str]
    merged_at: Mapped[datetime] = mapped_column(index=True)
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str | None]


class DistinctPair(Base):
    """Somebody said that these two are not the same; nobody is asked again."""

    __tablename__ = "distinct_pairs"

    organization_id: Mapped[int] = mapped_column(
        sa.ForeignKey("organizations.id", ondelete="CASCADE"), primary_key=True
    )
    other_id: Mapped[int] = mapped_column(
        sa.ForeignKey("organizations.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    decided_at: Mapped[datetime]

    __table_args__ = (sa.CheckConstraint("organization_id < other_id", name="in_order"),)


class NoticeState(enum.StrEnum):
    """What the steward did about a pair."""

    OPEN = "open"
    TOLD = "told"
    DISMISSED = "dismissed"


class StewardNotice(PublicId, TeamScoped, Base):
    """Somebody entered what may be an organization that they may not see.

    `organization_id` is the hidden one, `other_id` the new one. Only stewards read this.
    """

    __tablename__ = "steward_notices"

    id: Mapped[Id]
    organization_id: Mapped[int] = mapped_column(
        sa.ForeignKey("organizations.id", ondelete="CASCADE"), index=True
    )
    other_id: Mapped[int] = mapped_column(
        sa.ForeignKey("organizations.id", ondelete="CASCADE"), index=True
    )
    reason: Mapped[str]
    state: Mapped[NoticeState] = mapped_column(coded(NoticeState))
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    noticed_at: Mapped[datetime]
    settled_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    settled_at: Mapped[datetime | None]
