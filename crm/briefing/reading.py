"""Everything that a briefing book tells, read in a fixed number of queries.

The book leaves the house with whoever asked for it. So it is read with the sight of an officer:
of what is restricted only what a team of the reader's holds, for an administrator too.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from crm.announcements.embargo import State, past_embargo, state_of
from crm.briefing.relatives import Relative, load_relatives
from crm.missions import agenda_queries, part_queries, queries
from crm.visibility import viewer_of
from models.agenda import AgendaItem, AgendaSide, AgendaStanding
from models.agreement import Citation
from models.announcement import Announcement, AnnouncementParty
from models.bre_call import BreCall, BreStanding
from models.contact import SENIORITY_RANKS, Contact
from models.interaction import FollowUp, Interaction, InteractionStanding
from models.lead import Lead
from models.mission import Delegate, Mission, MissionOrganization
from models.organization import Organization, Sector
from models.reference import PeerReference, ReferenceRequest, Willingness
from models.score import Score
from models.stage import StageCode, Status
from models.user import Actor, Role

_OPEN = (Status.ACTIVE, Status.ON_HOLD)
_CONVERSATIONS = 4
_PEOPLE = 12
_PEERS = 5
MOST_CHAPTERS = 80


@dataclass(frozen=True, slots=True)
class Peer:
    """A firm already here that may be asked to vouch; how often it was, and when last."""

    reference: PeerReference
    asked_count: int
    last_asked_on: date | None


@dataclass(frozen=True, slots=True)
class Chapter:
    """What is told of one company, or of a lead whose company is not named in print."""

    key: str
    organization: Organization | None
    leads: Sequence[Lead] = ()
    items: Sequence[AgendaItem] = ()
    parts: Sequence[MissionOrganization] = ()
    relatives: Sequence[Relative] = ()
    people: Sequence[Contact] = ()
    people_left_out: int = 0
    attending: frozenset[int] = frozenset()
    conversations: Sequence[Interaction] = ()
    announcements: Sequence[Announcement] = ()
    visits: Sequence[BreCall] = ()
    promises: Sequence[FollowUp] = ()
    citations: Sequence[Citation] = ()
    scores: Mapping[int, Score] = field(default_factory=dict)
    peers: Sequence[Peer] = ()

    @property
    def is_coded(self) -> bool:
        """Whether it stands under a code name alone."""
        return self.organization is None and bool(self.leads)


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
    chapters, coded, left_out = _load_chapters(
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
        citations=_citations(session, Citation.mission_id == mission.id),
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
    chapters, coded, _left_out = _load_chapters(
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


def is_coded(lead: Lead | None) -> bool:
    """Whether a lead goes by its code name: print must not tie it to its company."""
    return lead is not None and (lead.code_name is not None or not lead.is_company_disclosed)


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


def _load_chapters(
    session: Session,
    organization_ids: Sequence[int],
    own_lead_ids: Sequence[int],
    *,
    items: Sequence[AgendaItem],
    parts: Sequence[MissionOrganization],
    now: datetime,
    today: date,
    with_names: bool,
) -> tuple[list[Chapter], frozenset[int], int]:
    left_out = max(len(organization_ids) + len(own_lead_ids) - MOST_CHAPTERS, 0)
    organization_ids = organization_ids[: MOST_CHAPTERS - min(len(own_lead_ids), MOST_CHAPTERS)]
    own_lead_ids = own_lead_ids[:MOST_CHAPTERS]
    organizations = _organizations(session, organization_ids)
    every_lead = _leads(session, organization_ids, items, own_lead_ids)
    coded = frozenset(lead.id for lead in every_lead if is_coded(lead) and not with_names)
    leads_of: dict[int, list[Lead]] = defaultdict(list)
    alone: dict[int, Lead] = {}
    for lead in every_lead:
        if lead.id in own_lead_ids:
            alone[lead.id] = lead
        elif lead.id not in coded and lead.organization_id is not None:
            leads_of[lead.organization_id].append(lead)
    told = [lead.id for lead in every_lead if lead.id not in coded or lead.id in alone]
    found = _Found(
        now=now,
        scores=_scores(session, told),
        conversations=_conversations(session, organization_ids, told),
        announcements=_announcements(session, organization_ids, told, now=now),
        visits=_visits(session, organization_ids),
        promises=_promises(session, organization_ids, told),
        citations=_citations(session, Citation.lead_id.in_(told)),
        people=_people(session, organization_ids),
        relatives=load_relatives(session, organization_ids, today=today),
        peers=_peers(session, [*organizations.values()], every_lead),
    )
    chapters = []
    for key in organization_ids:
        organization = organizations.get(key)
        if organization is not None:
            chapters.append(
                found.chapter_of(organization, leads_of[key], items, parts, coded=coded)
            )
    chapters += [found.chapter_alone(alone[key], items) for key in own_lead_ids if key in alone]
    return chapters, coded, left_out


@dataclass(frozen=True, slots=True)
class _Found:
    """What was read for all chapters at once."""

    now: datetime
    scores: Mapping[int, Score]
    conversations: Sequence[Interaction]
    announcements: Sequence[tuple[int | None, Announcement]]
    visits: Sequence[BreCall]
    promises: Sequence[FollowUp]
    citations: Sequence[Citation]
    people: Mapping[int, Sequence[Contact]]
    relatives: Mapping[int, Sequence[Relative]]
    peers: Sequence[Peer]

    def chapter_of(
        self,
        organization: Organization,
        leads: Sequence[Lead],
        items: Sequence[AgendaItem],
        parts: Sequence[MissionOrganization],
        *,
        coded: frozenset[int],
    ) -> Chapter:
        key, lead_ids = organization.id, {lead.id for lead in leads}

        def is_theirs(row: Interaction | FollowUp) -> bool:
            # What was said about a coded lead would tie it to the company.
            if row.lead_id in coded:
                return False
            return row.organization_id == key or row.lead_id in lead_ids

        own = [
            item
            for item in items
            if item.lead_id not in coded
            and (
                item.organization_id == key
                or item.lead_id in lead_ids
                or any(
                    one.organization_id == key and one.side is AgendaSide.THEIRS
                    for one in item.attendees
                )
            )
        ]
        people, attending = self._people(organization.id, own)
        announced = {
            one.id: one
            for party_id, one in self.announcements
            if (one.lead_id not in coded or state_of(one, self.now) is State.PUBLIC)
            and (party_id == key or one.lead_id in lead_ids)
        }
        return Chapter(
            key=organization.public_id,
            organization=organization,
            leads=leads,
            items=own,
            parts=[part for part in parts if part.organization_id == key],
            relatives=self.relatives.get(key, ()),
            people=people[:_PEOPLE],
            people_left_out=max(len(people) - _PEOPLE, 0),
            attending=attending,
            conversations=[row for row in self.conversations if is_theirs(row)][:_CONVERSATIONS],
            announcements=list(announced.values())[:_CONVERSATIONS],
            visits=[visit for visit in self.visits if visit.organization_id == key][:3],
            promises=[row for row in self.promises if is_theirs(row)],
            citations=[one for one in self.citations if one.lead_id in lead_ids],
            scores=self.scores,
            peers=self._peers(organization, leads),
        )

    def chapter_alone(self, lead: Lead, items: Sequence[AgendaItem]) -> Chapter:
        """A lead without its company: nothing that anybody wrote in words, which could name it."""
        return Chapter(
            key=lead.public_id,
            organization=None,
            leads=[lead],
            items=[item for item in items if item.lead_id == lead.id],
            scores=self.scores,
        )

    def _people(
        self, organization_id: int, items: Sequence[AgendaItem]
    ) -> tuple[list[Contact], frozenset[int]]:
        """Everybody of theirs, whoever attends first, then by rank."""
        attending = {
            one.contact.id: one.contact
            for item in items
            for one in item.attendees
            if one.side is AgendaSide.THEIRS
            and one.contact is not None
            and one.contact.organization_id in (organization_id, None)
        }
        everybody = {**attending, **{one.id: one for one in self.people.get(organization_id, ())}}
        ranked = sorted(
            everybody.values(),
            key=lambda one: (
                one.id not in attending,
                SENIORITY_RANKS[one.seniority] if one.seniority else len(SENIORITY_RANKS) + 1,
                one.printed_name,
            ),
        )
        return ranked, frozenset(attending)

    def _peers(self, organization: Organization, leads: Sequence[Lead]) -> list[Peer]:
        sectors = {organization.sector_id, *(lead.sector_id for lead in leads)} - {None}
        relatives = {one.id for one in self.relatives.get(organization.id, ())}
        return [
            peer
            for peer in self.peers
            if peer.reference.organization_id != organization.id
            and (
                peer.reference.organization_id in relatives
                or peer.reference.organization.sector_id in sectors
            )
        ][:_PEERS]


def _organizations(session: Session, keys: Sequence[int]) -> dict[int, Organization]:
    rows = session.scalars(
        sa.select(Organization)
        .where(Organization.id.in_(keys))
        .options(
            joinedload(Organization.sector),
            selectinload(Organization.names),
            selectinload(Organization.roles),
            selectinload(Organization.sites),
        )
    )
    return {row.id: row for row in rows}


def _leads(
    session: Session,
    organization_ids: Sequence[int],
    items: Sequence[AgendaItem],
    own_lead_ids: Sequence[int],
) -> Sequence[Lead]:
    on_agenda = {item.lead_id for item in items if item.lead_id} | set(own_lead_ids)
    return session.scalars(
        sa.select(Lead)
        .where(
            sa.or_(
                Lead.id.in_(on_agenda),
                sa.and_(
                    Lead.organization_id.in_(organization_ids),
                    # A coded lead is read whatever became of it: what hangs on it is left out.
                    sa.or_(
                        Lead.status.in_(_OPEN),
                        Lead.code_name.is_not(None),
                        Lead.is_company_disclosed.is_(False),
                    ),
                ),
            )
        )
        .options(joinedload(Lead.sector), joinedload(Lead.owner))
        .order_by(Lead.id.not_in(on_agenda), Lead.changed_at.desc(), Lead.id)
    ).all()


def _scores(session: Session, lead_ids: Sequence[int]) -> dict[int, Score]:
    if viewer_of(session).is_partner:
        return {}
    rows = session.scalars(
        sa.select(Score)
        .join(Lead, Lead.id == Score.lead_id)
        .where(
            Score.lead_id.in_(lead_ids),
            Score.is_current,
            Lead.status.in_(_OPEN),
            Lead.stage != StageCode.ANNOUNCED,
        )
    )
    return {row.lead_id: row for row in rows}


def _conversations(
    session: Session, organization_ids: Sequence[int], lead_ids: Sequence[int]
) -> Sequence[Interaction]:
    """The latest with each company and on each lead; more than are shown, as some are left out."""
    about = sa.or_(
        Interaction.organization_id.in_(organization_ids), Interaction.lead_id.in_(lead_ids)
    )
    held = Interaction.standing == InteractionStanding.HELD
    place = (
        sa.func.row_number()
        .over(
            partition_by=(Interaction.organization_id, Interaction.lead_id),
            order_by=(Interaction.happened_on.desc(), Interaction.id.desc()),
        )
        .label("place")
    )
    ranked = sa.select(Interaction.id, place).where(about, held).subquery()
    latest = sa.select(ranked.c.id).where(ranked.c.place <= _CONVERSATIONS)
    return session.scalars(
        sa.select(Interaction)
        .where(Interaction.id.in_(latest))
        .options(joinedload(Interaction.author))
        .order_by(Interaction.happened_on.desc(), Interaction.id.desc())
    ).all()


def _announcements(
    session: Session,
    organization_ids: Sequence[int],
    lead_ids: Sequence[int],
    *,
    now: datetime,
) -> list[tuple[int | None, Announcement]]:
    rows = session.execute(
        sa.select(AnnouncementParty.organization_id, Announcement)
        .select_from(Announcement)
        .outerjoin(
            AnnouncementParty,
            sa.and_(
                AnnouncementParty.announcement_id == Announcement.id,
                AnnouncementParty.organization_id.in_(organization_ids),
            ),
        )
        .where(
            past_embargo(viewer_of(session), now=now),
            sa.or_(
                AnnouncementParty.organization_id.is_not(None),
                Announcement.lead_id.in_(lead_ids),
            ),
        )
        .order_by(Announcement.announced_on.desc().nulls_last(), Announcement.id.desc())
    )
    return [(organization_id, one) for organization_id, one in rows]


def _visits(session: Session, organization_ids: Sequence[int]) -> Sequence[BreCall]:
    return session.scalars(
        sa.select(BreCall)
        .where(BreCall.organization_id.in_(organization_ids), BreCall.standing == BreStanding.DONE)
        .order_by(BreCall.visited_on.desc().nulls_last(), BreCall.id.desc())
    ).all()


def _promises(
    session: Session, organization_ids: Sequence[int], lead_ids: Sequence[int]
) -> Sequence[FollowUp]:
    return session.scalars(
        sa.select(FollowUp)
        .where(
            FollowUp.done_at.is_(None),
            sa.or_(FollowUp.organization_id.in_(organization_ids), FollowUp.lead_id.in_(lead_ids)),
        )
        .options(joinedload(FollowUp.owner))
        .order_by(FollowUp.due_on.is_(None), FollowUp.due_on, FollowUp.id)
    ).all()


def _citations(session: Session, condition: sa.ColumnElement[bool]) -> Sequence[Citation]:
    return session.scalars(
        sa.select(Citation)
        .where(condition)
        .options(joinedload(Citation.agreement), joinedload(Citation.statistic))
        .order_by(Citation.id)
    ).all()


def _people(session: Session, organization_ids: Sequence[int]) -> dict[int, list[Contact]]:
    found: dict[int, list[Contact]] = defaultdict(list)
    for contact in session.scalars(
        sa.select(Contact)
        .where(Contact.organization_id.in_(organization_ids))
        .order_by(Contact.printed_name, Contact.id)
    ):
        if contact.organization_id is not None:
            found[contact.organization_id].append(contact)
    return found


def _peers(
    session: Session, organizations: Iterable[Organization], leads: Iterable[Lead]
) -> list[Peer]:
    """Firms that are willing, those asked least often first."""
    asked = (
        sa.select(
            ReferenceRequest.reference_id,
            sa.func.count(ReferenceRequest.id).label("number"),
            sa.func.max(ReferenceRequest.asked_on).label("last_on"),
        )
        .group_by(ReferenceRequest.reference_id)
        .subquery()
    )
    number = sa.func.coalesce(asked.c.number, 0)
    rows = session.execute(
        sa.select(PeerReference, number, asked.c.last_on)
        .join(PeerReference.organization)
        .outerjoin(asked, asked.c.reference_id == PeerReference.id)
        .where(PeerReference.willingness.in_((Willingness.YES, Willingness.ASK_FIRST)))
        .options(joinedload(PeerReference.organization), joinedload(PeerReference.contact))
        .order_by(number, PeerReference.id)
        .limit(400)
    )
    return [Peer(reference, times, last_on) for reference, times, last_on in rows]


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
