"""Who sees what, added to every statement in one place.

A session carries its viewer. Each ORM statement gets criteria for every table that can betray a
lead (`models.base.TeamScoped`); a session without a viewer refuses to read. What this cannot
reach (Core tables, `text()`, `from_statement`, rows already in the identity map) is kept out of
the code by `tests/test_visibility_lint.py`.
"""

from functools import lru_cache
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import ORMExecuteState, Session, sessionmaker, with_loader_criteria
from sqlalchemy.sql.elements import ColumnElement

from crm.search.grams import TOLD
from models.agenda import (
    AgendaAttendee,
    AgendaItem,
    AgendaMaterial,
    AgendaNote,
    OfferedTime,
)
from models.agreement import Citation
from models.announcement import Announcement, AnnouncementParty
from models.base import TeamScoped
from models.bre_call import BreAnswer, BreCall, BreCase, BreFlag
from models.card import Card, Gift, ThankYou
from models.commitment import (
    AnnouncementDraft,
    AnnouncementSource,
    Attribution,
    Commitment,
    DeliveryCheck,
    DraftApproval,
)
from models.contact import Contact
from models.duplicate import OrganizationMerge, StewardNotice
from models.interaction import (
    Enquiry,
    FollowUp,
    Interaction,
    InteractionParticipant,
    StoredFile,
)
from models.lead import Lead, LeadParty
from models.mission import Mission, MissionOffice
from models.organization import (
    Organization,
    OrganizationIdentifier,
    OrganizationName,
    OrganizationRelation,
    Site,
)
from models.reference import PeerReference, ReferenceRequest
from models.search import SearchEntry
from models.site_search import SearchPart, SearchSending, SiteOffer, SiteSearch
from models.tables import scoped_classes
from models.user import Actor

S = TypeVar("S", bound=sa.Select[Any])

_NO_OFFICE = -1
_VIEWER = "viewer"
_UNSCOPED = "unscoped"
_OPTIONS = "visibility options"
_TOTALS_OPTIONS = "visibility options of totals"


class NoViewerError(RuntimeError):
    """A session was asked to read before anybody said who looks: a mistake in the code."""


def install(factory: sessionmaker[Session]) -> None:
    """Add the criteria to every statement of the sessions that `factory` makes."""
    sa.event.listen(factory, "do_orm_execute", _add_criteria)


def set_viewer(session: Session, actor: Actor) -> None:
    """Everything `session` reads from now on is what `actor` may see."""
    session.info[_VIEWER] = actor
    session.info.pop(_UNSCOPED, None)
    session.info[_OPTIONS] = _criteria(actor)
    session.info[_TOTALS_OPTIONS] = () if actor.counts_all else session.info[_OPTIONS]


def set_unscoped(session: Session, purpose: str) -> None:
    """Everything `session` reads is everything there is; `purpose` says what needs that."""
    session.info[_UNSCOPED] = purpose


def viewer_of(session: Session) -> Actor:
    """Who looks through this session.

    Raises:
        NoViewerError: the session is unscoped, or nobody was set.
    """
    actor = session.info.get(_VIEWER)
    if not isinstance(actor, Actor):
        raise NoViewerError("This session has no viewer.")
    return actor


def may_write_through(session: Session) -> bool:
    """Whether who looks through this session may write; work without a viewer may."""
    viewer = session.info.get(_VIEWER)
    return _UNSCOPED in session.info or viewer is None or viewer.may_write


def over_all_leads(statement: S) -> S:
    """Let a total run over every lead for a viewer who counts all; for others it changes nothing.

    Only for statements that return sums and counts, never rows of leads.
    """
    return statement.execution_options(counts_all=True)


def criteria_of(session: Session, *, counts_all: bool = False) -> tuple[Any, ...]:
    """The options that narrow a statement to what the viewer of this session may see.

    For the search, which compiles its own; every other statement is narrowed as it is executed.

    Raises:
        NoViewerError: nobody said who looks.
    """
    if _UNSCOPED in session.info:
        return ()
    if _VIEWER not in session.info:
        raise NoViewerError("A session without a viewer refuses to read.")
    found: tuple[Any, ...] = session.info[_TOTALS_OPTIONS if counts_all else _OPTIONS]
    return found


def _add_criteria(state: ORMExecuteState) -> None:
    if state.is_column_load or state.is_relationship_load:
        # Relationship and column loads inherit the criteria of the statement they come from.
        return
    counts_all = bool(state.execution_options.get("counts_all"))
    options = criteria_of(state.session, counts_all=counts_all)
    if options:
        state.statement = state.statement.options(*options)


def _criteria(actor: Actor) -> tuple[Any, ...]:
    if actor.sees_all:
        return ()
    return _criteria_of(tuple(sorted(actor.team_ids)), actor.is_partner, actor.office_id)


@lru_cache(maxsize=1024)
def _criteria_of(
    team_ids: tuple[int, ...], is_partner: bool, office_id: int | None
) -> tuple[Any, ...]:
    """Made once for all who see alike: making them takes longer than a short statement."""
    options = [
        with_loader_criteria(cls, _in_teams(cls, team_ids), include_aliases=True)
        for cls in scoped_classes()
    ]
    if is_partner:
        options += _partner_criteria(office_id)
    return tuple(options)


def _in_teams(cls: type[TeamScoped], team_ids: tuple[int, ...]) -> ColumnElement[bool]:
    # Columns are taken from the mapped class, so aliases are adapted by the loader criteria.
    if team_ids:
        return sa.or_(cls.team_id.is_(None), cls.team_id.in_(team_ids))
    return cls.team_id.is_(None)


