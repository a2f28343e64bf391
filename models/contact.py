"""People at organizations, with their names as they write them."""

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, DemoFlag, Id, PublicId, TeamScoped
from models.organization import Organization
from models.types import coded


class Seniority(enum.StrEnum):
    """How high a person stands; the order is that of `SENIORITY_RANKS`, highest first."""

    EXECUTIVE = "executive"
    SENIOR_MANAGING = "senior_managing"
    MANAGING = "managing"
    DIRECTOR = "director"
    DIVISION_HEAD = "division_head"
    DEPARTMENT_HEAD = "department_head"
    SECTION_HEAD = "section_head"
    STAFF = "staff"


SENIORITY_RANKS = {level: rank for rank, level in enumerate(Seniority, start=1)}


class Contact(PublicId, DemoFlag, TeamScoped, Base):
    """A person at an organization. `printed_name` keeps the order on the card; never guessed."""

    __tablename__ = "contacts"

    id: Mapped[Id]
    organization_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("organizations.id", ondelete="SET NULL"), index=True
    )
    printed_name: Mapped[str]
    family_name: Mapped[str | None]
    given_name: Mapped[str | None]
    native_name: Mapped[str | None]
    reading: Mapped[str | None]
    romanized_name: Mapped[str | None]
    honorific: Mapped[str | None]
    native_title: Mapped[str | None]
    title: Mapped[str | None]
    department: Mapped[str | None]
    seniority: Mapped[Seniority | None] = mapped_column(coded(Seniority))
    email: Mapped[str | None]
    phone: Mapped[str | None]
    language: Mapped[str | None] = mapped_column(sa.String(12))
    obtained_from: Mapped[str | None]
    notes: Mapped[str | None]
    first_lead_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("leads.id", ondelete="SET NULL", use_alter=True), index=True
    )
    document_id: Mapped[int | None] = mapped_column(sa.ForeignKey("documents.id"))
    batch_id: Mapped[int | None] = mapped_column(sa.ForeignKey("import_batches.id"), index=True)
    created_at: Mapped[datetime]

    organization: Mapped[Organization | None] = relationship(lazy="raise_on_sql")

    __table_args__ = (sa.Index("ix_contacts_printed_name_public_id", "printed_name", "public_id"),)
