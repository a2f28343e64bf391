"""An order that a person mixes in the open: likelihood, value and how long nobody called.

Each part counts from 0 to 100 whole points, and a lead's sum is each part times its weight, so
that anybody can check a row by hand. What is not known gives no points, and the page says so.
Leads of the same sum stand by their chance.
"""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from models.errors import NotFoundError
from models.lead import Lead
from models.score import Score

MOST = 3
# One point for every two days since the last contact, four for each day that the next step is
# late; the larger of the two counts.
DAYS_A_POINT = 2
POINTS_A_DAY_LATE = 4
FULL = 100
_DAY = 86_400
_SUM = 1_000_000


class Horizon(enum.StrEnum):
    """By when a lead is announced, in days; or ever."""

    QUARTER = "90"
    HALF = "180"
    YEAR = "365"
    EVER = "ever"


_WITHIN: dict[Horizon, Any] = {
    Horizon.QUARTER: Score.within_90,
    Horizon.HALF: Score.within_180,
    Horizon.YEAR: Score.within_365,
}


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each part counts, 0 to 3. By default the likelihood alone orders."""

    likelihood: int = 1
    value: int = 0
    staleness: int = 0

    @property
    def is_mixed(self) -> bool:
        """Whether anything but the likelihood counts."""
        return bool(self.value or self.staleness) or not self.likelihood

    def as_args(self) -> dict[str, str]:
        """The weights in an address, where they differ from the default."""
        if self == Weights():
            return {}
        return {name: str(getattr(self, name)) for name in NAMES}


NAMES = ("likelihood", "value", "staleness")
PRESETS: dict[str, Weights] = {
    "likely": Weights(),
    "call": Weights(2, 0, 1),
    "large": Weights(2, 1, 0),
}


def read_weights(args: Mapping[str, str]) -> Weights:
    """The weights in an address. All at nothing would be no order: then the default stands.

    Raises:
        NotFoundError: one is no whole number from 0 to 3.
    """
    found = {}
    for name in NAMES:
        text = args.get(name) or ""
        if not text:
            continue
        if text not in {str(number) for number in range(MOST + 1)}:
            raise NotFoundError
        found[name] = int(text)
    weights = Weights(**found)
    return weights if any((weights.likelihood, weights.value, weights.staleness)) else Weights()


def read_horizon(args: Mapping[str, str]) -> Horizon:
    """By when, in an address.

    Raises:
        NotFoundError: there is no such horizon.
    """
    try:
        return Horizon(args.get("within") or Horizon.EVER)
    except ValueError as error:
        raise NotFoundError from error


class _larger(FunctionElement[int]):  # noqa: N801 - stands in statements like SQL's own
    """The largest of several known numbers."""

    type = sa.Integer()
    inherit_cache = True


class _smaller(FunctionElement[int]):  # noqa: N801
    """The smallest of several known numbers."""

    type = sa.Integer()
    inherit_cache = True


@compiles(_larger, "sqlite")
def _larger_on_sqlite(element: _larger, compiler: Any, **options: Any) -> str:
    return f"max({compiler.process(element.clauses, **options)})"


@compiles(_larger, "postgresql")
def _larger_on_postgresql(element: _larger, compiler: Any, **options: Any) -> str:
    return f"greatest({compiler.process(element.clauses, **options)})"


@compiles(_smaller, "sqlite")
def _smaller_on_sqlite(element: _smaller, compiler: Any, **options: Any) -> str:
    return f"min({compiler.process(element.clauses, **options)})"


@compiles(_smaller, "postgresql")
def _smaller_on_postgresql(element: _smaller, compiler: Any, **options: Any) -> str:
    return f"least({compiler.process(element.clauses, **options)})"


def chance_within(horizon: Horizon) -> Any:
    """The chance by a horizon.

    An officer sets a chance of "ever"; by a horizon it is the share that the model sees of its own.
    """
    if horizon is Horizon.EVER:
        return Lead.chance
    return Lead.chance * _WITHIN[horizon] / Score.probability


def part_columns(horizon: Horizon, day: date) -> list[Any]:
    """The points of a row as columns, none where not known: what `mix_key` adds up."""
    return [
        _points(chance_within(horizon)).label("likelihood_points"),
        _points(Lead.size_place).label("value_points"),
        _known(Lead.last_contact_on, _capped(_contact(day))).label("contact_points"),
        _known(Lead.next_action_on, _capped(_late(day))).label("late_points"),
    ]


def mix_key(weights: Weights, horizon: Horizon, day: date) -> Any:
    """One whole number to order by: the sum first, and the chance where sums are equal."""
    parts = [
        (weights.likelihood, _or_nothing(_points(chance_within(horizon)))),
        (weights.value, _or_nothing(_points(Lead.size_place))),
        (weights.staleness, _capped(_or_nothing(_contact(day)), _or_nothing(_late(day)))),
    ]
    total: Any = sa.literal(0, sa.BigInteger)
    for weight, part in parts:
        if weight:
            total = total + weight * part
    tie = _or_nothing(sa.cast(sa.func.round(chance_within(horizon) * 999_999), sa.Integer))
    return sa.type_coerce(total * _SUM + tie, sa.BigInteger)


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a row: its points (none: not known), its weight, and what it adds to the sum."""

    name: str
    points: int | None
    weight: int

    @property
    def adds(self) -> int:
        """What the sum holds of it."""
        return self.weight * (self.points or 0)


@dataclass(frozen=True, slots=True)
class Sum:
    """How a row came to its place, to be checked by hand."""

    parts: tuple[Part, ...]

    @property
    def total(self) -> int:
        """The sum that the rows are ordered by."""
        return sum(part.adds for part in self.parts)


def sum_of(row: Any, weights: Weights) -> Sum:
    """The parts of a row that was read with `part_columns`."""
    stale = [points for points in (row.contact_points, row.late_points) if points is not None]
    return Sum(
        (
            Part("likelihood", row.likelihood_points, weights.likelihood),
            Part("value", row.value_points, weights.value),
            Part("staleness", max(stale) if stale else None, weights.staleness),
        )
    )


def _points(share: Any) -> Any:
    return sa.cast(sa.func.round(share * FULL), sa.Integer)


def _contact(day: date) -> Any:
    return _days_since(Lead.last_contact_on, day) // DAYS_A_POINT


def _late(day: date) -> Any:
    return _days_since(Lead.next_action_on, day) * POINTS_A_DAY_LATE


def _days_since(column: Any, day: date) -> Any:
    # Both databases count seconds; only one takes a date from a date.
    seconds = int(datetime.combine(day, time(), UTC).timestamp())
    epoch = sa.cast(sa.extract("epoch", column), sa.BigInteger)
    return (sa.literal(seconds, sa.BigInteger) - epoch) // _DAY


def _capped(*points: Any) -> Any:
    return _smaller(_larger(*points, sa.literal(0, sa.Integer)), sa.literal(FULL, sa.Integer))


def _or_nothing(points: Any) -> Any:
    return sa.func.coalesce(points, 0)


def _known(column: Any, points: Any) -> Any:
    return sa.case((column.is_(None), None), else_=points)
