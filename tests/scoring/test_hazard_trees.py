"""Trees beside the additive hazards: let in by proof alone, explained exactly, stored whole."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from scoring import Histories, Scorecard, Timing, TrainedModel, train
from scoring.blending import Blend
from scoring.explain import explain
from scoring.features import features
from scoring.fitting import fit_hazards
from scoring.hazard_trees import CODES, GAIN, NO_GAIN, TOO_FEW, HazardTrees
from scoring.hazards import HazardModel, chances
from scoring.trees import fit_trees
from tests.scoring.office import office, on, without_pattern

AS_OF = on(6 * 365)


def crossed(leads: int, seed: int) -> Histories:
    """An office where only source and sector together tell the end: no sum of both does."""
    random = np.random.default_rng(seed)
    states: list[dict[str, Any]] = []
    for lead in range(1, leads + 1):
        began = int(random.integers(0, 5 * 365))
        source, sector = random.choice(["fair", "jetro"]), random.choice(["ict", "games"])
        facts = {"lead": lead, "source": str(source), "sector": str(sector)}
        is_likely = (source == "fair") == (sector == "ict")
        states.append(facts | {"at": began})
        ends = began + 5 + int(random.exponential(150.0))
        if ends < 6 * 365:
            won = random.random() < (0.8 if is_likely else 0.1)
            states.append(facts | {"at": ends} | ({"stage": 8} if won else {"status": "lost"}))
    return office(*states)


@pytest.fixture(scope="module")
def histories() -> Histories:
    """What the office knows."""
    return crossed(330, 0)


@pytest.fixture(scope="module")
def model(histories: Histories) -> TrainedModel:
    """What it teaches."""
    return train(histories, AS_OF, judges=False)


@pytest.fixture(scope="module")
def hazards(model: TrainedModel) -> HazardModel:
    """The chances of it."""
    return model.hazards


def test_trees_are_let_in_where_two_features_tell_together(
    histories: Histories, hazards: HazardModel
) -> None:
    assert hazards.proof.reason == GAIN
    assert hazards.proof.gain is not None
    assert hazards.proof.error is not None
    assert hazards.proof.gain > 2 * hazards.proof.error > 0
    later = crossed(200, 1)
    frame = features(later, on(4 * 365))
    alone = fit_hazards(
        histories, AS_OF, scorecard=Scorecard.default(), timing=Timing(), trees_from=None
    )
    likely = ((frame["source"] == "fair") == (frame["sector"] == "ict")).to_numpy()
    apart = {
        name: model.chances(frame)[likely, 2].mean() - model.chances(frame)[~likely, 2].mean()
        for name, model in (("alone", alone), ("with trees", hazards))
    }
    assert apart["with trees"] > apart["alone"] + 0.15


def test_trees_stay_out_without_proof_and_with_few_leads() -> None:
    def proof(found: Histories) -> str:
        return fit_hazards(
            found, AS_OF, scorecard=Scorecard.default(), timing=Timing()
        ).proof.reason

    assert proof(crossed(250, 0)) == TOO_FEW
    assert proof(without_pattern(340, 2)) == NO_GAIN


def test_parts_and_reasons_sum_exactly_with_trees(
    histories: Histories, hazards: HazardModel
) -> None:
    frame = features(histories, AS_OF)
    terms = hazards.terms(frame)
    assert terms.base.shape == terms.mean.shape
    assert np.abs(terms.base + terms.parts.sum(axis=1) - terms.mean).max() < 1e-12
    assert hazards.trees is not None
    blend = hazards.trees.blend
    plain = _additive(hazards).terms(frame).mean
    stacked = frame.assign(capex=hazards.sizes.ranked(frame)["capex"])
    for interval in range(len(hazards.timing.intervals)):
        said = blend.weights[0] * plain[:, interval] + blend.constant
        asked = stacked.fillna(hazards.trees.fills)[list(CODES)].assign(interval=float(interval))
        for weight, trees in zip(blend.weights[1:], hazards.trees.ensembles, strict=True):
            said = said + weight * trees.raw(asked)
        assert terms.mean[:, interval] == pytest.approx(said, abs=1e-12)
    told = explain(terms, hazards.posterior.covariance, hazards.owners, is_moderated=True)
    assert np.abs(told.base + told.points.sum(axis=1) - told.log_odds).max() < 1e-9
    ever = chances(hazards.scores(terms))[:, -1]
    assert expit(told.log_odds) == pytest.approx(ever, abs=1e-12)
    assert (told.low <= told.log_odds).all()
    assert (told.log_odds <= told.high).all()


def test_what_was_not_recorded_stands_at_the_usual_value(histories: Histories) -> None:
    frame = pd.concat([features(histories, on(3 * 365))] * 4)
    random = np.random.default_rng(0)
    frame["contact_days"] = random.uniform(0.0, 100.0, len(frame))
    frame["mission_contact"] = random.choice(["yes", "no"], len(frame))
    target = (frame["contact_days"] > 40) | (frame["mission_contact"] == "no")
    grown = fit_trees(frame.assign(interval=0.0), target)
    fills: dict[str, str | float] = {"contact_days": 10.0, "mission_contact": "yes"}
    trees = HazardTrees((grown, grown), Blend((0.5, 0.25, 0.25), 0.1), fills)
    usual = trees.terms(frame.assign(**fills), 5)
    missing = trees.terms(frame.assign(contact_days=np.nan, mission_contact=None), 5)
    other = trees.terms(frame.assign(contact_days=70.0, mission_contact="yes"), 5)
    for one, same, apart in zip(usual, missing, other, strict=True):
        assert np.array_equal(one, same)
        assert one.shape == apart.shape
    assert not np.array_equal(usual[1], other[1])


def test_the_artefact_keeps_the_trees(histories: Histories, hazards: HazardModel) -> None:
    rebuilt = HazardModel.from_dict(hazards.to_dict())
    frame = features(histories, AS_OF)
    assert np.array_equal(rebuilt.chances(frame), hazards.chances(frame))
    assert rebuilt.to_dict() == hazards.to_dict()
    unseen = frame.assign(source="nowhere", sector=None)
    assert np.isfinite(rebuilt.terms(unseen).mean).all()


@pytest.mark.parametrize(
    "damage",
    [
        lambda trees: trees | {"weights": [1.0, 0.5]},
        lambda trees: trees | {"weights": [1.0, -0.5, 0.5]},
        lambda trees: trees | {"weights": [1.0, 1e9, 0.5]},
        lambda trees: trees | {"constant": float("inf")},
        lambda trees: trees | {"ensembles": trees["ensembles"][:1]},
        lambda trees: trees | {"fills": {"stage": "active"}},
        lambda trees: trees | {"fills": {"contact_days": []}},
        lambda trees: trees | {"ensembles": [one | {"names": []} for one in trees["ensembles"]]},
    ],
)
def test_damaged_trees_are_refused(hazards: HazardModel, damage: Any) -> None:
    plain = hazards.to_dict()
    plain["trees"] = damage(plain["trees"])
    with pytest.raises((ValueError, TypeError)):
        HazardModel.from_dict(plain)


def test_a_trained_model_says_that_trees_speak(histories: Histories, model: TrainedModel) -> None:
    assert model.basis == "model"
    assert model.metrics["trees"]["is_used"]
    assert model.metrics["trees"]["weights"][2] > 0.1
    again = TrainedModel.from_json(model.to_json())
    assert again.predict(histories, AS_OF) == model.predict(histories, AS_OF)
    for p in again.predict(histories, AS_OF):
        total = p.base_log_odds + sum(reason.points for reason in p.reasons)
        assert total == pytest.approx(p.log_odds, abs=1e-9)
        assert 0 < p.low <= p.probability <= p.high < 1


def _additive(hazards: HazardModel) -> HazardModel:
    plain = hazards.to_dict()
    return HazardModel.from_dict(plain | {"trees": None})


def test_the_frame_has_no_column_that_the_trees_do_not_know(hazards: HazardModel) -> None:
    assert hazards.trees is not None
    for trees in hazards.trees.ensembles:
        assert trees.names == (*CODES, "interval")
    assert not pd.isna(list(hazards.trees.fills.values())).any()
