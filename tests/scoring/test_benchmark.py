"""The benchmark: who is judged on what, and what may be said of it."""

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from scoring.benchmark import LeadTable, Split, fit_count, plan, run_benchmark, split_rows
from scoring.evaluate import calibration_slope, measures, more_measures, resampled, top_lift

ROWS = 400
PATTERN = 4.0


def _table(rows: int = ROWS, effect: float = 2.0, seed: int = 0) -> LeadTable:
    random = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "source": random.choice(["a", "b", "c"], rows),
            "jobs": random.lognormal(3, 1, rows),
            "stage": random.choice(["early", "late"], rows),
        }
    )
    score = effect * ((frame["source"] == "a") + 0.5 * (np.log(frame["jobs"]) - 3)) - 0.5
    won = (random.random(rows) < 1 / (1 + np.exp(-score))).astype(np.int64)
    return LeadTable(frame, won, time=np.arange(rows, dtype=float), stage="stage")


@pytest.fixture(scope="module")
def judged() -> dict[str, Any]:
    table = _table(effect=PATTERN)
    manual = pd.Series(np.where(np.arange(ROWS) % 2, 0.5, np.nan))
    steps: list[int] = []
    found = run_benchmark(replace(table, manual=manual), sizes=(60,), seeds=3, on_step=steps.append)
    return {**found, "steps": sum(steps)}


def test_the_newest_are_judged_and_never_learned_from() -> None:
    split = split_rows(replace(_table(), time=np.arange(ROWS)[::-1].astype(float)))
    assert set(split.test) == set(range(120))
    assert set(split.train) == set(range(120, ROWS))


def test_a_row_of_unknown_time_is_learned_from() -> None:
    time = np.arange(ROWS, dtype=float)
    time[-50:] = np.nan
    split = split_rows(replace(_table(), time=time))
    assert max(split.test) == ROWS - 51
    assert set(range(ROWS - 50, ROWS)) <= set(split.train)


@pytest.mark.parametrize("has_time", [True, False])
def test_a_group_is_never_on_both_sides(has_time: bool) -> None:
    groups = np.random.default_rng(0).integers(0, 80, ROWS)
    table = replace(_table(), groups=groups)
    split = split_rows(table if has_time else replace(table, time=None))
    assert not set(groups[split.train]) & set(groups[split.test])
    assert len(split.train) + len(split.test) + split.set_aside == ROWS
    assert len(split.test) >= 0.3 * ROWS


def test_without_time_rows_are_drawn_the_same_way_each_time() -> None:
    one, other = (split_rows(replace(_table(), time=None)) for _ in range(2))
    assert np.array_equal(one.test, other.test)
    assert not np.array_equal(one.test, np.arange(280, 400))
    assert isinstance(one, Split)


def test_large_samples_are_drawn_less_often_and_all_rows_once() -> None:
    assert plan(6468, seeds=20).samples == (
        (30, 20),
        (60, 20),
        (120, 20),
        (300, 20),
        (1000, 5),
        (5000, 1),
        (6468, 1),
    )
    assert plan(50).samples == ((30, 10), (50, 1))


def test_everything_is_judged_on_the_same_rows(judged: dict[str, Any]) -> None:
    assert [size["learned_from"] for size in judged["sizes"]] == [60, 280]
    names = list(judged["sizes"][0]["contenders"])
    assert names == [
        "model",
        "base_rate",
        "stage_only",
        "manual_likelihood",
        "counting_bayes",
        "one_hot_logistic",
        "boosted_defaults",
    ]
    assert judged["steps"] == 4 * len(names) == fit_count(_table(), (60,), 3) + 4
    for size in judged["sizes"]:
        ours = size["contenders"]["model"]
        assert ours["against"]["log_loss"] == {"mean": 0.0, "error": 0.0}
        for found in size["contenders"].values():
            apart = found["log_loss"]["mean"] - ours["log_loss"]["mean"]
            assert found["against"]["log_loss"]["mean"] == pytest.approx(apart)
    json.dumps(judged, allow_nan=False)


def test_a_table_with_a_pattern_is_found_usable(judged: dict[str, Any]) -> None:
    assert judged["verdict"]["code"] == "useful"
    assert "base_rate" in judged["verdict"]["better"]
    assert judged["verdict"]["gain"] > 2 * judged["verdict"]["gain_error"] > 0
    assert judged["too_good"]["is_too_good"] is False


def test_the_same_table_gives_the_same_figures(judged: dict[str, Any]) -> None:
    again = run_benchmark(_table(effect=PATTERN), sizes=(60,), seeds=3)
    for place, size in enumerate(again["sizes"]):
        ours = judged["sizes"][place]["contenders"]["model"]
        assert size["contenders"]["model"]["log_loss"] == ours["log_loss"]


@pytest.mark.parametrize("seed", range(3))
def test_noise_is_no_pattern(seed: int) -> None:
    found = run_benchmark(_table(effect=0.0, seed=seed), sizes=(), seeds=1)
    assert found["verdict"]["code"] == "no_pattern"


def test_twenty_leads_are_too_few_to_say_and_nine_to_try() -> None:
    assert run_benchmark(_table(20), sizes=(), seeds=1)["verdict"]["code"] == "too_few"
    with pytest.raises(ValueError, match="too few"):
        run_benchmark(_table(9))


def test_what_later_leads_do_not_share_is_too_good() -> None:
    table = _table(effect=0.0)
    hint = np.where(np.arange(ROWS) < 280, table.won, 1 - table.won)
    frame = table.features.assign(hint=np.where(hint == 1, "y", "n"))
    found = run_benchmark(replace(table, features=frame), sizes=(), seeds=1)
    assert found["too_good"]["is_too_good"] is True
    assert found["verdict"]["code"] == "no_pattern"


def test_the_slope_tells_who_is_too_sure() -> None:
    random = np.random.default_rng(0)
    odds = random.normal(0, 1, 20_000)
    won = (random.random(20_000) < 1 / (1 + np.exp(-odds))).astype(float)
    assert calibration_slope(won, 1 / (1 + np.exp(-odds))) == pytest.approx(1.0, abs=0.05)
    assert calibration_slope(won, 1 / (1 + np.exp(-2 * odds))) == pytest.approx(0.5, abs=0.03)
    assert calibration_slope(won, np.full(20_000, 0.3)) is None
    assert calibration_slope(np.array([0.0, 1.0]), np.array([0.1, 0.9])) is None


def test_the_top_tenth_shares_places_among_equals() -> None:
    won = np.array([1.0] * 5 + [0.0] * 15)
    assert top_lift(won, np.linspace(1, 0, 20)) == pytest.approx(4.0)
    assert top_lift(won, np.full(20, 0.25)) == pytest.approx(1.0)
    assert top_lift(np.zeros(20), np.full(20, 0.25)) is None


@pytest.mark.parametrize("places", [1, 2, 9])
def test_the_fast_measures_are_the_measures(places: int) -> None:
    random = np.random.default_rng(places)
    chance = random.random(500).round(places)
    won = (random.random(500) < chance).astype(float)
    fast, slow = more_measures(won, chance), measures(won, chance)
    assert {name: fast[name] for name in slow} == pytest.approx(slow, abs=1e-12)
    assert more_measures(np.ones(3), np.full(3, 0.5))["auc"] is None


def test_whole_groups_are_drawn_again() -> None:
    groups = np.array([7, 7, 7, 1, 2, 2])
    for rows in resampled(6, groups, times=20):
        counts = np.bincount(rows, minlength=6)
        assert counts[0] == counts[1] == counts[2]
        assert counts[4] == counts[5]
