"""The reads behind the report of introducers: what the viewer may see, in a few statements.

Sums are made of what these return: a lead that the viewer may not see is in none of them.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.announcements.embargo import is_public
from crm.introducers.filters import IntroducerFilters, IntroducerKind
from crm.leads.filters import first_contact_between, without_first_contact
from crm.search.grams import fold
from models.announcement import Announcement, Whose
from models.commitment import Attribution, Credit, CreditRole
from models.contact import Contact
from models.lead import Lead, LeadParty, PartyRole
from models.organization import Organization
from models.stage import StageCode, Status
from models.user import Office

# The two agencies that open most doors, under the names that they bear.
_AGENCIES = {
    IntroducerKind.JETRO: (
        "jetro",
        "japan external trade organization",
        "日本貿易振興機構",
        "ジェトロ",
    ),
    IntroducerKind.KOTRA: (
        "kotra",
        "korea trade investment promotion agency",
        "대한무역투자진흥공사",
        "코트라",
    ),
}


@dataclass(frozen=True, slots=True)
class Introducer:
    """Who opened a door. `public_id` is that of the record, or stands for a name on no record."""

    kind: IntroducerKind
    public_id: str
    name: str = field(compare=False)
    native_name: str | None = field(default=None, compare=False)
    language: str | None = field(default=None, compare=False)
    at: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class LeadFact:
    """A lead that somebody introduced."""

    public_id: str
    title: str
    stage: StageCode
    status: Status
    is_demo: bool
    team_id: int | None


@dataclass(frozen=True, slots=True)
class OutcomeFact:
    """A public announcement with what it says of investment and jobs.

    One of others (`is_ours` false) is told, and counted nowhere.
    """

    public_id: str
    title: str
    lead_id: int | None
    is_ours: bool
    is_demo: bool
    capex_amount: int | None
    capex_upper: int | None
    capex_qualifier: Any
    capex_currency: str | None
    jobs_count: int | None
    jobs_upper: int | None
    jobs_qualifier: Any
    team_id: int | None


@dataclass(frozen=True, slots=True)
class Introduction:
    """Somebody brought a lead. `person` is who of the introducer it was, where that is known."""

    lead_id: int
    introducer: Introducer
    person: Introducer | None
    share_percent: float | None


@dataclass(frozen=True, slots=True)
class CreditFact:
    """Somebody is credited with an outcome, by name."""

    outcome_id: int
    introducer: Introducer
    person: Introducer | None
    role: CreditRole
    credit: Credit | None
    share_percent: float | None
    is_confirmed: bool
    is_asked: bool
    is_declined: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything the report is made of. `undated_count` leads no range of days can hold."""

    leads: dict[int, LeadFact]
    outcomes: dict[int, OutcomeFact]
    introductions: list[Introduction]
    credits: list[CreditFact]
    undated_count: int


def load_facts(
    session: Session,
    filters: IntroducerFilters,
    *,
    now: datetime,
    of_leads: sa.ColumnElement[bool] | None = None,
    of_outcomes: sa.ColumnElement[bool] | None = None,
) -> Facts:
    """What the filters leave of introductions and credit, in four statements.

    `of_leads` and `of_outcomes` narrow them further, for a file that leaves the house.
    """
    narrowed = [of_leads] if of_leads is not None else []
    chosen = [*narrowed, *_lead_conditions(filters)]
    told = [is_public(now), *([of_outcomes] if of_outcomes is not None else [])]
    facts = Facts({}, {}, [], [], _undated_count(session, filters, narrowed))
    _add_introductions(facts, session, chosen)
    about = sa.or_(_without_lead(filters), sa.and_(Lead.id.is_not(None), *chosen))
    _add_credits(facts, session, [*told, about])
    _add_outcomes(facts, session, [*told, *chosen])
    return facts


def _lead_conditions(filters: IntroducerFilters) -> list[Any]:
    found: list[Any] = first_contact_between(filters.first, filters.last)
    if filters.market is not None:
        found.append(Lead.market == filters.market)
    return found


