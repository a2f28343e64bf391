"""Small gradient-boosted symmetric trees, grown for all folds at once.

Every row of a tree's level gets the same test, the one that helps most over all leaves
(Prokhorenkova et al. 2018, "CatBoost: unbiased boosting with categorical features"). On the few
rows an office has such trees are steadier than free ones, and growing them is a handful of array
operations a level, which serve the whole table and each of its folds together. Tried on training
rows beside scikit-learn's histogram trees of as many leaves: better up to a thousand rows, equal
beyond.
"""

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import expit, logit

from scoring.columns import MISSING, category_names, factorized, is_number, numbers
from scoring.tree_tables import (
    CategoryCoding,
    Codes,
    Coding,
    Matrix,
    NumberCoding,
    Tree,
    TreeEnsemble,
)

__all__ = ["TreeEnsemble", "fit_trees", "fit_trees_in_folds"]

FEWEST_ITERATIONS, MOST_ITERATIONS, ROWS_AN_ITERATION = 40, 160, 20
"""More trees where there is more to learn, unless the caller says how many."""
LEARNING_RATE: Final = 0.2
L2: Final = 3.0
LEAST: Final = 1.0
"""A side of a test needs this much curvature in sum, which is four rows at even odds."""
FEWEST_BREAKS, MOST_BREAKS = 16, 47
MOST_VALUES: Final = 60
NO_CODE: Final = -1


@dataclass(frozen=True, slots=True)
class _Tests:
    """All tests a table allows: a run of codes from `low` to before `high`, or code `also`.

    Codes of all columns stand in one row of `width` places; `codes` (n, columns) are the rows'.
    """

    codings: tuple[Coding, ...]
    codes: Codes
    starts: Codes
    width: int
    column: Codes
    low: Codes
    high: Codes
    also: Codes

    @classmethod
    def of(cls, frame: pd.DataFrame, weights: Matrix) -> Self:
        """Return the tests that part some of the rows from others."""
        fitted = [_fit_coding(frame[name], weights) for name in frame.columns]
        codings = [coding for coding in fitted if coding is not None]
        codes: list[Codes] = []
        starts: list[int] = []
        tests: list[tuple[int, int, int, int]] = []
        width = 0
        for coding in codings:
            own = coding.codes(frame[coding.name])
            present = np.unique(own)
            column = len(starts)
            if isinstance(coding, NumberCoding):
                missing = coding.size - 1
                has_missing = bool(present[-1] == missing)
                for code in range(len(coding.breaks)):
                    tests.append((column, width, width + code + 1, NO_CODE))
                    if has_missing:
                        tests.append((column, width, width + code + 1, width + missing))
                if has_missing:
                    tests.append((column, width + missing, width + missing + 1, NO_CODE))
            else:
                for code in present if len(present) > 2 else present[:1]:
                    tests.append((column, width + int(code), width + int(code) + 1, NO_CODE))
            codes.append(own + width)
            starts.append(width)
            width += coding.size
        table = np.column_stack(codes) if codes else np.zeros((len(frame), 0), dtype=np.intp)
        column_, low, high, also = np.array(tests, dtype=np.intp).reshape(-1, 4).T
        places = np.array(starts, dtype=np.intp)
        return cls(tuple(codings), table, places, width, column_, low, high, also)

    def passed(self, test: int) -> tuple[int, npt.NDArray[np.bool_]]:
        """Return a test's column and which of its codes pass, shape (size of the coding,)."""
        column = int(self.column[test])
        places = np.arange(self.codings[column].size) + self.starts[column]
        inside = (places >= self.low[test]) & (places < self.high[test])
        return column, inside | (places == self.also[test])


def fit_trees(
    frame: pd.DataFrame,
    target: npt.ArrayLike,
    weights: npt.ArrayLike | None = None,
    *,
    max_leaf_nodes: int = 8,
    is_additive: bool = False,
    random_state: int = 0,
    iterations: int | None = None,
    learning_rate: float = LEARNING_RATE,
    l2: float = L2,
) -> TreeEnsemble:
    """Grow trees on a frame, n rows.

    Parameters
    ----------
    frame : DataFrame
        Text and flags are categories, numbers are numbers, missing is missing.
    target : array of 0 and 1, shape (n,)
        Both must occur.
    weights : array, shape (n,), optional
    max_leaf_nodes : 2, 4 or 8
    is_additive : bool
        Whether a tree asks about one column only.
    random_state : int
        Growing draws nothing at random; here so that it is called as other learners are.
    iterations, learning_rate, l2 : how much is learned
        Small steps and few, because small tables are soon learned by heart.

    Returns
    -------
    TreeEnsemble
    """
    folds = np.full(len(frame), NO_CODE, dtype=np.intp)
    return fit_trees_in_folds(
        frame,
        target,
        weights,
        folds,
        max_leaf_nodes=max_leaf_nodes,
        is_additive=is_additive,
        random_state=random_state,
        iterations=iterations,
        learning_rate=learning_rate,
        l2=l2,
    )[0]


