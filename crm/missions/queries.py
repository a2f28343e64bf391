"""What the pages of missions show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from crm.web.paging import Order, Page, fetch_page
from models.agenda import AgendaItem, AgendaStanding
from models.document import Claim, ClaimKind
from models.errors import NotFoundError
from models.interaction import FollowUp, Interaction
from models.measure import Precision
from models.mission import (
    Delivery,
    Mission,
    MissionMarket,
    MissionOffice,
    MissionOrganization,
    MissionPart,
    MissionStanding,
)
from models.organization import Organization
from models.user import User

PAGE = 50


@dataclass(frozen=True, slots=True)
class MissionRow:
    """One mission on a list; `part` is what the organization at hand had in it."""

    public_id: str
    name: str
    delivery: Delivery | None
    starts_on: date | None
    ends_on: date | None
    dates_precision: Precision
    dates_as_printed: str | None
    led_by: str | None
    is_demo: bool
    document_id: int | None
    standing: MissionStanding | None = None
    is_fair: bool = False
    part: str | None = None
    markets: tuple[str, ...] = ()
    organizations: int = 0
    items: int = 0
    held: int = 0


@dataclass(frozen=True, slots=True)
class Participant:
    """An organization met on a mission, or that helped with it."""

    public_id: str
    name: str
    native_name: str | None
    native_language: str | None
    country: str | None
    role: MissionPart | None
    part: str | None
    is_demo: bool
    document_id: int | None


@dataclass(frozen=True, slots=True)
class MissionFilter:
    """Which missions a list shows: how far they have come, where to, in which year."""

    standing: MissionStanding | None = None
    market: str | None = None
    year: int | None = None

    @property
    def arguments(self) -> dict[str, str]:
        """The filter as an address says it."""
        found: dict[str, str] = {}
        if self.standing is not None:
            found["standing"] = self.standing.value
        if self.market:
            found["market"] = self.market
        if self.year:
            found["year"] = str(self.year)
        return found


def read_filter(args: Mapping[str, str]) -> MissionFilter:
    """The filter in an address; what it cannot mean is left out."""
    standing, year = args.get("standing", ""), args.get("year", "")
    is_year = len(year) == 4 and year.isascii() and year.isdigit()
    return MissionFilter(
        MissionStanding(standing) if standing in set(MissionStanding) else None,
        args.get("market", "")[:2].upper() or None,
        int(year) if is_year and 1900 <= int(year) <= 2200 else None,
    )


def select_missions(chosen: MissionFilter | None = None) -> Any:
    """The missions of a list."""
    statement = sa.select(*_columns())
    if chosen is None:
        return statement
    if chosen.standing is not None:
        statement = statement.where(Mission.standing == chosen.standing)
    if chosen.market is not None:
        there = sa.select(MissionMarket.mission_id).where(MissionMarket.country == chosen.market)
        statement = statement.where(Mission.id.in_(there))
    if chosen.year is not None:
        first, last = date(chosen.year, 1, 1), date(chosen.year, 12, 31)
        # One that runs into the new year is of both.
        statement = statement.where(
            Mission.starts_on <= last,
            sa.func.coalesce(Mission.ends_on, Mission.starts_on) >= first,
        )
    return statement


@dataclass(frozen=True, slots=True)
class MissionOptions:
    """What the filters of the list offer: what the missions on file bear."""

    markets: Sequence[str]
    years: Sequence[int]


def load_options(session: Session) -> MissionOptions:
    """The countries and the years of the missions that the viewer sees."""
    markets = session.scalars(
        sa.select(MissionMarket.country)
        .join(Mission, Mission.id == MissionMarket.mission_id)
        .distinct()
    ).all()
    days = session.scalars(
        sa.select(Mission.starts_on).where(Mission.starts_on.is_not(None)).distinct()
    ).all()
    years = sorted({day.year for day in days if day is not None}, reverse=True)
    return MissionOptions(sorted(markets), years)


def list_missions(
    session: Session, chosen: MissionFilter | None = None, *, cursor: str | None
) -> Page[MissionRow]:
    """A page of missions, the latest first, those of unknown date last."""
    page = fetch_page(
        session,
        select_missions(chosen),
        Order(Mission.starts_on, Mission.public_id, is_descending=True, may_be_unknown=True),
        size=PAGE,
        cursor=cursor,
        value_key="starts_on",
    )
    return Page(with_counts(session, page.rows), page.next_cursor, page.is_first)


def list_missions_of(session: Session, organization_id: int, limit: int = PAGE) -> list[MissionRow]:
    """The missions an organization had a part in."""
    statement: Any = (
        sa.select(*_columns(), MissionOrganization.part)
        .join(MissionOrganization, MissionOrganization.mission_id == Mission.id)
        .where(MissionOrganization.organization_id == organization_id)
        .order_by(Mission.starts_on.desc().nulls_last(), Mission.public_id, MissionOrganization.id)
        .limit(limit)
    )
    parts: dict[str, MissionRow] = {}
    for row in with_counts(session, session.execute(statement).all()):
        known = parts.get(row.public_id)
        # Once on a mission, with every part it had.
        words = [part for part in (known.part if known else None, row.part) if part]
        parts[row.public_id] = replace(row, part=", ".join(words) or None)
    return list(parts.values())


def get_mission(session: Session, public_id: str) -> Mission:
    """One mission with its markets, offices and document.

    Raises:
        NotFoundError: there is none, or the reader may not see it.
    """
    found = session.scalars(
        sa.select(Mission)
        .where(Mission.public_id == public_id)
        .options(
            joinedload(Mission.document),
            selectinload(Mission.markets),
            selectinload(Mission.offices).joinedload(MissionOffice.office),
        )
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def get_organization(session: Session, public_id: str) -> Organization:
    """One organization.

    Raises:
        NotFoundError: there is none, or the reader may not see it.
    """
    found = session.scalars(
        sa.select(Organization).where(Organization.public_id == public_id)
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def get_user(session: Session, public_id: str) -> User:
    """One colleague.

    Raises:
        NotFoundError: there is none.
    """
    found = session.scalars(sa.select(User).where(User.public_id == public_id)).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def list_participants(session: Session, mission: Mission) -> list[Participant]:
    """The organizations of a mission that the reader can see, each with its part."""
    rows = session.execute(
        sa.select(
            Organization.public_id,
            Organization.name,
            Organization.native_name,
            Organization.native_language,
            Organization.country,
            MissionOrganization.role,
            MissionOrganization.part,
            Organization.is_demo,
            Organization.document_id,
        )
        .join(MissionOrganization, MissionOrganization.organization_id == Organization.id)
        .where(MissionOrganization.mission_id == mission.id)
        .order_by(MissionOrganization.id)
    )
    return [Participant(**row._mapping) for row in rows]


def apart_from_agenda(mission: Mission) -> sa.ColumnElement[bool]:
    """Conversations on a mission that no item of its agenda stands for."""
    of_item = sa.select(AgendaItem.id).where(AgendaItem.interaction_id == Interaction.id).exists()
    return sa.and_(Interaction.mission_id == mission.id, ~of_item)


def has_agenda(session: Session, mission: Mission) -> bool:
    """Whether the viewer sees anything on its agenda."""
    found = sa.select(AgendaItem.id).where(AgendaItem.mission_id == mission.id).limit(1)
    return session.scalar(found) is not None


def list_follow_ups(session: Session, mission: Mission) -> Sequence[FollowUp]:
    """What was promised on a mission, open ones first."""
    return session.scalars(
        sa.select(FollowUp)
        .where(FollowUp.mission_id == mission.id)
        .options(joinedload(FollowUp.owner), joinedload(FollowUp.lead))
        .order_by(FollowUp.done_at.is_not(None), FollowUp.due_on.asc().nulls_last(), FollowUp.id)
        .limit(100)
    ).all()


def get_brief(session: Session, public_id: str) -> Mission:
    """One mission with its markets alone, for a page of one of its parts.

    Raises:
        NotFoundError: there is none, or the reader may not see it.
    """
    found = session.scalars(
        sa.select(Mission)
        .where(Mission.public_id == public_id)
        .options(selectinload(Mission.markets))
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found


# What a reader asks of a mission first: what it was for, and what came of it.
_CLAIM_ORDER = (
    ClaimKind.OBJECTIVE,
    ClaimKind.OUTCOME,
    ClaimKind.METRIC,
    ClaimKind.FACT,
    ClaimKind.ATTRIBUTION,
    ClaimKind.NEXT_STEP,
    ClaimKind.INSIGHT,
    ClaimKind.STATEMENT,
    ClaimKind.STATISTIC,
    ClaimKind.CONTEXT,
)


def list_claims(session: Session, mission: Mission) -> list[tuple[ClaimKind, list[Claim]]]:
    """What public texts say of a mission, by kind; an announcement's own claims are on its page."""
    found: dict[ClaimKind, list[Claim]] = {}
    for claim in session.scalars(
        sa.select(Claim)
        .where(Claim.mission_id == mission.id, Claim.announcement_id.is_(None))
        .options(joinedload(Claim.document))
        .order_by(Claim.id)
    ):
        found.setdefault(claim.kind, []).append(claim)
    return [(kind, found[kind]) for kind in _CLAIM_ORDER if kind in found]


