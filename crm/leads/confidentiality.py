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
from models.announcement import Announcement, AnnouncementParty
from models.contact import Contact
from models.errors import DomainError, ForbiddenError, N_
from models.interaction import Interaction, InteractionParticipant, StoredFile
from models.lead import Change, Lead
from models.organization import Organization, OrganizationRelation
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
    _set_team(session, lead, team_id)
    change_lead(
        session,
        lead,
        {"team_id": team_id, "confidentiality_reason": reason.strip()},
        change=Change.RESTRICTED,
        actor=actor,
        now=now,
        reason=reason.strip(),
    )


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
    _set_team(session, lead, None)
    change_lead(
        session,
        lead,
        {"team_id": None, "confidentiality_reason": None},
        change=Change.LIFTED,
        actor=actor,
        now=now,
        reason=reason.strip(),
    )


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
    organization_ids = _organizations_of(connection, lead.id)
    for organization_id in organization_ids:
        _settle_organization(connection, organization_id)
    connection.execute(
        sa.update(contacts).where(contacts.c.first_lead_id == lead.id).values(team_id=team_id)
    )
    touch_around(session, lead.id, organization_ids)
    session.expire_all()


# What hangs on a row that belongs to a lead or an organization.
_CHILDREN: tuple[tuple[type[Any], type[Any], str], ...] = (
    (Interaction, InteractionParticipant, "interaction_id"),
    (Interaction, StoredFile, "interaction_id"),
    (Announcement, AnnouncementParty, "announcement_id"),
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
        if table is leads or table is _table(OrganizationRelation):
            continue
        mine = table.c.organization_id == organization_id
        for owner in ("lead_id", "first_lead_id", "announcement_id"):
            # A row of a lead goes with that lead, not with the organization.
            if owner in table.c:
                mine = sa.and_(mine, table.c[owner].is_(None))
        connection.execute(sa.update(table).where(mine).values(team_id=team_id))
    _settle_relations(connection, organization_id)
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
    _update_children(connection, AnnouncementParty, "announcement_id", keys, team_id)


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


def _update_children(
    connection: sa.Connection, child: type[Any], key: str, parents: Any, team_id: int | None
) -> None:
    table = _table(child)
    connection.execute(sa.update(table).where(table.c[key].in_(parents)).values(team_id=team_id))


def _tables_with(column: str) -> list[sa.Table]:
    return [table for table in map(_table, scoped_classes()) if column in table.c]


def _table(cls: type[Any]) -> sa.Table:
    table: sa.Table = cls.__table__
    return table
