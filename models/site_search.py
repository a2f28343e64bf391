"""Searches for a site: what a project asks for, what we could offer, who owes which part."""

import enum
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, DemoFlag, Id, PublicId, TeamScoped
from models.lead import Lead
from models.types import coded
from models.user import User


class PropertyKind(enum.StrEnum):
    """What is available."""

    LAND = "land"
    BUILDING = "building"


class SearchResult(enum.StrEnum):
    """What became of our answer. Null is "still open"."""

    SHORTLISTED = "shortlisted"
    VISIT = "visit"
    CHOSEN = "chosen"
    ELIMINATED = "eliminated"
    NO_ANSWER = "no_answer"


class PartOwner(enum.StrEnum):
    """Who owes a part of the answer."""

    PLANNING = "planning"
    UTILITIES = "utilities"
    COLLEGE = "college"
    FINANCE = "finance"
    US = "us"
    OTHER = "other"


class Property(PublicId, DemoFlag, Base):
    """Available land or a building. What the list does not say is unknown.

    Areas are square metres, power is kilowatts, the price is whole units of its currency.
    """

    __tablename__ = "properties"

    id: Mapped[Id]
    reference: Mapped[str | None] = mapped_column(sa.String(120), index=True)
    kind: Mapped[PropertyKind] = mapped_column(coded(PropertyKind))
    name: Mapped[str]
    address: Mapped[str | None]
    city: Mapped[str | None]
    land_m2: Mapped[float | None]
    building_m2: Mapped[float | None]
    power_kw: Mapped[int | None]
    zoning: Mapped[str | None]
    price_amount: Mapped[int | None] = mapped_column(sa.BigInteger)
    currency: Mapped[str | None] = mapped_column(sa.String(3))
    available_from: Mapped[date | None]
    source: Mapped[str | None]
    as_of: Mapped[date | None]
    note: Mapped[str | None]
    is_available: Mapped[bool] = mapped_column(default=True, server_default=sa.true())
    created_at: Mapped[datetime]

    __table_args__ = (sa.Index(None, "kind", "is_available"), sa.Index(None, "name", "public_id"))


class SiteSearch(PublicId, DemoFlag, TeamScoped, Base):
    """One search of one lead, with the deadline in the zone that it was set in."""

    __tablename__ = "site_searches"

    id: Mapped[Id]
    lead_id: Mapped[int] = mapped_column(sa.ForeignKey("leads.id", ondelete="CASCADE"), index=True)
    received_on: Mapped[date | None]
    requirements: Mapped[str | None]
    land_m2: Mapped[float | None]
    building_m2: Mapped[float | None]
    power_kw: Mapped[int | None]
    due_at: Mapped[datetime | None]
    time_zone: Mapped[str | None] = mapped_column(sa.String(64))
    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"), index=True)
    result: Mapped[SearchResult | None] = mapped_column(coded(SearchResult))
    result_reason: Mapped[str | None]
    result_on: Mapped[date | None]
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1, server_default="1")

    lead: Mapped[Lead] = relationship(lazy="raise_on_sql")
    owner: Mapped[User | None] = relationship(lazy="raise_on_sql")
    offers: Mapped[list["SiteOffer"]] = relationship(
        lazy="raise_on_sql", order_by="SiteOffer.id", passive_deletes=True
    )
    parts: Mapped[list["SearchPart"]] = relationship(
        lazy="raise_on_sql", order_by="SearchPart.id", passive_deletes=True
    )
    sendings: Mapped[list["SearchSending"]] = relationship(
        lazy="raise_on_sql", order_by="SearchSending.sent_on", passive_deletes=True
    )

    __table_args__ = (
        sa.Index(
            "ix_site_searches_open",
            "due_at",
            sqlite_where=sa.text("result IS NULL"),
            postgresql_where=sa.text("result IS NULL"),
        ),
    )


class SiteOffer(PublicId, TeamScoped, Base):
    """A property that was offered in a search."""

    __tablename__ = "site_offers"

    id: Mapped[Id]
    search_id: Mapped[int] = mapped_column(sa.ForeignKey("site_searches.id", ondelete="CASCADE"))
    property_id: Mapped[int] = mapped_column(
        sa.ForeignKey("properties.id", ondelete="CASCADE"), index=True
    )
    result: Mapped[SearchResult | None] = mapped_column(coded(SearchResult))
    reason: Mapped[str | None]

    property: Mapped[Property] = relationship(lazy="raise_on_sql")

    __table_args__ = (sa.UniqueConstraint("search_id", "property_id"),)


class SearchPart(PublicId, TeamScoped, Base):
    """A part of the answer that somebody owes by a day."""

    __tablename__ = "search_parts"

    id: Mapped[Id]
    search_id: Mapped[int] = mapped_column(
        sa.ForeignKey("site_searches.id", ondelete="CASCADE"), index=True
    )
    owed_by: Mapped[PartOwner] = mapped_column(coded(PartOwner))
    person: Mapped[str | None]
    text: Mapped[str]
    due_on: Mapped[date | None] = mapped_column(index=True)
    received_on: Mapped[date | None]


class SearchSending(PublicId, TeamScoped, Base):
    """What was sent, when, to whom; a sent answer is the proof that a proposal went out."""

    __tablename__ = "search_sendings"

    id: Mapped[Id]
    search_id: Mapped[int] = mapped_column(
        sa.ForeignKey("site_searches.id", ondelete="CASCADE"), index=True
    )
    sent_on: Mapped[date]
    what: Mapped[str]
    sent_to: Mapped[str | None]
    is_answer: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    sent_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
