"""What the pages of announcements show, and who may read one before its hour."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from crm.announcements.embargo import is_public, is_waiting, past_embargo
from crm.search.candidates import answering
from crm.visibility import viewer_of
from crm.web.paging import Order, Page, fetch_page
from models.announcement import (
    Announcement,
    AnnouncementKind,
    AnnouncementParty,
    PartySide,
    Release,
    Whose,
)
from models.errors import NotFoundError
from models.lead import Lead
from models.measure import Precision, Qualifier
from models.mission import Mission
from models.organization import Organization
from models.search import SearchKind
from models.user import Actor, User

PAGE = 50
# What an address may ask for, in the order of the form.
FILTERS = ("q", "kind", "whose", "year", "mission", "market", "state")
PUBLIC, AWAITING = "public", "awaiting"


@dataclass(frozen=True, slots=True)
class Party:
    """An organization that an announcement names."""

    organization_id: str
    name: str
    native_name: str | None
    native_language: str | None
    side: PartySide
    part: str | None = None


@dataclass(frozen=True, slots=True)
class AnnouncementRow:
    """One announcement on a list."""

    public_id: str
    kind: AnnouncementKind
    title: str
    announced_on: date | None
    announced_precision: Precision
    announced_as_printed: str | None
    embargo_until: datetime | None
    embargo_zone: str | None
    public_at: datetime | None
    is_held: bool
    release: Release
    whose: Whose | None
    our_share_percent: float | None
    capex_amount: int | None
    capex_upper: int | None
    capex_qualifier: Qualifier | None
    capex_currency: str | None
    jobs_count: int | None
    jobs_upper: int | None
    jobs_qualifier: Qualifier | None
    is_demo: bool
    document_id: int | None
    lead_id: str | None
    lead_title: str | None
    parties: tuple[Party, ...] = ()


@dataclass(frozen=True, slots=True)
class Filters:
    """What a reader chose to see. `state` is "public", "awaiting" or both."""

    text: str = ""
    kind: AnnouncementKind | None = None
    whose: Whose | None = None
    year: int | None = None
    mission: str | None = None
    market: str | None = None
    state: str | None = None

    @property
    def arguments(self) -> dict[str, str]:
        """The filters as an address has them."""
        values = (
            self.text,
            self.kind,
            self.whose,
            self.year,
            self.mission,
            self.market,
            self.state,
        )
        found = zip(FILTERS, values, strict=True)
        return {name: str(value) for name, value in found if value}


def read_filters(args: Mapping[str, str]) -> Filters:
    """The filters in an address. What is no filter of ours is left out, never an error."""
    kind, whose, year = args.get("kind", ""), args.get("whose", ""), args.get("year", "")
    market, state = args.get("market", "").upper(), args.get("state", "")
    return Filters(
        text=args.get("q", "").strip()[:200],
        kind=AnnouncementKind(kind) if kind in set(AnnouncementKind) else None,
        whose=Whose(whose) if whose in set(Whose) else None,
        year=int(year) if len(year) == 4 and year.isascii() and year.isdigit() else None,
        mission=args.get("mission", "")[:16] or None,
        market=market if len(market) == 2 and market.isascii() and market.isalpha() else None,
        state=state if state in (PUBLIC, AWAITING) else None,
    )


def select_announcements(filters: Filters, *, actor: Actor, now: datetime) -> Any:
    """The announcements that fit, as far as the reader may know of them."""
    return _rows(past_embargo(actor, now=now), *conditions_of(filters, now=now))


def conditions_of(filters: Filters, *, now: datetime) -> list[sa.ColumnElement[bool]]:
    """The conditions on an announcement, its lead joined, that filters stand for."""
    found: list[sa.ColumnElement[bool]] = []
    if filters.kind is not None:
        found.append(Announcement.kind == filters.kind)
    if filters.whose is not None:
        found.append(whose_of() == filters.whose)
    if filters.year is not None:
        found.append(Announcement.announced_on.between(*_year(filters.year)))
    if filters.mission is not None:
        found.append(
            Announcement.mission_id.in_(
                sa.select(Mission.id).where(Mission.public_id == filters.mission)
            )
        )
    if filters.market is not None:
        found.append(_of_market(filters.market))
    if filters.state is not None:
        found.append(is_public(now) if filters.state == PUBLIC else is_waiting(now))
    if filters.text:
        found.append(_matches(filters.text))
    return found


def whose_of() -> Any:
    """Whose success it is; where nobody said, that of whoever's lead it is."""
    unsaid = sa.case(
        (Announcement.lead_id.is_not(None), Whose.OURS.value), else_=Whose.OTHERS.value
    )
    return sa.func.coalesce(Announcement.whose, sa.type_coerce(unsaid, Announcement.whose.type))


