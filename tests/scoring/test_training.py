"""From histories to chances: gates, coherence, ranking, artefact."""

import json
from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import average_precision_score, roc_auc_score

from bench.scoring_worlds import World, invented_office
from scoring import Histories, Prediction, Scorecard, Timing, TrainedModel, train
from scoring.features import STAGES, features
from scoring.fitting import fit_hazards
from scoring.registry import sha256
from tests.scoring.office import office, on, without_pattern


@pytest.fixture(scope="module")
def world() -> World:
    """An office of usual size whose truth is known."""
    return invented_office(290, 11)


@pytest.fixture(scope="module")
def model(world: World) -> TrainedModel:
    """What it teaches."""
    return train(world.histories, world.as_of, judges=False)


@pytest.fixture(scope="module")
def predictions(world: World, model: TrainedModel) -> list[Prediction]:
    """What that says of the open leads."""
    return model.predict(world.histories, world.as_of)


def test_horizons_agree_and_the_band_holds_the_chance(predictions: list[Prediction]) -> None:
    assert {p.basis for p in predictions} == {"model"}
    for p in predictions:
        rising = [p.horizon[90], p.horizon[180], p.horizon[365], p.probability]
        assert rising == sorted(rising)
        assert 0 < p.low <= p.probability <= p.high < 1


def test_reasons_sum_to_the_log_odds(predictions: list[Prediction]) -> None:
    for p in predictions:
        total = p.base_log_odds + sum(reason.points for reason in p.reasons)
        assert total == pytest.approx(p.log_odds, abs=1e-9)
        assert p.probability == pytest.approx(1 / (1 + np.exp(-p.log_odds)), abs=1e-12)
        sizes = [abs(reason.points) for reason in p.reasons]
        assert sizes == sorted(sizes, reverse=True)


def test_the_log_odds_are_those_of_the_last_horizon(
    world: World, model: TrainedModel, predictions: list[Prediction]
) -> None:
    chances = model.hazards.chances(features(world.histories, world.as_of))[:, -1]
    assert [p.probability for p in predictions] == pytest.approx(chances.tolist(), abs=1e-12)


def test_reasons_carry_the_counts_behind_them(
    world: World, model: TrainedModel, predictions: list[Prediction]
) -> None:
    last = world.histories.revisions.groupby("lead_id").last()
    closed = last[(last["status"] == "lost") | (last["stage"] == 8)]
    reason = next(r for p in predictions for r in p.reasons if r.feature == "source")
    same = closed[closed["source"] == reason.value]
    assert (reason.closed_count, reason.announced_count) == (
        len(same),
        int((same["stage"] == 8).sum()),
    )
    assert reason.office_closed_count == len(closed)
    assert reason.office_announced_count == int((closed["stage"] == 8).sum())
    banded = next(r for p in predictions for r in p.reasons if r.feature == "age_days")
    assert (banded.low or 0) <= banded.value
    assert banded.high is None or banded.value < banded.high


def test_ranking_beats_the_order_by_stage_and_the_mean_chance_comes_true() -> None:
    gains, said, true = [], [], []
    for seed in range(100, 109):
        world = invented_office(290, seed)
        model = fit_hazards(
            world.histories, world.as_of, scorecard=Scorecard.default(), timing=Timing()
        )
        frame = features(world.histories, world.as_of)
        win = world.truth["win"][frame.index].to_numpy()
        stage = frame["stage"].map(STAGES.index)
        order = model.chances(frame)[:, -1]
        gains.append(
            (
                roc_auc_score(win, order) - roc_auc_score(win, stage),
                average_precision_score(win, order) - average_precision_score(win, stage),
            )
        )
        said += order.tolist()
        true += win.tolist()
    mean, error = np.mean(gains, axis=0), np.std(gains, axis=0) / np.sqrt(len(gains))
    assert (mean > 0.02).all()
    assert (mean > 2 * error).all()
    assert np.mean(said) == pytest.approx(np.mean(true), abs=0.06)


def test_the_same_data_give_the_same_bits(world: World, model: TrainedModel) -> None:
    shuffled = Histories.of(
        leads=world.histories.leads.sample(frac=1.0, random_state=1),
        revisions=world.histories.revisions.sample(frac=1.0, random_state=2),
        totals=world.histories.totals.sample(frac=1.0, random_state=3),
    )
    assert train(world.histories, world.as_of, judges=False).to_json() == model.to_json()
    asked = [p.lead_id for p in model.predict(world.histories, world.as_of)]
    again = train(shuffled, world.as_of, judges=False).predict(shuffled, world.as_of, asked)
    assert again == model.predict(world.histories, world.as_of, asked)


def test_the_artefact_predicts_the_same_bits(
    world: World, model: TrainedModel, predictions: list[Prediction]
) -> None:
    text = model.to_json()
    rebuilt = TrainedModel.from_json(text)
    assert rebuilt.predict(world.histories, world.as_of) == predictions
    assert rebuilt.to_json() == text
    assert len(sha256(text)) == 64


def _ended(won: int, lost: int, still_open: int = 3) -> Histories:
    states: list[dict[str, Any]] = []
    for lead in range(1, won + lost + still_open + 1):
        states += [
            {"lead": lead, "at": lead * 7, "source": "jetro", "market": "JP"},
            {"lead": lead, "at": lead * 7 + 60, "source": "jetro", "market": "JP", "stage": 2},
        ]
        if lead <= won:
            states.append({"lead": lead, "at": lead * 7 + 200, "source": "jetro", "stage": 8})
        elif lead <= won + lost:
            end = {"stage": 2, "status": "lost"}
            states.append({"lead": lead, "at": lead * 7 + 120, "source": "jetro"} | end)
    return office(*states)


