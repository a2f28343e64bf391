"""Symmetric trees as plain tables: how each column is read, what each outcome is worth, and why.

A symmetric tree asks the same few tests of every row, so that their outcomes are one small
number: its value and its exact Shapley shares are looked up under it. A tree is a sum of
products over its columns, so the share of a column is the integral of the others' product along
the line from "not known" to "known" (Owen 1972), which four nodes of Gauss-Legendre give
exactly. "Not known" follows the training weights down the tree, as the path-dependent values of
Lundberg et al. 2020 do ("From local explanations to global understanding with explainable AI for
trees").
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from scoring.columns import MISSING, factorized, numbers

Matrix = npt.NDArray[np.float64]
Codes = npt.NDArray[np.intp]

MOST_TESTS: Final = 3
CHUNK: Final = 8_192

_NODES, _NODE_WEIGHTS = np.polynomial.legendre.leggauss(4)
NODES = (_NODES + 1.0) / 2.0
NODE_WEIGHTS = _NODE_WEIGHTS / 2.0


@dataclass(frozen=True, slots=True)
class NumberCoding:
    """A number as its place among breaks, each the upper end of its range; missing is last."""

    name: str
    breaks: tuple[float, ...]

    @property
    def size(self) -> int:
        """Return how many codes there are, missing included."""
        return len(self.breaks) + 2

    def codes(self, raw: pd.Series) -> Codes:
        """Return the code of each value, shape (n,)."""
        values = numbers(raw)
        held = np.isfinite(values)
        places = np.searchsorted(self.breaks, np.where(held, values, 0.0), side="left")
        return np.asarray(np.where(held, places, self.size - 1), dtype=np.intp)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for the artefact."""
        return {"kind": "number", "name": self.name, "breaks": list(self.breaks)}


@dataclass(frozen=True, slots=True)
class CategoryCoding:
    """A frequent value as its place; rare and unseen ones share a code, missing is the last."""

    name: str
    values: tuple[str, ...]

    @property
    def size(self) -> int:
        """Return how many codes there are, other and missing included."""
        return len(self.values) + 2

    def codes(self, raw: pd.Series) -> Codes:
        """Return the code of each value, shape (n,)."""
        places, texts = factorized(raw)
        wanted = pd.Index(self.values, dtype=object).get_indexer(pd.Index(texts, dtype=object))
        wanted = np.where(wanted < 0, self.size - 2, wanted)
        wanted[texts == MISSING] = self.size - 1
        return np.asarray(np.append(wanted, self.size - 1)[places], dtype=np.intp)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for the artefact."""
        return {"kind": "category", "name": self.name, "values": list(self.values)}


Coding = NumberCoding | CategoryCoding


@dataclass(frozen=True, slots=True)
class Tree:
    """Tests of (coding, codes that pass), what each outcome adds, and its share of the weight.

    The outcome of the first test is the highest bit of a place in `values` and `covers`.
    """

    tests: tuple[tuple[int, tuple[int, ...]], ...]
    values: tuple[float, ...]
    covers: tuple[float, ...]

    @property
    def asked(self) -> list[int]:
        """Return the codings that the tests are about, in order."""
        return sorted({column for column, _ in self.tests})

    @property
    def mean(self) -> float:
        """Return what the tree adds on average."""
        return float(np.array(self.covers) @ np.array(self.values))

    def bits(self, test: int) -> int:
        """Return what passing a test adds to the outcome."""
        return 1 << (len(self.tests) - 1 - test)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for the artefact."""
        return {
            "tests": [[column, list(codes)] for column, codes in self.tests],
            "values": list(self.values),
            "covers": list(self.covers),
        }


