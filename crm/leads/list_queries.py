"""The reads behind the list of leads: its rows, what its filters offer, and its totals."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.leads.filters import LeadFilters, conditions
from crm.scores.states import state_columns, with_scores
from crm.visibility import over_all_leads, viewer_of
from crm.web.paging import Page, fetch_page
from models.errors import DomainError, NotFoundError, N_
from models.lead import Lead, LeadSource
from models.organization import Organization, Sector
from models.stage import LeadType
from models.user import Actor, Office, Role, Team, User

PAGE_SIZE = 50
MOST_AT_ONCE = 200
_OWNERS = (Role.OFFICER, Role.MANAGER, Role.ADMIN)


def list_leads(
    session: Session, filters: LeadFilters, *, today: date, cursor: str | None = None
) -> Page[Any]:
    """One page of leads, 50 rows, each with its company, sector, owner and team."""
    statement = row_statement().where(*conditions(filters, actor=viewer_of(session), today=today))
    return fetch_page(
        session,
        statement,
        filters.order,
        size=PAGE_SIZE,
        cursor=cursor,
        value_key=filters.value_key,
    )


def count_leads(session: Session, filters: LeadFilters, *, today: date) -> int:
    """How many leads that one can see fit the filters."""
    fitting = conditions(filters, actor=viewer_of(session), today=today)
    return session.scalar(sa.select(sa.func.count(Lead.id)).where(*fitting)) or 0


def row_statement() -> sa.Select[*tuple[Any, ...]]:
    """A lead as a row of a list, or as a card of the board."""
    return with_scores(
        sa.select(
            Lead.public_id,
            Lead.version,
            Lead.title,
            Lead.code_name,
            Lead.lead_type,
            Lead.stage,
            Lead.status,
            Lead.market,
            Lead.capex_amount,
            Lead.capex_upper,
            Lead.capex_qualifier,
            Lead.capex_currency,
            Lead.jobs_count,
            Lead.jobs_upper,
            Lead.jobs_qualifier,
            Lead.chance,
            Lead.chance_low,
            Lead.chance_high,
            Lead.stage_since,
            Lead.last_contact_on,
            Lead.next_action,
            Lead.next_action_on,
            Lead.changed_at,
            Lead.is_demo,
            Organization.name.label("company"),
            Organization.native_name,
            Organization.native_language,
            Sector.name_en.label("sector_en"),
            Sector.name_fr.label("sector_fr"),
            User.name.label("owner"),
            User.is_active.label("is_owner_active"),
            Team.name.label("team"),
            *state_columns(),
        )
        .outerjoin(Organization, Organization.id == Lead.organization_id)
        .outerjoin(Sector, Sector.id == Lead.sector_id)
        .outerjoin(User, User.id == Lead.owner_id)
        .outerjoin(Team, Team.id == Lead.team_id)
    )


def find_public_ids(session: Session, public_ids: Sequence[str]) -> list[Lead]:
    """The ticked leads, for a command on several.

    Raises:
        DomainError: more than a command takes at once.
        NotFoundError: one of them is not there, or not to be seen.
    """
    wanted = list(dict.fromkeys(public_ids))
    if len(wanted) > MOST_AT_ONCE:
        raise DomainError(N_("Tick at most %(count)s leads at once."), count=MOST_AT_ONCE)
    found = session.scalars(sa.select(Lead).where(Lead.public_id.in_(wanted))).all()
    if len(found) != len(wanted):
        raise NotFoundError
    return list(found)


@dataclass(slots=True)
class Options:
    """What the filters offer: codes or public ids, with names."""

    sectors: list[tuple[str, str]] = field(default_factory=list)
    sources: list[tuple[str, str]] = field(default_factory=list)
    offices: list[tuple[str, str]] = field(default_factory=list)
    owners: list[tuple[str, str]] = field(default_factory=list)
    markets: list[str] = field(default_factory=list)
    currencies: list[str] = field(default_factory=list)


def load_options(session: Session, *, language: str) -> Options:
    """What the filters offer, in two queries. Only what a visible lead bears tells of leads."""
    options = Options()
    lists = {
        "sector": options.sectors,
        "source": options.sources,
        "office": options.offices,
        "owner": options.owners,
    }
    named: Any = sa.union_all(
        *(
            sa.select(
                sa.literal(kind).label("kind"),
                code.label("code"),
                name_en.label("name_en"),
                name_fr.label("name_fr"),
            ).where(*conditions_)
            for kind, code, name_en, name_fr, conditions_ in (
                ("sector", Sector.code, Sector.name_en, Sector.name_fr, ()),
                ("source", LeadSource.code, LeadSource.name_en, LeadSource.name_fr, ()),
                ("office", Office.public_id, Office.name, sa.null(), ()),
                (
                    "owner",
                    User.public_id,
                    User.name,
                    sa.null(),
                    (User.is_active, User.role.in_(_OWNERS)),
                ),
            )
        )
    )
    for kind, code, name_en, name_fr in session.execute(named):
        lists[kind].append((code, (name_fr if language == "fr" else None) or name_en))
    for found in lists.values():
        found.sort(key=lambda item: item[1].casefold())
    used = sa.union_all(
        _distinct("market", Lead.market), _distinct("currency", Lead.capex_currency)
    )
    for kind, code in session.execute(used):
        (options.markets if kind == "market" else options.currencies).append(code)
    return options


def _distinct(kind: str, column: Any) -> sa.Select[Any]:
    """Each value of an indexed column once, one look into the index a value."""
    first = sa.select(sa.func.min(column).label("code")).cte(f"used_{kind}", recursive=True)
    following = (
        sa.select(sa.func.min(column))
        .where(column > first.c.code)
        .correlate(first)
        .scalar_subquery()
    )
    values = first.union_all(sa.select(following).where(first.c.code.is_not(None)))
    return sa.select(sa.literal(kind), values.c.code).where(values.c.code.is_not(None))


@dataclass(frozen=True, slots=True)
class Money:
    """A sum in one currency, None where it is not known, over so many leads."""

    currency: str | None
    amount: int
    lead_count: int

    def __add__(self, other: "Money") -> "Money":
        """Both sums, which are in one currency."""
        return Money(self.currency, self.amount + other.amount, self.lead_count + other.lead_count)


@dataclass(slots=True)
class Totals:
    """Leads of one type: their number, and their investment and jobs as far as these are known."""

    lead_type: LeadType
    lead_count: int = 0
    amounts: list[Money] = field(default_factory=list)
    unknown_amount_count: int = 0
    jobs_count: int = 0
    jobs_lead_count: int = 0

    @property
    def unknown_jobs_count(self) -> int:
        """How many leads the sum of jobs leaves out."""
        return self.lead_count - self.jobs_lead_count


def total_columns() -> tuple[Any, ...]:
    """The sums that every total of leads is made of."""
    return (
        Lead.capex_currency.label("currency"),
        sa.func.count().label("leads"),
        sa.func.count(Lead.capex_amount).label("amounts"),
        sa.func.sum(Lead.capex_amount).label("amount"),
        sa.func.count(Lead.jobs_count).label("jobs_leads"),
        sa.func.sum(Lead.jobs_count).label("jobs"),
    )


def add_totals(totals: Totals, row: Any) -> None:
    """Take one row of `total_columns` into a type's totals."""
    totals.lead_count += row.leads
    totals.unknown_amount_count += row.leads - row.amounts
    totals.jobs_lead_count += row.jobs_leads
    totals.jobs_count += int(row.jobs or 0)
    if row.amounts:
        totals.amounts.append(Money(row.currency, int(row.amount), row.amounts))


def summarise_leads(session: Session, filters: LeadFilters, *, today: date) -> list[Totals]:
    """The totals of a list, a type each: no type is ever added to another."""
    statement = (
        sa.select(Lead.lead_type, *total_columns())
        .where(*conditions(filters, actor=viewer_of(session), today=today))
        .group_by(Lead.lead_type, Lead.capex_currency)
        .order_by(Lead.capex_currency)
    )
    if filters.may_count_all:
        statement = over_all_leads(statement)
    found: dict[LeadType, Totals] = {}
    for row in session.execute(statement):
        add_totals(found.setdefault(row.lead_type, Totals(row.lead_type)), row)
    return [found[kind] for kind in LeadType if kind in found]


def are_all_leads(actor: Actor, filters: LeadFilters) -> bool:
    """Whether the totals of a list run over all leads, and not only those one can see."""
    return (actor.counts_all or actor.sees_all) and filters.may_count_all


def markets_in_order(codes: Iterable[str], name: Callable[[str], str]) -> list[tuple[str, str]]:
    """Countries with their names, by name."""
    return sorted(((code, name(code)) for code in codes), key=lambda item: item[1])
