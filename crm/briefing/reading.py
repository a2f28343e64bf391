"""Everything that a briefing book tells, read in a fixed number of queries.

The book leaves the house with whoever asked for it. So it is read with the sight of an officer:
of what is restricted only what a team of the reader's holds, for an administrator too.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from crm.briefing.chapter_queries import list_citations
from crm.briefing.chapters import Chapter, is_coded, load_chapters
from crm.missions import agenda_queries, part_queries, queries
from models.agenda import AgendaItem, AgendaSide, AgendaStanding
from models.agreement import Citation
from models.interaction import FollowUp
from models.lead import Lead
from models.mission import Delegate, Mission, MissionOrganization
from models.organization import Organization, Sector
from models.user import Actor, Role


@dataclass(frozen=True, slots=True)
class Book:
    """What a book tells. Without a mission it is the page of one company."""

    mission: Mission | None
    chapters: Sequence[Chapter]
    items: Sequence[AgendaItem] = ()
    delegates: Sequence[Delegate] = ()
    programmes: Sequence[part_queries.ProgrammeRow] = ()
    sectors: Sequence[Sector] = ()
    citations: Sequence[Citation] = ()
    promises: Sequence[FollowUp] = ()
    coded_ids: frozenset[int] = frozenset()
    chapters_left_out: int = 0

    @property
    def restricted_count(self) -> int:
        """How many records in it are a team's alone."""
        found = {("lead", lead.id) for one in self.chapters for lead in one.leads if lead.team_id}
        found |= {("item", item.id) for item in self.items if item.team_id}
        found |= {
            ("organization", one.organization.id)
            for one in self.chapters
            if one.organization is not None and one.organization.team_id
        }
        return len(found)


def sight_for_print(actor: Actor) -> Actor:
    """The sight with which a book is read: an administrator prints no other team's secrets."""
    return replace(actor, role=Role.OFFICER) if actor.sees_all else actor


def load_book(
    session: Session, public_id: str, *, now: datetime, today: date, with_names: bool = False
) -> Book:
    """The book of a mission; `with_names` tells the companies behind code names too.

    Raises:
        NotFoundError: there is no such mission that the viewer may see.
    """
    mission = queries.get_mission(session, public_id)
    items = [
        item
        for item in agenda_queries.list_items(session, mission)
        if item.standing is not AgendaStanding.CANCELLED
    ]
    parts = session.scalars(
        sa.select(MissionOrganization)
        .join(MissionOrganization.organization)
        .where(MissionOrganization.mission_id == mission.id)
        .order_by(MissionOrganization.id)
    ).all()
    organization_ids, lead_ids = _subjects(items, parts, with_names=with_names)
    chapters, coded, left_out = load_chapters(
        session,
        organization_ids,
        lead_ids,
        items=items,
        parts=parts,
        now=now,
        today=today,
        with_names=with_names,
    )
    return Book(
        mission=mission,
        chapters=chapters,
        items=items,
        delegates=part_queries.list_delegates(session, mission),
        programmes=part_queries.list_programmes(session, mission),
        sectors=part_queries.list_sectors(session, mission),
        citations=list_citations(session, Citation.mission_id == mission.id),
        promises=session.scalars(
            sa.select(FollowUp)
            .where(FollowUp.mission_id == mission.id, FollowUp.done_at.is_(None))
            .options(
                joinedload(FollowUp.owner),
                joinedload(FollowUp.lead),
                joinedload(FollowUp.organization),
            )
            .order_by(FollowUp.due_on.is_(None), FollowUp.due_on, FollowUp.id)
            .limit(60)
        ).all(),
        coded_ids=coded,
        chapters_left_out=left_out,
    )


def load_company(
    session: Session, organization_id: int, *, now: datetime, today: date, with_names: bool = False
) -> Book:
    """The page of one company, with its items on agendas that are still to come."""
    items = session.scalars(
        sa.select(AgendaItem)
        .where(
            AgendaItem.organization_id == organization_id,
            AgendaItem.standing.in_(
                (
                    AgendaStanding.ASKED,
                    AgendaStanding.OFFERED,
                    AgendaStanding.CONFIRMED,
                    AgendaStanding.MOVED,
                )
            ),
            sa.or_(AgendaItem.starts_at.is_(None), AgendaItem.starts_at >= now),
        )
        .options(
            *agenda_queries.item_options(),
            joinedload(AgendaItem.mission).selectinload(Mission.markets),
        )
        .order_by(AgendaItem.starts_at.is_(None), AgendaItem.starts_at, AgendaItem.id)
        .limit(10)
    ).all()
    items = [item for item in items if with_names or not is_coded(item.lead)]
    chapters, coded, _left_out = load_chapters(
        session,
        [organization_id],
        [],
        items=items,
        parts=(),
        now=now,
        today=today,
        with_names=with_names,
    )
    return Book(mission=None, chapters=chapters, items=items, coded_ids=coded)


def _subjects(
    items: Sequence[AgendaItem], parts: Sequence[MissionOrganization], *, with_names: bool
) -> tuple[list[int], list[int]]:
    """The organizations and the leads that chapters are about, in the order of the agenda.

    A lead has a chapter of its own where its company has none to stand in.
    """
    organizations: dict[int, None] = {}
    leads: dict[int, None] = {}
    for item in items:
        if is_coded(item.lead) and not with_names:
            leads[item.lead_id or 0] = None
        elif item.organization_id is not None:
            organizations[item.organization_id] = None
        elif item.lead is not None and item.lead.organization_id is not None:
            organizations[item.lead.organization_id] = None
        elif item.lead_id is not None and item.lead is not None:
            leads[item.lead_id] = None
    for item in items:
        if is_coded(item.lead) and not with_names:
            continue
        for one in item.attendees:
            if one.side is AgendaSide.THEIRS and one.organization is not None:
                organizations[one.organization.id] = None
    for part in parts:
        organizations[part.organization_id] = None
    return list(organizations), list(leads)


def list_companies(session: Session, mission: Mission) -> Sequence[Organization]:
    """The organizations that have a page of their own: on the agenda, or with a part in it."""
    on_agenda = (
        sa.select(AgendaItem.organization_id)
        .outerjoin(Lead, Lead.id == AgendaItem.lead_id)
        .where(
            AgendaItem.mission_id == mission.id,
            AgendaItem.standing != AgendaStanding.CANCELLED,
            sa.or_(
                AgendaItem.lead_id.is_(None),
                sa.and_(Lead.code_name.is_(None), Lead.is_company_disclosed),
            ),
        )
    )
    with_part = sa.select(MissionOrganization.organization_id).where(
        MissionOrganization.mission_id == mission.id
    )
    return session.scalars(
        sa.select(Organization)
        .where(sa.or_(Organization.id.in_(on_agenda), Organization.id.in_(with_part)))
        .order_by(Organization.name, Organization.id)
        .limit(200)
    ).all()
