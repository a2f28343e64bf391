"""The methods that the model is judged against."""

import numpy as np
import pandas as pd
import pytest

from scoring.baselines import (
    BaseRate,
    BoostedDefaults,
    CountingBayes,
    ManualLikelihood,
    OneHotLogistic,
    StageOnly,
    baselines,
)


def _table(rows: int = 200) -> tuple[pd.DataFrame, np.ndarray]:
    random = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "stage": random.choice(["early", "late"], rows),
            "source": random.choice(np.array(["a", "b", None], dtype=object), rows),
            "jobs": np.where(random.random(rows) < 0.2, np.nan, random.lognormal(3, 1, rows)),
        }
    )
    chance = np.where(frame["stage"] == "late", 0.7, 0.2)
    return frame, (random.random(rows) < chance).astype(int)


def test_counting_bayes_counts_as_odoo_does() -> None:
    """By hand: 3 won and 2 lost; each cell starts with 0.1 of both, totals are per field."""
    frame = pd.DataFrame({"source": ["a", "a", "b", "b", None], "city": ["x", "y", "x", "y", "y"]})
    model = CountingBayes().fit(frame, [1, 1, 1, 0, 0])
    asked = pd.DataFrame({"source": ["a", "b", None, "new"], "city": ["x", "x", "y", None]})
    said = model.predict_proba(asked)[:, 1]

    def chance(won: float, lost: float) -> float:
        return round(won / (won + lost), 4)

    a_won, a_lost, b_won, b_lost = 2.1 / 3.2, 0.1 / 1.2, 1.1 / 3.2, 1.1 / 1.2
    x_won, x_lost, y_won, y_lost = 2.1 / 3.2, 0.1 / 2.2, 1.1 / 3.2, 2.1 / 2.2
    assert said.tolist() == pytest.approx(
        [
            chance(0.6 * a_won * x_won, 0.4 * a_lost * x_lost),
            chance(0.6 * b_won * x_won, 0.4 * b_lost * x_lost),
            chance(0.6 * y_won, 0.4 * y_lost),
            0.6,
        ]
    )


def test_counting_bayes_is_never_surer_than_a_hundredth_of_a_percent() -> None:
    frame = pd.DataFrame({f"c{place}": ["a"] * 50 + ["b"] * 50 for place in range(9)})
    said = CountingBayes().fit(frame, [1] * 50 + [0] * 50).predict_proba(frame)[:, 1]
    assert (said.max(), said.min()) == (0.9999, 0.0001)


def test_stage_only_gives_a_stage_its_rate_and_a_new_one_that_of_all() -> None:
    frame = pd.DataFrame({"stage": ["early"] * 60 + ["late"] * 40})
    model = StageOnly("stage").fit(frame, [0] * 60 + [1] * 40)
    said = model.predict_proba(pd.DataFrame({"stage": ["early", "late", "new"]}))[:, 1]
    assert said[0] < 0.05
    assert said[1] > 0.9
    assert said[2] == pytest.approx(40.5 / 101)


def test_manual_likelihood_is_taken_as_it_stands() -> None:
    frame, _ = _table(4)
    model = ManualLikelihood(pd.Series([0.9, np.nan, 0.0, 1.0])).fit(frame, [1, 0, 0, 0])
    assert model.predict_proba(frame)[:, 1].tolist() == [0.9, 0.3, 0.0, 1.0]


@pytest.mark.parametrize("make", [CountingBayes, OneHotLogistic, BoostedDefaults])
def test_every_learner_takes_tables_as_they_are(make: type) -> None:
    frame, won = _table()
    frame["empty"] = np.nan
    frame["infinite"] = np.where(np.arange(200) % 7 == 0, np.inf, 1.0)
    frame["flag"] = np.arange(200) % 2 == 0
    model = make().fit(frame.iloc[:150], won[:150])
    later = frame.iloc[150:].assign(source="never seen", jobs=np.nan)
    said = model.predict_proba(later)[:, 1]
    late = (later["stage"] == "late").to_numpy()
    assert np.isfinite(said).all()
    assert said[late].mean() > said[~late].mean() + 0.2


@pytest.mark.parametrize("name", list(baselines("stage", pd.Series(dtype=float))))
def test_a_sample_of_one_end_leaves_the_rate(name: str) -> None:
    frame, _ = _table(20)
    make = baselines("stage", pd.Series(np.nan, index=frame.index))[name]
    said = make().fit(frame, np.zeros(20)).predict_proba(frame)
    assert said[:, 1] == pytest.approx(0.5 / 21, abs=0.02)
    assert said.sum(axis=1) == pytest.approx(1.0)


def test_boosting_as_it_comes_says_nothing_from_thirty_rows() -> None:
    frame, won = _table(30)
    said = BoostedDefaults().fit(frame, won).predict_proba(frame)[:, 1]
    assert np.ptp(said) == 0.0


def test_stage_and_people_are_only_asked_where_they_are() -> None:
    assert list(baselines()) == [
        "base_rate",
        "counting_bayes",
        "one_hot_logistic",
        "boosted_defaults",
    ]
    assert isinstance(baselines()["base_rate"](), BaseRate)
