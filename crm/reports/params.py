"""What a report is asked for: as of which day, compared with which, about which leads.

`ReportParams` holds the words of an address or of a saved report, relative days as such;
`settle` turns them into days and moments for whoever looks, at a moment.
"""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.days import EARLIEST, read_day
from crm.imports.currencies import codes
from crm.leads.filters import MINE, NOBODY
from crm.leads.list_queries import Options
from crm.reports.periods import (
    Calendar,
    calendar_of,
    last_month_end,
    same_day_last_year,
)
from crm.timezones import today
from crm.visibility import viewer_of
from models.agreement import Agreement, Citation
from models.errors import DomainError, N_
from models.lead import LeadRevision, LeadSource
from models.organization import Sector
from models.stage import LeadType
from models.user import Actor, Office, User

Code = TypeVar("Code", bound=enum.StrEnum)


class Scope(enum.StrEnum):
    """Over which leads a report runs.

    VIEWER: what whoever looks may see, or count. PUBLIC: what could be printed in a newspaper,
    whoever looks: restricted leads and those under embargo are in no total.
    """

    VIEWER = "viewer"
    PUBLIC = "public"


class Dimension(enum.StrEnum):
    """By what a report is divided."""

    STAGE = "stage"
    MARKET = "market"
    SECTOR = "sector"
    OFFICE = "office"
    OWNER = "owner"
    SOURCE = "source"
    AGREEMENT = "agreement"


class RelativeDay(enum.StrEnum):
    """A day that moves with the calendar, as a saved report keeps it.

    As the day of a report it is seen from today, as its comparison from the report's day.
    """

    TODAY = "today"
    LAST_MONTH = "last_month"
    LAST_QUARTER = "last_quarter"
    LAST_YEAR = "last_year"
    YEAR_START = "year_start"


@dataclass(frozen=True, slots=True)
class ReportParams:
    """The filters of a report, named in addresses as the list of leads names them.

    There is always one type of lead: types are never added up. `as_of` and `compare` are a day, a
    `RelativeDay`, or None: today, and no comparison. Sector and source are codes, office, owner
    and agreement public ids; an owner may also be "mine" or "none". `convert` is the currency in
    which sums of money are told as well.
    """

    as_of: date | RelativeDay | None = None
    compare: date | RelativeDay | None = None
    lead_type: LeadType = LeadType.INVESTMENT
    office: str | None = None
    market: str | None = None
    sector: str | None = None
    owner: str | None = None
    source: str | None = None
    agreement: str | None = None
    by: Dimension = Dimension.STAGE
    scope: Scope = Scope.VIEWER
    convert: str | None = None
    calendar: Calendar | None = None
    typed_as_of: str = field(default="", compare=False)
    typed_compare: str = field(default="", compare=False)
    problems: Mapping[str, DomainError] = field(default_factory=dict, compare=False)

    @property
    def is_public(self) -> bool:
        """Whether only what could be published is counted."""
        return self.scope is Scope.PUBLIC

    @property
    def is_narrowed(self) -> bool:
        """Whether only some leads of the type are asked for."""
        return any((self.office, self.market, self.sector, self.owner, self.source, self.agreement))

    def as_args(self) -> dict[str, str]:
        """The parameters as arguments of an address, without what goes without saying."""
        args: dict[str, str | None] = {
            "as_of": _word(self.as_of),
            "compare": _word(self.compare),
            "type": self.lead_type.value if self.lead_type is not LeadType.INVESTMENT else None,
            "office": self.office,
            "country": self.market,
            "sector": self.sector,
            "owner": self.owner,
            "source": self.source,
            "agreement": self.agreement,
            "by": self.by.value if self.by is not Dimension.STAGE else None,
            "scope": self.scope.value if self.is_public else None,
            "convert": self.convert,
        }
        return {name: value for name, value in args.items() if value}

    def offered_by(self, options: Options) -> "ReportParams":
        """Without what the form does not offer, so that form and figures always agree."""
        return replace(
            self,
            office=_offered(self.office, [code for code, _name in options.offices]),
            market=_offered(self.market, options.markets),
            sector=_offered(self.sector, [code for code, _name in options.sectors]),
            source=_offered(self.source, [code for code, _name in options.sources]),
            owner=_offered(self.owner, [MINE, NOBODY, *(code for code, _name in options.owners)]),
        )


