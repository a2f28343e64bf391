"""Who someone is: checking a password, opening, reading and ending sessions."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from config import Config
from crm import audit
from crm.auth import throttle
from crm.auth.passwords import Passwords
from models.errors import DomainError, N_
from models.user import (
    Actor,
    Office,
    Role,
    TeamMember,
    User,
    UserSession,
    counts_all,
    fold_username,
)

_SEEN_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A live session: its row, who acts through it, and whether to note that it was used.

    `confirmed_at` is when the password was last typed: signing in counts.
    """

    session_id: int
    actor: Actor
    is_seen_stale: bool
    confirmed_at: datetime


def sign_in(
    session: Session,
    username: str,
    password: str,
    *,
    passwords: Passwords,
    config: Config,
    address: str,
    agent: str | None,
    now: datetime,
) -> str | None:
    """Open a session and return its token, or None when name and password do not fit.

    The answer is the same for an unknown name, a wrong password and a deactivated account.
    """
    user = find_user(session, username)
    stored = user.password_hash if user is not None and user.is_active else None
    if not passwords.verify(stored, password) or user is None:
        throttle.note(session, username, address, succeeded=False, now=now)
        return None
    throttle.note(session, username, address, succeeded=True, now=now)
    if passwords.needs_rehash(stored or ""):
        user.password_hash = passwords.hash(password)
    _end_surplus(session, user.id, keep=config.session_limit - 1, now=now)
    token = secrets.token_urlsafe(32)
    session.add(
        UserSession(
            token_hash=token_hash(token),
            user_id=user.id,
            created_at=now,
            last_seen_at=now,
            agent=(agent or "")[:200] or None,
        )
    )
    audit.record(session, "signed_in", "users", now=now, record_id=user.id)
    return token


def confirm(
    session: Session,
    session_id: int,
    password: str,
    *,
    passwords: Passwords,
    address: str,
    now: datetime,
) -> bool:
    """Note that whoever uses a session has just typed its user's password, or that they failed.

    Failures count as those of signing in do. Returns whether the password fits.
    """
    user = session.scalars(
        sa.select(User).join(UserSession).where(UserSession.id == session_id)
    ).one()
    is_right = passwords.verify(user.password_hash, password)
    throttle.note(session, user.username, address, succeeded=is_right, now=now)
    if is_right:
        session.execute(
            sa.update(UserSession).where(UserSession.id == session_id).values(confirmed_at=now)
        )
    return is_right


def find_user(session: Session, username: str) -> User | None:
    """The user who signs in with this name, however it is typed."""
    return session.scalars(
        sa.select(User).where(User.folded_name == fold_username(username))
    ).one_or_none()


def find_signed_in(
    session: Session, token: str, *, config: Config, now: datetime
) -> SignedIn | None:
    """Who holds this token, if the session is alive and its user active."""
    row = session.execute(
        sa.select(UserSession, User, Office.time_zone)
        .join(User, User.id == UserSession.user_id)
        .outerjoin(Office, Office.id == User.office_id)
        .where(UserSession.token_hash == token_hash(token))
    ).one_or_none()
    if row is None:
        return None
    opened, user, zone = row
    idle = config.admin_session_idle if user.role is Role.ADMIN else config.session_idle
    if (
        opened.ended_at is not None
        or not user.is_active
        or now >= opened.created_at + config.session_life
        or now >= opened.last_seen_at + idle
    ):
        return None
    return SignedIn(
        session_id=opened.id,
        actor=actor_of(session, user, office_time_zone=zone or config.office_time_zone),
        is_seen_stale=now >= opened.last_seen_at + _SEEN_EVERY,
        confirmed_at=opened.confirmed_at or opened.created_at,
    )


def actor_of(session: Session, user: User, *, office_time_zone: str) -> Actor:
    """What rules and visibility need of a user."""
    team_ids = session.scalars(
        sa.select(TeamMember.team_id).where(TeamMember.user_id == user.id)
    ).all()
    return Actor(
        id=user.id,
        name=user.name,
        role=user.role,
        office_id=user.office_id,
        office_time_zone=office_time_zone,
        time_zone=user.time_zone,
        language=user.language,
        team_ids=frozenset(team_ids),
        counts_all=counts_all(user.role, user.may_count_all),
    )


def note_seen(session: Session, session_id: int, *, now: datetime) -> None:
    """Note that a session is in use."""
    session.execute(
        sa.update(UserSession).where(UserSession.id == session_id).values(last_seen_at=now)
    )


def end_session(session: Session, session_id: int, *, now: datetime) -> None:
    """End one session: its token is worth nothing from now on."""
    session.execute(
        sa.update(UserSession)
        .where(UserSession.id == session_id, UserSession.ended_at.is_(None))
        .values(ended_at=now)
    )


def end_sessions_of(session: Session, user_id: int, *, now: datetime) -> None:
    """End every session of a user."""
    session.execute(
        sa.update(UserSession)
        .where(UserSession.user_id == user_id, UserSession.ended_at.is_(None))
        .values(ended_at=now)
    )


def change_password(
    session: Session,
    user_id: int | None,
    *,
    current: str,
    new: str,
    keep_session_id: int,
    passwords: Passwords,
    now: datetime,
) -> None:
    """Set a new password after checking the current one; every other session ends.

    Raises:
        DomainError: the current password is wrong, or the new one breaks a rule.
    """
    user = session.get_one(User, user_id)
    if not passwords.verify(user.password_hash, current):
        raise DomainError(N_("This is not your current password."), field="current")
    passwords.check_new(new, username=user.username)
    user.password_hash = passwords.hash(new)
    session.execute(
        sa.update(UserSession)
        .where(
            UserSession.user_id == user.id,
            UserSession.ended_at.is_(None),
            UserSession.id != keep_session_id,
        )
        .values(ended_at=now)
    )


def token_hash(token: str) -> str:
    """What the database keeps of a session's token."""
    return hashlib.sha256(token.encode()).hexdigest()


def _end_surplus(session: Session, user_id: int, *, keep: int, now: datetime) -> None:
    alive = session.scalars(
        sa.select(UserSession.id)
        .where(UserSession.user_id == user_id, UserSession.ended_at.is_(None))
        .order_by(UserSession.last_seen_at.desc())
        .offset(keep)
    ).all()
    for session_id in alive:
        end_session(session, session_id, now=now)