def _year(year: int) -> tuple[date, date]:
    return date(max(year, 1), 1, 1), date(max(year, 1), 12, 31)


def _of_market(market: str) -> sa.ColumnElement[bool]:
    """Of a lead of this market, or with a foreign party that sits there."""
    foreign = (
        sa.select(AnnouncementParty.announcement_id)
        .join(Organization, Organization.id == AnnouncementParty.organization_id)
        .where(AnnouncementParty.side != PartySide.LOCAL, Organization.country == market)
    )
    return sa.or_(Lead.market == market, Announcement.id.in_(foreign))


def search_announcements(
    session: Session, filters: Filters, *, now: datetime, cursor: str | None
) -> Page[AnnouncementRow]:
    """A page of announcements, the latest first, those of unknown date last."""
    page = fetch_page(
        session,
        select_announcements(filters, actor=viewer_of(session), now=now),
        Order(
            Announcement.announced_on,
            Announcement.public_id,
            is_descending=True,
            may_be_unknown=True,
        ),
        size=PAGE,
        cursor=cursor,
        value_key="announced_on",
    )
    return Page(with_parties(session, page.rows), page.next_cursor, page.is_first)


def list_announcements(
    session: Session, *where: sa.ColumnElement[bool], now: datetime, limit: int = PAGE
) -> list[AnnouncementRow]:
    """The announcements of one organization or mission, the latest first."""
    statement = (
        _rows(past_embargo(viewer_of(session), now=now), *where)
        .order_by(Announcement.announced_on.desc().nulls_last(), Announcement.public_id)
        .limit(limit)
    )
    return with_parties(session, session.execute(statement).all())


def of_organization(organization_id: int) -> sa.ColumnElement[bool]:
    """Announcements that name an organization."""
    return Announcement.id.in_(
        sa.select(AnnouncementParty.announcement_id).where(
            AnnouncementParty.organization_id == organization_id
        )
    )


