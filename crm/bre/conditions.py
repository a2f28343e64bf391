"""The small language of the rules: what has to hold of the answers, as data.

A condition is true, false or, where an answer it needs is skipped, unknown or was never asked,
undecided (None). Only what is true counts: nothing is concluded from what nobody said. How a
condition is written stands in `crm.bre.condition_reading`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from crm.bre.quantities import Quantity, Visit, as_number, together
from models.measure import Measure


@dataclass(frozen=True, slots=True)
class Finding:
    """What a condition came to, and the parts that it rests on."""

    holds: bool | None
    parts: tuple[str, ...] = ()


class Condition(Protocol):
    """Something that holds of a visit, or does not, or cannot be decided."""

    def judge(self, visit: Visit) -> Finding:
        """Whether it holds."""
        ...

    def parts(self) -> tuple[str, ...]:
        """Every part it may look at."""
        ...


@dataclass(frozen=True, slots=True)
class All:
    """Holds where every member does."""

    members: tuple[Condition, ...]

    def judge(self, visit: Visit) -> Finding:
        """Whether it holds."""
        found = [member.judge(visit) for member in self.members]
        if any(one.holds is False for one in found):
            return Finding(False, together(one.parts for one in found if one.holds is False))
        holds = None if any(one.holds is None for one in found) else True
        return Finding(holds, together(one.parts for one in found))

    def parts(self) -> tuple[str, ...]:
        """Every part it may look at."""
        return together(member.parts() for member in self.members)


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Holds where one member does; it rests on those members that do."""

    members: tuple[Condition, ...]

    def judge(self, visit: Visit) -> Finding:
        """Whether it holds."""
        found = [member.judge(visit) for member in self.members]
        true = [one for one in found if one.holds]
        if true:
            return Finding(True, together(one.parts for one in true))
        holds = None if any(one.holds is None for one in found) else False
        return Finding(holds, together(one.parts for one in found))

    def parts(self) -> tuple[str, ...]:
        """Every part it may look at."""
        return together(member.parts() for member in self.members)


@dataclass(frozen=True, slots=True)
class Not:
    """Holds where its member is known not to."""

    member: Condition

    def judge(self, visit: Visit) -> Finding:
        """Whether it holds."""
        found = self.member.judge(visit)
        return Finding(None if found.holds is None else not found.holds, found.parts)

    def parts(self) -> tuple[str, ...]:
        """Every part it may look at."""
        return self.member.parts()


@dataclass(frozen=True, slots=True)
class Chosen:
    """Holds where the answer is, or includes, one of the codes (or none of them)."""

    part: str
    codes: tuple[str, ...]
    is_none: bool = False

    def judge(self, visit: Visit) -> Finding:
        """Whether it holds."""
        value = visit.value(self.part)
        if value is None:
            return Finding(None, (self.part,))
        chosen = set(value) if isinstance(value, tuple) else {value}
        return Finding(chosen.isdisjoint(self.codes) is self.is_none, (self.part,))

    def parts(self) -> tuple[str, ...]:
        """Every part it may look at."""
        return (self.part,)


@dataclass(frozen=True, slots=True)
class Stated:
    """Holds where there is something: words, a date, a chosen option, a number above zero."""

    part: str

    def judge(self, visit: Visit) -> Finding:
        """Whether it holds."""
        value = visit.value(self.part)
        if value is None:
            return Finding(None, (self.part,))
        if isinstance(value, Measure):
            holds = value.value is not None and (value.upper or value.value) > 0
        else:
            holds = bool(value)
        return Finding(holds, (self.part,))

    def parts(self) -> tuple[str, ...]:
        """Every part it may look at."""
        return (self.part,)


@dataclass(frozen=True, slots=True)
class Compared:
    """Holds where a quantity keeps every bound."""

    quantity: Quantity
    bounds: tuple[tuple[str, Fraction], ...]

    def judge(self, visit: Visit) -> Finding:
        """Whether it holds."""
        number, parts = self.quantity.measure(visit)
        if number is None:
            return Finding(None, parts)
        return Finding(all(COMPARE[name](number, bound) for name, bound in self.bounds), parts)

    def parts(self) -> tuple[str, ...]:
        """Every part it may look at."""
        return self.quantity.parts()


@dataclass(frozen=True, slots=True)
class HowMany:
    """Holds where at least so many of the parts have the value; it rests on those that do."""

    names: tuple[str, ...]
    equal: Fraction
    at_least: int

    def judge(self, visit: Visit) -> Finding:
        """Whether it holds."""
        numbers = {name: as_number(visit.value(name)) for name in self.names}
        found = tuple(name for name, number in numbers.items() if number == self.equal)
        if len(found) >= self.at_least:
            return Finding(True, found)
        unknown = sum(number is None for number in numbers.values())
        return Finding(False if len(found) + unknown < self.at_least else None, self.names)

    def parts(self) -> tuple[str, ...]:
        """Every part it may look at."""
        return self.names


COMPARE: Mapping[str, Callable[[Fraction, Fraction], bool]] = {
    "at_least": lambda number, bound: number >= bound,
    "at_most": lambda number, bound: number <= bound,
    "more_than": lambda number, bound: number > bound,
    "less_than": lambda number, bound: number < bound,
    "equal": lambda number, bound: number == bound,
}
