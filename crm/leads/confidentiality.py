"""Who may see a lead: restricting it to a team, and lifting that.

Everything that could betray the lead carries its team: the rows that refer to it, and the
organizations and contacts first entered through it with what refers to those. An organization
belongs to a team as long as every lead about it does; it is open as soon as one is not.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.leads.changes import change_lead
from crm.search.around import touch_around
from models.agenda import (
    AgendaAttendee,
    AgendaItem,
    AgendaMaterial,
    AgendaNote,
    OfferedTime,
)
from models.agreement import Citation
from models.announcement import Announcement, AnnouncementParty
from models.bre_call import BreAnswer, BreCase, BreFlag
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
from models.errors import DomainError, ForbiddenError, N_
from models.interaction import Interaction, InteractionParticipant, StoredFile
from models.lead import Change, Lead
from models.mission import Delegate
from models.organization import Organization, OrganizationRelation
from models.reference import PeerReference, ReferenceRequest
from models.site_search import SearchPart, SearchSending, SiteOffer, SiteSearch
from models.tables import scoped_classes
from models.user import Actor, Team, TeamMember


def restrict_lead(
    session: Session,
    lead: Lead,
    *,
    team_id: int,
    reason: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Let only a team see the lead from the next request on.

    Raises:
        DomainError: no reason, or the owner would lose sight of the lead.
        ForbiddenError: the actor is not a member of the team, nor an administrator; or the lead
            is somebody else's and the actor no manager.
    """
    if not actor.may_write:
        raise ForbiddenError
    if team_id not in actor.team_ids and not actor.sees_all:
        raise ForbiddenError(N_("You can restrict a lead only to a team that you belong to."))
    if lead.owner_id not in (None, actor.id):
        if not actor.may_direct:
            raise ForbiddenError(N_("Only its owner or a manager restricts a lead."))
        if not _is_member(session, team_id, lead.owner_id):
            raise DomainError(
                N_("The owner is not in this team, and would lose sight of the lead."), field="team"
            )
    if not reason.strip():
        raise DomainError(N_("Say why the lead is confidential."), field="reason")
    session.get_one(Team, team_id)
    # The lead first: its audit entry names the team only as long as nobody wrote it past the hook.
    change_lead(
        session,
        lead,
        {"team_id": team_id, "confidentiality_reason": reason.strip()},
        change=Change.RESTRICTED,
        actor=actor,
        now=now,
        reason=reason.strip(),
    )
    _set_team(session, lead, team_id)
    session.refresh(lead)


def lift_restriction(
    session: Session, lead: Lead, *, reason: str, actor: Actor, now: datetime
) -> None:
    """Open a restricted lead to the whole office.

    Raises:
        DomainError: no reason, or the lead is open.
    """
    if not actor.may_write:
        raise ForbiddenError
    if lead.team_id is None:
        raise DomainError(N_("This lead is open to the office already."))
    if not reason.strip():
        raise DomainError(N_("Say why the lead is not confidential any more."), field="reason")
    change_lead(
        session,
        lead,
        {"team_id": None, "confidentiality_reason": None},
        change=Change.LIFTED,
        actor=actor,
        now=now,
        reason=reason.strip(),
    )
    _set_team(session, lead, None)
    session.refresh(lead)


def settle_organization(session: Session, organization_id: int) -> None:
    """Give an organization the team that follows from its leads, after those have changed."""
    session.flush()
    _settle_organization(session.connection(), organization_id)
    session.expire_all()


def _is_member(session: Session, team_id: int, user_id: int | None) -> bool:
    found = session.scalar(
        sa.select(TeamMember.user_id).where(
            TeamMember.team_id == team_id, TeamMember.user_id == user_id
        )
    )
    return found is not None


