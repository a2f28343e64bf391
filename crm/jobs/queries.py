"""What pages read of jobs."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.job import Job


def find_job_of_batch(session: Session, batch_id: int) -> Job | None:
    """The newest job of an import; whoever may see the import may see how far it is."""
    return session.scalars(
        sa.select(Job).where(Job.batch_id == batch_id).order_by(Job.id.desc()).limit(1)
    ).one_or_none()