def _asked(histories: Histories) -> str:
    as_of = on(1500)
    model = train(histories, as_of)
    found = model.predict(histories, as_of)
    json.dumps(model.metrics, allow_nan=False)
    assert len(found) == 3
    assert all(0 < p.low <= p.probability <= p.high < 1 for p in found)
    assert TrainedModel.from_json(model.to_json()).predict(histories, as_of) == found
    return model.basis


@pytest.mark.parametrize(
    ("won", "lost"), [(0, 0), (0, 1), (1, 0), (2, 3), (4, 25), (29, 0), (4, 60), (0, 60)]
)
def test_few_ends_leave_the_scorecard_speaking(won: int, lost: int) -> None:
    assert _asked(_ended(won, lost)) == "scorecard"


@pytest.mark.parametrize(("won", "lost"), [(60, 0), (0, 60), (59, 1), (30, 30)])
def test_many_ends_that_time_alone_foretells_break_nothing(won: int, lost: int) -> None:
    assert _asked(_ended(won, lost)) in {"scorecard", "model", "base_rate"}


def test_leads_of_one_stage_without_any_facts_are_scored() -> None:
    states: list[dict[str, Any]] = []
    for lead in range(1, 71):
        states.append({"lead": lead, "at": lead * 9, "stage": 3})
        if lead <= 60:
            end = {"stage": 8} if lead % 4 == 0 else {"stage": 3, "status": "lost"}
            states.append({"lead": lead, "at": lead * 9 + 20 + lead % 7 * 30} | end)
    histories = office(*states)
    model = train(histories, on(1200))
    found = model.predict(histories, on(1200))
    assert len(found) == 10
    assert all(0 < p.low <= p.probability <= p.high < 1 for p in found)


def test_nothing_at_all_gives_a_model_that_says_nothing() -> None:
    nobody = office({"lead": 1, "at": 0}).of_leads([])
    model = train(nobody, on(10))
    assert model.basis == "scorecard"
    assert model.predict(nobody, on(10)) == []
    assert TrainedModel.from_json(model.to_json()).to_json() == model.to_json()


def test_a_lead_is_scored_the_same_whoever_is_scored_with_it(
    world: World, model: TrainedModel, predictions: list[Prediction]
) -> None:
    for size in range(1, len(predictions)):
        asked = [p.lead_id for p in predictions[:size]]
        assert model.predict(world.histories, world.as_of, asked) == predictions[:size]


def test_one_lead_is_enough_to_be_asked_about() -> None:
    histories = office({"lead": 1, "at": 0})
    model = train(histories, on(10))
    assert model.predict(histories, on(10))[0].basis == "scorecard"
    assert model.metrics["forward"] == {"is_possible": False}


def test_where_there_is_no_pattern_the_base_rate_is_shown() -> None:
    bases = []
    for seed in range(4):
        histories = without_pattern(220, seed)
        model = train(histories, on(6 * 365), judges=False)
        bases.append(model.basis)
        if model.basis == "base_rate":
            found = model.predict(histories, on(6 * 365))
            assert len({p.probability for p in found}) == 1
            assert len({p.log_odds for p in found}) > 1
            assert 0.03 < found[0].probability < 0.4
            for p in found:
                total = p.base_log_odds + sum(reason.points for reason in p.reasons)
                assert total == pytest.approx(p.log_odds, abs=1e-9)
    assert bases.count("base_rate") >= 3


def test_the_forward_test_is_on_later_time(model: TrainedModel) -> None:
    forward = model.metrics["forward"]
    assert forward["is_possible"]
    assert forward["from"] < forward["to"] == model.cut_off.isoformat()
    for part in ("all", "newest"):
        assert forward[part]["model"]["log_loss"] < forward[part]["base_rate"]["log_loss"]
        assert forward[part]["base_rate"]["auc"] == pytest.approx(0.5, abs=0.2)
    json.dumps(forward, allow_nan=False)


def test_restricted_leads_teach_nothing_but_are_scored(world: World) -> None:
    shut = world.truth.index[::3].to_numpy()
    leads = world.histories.leads.copy()
    leads["is_restricted"] = leads["lead_id"].isin(shut)
    histories = Histories.of(
        leads=leads, revisions=world.histories.revisions, totals=world.histories.totals
    )
    rest = world.histories.of_leads(sorted(set(world.truth.index) - set(shut)))
    model = train(histories, world.as_of)
    again = train(rest, world.as_of)
    assert model.to_json() == again.to_json()
    said = {p.lead_id: p for p in model.predict(histories, world.as_of)}
    for p in model.predict(rest, world.as_of):
        assert said[p.lead_id] == p
    assert set(shut) & set(said)


def test_leads_of_one_day_and_of_many_years_are_scored(model: TrainedModel) -> None:
    histories = office(
        {"lead": 1, "at": 0, "origin": "import", "source": "nowhere", "market": "ZZ"},
        {"lead": 2, "at": 3650, "capex_amount": 1e15, "capex_currency": "XXX", "jobs_count": 0},
    )
    found = model.predict(histories, on(3650) + timedelta(seconds=1))
    assert all(0 < p.low <= p.probability <= p.high < 1 for p in found)
    assert not pd.isna([p.log_odds for p in found]).any()