def _set_team(session: Session, lead: Lead, team_id: int | None) -> None:
    session.flush()
    connection = session.connection()
    leads, contacts = _table(Lead), _table(Contact)
    connection.execute(sa.update(leads).where(leads.c.id == lead.id).values(team_id=team_id))
    for table in _tables_with("lead_id"):
        connection.execute(
            sa.update(table).where(table.c.lead_id == lead.id).values(team_id=team_id)
        )
    for parent, child, key in _CHILDREN:
        parents = sa.select(_table(parent).c.id).where(_table(parent).c.lead_id == lead.id)
        _update_children(connection, child, key, parents, team_id)
    told = sa.select(_table(Announcement).c.id).where(_table(Announcement).c.lead_id == lead.id)
    _settle_approvals(connection, told, team_id)
    organization_ids = _organizations_of(connection, lead.id)
    for organization_id in organization_ids:
        _settle_organization(connection, organization_id)
    _settle_requests(connection, _table(ReferenceRequest).c.lead_id == lead.id)
    connection.execute(
        sa.update(contacts).where(contacts.c.first_lead_id == lead.id).values(team_id=team_id)
    )
    items, attendees = _table(AgendaItem), _table(AgendaAttendee)
    brought = sa.select(contacts.c.id).where(contacts.c.first_lead_id == lead.id)
    met = sa.select(items.c.id).where(items.c.lead_id == lead.id)
    _settle_attendees(
        connection,
        sa.or_(
            attendees.c.item_id.in_(met),
            attendees.c.contact_id.in_(brought),
            attendees.c.delegate_id.in_(_delegates(contact_id=brought)),
        ),
    )
    _settle_met(connection, item_id=met, contact_id=brought, lead_id=[lead.id])
    touch_around(session, lead.id, organization_ids)
    session.expire_all()


# What a company said on a visit is its team's, whatever becomes of a lead or the organization.
_OF_THEIR_OWN_TEAM = (BreAnswer, BreCase, BreFlag)

_OF_ANNOUNCEMENT = (
    AnnouncementParty,
    AnnouncementDraft,
    AnnouncementSource,
    Attribution,
    Citation,
    Commitment,
    DeliveryCheck,
    StoredFile,
)

# What hangs on a row that belongs to a lead or an organization.
_CHILDREN: tuple[tuple[type[Any], type[Any], str], ...] = (
    (Interaction, InteractionParticipant, "interaction_id"),
    (Interaction, StoredFile, "interaction_id"),
    *((Announcement, child, "announcement_id") for child in _OF_ANNOUNCEMENT),
    *((AgendaItem, child, "item_id") for child in (AgendaMaterial, AgendaNote, OfferedTime)),
    *((SiteSearch, child, "search_id") for child in (SiteOffer, SearchPart, SearchSending)),
)


def _organizations_of(connection: sa.Connection, lead_id: int) -> Sequence[int]:
    """The organizations that the lead may hide or open: its own, and those entered through it."""
    leads, organizations = _table(Lead), _table(Organization)
    return (
        connection.execute(
            sa.select(organizations.c.id).where(
                sa.or_(
                    organizations.c.first_lead_id == lead_id,
                    organizations.c.id.in_(
                        sa.select(leads.c.organization_id).where(leads.c.id == lead_id)
                    ),
                )
            )
        )
        .scalars()
        .all()
    )


