"""Which organization a lead is about, found or made from the names that were typed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm import audit
from crm.duplicates.stewards import compare_with_hidden
from crm.imports.text import is_native
from crm.leads.apply import insert_organizations
from crm.organizations.matching import AmbiguousError, find_same_named
from crm.organizations.plan import OrganizationDetails, plan_organization
from crm.visibility import viewer_of
from models.errors import NotFoundError, N_
from models.lead import Lead
from models.organization import Organization


@dataclass(frozen=True, slots=True)
class TypedCompany:
    """What was said of the company: one on file by its public id, or names in any script.

    `is_other` says that it is none of those on file that bear the name.
    """

    public_id: str | None = None
    name: str | None = None
    native_name: str | None = None
    country: str | None = None
    is_other: bool = False

    @property
    def names(self) -> list[str]:
        """The names that were typed."""
        return [name for name in (self.name, self.native_name) if name]


class SameNamedError(AmbiguousError):
    """Organizations on file bear the name: `choices` says which, and the person chooses."""

    def __init__(self, organizations: Sequence[Organization]) -> None:
        super().__init__(organizations, "company")
        self.message = N_("A company of this name is on file. Say whether it is the same one.")


def find_company(
    session: Session, typed: TypedCompany
) -> tuple[Organization | None, OrganizationDetails | None]:
    """The organization on file, or what is known of a new one; neither when nothing was typed.

    Raises:
        SameNamedError: several bear the name, or one of another country does.
        NotFoundError: the chosen one is not there, or not to be seen.
    """
    if typed.public_id:
        found = session.scalars(
            sa.select(Organization).where(Organization.public_id == typed.public_id)
        ).one_or_none()
        if found is None:
            raise NotFoundError
        return found, None
    if not typed.names:
        return None, None
    if not typed.is_other:
        same = find_same_named(session, typed.names)
        if len(same) == 1 and _may_be_of(same[0], typed.country):
            return same[0], None
        if same:
            raise SameNamedError(same)
    return None, details_of(typed)


def details_of(typed: TypedCompany) -> OrganizationDetails:
    """A new company; a name alone in its own script is its native name."""
    name, native = typed.name, typed.native_name
    if name and not native and is_native(name):
        name, native = None, name
    return OrganizationDetails(name=name, native_name=native, country=typed.country)


def add_company(
    session: Session, lead: Lead, details: OrganizationDetails, *, now: datetime
) -> Organization:
    """Make the organization that an open lead turned out to be about; as restricted as the lead.

    Raises:
        DomainError: it has no name.
    """
    plan = plan_organization(replace(details, team_id=lead.team_id), now=now)
    [key] = insert_organizations(session, [plan])
    organization = session.get_one(Organization, key)
    organization.first_lead_id = lead.id
    audit.record(
        session,
        "created",
        "organizations",
        now=now,
        record_id=key,
        lead_id=lead.id,
        team_id=lead.team_id,
        changes={"name": [None, organization.name]},
    )
    session.flush()
    compare_with_hidden(session, [key], actor=viewer_of(session), now=now)
    return organization


def _may_be_of(organization: Organization, country: str | None) -> bool:
    return None in (organization.country, country) or organization.country == country
