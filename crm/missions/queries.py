"""What the pages of missions show."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from crm.web.paging import Order, Page, fetch_page
from models.document import Claim, ClaimKind
from models.errors import NotFoundError
from models.interaction import FollowUp
from models.measure import Precision
from models.mission import Delivery, Mission, MissionMarket, MissionOffice, MissionOrganization
from models.organization import Organization

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
    part: str | None = None
    markets: tuple[str, ...] = ()
    organizations: int = 0


@dataclass(frozen=True, slots=True)
class Participant:
    """An organization met on a mission, or that helped with it."""

    public_id: str
    name: str
    native_name: str | None
    native_language: str | None
    country: str | None
    part: str | None
    is_demo: bool
    document_id: int | None


def select_missions() -> Any:
    """The missions of a list."""
    return sa.select(*_columns())


def list_missions(session: Session, *, cursor: str | None) -> Page[MissionRow]:
    """A page of missions, the latest first, those of unknown date last."""
    page = fetch_page(
        session,
        select_missions(),
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


def list_participants(session: Session, mission: Mission) -> list[Participant]:
    """The organizations of a mission that the reader can see, each with its part."""
    rows = session.execute(
        sa.select(
            Organization.public_id,
            Organization.name,
            Organization.native_name,
            Organization.native_language,
            Organization.country,
            MissionOrganization.part,
            Organization.is_demo,
            Organization.document_id,
        )
        .join(MissionOrganization, MissionOrganization.organization_id == Organization.id)
        .where(MissionOrganization.mission_id == mission.id)
        .order_by(MissionOrganization.id)
    )
    return [Participant(**row._mapping) for row in rows]


def list_follow_ups(session: Session, mission: Mission) -> Sequence[FollowUp]:
    """What was promised on a mission, open ones first."""
    return session.scalars(
        sa.select(FollowUp)
        .where(FollowUp.mission_id == mission.id)
        .options(joinedload(FollowUp.owner), joinedload(FollowUp.lead))
        .order_by(FollowUp.done_at.is_not(None), FollowUp.due_on.asc().nulls_last(), FollowUp.id)
        .limit(100)
    ).all()


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
    ]


def with_counts(session: Session, rows: Sequence[sa.Row[Any]]) -> list[MissionRow]:
    """The rows with their countries and how many organizations each met."""
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
    return [
        MissionRow(
            **{name: value for name, value in row._mapping.items() if name != "id"},
            markets=tuple(markets.get(row.id, ())),
            organizations=counts.get(row.id, 0),
        )
        for row in rows
    ]
