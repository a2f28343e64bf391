"""What the pages of properties read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.imports.problems import ValueProblem
from crm.properties.units import exact_area, exact_power, read_area, read_power
from crm.web.paging import Order, Page, fetch_page
from models.errors import NotFoundError
from models.lead import Lead
from models.site_search import Property, PropertyKind, SearchResult, SiteOffer, SiteSearch

PAGE_SIZE = 50
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class PropertyFilter:
    """Which properties a list shows. `unread` are measures that were typed and are none."""

    text: str = ""
    kind: PropertyKind | None = None
    land_m2: float | None = None
    building_m2: float | None = None
    power_kw: int | None = None
    is_with_gone: bool = False
    unread: tuple[str, ...] = ()

    @property
    def has_measure(self) -> bool:
        """Whether it asks for a size, so that what is unknown does not fit."""
        return any(value is not None for value in (self.land_m2, self.building_m2, self.power_kw))

    @property
    def arguments(self) -> dict[str, str]:
        """The filters as an address has them."""
        found = {
            "q": self.text,
            "kind": self.kind.value if self.kind else "",
            "land": exact_area(self.land_m2),
            "building": exact_area(self.building_m2),
            "power": exact_power(self.power_kw),
            "gone": "yes" if self.is_with_gone else "",
        }
        return {name: value for name, value in found.items() if value}


def read_filter(args: Mapping[str, str]) -> PropertyFilter:
    """The filters in an address. What is no measure is told, never an error."""
    kind = args.get("kind", "")
    unread: list[str] = []

    def measure(name: str, read: Any) -> Any:
        try:
            return read(args.get(name, "")[:_LONGEST])
        except ValueProblem:
            unread.append(name)
            return None

    return PropertyFilter(
        text=args.get("q", "").strip()[:_LONGEST],
        kind=PropertyKind(kind) if kind in set(PropertyKind) else None,
        land_m2=measure("land", read_area),
        building_m2=measure("building", read_area),
        power_kw=measure("power", read_power),
        is_with_gone=args.get("gone") == "yes",
        unread=tuple(unread),
    )


def select_properties(chosen: PropertyFilter) -> sa.Select[Any]:
    """The properties that a list shows. An unknown size is not known to be enough."""
    statement: Any = sa.select(Property.name, Property.public_id, Property)
    if chosen.text:
        statement = statement.where(
            sa.or_(
                *(
                    column.icontains(chosen.text, autoescape=True)
                    for column in (
                        Property.name,
                        Property.reference,
                        Property.city,
                        Property.address,
                        Property.zoning,
                    )
                )
            )
        )
    if chosen.kind is not None:
        statement = statement.where(Property.kind == chosen.kind)
    if not chosen.is_with_gone:
        statement = statement.where(Property.is_available)
    for column, least in (
        (Property.land_m2, chosen.land_m2),
        (Property.building_m2, chosen.building_m2),
        (Property.power_kw, chosen.power_kw),
    ):
        if least is not None:
            statement = statement.where(column >= least)
    found: sa.Select[Any] = statement
    return found


def list_properties(session: Session, chosen: PropertyFilter, *, cursor: str | None) -> Page[Any]:
    """The properties of a list by name."""
    return fetch_page(
        session,
        select_properties(chosen),
        Order(Property.name, Property.public_id),
        size=PAGE_SIZE,
        cursor=cursor,
        value_key="name",
    )


def get_property(session: Session, public_id: str) -> Property:
    """One property.

    Raises:
        NotFoundError: there is none.
    """
    found = session.scalars(
        sa.select(Property).where(Property.public_id == public_id)
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found


@dataclass(frozen=True, slots=True)
class OfferedIn:
    """A search in which a property was offered, and its fate there."""

    search_id: str
    lead_id: str
    lead_title: str
    result: SearchResult | None
    reason: str | None
    is_demo: bool


def list_offers_of(session: Session, found: Property) -> Sequence[OfferedIn]:
    """In which searches that the reader may see a property was offered, the latest first."""
    rows = session.execute(
        sa.select(
            SiteSearch.public_id,
            Lead.public_id,
            Lead.title,
            SiteOffer.result,
            SiteOffer.reason,
            SiteSearch.is_demo,
        )
        .select_from(SiteOffer)
        .join(SiteSearch, SiteSearch.id == SiteOffer.search_id)
        .join(Lead, Lead.id == SiteSearch.lead_id)
        .where(SiteOffer.property_id == found.id)
        .order_by(SiteOffer.id.desc())
        .limit(PAGE_SIZE)
    )
    return [OfferedIn(*row) for row in rows]
