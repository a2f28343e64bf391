"""Nothing of the future: deleted events, planted fields, shuffled ends."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from bench.scoring_worlds import World, invented_office
from scoring import Histories, Scorecard, Timing, train
from scoring.features import features
from scoring.fitting import fit_hazards
from scoring.forward import labelled, open_looks
from tests.scoring.office import on, without_pattern

PAST = [datetime(2023, 7, 1, tzinfo=UTC), datetime(2025, 1, 15, 13, 7, tzinfo=UTC)]


@pytest.fixture(scope="module", params=[False, True], ids=["imported", "live"])
def world(request: pytest.FixtureRequest) -> World:
    """An office that was imported, and one that recorded as it went."""
    return invented_office(340, 5, live=request.param)


@pytest.mark.parametrize("as_of", PAST)
def test_deleting_the_future_changes_no_bit(world: World, as_of: datetime) -> None:
    cut = world.histories.as_known(as_of)
    assert len(cut.revisions) < len(world.histories.revisions)
    assert features(world.histories, as_of).equals(features(cut, as_of))


@pytest.mark.parametrize("live", [False, True])
def test_deleting_the_future_changes_no_bit_of_the_model(live: bool) -> None:
    as_of = PAST[1]
    world = invented_office(200, 5, live=live)
    cut = world.histories.as_known(as_of)
    whole, known = train(world.histories, as_of), train(cut, as_of)
    assert whole.to_json() == known.to_json()
    assert whole.predict(world.histories, as_of) == known.predict(cut, as_of)


def test_features_of_many_moments_are_those_of_each(world: World) -> None:
    at = pd.to_datetime([PAST[0], PAST[1], world.as_of]).as_unit("us")
    lead = int(features(world.histories, PAST[0]).index[0])
    together = features(world.histories, pd.Series(at), [lead] * 3)
    for place, moment in enumerate(at):
        alone = features(world.histories, moment.to_pydatetime(), [lead])
        pd.testing.assert_frame_equal(together.iloc[[place]], alone)


CLOCK = ["stage_days", "age_days", "contact_days", "pace", "recent_contacts"]
"""What moves with the clock alone."""


@pytest.mark.parametrize("as_of", PAST)
def test_a_month_in_which_nothing_happens_moves_the_clock_alone(
    world: World, as_of: datetime
) -> None:
    cut = world.histories.as_known(as_of)
    then, later = features(cut, as_of), features(cut, as_of + timedelta(days=30))
    pd.testing.assert_frame_equal(
        then.drop(columns=CLOCK), later.drop(columns=CLOCK), check_exact=True
    )
    for name in ("stage_days", "age_days", "contact_days"):
        moved = (later[name] - then[name]).dropna()
        assert moved.between(-1e-9, 30 + 1e-9).all()
        assert name == "contact_days" or np.allclose(moved, 30)
    assert (later["recent_contacts"].dropna() <= then["recent_contacts"].dropna()).all()


def _planted(histories: Histories, as_of: datetime) -> Histories:
    """Write at each close, and into the present only, a note that nearly tells the end."""
    random = np.random.default_rng(0)
    ends = histories.revisions.groupby("lead_id").last()
    won = (ends["stage"] == 8).to_numpy()
    told = np.where(random.random(len(ends)) < 0.95, won, ~won)
    notes = pd.DataFrame(
        {
            "lead_id": ends.index,
            "known_at": ends["valid_from"],
            "happened_on": pd.to_datetime(ends["valid_from"]).dt.tz_localize(None),
            "kind": "meeting",
            "direction": np.where(told, "in", "out"),
            "seniority": np.where(told, 8.0, 1.0),
            "mission_id": np.where(told, 1.0, np.nan),
        }
    )
    notes = notes[ends["status"].eq("lost").to_numpy() | won]
    return Histories.of(
        leads=histories.leads,
        revisions=histories.revisions,
        totals=histories.totals,
        interactions=pd.concat([histories.interactions, notes], ignore_index=True),
    )


def test_a_field_written_at_the_close_adds_nothing(world: World) -> None:
    as_of = PAST[1]
    planted = _planted(world.histories, as_of)
    aucs = []
    for histories in (world.histories, planted):
        model = fit_hazards(histories, as_of, scorecard=Scorecard.default(), timing=Timing())
        test = labelled(histories, open_looks(histories, as_of), world.as_of, 365)
        frame = features(histories, as_of, test.pairs["lead_id"])
        aucs.append(roc_auc_score(test.won, model.chances(frame)[:, 2]))
    assert abs(aucs[1] - aucs[0]) < 0.02


def test_shuffled_ends_are_not_foretold() -> None:
    split, end = on(4 * 365), on(6 * 365)
    aucs = []
    for seed in range(20):
        histories = without_pattern(300, 50 + seed)
        model = fit_hazards(histories, split, scorecard=Scorecard.default(), timing=Timing())
        looks = pd.concat([open_looks(histories, on(days)) for days in (4 * 365, 5 * 365)])
        test = labelled(histories, looks.reset_index(drop=True), end, 365)
        frame = features(histories, test.pairs["as_of"], test.pairs["lead_id"])
        aucs.append(roc_auc_score(test.won, model.chances(frame)[:, 2]))
    assert np.mean(aucs) == pytest.approx(0.5, abs=0.03)
