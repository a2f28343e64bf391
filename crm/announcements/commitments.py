"""What an announcement promises, row by row, as it is printed."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.announcement import Announcement
from models.commitment import Commitment, CommitmentKind
from models.errors import DomainError, ForbiddenError, NotFoundError, N_
from models.measure import Qualifier
from models.user import Actor


@dataclass(frozen=True, slots=True)
class CommitmentDetails:
    """One promise. What is not stated stays None: no amount, no currency, no "joint" by default.

    `amount` counts `unit` ("jobs", "%", "years") or, with a `currency`, money.
    """

    kind: CommitmentKind
    text: str | None = None
    amount: float | None = None
    upper: float | None = None
    qualifier: Qualifier | None = None
    unit: str | None = None
    currency: str | None = None
    is_joint: bool | None = None
    as_printed: str | None = None
    document_id: int | None = None


def add_commitment(
    session: Session, announcement: Announcement, details: CommitmentDetails, *, actor: Actor
) -> Commitment:
    """Keep one promise of an announcement.

    Raises:
        DomainError: it says nothing, or its number is none.
    """
    if not actor.may_write:
        raise ForbiddenError
    commitment = Commitment(
        announcement_id=announcement.id, team_id=announcement.team_id, **_columns(details)
    )
    session.add(commitment)
    session.flush()
    return commitment


def revise_commitment(
    session: Session, commitment: Commitment, details: CommitmentDetails, *, actor: Actor
) -> None:
    """Say one promise better.

    Raises:
        DomainError: as for `add_commitment`.
    """
    if not actor.may_write:
        raise ForbiddenError
    for name, value in _columns(details).items():
        setattr(commitment, name, value)
    session.flush()


def remove_commitment(session: Session, commitment: Commitment, *, actor: Actor) -> None:
    """Take away what was never promised."""
    if not actor.may_write:
        raise ForbiddenError
    session.delete(commitment)
    session.flush()


def list_commitments(session: Session, announcement: Announcement) -> Sequence[Commitment]:
    """What an announcement promises, in the order in which it was entered."""
    return session.scalars(
        sa.select(Commitment)
        .where(Commitment.announcement_id == announcement.id)
        .order_by(Commitment.id)
    ).all()


def get_commitment(session: Session, announcement: Announcement, public_id: str) -> Commitment:
    """One promise of this announcement.

    Raises:
        NotFoundError: it has none of this id.
    """
    found = session.scalars(
        sa.select(Commitment).where(
            Commitment.announcement_id == announcement.id, Commitment.public_id == public_id
        )
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def _columns(details: CommitmentDetails) -> dict[str, object]:
    columns = asdict(details)
    for name in ("text", "unit", "currency", "as_printed"):
        columns[name] = (columns[name] or "").strip() or None
    _check_number(details)
    if details.qualifier is None and columns["text"] is None and columns["as_printed"] is None:
        raise DomainError(
            N_("Say what is promised: in words, as a number, or as it is printed."), field="text"
        )
    if columns["currency"] is not None and details.amount is None:
        raise DomainError(N_("A currency goes with an amount."), field="currency")
    return columns


def _check_number(details: CommitmentDetails) -> None:
    is_stated = details.qualifier not in (None, Qualifier.NOT_DISCLOSED)
    if is_stated and details.amount is None:
        raise DomainError(N_("Type the number, or say that none is stated."), field="amount")
    if not is_stated and (details.amount is not None or details.upper is not None):
        raise DomainError(
            N_("Say how the number is stated: exactly, about, at least ..."), field="qualifier"
        )
    if (details.qualifier is Qualifier.BETWEEN) != (details.upper is not None):
        raise DomainError(N_("A range has two ends, and only a range."), field="upper")
    if details.amount is None:
        return
    if details.amount < 0:
        raise DomainError(N_("This is never negative."), field="amount")
    if details.upper is not None and details.upper < details.amount:
        raise DomainError(N_("A range runs from the smaller to the larger number."), field="upper")
