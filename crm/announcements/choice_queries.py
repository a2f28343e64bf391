"""What the forms of announcements offer to choose from: missions, and people of the parties."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.announcement import Announcement, AnnouncementParty
from models.contact import Contact
from models.errors import DomainError, N_
from models.mission import Mission
from models.organization import Organization


def list_mission_choices(session: Session) -> list[tuple[str, str]]:
    """Missions on which something can have been announced, the latest first."""
    rows = session.execute(
        sa.select(Mission.public_id, Mission.name)
        .order_by(Mission.starts_on.desc().nulls_last(), Mission.id.desc())
        .limit(200)
    )
    return [(key, name) for key, name in rows]


def find_mission_id(session: Session, public_id: str | None) -> int | None:
    """The key of a mission that was chosen.

    Raises:
        DomainError: there is none that the actor may see.
    """
    if not public_id:
        return None
    found = session.scalar(sa.select(Mission.id).where(Mission.public_id == public_id))
    if found is None:
        raise DomainError(N_("Choose a mission from the list."), field="mission")
    return found


def list_contact_choices(session: Session, announcement: Announcement) -> list[tuple[str, str]]:
    """The people of the parties, by name, each with their organization."""
    rows = session.execute(_contacts_of(announcement).order_by(Contact.printed_name).limit(200))
    return [
        (row.public_id, f"{row.printed_name or row.native_name}, {row.organization}")
        for row in rows
    ]


def find_contact_id(
    session: Session, announcement: Announcement, public_id: str | None
) -> int | None:
    """The key of a person of the parties.

    Raises:
        DomainError: there is no such person.
    """
    if not public_id:
        return None
    row = session.execute(
        _contacts_of(announcement).where(Contact.public_id == public_id)
    ).one_or_none()
    if row is None:
        raise DomainError(N_("Choose somebody from the list."), field="contact")
    found: int = row.id
    return found


def _contacts_of(announcement: Announcement) -> Any:
    parties = sa.select(AnnouncementParty.organization_id).where(
        AnnouncementParty.announcement_id == announcement.id
    )
    return (
        sa.select(
            Contact.id,
            Contact.public_id,
            Contact.printed_name,
            Contact.native_name,
            Organization.name.label("organization"),
        )
        .join(Organization, Organization.id == Contact.organization_id)
        .where(Contact.organization_id.in_(parties))
    )
