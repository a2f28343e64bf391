"""Whether a new model may take the place of the one in use."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bench.scoring_worlds import World, invented_office
from scoring import Histories, Scorecard, Timing, TrainedModel, Verdict, is_not_worse, train
from tests.scoring.office import office, on

FAST = Timing(horizons=(30, 60, 90))


@pytest.fixture(scope="module")
def world() -> World:
    """An office of usual size."""
    return invented_office(290, 11)


@pytest.fixture(scope="module")
def candidate(world: World) -> TrainedModel:
    """What it teaches today."""
    return train(world.histories, world.as_of, judges=False)


def _verdict(world: World, candidate: TrainedModel, published: TrainedModel | None) -> Verdict:
    return is_not_worse(candidate, published, world.histories, world.as_of)


def _older(world: World, card: Scorecard | None = None, years: int = 3) -> TrainedModel:
    moment: datetime = world.as_of - timedelta(days=365 * years)
    return train(world.histories, moment, scorecard=card, judges=False)


def _upside_down() -> Scorecard:
    card = Scorecard.default()
    return replace(card, stages=card.stages[::-1])


def test_the_first_model_needs_no_comparison(world: World, candidate: TrainedModel) -> None:
    assert _verdict(world, candidate, None) == Verdict(True, "first", {})


def test_a_model_is_as_good_as_itself(world: World, candidate: TrainedModel) -> None:
    found = _verdict(world, candidate, candidate)
    assert found.is_ok
    assert found.why == "same"
    assert found.figures["gain"] == 0.0
    assert found.figures["is_refitted"]
    assert not found.figures["is_other_scorecard"]
    assert found.figures["lead_count"] >= 15
    assert found == _verdict(world, candidate, candidate)


def test_a_model_from_a_card_that_stands_on_its_head_is_replaced_and_never_comes_back(
    world: World, candidate: TrainedModel
) -> None:
    poor = _older(world, _upside_down())
    found = _verdict(world, candidate, replace(poor, basis="scorecard"))
    assert found.is_ok
    assert found.why == "better"
    assert found.figures["is_other_scorecard"]
    assert not found.figures["is_refitted"]
    worse = train(world.histories.of_leads([]), world.as_of, scorecard=_upside_down())
    back = _verdict(world, worse, candidate)
    assert not back.is_ok
    assert back.why == "worse"
    assert back.figures["gain"] < -back.figures["error"]


def test_an_older_model_stands_as_it_is(world: World, candidate: TrainedModel) -> None:
    found = _verdict(world, candidate, _older(world))
    assert found.is_ok
    assert not found.figures["is_refitted"]
    assert found.figures["candidate_log_loss"] != found.figures["published_log_loss"]


def test_a_base_rate_is_judged_as_what_it_says(world: World, candidate: TrainedModel) -> None:
    empty = train(world.histories.of_leads([]), world.as_of - timedelta(days=1200))
    found = _verdict(world, candidate, replace(empty, basis="base_rate"))
    assert found.why == "better"


def test_too_few_outcomes_and_other_questions_hold_nothing_up(
    world: World, candidate: TrainedModel
) -> None:
    few: Histories = office(*[{"lead": lead, "at": lead} for lead in range(1, 20)])
    model = train(few, on(300))
    assert is_not_worse(model, model, few, on(300)) == Verdict(True, "not_enough", {})
    other = train(few, on(300), timing=FAST)
    assert _verdict(world, candidate, other) == Verdict(True, "other_horizons", {})


def test_restricted_leads_decide_nothing(world: World, candidate: TrainedModel) -> None:
    shut = world.histories.leads["lead_id"].isin(world.truth.index[::3])
    leads = world.histories.leads.assign(is_restricted=shut)
    rest = world.histories.of_leads(sorted(leads.loc[~shut, "lead_id"]))
    histories = Histories.of(
        leads=leads, revisions=world.histories.revisions, totals=world.histories.totals
    )
    older = _older(world)
    assert is_not_worse(candidate, older, histories, world.as_of) == is_not_worse(
        candidate, older, rest, world.as_of
    )
