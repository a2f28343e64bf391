"""Which introductions a report is about, as its address says it."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from crm.days import read_day
from models.errors import DomainError, N_


class IntroducerKind(enum.StrEnum):
    """Who opened the door."""

    JETRO = "jetro"
    KOTRA = "kotra"
    ORGANIZATION = "organization"
    OFFICE = "office"
    PERSON = "person"
    NAMED = "named"


@dataclass(frozen=True, slots=True)
class IntroducerFilters:
    """The days bound the first contact of the leads, both included.

    With the kind `PERSON` people are listed themselves; else they count with their organization.
    """

    kind: IntroducerKind | None = None
    market: str | None = None
    first: date | None = None
    last: date | None = None
    typed_from: str = field(default="", compare=False)
    typed_to: str = field(default="", compare=False)
    problems: Mapping[str, DomainError] = field(default_factory=dict, compare=False)

    @property
    def has_range(self) -> bool:
        """Whether only leads of some days of first contact are asked for."""
        return self.first is not None or self.last is not None

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is chosen."""
        return self != IntroducerFilters()

    @property
    def of_people(self) -> bool:
        """Whether people are listed apart from their organizations."""
        return self.kind is IntroducerKind.PERSON

    def as_args(self) -> dict[str, str]:
        """The filters as arguments of an address."""
        found = {
            "kind": self.kind.value if self.kind else None,
            "country": self.market,
            "from": self.typed_from,
            "to": self.typed_to,
        }
        return {name: value for name, value in found.items() if value}


def read_filters(args: Mapping[str, str]) -> IntroducerFilters:
    """The filters in an address. A code that is none of ours is left out; a day must be one."""
    problems: dict[str, DomainError] = {}
    typed = {name: str(args.get(name, "")).strip()[:20] for name in ("from", "to")}
    days = {name: _day(name, text, problems) for name, text in typed.items()}
    if days["from"] and days["to"] and days["from"] > days["to"]:
        problems["to"] = DomainError(N_("The last day lies before the first."), field="to")
    kind, market = str(args.get("kind", "")), str(args.get("country", "")).strip()
    return IntroducerFilters(
        kind=IntroducerKind(kind) if kind in set(IntroducerKind) else None,
        market=market if len(market) == 2 else None,
        first=days["from"],
        last=days["to"],
        typed_from=typed["from"],
        typed_to=typed["to"],
        problems=problems,
    )


def _day(name: str, text: str, problems: dict[str, DomainError]) -> date | None:
    if not text:
        return None
    day = read_day(text)
    if day is None:
        problems[name] = DomainError(
            N_("“%(value)s” is no day. Write it as 2026-03-31."), field=name, value=text
        )
    return day
