"""What the page of letters reads: to whom, about what, and how it stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.errors import NotFoundError
from models.mail import OutgoingMail
from models.user import User

_SHOWN = 200


@dataclass(frozen=True, slots=True)
class LetterCounts:
    """How many letters wait, and how many of them nobody can send."""

    waiting: int
    without_address: int
    refused: int


def list_letters(session: Session) -> Sequence[Any]:
    """Letters that wait, the oldest first; then those that were sent, the latest first."""
    columns = (
        OutgoingMail.public_id,
        OutgoingMail.kind,
        OutgoingMail.subject,
        OutgoingMail.created_at,
        OutgoingMail.next_try_at,
        OutgoingMail.attempts,
        OutgoingMail.last_error,
        OutgoingMail.sent_at,
        User.name.label("name"),
        User.is_active,
        _address().label("address"),
    )
    joined = sa.select(*columns).outerjoin(User, User.id == OutgoingMail.user_id)
    waiting = session.execute(
        joined.where(OutgoingMail.sent_at.is_(None))
        .order_by(OutgoingMail.created_at, OutgoingMail.id)
        .limit(_SHOWN)
    ).all()
    sent = session.execute(
        joined.where(OutgoingMail.sent_at.is_not(None))
        .order_by(OutgoingMail.sent_at.desc(), OutgoingMail.id.desc())
        .limit(_SHOWN)
    ).all()
    return [*waiting, *sent]


def count_letters(session: Session) -> LetterCounts:
    """How many letters wait, and why."""
    row = session.execute(
        sa.select(
            sa.func.count(),
            sa.func.count().filter(_address() == ""),
            sa.func.count().filter(OutgoingMail.last_error.is_not(None)),
        )
        .select_from(OutgoingMail)
        .outerjoin(User, User.id == OutgoingMail.user_id)
        .where(OutgoingMail.sent_at.is_(None))
    ).one()
    return LetterCounts(*row)


def get_letter(session: Session, public_id: str) -> OutgoingMail:
    """A letter that was not sent yet.

    Raises:
        NotFoundError: there is none.
    """
    found = session.scalars(
        sa.select(OutgoingMail).where(
            OutgoingMail.public_id == public_id, OutgoingMail.sent_at.is_(None)
        )
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def _address() -> Any:
    return sa.func.coalesce(User.email, OutgoingMail.to_address, "")
