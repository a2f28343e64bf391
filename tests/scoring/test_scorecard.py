"""What officers know before any data."""

import copy
from typing import Any

import numpy as np
import pandas as pd
import pytest

from scoring import Scorecard, Timing, train
from scoring.features import features
from scoring.hazards import HazardModel, chances
from scoring.scorecard import OPEN_STAGES, Rule
from tests.scoring.office import office, on

CARD = Scorecard.default()


def test_the_card_is_plain_data_both_ways() -> None:
    assert Scorecard.from_dict(CARD.to_dict()) == CARD
    assert all(rule.reason for rule in CARD.rules)


def test_without_any_lead_the_chance_is_that_of_the_card() -> None:
    histories = office(
        *({"lead": stage, "at": 0, "stage": stage, "origin": "import"} for stage in range(1, 8))
    )
    model = train(histories.of_leads([]), on(0))
    found = model.predict(histories, on(0))
    assert [p.probability for p in found] == pytest.approx(list(CARD.stages), abs=1e-5)
    assert {p.basis for p in found} == {"scorecard"}
    assert [p.horizon[365] for p in found] == sorted(p.horizon[365] for p in found)


def test_points_move_the_chance_by_their_log_odds() -> None:
    card = Scorecard(CARD.stages, (Rule("source", 10, "why", any_of=("jetro",)),))
    histories = office({"lead": 1, "at": 0, "source": "jetro"}, {"lead": 2, "at": 0})
    model = train(histories.of_leads([]), on(0), scorecard=card)
    with_points, without = model.predict(histories, on(0))
    assert with_points.log_odds - without.log_odds == pytest.approx(1.0, abs=0.02)
    reason = next(r for r in with_points.reasons if r.feature == "source")
    assert reason.value == "jetro"
    assert reason.points == pytest.approx(1.0, abs=0.02)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("jetro", True),
        ("JETRO", True),
        ("jetro_tokyo", True),
        ("Introduced by JETRO (Toronto)", True),
        ("ＪＥＴＲＯ", True),
        ("jetropolis", False),
        ("kotra", False),
        (None, False),
    ],
)
def test_codes_match_by_whole_words(code: str | None, expected: bool) -> None:
    rule = Rule("source", 4, "why", any_of=("jetro",))
    assert rule.holds(pd.Series([code], dtype=object)).tolist() == [expected]


def test_ranges_hold_their_lower_end_and_nothing_unknown() -> None:
    rule = Rule("stage_days", -3, "why", at_least=180, below=365)
    held = rule.holds(pd.Series([179.9, 180.0, 364.9, 365.0, np.nan]))
    assert held.tolist() == [False, True, True, False, False]
    missing = Rule("jobs", -1, "why", is_missing=True)
    assert missing.holds(pd.Series([np.nan, 3.0])).tolist() == [True, False]


@pytest.mark.parametrize(
    "wrong",
    [
        {"feature": "owner", "points": 3, "reason": "x", "any_of": ["chen"]},
        {"feature": "source", "points": 3, "reason": "x"},
        {"feature": "source", "points": 3, "reason": "x", "any_of": ["a"], "is_missing": True},
        {"feature": "source", "points": 3, "reason": "x", "at_least": 3},
        {"feature": "jobs", "points": 3, "reason": "x", "any_of": ["many"]},
        {"feature": "jobs", "points": 300, "reason": "x", "at_least": 3},
    ],
)
def test_a_rule_that_cannot_work_is_refused(wrong: dict[str, Any]) -> None:
    plain = CARD.to_dict()
    with pytest.raises(ValueError, match=r".+"):
        Scorecard.from_dict(plain | {"rules": [wrong]})


@pytest.mark.parametrize("chance", [0.0, 1.0, -0.1, 1.5])
def test_a_chance_lies_between_nothing_and_certainty(chance: float) -> None:
    plain = copy.deepcopy(CARD.to_dict())
    plain["stages"]["active"] = chance
    with pytest.raises(ValueError, match="between 0 and 1"):
        Scorecard.from_dict(plain)


def test_a_card_of_other_stages_or_of_another_format_is_refused() -> None:
    plain = CARD.to_dict()
    with pytest.raises(ValueError, match="format"):
        Scorecard.from_dict(plain | {"format": 2})
    with pytest.raises(ValueError, match="stages"):
        Scorecard.from_dict(plain | {"stages": {"lead": 0.1}})


def test_the_chance_of_a_stage_is_spread_over_time() -> None:
    log_odds = CARD.stage_log_odds(Timing(), 100.0)
    by_bound = chances(log_odds)
    assert by_bound[:, -1] == pytest.approx(CARD.stages, abs=1e-5)
    assert (np.diff(by_bound, axis=1) >= 0).all()
    # The nearer the end of the pipeline, the larger the share that falls due soon.
    assert (np.diff(by_bound[:, 0] / by_bound[:, -1]) > 0).all()
    assert by_bound.shape == (len(OPEN_STAGES), 5)


def test_an_announced_lead_has_nothing_left_to_predict() -> None:
    histories = office({"lead": 1, "at": 0}, {"lead": 1, "at": 5, "stage": 8})
    model = train(histories, on(9))
    with pytest.raises(ValueError, match="announced"):
        model.predict(histories, on(9), [1])
    assert isinstance(model.hazards, HazardModel)
    assert features(histories, on(4)).index.tolist() == [1]
