"""Small trees: what they learn, and that tables, shares and artefact say the same."""

import itertools
import json
import math
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest

from scoring.tree_tables import Tree, TreeEnsemble
from scoring.trees import fit_trees, fit_trees_in_folds

Matrix = npt.NDArray[np.float64]


def _table(rows: int = 500, seed: int = 0) -> tuple[pd.DataFrame, Matrix, Matrix]:
    random = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "size": random.normal(size=rows),
            "count": random.integers(0, 5, rows).astype(float),
            "source": random.choice(list("uvwxyz"), rows, p=[0.4, 0.3, 0.2, 0.05, 0.04, 0.01]),
            "market": random.choice(np.array(["jp", "kr", None], dtype=object), rows),
            "nothing": np.nan,
            "met": random.random(rows) < 0.3,
        }
    )
    frame.loc[random.random(rows) < 0.2, "size"] = np.nan
    score = (
        frame["size"].fillna(0.7)
        + 2.0 * (frame["source"] == "u") * (frame["count"] > 2)
        + 1.5 * frame["market"].isna()
        - frame["met"]
        - 1.0
    )
    won = (random.random(rows) < 1.0 / (1.0 + np.exp(-score))).to_numpy().astype(np.float64)
    return frame, won, random.random(rows) + 0.2


def _strange(frame: pd.DataFrame) -> pd.DataFrame:
    strange = frame.copy()
    strange.loc[:20, "source"] = "unseen"
    strange.loc[10:30, "market"] = "new"
    strange.loc[5:9, "size"] = np.inf
    strange.loc[30:40, "count"] = np.nan
    strange.loc[40:50, "nothing"] = 3.0
    return strange


@pytest.fixture(scope="module")
def trees() -> TreeEnsemble:
    frame, won, weights = _table()
    return fit_trees(frame, won, weights)


def _by_hand(trees: TreeEnsemble, row: pd.DataFrame) -> float:
    codes = [int(coding.codes(row[coding.name])[0]) for coding in trees.codings]
    score = trees.baseline
    for tree in trees.trees:
        outcome = 0
        for column, passing in tree.tests:
            outcome = 2 * outcome + (codes[column] in passing)
        score += tree.values[outcome]
    return score


def test_the_tables_say_what_the_tests_say_one_by_one(trees: TreeEnsemble) -> None:
    frame = _strange(_table()[0])
    raw = trees.raw(frame)
    for place in range(0, 60, 3):
        assert raw[place] == pytest.approx(_by_hand(trees, frame.iloc[[place]]), abs=1e-12)


def test_they_find_two_columns_that_act_together(trees: TreeEnsemble) -> None:
    frame = _table()[0].head(2).assign(size=0.0, market="jp", met=False)
    together = frame.assign(source="u", count=[4.0, 0.0])
    apart = frame.assign(source="v", count=[4.0, 0.0])
    gain = np.diff(trees.raw(together))[0] - np.diff(trees.raw(apart))[0]
    assert gain < -0.5


@pytest.mark.parametrize("given", [None, "source", "nothing"])
def test_shares_sum_to_the_score(trees: TreeEnsemble, given: str | None) -> None:
    frame = _strange(_table()[0])
    base, parts = trees.contributions(frame, given)
    assert np.abs(base + parts.sum(axis=1) - trees.raw(frame)).max() < 1e-12
    assert np.ptp(np.asarray(base)) == 0.0 if given != "source" else np.ptp(np.asarray(base)) > 0.1
    assert not parts[:, trees.names.index("nothing")].any()
    if given:
        assert not parts[:, trees.names.index(given)].any()


def _known_value(tree: Tree, codes: list[int], known: set[int]) -> float:
    """Return the mean value of a tree when some columns are known, by walking down it."""

    def walk(test: int, start: int, width: int) -> float:
        if test == len(tree.tests):
            return tree.values[start]
        column, passing = tree.tests[test]
        half = width // 2
        if column in known:
            return walk(test + 1, start + half * (codes[column] in passing), half)
        low, high = sum(tree.covers[start : start + half]), 0.0
        high = sum(tree.covers[start + half : start + width])
        if low + high == 0.0:
            low = high = 1.0
        return (low * walk(test + 1, start, half) + high * walk(test + 1, start + half, half)) / (
            low + high
        )

    return walk(0, 0, len(tree.values))


