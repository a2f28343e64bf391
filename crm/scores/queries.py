"""What the pages of the scores show."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.scores.mixing import (
    Horizon,
    Weights,
    chance_within,
    mix_key,
    part_columns,
    read_horizon,
    read_weights,
)
from crm.scores.overriding import is_standing
from crm.scores.states import refused
from crm.web.paging import Order, Page, fetch_page
from models.errors import NotFoundError
from models.lead import Lead
from models.organization import Organization
from models.score import Score, ScoreOverride
from models.stage import LeadType, StageCode, Status
from models.user import Actor, User

PAGE_SIZE = 25


@dataclass(frozen=True, slots=True)
class RankingFilter:
    """Whose leads, and of which type; by when they are to be announced, and what orders them."""

    owner_id: int | None = None
    office_id: int | None = None
    lead_type: LeadType | None = None
    horizon: Horizon = Horizon.EVER
    weights: Weights = field(default_factory=Weights)

    @property
    def is_plain(self) -> bool:
        """Whether the chance of ever being announced alone orders the leads, as lists keep it."""
        return self.horizon is Horizon.EVER and not self.weights.is_mixed


def read_filter(args: Mapping[str, str], actor: Actor) -> RankingFilter:
    """The filter in an address.

    Raises:
        NotFoundError: it names a type of lead that there is not, or another weight than 0 to 3.
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
        horizon=read_horizon(args),
        weights=read_weights(args),
    )


def ranking_page(
    session: Session, chosen: RankingFilter, *, day: date, cursor: str | None
) -> Page[Any]:
    """Open leads in the order chosen, 25 a page; by the chance alone, those without one last."""
    if chosen.is_plain:
        order = Order(Lead.chance, Lead.public_id, is_descending=True, may_be_unknown=True)
        keys = _ranked(sa.select(Lead.public_id, Lead.chance), chosen)
    else:
        key = mix_key(chosen.weights, chosen.horizon, day)
        order = Order(key, Lead.public_id, is_descending=True)
        keys = _ranked(sa.select(Lead.public_id, key.label("key")), chosen)
    # The few are found by their keys first: names and reasons are read for them alone.
    page = fetch_page(
        session,
        keys,
        order,
        size=PAGE_SIZE,
        cursor=cursor,
        value_key="chance" if chosen.is_plain else "key",
    )
    ids = [row.public_id for row in page.rows]
    read = session.execute(select_ranked(chosen, day).where(Lead.public_id.in_(ids)))
    found = {row.public_id: row for row in read}
    rows = [found[public_id] for public_id in ids]
    return Page(rows=rows, next_cursor=page.next_cursor, is_first=page.is_first)


def select_ranked(chosen: RankingFilter, day: date) -> Any:
    """The leads of the ranking with all that a row shows, the parts of its place among it."""
    override = (
        ScoreOverride.chance.label("override_chance"),
        ScoreOverride.note.label("override_note"),
        ScoreOverride.until_on.label("override_until_on"),
        ScoreOverride.created_by.label("override_by"),
        ScoreOverride.id.is_not(None).label("is_chance_set"),
    )
    statement = (
        _leads()
        .add_columns(
            Lead.id,
            Lead.likelihood,
            chance_within(chosen.horizon).label("chance_within"),
            *override,
            *part_columns(chosen.horizon, day),
        )
        .outerjoin(ScoreOverride, sa.and_(ScoreOverride.lead_id == Lead.id, is_standing(day)))
    )
    return _shown(statement, chosen)


def ranking_order(chosen: RankingFilter, day: date) -> list[Any]:
    """What orders the ranking, for whoever reads all of it at once."""
    if chosen.is_plain:
        return [Lead.chance.is_(None), Lead.chance.desc(), Lead.public_id.desc()]
    return [mix_key(chosen.weights, chosen.horizon, day).desc(), Lead.public_id.desc()]


def _ranked(statement: Any, chosen: RankingFilter) -> Any:
    """Which leads, without what their rows show."""
    if chosen.horizon is not Horizon.EVER:
        statement = statement.outerjoin(Score, sa.and_(Score.lead_id == Lead.id, Score.is_current))
    return _shown(statement, chosen)


def _shown(statement: Any, chosen: RankingFilter) -> Any:
    statement = statement.where(Lead.status == Status.ACTIVE, Lead.stage != StageCode.ANNOUNCED)
    if chosen.owner_id is not None:
        statement = statement.where(Lead.owner_id == chosen.owner_id)
    if chosen.office_id is not None:
        statement = statement.where(Lead.office_id == chosen.office_id)
    if chosen.lead_type is not None:
        statement = statement.where(Lead.lead_type == chosen.lead_type)
    return statement


def top_leads(session: Session, limit: int = 5) -> list[Any]:
    """The open leads with the best chances, with their reasons as data."""
    statement = (
        _leads()
        .add_columns(ScoreOverride.id.is_not(None).label("is_chance_set"))
        .outerjoin(
            ScoreOverride,
            sa.and_(ScoreOverride.lead_id == Lead.id, ScoreOverride.ended_at.is_(None)),
        )
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
            Lead.changed_at,
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
            # What `states.standing_of_row` reads, but for the chance that somebody set.
            Score.basis.label("score_basis"),
            Score.as_of.label("scored_at"),
            refused().label("is_model_refused"),
        )
        .outerjoin(Organization, Organization.id == Lead.organization_id)
        .outerjoin(User, User.id == Lead.owner_id)
        .outerjoin(Score, sa.and_(Score.lead_id == Lead.id, Score.is_current))
    )


def find_lead(session: Session, public_id: str) -> tuple[int, str] | None:
    """Key and title of a lead."""
    row = session.execute(
        sa.select(Lead.id, Lead.title).where(Lead.public_id == public_id)
    ).one_or_none()
    return (row.id, row.title) if row else None