def fit_trees_in_folds(
    frame: pd.DataFrame,
    target: npt.ArrayLike,
    weights: npt.ArrayLike | None,
    folds: npt.NDArray[np.intp],
    *,
    max_leaf_nodes: int = 8,
    is_additive: bool = False,
    random_state: int = 0,
    iterations: int | None = None,
    learning_rate: float = LEARNING_RATE,
    l2: float = L2,
) -> tuple[TreeEnsemble, Matrix]:
    """Grow trees on all rows, and say what trees grown without a row's fold give the row.

    Parameters
    ----------
    folds : array of int, shape (n,)
        Each row's fold from 0 on, -1 for a row that no fold leaves out.
    Others as in `fit_trees`.

    Returns
    -------
    trees : TreeEnsemble
    held_out : array, shape (n,)
        Log-odds of each row by the trees that have not seen its fold.
    """
    if max_leaf_nodes not in {2, 4, 8}:
        raise ValueError("a tree has 2, 4 or 8 leaves")
    won = np.asarray(target, dtype=np.float64)
    mass = np.ones(len(won)) if weights is None else np.asarray(weights, dtype=np.float64)
    if not len(won) == len(mass) == len(folds) == len(frame):
        raise ValueError("the table, the outcomes, the weights and the folds differ in length")
    if not ((won == 0.0) | (won == 1.0)).all() or len(np.unique(won)) < 2:
        raise ValueError("trees need both outcomes, as 0 and 1")
    names = tuple(str(name) for name in frame.columns)
    tests = _Tests.of(frame.set_axis(list(names), axis=1), mass)
    shares = np.stack([mass, *(mass * (folds != fold) for fold in range(folds.max() + 1))])
    baseline = logit((shares @ won + 0.5) / (shares.sum(axis=1) + 1.0))
    depth = {2: 1, 4: 2, 8: 3}[max_leaf_nodes]
    score = np.repeat(baseline[:, None], len(won), axis=1)
    trees: list[Tree] = []
    if iterations is None:
        wanted = len(won) // ROWS_AN_ITERATION
        iterations = int(np.clip(wanted, FEWEST_ITERATIONS, MOST_ITERATIONS))
    for _ in range(iterations if len(tests.low) else 0):
        chance = expit(score)
        pull = shares * (won - chance)
        curve = shares * chance * (1.0 - chance)
        asked, outcomes = _grow(tests, pull, curve, depth, l2, is_additive=is_additive)
        # Of the table itself, and of each fold: one row each.
        leaves = 1 << len(asked)
        flat = (np.arange(len(shares))[:, None] * leaves + outcomes).ravel()
        pulls = np.bincount(flat, pull.ravel(), minlength=len(shares) * leaves)
        curves = np.bincount(flat, curve.ravel(), minlength=len(shares) * leaves)
        values = learning_rate * pulls / (curves + l2)
        score += values[flat].reshape(score.shape)
        covers = np.bincount(outcomes[0], mass, minlength=leaves) / mass.sum()
        trees.append(_tree(tests, mass, asked, values[:leaves], covers))
    held_out = score[folds + 1, np.arange(len(won))]
    return _without_unasked(names, float(baseline[0]), tests.codings, trees), held_out


