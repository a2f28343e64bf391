"""Users, offices and teams."""

import itertools
from datetime import UTC, datetime

from crm.auth.service import actor_of
from crm.database import Database
from models.user import (
    LOCAL_ADMINISTRATOR,
    Actor,
    Language,
    Office,
    OfficeKind,
    Role,
    Team,
    TeamMember,
    User,
)

_numbers = itertools.count(1)
CREATED = datetime(2020, 1, 6, 14, 0, tzinfo=UTC)


def make_office(
    database: Database,
    *,
    name: str | None = None,
    time_zone: str = "America/Toronto",
    kind: OfficeKind = OfficeKind.HOME,
) -> Office:
    """An office."""
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="factory") as session:
        office = Office(name=name or f"Office {next(_numbers)}", kind=kind, time_zone=time_zone)
        session.add(office)
    return office


def make_user(
    database: Database,
    *,
    role: Role = Role.OFFICER,
    name: str | None = None,
    office: Office | None = None,
    language: Language = Language.EN,
    time_zone: str = "America/Toronto",
    may_count_all: bool | None = None,
    is_active: bool = True,
    password_hash: str | None = "of no password",
) -> User:
    """A person who can be signed in through the `sign_in` fixture, but by no password."""
    number = next(_numbers)
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="factory") as session:
        user = User(
            username=f"{role.value}{number}",
            name=name or f"{role.value.title()} {number}",
            role=role,
            office_id=office.id if office else None,
            language=language,
            time_zone=time_zone,
            may_count_all=may_count_all,
            is_active=is_active,
            password_hash=password_hash,
            created_at=CREATED,
        )
        session.add(user)
    return user


def make_team(database: Database, *members: User, name: str | None = None) -> Team:
    """A team with its members."""
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="factory") as session:
        team = Team(name=name or f"Team {next(_numbers)}", created_at=CREATED)
        session.add(team)
        session.flush()
        session.add_all(TeamMember(team_id=team.id, user_id=user.id) for user in members)
    return team


def actor_for(database: Database, user: User) -> Actor:
    """Who this user acts as, as of now."""
    with database.unscoped_reader(purpose="factory") as session:
        return actor_of(session, user, office_time_zone=user.time_zone)
