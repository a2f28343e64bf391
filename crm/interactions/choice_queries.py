"""What the forms of conversations offer to choose from: people, leads, organizations."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from crm.search.candidates import answering
from models.contact import Contact
from models.errors import DomainError, N_
from models.lead import Lead, LeadParty
from models.organization import Organization
from models.search import SearchKind
from models.stage import Status
from models.user import Actor, Office, Role, User

OPEN = (Status.ACTIVE, Status.ON_HOLD)
_PEOPLE_LIMIT = 60
_WORKERS = (Role.OFFICER, Role.MANAGER, Role.ADMIN)


@dataclass(frozen=True, slots=True)
class People:
    """Whom a form offers as having taken part."""

    contacts: Sequence[Contact]
    staff: Sequence[User]


def list_people(
    session: Session, *, lead: Lead | None = None, organization: Organization | None = None
) -> People:
    """Contacts of the company and of the companies involved, and colleagues."""
    ids = [key for key in (lead and lead.organization_id, organization and organization.id) if key]
    of_these: sa.ColumnElement[bool] = Contact.organization_id.in_(ids)
    if lead is not None:
        parties = sa.select(LeadParty.organization_id).where(LeadParty.lead_id == lead.id)
        of_these = sa.or_(of_these, Contact.organization_id.in_(parties))
    contacts = session.scalars(
        sa.select(Contact)
        .where(of_these)
        .options(joinedload(Contact.organization))
        .order_by(Contact.printed_name, Contact.id)
        .limit(_PEOPLE_LIMIT)
    ).all()
    staff = session.scalars(
        sa.select(User).where(User.is_active).order_by(User.name).limit(_PEOPLE_LIMIT)
    ).all()
    return People(contacts, staff)


def find_people(
    session: Session, contact_ids: Sequence[str], staff_ids: Sequence[str]
) -> tuple[list[int], list[int]]:
    """The keys of contacts and colleagues that a form names by their public ids.

    Raises:
        DomainError: one of them is not to be seen from here.
    """
    contacts = _keys(session, Contact, contact_ids)
    staff = _keys(session, User, staff_ids)
    if len(contacts) != len(set(contact_ids)) or len(staff) != len(set(staff_ids)):
        raise DomainError(N_("Choose people from the list."), field="contacts")
    return contacts, staff


@dataclass(frozen=True, slots=True)
class Choice:
    """A lead or an organization that a conversation may be logged on."""

    public_id: str
    name: str
    native_name: str | None
    native_language: str | None
    is_demo: bool


def native_name_of_lead() -> list[Any]:
    """Columns for the company's native name; a lead with a code name shows nothing else."""
    shown = sa.and_(Lead.code_name.is_(None), Lead.is_company_disclosed)
    return [
        sa.case((shown, Organization.native_name)).label("native_name"),
        sa.case((shown, Organization.native_language)).label("native_language"),
    ]


def list_recent_leads(session: Session, actor: Actor, *, limit: int = 12) -> Sequence[Choice]:
    """The actor's own open leads, the one that changed last first."""
    rows = session.execute(
        sa.select(Lead.public_id, Lead.title.label("name"), *native_name_of_lead(), Lead.is_demo)
        .outerjoin(Organization, Organization.id == Lead.organization_id)
        .where(Lead.owner_id == actor.id, Lead.status.in_(OPEN))
        .order_by(Lead.changed_at.desc(), Lead.id.desc())
        .limit(limit)
    )
    return [Choice(*row) for row in rows]


def search_subjects(
    session: Session, text: str, *, limit: int = 10
) -> tuple[Sequence[Choice], Sequence[Choice]]:
    """Open leads and organizations whose name, in any script, holds these words.

    Fewer than two letters find nothing, but for a character of Chinese, Japanese or Korean.
    """
    own = answering(SearchKind.LEAD, text)
    named = answering(SearchKind.ORGANIZATION, text)
    if own is None or named is None:
        return [], []
    theirs = sa.select(Lead.id).where(Lead.organization_id.in_(named))
    leads = session.execute(
        sa.select(Lead.public_id, Lead.title.label("name"), *native_name_of_lead(), Lead.is_demo)
        .outerjoin(Organization, Organization.id == Lead.organization_id)
        .where(Lead.status.in_(OPEN), Lead.id.in_(own.union_all(theirs)))
        .order_by(Lead.changed_at.desc(), Lead.id.desc())
        .limit(limit)
    )
    organizations = session.execute(
        sa.select(
            Organization.public_id,
            Organization.name,
            Organization.native_name,
            Organization.native_language,
            Organization.is_demo,
        )
        .where(Organization.id.in_(named))
        .order_by(Organization.name, Organization.id)
        .limit(limit)
    )
    return [Choice(*row) for row in leads], [Choice(*row) for row in organizations]


def list_offices(session: Session) -> Sequence[Office]:
    """Every office, by name."""
    return session.scalars(sa.select(Office).order_by(Office.name)).all()


def _keys(
    session: Session, cls: type[Contact] | type[User], public_ids: Sequence[str]
) -> list[int]:
    if not public_ids:
        return []
    return list(session.scalars(sa.select(cls.id).where(cls.public_id.in_(public_ids))))


def public_id_of(session: Session, actor: Actor) -> str:
    """The actor's own public id, for marking them in a list of colleagues; empty for nobody."""
    if actor.id is None:
        return ""
    return session.scalar(sa.select(User.public_id).where(User.id == actor.id)) or ""


def list_owners(session: Session) -> list[tuple[str, str]]:
    """Colleagues who can be given work, by public id and name."""
    rows = session.execute(
        sa.select(User.public_id, User.name)
        .where(User.is_active, User.role.in_(_WORKERS))
        .order_by(User.name, User.id)
    )
    return [(public_id, name) for public_id, name in rows]


def find_user_id(session: Session, public_id: str | None) -> int | None:
    """The key of a colleague who can still be given work.

    Raises:
        DomainError: there is no such colleague.
    """
    if not public_id:
        return None
    found = session.scalar(
        sa.select(User.id).where(
            User.public_id == public_id, User.is_active, User.role.in_(_WORKERS)
        )
    )
    if found is None:
        raise DomainError(N_("Choose a colleague from the list."), field="owner")
    return found


def find_office_id(session: Session, public_id: str | None) -> int | None:
    """The key of an office.

    Raises:
        DomainError: there is no such office.
    """
    if not public_id:
        return None
    found = session.scalar(sa.select(Office.id).where(Office.public_id == public_id))
    if found is None:
        raise DomainError(N_("Choose an office from the list."), field="office")
    return found