def test_shares_are_those_of_shapley(trees: TreeEnsemble) -> None:
    row = _table()[0].iloc[[7]]
    codes = [int(coding.codes(row[coding.name])[0]) for coding in trees.codings]
    expected = np.zeros(len(trees.names))
    for tree in trees.trees:
        for column in tree.asked:
            others = [other for other in tree.asked if other != column]
            for size in range(len(others) + 1):
                weight = 1.0 / (len(tree.asked) * math.comb(len(others), size))
                for known in itertools.combinations(others, size):
                    gain = _known_value(tree, codes, {*known, column}) - _known_value(
                        tree, codes, set(known)
                    )
                    place = trees.names.index(trees.codings[column].name)
                    expected[place] += weight * gain
    assert trees.contributions(row)[1][0] == pytest.approx(expected, abs=1e-12)


def test_additive_trees_ask_about_one_column_each() -> None:
    frame, won, weights = _table()
    trees = fit_trees(frame, won, weights, is_additive=True)
    assert trees.is_additive
    assert {len(tree.asked) for tree in trees.trees} == {1}
    tables = [trees.additive[place][codes] for place, codes in enumerate(trees.codes(frame))]
    assert trees.raw(frame) == pytest.approx(trees.baseline + sum(tables), abs=1e-12)
    for given in (None, "source"):
        base, parts = trees.contributions(frame, given)
        assert np.abs(base + parts.sum(axis=1) - trees.raw(frame)).max() < 1e-12


def test_a_fold_is_judged_by_trees_that_have_not_seen_it() -> None:
    frame, won, weights = _table()
    folds = np.random.default_rng(1).integers(0, 4, len(won))
    whole, unseen = fit_trees_in_folds(frame, won, weights, folds)
    assert whole.raw(frame) == pytest.approx(fit_trees(frame, won, weights).raw(frame), abs=1e-9)
    turned = np.where(folds == 2, 1.0 - won, won)
    _, after = fit_trees_in_folds(frame, turned, weights, folds)
    # Its own outcomes change nothing of what the others say of it.
    assert after[folds == 2] == pytest.approx(unseen[folds == 2], abs=1e-12)
    assert np.abs(after[folds == 1] - unseen[folds == 1]).max() > 0.01


def test_two_rows_or_one_of_double_weight_are_the_same() -> None:
    frame, won, _ = _table(200)
    twice = pd.concat([frame, frame], ignore_index=True)
    heavy = fit_trees(frame, won, np.full(200, 2.0))
    assert fit_trees(twice, np.tile(won, 2)).raw(frame) == pytest.approx(heavy.raw(frame), abs=1e-9)


def test_they_survive_their_artefact_bit_for_bit(trees: TreeEnsemble) -> None:
    frame = _strange(_table()[0])
    rebuilt = TreeEnsemble.from_dict(json.loads(json.dumps(trees.to_dict(), allow_nan=False)))
    assert np.array_equal(rebuilt.raw(frame), trees.raw(frame))
    assert np.array_equal(rebuilt.contributions(frame)[1], trees.contributions(frame)[1])


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("baseline",), "much"),
        (("baseline",), float("nan")),
        (("names",), ["size", "size"]),
        (("names",), ["size"]),
        (("codings", 0, "kind"), "colour"),
        (("codings", 0, "breaks"), [2.0, 1.0]),
        (("trees", 0, "tests"), []),
        (("trees", 0, "tests", 0, 0), 99),
        (("trees", 0, "tests", 0, 1), [10_000]),
        (("trees", 0, "tests", 0, 1), 5),
        (("trees", 0, "values"), [0.1]),
        (("trees", 0, "covers", 0), -0.5),
        (("trees", 0, "covers", 0), 5.0),
        (("trees",), 3),
    ],
)
def test_a_changed_artefact_is_refused(
    trees: TreeEnsemble, path: tuple[str | int, ...], value: object
) -> None:
    plain: Any = json.loads(json.dumps(trees.to_dict()))
    inner = plain
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    with pytest.raises(ValueError, match=r"."):
        TreeEnsemble.from_dict(plain)


def test_what_cannot_be_learned_is_said() -> None:
    frame, won, weights = _table(60)
    with pytest.raises(ValueError, match="both outcomes"):
        fit_trees(frame, np.ones(60))
    with pytest.raises(ValueError, match="length"):
        fit_trees(frame, won[:-1])
    with pytest.raises(ValueError, match="leaves"):
        fit_trees(frame, won, weights, max_leaf_nodes=5)
    with pytest.raises(ValueError, match="no such column"):
        fit_trees(frame, won).contributions(frame, given="colour")
    nothing = fit_trees(frame[["nothing"]], won)
    assert len(np.unique(nothing.raw(frame))) == 1
