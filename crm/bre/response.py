"""Who answers for an office's company visits, which team may read them, and by what clock."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.calendars.business_days import due_moment
from models.bre_call import BreAnswer, BreCall, BreCase, BreFlag, BreSettings
from models.errors import DomainError, ForbiddenError, NotFoundError, N_
from models.user import Actor, Office, OfficeClosure, OfficeKind, Role, Team, TeamMember, User


@dataclass(frozen=True, slots=True)
class Clock:
    """An office's business days."""

    zone: str
    place: str | None
    days_off: Collection[date] = ()

    def due(self, raised_at: datetime, days: int) -> datetime:
        """So many business days later, at the same hour."""
        return due_moment(
            raised_at, days, zone=self.zone, place=self.place, extra_days_off=self.days_off
        )


@dataclass(frozen=True, slots=True)
class SettingsDetails:
    """What an administrator says of an office's company visits."""

    team_id: int | None = None
    owner_id: int | None = None
    backup_id: int | None = None
    manager_id: int | None = None
    red_reply_days: int = 2
    red_plan_days: int = 5
    red_close_days: int = 30
    yellow_reply_days: int = 5
    green_reply_days: int = 5


DAYS = (
    "red_reply_days",
    "red_plan_days",
    "red_close_days",
    "yellow_reply_days",
    "green_reply_days",
)
_MOST_DAYS = 250


def load_clock(session: Session, office: Office) -> Clock:
    """The calendar of an office, with the days on which it alone is closed."""
    days_off = session.scalars(
        sa.select(OfficeClosure.closed_on).where(OfficeClosure.office_id == office.id)
    )
    return Clock(office.time_zone, office.calendar_place, frozenset(days_off))


def find_settings(session: Session, office_id: int | None) -> BreSettings | None:
    """What an office says of its company visits."""
    return session.get(BreSettings, office_id) if office_id is not None else None


def choose_office(session: Session, actor: Actor) -> int | None:
    """Whose visit it is: the actor's office, or the one office that named a team."""
    named = session.scalars(
        sa.select(BreSettings.office_id).where(BreSettings.team_id.is_not(None))
    ).all()
    if actor.office_id in named or (actor.office_id is not None and len(named) != 1):
        return actor.office_id
    if len(named) == 1:
        return named[0]
    homes = session.scalars(sa.select(Office.id).where(Office.kind == OfficeKind.HOME)).all()
    return homes[0] if len(homes) == 1 else None


def settle_office(session: Session, call: BreCall, *, actor: Actor) -> BreSettings:
    """The settings by which a visit is answered; its office is chosen where none was.

    Raises:
        DomainError: no team is named, so that nobody could read what is said.
    """
    found = find_settings(session, call.office_id)
    if found is None or found.team_id is None:
        office_id = choose_office(session, actor)
        other = find_settings(session, office_id)
        if other is None or other.team_id is None:
            raise DomainError(
                N_(
                    "No team is named for company visits yet, so nobody may read the answers."
                    " An administrator names one under Administration, Offices."
                )
            )
        call.office_id, found = office_id, other
    return found


def settle_team(session: Session, call: BreCall, *, actor: Actor) -> int:
    """The team that reads what is said on a visit; the actor is one of it.

    Raises:
        DomainError: no team is named.
        ForbiddenError: the actor is not in the team.
    """
    settings = settle_office(session, call, actor=actor)
    assert settings.team_id is not None
    if settings.team_id not in actor.team_ids and not actor.sees_all:
        raise ForbiddenError(
            N_("What a company says on a visit is kept by a team that you do not belong to.")
        )
    return settings.team_id


def reads_answers(session: Session, call: BreCall, actor: Actor) -> bool:
    """Whether this person reads what is said on a visit, or will be."""
    if actor.is_partner:
        return False
    settings = find_settings(session, call.office_id)
    if settings is None or settings.team_id is None:
        settings = find_settings(session, choose_office(session, actor))
    if settings is None or settings.team_id is None:
        return False
    return actor.sees_all or settings.team_id in actor.team_ids


def has_a_team(session: Session) -> bool:
    """Whether any office has named a team for its company visits."""
    named = sa.select(BreSettings.office_id).where(BreSettings.team_id.is_not(None))
    return session.scalars(named.limit(1)).first() is not None


def is_of_a_team(session: Session, actor: Actor) -> bool:
    """Whether this person reads what was said on any company visit."""
    if actor.is_partner:
        return False
    named = sa.select(BreSettings.office_id).where(BreSettings.team_id.is_not(None))
    if not actor.sees_all:
        named = named.where(BreSettings.team_id.in_(sorted(actor.team_ids)))
    return session.scalars(named.limit(1)).first() is not None