def read_params(args: Mapping[str, Any]) -> ReportParams:
    """The parameters in an address, or in a saved report's `as_args`.

    A code that is none of ours is left out; what should be a day and is none stands in
    `problems`, by the name of its field.
    """
    problems: dict[str, DomainError] = {}
    typed = {name: str(args.get(name) or "").strip()[:20] for name in ("as_of", "compare")}
    days = {name: _day(name, text, problems) for name, text in typed.items()}
    return ReportParams(
        as_of=days["as_of"],
        compare=days["compare"],
        lead_type=_code(LeadType, args.get("type")) or LeadType.INVESTMENT,
        office=_short(args.get("office"), 16),
        market=_short(args.get("country"), 2),
        sector=_short(args.get("sector"), 80),
        owner=_short(args.get("owner"), 16),
        source=_short(args.get("source"), 80),
        agreement=_short(args.get("agreement"), 16),
        by=_code(Dimension, args.get("by")) or Dimension.STAGE,
        scope=_scope(args, problems),
        convert=_currency(args.get("convert")),
        typed_as_of=typed["as_of"],
        typed_compare=typed["compare"],
        problems=problems,
    )


@dataclass(frozen=True, slots=True)
class Settled:
    """Parameters with their days: what the statements of a report are made from.

    "As of" a day is its end: `end` and `compare_end` are the first moments that are not in it.
    `now` judges who may see and what is public, never what was known.
    """

    params: ReportParams
    actor: Actor
    calendar: Calendar
    now: datetime
    today: date
    as_of: date
    compare: date | None

    @property
    def end(self) -> datetime:
        """The moment the day of the report is over."""
        return self.calendar.end_of(self.as_of)

    @property
    def compare_end(self) -> datetime | None:
        """The moment the day that it is compared with is over."""
        return self.calendar.end_of(self.compare) if self.compare else None


def settle(
    session: Session,
    params: ReportParams,
    *,
    now: datetime,
    compares_with: RelativeDay | None = None,
) -> Settled:
    """The days that the parameters mean for whoever looks through this session.

    `compares_with` is for reports that need a second day and were given none.

    Raises:
        DomainError: a day is none, lies in the future or before 1990, or the comparison does not
            lie before the day of the report; or a public report would be about one person's work.
    """
    for problem in params.problems.values():
        raise problem
    if params.is_public and (params.owner or params.by is Dimension.OWNER):
        raise DomainError(
            N_("A report for the public is not about single officers."),
            field="owner" if params.owner else "by",
        )
    actor = viewer_of(session)
    calendar = params.calendar or calendar_of(session, actor, office=params.office)
    this_day = today(now, calendar.time_zone)
    as_of = _resolved(params.as_of, this_day, calendar) or this_day
    _check(as_of, this_day, "as_of")
    compare = _resolved(params.compare or compares_with, as_of, calendar)
    if compare is not None:
        _check(compare, this_day, "compare")
        if compare >= as_of:
            raise DomainError(
                N_("The day to compare with must lie before %(day)s."),
                field="compare",
                day=as_of.isoformat(),
            )
    return Settled(params, actor, calendar, now, this_day, as_of, compare)


def revision_conditions(settled: Settled) -> list[Any]:
    """The filters as conditions on `LeadRevision`, all as of then but for the agreement.

    A citation has no end: it counts from when the office noted it, as of the report's day.
    """
    params = settled.params
    found: list[Any] = [LeadRevision.lead_type == params.lead_type]
    if params.market:
        found.append(LeadRevision.market == params.market)
    if params.sector:
        found.append(LeadRevision.sector_id == _key_of(Sector, Sector.code == params.sector))
    if params.source:
        found.append(
            LeadRevision.source_id == _key_of(LeadSource, LeadSource.code == params.source)
        )
    if params.office:
        found.append(LeadRevision.office_id == _key_of(Office, Office.public_id == params.office))
    if params.owner:
        found.append(_owned_by(params.owner, settled))
    return found


