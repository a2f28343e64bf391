"""Training rows: who is looked at when, and which intervals may be counted."""

import numpy as np
import pandas as pd
import pytest

from scoring import Timing
from scoring.outcomes import closings, outcomes, winning_days
from scoring.snapshots import snapshot_pairs, stack
from tests.scoring.office import office, on

TIMING = Timing(horizons=(90, 180), tail=(360,), ages=(0, 30, 60, 90, 120))


def _ages(histories, cut_off) -> dict[int, list[int]]:
    pairs = snapshot_pairs(histories, cut_off, TIMING)
    pairs["age"] = (pairs["as_of"] - on(0)).dt.days
    return pairs.groupby("lead_id")["age"].apply(list).to_dict()


def test_leads_are_looked_at_while_they_are_open_and_known() -> None:
    histories = office(
        {"lead": 1, "at": 0},
        {"lead": 2, "at": 0},
        {"lead": 2, "at": 60, "status": "lost"},
        {"lead": 3, "at": 0},
        {"lead": 3, "at": 61, "stage": 8},
    )
    assert _ages(histories, on(100)) == {1: [0, 30, 60, 90], 2: [0, 30], 3: [0, 30, 60]}
    # A loss that is not yet known at the cut-off has not happened.
    assert _ages(histories, on(59)) == {1: [0, 30], 2: [0, 30], 3: [0, 30]}


def test_a_loss_of_unknown_day_is_open_up_to_its_last_known_day() -> None:
    histories = office(
        {"lead": 1, "at": 0},
        {"lead": 1, "at": 40, "stage": 2},
        {"lead": 1, "at": 500, "stage": 2, "status": "lost", "is_day_unknown": True},
        {"lead": 2, "at": 0},
        {"lead": 2, "at": 500, "status": "lost", "is_day_unknown": True},
    )
    assert _ages(histories, on(600)) == {1: [0, 30], 2: [0]}
    rows = stack(histories, snapshot_pairs(histories, on(600), TIMING), on(600), TIMING)
    assert len(rows.target) == 9
    assert not rows.target.any()


def test_an_interval_counts_once_it_has_ended_whatever_came_of_it() -> None:
    histories = office(
        {"lead": 1, "at": 0},
        {"lead": 1, "at": 10, "stage": 8},
        {"lead": 2, "at": 0},
        {"lead": 3, "at": 0},
        {"lead": 3, "at": 10, "status": "lost"},
    )
    pairs = pd.DataFrame({"lead_id": [1, 2, 3], "as_of": pd.to_datetime([on(0)] * 3)})

    def table(days: int) -> list[tuple[int, int, int]]:
        rows = stack(histories, pairs, on(days), TIMING)
        leads = rows.lead_ids[rows.snapshot]
        return list(
            zip(leads.tolist(), rows.interval.tolist(), rows.target.astype(int), strict=True)
        )

    # Announced on day ten, but the interval is not over: nobody enters yet.
    assert table(89) == []
    assert table(90) == [(1, 0, 1), (2, 0, 0), (3, 0, 0)]
    # Who was announced is no longer asked; who was lost stays in as not announced.
    assert table(180) == [(1, 0, 1), (2, 0, 0), (2, 1, 0), (3, 0, 0), (3, 1, 0)]


def test_a_lead_passed_on_is_out_of_sight_from_that_day() -> None:
    histories = office({"lead": 1, "at": 0}, {"lead": 1, "at": 100, "status": "passed_on"})
    pairs = snapshot_pairs(histories, on(900), TIMING)
    rows = stack(histories, pairs, on(900), TIMING)
    assert set(rows.interval) == {0}
    assert outcomes(histories, on(900))["outcome"].item() == "passed_on"


def test_an_announcement_that_was_taken_back_is_none() -> None:
    histories = office(
        {"lead": 1, "at": 0},
        {"lead": 1, "at": 50, "stage": 8},
        {"lead": 1, "at": 60, "stage": 7},
    )
    assert outcomes(histories, on(55))["outcome"].item() == "won"
    assert outcomes(histories, on(65))["outcome"].item() == "open"


def test_a_reopened_lead_closes_twice_and_ends_at_the_last() -> None:
    histories = office(
        {"lead": 1, "at": 0},
        {"lead": 1, "at": 50, "status": "lost"},
        {"lead": 1, "at": 51, "status": "lost", "jobs_count": 3},
        {"lead": 1, "at": 70},
        {"lead": 1, "at": 90, "stage": 8},
    )
    closed = closings(histories)
    assert closed["is_won"].tolist() == [False, True]
    assert outcomes(histories, on(99))["ended_at"].item() == on(90)


def test_all_snapshots_weigh_the_same_and_together_as_much_as_the_leads() -> None:
    histories = office(
        {"lead": 1, "at": 0}, {"lead": 2, "at": 0}, {"lead": 2, "at": 10, "status": "lost"}
    )
    pairs = snapshot_pairs(histories, on(400), TIMING)
    rows = stack(histories, pairs, on(400), TIMING)
    assert len(np.unique(rows.weights)) == 1
    assert rows.weights.sum() == pytest.approx(2)


def test_days_to_an_announcement_are_counted_by_stage() -> None:
    histories = office(
        {"lead": 1, "at": 0, "stage": 2},
        {"lead": 1, "at": 600, "stage": 8},
        {"lead": 2, "at": 0},
        {"lead": 2, "at": 10, "status": "lost"},
    )
    assert winning_days(histories, on(700)) == (600.0, 6)
    assert winning_days(histories, on(599)) == (0.0, 0)