def must_be_of_a_team(session: Session, actor: Actor) -> None:
    """Refuse, as if there were nothing, whoever belongs to no team of company visits.

    Raises:
        NotFoundError: they read nothing of what was said.
    """
    if not is_of_a_team(session, actor):
        raise NotFoundError


def save_settings(
    session: Session, office: Office, details: SettingsDetails, *, actor: Actor
) -> BreSettings:
    """Name who answers. What was said so far becomes the new team's.

    Raises:
        DomainError: the team would be gone while there are answers, or days that cannot be;
            whoever answers is not of the team.
        ForbiddenError: the actor is no administrator.
    """
    if not actor.may_administer:
        raise ForbiddenError
    for name in DAYS:
        if not 0 < getattr(details, name) <= _MOST_DAYS:
            raise DomainError(
                N_("Write a number of business days from 1 to %(most)s."),
                field=name,
                most=_MOST_DAYS,
            )
    if not details.red_reply_days <= details.red_plan_days <= details.red_close_days:
        raise DomainError(
            N_("A case is answered first, then planned, then closed."), field="red_plan_days"
        )
    _check_people(session, details)
    settings = session.get(BreSettings, office.id)
    if settings is None:
        settings = BreSettings(office_id=office.id)
        session.add(settings)
    before = settings.team_id
    if before is not None and details.team_id != before:
        _hand_over(session, office.id, details.team_id)
    for name in ("team_id", "owner_id", "backup_id", "manager_id", *DAYS):
        setattr(settings, name, getattr(details, name))
    session.flush()
    return settings


def _check_people(session: Session, details: SettingsDetails) -> None:
    if details.team_id is None:
        return
    members = set(
        session.scalars(sa.select(TeamMember.user_id).where(TeamMember.team_id == details.team_id))
    )
    for name in ("owner_id", "backup_id", "manager_id"):
        person = getattr(details, name)
        if person is not None and person not in members:
            raise DomainError(
                N_("This person is not in the team, and could not open the case."),
                field=name.removesuffix("_id"),
            )


def _hand_over(session: Session, office_id: int, team_id: int | None) -> None:
    """Give everything that was said on an office's visits to another team."""
    calls = sa.select(BreCall.id).where(BreCall.office_id == office_id)
    answers = session.scalars(sa.select(BreAnswer).where(BreAnswer.call_id.in_(calls))).all()
    flags = session.scalars(sa.select(BreFlag).where(BreFlag.call_id.in_(calls))).all()
    cases = session.scalars(sa.select(BreCase).where(BreCase.office_id == office_id)).all()
    if team_id is None and (answers or flags or cases):
        raise DomainError(
            N_("Companies have answered already: name the team that keeps what they said."),
            field="team",
        )
    rows: list[BreAnswer | BreFlag | BreCase] = [*answers, *flags, *cases]
    for row in rows:
        row.team_id = team_id


def people_of(session: Session, case: BreCase) -> list[User]:
    """Owner, backup and manager of a case, each once: those who work here and may read it.

    Where none of them may any more, those whom its office names now.
    """
    named = _readers(session, case, (case.owner_id, case.backup_id, case.manager_id))
    settings = find_settings(session, case.office_id)
    if named or settings is None:
        return named
    return _readers(session, case, (settings.owner_id, settings.backup_id, settings.manager_id))


def _readers(session: Session, case: BreCase, keys: Collection[int | None]) -> list[User]:
    members = sa.select(TeamMember.user_id).where(TeamMember.team_id == case.team_id)
    found = {
        user.id: user
        for user in session.scalars(
            sa.select(User).where(
                User.id.in_([key for key in keys if key is not None]),
                User.is_active,
                sa.or_(User.id.in_(members), User.role == Role.ADMIN),
            )
        )
    }
    return [found[key] for key in dict.fromkeys(keys) if key in found]


def is_member(session: Session, team_id: int | None, user_id: int | None) -> bool:
    """Whether somebody belongs to a team."""
    found = session.scalar(
        sa.select(TeamMember.user_id).where(
            TeamMember.team_id == team_id, TeamMember.user_id == user_id
        )
    )
    return found is not None


def list_teams(session: Session) -> list[tuple[str, str]]:
    """Every team, by public id and name."""
    rows = session.execute(sa.select(Team.public_id, Team.name).order_by(Team.name))
    return [(public_id, name) for public_id, name in rows]
