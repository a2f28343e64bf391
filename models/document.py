"""Public texts that facts were taken from, and the claims each of them prints."""

import enum
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, DemoFlag, Id, PublicId
from models.types import coded


class ClaimKind(enum.StrEnum):
    """What sort of statement a text makes."""

    FACT = "fact"
    STATISTIC = "statistic"
    OBJECTIVE = "objective"
    OUTCOME = "outcome"
    METRIC = "metric"
    STATEMENT = "statement"
    INSIGHT = "insight"
    NEXT_STEP = "next_step"
    ATTRIBUTION = "attribution"
    CONTEXT = "context"


class Document(PublicId, DemoFlag, Base):
    """A public text: a release, a report. Everything taken from it says so."""

    __tablename__ = "documents"

    id: Mapped[Id]
    title: Mapped[str]
    publisher: Mapped[str | None]
    url: Mapped[str | None]
    language: Mapped[str | None] = mapped_column(sa.String(12))
    published_on: Mapped[date | None]
    published_as_printed: Mapped[str | None]


class Claim(Base):
    """One statement of one document, about one record, with the words as printed.

    Two documents may disagree: claims of one `topic` about one record stand side by side, and
    one of them may be preferred.
    """

    __tablename__ = "claims"

    id: Mapped[Id]
    document_id: Mapped[int] = mapped_column(
        sa.ForeignKey("documents.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[ClaimKind] = mapped_column(coded(ClaimKind))
    text: Mapped[str]
    quote: Mapped[str]
    organization_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("organizations.id", ondelete="CASCADE"), index=True
    )
    mission_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("missions.id", ondelete="CASCADE"), index=True
    )
    announcement_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("announcements.id", ondelete="CASCADE"), index=True
    )
    agreement_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("agreements.id", ondelete="CASCADE"), index=True
    )
    topic: Mapped[str | None] = mapped_column(sa.String(60))
    is_preferred: Mapped[bool | None]

    document: Mapped[Document] = relationship(lazy="raise_on_sql")
