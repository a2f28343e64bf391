"""Commands on people, offices and teams. Accounts themselves are `crm.auth.accounts`."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm import audit
from crm.auth import accounts
from crm.timezones import zone_names
from models.errors import DomainError, ForbiddenError, N_
from models.user import Actor, Language, Office, OfficeKind, Role, Team, TeamMember, User


@dataclass(frozen=True, slots=True)
class UserDetails:
    """What an administrator says of a person. `may_count_all` None follows the role."""

    name: str
    role: Role
    time_zone: str
    office_id: int | None = None
    email: str | None = None
    language: Language = Language.EN
    may_count_all: bool | None = None


@dataclass(frozen=True, slots=True)
class OfficeDetails:
    """What is said of an office; its zone decides what "today" is there."""

    name: str
    kind: OfficeKind
    time_zone: str
    country: str | None = None
    fiscal_year_start_month: int = 1


def edit_user(session: Session, user: User, details: UserDetails, *, actor: Actor) -> None:
    """Change what is on file of a person; it holds from their next request on.

    Raises:
        DomainError: no name, an unknown zone, a partner without an office, or the last
            administrator would be gone.
    """
    _must_administer(actor)
    name = details.name.strip()
    if not name:
        raise DomainError(N_("Write the name shown to others."), field="name")
    _check_zone(details.time_zone)
    if details.role is Role.PARTNER and details.office_id is None:
        raise DomainError(
            N_("A partner needs an office: they see only what names it."), field="office"
        )
    if details.role is not user.role:
        accounts.set_role(session, user, details.role, actor=actor)
    user.name = name
    user.email = (details.email or "").strip() or None
    user.office_id = details.office_id
    user.language = details.language
    user.time_zone = details.time_zone
    user.may_count_all = details.may_count_all
    session.flush()


def add_office(session: Session, details: OfficeDetails, *, actor: Actor) -> Office:
    """Add an office.

    Raises:
        DomainError: no name, a name that is taken, an unknown zone or month.
    """
    _must_administer(actor)
    office = Office()
    _fill_office(session, office, details)
    session.add(office)
    session.flush()
    return office


def edit_office(session: Session, office: Office, details: OfficeDetails, *, actor: Actor) -> None:
    """Change what is on file of an office.

    Raises:
        DomainError: as for `add_office`.
    """
    _must_administer(actor)
    _fill_office(session, office, details)
    session.flush()


def add_team(session: Session, name: str, *, actor: Actor, now: datetime) -> Team:
    """Add a team without members: nobody sees through it yet.

    Raises:
        DomainError: no name, or one that is taken.
    """
    _must_administer(actor)
    team = Team(name=_free_team_name(session, name, None), created_at=now)
    session.add(team)
    session.flush()
    return team


def rename_team(session: Session, team: Team, name: str, *, actor: Actor) -> None:
    """Call a team something else.

    Raises:
        DomainError: no name, or one that is taken.
    """
    _must_administer(actor)
    team.name = _free_team_name(session, name, team)
    session.flush()


def add_member(session: Session, team: Team, user: User, *, actor: Actor, now: datetime) -> None:
    """Let a person see what the team sees, from their next request on.

    Raises:
        DomainError: they are a member already, or may see no lead at all.
    """
    _must_administer(actor)
    if not user.is_active:
        raise DomainError(N_("This account is deactivated."), field="member")
    if _find_member(session, team, user) is not None:
        raise DomainError(N_("This person is a member already."), field="member")
    session.execute(sa.insert(TeamMember), [{"team_id": team.id, "user_id": user.id}])
    _note_member(session, team, user, "member_added", now=now)


def remove_member(session: Session, team: Team, user: User, *, actor: Actor, now: datetime) -> None:
    """Take a person out of a team; what it sees is closed to them from the next request on.

    Raises:
        DomainError: they are no member.
    """
    _must_administer(actor)
    if _find_member(session, team, user) is None:
        raise DomainError(N_("This person is no member."), field="member")
    session.execute(
        sa.delete(TeamMember).where(TeamMember.team_id == team.id, TeamMember.user_id == user.id),
        execution_options={"synchronize_session": False},
    )
    _note_member(session, team, user, "member_removed", now=now)


def _fill_office(session: Session, office: Office, details: OfficeDetails) -> None:
    name = details.name.strip()
    if not name:
        raise DomainError(N_("Write the office's name."), field="name")
    taken = session.scalar(
        sa.select(Office.id).where(
            sa.func.lower(Office.name) == name.lower(), Office.id.is_distinct_from(office.id)
        )
    )
    if taken is not None:
        raise DomainError(N_("There is an office of this name already."), field="name")
    _check_zone(details.time_zone)
    if not 1 <= details.fiscal_year_start_month <= 12:
        raise DomainError(N_("Choose a month."), field="fiscal_year_start_month")
    office.name = name
    office.kind = details.kind
    office.country = details.country
    office.time_zone = details.time_zone
    office.fiscal_year_start_month = details.fiscal_year_start_month


def _free_team_name(session: Session, name: str, team: Team | None) -> str:
    name = name.strip()
    if not name:
        raise DomainError(N_("Write the team's name."), field="name")
    taken = session.scalar(sa.select(Team.id).where(sa.func.lower(Team.name) == name.lower()))
    if taken is not None and (team is None or taken != team.id):
        raise DomainError(N_("There is a team of this name already."), field="name")
    return name


def _find_member(session: Session, team: Team, user: User) -> TeamMember | None:
    return session.scalars(
        sa.select(TeamMember).where(TeamMember.team_id == team.id, TeamMember.user_id == user.id)
    ).one_or_none()


def _note_member(session: Session, team: Team, user: User, action: str, *, now: datetime) -> None:
    # A membership has no key of its own; the entry stands on the team and names the person.
    is_gone = action == "member_removed"
    words = f"{user.name} ({user.username})"
    audit.record(
        session,
        action,
        "teams",
        now=now,
        record_id=team.id,
        changes={"member": [words, None] if is_gone else [None, words]},
    )


def _check_zone(name: str) -> None:
    if name not in zone_names():
        raise DomainError(
            N_("There is no time zone called %(zone)s."), field="time_zone", zone=name
        )


def _must_administer(actor: Actor) -> None:
    if not actor.may_administer:
        raise ForbiddenError