@dataclass(frozen=True)
class TreeEnsemble:
    """Trees that add up to a log-odds.

    `names` are the columns of the frame it was fitted to, in order; `codings` those of them that
    some tree asks about.
    """

    names: tuple[str, ...]
    baseline: float
    codings: tuple[Coding, ...]
    trees: tuple[Tree, ...]

    def codes(self, frame: pd.DataFrame) -> list[Codes]:
        """Return the codes of each asked column, one array (n,) a coding."""
        return [coding.codes(frame[coding.name]) for coding in self.codings]

    def raw(self, frame: pd.DataFrame) -> Matrix:
        """Return log-odds, shape (n,)."""
        codes = self.codes(frame)
        result = np.full(len(frame), self.baseline)
        for column, table in self.additive.items():
            result += table[codes[column]]
        if self._joint:
            tables, starts = self._value_tables
            for part in _parts(len(frame)):
                outcomes = self._outcomes([code[part] for code in codes])
                result[part] += tables[outcomes + starts].sum(axis=1)
        return result

    def contributions(
        self, frame: pd.DataFrame, given: str | None = None
    ) -> tuple[float | Matrix, Matrix]:
        """Return the base and each column's exact share of the log-odds.

        Parameters
        ----------
        frame : DataFrame, n rows
        given : str, optional
            A column that is held as known: it gets no share, and the base depends on it.

        Returns
        -------
        base : float, or shape (n,) when a column is given
        parts : array, shape (n, len(names))
            Base and parts sum to `raw(frame)`.
        """
        if given is not None and given not in self.names:
            raise ValueError(f"no such column: {given}")
        codes = self.codes(frame)
        held = next((i for i, coding in enumerate(self.codings) if coding.name == given), -1)
        base, parts = np.full(len(frame), self.baseline), np.zeros((len(frame), len(self.names)))
        places = [self.names.index(coding.name) for coding in self.codings]
        for column, table in self.additive.items():
            if column == held:
                base += table[codes[column]]
            else:
                base += self._centres[column]
                parts[:, places[column]] += table[codes[column]] - self._centres[column]
        if self._joint:
            shares = self._shares(held)
            for part in _parts(len(frame)):
                outcomes = self._outcomes([code[part] for code in codes])
                base[part] += shares.bases[outcomes + shares.starts].sum(axis=1)
                for column, (trees, starts, table) in shares.columns.items():
                    own = table[outcomes[:, trees] + starts]
                    parts[part, places[column]] += own.sum(axis=1)
        if given is None:
            return self.baseline + sum(tree.mean for tree in self.trees), parts
        return base, parts

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for the artefact."""
        return {
            "names": list(self.names),
            "baseline": self.baseline,
            "codings": [coding.to_dict() for coding in self.codings],
            "trees": [tree.to_dict() for tree in self.trees],
        }

    @classmethod
    def from_dict(cls, plain: dict[str, Any]) -> Self:
        """Rebuild from `to_dict`. Raises `ValueError` for parts that do not fit each other."""
        try:
            names = tuple(_text(name) for name in plain["names"])
            codings = tuple(_coding(item) for item in plain["codings"])
            trees = tuple(_tree(item) for item in plain["trees"])
            baseline = _finite(plain["baseline"])
        except (AttributeError, KeyError, TypeError) as problem:
            raise ValueError("trees that cannot be read") from problem
        known = [coding.name for coding in codings]
        if len(set(names)) < len(names) or len(set(known)) < len(known):
            raise ValueError("a column of the trees is named twice")
        if not set(known) <= set(names):
            raise ValueError("the trees ask about a column that they do not have")
        for tree in trees:
            _check(tree, [coding.size for coding in codings])
        return cls(names, baseline, codings, trees)

    @property
    def is_additive(self) -> bool:
        """Return whether no tree asks about two columns: `additive` then says it all."""
        return not self._joint

    @cached_property
    def additive(self) -> dict[int, Matrix]:
        """Return, by coding, what all trees that ask about it alone add for each code."""
        tables: dict[int, Matrix] = {}
        for tree in self.trees:
            if len(tree.asked) == 1:
                (column,) = tree.asked
                size = self.codings[column].size
                outcomes = np.zeros(size, dtype=np.intp)
                for test, (_, codes) in enumerate(tree.tests):
                    outcomes[list(codes)] |= tree.bits(test)
                own = np.array(tree.values)[outcomes]
                tables[column] = tables.get(column, np.zeros(size)) + own
        return tables

    @cached_property
    def _centres(self) -> dict[int, float]:
        centres: dict[int, float] = {}
        for tree in self.trees:
            if len(tree.asked) == 1:
                centres[tree.asked[0]] = centres.get(tree.asked[0], 0.0) + tree.mean
        return centres

    @cached_property
    def _joint(self) -> tuple[Tree, ...]:
        return tuple(tree for tree in self.trees if len(tree.asked) > 1)

    @cached_property
    def _value_tables(self) -> tuple[Matrix, Codes]:
        tables = [np.array(tree.values) for tree in self._joint]
        return np.concatenate(tables), _starts(tables)

    @cached_property
    def _bits(self) -> dict[int, npt.NDArray[np.uint8]]:
        bits: dict[int, npt.NDArray[np.uint8]] = {}
        for place, tree in enumerate(self._joint):
            for test, (column, codes) in enumerate(tree.tests):
                if column not in bits:
                    shape = (self.codings[column].size, len(self._joint))
                    bits[column] = np.zeros(shape, dtype=np.uint8)
                bits[column][list(codes), place] |= tree.bits(test)
        return bits

    def _outcomes(self, codes: list[Codes]) -> Codes:
        """Return the outcome of each joint tree, shape (n, trees)."""
        found = np.zeros((len(codes[0]), len(self._joint)), dtype=np.uint8)
        for column, table in self._bits.items():
            found |= table.take(codes[column], axis=0)
        return found.astype(np.intp)

    def _shares(self, held: int) -> "_Shares":
        found: dict[int, _Shares] = self.__dict__.setdefault("_shares_by_held", {})
        if held not in found:
            found[held] = _Shares.of(self._joint, held)
        return found[held]


@dataclass(frozen=True, slots=True)
class _Shares:
    """Shapley shares of joint trees by outcome, flat: base, and per column its trees' tables."""

    bases: Matrix
    starts: Codes
    columns: dict[int, tuple[Codes, Codes, Matrix]]

    @classmethod
    def of(cls, trees: tuple[Tree, ...], held: int) -> Self:
        """Return the shares; the coding `held` is known and has none."""
        bases: list[Matrix] = []
        tables: dict[int, list[tuple[int, Matrix]]] = {}
        for place, tree in enumerate(trees):
            base, shares = _tree_shares(tree, held)
            bases.append(base)
            for slot, column in enumerate(tree.asked):
                if column != held:
                    tables.setdefault(column, []).append((place, shares[:, slot]))
        columns = {}
        for column, own in tables.items():
            flat = [table for _, table in own]
            places = np.array([place for place, _ in own], dtype=np.intp)
            columns[column] = (places, _starts(flat), np.concatenate(flat))
        return cls(np.concatenate(bases), _starts(bases), columns)


