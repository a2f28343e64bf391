"""Who did what, and when."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, TeamScoped


class AuditEntry(TeamScoped, Base):
    """One act: the record it touched and, for a change, each field's old and new value.

    Append-only. `actor_name` outlives the user; secrets and texts of files are never in `changes`.
    """

    __tablename__ = "audit_entries"

    id: Mapped[Id]
    at: Mapped[datetime] = mapped_column(index=True)
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id", ondelete="SET NULL"))
    actor_name: Mapped[str]
    action: Mapped[str] = mapped_column(sa.String(40))
    record_type: Mapped[str] = mapped_column(sa.String(40))
    record_id: Mapped[int | None]
    lead_id: Mapped[int | None] = mapped_column(index=True)
    reason: Mapped[str | None]
    changes: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))

    __table_args__ = (sa.Index(None, "record_type", "record_id"),)
