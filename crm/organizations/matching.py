"""Finding the organization that a person means: by a name in any spelling, a number, a choice."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.identity.normalizing import normalize
from crm.search.candidates import find_organizations
from models.errors import DomainError, N_
from models.organization import Organization, OrganizationIdentifier, OrganizationName

_PUBLIC_ID = re.compile(r"[a-z2-7]{16}")


def find_same_named(
    session: Session, texts: Sequence[str], *, but: Organization | None = None
) -> list[Organization]:
    """Organizations the actor can see that bear one of these names, however it is spelt."""
    keys = {normalize(text) for text in texts} - {""}
    if not keys:
        return []
    statement = sa.select(Organization).where(
        Organization.id.in_(
            sa.select(OrganizationName.organization_id).where(OrganizationName.normalized.in_(keys))
        )
    )
    if but is not None:
        statement = statement.where(Organization.id != but.id)
    return list(session.scalars(statement.order_by(Organization.name).limit(10)))


def find_same_numbered(session: Session, identifier: OrganizationIdentifier) -> list[Organization]:
    """Other organizations the actor can see that carry the same number."""
    statement = sa.select(Organization).where(
        Organization.id != identifier.organization_id,
        Organization.id.in_(
            sa.select(OrganizationIdentifier.organization_id).where(
                OrganizationIdentifier.scheme == identifier.scheme,
                OrganizationIdentifier.value == identifier.value,
            )
        ),
    )
    return list(session.scalars(statement.order_by(Organization.name).limit(10)))


def suggest_organizations(session: Session, text: str, *, limit: int = 12) -> list[Organization]:
    """Organizations whose name holds what was typed, in any script, or almost; best first."""
    keys = find_organizations(session, text, limit=limit)
    found = session.scalars(sa.select(Organization).where(Organization.id.in_(keys)))
    return sorted(found, key=lambda organization: keys.index(organization.id))


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several organizations of a name, detached: the transaction that asked is undone."""

    public_id: str
    name: str
    native_name: str | None
    native_language: str | None
    country: str | None
    city: str | None


class AmbiguousError(DomainError):
    """Several organizations bear the name that was typed: `choices` says which."""

    def __init__(self, organizations: Sequence[Organization], field: str) -> None:
        self.choices = [
            Choice(
                public_id=organization.public_id,
                name=organization.name,
                native_name=organization.native_name,
                native_language=organization.native_language,
                country=organization.country,
                city=organization.city,
            )
            for organization in organizations
        ]
        super().__init__(
            N_("Several organizations bear this name. Choose one of them."), field=field
        )


def resolve_organization(session: Session, text: str, *, field: str) -> Organization:
    """The organization that was named or chosen: a public id, or a name in any spelling.

    Raises:
        AmbiguousError: several bear this name.
        DomainError: none does, as far as the actor can see.
    """
    text = text.strip()
    if _PUBLIC_ID.fullmatch(text):
        chosen = session.scalars(
            sa.select(Organization).where(Organization.public_id == text)
        ).one_or_none()
        if chosen is not None:
            return chosen
    found = find_same_named(session, [text])
    if len(found) > 1:
        raise AmbiguousError(found, field)
    if not found:
        raise DomainError(
            N_("No organization of this name is on file. Add it first, or check the spelling."),
            field=field,
        )
    return found[0]
