"""Files brought in, and what each of their rows did, so that a batch can be undone."""

import enum
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, PublicId, TeamScoped
from models.types import coded


class BatchKind(enum.StrEnum):
    """What one row of the file is."""

    LEADS = "leads"
    STAGES = "stages"
    ORGANIZATIONS = "organizations"
    CONTACTS = "contacts"
    INTERACTIONS = "interactions"


class BatchState(enum.StrEnum):
    """A draft has been read but not applied; a job reads and applies what is long."""

    DRAFT = "draft"
    READING = "reading"
    APPLYING = "applying"
    FAILED = "failed"
    APPLIED = "applied"
    KEPT = "kept"
    UNDONE = "undone"


class RowAction(enum.StrEnum):
    """What a row did."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    SKIPPED = "skipped"


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
    options: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
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
    organization_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("organizations.id", ondelete="CASCADE"), index=True
    )
    contact_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("contacts.id", ondelete="CASCADE"), index=True
    )
    interaction_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("interactions.id", ondelete="CASCADE"), index=True
    )
    before: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))

    __table_args__ = (sa.UniqueConstraint("batch_id", "row_number"),)


class PreparedRow(Base):
    """One row of a long file, read, matched and checked by a job, and not yet applied."""

    __tablename__ = "prepared_rows"

    batch_id: Mapped[int] = mapped_column(
        sa.ForeignKey("import_batches.id", ondelete="CASCADE"), primary_key=True
    )
    row_number: Mapped[int] = mapped_column(primary_key=True)
    values: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    problems: Mapped[list[Any] | None] = mapped_column(sa.JSON(none_as_null=True))


class ColumnMapping(Base):
    """How an office's files of one kind, with these headers, were read the last time."""

    __tablename__ = "column_mappings"

    id: Mapped[Id]
    office_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("offices.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[BatchKind] = mapped_column(coded(BatchKind))
    headers_sha256: Mapped[str] = mapped_column(sa.String(64))
    mapping: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    used_at: Mapped[datetime]

    __table_args__ = (sa.Index(None, "headers_sha256"),)
