"""Amounts and dates as people state them: unknown, approximate, bounded or exact."""

import enum
from dataclasses import dataclass
from datetime import date


class Qualifier(enum.StrEnum):
    """How a number was stated. No qualifier at all means that nothing is known."""

    EXACT = "exact"
    APPROXIMATE = "approximate"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    BETWEEN = "between"
    NOT_DISCLOSED = "not_disclosed"


class Precision(enum.StrEnum):
    """How exactly a date is known; the date kept is the first day of its period."""

    DAY = "day"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Measure:
    """A stated number: whole units (of `currency`, or jobs), never a default for the unknown.

    `upper` is the other end of a range. `as_printed` keeps the words.
    """

    value: int | None = None
    qualifier: Qualifier | None = None
    upper: int | None = None
    currency: str | None = None
    as_printed: str | None = None

    def __post_init__(self) -> None:
        if self.qualifier in (None, Qualifier.NOT_DISCLOSED):
            if self.value is not None or self.upper is not None:
                raise ValueError("An unknown measure carries no number.")
        elif self.value is None:
            raise ValueError("A stated measure needs its number.")
        if (self.qualifier is Qualifier.BETWEEN) != (self.upper is not None):
            raise ValueError("A range has two ends, and only a range.")
        if self.value is not None and self.value < 0:
            raise ValueError("A measure is never negative.")
        if self.upper is not None and self.value is not None and self.upper < self.value:
            raise ValueError("A range runs from the smaller to the larger number.")

    @property
    def is_known(self) -> bool:
        """Whether there is a number at all."""
        return self.value is not None


UNKNOWN = Measure()


@dataclass(frozen=True, slots=True)
class StatedDate:
    """A date to the precision it is known to."""

    on: date
    precision: Precision = Precision.DAY
    as_printed: str | None = None
