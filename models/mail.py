"""Letters that wait for the mail server; a worker sends them."""

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Id, PublicId
from models.types import coded
from models.user import User


class MailKind(enum.StrEnum):
    """What a letter is about. None of them names a company."""

    RED_FLAG = "red_flag"
    CASE_LATE = "case_late"
    EMBARGO_OVER = "embargo_over"
    REPORT = "report"


class OutgoingMail(PublicId, Base):
    """One letter to one person, written when its cause was, sent as soon as the server takes it."""

    __tablename__ = "outgoing_mails"

    id: Mapped[Id]
    kind: Mapped[MailKind] = mapped_column(coded(MailKind))
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"), index=True)
    to_address: Mapped[str | None]
    subject: Mapped[str]
    body: Mapped[str]
    created_at: Mapped[datetime]
    next_try_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    last_error: Mapped[str | None]
    sent_at: Mapped[datetime | None]

    user: Mapped[User | None] = relationship(lazy="raise_on_sql")

    __table_args__ = (
        sa.Index(
            "ix_outgoing_mails_waiting",
            "next_try_at",
            sqlite_where=sa.text("sent_at IS NULL"),
            postgresql_where=sa.text("sent_at IS NULL"),
        ),
    )


class MailAttachment(Base):
    """A file that goes with a letter; it is deleted once the letter has gone."""

    __tablename__ = "mail_attachments"

    id: Mapped[Id]
    mail_id: Mapped[int] = mapped_column(
        sa.ForeignKey("outgoing_mails.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str]
    media_type: Mapped[str]
    content: Mapped[bytes] = mapped_column(sa.LargeBinary)
