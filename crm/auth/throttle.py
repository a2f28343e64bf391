"""How many sign-ins may fail before the next has to wait. Waiting grows; nobody is locked out."""

import hashlib
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.errors import DomainError, N_
from models.user import SignInAttempt, fold_username

_WINDOW = timedelta(minutes=5)
_HOUR = timedelta(hours=1)
_PER_NAME = 10
_PER_NAME_HOUR = 20
_PER_ADDRESS = 30
_EVERYWHERE = 1000
_KEPT = timedelta(days=2)


class ThrottledError(DomainError):
    """Too many failures lately; says how long to wait."""

    status = 429


def hashed_name(username: str) -> str:
    """What is kept of a name that was tried: people type passwords into the wrong field."""
    return hashlib.sha256(fold_username(username).encode()).hexdigest()


def check(session: Session, username: str, address: str, *, now: datetime) -> None:
    """Refuse an attempt that comes too soon after too many failures.

    Raises:
        ThrottledError: with the minutes to wait.
    """
    name = hashed_name(username)
    failed = SignInAttempt.succeeded.is_(False)
    since = SignInAttempt.at > now - _WINDOW
    last_success = sa.select(sa.func.max(SignInAttempt.at)).where(
        SignInAttempt.name_hash == name, SignInAttempt.succeeded.is_(True)
    )
    recent, hourly, latest = session.execute(
        sa.select(
            sa.func.count(sa.case((since, 1))),
            sa.func.count(),
            sa.func.max(SignInAttempt.at),
        ).where(
            failed,
            SignInAttempt.name_hash == name,
            SignInAttempt.at > now - _HOUR,
            SignInAttempt.at > sa.func.coalesce(last_success.scalar_subquery(), now - _HOUR),
        )
    ).one()
    if hourly >= _PER_NAME_HOUR:
        wait = min(timedelta(seconds=30) * 2 ** (hourly - _PER_NAME_HOUR), _HOUR)
        if now < _aware(latest, now) + wait:
            _refuse(_aware(latest, now) + wait - now)
    if recent >= _PER_NAME:
        _refuse(_WINDOW)
    by_address, everywhere = session.execute(
        sa.select(
            sa.func.count(sa.case((SignInAttempt.address == address, 1))), sa.func.count()
        ).where(failed, since)
    ).one()
    if by_address >= _PER_ADDRESS or everywhere >= _EVERYWHERE:
        _refuse(_WINDOW)


def note(session: Session, username: str, address: str, *, succeeded: bool, now: datetime) -> None:
    """Keep this attempt, and forget those that no longer count."""
    session.execute(sa.delete(SignInAttempt).where(SignInAttempt.at < now - _KEPT))
    session.add(
        SignInAttempt(
            at=now, name_hash=hashed_name(username), address=address[:64], succeeded=succeeded
        )
    )


def _aware(moment: datetime, like: datetime) -> datetime:
    # An aggregate loses the column's type on SQLite.
    return moment if moment.tzinfo else moment.replace(tzinfo=like.tzinfo)


def _refuse(wait: timedelta) -> None:
    minutes = max(1, -(-int(wait.total_seconds()) // 60))
    raise ThrottledError(
        N_("Too many attempts have failed. Wait %(minutes)s minutes and try again."),
        minutes=minutes,
    )
