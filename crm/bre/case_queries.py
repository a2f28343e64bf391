"""What the pages of cases read; for the team alone."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, joinedload

from crm.bre.queries import company_columns
from models.bre_call import (
    BreCall,
    BreCase,
    BreFlag,
)
from models.errors import NotFoundError
from models.organization import Organization
from models.user import Actor, TeamMember, User


def list_cases(
    session: Session, *, is_open: bool, owner_id: int | None = None, limit: int = 200
) -> Sequence[Any]:
    """Cases with their company and owner: open ones by what is due next, closed ones the latest."""
    owner = aliased(User)
    statement = (
        sa.select(BreCase, owner.name.label("owner_name"), *company_columns())
        .join(Organization, Organization.id == BreCase.organization_id)
        .outerjoin(owner, owner.id == BreCase.owner_id)
    )
    if is_open:
        statement = statement.where(BreCase.closed_at.is_(None)).order_by(
            next_due_column(), BreCase.id
        )
    else:
        statement = statement.where(BreCase.closed_at.is_not(None)).order_by(
            BreCase.closed_at.desc(), BreCase.id.desc()
        )
    if owner_id is not None:
        statement = statement.where(BreCase.owner_id == owner_id)
    return session.execute(statement.limit(limit)).all()


def next_due_column() -> sa.ColumnElement[datetime]:
    """What is due next on a case: the first answer, the plan, the end."""
    return sa.case(
        (BreCase.replied_at.is_(None), BreCase.reply_due_at),
        (BreCase.planned_at.is_(None), BreCase.plan_due_at),
        else_=BreCase.close_due_at,
    )


def get_case(session: Session, public_id: str) -> BreCase:
    """A case with its company, its visit and its people.

    Raises:
        NotFoundError: there is none that this session may see.
    """
    found = session.scalars(
        sa.select(BreCase)
        .join(BreCase.organization)
        .where(BreCase.public_id == public_id)
        .options(
            joinedload(BreCase.organization),
            joinedload(BreCase.call).joinedload(BreCall.site),
            joinedload(BreCase.owner),
            joinedload(BreCase.backup),
            joinedload(BreCase.manager),
        )
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def list_flags_of_case(session: Session, case: BreCase) -> Sequence[BreFlag]:
    """The flags that a case answers for."""
    return session.scalars(
        sa.select(BreFlag).where(BreFlag.case_id == case.id).order_by(BreFlag.id)
    ).all()


def list_members(session: Session, team_id: int | None) -> list[tuple[str, str]]:
    """Who is in a team, by public id and name."""
    if team_id is None:
        return []
    rows = session.execute(
        sa.select(User.public_id, User.name)
        .join(TeamMember, TeamMember.user_id == User.id)
        .where(TeamMember.team_id == team_id, User.is_active)
        .order_by(User.name, User.id)
    )
    return [(public_id, name) for public_id, name in rows]


def list_my_cases(session: Session, actor: Actor) -> Sequence[Any]:
    """Open cases that this person owns; none for whoever belongs to no team."""
    if actor.id is None or not actor.team_ids:
        return []
    return list_cases(session, is_open=True, owner_id=actor.id, limit=10)
