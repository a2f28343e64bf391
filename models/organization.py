"""Firms and bodies, every name they bear, how they belong together, and where they sit here."""

import enum
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, DemoFlag, Id, PublicId, TeamScoped
from models.measure import Qualifier
from models.types import coded


class OrganizationRole(enum.StrEnum):
    """What an organization is to the office; one may be several at once."""

    PROSPECT = "prospect"
    INVESTOR = "investor"
    LOCAL_PARTNER = "local_partner"
    INTERMEDIARY = "intermediary"
    GOVERNMENT = "government"
    INSTITUTION = "institution"


class Script(enum.StrEnum):
    """ISO 15924 codes of the scripts that names are written in."""

    LATIN = "Latn"
    HAN = "Hani"
    JAPANESE = "Jpan"
    KANA = "Kana"
    HANGUL = "Hang"
    OTHER = "Zyyy"


class NameKind(enum.StrEnum):
    """What sort of name it is."""

    LEGAL = "legal"
    BRAND = "brand"
    KANA = "kana"
    ROMAJI = "romaji"
    OFFICIAL_ENGLISH = "official_english"
    SHORT = "short"
    ACRONYM = "acronym"
    FORMER = "former"


class RelationKind(enum.StrEnum):
    """How the first organization stands to the second."""

    PARENT = "parent"
    GROUP_MEMBER = "group_member"
    BUSINESS_UNIT = "business_unit"
    SUBSIDIARY = "subsidiary"
    JOINT_VENTURE = "joint_venture"


class IdentifierScheme(enum.StrEnum):
    """Public registers that number organizations."""

    JP_CORPORATE_NUMBER = "jp_corporate_number"
    KR_BUSINESS_NUMBER = "kr_business_number"
    KR_CORPORATE_NUMBER = "kr_corporate_number"
    CA_BUSINESS_NUMBER = "ca_business_number"
    LEI = "lei"
    EDINET = "edinet"


class SiteRole(enum.StrEnum):
    """What a facility here does."""

    HEAD_OFFICE = "head_office"
    PLANT = "plant"
    SALES = "sales"
    RESEARCH = "research"
    LOGISTICS = "logistics"
    OFFICE = "office"


class Sector(DemoFlag, Base):
    """A sector as this office names it. Imports add the ones they bring."""

    __tablename__ = "sectors"

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(sa.String(80), unique=True)
    name_en: Mapped[str]
    name_fr: Mapped[str | None]


class Organization(PublicId, DemoFlag, TeamScoped, Base):
    """A firm or body. `name` is the Latin name on lists, `native_name` the one in its script.

    `first_lead_id` is the lead it was first entered through: while that lead is restricted, so
    is the organization. A placeholder stands for one that a text leaves unnamed. `reference` is
    the office's own, as its files have it; nothing makes it unique.
    """

    __tablename__ = "organizations"

    id: Mapped[Id]
    reference: Mapped[str | None] = mapped_column(sa.String(120), index=True)
    name: Mapped[str]
    native_name: Mapped[str | None]
    native_language: Mapped[str | None] = mapped_column(sa.String(12))
    country: Mapped[str | None] = mapped_column(sa.String(2))
    city: Mapped[str | None]
    sector_id: Mapped[int | None] = mapped_column(sa.ForeignKey("sectors.id"))
    website: Mapped[str | None]
    fiscal_year_end_month: Mapped[int | None]
    is_placeholder: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    description: Mapped[str | None]
    first_lead_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("leads.id", ondelete="SET NULL", use_alter=True), index=True
    )
    document_id: Mapped[int | None] = mapped_column(sa.ForeignKey("documents.id"))
    batch_id: Mapped[int | None] = mapped_column(sa.ForeignKey("import_batches.id"), index=True)
    created_at: Mapped[datetime]

    sector: Mapped[Sector | None] = relationship(lazy="raise_on_sql")
    names: Mapped[list["OrganizationName"]] = relationship(
        lazy="raise_on_sql", order_by="OrganizationName.id", passive_deletes=True
    )
    roles: Mapped[list["OrganizationRoleLink"]] = relationship(
        lazy="raise_on_sql", passive_deletes=True
    )
    identifiers: Mapped[list["OrganizationIdentifier"]] = relationship(
        lazy="raise_on_sql", passive_deletes=True
    )
    sites: Mapped[list["Site"]] = relationship(lazy="raise_on_sql", passive_deletes=True)

    __table_args__ = (
        sa.Index("ix_organizations_name_public_id", "name", "public_id"),
        sa.Index(None, "country"),
    )


