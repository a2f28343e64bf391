"""Who may see a lead: restricting it to a team, and lifting that.

Everything that could betray the lead carries its team: the rows that refer to it, the
organizations and contacts first entered through it, and what refers to those.
"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.leads.changes import change_lead
from models.announcement import Announcement, AnnouncementParty
from models.contact import Contact
from models.errors import DomainError, ForbiddenError, N_
from models.interaction import Interaction, InteractionParticipant
from models.lead import Change, Lead
from models.organization import Organization
from models.tables import scoped_classes
from models.user import Actor, Team


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
        DomainError: no reason.
        ForbiddenError: the actor is not a member of the team, nor an administrator.
    """
    if not actor.may_write:
        raise ForbiddenError
    if team_id not in actor.team_ids and not actor.sees_all:
        raise ForbiddenError(N_("You can restrict a lead only to a team that you belong to."))
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


def _set_team(session: Session, lead: Lead, team_id: int | None) -> None:
    connection = session.connection()
    for table in _tables_with("lead_id"):
        connection.execute(
            sa.update(table).where(table.c.lead_id == lead.id).values(team_id=team_id)
        )
    for parent, child, key in (
        (Interaction, InteractionParticipant, "interaction_id"),
        (Announcement, AnnouncementParty, "announcement_id"),
    ):
        parents = sa.select(_table(parent).c.id).where(_table(parent).c.lead_id == lead.id)
        table = _table(child)
        connection.execute(
            sa.update(table).where(table.c[key].in_(parents)).values(team_id=team_id)
        )
    organizations = _table(Organization)
    # An organization known through several leads belongs to none of them alone.
    leads = _table(Lead)
    entered = sa.select(organizations.c.id).where(
        organizations.c.first_lead_id == lead.id,
        ~sa.exists().where(leads.c.organization_id == organizations.c.id, leads.c.id != lead.id),
    )
    organization_ids = list(connection.execute(entered).scalars())
    for table in _tables_with("organization_id"):
        if "lead_id" not in table.c and table.name != "leads":
            connection.execute(
                sa.update(table)
                .where(table.c.organization_id.in_(organization_ids))
                .values(team_id=team_id)
            )
    contacts = _table(Contact)
    connection.execute(
        sa.update(contacts).where(contacts.c.first_lead_id == lead.id).values(team_id=team_id)
    )
    connection.execute(
        sa.update(organizations)
        .where(organizations.c.id.in_(organization_ids))
        .values(team_id=team_id)
    )
    session.expire_all()


def _tables_with(column: str) -> list[sa.Table]:
    return [table for table in map(_table, scoped_classes()) if column in table.c]


def _table(cls: type[Any]) -> sa.Table:
    table: sa.Table = cls.__table__
    return table
