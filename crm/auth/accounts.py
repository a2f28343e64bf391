"""Commands on accounts: adding people, changing their role, deactivating them."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.auth.passwords import Passwords
from crm.auth.service import end_sessions_of, find_user
from crm.timezones import zone_names
from models.announcement import Announcement
from models.errors import DomainError, ForbiddenError, N_
from models.interaction import Enquiry, FollowUp
from models.lead import Lead
from models.mission import Mission, MissionStanding
from models.site_search import SiteSearch
from models.stage import Status
from models.user import Actor, Language, Office, OfficeKind, Role, User, fold_username


def get_user(session: Session, username: str) -> User:
    """The user who signs in with this name.

    Raises:
        DomainError: there is none.
    """
    user = find_user(session, username)
    if user is None:
        raise DomainError(N_("There is no user called %(name)s."), field="name", name=username)
    return user


def add_user(
    session: Session,
    *,
    username: str,
    name: str,
    role: Role,
    password: str,
    passwords: Passwords,
    time_zone: str,
    actor: Actor,
    now: datetime,
    office_id: int | None = None,
    office_name: str | None = None,
    language: Language = Language.EN,
    email: str | None = None,
) -> User:
    """Add a person who can sign in. An office that is not on file is created.

    Raises:
        DomainError: the name is taken or unusable, the password is weak, the zone unknown.
    """
    _must_administer(actor)
    username = username.strip()
    folded = fold_username(username)
    # One letter may fold into a whole sentence, with spaces.
    is_long = len(username) > 80 or len(folded) > 160
    if not folded or is_long or any(letter.isspace() for letter in username + folded):
        raise DomainError(
            N_("A user name has up to 80 characters and no spaces."), field="username"
        )
    if find_user(session, username) is not None:
        raise DomainError(
            N_("There is a user called %(name)s already."), field="username", name=username
        )
    if time_zone not in zone_names():
        raise DomainError(
            N_("There is no time zone called %(zone)s."), field="time_zone", zone=time_zone
        )
    if role is Role.PARTNER and office_id is None and not (office_name or "").strip():
        raise DomainError(
            N_("A partner needs an office: they see only what names it."), field="office"
        )
    passwords.check_new(password, username=username)
    user = User(
        username=username,
        name=name.strip() or username,
        email=email,
        password_hash=passwords.hash(password),
        role=role,
        office_id=office_id or office_id_of(session, office_name, time_zone=time_zone, role=role),
        language=language,
        time_zone=time_zone,
        created_at=now,
    )
    session.add(user)
    session.flush()
    return user


def office_id_of(
    session: Session, name: str | None, *, time_zone: str, role: Role = Role.OFFICER
) -> int | None:
    """The office of this name, made when there is none."""
    if name is None or not name.strip():
        return None
    office = session.scalars(sa.select(Office).where(Office.name == name.strip())).one_or_none()
    if office is None:
        kind = OfficeKind.PARTNER if role is Role.PARTNER else OfficeKind.HOME
        office = Office(name=name.strip(), kind=kind, time_zone=time_zone)
        session.add(office)
        session.flush()
    return office.id


def set_role(session: Session, user: User, role: Role, *, actor: Actor) -> None:
    """Give somebody another role; it holds from their next request on.

    Raises:
        DomainError: the last administrator would be gone.
    """
    _must_administer(actor)
    if user.role is Role.ADMIN and role is not Role.ADMIN:
        _keep_an_administrator(session, user)
    user.role = role
    session.flush()


def set_password(
    session: Session,
    user: User,
    password: str,
    *,
    passwords: Passwords,
    actor: Actor,
    now: datetime,
) -> None:
    """Give somebody a first or a new password; their sessions end.

    Raises:
        DomainError: the password is weak.
    """
    _must_administer(actor)
    passwords.check_new(password, username=user.username)
    user.password_hash = passwords.hash(password)
    end_sessions_of(session, user.id, now=now)


def deactivate(session: Session, user: User, *, actor: Actor, now: datetime) -> int:
    """End an account at once. Returns how many open leads wait for a new owner.

    What the person owned stays theirs on file and shows as "without owner" until it is handed
    over: nothing is given to anybody unasked.

    Raises:
        DomainError: the last administrator would be gone.
    """
    _must_administer(actor)
    if user.role is Role.ADMIN:
        _keep_an_administrator(session, user)
    user.is_active = False
    user.deactivated_at = now
    end_sessions_of(session, user.id, now=now)
    session.flush()
    return (
        session.scalar(
            sa.select(sa.func.count())
            .select_from(Lead)
            .where(Lead.owner_id == user.id, Lead.status.in_((Status.ACTIVE, Status.ON_HOLD)))
        )
        or 0
    )


def reactivate(session: Session, user: User, *, actor: Actor) -> None:
    """Let a deactivated person sign in again, with the password they had."""
    _must_administer(actor)
    user.is_active = True
    user.deactivated_at = None
    session.flush()


def hand_over(session: Session, *, from_id: int, to_id: int, actor: Actor) -> tuple[int, int]:
    """Give another person the open follow-ups and enquiries of somebody who left.

    Missions, site searches and announcements that are open to all go along; what is a team's
    waits for somebody of the team. Leads are handed over by
    `crm.leads.standing.reassign_leads`, which keeps their revisions. Returns how many follow-ups
    and enquiries changed hands.
    """
    if not actor.may_direct:
        raise ForbiddenError
    follow_ups = session.scalars(
        sa.select(FollowUp).where(FollowUp.owner_id == from_id, FollowUp.done_at.is_(None))
    ).all()
    enquiries = session.scalars(
        sa.select(Enquiry).where(Enquiry.owner_id == from_id, Enquiry.answered_at.is_(None))
    ).all()
    for follow_up in follow_ups:
        follow_up.owner_id = to_id
    for enquiry in enquiries:
        enquiry.owner_id = to_id
    under_way = (MissionStanding.PLANNED, MissionStanding.UNDER_WAY)
    for statement in (
        sa.select(Mission).where(Mission.owner_id == from_id, Mission.standing.in_(under_way)),
        sa.select(SiteSearch).where(
            SiteSearch.owner_id == from_id,
            SiteSearch.result.is_(None),
            SiteSearch.team_id.is_(None),
        ),
        sa.select(Announcement).where(
            Announcement.owner_id == from_id,
            Announcement.public_at.is_(None),
            Announcement.team_id.is_(None),
        ),
    ):
        for record in session.scalars(statement):
            record.owner_id = to_id
    session.flush()
    return len(follow_ups), len(enquiries)


def _must_administer(actor: Actor) -> None:
    if not actor.may_administer:
        raise ForbiddenError


def _keep_an_administrator(session: Session, user: User) -> None:
    others = session.scalar(
        sa.select(sa.func.count())
        .select_from(User)
        .where(User.role == Role.ADMIN, User.is_active, User.id != user.id)
    )
    if not others:
        raise DomainError(N_("There must be one active administrator left."))