def _grow(
    tests: _Tests, pull: Matrix, curve: Matrix, depth: int, l2: float, *, is_additive: bool
) -> tuple[list[int], Codes]:
    """Return the tests of one tree of the whole table, and outcomes by table and fold (f, n)."""
    folds, count = pull.shape
    columns = tests.codes.shape[1]
    every = np.arange(folds)
    by_column = tests.codes.T
    has_also = tests.also >= 0
    also = np.where(has_also, tests.also, 0)
    heavy_pull, heavy_curve = (np.repeat(side.ravel(), columns) for side in (pull, curve))
    outcomes = np.zeros((folds, count), dtype=np.intp)
    asked: list[int] = []
    first = np.zeros(folds, dtype=np.intp)
    for level in range(depth):
        leaves = 1 << level
        start = (every[:, None] * leaves + outcomes) * tests.width
        flat = (start[:, :, None] + tests.codes).ravel()
        shape = (folds, leaves, tests.width)
        size = folds * leaves * tests.width
        gain: Matrix | float = 0.0
        sums = []
        for heavy in (heavy_pull, heavy_curve):
            histogram = np.bincount(flat, heavy, minlength=size).reshape(shape)
            running = np.zeros((folds, leaves, tests.width + 1))
            np.cumsum(histogram, axis=2, out=running[:, :, 1:])
            inside = running[:, :, tests.high] - running[:, :, tests.low]
            inside += histogram[:, :, also] * has_also
            sums.append((inside, running[:, :, -1:] / columns - inside))
        (pull_in, pull_out), (curve_in, curve_out) = sums
        gain = (pull_in**2 / (curve_in + l2) + pull_out**2 / (curve_out + l2)).sum(axis=1)
        thin = np.minimum(curve_in.sum(axis=1), curve_out.sum(axis=1)) < LEAST
        gain = np.where(thin, -1.0, gain)
        if is_additive and level:
            gain = np.where(tests.column != tests.column[first][:, None], -1.0, gain)
        best = gain.argmax(axis=1)
        first = best if level == 0 else first
        asked.append(int(best[0]))
        own = by_column[tests.column[best]]
        passes = (own >= tests.low[best][:, None]) & (own < tests.high[best][:, None])
        passes |= own == tests.also[best][:, None]
        outcomes = outcomes * 2 + passes
    return asked, outcomes


def _tree(tests: _Tests, mass: Matrix, asked: list[int], values: Matrix, covers: Matrix) -> Tree:
    found = []
    for test in asked:
        column, passes = tests.passed(test)
        weights = np.bincount(
            tests.codes[:, column] - tests.starts[column], mass, minlength=len(passes)
        )
        # What no row had, missing or a value, goes the way of most rows.
        passes[weights == 0.0] |= weights[passes].sum() > weights.sum() / 2
        found.append((column, tuple(int(code) for code in np.flatnonzero(passes))))
    return Tree(
        tuple(found),
        tuple(float(value) for value in values),
        tuple(float(share) for share in covers),
    )


def _without_unasked(
    names: tuple[str, ...], baseline: float, codings: tuple[Coding, ...], trees: list[Tree]
) -> TreeEnsemble:
    used = sorted({column for tree in trees for column in tree.asked})
    place = {column: number for number, column in enumerate(used)}
    kept = tuple(
        Tree(
            tuple((place[column], codes) for column, codes in tree.tests),
            tree.values,
            tree.covers,
        )
        for tree in trees
    )
    return TreeEnsemble(names, baseline, tuple(codings[column] for column in used), kept)


def _fit_coding(raw: pd.Series, weights: Matrix) -> Coding | None:
    return _fit_number(raw, weights) if is_number(raw) else _fit_category(raw, weights)


def _fit_number(raw: pd.Series, weights: Matrix) -> NumberCoding | None:
    values = numbers(raw)
    held = np.isfinite(values)
    uniques, places = np.unique(values[held], return_inverse=True)
    if len(uniques) < (2 if held.all() else 1):
        return None
    uppers = uniques[:-1]
    most = int(np.clip(len(values) // 40, FEWEST_BREAKS, MOST_BREAKS))
    if len(uppers) > most:
        share = np.cumsum(np.bincount(places, weights[held]))[:-1]
        wanted = np.linspace(0.0, weights[held].sum(), most + 2)[1:-1]
        # A little less, because a weight of two and two rows differ in the last digit.
        at = np.searchsorted(share, wanted - 1e-9 * weights.sum())
        uppers = uppers[np.unique(np.minimum(at, len(uppers) - 1))]
    return NumberCoding(str(raw.name), tuple(float(value) for value in uppers))


def _fit_category(raw: pd.Series, weights: Matrix) -> CategoryCoding | None:
    places, texts = factorized(pd.Series(category_names(raw), dtype=object))
    mass = np.bincount(places, weights, minlength=len(texts))
    if len(texts) < 2:
        return None
    least = max(2.0, 0.01 * mass.sum())
    ranked = sorted((-own, str(text)) for own, text in zip(mass, texts, strict=True))
    kept = [text for own, text in ranked if -own >= least and text != MISSING][:MOST_VALUES]
    return CategoryCoding(str(raw.name), tuple(sorted(kept)))