def get_announcement(session: Session, public_id: str, *, now: datetime) -> Announcement:
    """One announcement with its document.

    Raises:
        NotFoundError: there is none, or the reader may not see it (yet).
    """
    found = session.scalars(
        sa.select(Announcement)
        .where(Announcement.public_id == public_id, past_embargo(viewer_of(session), now=now))
        .options(joinedload(Announcement.document))
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def list_parties(session: Session, announcement: Announcement) -> list[Party]:
    """The organizations that an announcement names, as far as the reader may see them."""
    return _parties_of(session, [announcement.id]).get(announcement.id, [])


def party_keys(session: Session, announcement: Announcement) -> dict[tuple[str, PartySide], int]:
    """The keys of the parties on file, by the name and side that the form shows them with."""
    rows = session.execute(
        sa.select(Organization.name, AnnouncementParty.side, Organization.id)
        .join(AnnouncementParty, AnnouncementParty.organization_id == Organization.id)
        .where(AnnouncementParty.announcement_id == announcement.id)
    )
    return {(name, side): key for name, side, key in rows}


def find_user(session: Session, user_id: int | None) -> User | None:
    """A colleague by the key on a record."""
    if user_id is None:
        return None
    return session.scalars(sa.select(User).where(User.id == user_id)).one_or_none()


def find_lead(session: Session, announcement: Announcement) -> Lead | None:
    """The lead that an announcement makes a won one, if the reader may see it."""
    if announcement.lead_id is None:
        return None
    return session.scalars(sa.select(Lead).where(Lead.id == announcement.lead_id)).one_or_none()


def find_mission(session: Session, announcement: Announcement) -> Mission | None:
    """The mission on which it was announced, if the reader may see it."""
    if announcement.mission_id is None:
        return None
    return session.scalars(
        sa.select(Mission).where(Mission.id == announcement.mission_id)
    ).one_or_none()


def find_owner(session: Session, announcement: Announcement) -> User | None:
    """Who releases an announcement: its own owner, or its lead's."""
    owner_id: Any = announcement.owner_id
    if owner_id is None and announcement.lead_id is not None:
        owner_id = sa.select(Lead.owner_id).where(Lead.id == announcement.lead_id).scalar_subquery()
    if owner_id is None:
        return None
    return session.scalars(sa.select(User).where(User.id == owner_id)).one_or_none()


def get_lead(session: Session, public_id: str) -> Lead:
    """The lead that is to be announced, with its company.

    Raises:
        NotFoundError: there is none, or the actor may not see it.
    """
    found = session.scalars(
        sa.select(Lead).where(Lead.public_id == public_id).options(joinedload(Lead.organization))
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def _rows(*where: sa.ColumnElement[bool]) -> Any:
    return (
        sa.select(
            Announcement.id,
            Announcement.public_id,
            Announcement.kind,
            Announcement.title,
            Announcement.announced_on,
            Announcement.announced_precision,
            Announcement.announced_as_printed,
            Announcement.embargo_until,
            Announcement.embargo_zone,
            Announcement.public_at,
            Announcement.is_held,
            Announcement.release,
            whose_of().label("whose"),
            Announcement.our_share_percent,
            Announcement.capex_amount,
            Announcement.capex_upper,
            Announcement.capex_qualifier,
            Announcement.capex_currency,
            Announcement.jobs_count,
            Announcement.jobs_upper,
            Announcement.jobs_qualifier,
            Announcement.is_demo,
            Announcement.document_id,
            Lead.public_id.label("lead_id"),
            Lead.title.label("lead_title"),
        )
        .outerjoin(Lead, Lead.id == Announcement.lead_id)
        .where(*where)
    )


def _matches(text: str) -> sa.ColumnElement[bool]:
    """Announcements whose title has it, or that name an organization that bears it."""
    own = answering(SearchKind.ANNOUNCEMENT, text)
    named = answering(SearchKind.ORGANIZATION, text)
    if own is None or named is None:
        # One letter is not looked up: announcements that begin with it are.
        return Announcement.title.istartswith(text, autoescape=True)
    theirs = sa.select(AnnouncementParty.announcement_id).where(
        AnnouncementParty.organization_id.in_(named)
    )
    return Announcement.id.in_(own.union_all(theirs))


def with_parties(
    session: Session, rows: Sequence[sa.Row[Any]], ids: Any = None
) -> list[AnnouncementRow]:
    """The rows with their parties; `ids` selects the keys where they are too many to list."""
    parties = _parties_of(session, [row.id for row in rows] if ids is None else ids)
    return [
        AnnouncementRow(
            **{name: value for name, value in row._mapping.items() if name != "id"},
            parties=tuple(parties.get(row.id, ())),
        )
        for row in rows
    ]


def _parties_of(session: Session, announcement_ids: Any) -> dict[int, list[Party]]:
    found: dict[int, list[Party]] = {}
    rows = session.execute(
        sa.select(
            AnnouncementParty.announcement_id,
            Organization.public_id,
            Organization.name,
            Organization.native_name,
            Organization.native_language,
            AnnouncementParty.side,
            AnnouncementParty.part,
        )
        .join(Organization, Organization.id == AnnouncementParty.organization_id)
        .where(AnnouncementParty.announcement_id.in_(announcement_ids))
        .order_by(AnnouncementParty.id)
    )
    for announcement_id, *columns in rows:
        party: Any = columns
        found.setdefault(announcement_id, []).append(Party(*party))
    return found
