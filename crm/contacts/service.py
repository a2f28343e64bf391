"""Commands on contacts."""

import re
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy.orm import Session

from crm.contacts.seniority import seniority_of
from models.contact import Contact, Seniority
from models.errors import DomainError, ForbiddenError, N_
from models.organization import Organization
from models.user import Actor

_EMAIL = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;.]+")
_PHONE = re.compile(r"[\d\s+().\-/#x*]{5,40}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ContactDetails:
    """What is known of a person.

    `printed_name` keeps the order on the card; family and given name are told apart only by
    whoever knows. Seniority follows from the native title where nobody says it.
    """

    printed_name: str
    family_name: str | None = None
    given_name: str | None = None
    native_name: str | None = None
    reading: str | None = None
    romanized_name: str | None = None
    honorific: str | None = None
    native_title: str | None = None
    title: str | None = None
    department: str | None = None
    seniority: Seniority | None = None
    email: str | None = None
    phone: str | None = None
    language: str | None = None
    obtained_from: str | None = None
    notes: str | None = None


def add_contact(
    session: Session,
    details: ContactDetails,
    *,
    organization: Organization | None,
    actor: Actor,
    now: datetime,
) -> Contact:
    """Put a person on file, as visible as the organization they are at.

    Raises:
        DomainError: no name, or an address that cannot be one.
    """
    _must_write(actor)
    contact = Contact(
        **_columns(details),
        organization_id=organization.id if organization is not None else None,
        team_id=organization.team_id if organization is not None else None,
        created_at=now,
    )
    session.add(contact)
    session.flush()
    return contact


def edit_contact(
    session: Session,
    contact: Contact,
    details: ContactDetails,
    *,
    organization: Organization | None,
    actor: Actor,
) -> None:
    """Say better what is known of a person; `details` stand for all of it.

    Somebody at a restricted organization is as restricted. Leaving it opens nobody whom a
    restricted lead brought in. An organization that the actor cannot see is not taken away.

    Raises:
        DomainError: as for `add_contact`.
    """
    _must_write(actor)
    for name, value in _columns(details).items():
        setattr(contact, name, value)
    if organization is not None:
        contact.organization_id = organization.id
        if organization.team_id is not None or contact.first_lead_id is None:
            contact.team_id = organization.team_id
    elif (
        contact.organization_id is not None
        # The session finds only what the actor may see.
        and session.get(Organization, contact.organization_id) is not None
    ):
        contact.organization_id = None
    session.flush()


def _columns(details: ContactDetails) -> dict[str, object]:
    columns: dict[str, object] = {}
    for field in fields(details):
        value = getattr(details, field.name)
        columns[field.name] = (value.strip() or None) if type(value) is str else value
    native_name = (details.native_name or "").strip()
    if columns["printed_name"] is None:
        # A card may bear one name only: then that is what it bears.
        if not native_name:
            raise DomainError(N_("A contact needs a name, as printed."), field="printed_name")
        columns["printed_name"] = native_name
    _check(_EMAIL, columns["email"], N_("This is not an e-mail address."), "email")
    _check(_PHONE, columns["phone"], N_("This is not a telephone number."), "phone")
    if columns["seniority"] is None:
        columns["seniority"] = seniority_of(details.native_title)
    return columns


def _check(pattern: re.Pattern[str], value: object, message: str, field: str) -> None:
    if value is not None and not pattern.fullmatch(str(value)):
        raise DomainError(message, field=field)


def _must_write(actor: Actor) -> None:
    if not actor.may_write:
        raise ForbiddenError
