"""How right a model has been: figures checked by hand, and what a whole office is told."""

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from bench.scoring_worlds import World, invented_office
from scoring import Histories, TrainedModel, train
from scoring.drift import base_rates, stability_index
from scoring.first_ten import first_ten
from scoring.forward import Forward, likelihoods
from scoring.judging import BASELINES, judge, readiness
from scoring.uncertainty import auc_gain, auc_parts, clustered_error, wilson
from tests.scoring.office import office, on, without_pattern


@pytest.fixture(scope="module")
def world() -> World:
    """An office where officers say how likely most of their leads are, and are nearly right."""
    made = invented_office(290, 3, live=True)
    revisions = made.histories.revisions.copy()
    random = np.random.default_rng(0)
    chance = made.truth["p"][revisions["lead_id"]].to_numpy()
    said = np.clip(chance + random.normal(0.0, 0.05, len(chance)), 0.01, 0.95)
    revisions["likelihood"] = np.where(random.random(len(said)) < 0.8, said, np.nan)
    frames = {name: getattr(made.histories, name) for name in ("leads", "interactions", "totals")}
    histories = Histories.of(**frames, revisions=revisions)
    return World(histories, made.truth, made.as_of)


@pytest.fixture(scope="module")
def model(world: World) -> TrainedModel:
    """What it teaches."""
    return train(world.histories, world.as_of)


@pytest.fixture(scope="module")
def metrics(model: TrainedModel) -> dict[str, Any]:
    """What is told of it, as it is stored."""
    told: dict[str, Any] = json.loads(json.dumps(model.metrics, allow_nan=False))
    return told


def test_every_documented_part_is_there(metrics: dict[str, Any]) -> None:
    assert metrics["format"] == 2
    for name in ("calibration", "gain", "top", "learning", "drift", "screen", "band", "data"):
        assert metrics[name], name
    assert metrics["data"]["seconds"] > 0
    assert [item["code"] for item in metrics["readiness"]] == [
        "enough_closed",
        "enough_announced",
        "forward_possible",
        "beats_base_rate",
        "not_worse_lately",
    ]
    assert all(item["is_met"] for item in metrics["readiness"])


def test_calibration_counts_every_look_once_and_its_interval_holds_the_share(
    metrics: dict[str, Any],
) -> None:
    groups, whole = metrics["calibration"], metrics["forward"]["all"]
    assert sum(group["look_count"] for group in groups) == whole["look_count"]
    said = [group["said"] for group in groups]
    assert said == sorted(said)
    for group in groups:
        assert group["low"] <= group["came"] <= group["high"]
        assert group["low_said"] <= group["said"] <= group["high_said"]
        assert group["announced_count"] <= group["lead_count"] <= group["look_count"]


def test_the_gain_over_the_base_rate_is_that_of_the_test_on_later_time(
    metrics: dict[str, Any],
) -> None:
    for stretch in ("newest", "all"):
        rows = metrics["gain"][stretch]
        assert [row["baseline"] for row in rows] == list(BASELINES)
        base, judged = rows[0], metrics["forward"][stretch]
        assert base["log_loss_gain"] == pytest.approx(judged["gain"])
        assert base["log_loss_error"] == pytest.approx(judged["gain_error"])
        assert base["model"]["auc"] == pytest.approx(judged["model"]["auc"])
    officer = next(row for row in metrics["gain"]["all"] if row["baseline"] == "officer")
    assert 0 < officer["look_count"] < metrics["forward"]["all"]["look_count"]
    assert officer["other"]["auc"] > 0.55


def test_the_first_ten_are_counted_at_each_moment(metrics: dict[str, Any]) -> None:
    top = metrics["top"]
    assert top["asked_count"] == 10 * len(top["moments"])
    for name in ("model", "stage_only", "scorecard", "chance"):
        total = sum(moment["hits"][name] for moment in top["moments"])
        assert top["hits"][name] == pytest.approx(total)
    for moment in top["moments"]:
        assert moment["open_count"] > 10
        assert moment["hits"]["model"] <= min(10, moment["announced_count"])
    assert top["hits"]["model"] > top["hits"]["chance"]


def test_learning_takes_more_leads_each_time_and_ends_with_all(metrics: dict[str, Any]) -> None:
    steps = metrics["learning"]
    assert [step["share"] for step in steps] == [0.25, 0.5, 0.75, 1.0]
    counts = [step["lead_count"] for step in steps]
    assert counts == sorted(set(counts))
    closed = [step["closed_count"] for step in steps]
    assert closed == sorted(set(closed))
    assert "is_still_rising" in steps[-1]
    assert steps[-1]["gain"] > steps[-1]["gain_error"]