def agreement_condition(settled: Settled) -> list[Any]:
    """The leads that cited the agreement by the end of the report's day, if one is asked for."""
    if not settled.params.agreement:
        return []
    agreement = _key_of(Agreement, Agreement.public_id == settled.params.agreement)
    cited = sa.select(Citation.lead_id).where(
        Citation.agreement_id == agreement,
        Citation.lead_id.is_not(None),
        Citation.known_at < settled.end,
    )
    return [LeadRevision.lead_id.in_(cited)]


def _owned_by(owner: str, settled: Settled) -> Any:
    if owner == MINE:
        return LeadRevision.owner_id == settled.actor.id
    if owner == NOBODY:
        # Who had left by then, and owners that an import merely named.
        gone = sa.select(User.id).where(
            sa.or_(User.deactivated_at < settled.end, User.password_hash.is_(None))
        )
        return sa.or_(LeadRevision.owner_id.is_(None), LeadRevision.owner_id.in_(gone))
    return LeadRevision.owner_id == _key_of(User, User.public_id == owner)


def _resolved(day: date | RelativeDay | None, seen_from: date, calendar: Calendar) -> date | None:
    if not isinstance(day, RelativeDay):
        return day
    if day is RelativeDay.TODAY:
        return seen_from
    if day is RelativeDay.LAST_MONTH:
        return last_month_end(seen_from)
    if day is RelativeDay.LAST_QUARTER:
        return calendar.last_quarter_end(seen_from)
    if day is RelativeDay.LAST_YEAR:
        return same_day_last_year(seen_from)
    return calendar.last_year_end(seen_from)


def _check(day: date, this_day: date, name: str) -> None:
    if day > this_day:
        raise DomainError(N_("This day lies in the future."), field=name)
    if day < EARLIEST:
        raise DomainError(N_("This day lies before 1990. Check the year."), field=name)


def _day(name: str, text: str, problems: dict[str, DomainError]) -> date | RelativeDay | None:
    if not text:
        return None
    relative = _code(RelativeDay, text)
    if relative is not None:
        return relative
    day = read_day(text) or _mistyped(text)
    if day is None:
        problems[name] = DomainError(
            N_("“%(value)s” is no day. Write it as 2026-03-31."), field=name, value=text
        )
    return day


def _mistyped(text: str) -> date | None:
    """A day of long ago or far ahead: it is refused by its year, for it is a day."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _word(day: date | RelativeDay | None) -> str | None:
    if day is None:
        return None
    return day.value if isinstance(day, RelativeDay) else day.isoformat()


def _key_of(cls: Any, condition: Any) -> Any:
    return sa.select(cls.id).where(condition).scalar_subquery()


def _code(enumeration: type[Code], value: Any) -> Code | None:
    return enumeration(value) if value in {str(item.value) for item in enumeration} else None


def _scope(args: Mapping[str, Any], problems: dict[str, DomainError]) -> Scope:
    """Public where that is asked; a word that is none never passes for either of them."""
    text = str(args.get("scope") or "").strip()
    if str(args.get("public") or "0").strip().lower() not in ("0", "no", "false"):
        return Scope.PUBLIC
    scope = _code(Scope, text.lower()) if text else Scope.VIEWER
    if scope is None:
        problems["scope"] = DomainError(
            N_("“%(value)s” is no such scope. Write public, or leave it out."),
            field="scope",
            value=text[:20],
        )
    return scope or Scope.VIEWER


def _currency(value: Any) -> str | None:
    code = str(value or "").strip().upper()
    return code if code in codes() else None


def _short(value: Any, longest: int) -> str | None:
    text = str(value or "").strip()
    return text if 0 < len(text) <= longest else None


def _offered(value: str | None, offered: list[str]) -> str | None:
    return value if value in offered else None
