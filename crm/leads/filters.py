"""What a list of leads shows and in which order, as its address says it."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, TypeVar

import sqlalchemy as sa

from crm.days import read_day
from crm.leads.likely import likely
from crm.leads.measures import read_amount
from crm.saved_views.carried import carried
from crm.scores.bands import BOUNDS, Band
from crm.search.candidates import answering
from crm.web.paging import Order
from models.errors import DomainError, N_
from models.lead import Lead, LeadSource, LossReason
from models.measure import Precision
from models.organization import Sector
from models.search import SearchKind
from models.stage import LeadType, StageCode, Status
from models.user import Actor, Office, User, cannot_work

Code = TypeVar("Code", bound=enum.StrEnum)
MINE, NOBODY = "mine", "none"
OPEN = (Status.ACTIVE, Status.ON_HOLD)
# What the list may show beside the lead itself, in order.
COLUMNS = ("stage", "place", "amount", "jobs", "chance", "contact", "step", "owner")


class Standing(enum.StrEnum):
    """Which leads, by where they ended or whether they move."""

    OPEN = "open"
    ACTIVE = "active"
    ON_HOLD = "on_hold"
    ANNOUNCED = "announced"
    LOST = "lost"
    ABANDONED = "abandoned"
    PASSED_ON = "passed_on"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Sort:
    """One order of the list. `key` is the column's name in the rows."""

    column: Any
    key: str
    is_descending: bool
    may_be_unknown: bool = True


SORTS = {
    "chance": Sort(Lead.chance, "chance", is_descending=True),
    "title": Sort(Lead.title, "title", is_descending=False, may_be_unknown=False),
    "since": Sort(Lead.stage_since, "stage_since", is_descending=True),
    "contact": Sort(Lead.last_contact_on, "last_contact_on", is_descending=False),
    "step": Sort(Lead.next_action_on, "next_action_on", is_descending=False),
    "amount": Sort(Lead.capex_amount, "capex_amount", is_descending=True),
    "changed": Sort(Lead.changed_at, "changed_at", is_descending=True, may_be_unknown=False),
}
DEFAULT_SORT = "chance"


@dataclass(frozen=True, slots=True)
class LeadFilters:
    """The filters of a list and its order; None and empty ask for nothing.

    `owner` is a public id, "mine" or "none" (no owner, or one who has left). `at_least` needs a
    currency, and so does the order by amount. `first_from` and `first_to` bound the day of the
    first contact, both included. No `columns` are all of them. `view` says with which saved view
    the list was opened, and filters nothing.
    """

    text: str = ""
    stages: tuple[StageCode, ...] = ()
    standing: Standing = Standing.OPEN
    lead_type: LeadType | None = None
    market: str | None = None
    sector: str | None = None
    source: str | None = None
    owner: str | None = None
    office: str | None = None
    band: Band | None = None
    currency: str | None = None
    at_least: int | None = None
    at_least_words: str = ""
    quiet_days: int | None = None
    lost_reason: LossReason | None = None
    first_from: date | None = None
    first_to: date | None = None
    sort: str = DEFAULT_SORT
    is_descending: bool = True
    columns: tuple[str, ...] = ()
    view: str = field(default="", compare=False)
    problem: DomainError | None = field(default=None, compare=False)

    @property
    def order(self) -> Order:
        """The order for paging."""
        sort = SORTS[self.sort]
        return Order(
            sort.column,
            Lead.public_id,
            is_descending=self.is_descending,
            may_be_unknown=sort.may_be_unknown,
        )

    @property
    def value_key(self) -> str:
        """The name of the ordering column in a row."""
        return SORTS[self.sort].key

    @property
    def may_count_all(self) -> bool:
        """Whether totals may run over leads out of sight.

        Not when words are searched for: a total would then tell whether a name is on file.
        """
        return not self.text

    @property
    def chosen_count(self) -> int:
        """How many filters differ from a fresh list's, not counting the order."""
        plain = LeadFilters(sort=self.sort, is_descending=self.is_descending)
        names = ("text", "stages", "standing", "lead_type", "market", "sector", "source", "owner")
        more = ("office", "band", "currency", "at_least", "quiet_days")
        return sum(getattr(self, name) != getattr(plain, name) for name in (*names, *more))

    @property
    def has_more(self) -> bool:
        """Whether one of the filters that are folded away is in use."""
        names = ("lead_type", "market", "sector", "source", "office", "band", "currency")
        return (
            any(getattr(self, name) for name in (*names, "at_least_words"))
            or self.quiet_days is not None
            or self.problem is not None
        )

    def as_args(self) -> dict[str, Any]:
        """The filters as arguments of an address, without what goes without saying."""
        args: dict[str, Any] = {
            "q": self.text,
            "stage": [stage.value for stage in self.stages],
            "status": self.standing.value if self.standing is not Standing.OPEN else None,
            "type": self.lead_type,
            "country": self.market,
            "sector": self.sector,
            "source": self.source,
            "owner": self.owner,
            "office": self.office,
            "chance": self.band,
            "currency": self.currency,
            "at_least": self.at_least_words,
            "quiet": self.quiet_days,
            "reason": self.lost_reason,
            "first_from": self.first_from and self.first_from.isoformat(),
            "first_to": self.first_to and self.first_to.isoformat(),
        }
        if self.sort != DEFAULT_SORT:
            args["sort"] = self.sort
        if self.is_descending != SORTS[self.sort].is_descending:
            args["dir"] = "desc" if self.is_descending else "asc"
        args["column"] = list(self.columns)
        args["view"] = self.view
        return {name: value for name, value in args.items() if value}

    def sorted_by(self, sort: str) -> "LeadFilters":
        """The same list in another order; the same order again turns it round."""
        is_descending = SORTS[sort].is_descending
        if sort == self.sort:
            is_descending = not self.is_descending
        return replace(self, sort=sort, is_descending=is_descending)