def test_the_screen_finds_no_leak_where_there_is_none(metrics: dict[str, Any]) -> None:
    assert metrics["screen"]["columns"] == []
    assert metrics["screen"]["is_too_good"] is False


def test_the_band_is_judged_in_the_same_groups(metrics: dict[str, Any]) -> None:
    band = metrics["band"]
    assert band["group_count"] == len(metrics["calibration"]) == len(band["groups"])
    assert band["held_count"] == sum(group["is_held"] for group in band["groups"])
    assert band["held_count"] >= band["group_count"] - 2


def test_judging_changes_neither_gates_nor_chances(world: World, model: TrainedModel) -> None:
    bare = train(world.histories, world.as_of, judges=False)
    assert "calibration" not in bare.metrics
    assert bare.predict(world.histories, world.as_of) == model.predict(world.histories, world.as_of)
    assert bare.metrics["readiness"] == model.metrics["readiness"]


def test_what_officers_say_teaches_nothing(world: World, model: TrainedModel) -> None:
    silent = world.histories.revisions.assign(likelihood=np.nan)
    frames = {name: getattr(world.histories, name) for name in ("leads", "interactions", "totals")}
    histories = Histories.of(**frames, revisions=silent)
    bare = train(histories, world.as_of, judges=False)
    assert bare.predict(histories, world.as_of) == model.predict(world.histories, world.as_of)


def test_a_likelihood_counts_from_when_it_was_said() -> None:
    histories = office(
        {"lead": 1, "at": 0, "likelihood": 0.2},
        {"lead": 1, "at": 50, "likelihood": 0.7},
        {"lead": 2, "at": 0},
    )
    pairs = pd.DataFrame({"lead_id": [1, 1, 1, 2], "as_of": [on(0), on(49), on(50), on(60)]})
    found = likelihoods(histories, pairs)
    assert found[:3].tolist() == [0.2, 0.2, 0.7]
    assert np.isnan(found[3])


def test_too_few_to_judge_is_said_as_such() -> None:
    histories = office(*[{"lead": lead, "at": lead} for lead in range(1, 20)])
    told = train(histories, on(400)).metrics
    assert told["forward"] == {"is_possible": False}
    assert [told[name] for name in ("calibration", "gain", "top", "learning", "band")] == [None] * 5
    assert [item["is_met"] for item in told["readiness"]] == [False, False, False, None, None]
    assert told["screen"]["is_too_good"] is None


def test_conditions_carry_their_figures() -> None:
    test = {
        "is_possible": True,
        "all": {"lead_count": 50, "gain": 0.02, "gain_error": 0.05},
        "newest": {"gain": -0.2, "gain_error": 0.1},
    }
    found = {
        item["code"]: item for item in readiness(40, 4, test, fewest_closed=30, fewest_announced=5)
    }
    assert found["enough_closed"]["is_met"]
    assert (found["enough_announced"]["figure"], found["enough_announced"]["needed"]) == (4, 5)
    assert not found["enough_announced"]["is_met"]
    assert found["beats_base_rate"]["needed"] == pytest.approx(0.025)
    assert not found["beats_base_rate"]["is_met"]
    assert not found["not_worse_lately"]["is_met"]


def _forward(**columns: Any) -> Forward:
    count = len(columns["won"])
    said = pd.DataFrame(
        {
            "lead_id": np.arange(count),
            "split": 0,
            "is_first": True,
            "low": 0.0,
            "high": 1.0,
            "scorecard": 0.3,
            "stage_only": 0.3,
            "base_rate": 0.3,
            "naive_bayes": 0.3,
            "officer": np.nan,
        }
        | columns
    )
    return Forward(365, (on(0),), on(900), said)


def test_ties_in_the_first_ten_share_what_they_hit() -> None:
    won = np.array([1.0] * 4 + [0.0] * 16)
    top = first_ten(_forward(won=won, model=np.linspace(0.9, 0.1, 20)))
    assert top is not None
    assert top["hits"]["model"] == 4.0
    assert top["hits"]["stage_only"] == pytest.approx(2.0)
    assert top["hits"]["chance"] == pytest.approx(2.0)
    assert top["hits"]["officer"] is None


