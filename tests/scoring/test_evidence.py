"""The shrunk additive classifier on any small table."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.metrics import log_loss, roc_auc_score

from scoring import EvidenceLogistic
from scoring.columns import ColumnSet


def _table(rows: int, seed: int) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "source": random.choice(np.array(["a", "b", "c", None], dtype=object), rows),
            "noise": random.choice([f"n{i}" for i in range(20)], rows),
            "size": np.where(random.random(rows) < 0.2, np.nan, random.lognormal(3, 1, rows)),
            "flag": random.random(rows) < 0.5,
        }
    )
    score = (
        -0.7
        + frame["source"].map({"a": 1.5, "b": -1.0}).fillna(0.0)
        + 0.6 * (np.log(frame["size"]) - 3).fillna(0.0)
    ).to_numpy()
    chance = 1 / (1 + np.exp(-score))
    return frame, (random.random(rows) < chance).astype(int), chance


@pytest.mark.parametrize(("rows", "below"), [(60, 0.08), (300, 0.03), (2000, 0.01)])
def test_it_ranks_and_is_calibrated_from_few_rows_on(rows: int, below: float) -> None:
    test, won, true = _table(4000, 99)
    found = []
    for seed in range(4):
        frame, y, _ = _table(rows, seed)
        chance = EvidenceLogistic().fit(frame, y).predict_proba(test)[:, 1]
        found.append((roc_auc_score(won, chance), log_loss(won, chance)))
    mean_auc, mean_loss = np.mean(found, axis=0)
    assert mean_auc > roc_auc_score(won, true) - below
    assert mean_loss < log_loss(won, np.full(len(won), won.mean()))
    assert mean_loss < log_loss(won, true) + below


def test_a_column_of_noise_is_shrunk_away() -> None:
    frame, y, _ = _table(1000, 3)
    model = EvidenceLogistic().fit(frame, y)
    blocks, names = model.columns_.blocks, [c.name for c in model.columns_.columns]
    size = {
        name: np.abs(model.posterior_.coefficients[:-1][blocks == place]).mean()
        for place, name in enumerate(names)
    }
    assert size["noise"] < 0.2 * size["source"]


def test_missing_unseen_and_empty_columns_are_taken_as_they_are() -> None:
    frame, y, _ = _table(200, 1)
    frame["empty"] = np.nan
    frame["nothing"] = None
    frame["same"] = "x"
    model = EvidenceLogistic().fit(frame, y)
    asked = frame.head(3).copy()
    asked["source"] = ["never seen", None, "a"]
    asked["size"] = [np.nan, np.inf, 1e12]
    chance = model.predict_proba(asked)
    assert np.isfinite(chance).all()
    assert chance.sum(axis=1) == pytest.approx(1.0)
    assert chance[2, 1] > chance[0, 1]


def test_one_class_alone_is_no_certainty() -> None:
    frame, _, _ = _table(30, 2)
    lost = EvidenceLogistic().fit(frame, np.zeros(30)).predict_proba(frame)[:, 1]
    won = EvidenceLogistic().fit(frame, np.ones(30)).predict_proba(frame)[:, 1]
    assert 0 < lost.max() < 0.15
    assert 0.85 < won.min() < 1
    assert EvidenceLogistic().fit(frame.head(1), [1]).predict_proba(frame).shape == (30, 2)


def test_with_an_offset_and_no_evidence_the_offset_remains() -> None:
    frame, _, _ = _table(400, 5)
    random = np.random.default_rng(0)
    offset = random.normal(-1.0, 1.0, 400)
    y = (random.random(400) < 1 / (1 + np.exp(-offset))).astype(int)
    model = EvidenceLogistic().fit(frame, y, offset=offset)
    assert np.corrcoef(model.decision_function(frame, offset), offset)[0, 1] > 0.97


def test_doubling_the_weights_is_doubling_the_rows() -> None:
    frame, y, _ = _table(120, 7)
    once = EvidenceLogistic().fit(frame, y, sample_weight=np.full(120, 2.0))
    twice = EvidenceLogistic().fit(pd.concat([frame, frame]), np.tile(y, 2))
    assert once.predict_proba(frame) == pytest.approx(twice.predict_proba(frame), abs=1e-6)


def test_it_behaves_as_an_estimator() -> None:
    frame, y, _ = _table(150, 4)
    model = clone(EvidenceLogistic(shape=2.0, rate=0.2))
    labels = np.where(y > 0, "won", "lost")
    first = model.fit(frame, labels)
    assert first.classes_.tolist() == ["lost", "won"]
    assert set(first.predict(frame)) <= {"lost", "won"}
    again = clone(model).fit(frame, labels)
    assert np.array_equal(first.predict_proba(frame), again.predict_proba(frame))
    with pytest.raises(ValueError, match="now missing:\n- size"):
        first.predict_proba(frame.drop(columns="size"))
    with pytest.raises(ValueError, match="binary"):
        EvidenceLogistic().fit(frame, np.arange(150) % 3)
    with pytest.raises(ValueError, match="rows"):
        EvidenceLogistic().fit(frame, labels[:-1])


def test_columns_survive_their_artefact_bit_for_bit() -> None:
    frame, _, _ = _table(300, 8)
    columns = ColumnSet.fit(frame)
    rebuilt = ColumnSet.from_list(columns.to_list())
    assert np.array_equal(columns.matrix(frame), rebuilt.matrix(frame))


def test_in_a_silent_column_missing_has_no_effect_of_its_own() -> None:
    frame, _, _ = _table(300, 8)
    columns = ColumnSet.fit(frame, silent=frozenset({"size", "source"}))
    missing = frame.head(1).assign(size=np.nan, source=None)
    own = [columns.columns[block].name in {"size", "source"} for block in columns.blocks]
    assert not columns.matrix(missing)[:, own].any()
