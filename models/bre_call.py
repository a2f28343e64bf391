"""Company visits for business retention and expansion: answers, flags, and cases to be answered."""

import enum
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, DemoFlag, Id, PublicId, TeamScoped
from models.interaction import Interaction
from models.measure import Precision
from models.mission import Mission
from models.organization import Organization, Site
from models.types import coded
from models.user import Office, Team, User


class BreStanding(enum.StrEnum):
    """How a company visit stands. A firm without a visit this season was "never called"."""

    ASKED = "asked"
    BOOKED = "booked"
    DONE = "done"
    DECLINED = "declined"


class InConfidence(enum.StrEnum):
    """How it was said that what is told stays confidential. Null is "nobody asked"."""

    NO = "no"
    IMPLICIT = "implicit"
    EXPLICIT = "explicit"


class Consent(enum.StrEnum):
    """What a company allows. Null is "nobody asked"."""

    YES = "yes"
    NO = "no"
    ASK_FIRST = "ask_first"


class Severity(enum.StrEnum):
    """What a flag warns or tells of."""

    RED = "red"
    YELLOW = "yellow"
    GREEN = "green"


class FlagAxis(enum.StrEnum):
    """Risk and expansion are two axes: a firm can be both."""

    RISK = "risk"
    EXPANSION = "expansion"


class FlagStanding(enum.StrEnum):
    """What became of a flag."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    SET_DOWN = "set_down"
    CLOSED = "closed"


class CaseOutcome(enum.StrEnum):
    """How a case ended."""

    RETAINED = "retained"
    PARTLY_RETAINED = "partly_retained"
    LOST = "lost"
    REFERRED = "referred"
    NO_RISK = "no_risk"


class BreSettings(Base):
    """Who an office names for its company visits, and how soon each flag is answered.

    The days are business days of the office's calendar.
    """

    __tablename__ = "bre_settings"

    office_id: Mapped[int] = mapped_column(
        sa.ForeignKey("offices.id", ondelete="CASCADE"), primary_key=True
    )
    team_id: Mapped[int | None] = mapped_column(sa.ForeignKey("teams.id"))
    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    backup_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    manager_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    red_reply_days: Mapped[int] = mapped_column(default=2, server_default="2")
    red_plan_days: Mapped[int] = mapped_column(default=5, server_default="5")
    red_close_days: Mapped[int] = mapped_column(default=30, server_default="30")
    yellow_reply_days: Mapped[int] = mapped_column(default=5, server_default="5")
    green_reply_days: Mapped[int] = mapped_column(default=5, server_default="5")

    team: Mapped[Team | None] = relationship(lazy="raise_on_sql")
    office: Mapped[Office] = relationship(lazy="raise_on_sql")


class QuestionnaireVersion(Base):
    """A questionnaire as it was when it was asked, whole, so that old answers keep their words."""

    __tablename__ = "questionnaire_versions"

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(sa.String(40))
    number: Mapped[int]
    content: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    is_current: Mapped[bool] = mapped_column(default=True, server_default=sa.true())
    created_at: Mapped[datetime]

    __table_args__ = (sa.UniqueConstraint("key", "number"),)


class BreCall(PublicId, DemoFlag, TeamScoped, Base):
    """A company visit of one season. That it took place is open; what was said is the team's."""

    __tablename__ = "bre_calls"

    id: Mapped[Id]
    organization_id: Mapped[int] = mapped_column(
        sa.ForeignKey("organizations.id", ondelete="CASCADE")
    )
    site_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("sites.id", ondelete="SET NULL"), index=True
    )
    mission_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("missions.id", ondelete="SET NULL"), index=True
    )
    interaction_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("interactions.id", ondelete="SET NULL"), index=True
    )
    office_id: Mapped[int | None] = mapped_column(sa.ForeignKey("offices.id"), index=True)
    questionnaire_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("questionnaire_versions.id"), index=True
    )
    season: Mapped[int | None]
    standing: Mapped[BreStanding] = mapped_column(coded(BreStanding))
    asked_on: Mapped[date | None]
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    time_zone: Mapped[str | None] = mapped_column(sa.String(64))
    visited_on: Mapped[date | None]
    visited_precision: Mapped[Precision] = mapped_column(
        coded(Precision), default=Precision.DAY, server_default="day"
    )
    visited_as_printed: Mapped[str | None]
    topic: Mapped[str | None]
    declined_reason: Mapped[str | None]
    interviewer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"), index=True)
    language: Mapped[str | None] = mapped_column(sa.String(12))
    sheet_sent_on: Mapped[date | None]
    in_confidence: Mapped[InConfidence | None] = mapped_column(coded(InConfidence))
    share_consent: Mapped[Consent | None] = mapped_column(coded(Consent, "share_consent"))
    name_consent: Mapped[Consent | None] = mapped_column(coded(Consent, "name_consent"))
    next_contact_on: Mapped[date | None]
    document_id: Mapped[int | None] = mapped_column(sa.ForeignKey("documents.id"))
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1, server_default="1")

    organization: Mapped[Organization] = relationship(lazy="raise_on_sql")
    site: Mapped[Site | None] = relationship(lazy="raise_on_sql")
    mission: Mapped[Mission | None] = relationship(lazy="raise_on_sql")
    interaction: Mapped[Interaction | None] = relationship(lazy="raise_on_sql")
    questionnaire: Mapped[QuestionnaireVersion | None] = relationship(lazy="raise_on_sql")
    interviewer: Mapped[User | None] = relationship(lazy="raise_on_sql")

    __table_args__ = (
        sa.Index(None, "organization_id", "visited_on"),
        sa.Index(None, "season", "standing"),
        sa.Index(None, "starts_at"),
    )


