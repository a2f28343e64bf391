"""What the pages of enquiries read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from crm.identity.normalizing import normalize
from crm.interactions.agenda_queries import is_mine
from crm.interactions.choice_queries import native_name_of_lead
from crm.web.paging import Order, Page, fetch_page
from models.errors import NotFoundError
from models.interaction import Enquiry, EnquiryChannel, EnquiryOutcome
from models.lead import Lead, LeadSource
from models.organization import Organization, OrganizationName, Sector
from models.user import Actor, Team, User

PAGE_SIZE = 50
WHOSE = ("mine", "office", "all")


@dataclass(frozen=True, slots=True)
class EnquiryFilter:
    """Which enquiries a list shows."""

    whose: str = "all"
    is_answered: bool = False
    channel: EnquiryChannel | None = None
    outcome: EnquiryOutcome | None = None

    @property
    def arguments(self) -> dict[str, str]:
        """The filters as an address has them."""
        found = {
            "whose": self.whose,
            "state": "answered" if self.is_answered else "",
            "channel": self.channel,
            "outcome": self.outcome,
        }
        return {name: str(value) for name, value in found.items() if value}


def read_filter(args: Mapping[str, str]) -> EnquiryFilter:
    """The filters in an address. What is no filter of ours is left out, never an error."""
    channel, outcome = args.get("channel", ""), args.get("outcome", "")
    whose = args.get("whose", "all")
    return EnquiryFilter(
        whose if whose in WHOSE else "all",
        args.get("state") == "answered",
        EnquiryChannel(channel) if channel in set(EnquiryChannel) else None,
        EnquiryOutcome(outcome) if outcome in set(EnquiryOutcome) else None,
    )


def select_enquiries(actor: Actor, chosen: EnquiryFilter) -> Any:
    """The enquiries that a list shows, each with its lead and who answers it."""
    columns: list[Any] = [
        Enquiry.public_id,
        Enquiry.received_at,
        Enquiry.channel,
        Enquiry.asker,
        Enquiry.through,
        Enquiry.asked_for,
        Enquiry.due_at,
        Enquiry.time_zone,
        Enquiry.answered_at,
        Enquiry.outcome,
        Enquiry.is_demo,
        Lead.public_id.label("lead_id"),
        Lead.title.label("lead_title"),
        *native_name_of_lead(),
        User.name.label("owner_name"),
    ]
    statement = (
        sa.select(*columns)
        .select_from(Enquiry)
        .outerjoin(Lead, Lead.id == Enquiry.lead_id)
        .outerjoin(Organization, Organization.id == Lead.organization_id)
        .outerjoin(User, User.id == Enquiry.owner_id)
        .where(
            Enquiry.answered_at.is_not(None)
            if chosen.is_answered
            else Enquiry.answered_at.is_(None)
        )
    )
    if chosen.whose == "mine":
        statement = statement.where(is_mine(actor, Enquiry.owner_id, Enquiry.office_id))
    elif chosen.whose == "office" and actor.office_id is not None:
        statement = statement.where(Enquiry.office_id == actor.office_id)
    if chosen.channel is not None:
        statement = statement.where(Enquiry.channel == chosen.channel)
    if chosen.outcome is not None:
        statement = statement.where(Enquiry.outcome == chosen.outcome)
    return statement


def list_enquiries(
    session: Session, actor: Actor, chosen: EnquiryFilter, *, cursor: str | None
) -> Page[Any]:
    """Open enquiries by the moment they are due, or answered ones, the latest answer first."""
    order = Order(
        Enquiry.answered_at if chosen.is_answered else Enquiry.due_at,
        Enquiry.public_id,
        is_descending=chosen.is_answered,
        may_be_unknown=not chosen.is_answered,
    )
    return fetch_page(
        session,
        select_enquiries(actor, chosen),
        order,
        size=PAGE_SIZE,
        cursor=cursor,
        value_key="answered_at" if chosen.is_answered else "due_at",
    )


def get_enquiry(session: Session, public_id: str) -> Enquiry:
    """The enquiry with its lead, its organization and its owner.

    Raises:
        NotFoundError: there is none that this session may see.
    """
    found = session.scalars(
        sa.select(Enquiry)
        .where(Enquiry.public_id == public_id)
        .options(
            joinedload(Enquiry.lead).joinedload(Lead.organization),
            joinedload(Enquiry.organization),
            joinedload(Enquiry.owner),
        )
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found


@dataclass(frozen=True, slots=True)
class LeadChoices:
    """What the form of a new lead offers."""

    sectors: Sequence[tuple[str, str, str | None]]
    sources: Sequence[tuple[str, str, str | None]]
    teams: Sequence[tuple[str, str]]


def load_lead_choices(session: Session, actor: Actor) -> LeadChoices:
    """Sectors and sources by code with their names, and the teams that the actor may name."""
    teams = sa.select(Team.public_id, Team.name).order_by(Team.name)
    if not actor.sees_all:
        teams = teams.where(Team.id.in_(sorted(actor.team_ids)))
    return LeadChoices(
        [
            (code, english, french)
            for code, english, french in session.execute(
                sa.select(Sector.code, Sector.name_en, Sector.name_fr).order_by(Sector.name_en)
            )
        ],
        [
            (code, english, french)
            for code, english, french in session.execute(
                sa.select(LeadSource.code, LeadSource.name_en, LeadSource.name_fr).order_by(
                    LeadSource.name_en
                )
            )
        ],
        [(public_id, name) for public_id, name in session.execute(teams)],
    )


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of what a form names by code or public id."""

    sector_id: int | None
    source_id: int | None
    team_id: int | None


def find_keys(session: Session, *, sector: str, source: str, team: str) -> Keys:
    """The keys of a sector, a source and a team; None for what is not named."""
    return Keys(
        session.scalar(sa.select(Sector.id).where(Sector.code == sector)) if sector else None,
        session.scalar(sa.select(LeadSource.id).where(LeadSource.code == source))
        if source
        else None,
        session.scalar(sa.select(Team.id).where(Team.public_id == team)) if team else None,
    )


@dataclass(frozen=True, slots=True)
class Namesake:
    """An organization on file that bears a name somebody typed."""

    id: int
    public_id: str
    name: str
    native_name: str | None
    native_language: str | None
    country: str | None
    is_demo: bool


def find_namesakes(session: Session, names: Sequence[str]) -> Sequence[Namesake]:
    """Organizations that bear one of these names, in any spelling."""
    wanted = sorted({form for name in names if (form := normalize(name))})
    if not wanted:
        return []
    bearing = sa.select(OrganizationName.organization_id).where(
        OrganizationName.normalized.in_(wanted)
    )
    rows = session.execute(
        sa.select(
            Organization.id,
            Organization.public_id,
            Organization.name,
            Organization.native_name,
            Organization.native_language,
            Organization.country,
            Organization.is_demo,
        )
        .where(Organization.id.in_(bearing))
        .order_by(Organization.name, Organization.id)
        .limit(10)
    )
    return [Namesake(*row) for row in rows]
