"""Predictions, the fitted models that made them, and what people say of the same leads."""

import enum
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Id, PublicId, TeamScoped
from models.stage import StageCode
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


class BacktestState(enum.StrEnum):
    """How far a look at a past day is."""

    ASKED = "asked"
    READY = "ready"
    FAILED = "failed"


class ScoreSettings(Base):
    """The office's wishes for its model: one row. No days: it is trained on demand alone."""

    __tablename__ = "score_settings"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    retrain_days: Mapped[int | None]
    publishes_itself: Mapped[bool] = mapped_column(default=True, server_default=sa.true())

    __table_args__ = (
        sa.CheckConstraint("id = 1", name="one_row"),
        sa.CheckConstraint("retrain_days BETWEEN 1 AND 366", name="days"),
    )


class ScorecardVersion(Base):
    """The office's scorecard as somebody saved it: points with a reason each, as JSON."""

    __tablename__ = "scorecard_versions"

    id: Mapped[Id]
    number: Mapped[int] = mapped_column(unique=True)
    content: Mapped[dict[str, Any]] = mapped_column(sa.JSON(none_as_null=True))
    note: Mapped[str | None]
    changed_at: Mapped[datetime]
    changed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    changed_by: Mapped[str]


class ModelVersion(PublicId, Base):
    """One fitted model: plain numbers as JSON with their hash, its metrics and its data cut-off.

    `scorecard_number` is the scorecard it started from, none for the one that ships; `libraries`
    are the versions it was fitted with. `refused_at`: what is stored was no longer what had been
    registered, so it does not serve.
    """

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
    scorecard_number: Mapped[int | None]
    libraries: Mapped[dict[str, str] | None] = mapped_column(sa.JSON(none_as_null=True))
    published_at: Mapped[datetime | None]
    published_by: Mapped[str | None]
    refused_at: Mapped[datetime | None]
    note: Mapped[str | None]


class Score(TeamScoped, Base):
    """One prediction for one lead by one version. Reasons are data, worded for each reader.

    Without a version it is the scorecard's alone: there is no model, or it was refused.
    """

    __tablename__ = "scores"

    id: Mapped[Id]
    lead_id: Mapped[int] = mapped_column(sa.ForeignKey("leads.id", ondelete="CASCADE"))
    version_id: Mapped[int | None] = mapped_column(
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

    version: Mapped[ModelVersion | None] = relationship(lazy="raise_on_sql")

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


class ScoreOverride(PublicId, TeamScoped, Base):
    """A chance that an officer puts in the place of the model's, with the reason for it.

    It orders the ranking until it is taken back or its last day is over; the model's own chance
    stays beside it, and both are judged by what comes. `chance_then` is what the model said.
    """

    __tablename__ = "score_overrides"

    id: Mapped[Id]
    lead_id: Mapped[int] = mapped_column(sa.ForeignKey("leads.id", ondelete="CASCADE"))
    chance: Mapped[float]
    chance_then: Mapped[float | None]
    note: Mapped[str]
    until_on: Mapped[date | None]
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    created_by: Mapped[str]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None]

    __table_args__ = (
        sa.CheckConstraint("chance BETWEEN 0 AND 1", name="chance"),
        sa.Index(None, "lead_id", "created_at"),
        sa.Index(
            "uq_score_overrides_open",
            "lead_id",
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
    )


class Backtest(PublicId, Base):
    """A past day, and the ranking as it would have been at its end.

    `metrics` are of the leads that the whole office may see.
    """

    __tablename__ = "backtests"

    id: Mapped[Id]
    day: Mapped[date]
    state: Mapped[BacktestState] = mapped_column(coded(BacktestState))
    basis: Mapped[Basis | None] = mapped_column(coded(Basis))
    metrics: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    problem: Mapped[str | None]
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    asked_by: Mapped[str]
    finished_at: Mapped[datetime | None]

    __table_args__ = (sa.Index(None, "asked_at"),)


class BacktestScore(TeamScoped, Base):
    """One lead of a backtest: what would have been said of it."""

    __tablename__ = "backtest_scores"

    id: Mapped[Id]
    backtest_id: Mapped[int] = mapped_column(sa.ForeignKey("backtests.id", ondelete="CASCADE"))
    lead_id: Mapped[int] = mapped_column(sa.ForeignKey("leads.id", ondelete="CASCADE"), index=True)
    stage: Mapped[StageCode] = mapped_column(coded(StageCode))
    likelihood: Mapped[float | None]
    probability: Mapped[float]
    within_90: Mapped[float]
    within_180: Mapped[float]
    within_365: Mapped[float]
    low: Mapped[float]
    high: Mapped[float]
    log_odds: Mapped[float]
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON(none_as_null=True))

    __table_args__ = (sa.Index(None, "backtest_id", "log_odds"),)