def _add_introductions(facts: Facts, session: Session, where: Sequence[Any]) -> None:
    rows = session.execute(
        sa.select(
            *_lead_columns(),
            *_organization_columns(),
            *_contact_columns(),
            LeadParty.share_percent,
        )
        .select_from(LeadParty)
        .join(Lead, Lead.id == LeadParty.lead_id)
        .join(Organization, Organization.id == LeadParty.organization_id)
        .outerjoin(Contact, Contact.id == LeadParty.contact_id)
        .where(LeadParty.role == PartyRole.INTRODUCER, *where)
        .order_by(LeadParty.id)
    )
    for row in rows:
        facts.leads[row.lead_id] = _lead(row)
        introducer = _organization(row)
        person = _person(row, introducer.name)
        facts.introductions.append(Introduction(row.lead_id, introducer, person, row.share_percent))


def _add_credits(facts: Facts, session: Session, where: Sequence[Any]) -> None:
    house = sa.func.coalesce(Attribution.organization_id, Contact.organization_id)
    rows = session.execute(
        sa.select(
            *_lead_columns(),
            *_outcome_columns(),
            *_organization_columns(),
            *_contact_columns(),
            Office.public_id.label("office_id"),
            Office.name.label("office_name"),
            Attribution.organization_id.label("stated_organization"),
            Attribution.contact_id.label("stated_contact"),
            Attribution.name,
            Attribution.role,
            Attribution.credit,
            Attribution.share_percent,
            Attribution.confirmed_at,
            Attribution.asked_at,
            Attribution.declined_at,
        )
        .select_from(Attribution)
        .join(Announcement, Announcement.id == Attribution.announcement_id)
        .outerjoin(Lead, Lead.id == Announcement.lead_id)
        .outerjoin(Contact, Contact.id == Attribution.contact_id)
        .outerjoin(Organization, Organization.id == house)
        .outerjoin(Office, Office.id == Attribution.office_id)
        .where(*where)
        .order_by(Attribution.id)
    )
    for row in rows:
        introducer, person = _credited(row)
        if introducer is None:
            # Whoever it is, this viewer may not know.
            continue
        if row.lead_id is not None:
            facts.leads[row.lead_id] = _lead(row)
        facts.outcomes[row.outcome_id] = _outcome(row)
        facts.credits.append(
            CreditFact(
                row.outcome_id,
                introducer,
                person,
                row.role,
                row.credit,
                row.share_percent,
                is_confirmed=row.confirmed_at is not None,
                is_asked=row.asked_at is not None,
                is_declined=row.declined_at is not None,
            )
        )


def _add_outcomes(facts: Facts, session: Session, where: Sequence[Any]) -> None:
    """The outcomes of introduced leads, whether anybody is credited in them or not."""
    introduced = sa.select(LeadParty.lead_id).where(LeadParty.role == PartyRole.INTRODUCER)
    rows = session.execute(
        sa.select(*_outcome_columns(), Lead.id.label("lead_id"))
        .select_from(Announcement)
        .join(Lead, Lead.id == Announcement.lead_id)
        .where(*where, Lead.id.in_(introduced))
        .order_by(Announcement.id)
    )
    for row in rows:
        facts.outcomes[row.outcome_id] = _outcome(row)


def _undated_count(session: Session, filters: IntroducerFilters, narrowed: Sequence[Any]) -> int:
    if not filters.has_range:
        return 0
    introduced = sa.select(LeadParty.lead_id).where(LeadParty.role == PartyRole.INTRODUCER)
    statement = sa.select(sa.func.count(Lead.id)).where(
        *narrowed, Lead.id.in_(introduced), without_first_contact()
    )
    if filters.market is not None:
        statement = statement.where(Lead.market == filters.market)
    return session.scalar(statement) or 0


def _without_lead(filters: IntroducerFilters) -> Any:
    """Outcomes of no lead of ours: by the day of the announcement, and of no known market."""
    if filters.market is not None:
        return sa.false()
    found: list[Any] = [Announcement.lead_id.is_(None)]
    if filters.first is not None:
        found.append(Announcement.announced_on >= filters.first)
    if filters.last is not None:
        found.append(Announcement.announced_on <= filters.last)
    return sa.and_(*found)


