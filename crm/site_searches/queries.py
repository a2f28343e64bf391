"""What the pages of site searches read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from crm.interactions.choice_queries import OPEN, native_name_of_lead
from crm.site_searches.matching import MEASURES, NEARLY, Match, rank
from crm.timezones import today
from crm.web.paging import Order, Page, fetch_page
from models.errors import NotFoundError
from models.lead import Lead
from models.organization import Organization
from models.site_search import (
    Property,
    SearchPart,
    SearchResult,
    SearchSending,
    SiteOffer,
    SiteSearch,
)
from models.user import Actor, User

PAGE_SIZE = 50
_COMPARED = 500
_PROPOSED = 12
_FOUND = 20
_ON_MY_DAY = 6
_PARTS_ON_MY_DAY = 8
_PARTS_AHEAD = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class SearchFilter:
    """Which searches a list shows."""

    is_ended: bool = False
    is_mine: bool = False

    @property
    def arguments(self) -> dict[str, str]:
        """The filters as an address has them."""
        found = {"state": "ended" if self.is_ended else "", "whose": "mine" if self.is_mine else ""}
        return {name: value for name, value in found.items() if value}


def read_filter(args: Mapping[str, str]) -> SearchFilter:
    """The filters in an address."""
    return SearchFilter(args.get("state") == "ended", args.get("whose") == "mine")


def _answered_on() -> Any:
    """The first day on which the answer to a search went out."""
    return (
        sa.select(sa.func.min(SearchSending.sent_on))
        .where(SearchSending.search_id == SiteSearch.id, SearchSending.is_answer)
        .correlate(SiteSearch)
        .scalar_subquery()
    )


def _is_mine(actor: Actor) -> sa.ColumnElement[bool]:
    """A search is its owner's, and one without an owner that of the lead's."""
    return sa.func.coalesce(SiteSearch.owner_id, Lead.owner_id) == actor.id


def _select_with_lead(*columns: Any) -> sa.Select[Any]:
    return (
        sa.select(
            SiteSearch.public_id,
            SiteSearch.requirements,
            SiteSearch.due_at,
            SiteSearch.time_zone,
            SiteSearch.result,
            SiteSearch.is_demo,
            Lead.public_id.label("lead_id"),
            Lead.title.label("lead_title"),
            *native_name_of_lead(),
            *columns,
        )
        .select_from(SiteSearch)
        .join(Lead, Lead.id == SiteSearch.lead_id)
        .outerjoin(Organization, Organization.id == Lead.organization_id)
    )


def list_searches(
    session: Session, actor: Actor, chosen: SearchFilter, *, cursor: str | None
) -> Page[Any]:
    """Searches by their deadline, those without one last; ended ones the latest first."""
    missing = (
        sa.select(sa.func.count())
        .select_from(SearchPart)
        .where(SearchPart.search_id == SiteSearch.id, SearchPart.received_on.is_(None))
        .correlate(SiteSearch)
        .scalar_subquery()
    )
    offered = (
        sa.select(sa.func.count())
        .select_from(SiteOffer)
        .where(SiteOffer.search_id == SiteSearch.id)
        .correlate(SiteSearch)
        .scalar_subquery()
    )
    statement = _select_with_lead(
        SiteSearch.received_on,
        SiteSearch.land_m2,
        SiteSearch.building_m2,
        SiteSearch.power_kw,
        SiteSearch.result_reason,
        SiteSearch.result_on,
        User.name.label("owner_name"),
        _answered_on().label("answered_on"),
        missing.label("missing_count"),
        offered.label("offered_count"),
    ).outerjoin(User, User.id == SiteSearch.owner_id)
    ended = SiteSearch.result.is_not(None)
    statement = statement.where(ended if chosen.is_ended else ~ended)
    if chosen.is_mine:
        statement = statement.where(_is_mine(actor))
    order = Order(
        SiteSearch.result_on if chosen.is_ended else SiteSearch.due_at,
        SiteSearch.public_id,
        is_descending=chosen.is_ended,
        may_be_unknown=True,
    )
    return fetch_page(
        session,
        statement,
        order,
        size=PAGE_SIZE,
        cursor=cursor,
        value_key="result_on" if chosen.is_ended else "due_at",
    )


def get_search(session: Session, public_id: str) -> SiteSearch:
    """The search with its lead, its owner, and everything that hangs on it.

    Raises:
        NotFoundError: there is none that this session may see.
    """
    found = session.scalars(
        sa.select(SiteSearch)
        .where(SiteSearch.public_id == public_id)
        .options(
            joinedload(SiteSearch.lead).joinedload(Lead.organization),
            joinedload(SiteSearch.owner),
            selectinload(SiteSearch.offers).joinedload(SiteOffer.property),
            selectinload(SiteSearch.parts),
            selectinload(SiteSearch.sendings),
        )
    ).one_or_none()
    if found is None or found.lead is None:
        raise NotFoundError
    return found


def get_child(
    session: Session,
    cls: type[SiteOffer] | type[SearchPart] | type[SearchSending],
    search_id: str,
    public_id: str,
) -> Any:
    """An offer, a part or a sending of a search.

    Raises:
        NotFoundError: the search has none that this session may see.
    """
    found = session.scalars(
        sa.select(cls)
        .join(SiteSearch, SiteSearch.id == cls.search_id)
        .where(cls.public_id == public_id, SiteSearch.public_id == search_id)
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def sender_names(session: Session, search: SiteSearch) -> dict[int, str]:
    """The names of who sent what, by key."""
    keys = {sending.sent_by_id for sending in search.sendings if sending.sent_by_id}
    if not keys:
        return {}
    return {
        user.id: user.name for user in session.scalars(sa.select(User).where(User.id.in_(keys)))
    }


def list_matches(session: Session, search: SiteSearch) -> tuple[Sequence[Match], int]:
    """Available properties that can answer a search and were not offered yet; how many fit."""
    asked = [name for name in MEASURES if getattr(search, name)]
    if not asked:
        return [], 0
    columns = {
        "land_m2": Property.land_m2,
        "building_m2": Property.building_m2,
        "power_kw": Property.power_kw,
    }
    offered = sa.select(SiteOffer.property_id).where(SiteOffer.search_id == search.id)
    rows = session.scalars(
        sa.select(Property)
        .where(
            Property.is_available,
            Property.id.not_in(offered),
            # Of what is asked, something at least is known.
            sa.or_(*(columns[name].is_not(None) for name in asked)),
            *(
                sa.or_(
                    columns[name].is_(None),
                    columns[name] >= getattr(search, name) * NEARLY,
                )
                for name in asked
            ),
        )
        .order_by(Property.id)
        .limit(_COMPARED)
    ).all()
    found = rank(search, rows)
    return found[:_PROPOSED], len(found)


def find_properties(session: Session, search: SiteSearch, text: str) -> Sequence[Property]:
    """Available properties by name, place or reference that were not offered yet."""
    if not text:
        return []
    offered = sa.select(SiteOffer.property_id).where(SiteOffer.search_id == search.id)
    return session.scalars(
        sa.select(Property)
        .where(
            Property.is_available,
            Property.id.not_in(offered),
            sa.or_(
                *(
                    column.icontains(text, autoescape=True)
                    for column in (
                        Property.name,
                        Property.reference,
                        Property.city,
                        Property.address,
                    )
                )
            ),
        )
        .order_by(Property.name, Property.id)
        .limit(_FOUND)
    ).all()


@dataclass(frozen=True, slots=True)
class SearchHead:
    """A search as the page of its lead shows it."""

    public_id: str
    requirements: str | None
    land_m2: float | None
    building_m2: float | None
    power_kw: int | None
    due_at: datetime | None
    time_zone: str | None
    result: SearchResult | None
    answered_on: date | None
    is_demo: bool

    @property
    def is_waiting(self) -> bool:
        """Whether our answer is still owed."""
        return self.result is None and self.answered_on is None


def list_heads(session: Session, lead: Lead) -> Sequence[SearchHead]:
    """The searches of a lead in one query: what is due first, then the latest."""
    rows = session.execute(
        sa.select(
            SiteSearch.public_id,
            SiteSearch.requirements,
            SiteSearch.land_m2,
            SiteSearch.building_m2,
            SiteSearch.power_kw,
            SiteSearch.due_at,
            SiteSearch.time_zone,
            SiteSearch.result,
            _answered_on().label("answered_on"),
            SiteSearch.is_demo,
        )
        .where(SiteSearch.lead_id == lead.id)
        .order_by(
            SiteSearch.result.is_not(None),
            SiteSearch.due_at.is_(None),
            SiteSearch.due_at,
            SiteSearch.id.desc(),
        )
        .limit(PAGE_SIZE)
    )
    return [SearchHead(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class MySearches:
    """What my day shows of site searches: deadlines to meet, and parts that others owe."""

    deadlines: Sequence[Any] = ()
    parts: Sequence[Any] = ()


def load_my_searches(session: Session, actor: Actor, *, now: datetime) -> MySearches:
    """The deadlines of the actor's searches that are not answered, and the parts due in a week."""
    if actor.id is None:
        return MySearches()
    is_waiting = (SiteSearch.result.is_(None), _answered_on().is_(None), Lead.status.in_(OPEN))
    deadlines = session.execute(
        _select_with_lead()
        .where(*is_waiting, SiteSearch.due_at.is_not(None), _is_mine(actor))
        .order_by(SiteSearch.due_at, SiteSearch.id)
        .limit(_ON_MY_DAY)
    ).all()
    parts = session.execute(
        _select_with_lead(
            SearchPart.owed_by,
            SearchPart.person,
            SearchPart.text,
            SearchPart.due_on,
        )
        .join(SearchPart, SearchPart.search_id == SiteSearch.id)
        .where(
            *is_waiting,
            SearchPart.received_on.is_(None),
            SearchPart.due_on <= today(now, actor.time_zone) + _PARTS_AHEAD,
            _is_mine(actor),
        )
        .order_by(SearchPart.due_on, SearchPart.id)
        .limit(_PARTS_ON_MY_DAY)
    ).all()
    return MySearches(deadlines, parts)
