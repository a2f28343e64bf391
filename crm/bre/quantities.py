"""Numbers that rules compare: got from answers, with the parts they were got from."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Protocol

from crm.bre.answers import Answers
from crm.bre.values import Value
from models.measure import Measure, Qualifier, StatedDate

LAST = "@last"


@dataclass(frozen=True, slots=True)
class Visit:
    """What the rules look at: the answers of this visit, those of the last one, the day."""

    answers: Answers
    today: date
    previous: Answers | None = None

    def value(self, name: str) -> Value | None:
        """The value of a part, of the last visit where its name says so."""
        if not name.endswith(LAST):
            return self.answers.value(name)
        return self.previous.value(name.removesuffix(LAST)) if self.previous else None


Measured = tuple[Fraction | None, tuple[str, ...]]


class Quantity(Protocol):
    """A number got from the answers, with the parts it was got from; None where it is unknown."""

    def measure(self, visit: Visit) -> Measured:
        """The number and its parts."""
        ...

    def parts(self) -> tuple[str, ...]:
        """Every part it may look at."""
        ...


@dataclass(frozen=True, slots=True)
class Amount:
    """The number in a part."""

    name: str

    def measure(self, visit: Visit) -> Measured:
        """The number and its parts."""
        return as_number(visit.value(self.name)), (self.name,)

    def parts(self) -> tuple[str, ...]:
        """Every part it may look at."""
        return (self.name,)


@dataclass(frozen=True, slots=True)
class FirstKnown:
    """The first sum of parts that is known in full."""

    sums: tuple[tuple[str, ...], ...]

    def measure(self, visit: Visit) -> Measured:
        """The number and its parts."""
        for names in self.sums:
            numbers = [as_number(visit.value(name)) for name in names]
            known = [number for number in numbers if number is not None]
            if len(known) == len(names):
                return sum(known, Fraction(0)), names
        return None, self.sums[0]

    def parts(self) -> tuple[str, ...]:
        """Every part it may look at."""
        return together(self.sums)


@dataclass(frozen=True, slots=True)
class Change:
    """The second quantity less the first, plainly or in percent of the first."""

    first: Quantity
    second: Quantity
    is_percent: bool = False

    def measure(self, visit: Visit) -> Measured:
        """The number and its parts."""
        before, from_parts = self.first.measure(visit)
        after, to_parts = self.second.measure(visit)
        parts = together((from_parts, to_parts))
        if before is None or after is None or not _one_currency(visit, parts):
            return None, parts
        if not self.is_percent:
            return after - before, parts
        return ((after - before) * 100 / before if before else None), parts

    def parts(self) -> tuple[str, ...]:
        """Every part it may look at."""
        return together((self.first.parts(), self.second.parts()))


@dataclass(frozen=True, slots=True)
class PercentOf:
    """The first quantity in percent of the second."""

    of: Quantity
    whole: Quantity

    def measure(self, visit: Visit) -> Measured:
        """The number and its parts."""
        number, of_parts = self.of.measure(visit)
        whole, whole_parts = self.whole.measure(visit)
        parts = together((of_parts, whole_parts))
        return (number * 100 / whole if number is not None and whole else None), parts

    def parts(self) -> tuple[str, ...]:
        """Every part it may look at."""
        return together((self.of.parts(), self.whole.parts()))


@dataclass(frozen=True, slots=True)
class Until:
    """How far a stated date is away: months ahead, or days ago."""

    name: str
    count: Callable[[StatedDate, date], Fraction | None]

    def measure(self, visit: Visit) -> Measured:
        """The number and its parts."""
        value = visit.value(self.name)
        if not isinstance(value, StatedDate):
            return None, (self.name,)
        return self.count(value, visit.today), (self.name,)

    def parts(self) -> tuple[str, ...]:
        """Every part it may look at."""
        return (self.name,)


def as_number(value: Value | None) -> Fraction | None:
    """The number in a value; a range or a bound has none that a rule could compare."""
    if isinstance(value, Measure):
        is_point = value.qualifier in (Qualifier.EXACT, Qualifier.APPROXIMATE)
        return Fraction(value.value) if is_point and value.value is not None else None
    if isinstance(value, int | Decimal):
        return Fraction(value)
    return None


def _one_currency(visit: Visit, parts: Sequence[str]) -> bool:
    """Whether amounts can be compared: one currency, or none said; nothing is nothing in any."""
    values = [visit.value(part) for part in parts]
    return (
        len({value.currency for value in values if isinstance(value, Measure) and value.value}) <= 1
    )


def together(groups: Iterable[Sequence[str]]) -> tuple[str, ...]:
    """Every part once, in order."""
    return tuple(dict.fromkeys(part for group in groups for part in group))