def _columns() -> list[Any]:
    return [
        Mission.id,
        Mission.public_id,
        Mission.name,
        Mission.delivery,
        Mission.starts_on,
        Mission.ends_on,
        Mission.dates_precision,
        Mission.dates_as_printed,
        Mission.led_by,
        Mission.is_demo,
        Mission.document_id,
        Mission.standing,
        Mission.is_fair,
    ]


def with_counts(session: Session, rows: Sequence[sa.Row[Any]]) -> list[MissionRow]:
    """The rows with their countries, their organizations and their agenda counted."""
    ids = [row.id for row in rows]
    markets: dict[int, list[str]] = {}
    for mission_id, country in session.execute(
        sa.select(MissionMarket.mission_id, MissionMarket.country)
        .where(MissionMarket.mission_id.in_(ids))
        .order_by(MissionMarket.country)
    ):
        markets.setdefault(mission_id, []).append(country)
    # Counted over the organizations that the reader can see.
    counts: dict[int, int] = dict(
        session.execute(
            sa.select(
                MissionOrganization.mission_id,
                sa.func.count(MissionOrganization.organization_id.distinct()),
            )
            .join(Organization, Organization.id == MissionOrganization.organization_id)
            .where(MissionOrganization.mission_id.in_(ids))
            .group_by(MissionOrganization.mission_id)
        ).all()
    )
    items: dict[int, tuple[int, int]] = {
        key: (total, held)
        for key, total, held in session.execute(
            sa.select(
                AgendaItem.mission_id,
                sa.func.count(AgendaItem.id),
                sa.func.count(sa.case((AgendaItem.standing == AgendaStanding.HELD, 1))),
            )
            .where(AgendaItem.mission_id.in_(ids), AgendaItem.standing != AgendaStanding.CANCELLED)
            .group_by(AgendaItem.mission_id)
        )
    }
    return [
        MissionRow(
            **{name: value for name, value in row._mapping.items() if name != "id"},
            markets=tuple(markets.get(row.id, ())),
            organizations=counts.get(row.id, 0),
            items=items.get(row.id, (0, 0))[0],
            held=items.get(row.id, (0, 0))[1],
        )
        for row in rows
    ]
