"""From a data frame to a matrix of small, centred columns, grouped in blocks.

A block is one raw column of the frame: its indicator columns when it holds codes, its level,
curvature and missing flag when it holds numbers. The model gives each block one prior precision,
so a column that tells nothing is shrunk away as a whole.
"""

from dataclasses import dataclass, field
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt
import pandas as pd

Matrix = npt.NDArray[np.float64]

MISSING: Final = "(missing)"
OTHER: Final = "(other)"
MAX_BREAKS: Final = 33
MAX_LEVELS: Final = 200
"""How many values of one column have an effect of their own; the rarest others share one."""
CURVATURE_SCALE: Final = 0.5
KNOTS: Final = (-0.5, 0.0, 0.5)
"""Where a number's effect may bend, between its lowest rank (-1) and its highest (1)."""


@dataclass(frozen=True, slots=True)
class CategoryColumn:
    """One indicator a frequent value; rare, unseen and missing values share their own."""

    name: str
    values: tuple[str, ...]
    centre: tuple[float, ...]

    @property
    def labels(self) -> tuple[str, ...]:
        """Name of each matrix column."""
        return self.values

    def matrix(self, raw: pd.Series) -> Matrix:
        """Return centred indicators, shape (n, len(values))."""
        return np.asarray(self.rows[self.codes(raw)])

    @property
    def rows(self) -> Matrix:
        """Return the matrix row of each code, the last two for none of them and for missing."""
        width = len(self.values)
        rows = np.tile(-np.array(self.centre), (width + 2, 1))
        rows[np.arange(width), np.arange(width)] += 1.0
        # Missing that was never seen stands at the mean.
        rows[-1] = rows[self.values.index(MISSING)] if MISSING in self.values else 0.0
        return rows

    def codes(self, raw: pd.Series) -> npt.NDArray[np.intp]:
        """Return the place of each value among `values`, -2 for none of them, -1 for missing."""
        places, texts = factorized(raw)
        found = pd.Index(self.values, dtype=object).get_indexer(pd.Index(texts, dtype=object))
        rare = self.values.index(OTHER) if OTHER in self.values else -2
        found = np.where(found < 0, rare, found)
        found[texts == MISSING] = -1
        return np.asarray(np.append(found, -1)[places], dtype=np.intp)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for the artefact."""
        return {
            "kind": "category",
            "name": self.name,
            "values": list(self.values),
            "centre": list(self.centre),
        }


@dataclass(frozen=True, slots=True)
class NumberColumn:
    """A number as its rank among the training values, with bends and a flag for missing."""

    name: str
    breaks: tuple[float, ...]
    ranks: tuple[float, ...]
    has_missing: bool
    knots: tuple[float, ...]
    centre: tuple[float, ...]

    @property
    def labels(self) -> tuple[str, ...]:
        """Name of each matrix column."""
        bends = (f"bend {knot:g}" for knot in self.knots)
        return ("level", "curvature", *bends, *((MISSING,) if self.has_missing else ()))

    def matrix(self, raw: pd.Series) -> Matrix:
        """Return centred columns, shape (n, len(labels)); a missing value sits at the mean."""
        return _number_matrix(
            raw, self.breaks, self.ranks, self.knots, self.has_missing
        ) - np.array(self.centre) * _centred_where(raw, len(self.centre), self.has_missing)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for the artefact."""
        return {
            "kind": "number",
            "name": self.name,
            "breaks": list(self.breaks),
            "ranks": list(self.ranks),
            "has_missing": self.has_missing,
            "knots": list(self.knots),
            "centre": list(self.centre),
        }


Column = CategoryColumn | NumberColumn


@dataclass(frozen=True, slots=True)
class ColumnSet:
    """The fitted columns of a frame, in order; columns without information are left out."""

    columns: tuple[Column, ...]
    blocks: npt.NDArray[np.intp] = field(init=False)

    def __post_init__(self) -> None:
        sizes = [len(column.labels) for column in self.columns]
        object.__setattr__(self, "blocks", np.repeat(np.arange(len(sizes)), sizes))

    @classmethod
    def fit(
        cls,
        frame: pd.DataFrame,
        weights: Matrix | None = None,
        *,
        silent: frozenset[str] = frozenset(),
        knots: tuple[float, ...] = KNOTS,
    ) -> Self:
        """Learn levels, breaks and centres. `weights` (n,) counts each row's share of a subject.

        In a `silent` column, missing tells how a row was recorded and nothing about its
        subject: it then stands at the mean instead of having an effect of its own. `knots`
        are where numbers may bend, besides their curvature.
        """
        weights = np.ones(len(frame)) if weights is None else np.asarray(weights, dtype=np.float64)
        fitted = [
            _fit_column(str(name), frame[name], weights, is_silent=name in silent, knots=knots)
            for name in frame.columns
        ]
        return cls(tuple(column for column in fitted if column is not None))

    def matrix(self, frame: pd.DataFrame) -> Matrix:
        """Return the matrix of a frame that has these columns, shape (n, len(blocks))."""
        result = np.empty((len(frame), len(self.blocks)))
        start = 0
        for column in self.columns:
            width = len(column.labels)
            result[:, start : start + width] = column.matrix(frame[column.name])
            start += width
        return result

    def to_list(self) -> list[dict[str, Any]]:
        """Return plain values for the artefact."""
        return [column.to_dict() for column in self.columns]

    @classmethod
    def from_list(cls, plain: list[dict[str, Any]]) -> Self:
        """Rebuild from `to_list`."""
        columns: list[Column] = []
        for item in plain:
            centre = tuple(float(value) for value in item["centre"])
            if item["kind"] == "category":
                columns.append(CategoryColumn(item["name"], tuple(item["values"]), centre))
            else:
                columns.append(
                    NumberColumn(
                        item["name"],
                        tuple(float(value) for value in item["breaks"]),
                        tuple(float(value) for value in item["ranks"]),
                        bool(item["has_missing"]),
                        tuple(float(value) for value in item["knots"]),
                        centre,
                    )
                )
        return cls(tuple(columns))


