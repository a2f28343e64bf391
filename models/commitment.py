"""What an announcement promises, who prints it, who agreed, who is credited, what came of it."""

import enum
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.announcement import Announcement
from models.base import Base, Id, PublicId, TeamScoped
from models.contact import Contact
from models.document import Document
from models.interaction import StoredFile
from models.measure import Precision, Qualifier
from models.organization import Organization
from models.types import coded
from models.user import Office, User


class CommitmentKind(enum.StrEnum):
    """What is promised."""

    INVESTMENT = "investment"
    JOBS_NEW = "jobs_new"
    JOBS_RETAINED = "jobs_retained"
    MARKET_SHARE = "market_share"
    TERM = "term"
    ROYALTIES = "royalties"
    INTELLECTUAL_PROPERTY = "intellectual_property"
    PRODUCT = "product"
    LOCALIZATION = "localization"
    OTHER = "other"


class Commitment(PublicId, TeamScoped, Base):
    """One promise, as printed. `amount` counts `unit`; what is not stated stays unknown."""

    __tablename__ = "commitments"

    id: Mapped[Id]
    announcement_id: Mapped[int] = mapped_column(
        sa.ForeignKey("announcements.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[CommitmentKind] = mapped_column(coded(CommitmentKind))
    text: Mapped[str | None]
    amount: Mapped[float | None]
    upper: Mapped[float | None]
    qualifier: Mapped[Qualifier | None] = mapped_column(coded(Qualifier))
    unit: Mapped[str | None]
    currency: Mapped[str | None] = mapped_column(sa.String(3))
    is_joint: Mapped[bool | None]
    as_printed: Mapped[str | None]
    document_id: Mapped[int | None] = mapped_column(sa.ForeignKey("documents.id"))


class AnnouncementSource(PublicId, TeamScoped, Base):
    """One place where the event is printed, in one language. One of them is preferred."""

    __tablename__ = "announcement_sources"

    id: Mapped[Id]
    announcement_id: Mapped[int] = mapped_column(
        sa.ForeignKey("announcements.id", ondelete="CASCADE"), index=True
    )
    document_id: Mapped[int | None] = mapped_column(sa.ForeignKey("documents.id"), index=True)
    outlet: Mapped[str | None]
    title: Mapped[str | None]
    url: Mapped[str | None]
    language: Mapped[str | None] = mapped_column(sa.String(12))
    published_on: Mapped[date | None]
    published_precision: Mapped[Precision] = mapped_column(
        coded(Precision), default=Precision.UNKNOWN, server_default="unknown"
    )
    published_as_printed: Mapped[str | None]
    is_preferred: Mapped[bool] = mapped_column(default=False, server_default=sa.false())

    document: Mapped[Document | None] = relationship(lazy="raise_on_sql")


class CreditRole(enum.StrEnum):
    """What somebody did for it."""

    INTRODUCED = "introduced"
    HELPED = "helped"


class Credit(enum.StrEnum):
    """Whether one alone opened the door, or several did."""

    FULL = "full"
    SHARED = "shared"


class ConfirmedBy(enum.StrEnum):
    """How a client confirmed who helped."""

    LINK = "link"
    EMAIL = "email"
    LETTER = "letter"


class Attribution(PublicId, TeamScoped, Base):
    """Who introduced or helped, with the client's confirmation where there is one.

    The signed link carries a random token; only its hash is kept. `share_percent` is null where
    nobody stated one; the shares of one announcement never pass a hundred.
    """

    __tablename__ = "attributions"

    id: Mapped[Id]
    announcement_id: Mapped[int] = mapped_column(
        sa.ForeignKey("announcements.id", ondelete="CASCADE"), index=True
    )
    role: Mapped[CreditRole] = mapped_column(coded(CreditRole))
    credit: Mapped[Credit | None] = mapped_column(coded(Credit))
    share_percent: Mapped[float | None]
    organization_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("organizations.id", ondelete="CASCADE"), index=True
    )
    contact_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("contacts.id", ondelete="CASCADE"), index=True
    )
    office_id: Mapped[int | None] = mapped_column(sa.ForeignKey("offices.id"), index=True)
    name: Mapped[str | None]
    text: Mapped[str | None]
    quote: Mapped[str | None]
    document_id: Mapped[int | None] = mapped_column(sa.ForeignKey("documents.id"))
    token_hash: Mapped[str | None] = mapped_column(sa.String(64), unique=True)
    link_language: Mapped[str | None] = mapped_column(sa.String(12))
    link_expires_at: Mapped[datetime | None]
    asked_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[ConfirmedBy | None] = mapped_column(coded(ConfirmedBy))
    confirmed_name: Mapped[str | None]
    declined_at: Mapped[datetime | None]
    client_words: Mapped[str | None]
    file_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("stored_files.id", ondelete="SET NULL"), index=True
    )

    organization: Mapped[Organization | None] = relationship(lazy="raise_on_sql")
    contact: Mapped[Contact | None] = relationship(lazy="raise_on_sql")
    office: Mapped[Office | None] = relationship(lazy="raise_on_sql")
    document: Mapped[Document | None] = relationship(lazy="raise_on_sql")
    file: Mapped[StoredFile | None] = relationship(lazy="raise_on_sql")

    __table_args__ = (
        sa.CheckConstraint(
            "organization_id IS NOT NULL OR contact_id IS NOT NULL"
            " OR office_id IS NOT NULL OR name IS NOT NULL",
            name="somebody",
        ),
        sa.CheckConstraint("share_percent BETWEEN 0 AND 100", name="share"),
    )


