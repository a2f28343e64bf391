"""Commands and reads on an office's calendar: its place, and the days on which it is closed."""

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.calendars.holiday import PLACES
from models.errors import DomainError, ForbiddenError, NotFoundError, N_
from models.user import Actor, Office, OfficeClosure, Team, User


def set_calendar(session: Session, office: Office, place: str | None, *, actor: Actor) -> None:
    """Say whose public holidays an office keeps; None keeps weekends only.

    Raises:
        DomainError: nobody knows the holidays of this place.
        ForbiddenError: the actor is no administrator.
    """
    _must_administer(actor)
    if place is not None and place not in PLACES:
        raise DomainError(N_("Choose a place from the list."), field="calendar_place")
    office.calendar_place = place
    session.flush()


def add_closure(
    session: Session, office: Office, closed_on: date, name: str | None, *, actor: Actor
) -> None:
    """Close an office on a day.

    Raises:
        DomainError: it is closed that day already.
        ForbiddenError: the actor is no administrator.
    """
    _must_administer(actor)
    if session.get(OfficeClosure, (office.id, closed_on)) is not None:
        raise DomainError(N_("The office is closed that day already."), field="closed_on")
    session.add(
        OfficeClosure(office_id=office.id, closed_on=closed_on, name=(name or "").strip() or None)
    )
    session.flush()


def remove_closure(
    session: Session, office: Office, closed_on: date | None, *, actor: Actor
) -> None:
    """Take a closing day back.

    Raises:
        NotFoundError: the office is not closed that day.
        ForbiddenError: the actor is no administrator.
    """
    _must_administer(actor)
    found = session.get(OfficeClosure, (office.id, closed_on)) if closed_on is not None else None
    if found is None:
        raise NotFoundError
    session.delete(found)
    session.flush()


def list_closures(session: Session, office_id: int) -> Sequence[OfficeClosure]:
    """The closing days of an office, the first one first."""
    return session.scalars(
        sa.select(OfficeClosure)
        .where(OfficeClosure.office_id == office_id)
        .order_by(OfficeClosure.closed_on)
    ).all()


def find_team_id(session: Session, public_id: str | None) -> int | None:
    """The key of a team.

    Raises:
        DomainError: there is no such team.
    """
    if not public_id:
        return None
    found = session.scalar(sa.select(Team.id).where(Team.public_id == public_id))
    if found is None:
        raise DomainError(N_("Choose a team from the list."), field="team")
    return found


def public_id_of_team(session: Session, team_id: int | None) -> str | None:
    """What a form calls a team."""
    if team_id is None:
        return None
    return session.scalar(sa.select(Team.public_id).where(Team.id == team_id))


def public_ids_of_users(session: Session, keys: Sequence[int | None]) -> dict[int, str]:
    """What a form calls people, by their keys."""
    rows = session.execute(
        sa.select(User.id, User.public_id).where(User.id.in_([key for key in keys if key]))
    )
    return {row.id: row.public_id for row in rows}


def _must_administer(actor: Actor) -> None:
    if not actor.may_administer:
        raise ForbiddenError
