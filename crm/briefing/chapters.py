"""The chapters of a briefing book: what is told of each company, read for all of them at once."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy.orm import Session

from crm.announcements.embargo import State, state_of
from crm.briefing.chapter_queries import (
    LATEST,
    Peer,
    list_announced,
    list_citations,
    list_conversations,
    list_leads,
    list_peers,
    list_promises,
    list_visits,
    load_organizations,
    load_people,
    load_scores,
    load_standings,
)
from crm.briefing.relatives import Relative, load_relatives
from crm.scores.states import Standing
from models.agenda import AgendaItem, AgendaSide
from models.agreement import Citation
from models.announcement import Announcement
from models.bre_call import BreCall
from models.contact import SENIORITY_RANKS, Contact
from models.interaction import FollowUp, Interaction
from models.lead import Lead
from models.mission import MissionOrganization
from models.organization import Organization
from models.score import Score

_PEOPLE = 12
_PEERS = 5
MOST_CHAPTERS = 80


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
    standings: Mapping[int, Standing] = field(default_factory=dict)
    peers: Sequence[Peer] = ()

    @property
    def is_coded(self) -> bool:
        """Whether it stands under a code name alone."""
        return self.organization is None and bool(self.leads)


def is_coded(lead: Lead | None) -> bool:
    """Whether a lead goes by its code name: print must not tie it to its company."""
    return lead is not None and (lead.code_name is not None or not lead.is_company_disclosed)


def load_chapters(
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
    """The chapters, the coded leads they leave out, and how many have no room."""
    left_out = max(len(organization_ids) + len(own_lead_ids) - MOST_CHAPTERS, 0)
    organization_ids = organization_ids[: MOST_CHAPTERS - min(len(own_lead_ids), MOST_CHAPTERS)]
    own_lead_ids = own_lead_ids[:MOST_CHAPTERS]
    organizations = load_organizations(session, organization_ids)
    every_lead = list_leads(session, organization_ids, items, own_lead_ids)
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
        scores=load_scores(session, told),
        standings=load_standings(session, told),
        conversations=list_conversations(session, organization_ids, told),
        announcements=list_announced(session, organization_ids, told, now=now),
        visits=list_visits(session, organization_ids),
        promises=list_promises(session, organization_ids, told),
        citations=list_citations(session, Citation.lead_id.in_(told)),
        people=load_people(session, organization_ids),
        relatives=load_relatives(session, organization_ids, today=today),
        peers=list_peers(session, [*organizations.values()], every_lead),
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
    standings: Mapping[int, Standing]
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
            conversations=[row for row in self.conversations if is_theirs(row)][:LATEST],
            announcements=list(announced.values())[:LATEST],
            visits=[visit for visit in self.visits if visit.organization_id == key][:3],
            promises=[row for row in self.promises if is_theirs(row)],
            citations=[one for one in self.citations if one.lead_id in lead_ids],
            scores=self.scores,
            standings=self.standings,
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
            standings=self.standings,
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
