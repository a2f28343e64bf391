"""What the pages of contacts show."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from crm.organizations.page_queries import LeadRow
from crm.search.candidates import answering
from crm.web.paging import Order, Page, fetch_page
from models.contact import Contact, Seniority
from models.errors import NotFoundError
from models.interaction import Interaction, InteractionParticipant
from models.lead import DecisionStep, Lead
from models.organization import Organization
from models.search import SearchKind
from models.stage import Status

PAGE = 50


@dataclass(frozen=True, slots=True)
class Filters:
    """What a reader chose to see."""

    text: str = ""
    country: str | None = None
    seniority: Seniority | None = None

    @property
    def arguments(self) -> dict[str, str]:
        """The filters as an address has them."""
        found = {"q": self.text, "country": self.country, "seniority": self.seniority}
        return {name: str(value) for name, value in found.items() if value}


@dataclass(frozen=True, slots=True)
class ContactRow:
    """One contact on a list."""

    public_id: str
    printed_name: str
    native_name: str | None
    romanized_name: str | None
    reading: str | None
    language: str | None
    honorific: str | None
    title: str | None
    native_title: str | None
    department: str | None
    seniority: Seniority | None
    email: str | None
    phone: str | None
    is_demo: bool
    document_id: int | None
    organization_id: str | None
    organization_name: str | None
    organization_native: str | None
    organization_language: str | None


def read_filters(args: Mapping[str, str]) -> Filters:
    """The filters in an address. What is no filter of ours is left out, never an error."""
    seniority = args.get("seniority", "")
    return Filters(
        text=args.get("q", "").strip()[:200],
        country=args.get("country") or None,
        seniority=Seniority(seniority) if seniority in set(Seniority) else None,
    )


def select_contacts(filters: Filters, *columns: Any) -> Any:
    """Columns of the contacts that fit, each with their organization where they have one."""
    return (
        sa.select(*columns)
        .select_from(Contact)
        .outerjoin(Organization, Organization.id == Contact.organization_id)
        .where(*_conditions(filters))
    )


def search_contacts(session: Session, filters: Filters, *, cursor: str | None) -> Page[ContactRow]:
    """A page of contacts by name as printed."""
    statement = select_contacts(
        filters,
        Contact.public_id,
        Contact.printed_name,
        Contact.native_name,
        Contact.romanized_name,
        Contact.reading,
        Contact.language,
        Contact.honorific,
        Contact.title,
        Contact.native_title,
        Contact.department,
        Contact.seniority,
        Contact.email,
        Contact.phone,
        Contact.is_demo,
        Contact.document_id,
        Organization.public_id.label("organization_id"),
        Organization.name.label("organization_name"),
        Organization.native_name.label("organization_native"),
        Organization.native_language.label("organization_language"),
    )
    page = fetch_page(
        session,
        statement,
        Order(Contact.printed_name, Contact.public_id),
        size=PAGE,
        cursor=cursor,
        value_key="printed_name",
    )
    rows = [ContactRow(**row._mapping) for row in page.rows]
    return Page(rows, page.next_cursor, page.is_first)


def get_contact(session: Session, public_id: str) -> Contact:
    """One contact with their organization.

    Raises:
        NotFoundError: there is none, or the reader may not see them.
    """
    found = session.scalars(
        sa.select(Contact)
        .where(Contact.public_id == public_id)
        .options(joinedload(Contact.organization))
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def list_leads(session: Session, contact: Contact, *, limit: int = PAGE) -> list[LeadRow]:
    """Leads in whose conversations or decision path the person appears, open ones first."""
    spoken = (
        sa.select(Interaction.lead_id)
        .join(InteractionParticipant, InteractionParticipant.interaction_id == Interaction.id)
        .where(InteractionParticipant.contact_id == contact.id, Interaction.lead_id.is_not(None))
    )
    decides = sa.select(DecisionStep.lead_id).where(DecisionStep.contact_id == contact.id)
    is_closed = sa.case((Lead.status.in_((Status.ACTIVE, Status.ON_HOLD)), 0), else_=1)
    rows = session.execute(
        sa.select(
            Lead.public_id,
            Lead.title,
            Lead.stage,
            Lead.status,
            Lead.capex_amount,
            Lead.capex_upper,
            Lead.capex_qualifier,
            Lead.capex_currency,
            Lead.chance,
            Lead.last_contact_on,
            Lead.team_id,
            Lead.is_demo,
        )
        .where(sa.or_(Lead.id.in_(spoken), Lead.id.in_(decides)))
        .order_by(is_closed, Lead.changed_at.desc())
        .limit(limit)
    )
    return [LeadRow(**row._mapping) for row in rows]


def list_countries(session: Session) -> list[str]:
    """The countries of the organizations whose people the reader can see."""
    return list(
        session.scalars(
            sa.select(Organization.country)
            .where(
                Organization.country.is_not(None),
                Organization.id.in_(sa.select(Contact.organization_id)),
            )
            .distinct()
        )
    )


def find_namesakes(
    session: Session, names: Sequence[str], organization: Organization | None
) -> list[Contact]:
    """People of this name at the same organization, whatever the case."""
    wanted = {name.strip().lower() for name in names if name.strip()}
    if not wanted or organization is None:
        return []
    return list(
        session.scalars(
            sa.select(Contact)
            .where(
                Contact.organization_id == organization.id,
                sa.or_(
                    sa.func.lower(Contact.printed_name).in_(wanted),
                    sa.func.lower(Contact.native_name).in_(wanted),
                ),
            )
            .limit(5)
        )
    )


def _conditions(filters: Filters) -> list[sa.ColumnElement[bool]]:
    found = []
    # Each word has to be found somewhere: the order of names is anybody's.
    for word in unicodedata.normalize("NFKC", filters.text).split()[:6]:
        found.append(_holds(word))
    if filters.country:
        found.append(Organization.country == filters.country)
    if filters.seniority is not None:
        found.append(Contact.seniority == filters.seniority)
    return found


def _holds(word: str) -> sa.ColumnElement[bool]:
    own = answering(SearchKind.CONTACT, word)
    named = answering(SearchKind.ORGANIZATION, word)
    if own is None or named is None:
        # One letter is not looked up: names that begin with it are.
        return Contact.printed_name.istartswith(word, autoescape=True)
    theirs = sa.select(Contact.id).where(Contact.organization_id.in_(named))
    return Contact.id.in_(own.union_all(theirs))
