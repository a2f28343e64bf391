"""What a season's page reads: which firms here were asked, booked, visited, or never called."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from crm.web.paging import Order, Page, fetch_page
from models.bre_call import BreCall, BreStanding
from models.measure import Precision
from models.organization import (
    Organization,
    OrganizationRole,
    OrganizationRoleLink,
    Site,
)
from models.user import User

PAGE_SIZE = 50
NEVER = "never"
STANDINGS = (*(standing.value for standing in BreStanding), NEVER)
_FIRST_SEASON, _LAST_SEASON = 1990, 2200
_LARGEST = 20


@dataclass(frozen=True, slots=True)
class SeasonFilter:
    """Which firms of a season a list shows."""

    season: int
    standing: str | None = None
    country: str | None = None
    this_year: int = 0

    @property
    def named_season(self) -> int | None:
        """The season where it is not this year's, which goes without saying.

        A view that is kept this year shows next year's visits then.
        """
        return self.season if self.season != self.this_year else None

    @property
    def arguments(self) -> dict[str, str]:
        """The filters as an address has them."""
        found = {"season": self.named_season, "standing": self.standing, "country": self.country}
        return {name: str(value) for name, value in found.items() if value}


@dataclass(frozen=True, slots=True)
class SeasonRow:
    """A firm here and how its visit of the season stands."""

    organization_id: str
    name: str
    native_name: str | None
    native_language: str | None
    country: str | None
    is_demo: bool
    jobs: int | None
    jobs_unknown: int
    call_id: str | None
    standing: BreStanding | None
    starts_at: datetime | None
    time_zone: str | None
    visited_on: date | None
    visited_precision: Precision | None
    last_on: date | None
    interviewer: str | None

    @property
    def public_id(self) -> str:
        """What the list is also ordered by."""
        return self.organization_id


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many of the largest employers here were visited in a season."""

    largest: int
    visited: int
    firms: int
    without_jobs: int


@dataclass(frozen=True, slots=True)
class SeasonCounts:
    """How many firms stand how."""

    by_standing: Mapping[str, int]

    @property
    def total(self) -> int:
        """Every firm here."""
        return sum(self.by_standing.values())


def read_filter(args: Mapping[str, str], *, this_year: int) -> SeasonFilter:
    """The filters in an address. What is no filter of ours is left out, never an error."""
    typed = args.get("season", "")
    is_year = typed.isascii() and typed.isdecimal() and len(typed) == 4
    season = int(typed) if is_year and _FIRST_SEASON <= int(typed) <= _LAST_SEASON else this_year
    standing, country = args.get("standing", ""), args.get("country", "")
    return SeasonFilter(
        season,
        standing if standing in STANDINGS else None,
        country if len(country) == 2 and country.isascii() and country.isalpha() else None,
        this_year,
    )


def list_firms(session: Session, chosen: SeasonFilter, *, cursor: str | None) -> Page[Any]:
    """The firms of a season, the largest employers first; those whose jobs nobody knows last."""
    statement, jobs, _call = _select_firms(chosen.season)
    if chosen.country is not None:
        statement = statement.where(Organization.country == chosen.country)
    if chosen.standing == NEVER:
        statement = statement.where(_call.id.is_(None))
    elif chosen.standing is not None:
        statement = statement.where(_call.standing == BreStanding(chosen.standing))
    return fetch_page(
        session,
        statement,
        Order(jobs, Organization.public_id, is_descending=True, may_be_unknown=True),
        size=PAGE_SIZE,
        cursor=cursor,
        value_key="jobs",
    )


def count_firms(session: Session, season: int) -> SeasonCounts:
    """How many firms stand how, whatever the list is filtered by."""
    firms = _call_of(season)
    rows = session.execute(
        sa.select(firms.call.standing, sa.func.count())
        .select_from(Organization)
        .outerjoin(firms.call, firms.call.id == firms.latest)
        .where(_is_firm(season))
        .group_by(firms.call.standing)
    )
    found = dict.fromkeys(STANDINGS, 0)
    for standing, count in rows:
        found[standing.value if standing is not None else NEVER] += count
    return SeasonCounts(found)