def is_number(raw: pd.Series) -> bool:
    """Whether a column is read as numbers: numeric and not boolean; text and flags are codes."""
    return bool(pd.api.types.is_numeric_dtype(raw) and not pd.api.types.is_bool_dtype(raw))


def numbers(raw: pd.Series) -> Matrix:
    """Return a number column as floats, NaN for what is missing in any of pandas' ways."""
    if isinstance(raw.dtype, np.dtype):
        return np.asarray(raw.to_numpy(), dtype=np.float64)
    return np.asarray(raw.to_numpy(dtype=np.float64, na_value=np.nan))


def factorized(raw: pd.Series) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.object_]]:
    """Return each value's place among the texts that occur, -1 for missing, and those texts."""
    try:
        places, uniques = pd.factorize(raw)
    except TypeError:
        # Lists and the like have no hash; their text has.
        places, uniques = pd.factorize(raw.map(str, na_action="ignore"))
    texts = np.array([str(unique) for unique in uniques], dtype=object)
    return np.asarray(places, dtype=np.intp), texts


def category_names(raw: pd.Series) -> npt.NDArray[np.object_]:
    """Return codes as text with `(missing)` for what is not there."""
    places, texts = factorized(raw)
    return np.asarray(np.append(texts, MISSING)[places], dtype=object)


def _fit_column(
    name: str, raw: pd.Series, weights: Matrix, *, is_silent: bool, knots: tuple[float, ...]
) -> Column | None:
    if is_number(raw):
        return _fit_number(name, raw, weights, is_silent=is_silent, knots=knots)
    names = category_names(raw)
    if is_silent:
        held = names != MISSING
        raw, names, weights = raw[held], names[held], weights[held]
    codes, uniques = pd.factorize(names)
    mass = np.bincount(codes, weights=weights, minlength=len(uniques))
    # A level needs a little company; how much is the smaller the less there is of everything.
    least = min(4.0, max(1.5, 0.01 * mass.sum()))
    kept = [(str(name), m) for name, m in zip(uniques, mass, strict=True) if m >= least]
    if len(kept) > MAX_LEVELS:
        kept = sorted(kept, key=lambda pair: (-pair[1], pair[0]))[:MAX_LEVELS]
    frequent = sorted(name for name, _ in kept)
    if len(frequent) < len(uniques):
        frequent.append(OTHER)
    if len(frequent) < 2:
        return None
    bare = CategoryColumn(name, tuple(frequent), (0.0,) * len(frequent))
    return CategoryColumn(name, bare.values, _means(bare.matrix(raw), weights))


def _fit_number(
    name: str, raw: pd.Series, weights: Matrix, *, is_silent: bool, knots: tuple[float, ...]
) -> NumberColumn | None:
    values = numbers(raw)
    held = np.isfinite(values)
    if not held.any():
        return None
    has_missing = bool((~held).any()) and not is_silent
    order = np.argsort(values[held], kind="stable")
    sorted_values, mass = values[held][order], weights[held][order]
    uniques, first = np.unique(sorted_values, return_index=True)
    share = np.add.reduceat(mass, first) / max(mass.sum(), 1e-300)
    if len(uniques) < 2 and not has_missing:
        return None
    # Ties sit in the middle of their own share, so that half a column of zeros is one point.
    middle = np.cumsum(share) - share / 2
    if len(uniques) > MAX_BREAKS:
        wanted = np.linspace(0.0, len(uniques) - 1, MAX_BREAKS).round().astype(int)
        by_rank = np.searchsorted(middle, np.linspace(middle[0], middle[-1], MAX_BREAKS))
        kept = np.unique(np.concatenate([wanted[[0, -1]], np.minimum(by_rank, len(uniques) - 1)]))
        uniques, middle = uniques[kept], middle[kept]
    breaks = tuple(float(value) for value in uniques)
    ranks = tuple(float(value) for value in (2.0 * middle - 1.0) * np.sqrt(3.0))
    bare = _number_matrix(raw, breaks, ranks, knots, has_missing)
    centre = _means(bare[held], weights[held])
    if has_missing:
        centre = (*centre[:-1], _means(bare[:, -1:], weights)[0])
    return NumberColumn(name, breaks, ranks, has_missing, knots, centre)


def _number_matrix(
    raw: pd.Series,
    breaks: tuple[float, ...],
    ranks: tuple[float, ...],
    knots: tuple[float, ...],
    has_missing: bool,
) -> Matrix:
    values = numbers(raw)
    held = np.isfinite(values)
    level = np.interp(np.where(held, values, 0.0), breaks, ranks)
    bends = (np.maximum(level - knot * np.sqrt(3.0), 0.0) for knot in knots)
    parts = (level, CURVATURE_SCALE * (level**2 - 1.0), *(CURVATURE_SCALE * bend for bend in bends))
    columns = [np.where(held, part, 0.0) for part in parts]
    if has_missing:
        columns.append((~held).astype(np.float64))
    return np.column_stack(columns)


def _centred_where(raw: pd.Series, width: int, has_missing: bool) -> Matrix:
    held = np.isfinite(numbers(raw)).astype(np.float64)
    result = np.repeat(held[:, None], width, axis=1)
    if has_missing:
        result[:, -1] = 1.0
    return result


def _means(matrix: Matrix, weights: Matrix) -> tuple[float, ...]:
    total = max(weights.sum(), 1e-300)
    return tuple(float(value) for value in weights @ matrix / total)
