"""Introducers and the credit that they have, as of a day. Pure.

How credit is shared, and what the total adds up, is `crm.introducers.report`'s.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from crm.introducers.filters import IntroducerKind
from crm.reports.plain import from_plain, to_plain
from models.stage import LeadType


@dataclass(frozen=True, slots=True)
class Amount:
    """Investment in one currency."""

    currency: str
    amount: int


@dataclass(frozen=True, slots=True)
class CreditSums:
    """What somebody has of outcomes, with what the sums leave out."""

    outcome_count: int
    amounts: tuple[Amount, ...]
    unknown_amount_count: int
    no_currency_count: int
    jobs: int
    unknown_jobs_count: int


@dataclass(frozen=True, slots=True)
class CreditLine:
    """One introducer; the total has neither kind nor name.

    `shared` are stated shares, `undivided` what several share and nobody divided: it stands whole
    in the line of each of them, and once in the total.
    """

    kind: IntroducerKind | None
    path: str
    public_id: str
    name: str
    native_name: str | None
    lead_count: int
    open_count: int
    qualified_count: int
    announced_count: int
    passed_on_count: int
    full: CreditSums
    shared: CreditSums
    undivided: CreditSums
    outcome_count: int
    confirmed_count: int


@dataclass(frozen=True, slots=True)
class CreditFigures:
    """Every introducer, those with the most behind them first; `unplaced_count` public outcomes
    with credit belong to no lead, and so to no type.
    """

    as_of: date
    lead_type: LeadType
    lines: tuple[CreditLine, ...]
    total: CreditLine
    unplaced_count: int


@dataclass(frozen=True, slots=True)
class CreditReport:
    """Introducers' credit, and as it stood on the day that it is compared with."""

    now: CreditFigures
    before: CreditFigures | None = None

    def to_plain(self) -> dict[str, Any]:
        """As JSON can hold it."""
        plain: dict[str, Any] = to_plain(self)
        return plain

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> "CreditReport":
        """What `to_plain` was given."""
        return from_plain(cls, plain)