def _lead_columns() -> list[Any]:
    return [
        Lead.id.label("lead_id"),
        Lead.public_id.label("lead_public_id"),
        Lead.title.label("lead_title"),
        Lead.stage,
        Lead.status,
        Lead.is_demo.label("lead_demo"),
        Lead.team_id.label("lead_team"),
    ]


def _outcome_columns() -> list[Any]:
    names = ("amount", "upper", "qualifier", "currency")
    return [
        Announcement.id.label("outcome_id"),
        Announcement.public_id.label("outcome_public_id"),
        Announcement.title.label("outcome_title"),
        Announcement.whose,
        Announcement.is_demo.label("outcome_demo"),
        Announcement.team_id.label("outcome_team"),
        *(getattr(Announcement, f"capex_{name}") for name in names),
        Announcement.jobs_count,
        Announcement.jobs_upper,
        Announcement.jobs_qualifier,
    ]


def _organization_columns() -> list[Any]:
    return [
        Organization.public_id.label("organization_id"),
        Organization.name.label("organization_name"),
        Organization.native_name.label("organization_native"),
        Organization.native_language.label("organization_language"),
    ]


def _contact_columns() -> list[Any]:
    return [
        Contact.public_id.label("contact_id"),
        Contact.printed_name.label("contact_name"),
        Contact.native_name.label("contact_native"),
        Contact.language.label("contact_language"),
    ]


def _lead(row: Any) -> LeadFact:
    return LeadFact(
        row.lead_public_id, row.lead_title, row.stage, row.status, row.lead_demo, row.lead_team
    )


def _outcome(row: Any) -> OutcomeFact:
    is_ours = row.whose in (Whose.OURS, Whose.SHARED)
    if row.whose is None:
        # Kept before anybody was asked whose it is: the announcement of a lead is ours.
        is_ours = row.lead_id is not None
    return OutcomeFact(
        row.outcome_public_id,
        row.outcome_title,
        row.lead_id,
        is_ours,
        row.outcome_demo,
        row.capex_amount,
        row.capex_upper,
        row.capex_qualifier,
        row.capex_currency,
        row.jobs_count,
        row.jobs_upper,
        row.jobs_qualifier,
        row.outcome_team,
    )


def _credited(row: Any) -> tuple[Introducer | None, Introducer | None]:
    """Who is credited, and who of them: the house first, as the report lists houses."""
    if row.organization_id is not None:
        introducer = _organization(row)
        return introducer, _person(row, introducer.name)
    if row.contact_id is not None:
        person = _person(row, None)
        return person, person
    if row.stated_organization is not None or row.stated_contact is not None:
        return None, None
    if row.office_id is not None:
        return Introducer(IntroducerKind.OFFICE, row.office_id, row.office_name), None
    key = hashlib.sha256(fold(row.name).encode()).hexdigest()[:16]
    return Introducer(IntroducerKind.NAMED, key, row.name), None


def _organization(row: Any) -> Introducer:
    return Introducer(
        agency_of(row.organization_name, row.organization_native),
        row.organization_id,
        row.organization_name,
        row.organization_native,
        row.organization_language,
    )


def _person(row: Any, at: str | None) -> Introducer | None:
    if row.contact_id is None:
        return None
    return Introducer(
        IntroducerKind.PERSON,
        row.contact_id,
        row.contact_name,
        row.contact_native,
        row.contact_language,
        at,
    )


def agency_of(*names: str | None) -> IntroducerKind:
    """Which of the two agencies an organization is, by its names; else an organization."""
    texts = [f" {fold(name)} " for name in names if name]
    for kind, aliases in _AGENCIES.items():
        for alias in aliases:
            # A Latin name is a word of its own; others have no spaces around them.
            sought = f" {alias} " if alias.isascii() else fold(alias)
            if any(sought in text for text in texts):
                return kind
    return IntroducerKind.ORGANIZATION