class OrganizationRoleLink(Base):
    """One role of one organization."""

    __tablename__ = "organization_roles"

    organization_id: Mapped[int] = mapped_column(
        sa.ForeignKey("organizations.id", ondelete="CASCADE"), primary_key=True
    )
    role: Mapped[OrganizationRole] = mapped_column(coded(OrganizationRole), primary_key=True)


class OrganizationName(TeamScoped, Base):
    """One name of an organization, as printed; `normalized` is what matching compares."""

    __tablename__ = "organization_names"

    id: Mapped[Id]
    organization_id: Mapped[int] = mapped_column(
        sa.ForeignKey("organizations.id", ondelete="CASCADE"), index=True
    )
    text: Mapped[str]
    normalized: Mapped[str] = mapped_column(index=True)
    script: Mapped[Script] = mapped_column(coded(Script))
    language: Mapped[str | None] = mapped_column(sa.String(12))
    kind: Mapped[NameKind] = mapped_column(coded(NameKind))
    source: Mapped[str | None]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]


class OrganizationIdentifier(TeamScoped, Base):
    """A number that a public register gave the organization."""

    __tablename__ = "organization_identifiers"

    id: Mapped[Id]
    organization_id: Mapped[int] = mapped_column(
        sa.ForeignKey("organizations.id", ondelete="CASCADE"), index=True
    )
    scheme: Mapped[IdentifierScheme] = mapped_column(coded(IdentifierScheme))
    value: Mapped[str] = mapped_column(sa.String(40))
    source: Mapped[str | None]

    __table_args__ = (sa.Index(None, "scheme", "value"),)


class OrganizationRelation(TeamScoped, Base):
    """`organization` is the parent, unit, ... of `other`, as `kind` says."""

    __tablename__ = "organization_relations"

    id: Mapped[Id]
    organization_id: Mapped[int] = mapped_column(
        sa.ForeignKey("organizations.id", ondelete="CASCADE"), index=True
    )
    other_id: Mapped[int] = mapped_column(
        sa.ForeignKey("organizations.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[RelationKind] = mapped_column(coded(RelationKind))
    share_percent: Mapped[float | None]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    document_id: Mapped[int | None] = mapped_column(sa.ForeignKey("documents.id"))

    organization: Mapped[Organization] = relationship(
        lazy="raise_on_sql", foreign_keys=[organization_id]
    )
    other: Mapped[Organization] = relationship(lazy="raise_on_sql", foreign_keys=[other_id])

    __table_args__ = (sa.CheckConstraint("organization_id <> other_id", name="not_itself"),)


class Site(PublicId, TeamScoped, Base):
    """A facility of the organization in the office's area."""

    __tablename__ = "sites"

    id: Mapped[Id]
    organization_id: Mapped[int] = mapped_column(
        sa.ForeignKey("organizations.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str | None]
    role: Mapped[SiteRole | None] = mapped_column(coded(SiteRole))
    city: Mapped[str | None]
    region: Mapped[str | None]
    country: Mapped[str | None] = mapped_column(sa.String(2))
    opened_on: Mapped[date | None]
    jobs_count: Mapped[int | None]
    jobs_qualifier: Mapped[Qualifier | None] = mapped_column(coded(Qualifier, "jobs_qualifier"))
    document_id: Mapped[int | None] = mapped_column(sa.ForeignKey("documents.id"))
