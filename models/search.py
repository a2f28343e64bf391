"""What the search box looks through: one entry for each name, title and text of a record.

The entries follow the records in the same transaction (`crm/search`). The index of their letter
pairs, `search_grams`, is of each database's own kind and made by a migration; it is no table here.
"""

import enum
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, TeamScoped
from models.types import coded


class SearchKind(enum.StrEnum):
    """What a person looks for."""

    ORGANIZATION = "organization"
    CONTACT = "contact"
    LEAD = "lead"
    INTERACTION = "interaction"
    MISSION = "mission"
    ANNOUNCEMENT = "announcement"
    AGREEMENT = "agreement"
    STATISTIC = "statistic"


class SearchEntry(TeamScoped, Base):
    """One name or text of one record; exactly one of the keys says of which.

    `text` is shown as the match, `folded` is what a query's letters are compared with, and `keys`
    are the spellings in other scripts by which the same name is found, parted by line breaks.
    """

    __tablename__ = "search_entries"

    id: Mapped[Id]
    kind: Mapped[SearchKind] = mapped_column(coded(SearchKind))
    organization_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("organizations.id", ondelete="CASCADE"), index=True
    )
    contact_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("contacts.id", ondelete="CASCADE"), index=True
    )
    lead_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("leads.id", ondelete="CASCADE"), index=True
    )
    interaction_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("interactions.id", ondelete="CASCADE"), index=True
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
    statistic_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("statistics.id", ondelete="CASCADE"), index=True
    )
    text: Mapped[str]
    language: Mapped[str | None] = mapped_column(sa.String(12))
    folded: Mapped[str]
    keys: Mapped[str]
    fresh_on: Mapped[date | None]
