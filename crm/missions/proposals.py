"""Whom to meet on a mission, and why: ranked leads, investors that are here, door openers."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.missions.firm_proposals import (
    OrganizationProposal,
    list_investors,
    list_openers,
    on_agenda,
)
from crm.scores.states import Standing, standing_of_row, state_columns, with_scores
from models.agenda import AgendaItem
from models.interaction import MEETING_KINDS, Interaction, InteractionStanding
from models.lead import Lead
from models.mission import Mission, MissionSector
from models.organization import (
    Organization,
    Sector,
)
from models.score import Basis, Score
from models.stage import StageCode, Status
from models.user import User

# As many as a person ticks through; the ranking has the rest.
LEADS_READ = 40


@dataclass(frozen=True, slots=True)
class LeadProposal:
    """An open lead of the market, with what speaks for meeting it now."""

    public_id: str
    title: str
    code_name: str | None
    is_demo: bool
    stage: StageCode
    status: Status
    market: str | None
    chance: float | None
    last_contact_on: date | None
    next_action: str | None
    next_action_on: date | None
    native_name: str | None
    native_language: str | None
    owner_name: str | None
    probability: float | None
    low: float | None
    high: float | None
    reasons: Sequence[Mapping[str, Any]] | None
    changed_at: datetime
    score_basis: Basis | None
    scored_at: datetime | None
    is_chance_set: bool
    is_model_refused: bool
    was_met: bool
    is_on_agenda: bool

    @property
    def standing(self) -> Standing:
        """What its chance rests on."""
        return standing_of_row(self)

    @property
    def needs_signing(self) -> bool:
        """Whether the parties are committed, so that the paper can be signed on the mission."""
        return self.stage is StageCode.COMMITTED


@dataclass(frozen=True, slots=True)
class Proposals:
    """Whom to meet, by why."""

    leads: Sequence[LeadProposal]
    investors: Sequence[OrganizationProposal]
    openers: Sequence[OrganizationProposal]
    has_more_leads: bool = False
    sectors: Sequence[tuple[str, str]] = ()
    has_own_sectors: bool = False


def load_proposals(
    session: Session,
    mission: Mission,
    *,
    sector: str | None = None,
    language: str = "en",
) -> Proposals:
    """Whom the viewer might meet in the mission's markets: a fixed number of queries.

    `sector` is a sector's code; "" is any, None those of the mission.
    """
    countries = [market.country for market in mission.markets]
    own = _own_sectors(session, mission)
    sector_ids = _sector_ids(session, sector, own)
    leads = _leads(session, mission, countries, sector_ids)
    return Proposals(
        leads=leads[:LEADS_READ],
        has_more_leads=len(leads) > LEADS_READ,
        investors=list_investors(session, mission, countries, sector_ids),
        openers=list_openers(session, mission, countries),
        sectors=_sectors(session, countries, language),
        has_own_sectors=bool(own),
    )


def _own_sectors(session: Session, mission: Mission) -> list[int]:
    return list(
        session.scalars(
            sa.select(MissionSector.sector_id).where(MissionSector.mission_id == mission.id)
        )
    )


def _sector_ids(session: Session, sector: str | None, own: list[int]) -> list[int]:
    if sector is None:
        return own
    if not sector:
        return []
    return list(session.scalars(sa.select(Sector.id).where(Sector.code == sector)))


def _leads(
    session: Session, mission: Mission, countries: Collection[str], sector_ids: Collection[int]
) -> list[LeadProposal]:
    was_met = (
        sa.select(Interaction.id)
        .where(
            Interaction.lead_id == Lead.id,
            Interaction.kind.in_(MEETING_KINDS),
            Interaction.standing == InteractionStanding.HELD,
        )
        .exists()
    )
    shows_company = sa.and_(Lead.code_name.is_(None), Lead.is_company_disclosed)
    statement = with_scores(
        sa.select(
            Lead.public_id,
            Lead.title,
            Lead.code_name,
            Lead.is_demo,
            Lead.stage,
            Lead.status,
            Lead.market,
            Lead.chance,
            Lead.last_contact_on,
            Lead.next_action,
            Lead.next_action_on,
            sa.case((shows_company, Organization.native_name)).label("native_name"),
            sa.case((shows_company, Organization.native_language)).label("native_language"),
            User.name.label("owner_name"),
            Score.probability,
            Score.low,
            Score.high,
            Score.reasons,
            Lead.changed_at,
            *state_columns(),
            was_met.label("was_met"),
            on_agenda(mission, AgendaItem.lead_id == Lead.id).label("is_on_agenda"),
        )
        .outerjoin(Organization, Organization.id == Lead.organization_id)
        .outerjoin(User, User.id == Lead.owner_id)
    )
    statement = (
        statement.where(
            Lead.status == Status.ACTIVE,
            Lead.stage != StageCode.ANNOUNCED,
            Lead.market.in_(countries),
        )
        .order_by(Lead.chance.is_(None), Lead.chance.desc(), Lead.public_id)
        .limit(LEADS_READ + 1)
    )
    if sector_ids:
        statement = statement.where(Lead.sector_id.in_(sector_ids))
    return [LeadProposal(**row._mapping) for row in session.execute(statement)]


def _sectors(session: Session, countries: Collection[str], language: str) -> list[tuple[str, str]]:
    """The sectors of open leads of the markets that the viewer sees, by name."""
    rows = session.execute(
        sa.select(Sector.code, Sector.name_en, Sector.name_fr)
        .where(
            sa.select(Lead.id)
            .where(
                Lead.sector_id == Sector.id,
                Lead.status == Status.ACTIVE,
                Lead.market.in_(countries),
            )
            .exists()
        )
        .limit(200)
    )
    named = [(code, (fr if language == "fr" else None) or en) for code, en, fr in rows]
    return sorted(named, key=lambda item: item[1].casefold())
