"""Commands on the people of our side: who is invited, who comes, who came."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.missions.rules import must_write, text_or_none
from models.contact import Contact
from models.errors import DomainError, N_
from models.mission import Attendance, Delegate, DelegateRole, Mission
from models.organization import Organization
from models.user import Actor, User


@dataclass(frozen=True, slots=True)
class DelegateDetails:
    """A delegate: a colleague, a contact, or a name on no record. A name left out is theirs."""

    name: str | None = None
    title: str | None = None
    role: DelegateRole = DelegateRole.MEMBER
    attendance: Attendance | None = None
    user_id: int | None = None
    contact_id: int | None = None
    organization_id: int | None = None
    note: str | None = None
    document_id: int | None = None
    is_demo: bool = False


def add_delegate(
    session: Session, mission: Mission, details: DelegateDetails, *, actor: Actor, now: datetime
) -> Delegate:
    """Add a person to the delegation.

    Raises:
        DomainError: nobody is named, or they are in it already.
    """
    must_write(actor)
    values = _columns(session, mission, details, but=None)
    delegate = Delegate(
        mission_id=mission.id,
        **values,
        document_id=details.document_id,
        is_demo=details.is_demo,
    )
    session.add(delegate)
    session.flush()
    return delegate


def revise_delegate(
    session: Session,
    mission: Mission,
    delegate: Delegate,
    details: DelegateDetails,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Say better who a delegate is and what they do."""
    must_write(actor)
    for name, value in _columns(session, mission, details, but=delegate).items():
        setattr(delegate, name, value)
    session.flush()


def set_attendance(
    session: Session, delegate: Delegate, attendance: Attendance | None, *, actor: Actor
) -> None:
    """Say whether a delegate comes, or came."""
    must_write(actor)
    delegate.attendance = attendance
    session.flush()


def remove_delegate(session: Session, delegate: Delegate, *, actor: Actor) -> None:
    """Take somebody out of the delegation, and out of the agenda with it."""
    must_write(actor)
    session.delete(delegate)
    session.flush()


def _columns(
    session: Session, mission: Mission, details: DelegateDetails, *, but: Delegate | None
) -> dict[str, Any]:
    name, title = text_or_none(details.name), text_or_none(details.title)
    organization_id = details.organization_id
    same: Any = None
    if details.user_id is not None:
        name = name or session.get_one(User, details.user_id).name
        same = Delegate.user_id == details.user_id
    elif details.contact_id is not None:
        contact = session.get_one(Contact, details.contact_id)
        name = name or contact.printed_name
        title = title or contact.title
        organization_id = organization_id or contact.organization_id
        same = Delegate.contact_id == contact.id
        if contact.team_id is not None:
            raise DomainError(
                N_("This person belongs to a team's secret: the delegation is open to everybody."),
                field="contact",
            )
    if name is None:
        raise DomainError(N_("Say who it is."), field="name")
    if organization_id is not None:
        organization = session.get_one(Organization, organization_id)
        if organization.team_id is not None:
            raise DomainError(
                N_("This company is a team's secret: the delegation is open to everybody."),
                field="organization",
            )
    if same is not None:
        others = sa.select(Delegate.id).where(Delegate.mission_id == mission.id, same)
        if but is not None:
            others = others.where(Delegate.id != but.id)
        if session.scalar(others.limit(1)) is not None:
            raise DomainError(
                N_("%(name)s is in the delegation already."),
                field="user" if details.user_id is not None else "contact",
                name=name,
            )
    return {
        "name": name,
        "title": title,
        "role": details.role,
        "attendance": details.attendance,
        "user_id": details.user_id,
        "contact_id": details.contact_id,
        "organization_id": organization_id,
        "note": text_or_none(details.note),
    }
