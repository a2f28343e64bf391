"""Predictions, and the fitted models that made them."""

import enum
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Id, PublicId, TeamScoped
from models.types import coded


class Basis(enum.StrEnum):
    """What a chance rests on; a person sees it on every score."""

    SCORECARD = "scorecard"
    MODEL = "model"
    BASE_RATE = "base_rate"


class VersionState(enum.StrEnum):
    """Whether a version serves."""

    CANDIDATE = "candidate"
    PUBLISHED = "published"
    RETIRED = "retired"


class ModelVersion(PublicId, Base):
    """One fitted model: plain numbers as JSON with their hash, its metrics and its data cut-off."""

    __tablename__ = "model_versions"

    id: Mapped[Id]
    number: Mapped[int] = mapped_column(unique=True)
    state: Mapped[VersionState] = mapped_column(coded(VersionState))
    basis: Mapped[Basis] = mapped_column(coded(Basis))
    cut_off_at: Mapped[datetime]
    trained_at: Mapped[datetime]
    trained_by: Mapped[str]
    lead_count: Mapped[int]
    closed_count: Mapped[int]
    announced_count: Mapped[int]
    metrics: Mapped[dict[str, Any]] = mapped_column(sa.JSON(none_as_null=True))
    artefact: Mapped[str]
    sha256: Mapped[str] = mapped_column(sa.String(64))


class Score(TeamScoped, Base):
    """One prediction for one lead by one version. Reasons are data, worded for each reader."""

    __tablename__ = "scores"

    id: Mapped[Id]
    lead_id: Mapped[int] = mapped_column(sa.ForeignKey("leads.id", ondelete="CASCADE"))
    version_id: Mapped[int] = mapped_column(
        sa.ForeignKey("model_versions.id", ondelete="CASCADE"), index=True
    )
    is_current: Mapped[bool]
    as_of: Mapped[datetime]
    basis: Mapped[Basis] = mapped_column(coded(Basis))
    probability: Mapped[float]
    within_90: Mapped[float]
    within_180: Mapped[float]
    within_365: Mapped[float]
    low: Mapped[float]
    high: Mapped[float]
    log_odds: Mapped[float]
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON(none_as_null=True))

    version: Mapped[ModelVersion] = relationship(lazy="raise_on_sql")

    __table_args__ = (
        sa.Index(None, "lead_id", "as_of"),
        sa.Index(
            "uq_scores_current",
            "lead_id",
            unique=True,
            sqlite_where=sa.text("is_current"),
            postgresql_where=sa.text("is_current"),
        ),
    )
