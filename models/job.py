"""Work that outlives a request: a row here is the promise that it will be done."""

import enum
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, PublicId
from models.types import coded


class JobState(enum.StrEnum):
    """A running job whose lease has run out is taken up again."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Job(PublicId, Base):
    """One piece of work, who asked for it, and how far it is.

    A worker holds a job by its `token` until `lease_until`, and says so anew while it works.
    """

    __tablename__ = "jobs"

    id: Mapped[Id]
    kind: Mapped[str] = mapped_column(sa.String(40))
    state: Mapped[JobState] = mapped_column(coded(JobState))
    payload: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    step: Mapped[str | None]
    done_count: Mapped[int] = mapped_column(default=0)
    total_count: Mapped[int | None]
    problem: Mapped[str | None]
    attempt_count: Mapped[int] = mapped_column(default=0)
    token: Mapped[str | None] = mapped_column(sa.String(32))
    lease_until: Mapped[datetime | None]
    batch_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("import_batches.id", ondelete="CASCADE"), index=True
    )
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]

    __table_args__ = (sa.Index("ix_jobs_state_created_at", "state", "created_at"),)