class BreAnswer(TeamScoped, Base):
    """One part of one question, answered or skipped. What was never asked has no row."""

    __tablename__ = "bre_answers"

    id: Mapped[Id]
    call_id: Mapped[int] = mapped_column(sa.ForeignKey("bre_calls.id", ondelete="CASCADE"))
    part: Mapped[str] = mapped_column(sa.String(80))
    value: Mapped[Any] = mapped_column(sa.JSON, nullable=True)
    is_skipped: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    in_confidence: Mapped[InConfidence | None] = mapped_column(coded(InConfidence))
    confidence_note: Mapped[str | None]
    answered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    answered_at: Mapped[datetime]

    __table_args__ = (sa.UniqueConstraint("call_id", "part"),)


class BreCase(PublicId, DemoFlag, TeamScoped, Base):
    """A risk that somebody answers for, on a clock of business days."""

    __tablename__ = "bre_cases"

    id: Mapped[Id]
    organization_id: Mapped[int] = mapped_column(
        sa.ForeignKey("organizations.id", ondelete="CASCADE"), index=True
    )
    call_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("bre_calls.id", ondelete="SET NULL"), index=True
    )
    office_id: Mapped[int | None] = mapped_column(sa.ForeignKey("offices.id"), index=True)
    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"), index=True)
    backup_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    manager_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    opened_at: Mapped[datetime]
    reply_due_at: Mapped[datetime]
    plan_due_at: Mapped[datetime]
    close_due_at: Mapped[datetime]
    replied_at: Mapped[datetime | None]
    reply_note: Mapped[str | None]
    planned_at: Mapped[datetime | None]
    plan_note: Mapped[str | None]
    escalated_at: Mapped[datetime | None]
    escalated_for: Mapped[str | None] = mapped_column(sa.String(20))
    third_parties_consent: Mapped[Consent | None] = mapped_column(
        coded(Consent, "third_parties_consent")
    )
    closed_at: Mapped[datetime | None]
    outcome: Mapped[CaseOutcome | None] = mapped_column(coded(CaseOutcome))
    outcome_note: Mapped[str | None]
    jobs_at_risk: Mapped[int | None]
    jobs_retained: Mapped[int | None]

    organization: Mapped[Organization] = relationship(lazy="raise_on_sql")
    call: Mapped[BreCall | None] = relationship(lazy="raise_on_sql")
    owner: Mapped[User | None] = relationship(lazy="raise_on_sql", foreign_keys=[owner_id])
    backup: Mapped[User | None] = relationship(lazy="raise_on_sql", foreign_keys=[backup_id])
    manager: Mapped[User | None] = relationship(lazy="raise_on_sql", foreign_keys=[manager_id])

    __table_args__ = (
        sa.Index(
            "ix_bre_cases_open",
            "reply_due_at",
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        ),
    )


class BreFlag(PublicId, DemoFlag, TeamScoped, Base):
    """One rule that fired on one call, with its evidence as it was then.

    A red that several yellows make together (`is_composed`) opens a case only when a person
    confirms it. A green one may become a lead.
    """

    __tablename__ = "bre_flags"

    id: Mapped[Id]
    call_id: Mapped[int] = mapped_column(sa.ForeignKey("bre_calls.id", ondelete="CASCADE"))
    organization_id: Mapped[int] = mapped_column(
        sa.ForeignKey("organizations.id", ondelete="CASCADE"), index=True
    )
    rule: Mapped[str] = mapped_column(sa.String(60), index=True)
    rule_version: Mapped[int]
    severity: Mapped[Severity] = mapped_column(coded(Severity))
    axis: Mapped[FlagAxis] = mapped_column(coded(FlagAxis))
    is_composed: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    evidence: Mapped[list[Any]] = mapped_column(sa.JSON)
    standing: Mapped[FlagStanding] = mapped_column(coded(FlagStanding))
    set_down_reason: Mapped[str | None]
    judged_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    judged_at: Mapped[datetime | None]
    raised_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    case_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("bre_cases.id", ondelete="SET NULL"), index=True
    )
    lead_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("leads.id", ondelete="SET NULL"), index=True
    )

    organization: Mapped[Organization] = relationship(lazy="raise_on_sql")
    call: Mapped[BreCall] = relationship(lazy="raise_on_sql")
    case: Mapped[BreCase | None] = relationship(lazy="raise_on_sql")

    __table_args__ = (
        sa.UniqueConstraint("call_id", "rule"),
        sa.Index(None, "standing", "severity", "raised_at"),
    )
