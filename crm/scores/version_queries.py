"""What pages read of the model: which version says the chances, and what was found of each."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.scores.artefacts import published_version, without_artefact
from models.score import Basis, ModelVersion, Score


@dataclass(frozen=True, slots=True)
class Freshness:
    """What the shown chances rest on, and how old they are.

    `version` is the one in use. With `is_refused` it does not serve: what is stored is not what
    was registered, and the scorecard speaks until another is trained or published. `serves` is
    what the last scoring rested on, None before the first.
    """

    version: ModelVersion | None
    scored_at: datetime | None
    serves: Basis | None = None

    @property
    def is_refused(self) -> bool:
        """Whether the version in use was refused, so that the scorecard serves."""
        return self.version is not None and self.version.refused_at is not None


def freshness(session: Session) -> Freshness:
    """The version in use, and the last scoring as far as the reader sees it."""
    last = session.execute(
        sa.select(Score.as_of, Score.basis)
        .where(Score.is_current)
        .order_by(Score.id.desc())
        .limit(1)
    ).one_or_none()
    version = published_version(session)
    if last is None:
        return Freshness(version, None)
    return Freshness(version, last.as_of, last.basis)


def list_versions(session: Session, limit: int | None = 20) -> list[ModelVersion]:
    """The newest versions, newest first, without what they are made of."""
    return list(
        session.scalars(
            sa.select(ModelVersion)
            .order_by(ModelVersion.number.desc())
            .limit(limit)
            .options(without_artefact())
        )
    )
