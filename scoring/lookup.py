"""The additive model compiled to one look-up table a column: its mean score, exactly.

A category is a table of values. A number's effect is a parabola of its rank between two knots,
and its rank a straight line of the value between two breaks: between neighbours of both, it is
a parabola of the value.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from scoring.columns import CategoryColumn, ColumnSet, NumberColumn, numbers

Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class CategoryTable:
    """The score of each code, the last two for no known value and for missing."""

    column: CategoryColumn
    scores: Matrix

    def score(self, raw: pd.Series) -> Matrix:
        """Return what each value adds, shape (n,)."""
        return np.asarray(self.scores[self.column.codes(raw)])


@dataclass(frozen=True, slots=True)
class NumberTable:
    """Parabolas `(x - middle)` between edges, (edges + 1, 3), and the score of missing."""

    edges: Matrix
    middles: Matrix
    parabolas: Matrix
    missing: float

    def score(self, raw: pd.Series) -> Matrix:
        """Return what each value adds, shape (n,)."""
        values = numbers(raw)
        held = np.isfinite(values)
        clipped = np.clip(np.where(held, values, 0.0), self.edges[0], self.edges[-1])
        place = np.searchsorted(self.edges[1:-1], clipped, side="right")
        away = clipped - self.middles[place]
        constant, slope, bend = self.parabolas[place].T
        return np.asarray(np.where(held, constant + away * (slope + away * bend), self.missing))


@dataclass(frozen=True, slots=True)
class LookUp:
    """A constant, and a table for each column that has an effect."""

    constant: float
    names: tuple[str, ...]
    tables: tuple[CategoryTable | NumberTable, ...]

    @classmethod
    def of(cls, columns: ColumnSet, coefficients: Matrix, constant: float) -> Self:
        """Compile fitted columns and their coefficients, shape (matrix columns,)."""
        tables: list[CategoryTable | NumberTable] = []
        for place, column in enumerate(columns.columns):
            own = coefficients[columns.blocks == place]
            if isinstance(column, CategoryColumn):
                tables.append(CategoryTable(column, column.rows @ own))
            else:
                tables.append(_number_table(column, own))
        return cls(constant, tuple(column.name for column in columns.columns), tuple(tables))

    def score(self, frame: pd.DataFrame) -> Matrix:
        """Return the mean score of each row, shape (n,)."""
        result = np.full(len(frame), self.constant)
        for name, table in zip(self.names, self.tables, strict=True):
            result += table.score(frame[name])
        return result


def _number_table(column: NumberColumn, coefficients: Matrix) -> NumberTable:
    breaks, ranks = np.array(column.breaks), np.array(column.ranks)
    bends = np.array(column.knots) * np.sqrt(3.0)
    inside = bends[(bends > ranks[0]) & (bends < ranks[-1])]
    edges = np.unique(np.concatenate([breaks, np.interp(inside, ranks, breaks)]))
    if len(edges) == 1:
        edges = np.array([edges[0], np.nextafter(edges[0], np.inf)])
    low, high = edges[:-1], edges[1:]
    middles, half = (low + high) / 2.0, (high - low) / 2.0

    def effect(values: Matrix) -> Matrix:
        return np.asarray(column.matrix(pd.Series(values)) @ coefficients)

    # Three points settle a parabola; at the ends of a piece both neighbours agree.
    before, at, after = effect(low), effect(middles), effect(high)
    slope = (after - before) / (2.0 * half)
    bend = (after - 2.0 * at + before) / (2.0 * half**2)
    missing = float(effect(np.array([np.nan]))[0])
    return NumberTable(edges, middles, np.column_stack([at, slope, bend]), missing)
