"""Reports that are kept: saved ones, what was published of them, who is sent which, and rates."""

import enum
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Id, PublicId
from models.mail import OutgoingMail
from models.types import coded
from models.user import Office, User


class Audience(enum.StrEnum):
    """For whom an edition of the brief is written."""

    COUNCIL = "council"
    CLOSED = "closed"
    DIRECTOR = "director"


class Rhythm(enum.StrEnum):
    """How often a report is sent."""

    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"


class ReportFormat(enum.StrEnum):
    """What a recipient finds attached."""

    PDF = "pdf"
    XLSX = "xlsx"
    CSV = "csv"


class SendingState(enum.StrEnum):
    """What became of one copy of a report."""

    WAITING = "waiting"
    HANDED_OVER = "handed_over"
    FAILED = "failed"


class ExchangeRate(PublicId, Base):
    """What one unit of a currency is worth in another on a day, and who says so."""

    __tablename__ = "exchange_rates"

    id: Mapped[Id]
    currency: Mapped[str] = mapped_column(sa.String(3))
    target: Mapped[str] = mapped_column(sa.String(3))
    stated_on: Mapped[date]
    rate: Mapped[float]
    source: Mapped[str]
    entered_at: Mapped[datetime]
    entered_by: Mapped[str]

    __table_args__ = (
        sa.UniqueConstraint("currency", "target", "stated_on"),
        sa.CheckConstraint("rate > 0", name="rate"),
    )


class SavedReport(PublicId, Base):
    """A report with its filters under a name: private, or for everybody who may read reports."""

    __tablename__ = "saved_reports"

    id: Mapped[Id]
    name: Mapped[str]
    kind: Mapped[str] = mapped_column(sa.String(40))
    params: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    is_shared: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    owner_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"))
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1, server_default="1")

    owner: Mapped[User] = relationship(lazy="raise_on_sql")

    __table_args__ = (sa.UniqueConstraint("owner_id", "name"),)


class ReportSubscription(PublicId, Base):
    """A saved report that somebody is sent; each copy is computed with that person's rights."""

    __tablename__ = "report_subscriptions"

    id: Mapped[Id]
    report_id: Mapped[int] = mapped_column(
        sa.ForeignKey("saved_reports.id", ondelete="CASCADE"), index=True
    )
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"))
    rhythm: Mapped[Rhythm] = mapped_column(coded(Rhythm))
    weekday: Mapped[int | None]
    format: Mapped[ReportFormat] = mapped_column(coded(ReportFormat))
    is_active: Mapped[bool] = mapped_column(default=True, server_default=sa.true())
    next_at: Mapped[datetime]
    created_at: Mapped[datetime]
    created_by: Mapped[str]

    report: Mapped[SavedReport] = relationship(lazy="raise_on_sql")
    user: Mapped[User] = relationship(lazy="raise_on_sql")

    __table_args__ = (
        sa.UniqueConstraint("report_id", "user_id"),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        sa.Index(None, "is_active", "next_at"),
    )


class ReportSending(Base):
    """One copy of a subscribed report: when it was due, and whether the mail room has it.

    A copy that could not be made is tried once more; what the mail room says is on the mail.
    """

    __tablename__ = "report_sendings"

    id: Mapped[Id]
    subscription_id: Mapped[int] = mapped_column(
        sa.ForeignKey("report_subscriptions.id", ondelete="CASCADE")
    )
    due_at: Mapped[datetime]
    state: Mapped[SendingState] = mapped_column(coded(SendingState))
    attempt_count: Mapped[int] = mapped_column(default=0, server_default="0")
    retry_at: Mapped[datetime | None]
    problem: Mapped[str | None]
    mail_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("outgoing_mails.id", ondelete="SET NULL"), index=True
    )
    finished_at: Mapped[datetime | None]

    mail: Mapped[OutgoingMail | None] = relationship(lazy="raise_on_sql")

    __table_args__ = (
        sa.UniqueConstraint("subscription_id", "due_at"),
        sa.Index(None, "state", "retry_at"),
    )


class ReportEdition(PublicId, Base):
    """A report as it was published: its figures are kept, whatever is learnt later.

    `opening` is the sentence of what changed, which the director may have edited. An edition
    `is_public` when it was computed in public mode; any other is for directors. `time_zone` is
    the office's when its days were drawn; editions of earlier versions do not say it.
    """

    __tablename__ = "report_editions"

    id: Mapped[Id]
    kind: Mapped[str] = mapped_column(sa.String(40))
    audience: Mapped[Audience] = mapped_column(coded(Audience))
    title: Mapped[str]
    params: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    as_of: Mapped[date]
    compare_on: Mapped[date | None]
    office_id: Mapped[int | None] = mapped_column(sa.ForeignKey("offices.id"))
    opening: Mapped[str | None]
    figures: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    model_number: Mapped[int | None]
    is_public: Mapped[bool]
    time_zone: Mapped[str | None]
    published_at: Mapped[datetime]
    published_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    published_by: Mapped[str]
    withdrawn_at: Mapped[datetime | None]

    office: Mapped[Office | None] = relationship(lazy="raise_on_sql")

    __table_args__ = (sa.Index(None, "kind", "as_of"), sa.Index(None, "published_at"))


class Forecast(Base):
    """What was to be expected on a day, from leads that the whole office may see.

    `is_own` when it was made on that day; else it was computed later from what was known then.
    """

    __tablename__ = "forecasts"

    id: Mapped[Id]
    day: Mapped[date]
    is_own: Mapped[bool]
    made_at: Mapped[datetime]
    basis: Mapped[str] = mapped_column(sa.String(32))
    model_number: Mapped[int | None]
    figures: Mapped[dict[str, Any]] = mapped_column(sa.JSON)

    __table_args__ = (sa.UniqueConstraint("day", "is_own"),)


class SavedView(PublicId, Base):
    """A list as somebody likes it: its filters, order and columns, as its address holds them."""

    __tablename__ = "saved_views"

    id: Mapped[Id]
    place: Mapped[str] = mapped_column(sa.String(40))
    name: Mapped[str]
    query: Mapped[str]
    is_shared: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    owner_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"))
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1, server_default="1")

    owner: Mapped[User] = relationship(lazy="raise_on_sql")

    __table_args__ = (
        sa.UniqueConstraint("owner_id", "place", "name"),
        sa.Index(None, "place", "is_shared"),
    )


class DefaultView(Base):
    """The saved view that a list opens with for one person: an own one, or a shared one."""

    __tablename__ = "default_views"

    id: Mapped[Id]
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"))
    place: Mapped[str] = mapped_column(sa.String(40))
    view_id: Mapped[int] = mapped_column(
        sa.ForeignKey("saved_views.id", ondelete="CASCADE"), index=True
    )

    view: Mapped[SavedView] = relationship(lazy="raise_on_sql")

    __table_args__ = (sa.UniqueConstraint("user_id", "place"),)
