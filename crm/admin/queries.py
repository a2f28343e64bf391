"""What the pages of administration show: people, offices, teams, stages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from crm.web.paging import Order, Page, fetch_page
from models.errors import NotFoundError
from models.interaction import Enquiry, FollowUp
from models.lead import Lead
from models.stage import LeadType, Stage, StageCode, StageRequirement, Status
from models.user import Language, Office, OfficeKind, Role, Team, TeamMember, User, UserSession

PAGE = 50
_OPEN = (Status.ACTIVE, Status.ON_HOLD)


@dataclass(frozen=True, slots=True)
class UserRow:
    """One person on the list. `may_sign_in` is false for owners that an import named."""

    public_id: str
    name: str
    username: str
    role: Role
    office: str | None
    language: Language
    time_zone: str
    is_active: bool
    may_sign_in: bool
    is_demo: bool
    may_count_all: bool | None
    open_leads: int = 0
    last_seen_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class OfficeRow:
    """One office on the list."""

    public_id: str
    name: str
    kind: OfficeKind
    country: str | None
    time_zone: str
    fiscal_year_start_month: int
    is_demo: bool
    people: int


@dataclass(frozen=True, slots=True)
class TeamRow:
    """One team on the list."""

    public_id: str
    name: str
    is_demo: bool
    members: int
    leads: int


@dataclass(frozen=True, slots=True)
class Owned:
    """What waits for a new owner when somebody leaves."""

    leads: int
    follow_ups: int
    enquiries: int


@dataclass(frozen=True, slots=True)
class StageRow:
    """One stage: its prior chance, and what it asks for by type of lead."""

    code: StageCode
    prior_probability: float
    asks: dict[LeadType, list[StageRequirement]]


def search_users(session: Session, *, text: str, state: str, cursor: str | None) -> Page[UserRow]:
    """A page of people by name."""
    statement: Any = sa.select(
        User.id,
        User.public_id,
        User.name,
        User.username,
        User.role,
        Office.name.label("office"),
        User.language,
        User.time_zone,
        User.is_active,
        User.password_hash.is_not(None).label("may_sign_in"),
        User.is_demo,
        User.may_count_all,
    ).outerjoin(Office, Office.id == User.office_id)
    if state == "active":
        statement = statement.where(User.is_active)
    elif state == "deactivated":
        statement = statement.where(~User.is_active)
    if text:
        statement = statement.where(
            sa.or_(
                User.name.icontains(text, autoescape=True),
                User.username.icontains(text, autoescape=True),
                Office.name.icontains(text, autoescape=True),
            )
        )
    page = fetch_page(
        session,
        statement,
        Order(User.name, User.public_id),
        size=PAGE,
        cursor=cursor,
        value_key="name",
    )
    ids = [row.id for row in page.rows]
    leads = _counts(session, Lead.owner_id, ids, Lead.status.in_(_OPEN))
    seen: dict[int, datetime] = dict(
        session.execute(
            sa.select(UserSession.user_id, sa.func.max(UserSession.last_seen_at))
            .where(UserSession.user_id.in_(ids))
            .group_by(UserSession.user_id)
        ).all()
    )
    rows = [
        UserRow(
            **{name: value for name, value in row._mapping.items() if name != "id"},
            open_leads=leads.get(row.id, 0),
            last_seen_at=seen.get(row.id),
        )
        for row in page.rows
    ]
    return Page(rows, page.next_cursor, page.is_first)


def get_user(session: Session, public_id: str) -> User:
    """One person with their office.

    Raises:
        NotFoundError: there is none.
    """
    return _found(
        session.scalars(
            sa.select(User).where(User.public_id == public_id).options(joinedload(User.office))
        ).one_or_none()
    )


def list_sessions(session: Session, user: User, *, since: datetime) -> Sequence[UserSession]:
    """The browsers in which a person is signed in."""
    return session.scalars(
        sa.select(UserSession)
        .where(
            UserSession.user_id == user.id,
            UserSession.ended_at.is_(None),
            UserSession.created_at > since,
        )
        .order_by(UserSession.last_seen_at.desc())
    ).all()


def list_teams_of(session: Session, user: User) -> Sequence[Team]:
    """The teams a person belongs to."""
    return session.scalars(
        sa.select(Team)
        .join(TeamMember, TeamMember.team_id == Team.id)
        .where(TeamMember.user_id == user.id)
        .order_by(Team.name)
    ).all()


def count_owned(session: Session, user: User) -> Owned:
    """What a person owns that is still to be done."""

    def count(of: Any, *where: sa.ColumnElement[bool]) -> int:
        statement = sa.select(sa.func.count()).select_from(of).where(of.owner_id == user.id, *where)
        return session.scalar(statement) or 0

    return Owned(
        leads=count(Lead, Lead.status.in_(_OPEN)),
        follow_ups=count(FollowUp, FollowUp.done_at.is_(None)),
        enquiries=count(Enquiry, Enquiry.answered_at.is_(None)),
    )


def list_offices(session: Session) -> list[OfficeRow]:
    """Every office, with how many people sit there."""
    offices = session.scalars(sa.select(Office).order_by(Office.name)).all()
    people = _counts(session, User.office_id, [office.id for office in offices], User.is_active)
    return [
        OfficeRow(
            public_id=office.public_id,
            name=office.name,
            kind=office.kind,
            country=office.country,
            time_zone=office.time_zone,
            fiscal_year_start_month=office.fiscal_year_start_month,
            is_demo=office.is_demo,
            people=people.get(office.id, 0),
        )
        for office in offices
    ]


def office_choices(session: Session) -> list[tuple[str, str]]:
    """Offices for a select, by public id."""
    rows = session.execute(sa.select(Office.public_id, Office.name).order_by(Office.name))
    return [(public_id, name) for public_id, name in rows]


def get_office(session: Session, public_id: str) -> Office:
    """One office.

    Raises:
        NotFoundError: there is none.
    """
    return _found(
        session.scalars(sa.select(Office).where(Office.public_id == public_id)).one_or_none()
    )


def list_teams(session: Session) -> list[TeamRow]:
    """Every team, with how many people belong to it and how many leads are its own."""
    teams = session.scalars(sa.select(Team).order_by(Team.name)).all()
    ids = [team.id for team in teams]
    members = _counts(session, TeamMember.team_id, ids)
    leads = _counts(session, Lead.team_id, ids)
    return [
        TeamRow(
            public_id=team.public_id,
            name=team.name,
            is_demo=team.is_demo,
            members=members.get(team.id, 0),
            leads=leads.get(team.id, 0),
        )
        for team in teams
    ]


def get_team(session: Session, public_id: str) -> Team:
    """One team.

    Raises:
        NotFoundError: there is none.
    """
    return _found(session.scalars(sa.select(Team).where(Team.public_id == public_id)).one_or_none())


def list_members(session: Session, team: Team) -> Sequence[User]:
    """The people of a team, with their offices."""
    return session.scalars(
        sa.select(User)
        .join(TeamMember, TeamMember.user_id == User.id)
        .where(TeamMember.team_id == team.id)
        .options(joinedload(User.office))
        .order_by(User.name)
    ).all()


def list_candidates(session: Session, team: Team) -> list[tuple[str, str]]:
    """Active people who are not in a team, for a select."""
    members = sa.select(TeamMember.user_id).where(TeamMember.team_id == team.id)
    rows = session.execute(
        sa.select(User.public_id, User.name, User.username)
        .where(User.is_active, User.id.not_in(members))
        .order_by(User.name)
    )
    return [(public_id, f"{name} ({username})") for public_id, name, username in rows]


def count_leads_of(session: Session, team: Team) -> int:
    """How many leads only this team sees."""
    statement = sa.select(sa.func.count()).select_from(Lead).where(Lead.team_id == team.id)
    return session.scalar(statement) or 0


def list_stages(session: Session) -> list[StageRow]:
    """The stages in order with what they ask for."""
    asks: dict[StageCode, dict[LeadType, list[StageRequirement]]] = {}
    for requirement in session.scalars(
        sa.select(StageRequirement).order_by(StageRequirement.position)
    ):
        of_stage = asks.setdefault(requirement.stage, {})
        of_stage.setdefault(requirement.lead_type, []).append(requirement)
    return [
        StageRow(stage.code, stage.prior_probability, asks.get(stage.code, {}))
        for stage in session.scalars(sa.select(Stage).order_by(Stage.position))
    ]


def _counts(session: Session, column: Any, ids: Sequence[int], *where: Any) -> dict[int, int]:
    rows = session.execute(
        sa.select(column, sa.func.count()).where(column.in_(ids), *where).group_by(column)
    )
    return dict(rows.all())


def _found(record: Any) -> Any:
    if record is None:
        raise NotFoundError
    return record
