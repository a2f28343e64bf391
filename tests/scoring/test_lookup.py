"""The look-up tables say what the additive model says."""

import numpy as np
import pandas as pd
import pytest

from scoring.columns import ColumnSet
from scoring.lead_model import LeadModel
from scoring.lookup import LookUp


def _table(rows: int, seed: int) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "skewed": np.exp(3.0 * random.normal(size=rows)),
            "few": random.choice([0.0, 1.0, 7.0], rows),
            "whole": pd.array(random.integers(0, 90, rows), dtype="Int64"),
            "source": random.choice(list("abcdefgh"), rows),
            "met": random.random(rows) < 0.5,
            "void": np.nan,
        }
    )
    frame.loc[random.random(rows) < 0.2, ["skewed", "source"]] = np.nan
    frame.loc[random.random(rows) < 0.1, "whole"] = pd.NA
    return frame


def test_any_effect_of_any_column_is_kept_exactly() -> None:
    train, asked = _table(700, 1), _table(2_000, 2)
    asked.loc[:9, "source"] = "unseen"
    asked.loc[10:19, "skewed"] = [-1e300, 1e300, np.inf, -np.inf, 0.0, 1e-300, 5, 6, 7, 8]
    columns = ColumnSet.fit(train)
    coefficients = np.random.default_rng(3).normal(size=len(columns.blocks))
    found = LookUp.of(columns, coefficients, 0.5).score(asked)
    assert found == pytest.approx(columns.matrix(asked) @ coefficients + 0.5, abs=1e-9)


def test_a_bend_between_two_breaks_is_kept() -> None:
    columns = ColumnSet.fit(pd.DataFrame({"x": [0.0, 1.0] * 20}))
    coefficients = np.random.default_rng(3).normal(size=len(columns.blocks))
    asked = pd.DataFrame({"x": np.linspace(-0.5, 1.5, 101)})
    found = LookUp.of(columns, coefficients, 0.0).score(asked)
    assert found == pytest.approx(columns.matrix(asked) @ coefficients, abs=1e-12)


def test_one_value_or_none_makes_a_table_too() -> None:
    frame = pd.DataFrame({"one": [4.0, np.nan] * 10, "same": ["a"] * 20})
    columns = ColumnSet.fit(frame)
    coefficients = np.ones(len(columns.blocks))
    found = LookUp.of(columns, coefficients, 0.0).score(frame)
    assert found == pytest.approx(columns.matrix(frame) @ coefficients, abs=1e-12)


def test_it_ranks_as_the_model_does() -> None:
    train = _table(100, 4)
    won = (train["source"] > "d").fillna(value=False).to_numpy().astype(int)
    model = LeadModel().fit(train, won)
    asked = _table(500, 5)
    mean = model.look_up().score(asked)
    assert np.corrcoef(mean, model.decision_function(asked))[0, 1] > 0.99