class DeliveryCheck(PublicId, TeamScoped, Base):
    """What had really come of it 12, 24 or 36 months later. Null landed is "not known"."""

    __tablename__ = "delivery_checks"

    id: Mapped[Id]
    announcement_id: Mapped[int] = mapped_column(
        sa.ForeignKey("announcements.id", ondelete="CASCADE")
    )
    months: Mapped[int]
    due_on: Mapped[date | None] = mapped_column(index=True)
    checked_on: Mapped[date | None]
    checked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    landed_jobs: Mapped[int | None]
    landed_amount: Mapped[int | None] = mapped_column(sa.BigInteger)
    currency: Mapped[str | None] = mapped_column(sa.String(3))
    evidence: Mapped[str | None]
    file_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("stored_files.id", ondelete="SET NULL"), index=True
    )

    announcement: Mapped[Announcement] = relationship(lazy="raise_on_sql")
    checked_by: Mapped[User | None] = relationship(lazy="raise_on_sql")

    __table_args__ = (sa.UniqueConstraint("announcement_id", "months"),)


class ApprovalParty(enum.StrEnum):
    """Who has to agree to the words."""

    COMPANY = "company"
    PROVINCE = "province"
    MAYOR_OFFICE = "mayor_office"
    COMMUNICATIONS = "communications"
    OTHER = "other"


class AnnouncementDraft(PublicId, TeamScoped, Base):
    """One version of the words to be said. A version never changes; the next one replaces it."""

    __tablename__ = "announcement_drafts"

    id: Mapped[Id]
    announcement_id: Mapped[int] = mapped_column(
        sa.ForeignKey("announcements.id", ondelete="CASCADE")
    )
    number: Mapped[int]
    text: Mapped[str]
    language: Mapped[str | None] = mapped_column(sa.String(12))
    written_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    written_at: Mapped[datetime]

    written_by: Mapped[User | None] = relationship(lazy="raise_on_sql")
    approvals: Mapped[list["DraftApproval"]] = relationship(
        lazy="raise_on_sql", order_by="DraftApproval.id", passive_deletes=True
    )

    __table_args__ = (sa.UniqueConstraint("announcement_id", "number"),)


class DraftApproval(PublicId, TeamScoped, Base):
    """Who agreed to one version, or refused it."""

    __tablename__ = "draft_approvals"

    id: Mapped[Id]
    draft_id: Mapped[int] = mapped_column(
        sa.ForeignKey("announcement_drafts.id", ondelete="CASCADE"), index=True
    )
    party: Mapped[ApprovalParty] = mapped_column(coded(ApprovalParty))
    name: Mapped[str | None]
    is_agreed: Mapped[bool | None]
    decided_at: Mapped[datetime | None]
    note: Mapped[str | None]
    recorded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