def load_coverage(session: Session, season: int) -> Coverage:
    """How far the season reached the largest employers, as far as their jobs are known."""
    firms, jobs = _call_of(season), _jobs()
    known = session.execute(
        sa.select(jobs.label("jobs"), firms.call.standing)
        .select_from(Organization)
        .outerjoin(firms.call, firms.call.id == firms.latest)
        .where(_is_firm(season), jobs.is_not(None))
        .order_by(jobs.desc(), Organization.id)
        .limit(_LARGEST)
    ).all()
    total, without = session.execute(
        sa.select(sa.func.count(), sa.func.count().filter(jobs.is_(None)))
        .select_from(Organization)
        .where(_is_firm(season))
    ).one()
    visited = sum(1 for row in known if row.standing is BreStanding.DONE)
    return Coverage(len(known), visited, total, without)


def list_seasons(session: Session, *, this_year: int) -> list[int]:
    """The seasons that have visits, and this year and the next, the latest first."""
    seasons = session.scalars(
        sa.select(BreCall.season).where(BreCall.season.is_not(None)).distinct()
    )
    found = {season for season in seasons if season is not None}
    return sorted({*found, this_year, this_year + 1}, reverse=True)


def list_countries(session: Session, season: int) -> Sequence[str]:
    """The countries of the firms of a season."""
    rows = session.scalars(
        sa.select(Organization.country)
        .where(_is_firm(season), Organization.country.is_not(None))
        .distinct()
        .order_by(Organization.country)
    )
    return [country for country in rows if country is not None]


@dataclass(frozen=True, slots=True)
class _CallOf:
    call: Any
    latest: Any


def _call_of(season: int) -> _CallOf:
    """The latest visit of a season of each firm."""
    # The one that is joined is no alias: criteria on an outer join do not follow one here.
    inner, call = aliased(BreCall), BreCall
    latest = (
        sa.select(sa.func.max(inner.id))
        .where(inner.organization_id == Organization.id, inner.season == season)
        .correlate(Organization)
        .scalar_subquery()
    )
    return _CallOf(call, latest)


def _select_firms(season: int) -> tuple[sa.Select[Any], Any, Any]:
    firms, jobs = _call_of(season), _jobs()
    done = aliased(BreCall)
    last_on = (
        sa.select(sa.func.max(done.visited_on))
        .where(done.organization_id == Organization.id, done.standing == BreStanding.DONE)
        .correlate(Organization)
        .scalar_subquery()
    )
    unknown = (
        sa.select(sa.func.count(Site.id))
        .where(Site.organization_id == Organization.id, Site.jobs_count.is_(None))
        .correlate(Organization)
        .scalar_subquery()
    )
    columns: list[Any] = [
        Organization.public_id,
        Organization.name,
        Organization.native_name,
        Organization.native_language,
        Organization.country,
        Organization.is_demo,
        jobs.label("jobs"),
        unknown.label("jobs_unknown"),
        firms.call.public_id.label("call_id"),
        firms.call.standing,
        firms.call.starts_at,
        firms.call.time_zone,
        firms.call.visited_on,
        firms.call.visited_precision,
        last_on.label("last_on"),
        User.name.label("interviewer"),
    ]
    statement = (
        sa.select(*columns)
        .select_from(Organization)
        .outerjoin(firms.call, firms.call.id == firms.latest)
        .outerjoin(User, User.id == firms.call.interviewer_id)
        .where(_is_firm(season))
    )
    return statement, jobs, firms.call


def _jobs() -> Any:
    """The jobs of a firm's facilities, as far as they are known; null where none is."""
    return (
        sa.select(sa.func.sum(Site.jobs_count))
        .where(Site.organization_id == Organization.id)
        .correlate(Organization)
        .scalar_subquery()
    )


def _is_firm(season: int) -> sa.ColumnElement[bool]:
    """An investor with a facility here, or whoever else has a visit this season."""
    is_investor = (
        sa.select(OrganizationRoleLink.organization_id)
        .where(
            OrganizationRoleLink.organization_id == Organization.id,
            OrganizationRoleLink.role == OrganizationRole.INVESTOR,
        )
        .correlate(Organization)
        .exists()
    )
    has_site = (
        sa.select(Site.id)
        .where(Site.organization_id == Organization.id)
        .correlate(Organization)
        .exists()
    )
    call = aliased(BreCall)
    has_call = (
        sa.select(call.id)
        .where(call.organization_id == Organization.id, call.season == season)
        .correlate(Organization)
        .exists()
    )
    return sa.or_(sa.and_(is_investor, has_site), has_call)