def read_filters(args: Mapping[str, Any]) -> LeadFilters:
    """The filters in an address. What is no filter of ours is left out, never an error."""
    listed = _several(args, "stage")
    filters = LeadFilters(
        text=str(args.get("q", "")).strip()[:120],
        stages=tuple(code for name in listed if (code := _code(StageCode, name))),
        standing=_code(Standing, args.get("status")) or Standing.OPEN,
        lead_type=_code(LeadType, args.get("type")),
        market=_short(args.get("country"), 2),
        sector=_short(args.get("sector"), 80),
        source=_short(args.get("source"), 80),
        owner=_short(args.get("owner"), 16),
        office=_short(args.get("office"), 16),
        band=_code(Band, args.get("chance")),
        currency=_short(args.get("currency"), 3),
        quiet_days=_days(args.get("quiet")),
        lost_reason=_code(LossReason, args.get("reason")),
        first_from=read_day(args.get("first_from")),
        first_to=read_day(args.get("first_to")),
        columns=_columns(_several(args, "column")),
        view=carried(args).get("view", ""),
    )
    sort = args.get("sort")
    problem = None
    if sort == "amount" and filters.currency is None:
        problem = DomainError(N_("Choose a currency to sort by investment."), field="currency")
        sort = None
    sort = sort if sort in SORTS else DEFAULT_SORT
    is_descending = SORTS[sort].is_descending
    if args.get("dir") in ("asc", "desc"):
        is_descending = args["dir"] == "desc"
    filters = replace(filters, sort=sort, is_descending=is_descending, problem=problem)
    return _with_amount(filters, str(args.get("at_least", "")).strip()[:40])


def without_chances(filters: LeadFilters) -> LeadFilters:
    """The same for somebody who does not see chances: neither filtered nor ordered by them."""
    if filters.sort == "chance":
        filters = replace(filters, sort="changed", is_descending=True)
    return replace(filters, band=None)


def _with_amount(filters: LeadFilters, words: str) -> LeadFilters:
    if not words:
        return filters
    try:
        measure = read_amount(words, filters.currency)
    except DomainError as error:
        return replace(filters, at_least_words=words, problem=error)
    if measure.currency is None:
        missing = DomainError(N_("Choose the currency of the amount."), field="currency")
        return replace(filters, at_least_words=words, problem=missing)
    return replace(filters, at_least_words=words, at_least=measure.value, currency=measure.currency)


