"""What the register of gifts shows, and what its form offers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from crm.web.paging import Order, Page, fetch_page
from models.agenda import AgendaItem
from models.card import Gift, GiftDirection
from models.errors import NotFoundError
from models.mission import Mission
from models.organization import Organization

PAGE = 50


@dataclass(frozen=True, slots=True)
class GiftFilter:
    """Which gifts a list shows."""

    direction: GiftDirection | None = None
    year: int | None = None
    mission: str | None = None

    @property
    def arguments(self) -> dict[str, str]:
        """The filter as an address has it."""
        found = {"direction": self.direction, "year": self.year, "mission": self.mission}
        return {name: str(value) for name, value in found.items() if value}


def read_gift_filter(args: Mapping[str, str]) -> GiftFilter:
    """The filter in an address; what it cannot mean is left out."""
    direction, year = args.get("direction", ""), args.get("year", "")
    is_year = len(year) == 4 and year.isascii() and year.isdigit() and "1900" <= year <= "2200"
    return GiftFilter(
        GiftDirection(direction) if direction in set(GiftDirection) else None,
        int(year) if is_year else None,
        args.get("mission") or None,
    )


def select_gifts(chosen: GiftFilter, *columns: Any) -> Any:
    """The gifts of a list, with whom they are of and where they were given."""
    statement = (
        sa.select(
            Gift.public_id,
            Gift.direction,
            Gift.person_name,
            Gift.our_person,
            Gift.description,
            Gift.value_amount,
            Gift.currency,
            Gift.given_on,
            Gift.disposition,
            Gift.team_id,
            Gift.is_demo,
            Mission.public_id.label("mission_id"),
            Mission.name.label("mission_name"),
            AgendaItem.title.label("item_title"),
            Organization.public_id.label("organization_id"),
            Organization.name.label("organization_name"),
            Organization.native_name.label("organization_native"),
            Organization.native_language.label("organization_language"),
            *columns,
        )
        .select_from(Gift)
        .outerjoin(Mission, Mission.id == Gift.mission_id)
        .outerjoin(AgendaItem, AgendaItem.id == Gift.item_id)
        .outerjoin(Organization, Organization.id == Gift.organization_id)
    )
    if chosen.direction is not None:
        statement = statement.where(Gift.direction == chosen.direction)
    if chosen.year is not None:
        first, last = date(chosen.year, 1, 1), date(chosen.year, 12, 31)
        statement = statement.where(Gift.given_on >= first, Gift.given_on <= last)
    if chosen.mission is not None:
        statement = statement.where(Mission.public_id == chosen.mission)
    return statement


def list_gifts(session: Session, chosen: GiftFilter, *, cursor: str | None) -> Page[Any]:
    """A page of gifts, the latest first, those of unknown day last."""
    return fetch_page(
        session,
        select_gifts(chosen),
        Order(Gift.given_on, Gift.public_id, is_descending=True, may_be_unknown=True),
        size=PAGE,
        cursor=cursor,
        value_key="given_on",
    )


def get_gift(session: Session, public_id: str) -> Gift:
    """One gift with its organization.

    Raises:
        NotFoundError: there is none that the viewer may see.
    """
    found = session.scalars(
        sa.select(Gift)
        .where(Gift.public_id == public_id)
        .options(
            joinedload(Gift.organization),
            joinedload(Gift.item).joinedload(AgendaItem.mission),
            joinedload(Gift.contact),
        )
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def list_mission_choices(session: Session) -> list[tuple[str, str]]:
    """Missions by public id and name, the latest first."""
    rows = session.execute(
        sa.select(Mission.public_id, Mission.name)
        .order_by(Mission.starts_on.is_(None), Mission.starts_on.desc(), Mission.id.desc())
        .limit(200)
    )
    return [(public_id, name) for public_id, name in rows]


def list_gift_years(session: Session) -> list[int]:
    """The years in which gifts were given, the latest first."""
    days = session.scalars(sa.select(Gift.given_on).where(Gift.given_on.is_not(None)).distinct())
    return sorted({day.year for day in days if day is not None}, reverse=True)


def find_item(session: Session, public_id: str | None) -> AgendaItem | None:
    """An agenda item that a link names, if the viewer may see it."""
    if not public_id:
        return None
    return session.scalars(
        sa.select(AgendaItem)
        .where(AgendaItem.public_id == public_id)
        .options(joinedload(AgendaItem.mission), joinedload(AgendaItem.organization))
    ).one_or_none()


def find_mission_by_key(session: Session, key: int | None) -> Mission | None:
    """The mission of a record, if the viewer may see it."""
    return session.get(Mission, key) if key is not None else None


def find_mission(session: Session, public_id: str | None) -> Mission | None:
    """A mission that a form names, if the viewer may see it."""
    if not public_id:
        return None
    return session.scalars(sa.select(Mission).where(Mission.public_id == public_id)).one_or_none()