def test_a_model_is_called_better_only_beyond_luck() -> None:
    won = np.array([1.0, 0.0] * 30)
    good = np.where(won > 0, 0.8, 0.2)
    told = judge(_forward(won=won, model=good))["gain"]["all"]
    assert {row["verdict"] for row in told if row["baseline"] != "officer"} == {"better"}
    worse = judge(_forward(won=won, model=1.0 - good))["gain"]["all"]
    assert worse[0]["verdict"] == "worse"
    coin = np.random.default_rng(0).uniform(0.28, 0.32, 60)
    assert judge(_forward(won=won, model=coin))["gain"]["all"][0]["verdict"] == "same"
    few = judge(_forward(won=won[:10], model=good[:10]))["gain"]["all"]
    assert few[0]["verdict"] is None


def test_an_interval_of_a_share_is_wilsons() -> None:
    # Newcombe 1998: 81 of 263.
    assert wilson(81 / 263, 263) == pytest.approx((0.2553, 0.3662), abs=1e-4)
    assert wilson(0.0, 0) == (0.0, 1.0)
    assert wilson(0.0, 20)[0] == 0.0


def test_errors_are_over_leads_and_those_of_an_order_are_delongs() -> None:
    values = np.array([1.0, 2.0, 3.0, 4.0, 6.0])
    alone = clustered_error(values, np.arange(5))
    assert alone == pytest.approx(values.std(ddof=1) / np.sqrt(5))
    twice = clustered_error(np.repeat(values, 2), np.repeat(np.arange(5), 2))
    assert twice == pytest.approx(alone)
    random = np.random.default_rng(1)
    won = (random.random(200) < 0.3).astype(float)
    said = random.normal(won, 1.0).round(1)
    found = auc_parts(won, said)
    assert found is not None
    assert found[0] == pytest.approx(roc_auc_score(won, said))
    draws = [
        roc_auc_score(won[draw], said[draw])
        for draw in (random.integers(0, 200, 200) for _ in range(300))
    ]
    assert np.sqrt((found[1] ** 2).sum()) == pytest.approx(np.std(draws), rel=0.2)
    assert auc_gain(won, said, said, np.arange(200)) == (0.0, 0.0)
    assert auc_parts(np.ones(3), np.arange(3.0)) is None


def test_drift_is_what_luck_does_not_make() -> None:
    random = np.random.default_rng(2)
    same = [
        stability_index(pd.Series(random.normal(size=160)), pd.Series(random.normal(size=40)))
        for _ in range(40)
    ]
    assert np.mean(same) < 0.05
    older, newer = pd.Series(random.normal(size=160)), pd.Series(random.normal(1.5, 1.0, size=40))
    assert stability_index(older, newer) > 0.25
    codes = pd.Series(["fair"] * 120 + ["jetro"] * 40, dtype=object)
    gone = pd.Series([None] * 40, dtype=object)
    assert stability_index(codes, gone) > 0.25
    assert stability_index(codes, codes) < 0.05


def test_the_rate_by_time_counts_ends_and_leaves_out_those_without_a_day() -> None:
    histories = office(
        {"lead": 1, "at": 0},
        {"lead": 1, "at": 20, "stage": 8},
        {"lead": 2, "at": 0},
        {"lead": 2, "at": 30, "status": "lost"},
        {"lead": 3, "at": 0},
        {"lead": 3, "at": 400, "status": "lost"},
        {"lead": 4, "at": 0},
        {"lead": 4, "at": 410, "status": "lost", "is_day_unknown": True},
        {"lead": 5, "at": 0},
    )
    found = base_rates(histories, on(500))
    assert [(item["from"], item["closed_count"], item["announced_count"]) for item in found] == [
        ("2024-01-01", 2, 1),
        ("2024-07-01", 0, 0),
        ("2025-01-01", 1, 0),
    ]
    assert found[1]["rate"] is None
    assert base_rates(histories, on(5)) == []


def test_a_field_that_tells_the_end_is_named() -> None:
    plain = without_pattern(220, 1)
    won = plain.revisions.groupby("lead_id")["stage"].max() == 8
    told = np.where(won[plain.revisions["lead_id"]], "said_yes", "said_no")
    leaking = plain.revisions.assign(sector=told)
    histories = Histories.of(leads=plain.leads, revisions=leaking)
    columns = train(histories, on(6 * 365)).metrics["screen"]["columns"]
    assert [item["feature"] for item in columns] == ["sector"]
    assert columns[0]["auc"] > 0.85