def _settle_organization(connection: sa.Connection, organization_id: int) -> None:
    """Give an organization the team that all leads about it share, or none, and its rows too."""
    leads, organizations = _table(Lead), _table(Organization)
    first = connection.execute(
        sa.select(organizations.c.first_lead_id).where(organizations.c.id == organization_id)
    ).scalar()
    teams = set(
        connection.execute(
            sa.select(leads.c.team_id).where(
                sa.or_(leads.c.organization_id == organization_id, leads.c.id == first)
            )
        ).scalars()
    )
    # One that was on file before any lead is nobody's secret.
    team_id = teams.pop() if first is not None and len(teams) == 1 else None
    connection.execute(
        sa.update(organizations)
        .where(organizations.c.id == organization_id)
        .values(team_id=team_id)
    )
    for table in _tables_with("organization_id"):
        if table in (leads, _table(OrganizationRelation), _table(AgendaAttendee)):
            continue
        mine = table.c.organization_id == organization_id
        for owner in ("lead_id", "first_lead_id", "announcement_id"):
            # A row of a lead goes with that lead, not with the organization.
            if owner in table.c:
                mine = sa.and_(mine, table.c[owner].is_(None))
        connection.execute(sa.update(table).where(mine).values(team_id=team_id))
    _settle_relations(connection, organization_id)
    words = _table(PeerReference)
    theirs = sa.select(words.c.id).where(words.c.organization_id == organization_id)
    _settle_requests(connection, _table(ReferenceRequest).c.reference_id.in_(theirs))
    _settle_agenda(connection, organization_id, team_id)
    interactions, announcements = _table(Interaction), _table(Announcement)
    named = _table(AnnouncementParty)
    alone = sa.select(interactions.c.id).where(
        interactions.c.lead_id.is_(None), interactions.c.organization_id == organization_id
    )
    for child in (InteractionParticipant, StoredFile):
        _update_children(connection, child, "interaction_id", alone, team_id)
    told = sa.select(announcements.c.id).where(
        announcements.c.lead_id.is_(None),
        announcements.c.id.in_(
            sa.select(named.c.announcement_id).where(named.c.organization_id == organization_id)
        ),
    )
    keys = list(connection.execute(told).scalars())
    connection.execute(
        sa.update(announcements).where(announcements.c.id.in_(keys)).values(team_id=team_id)
    )
    for part in _OF_ANNOUNCEMENT:
        _update_children(connection, part, "announcement_id", keys, team_id)
    _settle_approvals(connection, keys, team_id)


def _settle_relations(connection: sa.Connection, organization_id: int) -> None:
    """A relation is as hidden as either of its ends."""
    relations, organizations = _table(OrganizationRelation), _table(Organization)
    one, other = organizations.alias(), organizations.alias()
    connection.execute(
        sa.update(relations)
        .where(
            sa.or_(
                relations.c.organization_id == organization_id,
                relations.c.other_id == organization_id,
            )
        )
        .values(
            team_id=sa.func.coalesce(
                sa.select(one.c.team_id)
                .where(one.c.id == relations.c.organization_id)
                .scalar_subquery(),
                sa.select(other.c.team_id)
                .where(other.c.id == relations.c.other_id)
                .scalar_subquery(),
            )
        )
    )


def _settle_requests(connection: sa.Connection, where: sa.ColumnElement[bool]) -> None:
    """A firm asked for a lead is as hidden as the lead, and as the firm itself."""
    requests = _table(ReferenceRequest)
    teams = [
        sa.select(table.c.team_id).where(table.c.id == requests.c[key]).scalar_subquery()
        for table, key in ((_table(Lead), "lead_id"), (_table(PeerReference), "reference_id"))
    ]
    connection.execute(sa.update(requests).where(where).values(team_id=sa.func.coalesce(*teams)))


def _settle_agenda(connection: sa.Connection, organization_id: int, team_id: int | None) -> None:
    """What hangs on the items that are about the organization alone, and who came from it."""
    items, attendees = _table(AgendaItem), _table(AgendaAttendee)
    alone = sa.select(items.c.id).where(
        items.c.lead_id.is_(None), items.c.organization_id == organization_id
    )
    for child in (AgendaMaterial, AgendaNote, OfferedTime):
        _update_children(connection, child, "item_id", alone, team_id)
    contacts = _table(Contact)
    theirs = sa.select(contacts.c.id).where(contacts.c.organization_id == organization_id)
    _settle_attendees(
        connection,
        sa.or_(
            attendees.c.item_id.in_(alone),
            attendees.c.organization_id == organization_id,
            attendees.c.delegate_id.in_(
                _delegates(contact_id=theirs, organization_id=[organization_id])
            ),
        ),
    )
    _settle_met(connection, item_id=alone, contact_id=theirs, organization_id=[organization_id])


def _delegates(**keys: Any) -> Any:
    """The delegates that name one of these records: people of our side can be of a company too."""
    delegates = _table(Delegate)
    return sa.select(delegates.c.id).where(
        sa.or_(*(delegates.c[name].in_(these) for name, these in keys.items()))
    )