@lru_cache(maxsize=8)
def outcome_bits(tests: int) -> npt.NDArray[np.bool_]:
    """Return which tests an outcome passes, shape (2**tests, tests)."""
    shifts = np.arange(tests - 1, -1, -1)
    return ((np.arange(1 << tests)[:, None] >> shifts) & 1).astype(bool)


def _tree_shares(tree: Tree, held: int) -> tuple[Matrix, Matrix]:
    """Return the base by outcome and the shares of the asked columns, (outcomes, columns)."""
    values, covers, asked = np.array(tree.values), np.array(tree.covers), tree.asked
    bits = outcome_bits(len(tree.tests))
    slots = np.array([asked.index(column) for column, _ in tree.tests])
    # What of the weight that reaches a test goes on to each leaf's side of it.
    ratios = np.ones(bits.shape)
    for test in range(len(tree.tests)):
        width = len(covers) >> test
        reached = covers.reshape(-1, width).sum(axis=1)
        onward = covers.reshape(-1, width // 2).sum(axis=1)
        above = reached.repeat(2)
        side = np.where(above > 0.0, onward / np.where(above > 0.0, above, 1.0), 0.5)
        ratios[:, test] = side.repeat(width // 2)
    agree = bits[:, None, :] == bits[None, :, :]
    known = np.stack([agree[:, :, slots == slot].all(axis=2) for slot in range(len(asked))], 2)
    known = known.astype(np.float64)
    apart = np.stack([ratios[:, slots == slot].prod(axis=1) for slot in range(len(asked))], 1)
    unknown = np.repeat(apart[None], len(known), axis=0)
    if held in asked:
        unknown[:, :, asked.index(held)] = known[:, :, asked.index(held)]
    base = unknown.prod(axis=2) @ values
    factors = unknown + NODES[:, None, None, None] * (known - unknown)
    shares = np.zeros((len(known), len(asked)))
    for slot in range(len(asked)):
        others = np.delete(factors, slot, axis=3).prod(axis=3)
        along = np.tensordot(NODE_WEIGHTS, others, axes=1)
        shares[:, slot] = (along * (known - unknown)[:, :, slot]) @ values
    return base, shares


def _parts(count: int) -> list[slice]:
    return [slice(start, start + CHUNK) for start in range(0, count, CHUNK)]


def _starts(tables: Sequence[Matrix]) -> Codes:
    sizes = [len(table) for table in tables]
    return np.array([0, *itertools.accumulate(sizes[:-1])], dtype=np.intp)


def _coding(plain: dict[str, Any]) -> Coding:
    if plain["kind"] == "number":
        breaks = tuple(_finite(value) for value in plain["breaks"])
        if any(low >= high for low, high in itertools.pairwise(breaks)):
            raise ValueError("breaks of a number do not rise")
        return NumberCoding(_text(plain["name"]), breaks)
    if plain["kind"] != "category":
        raise ValueError("a column of the trees is neither number nor category")
    values = tuple(_text(value) for value in plain["values"])
    if len(set(values)) < len(values):
        raise ValueError("a category of the trees is named twice")
    return CategoryCoding(_text(plain["name"]), values)


def _tree(plain: dict[str, Any]) -> Tree:
    tests = tuple(
        (_whole(column), tuple(_whole(code) for code in codes)) for column, codes in plain["tests"]
    )
    values = tuple(_finite(value) for value in plain["values"])
    return Tree(tests, values, tuple(_finite(value) for value in plain["covers"]))


def _check(tree: Tree, sizes: list[int]) -> None:
    if not 1 <= len(tree.tests) <= MOST_TESTS:
        raise ValueError(f"a tree has 1 to {MOST_TESTS} tests")
    if not len(tree.values) == len(tree.covers) == 1 << len(tree.tests):
        raise ValueError("the values of a tree do not fit its tests")
    if any(share < 0.0 for share in tree.covers) or abs(sum(tree.covers) - 1.0) > 1e-6:
        raise ValueError("the weights of a tree do not add up")
    for column, codes in tree.tests:
        if not 0 <= column < len(sizes) or not all(0 <= code < sizes[column] for code in codes):
            raise ValueError("a tree asks about a column or a code that is not there")


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("a name is no text")
    return value


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError("a place is no whole number")
    return value


def _finite(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not np.isfinite(value):
        raise TypeError("a value is no finite number")
    return float(value)
