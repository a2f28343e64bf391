"""Which leads a report is about, as its address says it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from crm.days import read_day
from crm.leads import filters as list_filters
from crm.leads.filters import MINE, NOBODY, LeadFilters, Standing, conditions
from crm.leads.list_queries import Options
from models.errors import DomainError, N_
from models.lead import LossReason
from models.stage import LeadType, StageCode
from models.user import Actor


@dataclass(frozen=True, slots=True)
class FunnelFilters:
    """The filters of the funnel, named as the list of leads names them.

    There is always one type of lead: types are never added up. `first_from` and `first_to` bound
    the day of the first contact, both included.
    """

    lead_type: LeadType = LeadType.INVESTMENT
    office: str | None = None
    market: str | None = None
    sector: str | None = None
    owner: str | None = None
    first_from: date | None = None
    first_to: date | None = None
    typed_from: str = field(default="", compare=False)
    typed_to: str = field(default="", compare=False)
    problems: Mapping[str, DomainError] = field(default_factory=dict, compare=False)

    @property
    def has_range(self) -> bool:
        """Whether only leads of some days of first contact are asked for."""
        return self.first_from is not None or self.first_to is not None

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the type is chosen."""
        return self != FunnelFilters(lead_type=self.lead_type)

    def offered_by(self, options: Options) -> "FunnelFilters":
        """Without what the form does not offer, so that form and figures always agree."""
        return replace(
            self,
            office=_offered(self.office, [code for code, _name in options.offices]),
            market=_offered(self.market, options.markets),
            sector=_offered(self.sector, [code for code, _name in options.sectors]),
            owner=_offered(self.owner, [MINE, NOBODY, *(code for code, _name in options.owners)]),
        )

    def as_list(
        self,
        standing: Standing = Standing.OPEN,
        stage: StageCode | None = None,
        reason: LossReason | None = None,
    ) -> LeadFilters:
        """The list of leads with the same filters."""
        return LeadFilters(
            lead_type=self.lead_type,
            office=self.office,
            market=self.market,
            sector=self.sector,
            owner=self.owner,
            standing=standing,
            stages=(stage,) if stage else (),
            lost_reason=reason,
            first_from=self.first_from,
            first_to=self.first_to,
        )


def read_filters(args: Mapping[str, Any]) -> FunnelFilters:
    """The filters in an address. A code that is none of ours is left out; a day must be one."""
    listed = _as_in_the_list(args)
    problems: dict[str, DomainError] = {}
    typed = {name: str(args.get(name, "")).strip()[:20] for name in ("from", "to")}
    days = {name: _day(name, text, problems) for name, text in typed.items()}
    if days["from"] and days["to"] and days["from"] > days["to"]:
        problems["to"] = DomainError(N_("The last day lies before the first."), field="to")
    return FunnelFilters(
        lead_type=listed.lead_type or LeadType.INVESTMENT,
        office=listed.office,
        market=listed.market,
        sector=listed.sector,
        owner=listed.owner,
        first_from=days["from"],
        first_to=days["to"],
        typed_from=typed["from"],
        typed_to=typed["to"],
        problems=problems,
    )


def lead_conditions(filters: FunnelFilters, *, actor: Actor, today: date) -> list[Any]:
    """The filters as conditions on `Lead`, without the days of first contact."""
    undated = replace(filters, first_from=None, first_to=None)
    return conditions(undated.as_list(Standing.ALL), actor=actor, today=today)


def _as_in_the_list(args: Mapping[str, Any]) -> LeadFilters:
    names = ("type", "office", "country", "sector", "owner")
    return list_filters.read_filters({name: args[name] for name in names if name in args})


def _day(name: str, text: str, problems: dict[str, DomainError]) -> date | None:
    if not text:
        return None
    day = read_day(text)
    if day is None:
        problems[name] = DomainError(
            N_("“%(value)s” is no day. Write it as 2026-03-31."), field=name, value=text
        )
    return day


def _offered(value: str | None, offered: list[str]) -> str | None:
    return value if value in offered else None
