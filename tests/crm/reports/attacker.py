"""Somebody with a pencil: what can be worked out from the numbers that a report prints.

Every number is a variable, printed ones have one value, and what adds up is an equation. A solver
then looks for the smallest and the largest value that a withheld number can have.
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from scipy.optimize import Bounds, LinearConstraint, milp

# More than any number of these reports, in the units that they are given here.
MOST = 1e6

Filling = npt.NDArray[np.float64]


@dataclass
class Attacker:
    """What is known of numbers, by their names."""

    places: dict[Hashable, int] = field(default_factory=dict)
    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    whole: list[int] = field(default_factory=list)
    rows: list[tuple[Mapping[Hashable, float], float, float]] = field(default_factory=list)

    def number(
        self, name: Hashable, *, low: float = -MOST, high: float = MOST, whole: bool = False
    ) -> None:
        """A number somewhere between two others."""
        self.places[name] = len(self.low)
        self.low.append(low)
        self.high.append(high)
        self.whole.append(int(whole))

    def count(self, name: Hashable, printed: int | None, *, is_few: bool = False) -> None:
        """A count: printed, called fewer than three, or not printed though none of these."""
        if printed is not None:
            self.number(name, low=printed, high=printed, whole=True)
        elif is_few:
            self.number(name, low=1, high=2, whole=True)
        else:
            self.number(name, low=0, whole=True)
            self.number((name, "any"), low=0, high=1, whole=True)
            self.tell({name: 1, (name, "any"): -3}, low=0)
            self.tell({name: 1, (name, "any"): -MOST}, high=0)

    def amount(self, name: Hashable, printed: float | None, *, low: float = 0) -> None:
        """An amount: printed, or from `low` on."""
        if printed is None:
            self.number(name, low=low)
        else:
            self.number(name, low=printed, high=printed)

    def tell(
        self, terms: Mapping[Hashable, float], *, low: float = -np.inf, high: float = np.inf
    ) -> None:
        """A sum that lies between two numbers."""
        self.rows.append((terms, low, high))

    def equal(self, terms: Mapping[Hashable, float], value: float) -> None:
        """A sum that is known."""
        self.tell(terms, low=value, high=value)

    def unknown(self) -> list[Hashable]:
        """The numbers that are not printed."""
        return [name for name, place in self.places.items() if self.low[place] != self.high[place]]

    def pinned(self, names: Iterable[Hashable]) -> set[Hashable]:
        """Those of the numbers that have one possible value left, other than nothing at all.

        Of several that are together nothing each is nothing, and tells of nobody.

        Two ways to fill in the page free every number in which they differ; the others are each
        looked at from both ends.
        """
        left = set(names)
        if not left:
            return left
        spread = {
            name: (number % 7) - 3.4 for number, name in enumerate(sorted(left, key=str), start=1)
        }
        fillings = [self._fill(spread, 1), self._fill(spread, -1)]
        left = {name for name in left if not self._differ(name, *fillings)}
        return {
            name
            for name in left
            if abs((least := self._fill({name: 1}, 1))[self.places[name]]) > 0.01
            and not self._differ(name, least, self._fill({name: 1}, -1))
        }

    def _differ(self, name: Hashable, one: Filling, other: Filling) -> bool:
        place = self.places[name]
        return bool(abs(one[place] - other[place]) > 0.01)

    def _fill(self, terms: Mapping[Hashable, float], sign: int) -> Filling:
        """The numbers that make a sum as small as they can, or with -1 as large."""
        cost = np.zeros(len(self.low))
        for term, factor in terms.items():
            cost[self.places[term]] = sign * factor
        matrix = np.zeros((len(self.rows), len(self.low)))
        for line, (known, _low, _high) in enumerate(self.rows):
            for term, factor in known.items():
                matrix[line, self.places[term]] += factor
        constraints = LinearConstraint(
            matrix, [low for _terms, low, _high in self.rows], [high for *_rest, high in self.rows]
        )
        found = milp(
            cost,
            integrality=self.whole,
            bounds=Bounds(self.low, self.high),
            constraints=constraints,
        )
        assert found.success, found.message
        filling: Filling = found.x
        return filling