def _partner_criteria(office_id: int | None) -> list[Any]:
    """A partner sees the leads, missions and follow-ups that name their office, no more.

    The inner selects are on Core tables on purpose: criteria inside criteria would recurse.
    """
    if office_id is None:
        # Nothing names no office; a comparison with null would find what has none.
        office_id = _NO_OFFICE
    leads = Lead.__table__
    named = sa.or_(leads.c.office_id == office_id, leads.c.partner_office_id == office_id)
    lead_ids = sa.select(leads.c.id).where(named)
    organization_ids = sa.union(
        sa.select(leads.c.organization_id).where(named, leads.c.organization_id.is_not(None)),
        sa.select(LeadParty.__table__.c.organization_id).where(
            LeadParty.__table__.c.lead_id.in_(lead_ids)
        ),
    )
    interactions = Interaction.__table__
    interaction_ids = sa.select(interactions.c.id).where(interactions.c.lead_id.in_(lead_ids))
    announcement_ids = sa.select(Announcement.__table__.c.id).where(
        Announcement.__table__.c.lead_id.in_(lead_ids)
    )
    contact_ids = sa.select(InteractionParticipant.__table__.c.contact_id).where(
        InteractionParticipant.__table__.c.interaction_id.in_(interaction_ids),
        InteractionParticipant.__table__.c.contact_id.is_not(None),
    )
    mission_offices = MissionOffice.__table__
    mission_ids = sa.select(mission_offices.c.mission_id).where(
        mission_offices.c.office_id == office_id
    )
    by_class: dict[Any, Any] = {
        Lead: Lead.id.in_(lead_ids),
        Mission: Mission.id.in_(mission_ids),
        FollowUp: sa.or_(FollowUp.office_id == office_id, FollowUp.lead_id.in_(lead_ids)),
        Enquiry: sa.or_(Enquiry.office_id == office_id, Enquiry.lead_id.in_(lead_ids)),
        Organization: Organization.id.in_(organization_ids),
        Contact: Contact.id.in_(contact_ids),
        InteractionParticipant: InteractionParticipant.interaction_id.in_(interaction_ids),
        StoredFile: StoredFile.lead_id.in_(lead_ids),
        AnnouncementParty: AnnouncementParty.announcement_id.in_(announcement_ids),
        OrganizationRelation: sa.and_(
            OrganizationRelation.organization_id.in_(organization_ids),
            OrganizationRelation.other_id.in_(organization_ids),
        ),
    }
    for part in (OrganizationName, OrganizationIdentifier, Site, OrganizationMerge):
        by_class[part] = part.organization_id.in_(organization_ids)
    by_class[StewardNotice] = sa.false()
    items = AgendaItem.__table__
    item_ids = sa.select(items.c.id).where(
        items.c.mission_id.in_(mission_ids),
        sa.or_(items.c.lead_id.is_(None), items.c.lead_id.in_(lead_ids)),
    )
    by_class[AgendaItem] = AgendaItem.id.in_(item_ids)
    for of_item in (AgendaAttendee, AgendaMaterial, AgendaNote, OfferedTime):
        by_class[of_item] = of_item.item_id.in_(item_ids)
    # Who was met on a mission that names their office, unless it was about a lead of others.
    for of_mission in (Card, ThankYou, Gift):
        by_class[of_mission] = sa.or_(
            of_mission.item_id.in_(item_ids),
            sa.and_(of_mission.item_id.is_(None), of_mission.mission_id.in_(mission_ids)),
        )
    for of_announcement in (
        AnnouncementSource,
        Attribution,
        Commitment,
        DeliveryCheck,
        AnnouncementDraft,
    ):
        by_class[of_announcement] = of_announcement.announcement_id.in_(announcement_ids)
    # What a firm said in a company visit, and the words before they are said, stay in the house.
    for in_house in (BreAnswer, BreCall, BreCase, BreFlag, DraftApproval, PeerReference):
        by_class[in_house] = sa.false()
    by_class[ReferenceRequest] = sa.false()
    search_ids = sa.select(SiteSearch.__table__.c.id).where(
        SiteSearch.__table__.c.lead_id.in_(lead_ids)
    )
    for of_search in (SearchPart, SearchSending, SiteOffer):
        by_class[of_search] = of_search.search_id.in_(search_ids)
    by_class[Citation] = sa.or_(
        Citation.lead_id.in_(lead_ids), Citation.announcement_id.in_(announcement_ids)
    )
    by_class[SearchEntry] = sa.or_(
        SearchEntry.lead_id.in_(lead_ids),
        SearchEntry.organization_id.in_(organization_ids),
        SearchEntry.contact_id.in_(contact_ids),
        # Items of an agenda are about leads of others too: a mission is found by its name.
        sa.and_(SearchEntry.mission_id.in_(mission_ids), SearchEntry.keys != TOLD),
        SearchEntry.interaction_id.in_(interaction_ids),
        SearchEntry.announcement_id.in_(announcement_ids),
        SearchEntry.agreement_id.is_not(None),
        SearchEntry.statistic_id.is_not(None),
    )
    for cls in scoped_classes():
        if cls not in by_class:
            by_class[cls] = sa.inspect(cls).attrs["lead_id"].class_attribute.in_(lead_ids)
    return [
        with_loader_criteria(cls, condition, include_aliases=True)
        for cls, condition in by_class.items()
    ]
