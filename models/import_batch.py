"""Files brought in, and what each of their rows did, so that a batch can be undone."""

import enum
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, PublicId, TeamScoped
from models.types import coded


class BatchKind(enum.StrEnum):
    """A row a lead, or a row a stage change."""

    LEADS = "leads"
    STAGES = "stages"


class BatchState(enum.StrEnum):
    """A draft has been read but not applied."""

    DRAFT = "draft"
    APPLIED = "applied"
    KEPT = "kept"
    UNDONE = "undone"


class RowAction(enum.StrEnum):
    """What a row did."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


class ImportBatch(PublicId, Base):
    """One file, with who brought it, how it was read and what came of it."""

    __tablename__ = "import_batches"

    id: Mapped[Id]
    kind: Mapped[BatchKind] = mapped_column(coded(BatchKind))
    state: Mapped[BatchState] = mapped_column(coded(BatchState))
    file_name: Mapped[str]
    sha256: Mapped[str] = mapped_column(sa.String(64))
    encoding: Mapped[str | None] = mapped_column(sa.String(40))
    mapping: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    row_count: Mapped[int]
    created_count: Mapped[int]
    updated_count: Mapped[int]
    summary: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"), index=True)
    actor_name: Mapped[str]
    created_at: Mapped[datetime]


class ImportRow(TeamScoped, Base):
    """One row of a batch: the lead it touched and, for an update, what stood there before."""

    __tablename__ = "import_rows"

    id: Mapped[Id]
    batch_id: Mapped[int] = mapped_column(sa.ForeignKey("import_batches.id", ondelete="CASCADE"))
    row_number: Mapped[int]
    action: Mapped[RowAction] = mapped_column(coded(RowAction))
    lead_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("leads.id", ondelete="CASCADE"), index=True
    )
    before: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))

    __table_args__ = (sa.UniqueConstraint("batch_id", "row_number"),)