def _settle_attendees(connection: sa.Connection, where: sa.ColumnElement[bool]) -> None:
    """Somebody at an item is as hidden as the item, and as their company and their own record."""
    attendees, delegates = _table(AgendaAttendee), _table(Delegate)
    teams = [
        sa.select(table.c.team_id).where(table.c.id == attendees.c[key]).scalar_subquery()
        for table, key in (
            (_table(AgendaItem), "item_id"),
            (_table(Organization), "organization_id"),
            (_table(Contact), "contact_id"),
        )
    ]
    teams += [
        sa.select(table.c.team_id)
        .join(delegates, delegates.c[key] == table.c.id)
        .where(delegates.c.id == attendees.c.delegate_id)
        .scalar_subquery()
        for table, key in (
            (_table(Organization), "organization_id"),
            (_table(Contact), "contact_id"),
        )
    ]
    connection.execute(sa.update(attendees).where(where).values(team_id=sa.func.coalesce(*teams)))


def settle_attendees(session: Session, item: AgendaItem) -> None:
    """Give those who sit at an agenda item the team that follows from it and from who they are."""
    session.flush()
    _settle_attendees(session.connection(), _table(AgendaAttendee).c.item_id == item.id)
    for row in session.identity_map.values():
        if isinstance(row, AgendaAttendee):
            session.expire(row)


def settle_item(session: Session, item: AgendaItem) -> None:
    """Give what came of an agenda item the team that follows from it, after it has changed."""
    session.flush()
    _settle_met(session.connection(), item_id=[item.id])
    for cls in (Card, Gift, ThankYou, StoredFile):
        for row in session.identity_map.values():
            if isinstance(row, cls):
                session.expire(row)


def _settle_met(connection: sa.Connection, **keys: Any) -> None:
    """A card, a letter or a gift is as hidden as what it is about, and as whom it is of.

    `keys` says which of them to look at, by the columns that name what has changed.
    """
    cards, files = _table(Card), _table(StoredFile)
    for table in (cards, _table(Gift), _table(ThankYou)):
        changed = sa.or_(*(table.c[key].in_(keys[key]) for key in keys if key in table.c))
        teams = [
            sa.select(_table(cls).c.team_id).where(_table(cls).c.id == table.c[key])
            for cls, key in (
                (Lead, "lead_id"),
                (AgendaItem, "item_id"),
                (Organization, "organization_id"),
                (Contact, "contact_id"),
            )
            if key in table.c
        ]
        connection.execute(
            sa.update(table)
            .where(changed)
            .values(team_id=sa.func.coalesce(*(team.scalar_subquery() for team in teams)))
        )
    connection.execute(
        sa.update(files)
        .where(files.c.card_id.in_(_cards_of(cards, keys)))
        .values(
            team_id=sa.select(cards.c.team_id)
            .where(cards.c.id == files.c.card_id)
            .scalar_subquery()
        )
    )


def _cards_of(cards: sa.Table, keys: Any) -> Any:
    named = (cards.c[key].in_(keys[key]) for key in keys if key in cards.c)
    return sa.select(cards.c.id).where(sa.or_(*named))


def _settle_approvals(connection: sa.Connection, announcements: Any, team_id: int | None) -> None:
    """Who agreed to the words of these announcements is as hidden as they are."""
    drafts = _table(AnnouncementDraft)
    versions = sa.select(drafts.c.id).where(drafts.c.announcement_id.in_(announcements))
    _update_children(connection, DraftApproval, "draft_id", versions, team_id)


def _update_children(
    connection: sa.Connection, child: type[Any], key: str, parents: Any, team_id: int | None
) -> None:
    table = _table(child)
    connection.execute(sa.update(table).where(table.c[key].in_(parents)).values(team_id=team_id))


def _tables_with(column: str) -> list[sa.Table]:
    classes = [cls for cls in scoped_classes() if cls not in _OF_THEIR_OWN_TEAM]
    return [table for table in map(_table, classes) if column in table.c]


def _table(cls: type[Any]) -> sa.Table:
    table: sa.Table = cls.__table__
    return table
