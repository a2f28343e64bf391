"""The reads of exchange rates: the list, and which rate holds on a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.rates.numbers import exact
from crm.web.paging import Order, Page, fetch_page
from models.errors import NotFoundError
from models.report import ExchangeRate

PAGE = 50
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Pair:
    """The latest rates of one currency in another, and how many there are in all."""

    currency: str
    target: str
    rates: Sequence[Any]
    count: int


@dataclass(frozen=True, slots=True)
class HeldRate:
    """A rate as it was stated: what one unit of `currency` is worth in `target`."""

    currency: str
    target: str
    rate: Decimal
    stated_on: date
    source: str


_COLUMNS = (
    ExchangeRate.public_id,
    ExchangeRate.currency,
    ExchangeRate.target,
    ExchangeRate.rate,
    ExchangeRate.stated_on,
    ExchangeRate.source,
    ExchangeRate.entered_at,
    ExchangeRate.entered_by,
)


def list_pairs(session: Session) -> list[Pair]:
    """Every pair of currencies with its latest rates, the newest first."""
    pair = (ExchangeRate.currency, ExchangeRate.target)
    rank = sa.func.row_number().over(
        partition_by=pair, order_by=(ExchangeRate.stated_on.desc(), ExchangeRate.id.desc())
    )
    ranked = sa.select(
        *_COLUMNS,
        rank.label("place"),
        sa.func.count().over(partition_by=pair).label("in_all"),
    ).subquery()
    rows = session.execute(
        sa.select(ranked)
        .where(ranked.c.place <= _SHOWN)
        .order_by(ranked.c.currency, ranked.c.target, ranked.c.place)
    ).all()
    found: dict[tuple[str, str], list[Any]] = {}
    for row in rows:
        found.setdefault((row.currency, row.target), []).append(row)
    return [
        Pair(currency, target, members, members[0].in_all)
        for (currency, target), members in found.items()
    ]


def list_rates(session: Session, currency: str, target: str, *, cursor: str | None) -> Page[Any]:
    """A page of the rates of a pair, the newest first."""
    statement: Any = sa.select(*_COLUMNS).where(
        ExchangeRate.currency == currency, ExchangeRate.target == target
    )
    return fetch_page(
        session,
        statement,
        Order(ExchangeRate.stated_on, ExchangeRate.public_id, is_descending=True),
        size=PAGE,
        cursor=cursor,
        value_key="stated_on",
    )


def get_rate(session: Session, public_id: str) -> ExchangeRate:
    """One rate.

    Raises:
        NotFoundError: there is none.
    """
    found = session.scalar(sa.select(ExchangeRate).where(ExchangeRate.public_id == public_id))
    if found is None:
        raise NotFoundError
    return found


def list_targets(session: Session) -> list[str]:
    """The currencies into which anything can be converted: those of which a rate is stated."""
    every = sa.union(sa.select(ExchangeRate.target), sa.select(ExchangeRate.currency))
    return sorted(session.scalars(every))


def rates_on(session: Session, target: str, day: date) -> list[HeldRate]:
    """The newest rate between each currency and a target that was stated by the end of a day.

    It may be stated either way round; of two of one day the one into the target comes first.
    There is one for each other currency, in the order of their codes.
    """
    latest = (
        sa.select(
            ExchangeRate.currency,
            ExchangeRate.target,
            sa.func.max(ExchangeRate.stated_on).label("latest_on"),
        )
        .where(
            sa.or_(ExchangeRate.currency == target, ExchangeRate.target == target),
            ExchangeRate.stated_on <= day,
        )
        .group_by(ExchangeRate.currency, ExchangeRate.target)
        .subquery()
    )
    rows = session.execute(
        sa.select(
            ExchangeRate.currency,
            ExchangeRate.target,
            ExchangeRate.rate,
            ExchangeRate.stated_on,
            ExchangeRate.source,
        ).join(
            latest,
            sa.and_(
                latest.c.currency == ExchangeRate.currency,
                latest.c.target == ExchangeRate.target,
                latest.c.latest_on == ExchangeRate.stated_on,
            ),
        )
    )
    best: dict[str, HeldRate] = {}
    for row in rows:
        held = HeldRate(row.currency, row.target, exact(row.rate), row.stated_on, row.source)
        other = row.currency if row.target == target else row.target
        known = best.get(other)
        if known is None or _rank(held, target) > _rank(known, target):
            best[other] = held
    return [best[code] for code in sorted(best)]


def _rank(rate: HeldRate, target: str) -> tuple[date, bool]:
    return rate.stated_on, rate.target == target