def conditions(filters: LeadFilters, *, actor: Actor, today: date) -> list[Any]:
    """The filters as conditions on `Lead`."""
    found = list(_of_standing(filters))
    if filters.stages:
        found.append(Lead.stage.in_(filters.stages))
    for column, value in (
        (Lead.lead_type, filters.lead_type),
        (Lead.market, filters.market),
        (Lead.capex_currency, filters.currency),
        (Lead.lost_reason, filters.lost_reason),
    ):
        if value:
            found.append(column == value)
    if filters.sector:
        found.append(Lead.sector_id == _key_of(Sector, Sector.code == filters.sector))
    if filters.source:
        found.append(Lead.source_id == _key_of(LeadSource, LeadSource.code == filters.source))
    if filters.office:
        found.append(Lead.office_id == _key_of(Office, Office.public_id == filters.office))
    if filters.owner:
        found.append(_owned_by(filters.owner, actor))
    if filters.band:
        found += _in_band(filters.band)
    if filters.at_least is not None:
        found.append(
            sa.or_(Lead.capex_amount >= filters.at_least, Lead.capex_upper >= filters.at_least)
        )
    if filters.quiet_days is not None:
        day = today - timedelta(days=filters.quiet_days)
        # Whom nobody is known to have talked to is quiet as well.
        found.append(sa.or_(Lead.last_contact_on <= day, Lead.last_contact_on.is_(None)))
    found += first_contact_between(filters.first_from, filters.first_to)
    if filters.text:
        found.append(_mentions(filters.text))
    return found


def first_contact_between(first: date | None, last: date | None) -> list[Any]:
    """The days of first contact as conditions; a month or a year counts as its first day."""
    found = []
    if first is not None:
        found.append(Lead.first_contact_on >= first)
    if last is not None:
        found.append(Lead.first_contact_on <= last)
    return [*found, sa.not_(without_first_contact())] if found else []


def without_first_contact() -> Any:
    """Nobody knows when the first contact was."""
    return sa.or_(
        Lead.first_contact_on.is_(None),
        sa.func.coalesce(Lead.first_contact_precision, Precision.DAY) == Precision.UNKNOWN,
    )


def without_owner() -> Any:
    """Nobody looks after the lead: it has no owner, or one who has left."""
    left = sa.select(User.id).where(cannot_work())
    return sa.or_(Lead.owner_id.is_(None), Lead.owner_id.in_(left))


def _of_standing(filters: LeadFilters) -> list[Any]:
    standing = filters.standing
    if standing is Standing.ALL:
        return []
    if standing is Standing.ANNOUNCED:
        return [Lead.stage == StageCode.ANNOUNCED]
    if standing in (Standing.OPEN, Standing.ACTIVE):
        statuses = OPEN if standing is Standing.OPEN else (Status.ACTIVE,)
        is_open = likely(Lead.status.in_(statuses))
        # An announced lead is won: it is open in name only, unless its stage is asked for.
        if StageCode.ANNOUNCED in filters.stages:
            return [is_open]
        return [is_open, Lead.stage != StageCode.ANNOUNCED]
    return [Lead.status == Status(standing.value)]


def _owned_by(owner: str, actor: Actor) -> Any:
    if owner == MINE:
        return Lead.owner_id == actor.id
    if owner == NOBODY:
        return without_owner()
    return Lead.owner_id == _key_of(User, User.public_id == owner)


def _in_band(band: Band) -> list[Any]:
    low, high = BOUNDS[band]
    found = [Lead.chance >= low] if low > 0 else [Lead.chance.is_not(None)]
    return [*found, Lead.chance < high] if high < 1 else found


def _mentions(text: str) -> Any:
    """Leads whose company bears the name in any script, or whose title or reference has it."""
    own = answering(SearchKind.LEAD, text)
    named = answering(SearchKind.ORGANIZATION, text)
    if own is None or named is None:
        # One letter is not looked up: leads that begin with it are.
        return Lead.title.istartswith(text, autoescape=True)
    return Lead.id.in_(own.union_all(sa.select(Lead.id).where(Lead.organization_id.in_(named))))


def _key_of(cls: Any, condition: Any) -> Any:
    return sa.select(cls.id).where(condition).scalar_subquery()


def _code(enumeration: type[Code], value: Any) -> Code | None:
    return enumeration(value) if value in {str(item.value) for item in enumeration} else None


def _several(args: Mapping[str, Any], name: str) -> Any:
    return args.getlist(name) if hasattr(args, "getlist") else args.get(name, ())


def _columns(names: Any) -> tuple[str, ...]:
    chosen = tuple(name for name in COLUMNS if name in names)
    return () if chosen == COLUMNS else chosen


def _short(value: Any, longest: int) -> str | None:
    text = str(value or "").strip()
    return text if 0 < len(text) <= longest else None


def _days(value: Any) -> int | None:
    text = str(value or "").strip()
    return int(text) if text.isdecimal() and len(text) <= 4 else None
