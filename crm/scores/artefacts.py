"""Stored models: read as whatever lies there, believed only when it is what was registered.

The hash tells a model that was damaged or exchanged; whoever can write to the database can forge
both, so what the artefact says is checked as well (`scoring.registry`, `scoring.trained`). It is
JSON of plain numbers: at the worst it says wrong chances, it never runs.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, defer

from crm import audit
from models.errors import DomainError, N_
from models.score import ModelVersion, VersionState

if TYPE_CHECKING:
    from scoring import TrainedModel


def published_version(session: Session) -> ModelVersion | None:
    """The version in use, sound or not."""
    return session.scalars(
        sa.select(ModelVersion)
        .where(ModelVersion.state == VersionState.PUBLISHED)
        .order_by(ModelVersion.number.desc())
        .options(without_artefact())
    ).first()


def sound_model(session: Session, version: ModelVersion) -> "TrainedModel":
    """A version's model, rebuilt after checking its hash and its structure.

    Raises:
        DomainError: the artefact is not the one that was registered, or cannot be a model.
    """
    from scoring import TrainedModel

    artefact = registered_artefact(session, version)
    if artefact is None:
        raise DomainError(
            N_(
                "The model stored as version %(number)s is not the one that was registered: its"
                " hash differs. Train a new one, or publish another version."
            ),
            number=version.number,
        )
    model = TrainedModel.from_json(artefact)
    if model.basis != version.basis.value:
        raise DomainError(
            N_("The model stored as version %(number)s rests on something else than was noted."),
            number=version.number,
        )
    return model


def registered_artefact(session: Session, version: ModelVersion) -> str | None:
    """The artefact of a version, where it is the one whose hash was noted at training."""
    from scoring.registry import sha256

    artefact = stored_artefact(session, version.id)
    if artefact is None or sha256(artefact) != version.sha256:
        return None
    return artefact


def stored_artefact(session: Session, version_id: int) -> str | None:
    """The artefact as it lies there; None where that is no text at all.

    It is read apart from its row, and as bytes: SQLite gives whatever somebody wrote.
    """
    column: sa.ColumnElement[Any] = ModelVersion.artefact.expression
    if session.get_bind().dialect.name == "sqlite":
        column = sa.cast(column, sa.LargeBinary)
    found = session.scalar(sa.select(column).where(ModelVersion.id == version_id))
    if isinstance(found, bytes):
        try:
            return found.decode("utf-8")
        except UnicodeDecodeError:
            return None
    return found if isinstance(found, str) else None


def refuse(session: Session, version_id: int, why: str, *, now: datetime) -> None:
    """Note that what is stored is not what was registered: the scorecard serves instead."""
    version = session.get_one(ModelVersion, version_id, options=[without_artefact()])
    if version.refused_at is not None:
        return
    version.refused_at = now
    audit.record(
        session,
        "refused",
        "model_versions",
        now=now,
        record_id=version.id,
        reason=why,
    )


def without_artefact() -> Any:
    """Leave the artefact where it is: it is large, and read by `stored_artefact` alone."""
    return defer(ModelVersion.artefact, raiseload=True)
