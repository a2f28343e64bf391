"""What the pages of the scores show."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.web.paging import Order, Page, fetch_page
from models.errors import NotFoundError
from models.lead import Lead
from models.organization import Organization
from models.score import Basis, ModelVersion, Score, VersionState
from models.stage import LeadType, StageCode, Status
from models.user import Actor, User

PAGE_SIZE = 25


@dataclass(frozen=True, slots=True)
class RankingFilter:
    """Whose leads, and of which type."""

    owner_id: int | None = None
    office_id: int | None = None
    lead_type: LeadType | None = None


def read_filter(args: Mapping[str, str], actor: Actor) -> RankingFilter:
    """The filter in an address.

    Raises:
        NotFoundError: it names a type of lead that there is not.
    """
    whose, kind = args.get("whose", "all"), args.get("type") or None
    try:
        lead_type = LeadType(kind) if kind else None
    except ValueError as error:
        raise NotFoundError from error
    return RankingFilter(
        owner_id=actor.id if whose == "mine" else None,
        office_id=actor.office_id if whose == "office" else None,
        lead_type=lead_type,
    )


def select_ranking(chosen: RankingFilter) -> Any:
    """The open leads that the ranking shows."""
    statement = _leads().where(Lead.status == Status.ACTIVE, Lead.stage != StageCode.ANNOUNCED)
    if chosen.owner_id is not None:
        statement = statement.where(Lead.owner_id == chosen.owner_id)
    if chosen.office_id is not None:
        statement = statement.where(Lead.office_id == chosen.office_id)
    if chosen.lead_type is not None:
        statement = statement.where(Lead.lead_type == chosen.lead_type)
    return statement


def ranking_page(session: Session, chosen: RankingFilter, *, cursor: str | None) -> Page[Any]:
    """Open leads by their chance, those without one last; 25 a page."""
    order = Order(Lead.chance, Lead.public_id, is_descending=True, may_be_unknown=True)
    statement = select_ranking(chosen)
    return fetch_page(session, statement, order, size=PAGE_SIZE, cursor=cursor, value_key="chance")


def top_leads(session: Session, limit: int = 5) -> list[Any]:
    """The open leads with the best chances, with their reasons as data."""
    statement = (
        _leads()
        .where(
            Lead.status == Status.ACTIVE,
            Lead.stage != StageCode.ANNOUNCED,
            Lead.chance.is_not(None),
        )
        .order_by(Lead.chance.desc(), Lead.public_id.desc())
        .limit(limit)
    )
    return list(session.execute(statement))


def _leads() -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(
            Lead.public_id,
            Lead.title,
            Lead.code_name,
            Lead.is_demo,
            Lead.stage,
            Lead.status,
            Lead.chance,
            Lead.last_contact_on,
            Lead.next_action,
            Lead.next_action_on,
            Organization.native_name,
            Organization.native_language,
            User.name.label("owner_name"),
            Score.basis,
            Score.probability,
            Score.within_365,
            Score.low,
            Score.high,
            Score.as_of,
            Score.reasons,
        )
        .outerjoin(Organization, Organization.id == Lead.organization_id)
        .outerjoin(User, User.id == Lead.owner_id)
        .outerjoin(Score, sa.and_(Score.lead_id == Lead.id, Score.is_current))
    )


@dataclass(frozen=True, slots=True)
class Freshness:
    """What the shown chances rest on, and how old they are."""

    version: ModelVersion | None
    scored_at: datetime | None


def freshness(session: Session) -> Freshness:
    """The published version and the moment of the last scoring."""
    version = session.scalars(
        sa.select(ModelVersion)
        .where(ModelVersion.state == VersionState.PUBLISHED)
        .order_by(ModelVersion.number.desc())
        .limit(1)
    ).first()
    scored_at = session.scalar(
        sa.select(Score.as_of).where(Score.is_current).order_by(Score.id.desc()).limit(1)
    )
    return Freshness(version, scored_at)


def list_versions(session: Session, limit: int = 20) -> list[ModelVersion]:
    """The newest versions, newest first."""
    return list(
        session.scalars(sa.select(ModelVersion).order_by(ModelVersion.number.desc()).limit(limit))
    )


@dataclass(frozen=True, slots=True)
class PastScore:
    """One earlier chance of a lead."""

    as_of: datetime
    probability: float
    low: float
    high: float
    basis: Basis
    version_number: int


def score_history(session: Session, lead_id: int, limit: int = 50) -> list[PastScore]:
    """How a lead's chance moved, newest first."""
    rows = session.execute(
        sa.select(
            Score.as_of,
            Score.probability,
            Score.low,
            Score.high,
            Score.basis,
            ModelVersion.number,
        )
        .join(ModelVersion, ModelVersion.id == Score.version_id)
        .where(Score.lead_id == lead_id)
        .order_by(Score.as_of.desc())
        .limit(limit)
    )
    return [PastScore(*row) for row in rows]


def find_lead(session: Session, public_id: str) -> tuple[int, str] | None:
    """Key and title of a lead."""
    row = session.execute(
        sa.select(Lead.id, Lead.title).where(Lead.public_id == public_id)
    ).one_or_none()
    return (row.id, row.title) if row else None
