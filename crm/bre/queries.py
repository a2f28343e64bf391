"""What the pages of one visit read, and of the visits to one company."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from models.bre_call import (
    BreCall,
    BreStanding,
)
from models.errors import NotFoundError
from models.organization import Organization, Site
from models.user import User


def get_visit(session: Session, public_id: str) -> BreCall:
    """A visit with its company, its facility, its mission and who conducts it.

    Raises:
        NotFoundError: there is none that this session may see.
    """
    found = session.scalars(
        sa.select(BreCall)
        .join(BreCall.organization)
        .where(BreCall.public_id == public_id)
        .options(
            joinedload(BreCall.organization),
            joinedload(BreCall.site),
            joinedload(BreCall.mission),
            joinedload(BreCall.interviewer),
            joinedload(BreCall.interaction),
        )
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def get_organization(session: Session, public_id: str) -> Organization:
    """The company that is to be visited.

    Raises:
        NotFoundError: there is none that this session may see.
    """
    found = session.scalars(
        sa.select(Organization).where(Organization.public_id == public_id)
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def list_sites(session: Session, organization_id: int) -> Sequence[Site]:
    """The facilities of a company here."""
    return session.scalars(
        sa.select(Site).where(Site.organization_id == organization_id).order_by(Site.id)
    ).all()


@dataclass(frozen=True, slots=True)
class VisitOfFirm:
    """A visit as a company's page lists it: that it took place, never what was said."""

    public_id: str
    standing: BreStanding
    season: int | None
    visited_on: date | None
    visited_precision: Any
    visited_as_printed: str | None
    starts_at: datetime | None
    topic: str | None
    interviewer: str | None
    is_demo: bool
    document_id: int | None


def list_visits_of(session: Session, organization_id: int) -> list[VisitOfFirm]:
    """The visits to a company, the latest first."""
    rows = session.execute(
        sa.select(
            BreCall.public_id,
            BreCall.standing,
            BreCall.season,
            BreCall.visited_on,
            BreCall.visited_precision,
            BreCall.visited_as_printed,
            BreCall.starts_at,
            BreCall.topic,
            User.name.label("interviewer"),
            BreCall.is_demo,
            BreCall.document_id,
        )
        .outerjoin(User, User.id == BreCall.interviewer_id)
        .where(BreCall.organization_id == organization_id)
        .order_by(
            sa.func.coalesce(BreCall.season, 0).desc(),
            BreCall.visited_on.is_(None).desc(),
            BreCall.visited_on.desc(),
            BreCall.id.desc(),
        )
        .limit(50)
    )
    return [VisitOfFirm(*row) for row in rows]


def names_of(session: Session, keys: Sequence[int | None]) -> dict[int, str]:
    """The names of people by their keys."""
    wanted = sorted({key for key in keys if key is not None})
    if not wanted:
        return {}
    rows = session.execute(sa.select(User.id, User.name).where(User.id.in_(wanted)))
    return {row.id: row.name for row in rows}


def company_columns() -> list[Any]:
    """A company as the rows of a list name it."""
    return [
        Organization.public_id.label("organization_id"),
        Organization.name.label("organization_name"),
        Organization.native_name,
        Organization.native_language,
    ]
