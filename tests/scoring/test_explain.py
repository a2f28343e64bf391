"""Exact shares of the log-odds."""

import numpy as np
import pytest

from scoring.explain import explain, joined, joined_slope
from scoring.hazards import Terms, chances


def _terms(parts: np.ndarray, base: np.ndarray) -> Terms:
    count, features, intervals = parts.shape
    design = np.zeros((count, intervals, features))
    for feature in range(features):
        design[:, :, feature] = parts[:, feature]
    mean = base + parts.sum(axis=1)
    return Terms(base, parts, mean, np.full(mean.shape, 0.3), design)


def test_joined_log_odds_are_those_of_the_last_chance() -> None:
    log_odds = np.random.default_rng(1).normal(-2, 2, (50, 4))
    ever = chances(log_odds)[:, -1]
    assert joined(log_odds) == pytest.approx(np.log(ever / (1 - ever)))
    # One interval alone is itself, also where the chance is tiny or all but certain.
    extreme = np.array([[-80.0], [-20.0], [0.0], [35.0]])
    assert joined(extreme) == pytest.approx(extreme[:, 0])


def test_the_slope_is_that_of_the_join() -> None:
    at = np.array([[-3.0, 0.5, -1.0]])
    step = 1e-6
    for place in range(3):
        moved = at.copy()
        moved[0, place] += step
        numeric = (joined(moved) - joined(at)) / step
        assert joined_slope(at)[0, place] == pytest.approx(numeric[0], abs=1e-4)


@pytest.mark.parametrize("is_moderated", [True, False])
def test_shares_sum_exactly_even_for_extreme_leads(is_moderated: bool) -> None:
    random = np.random.default_rng(7)
    parts = random.normal(0, 4, (500, 6, 5))
    parts[0] = 0.0
    base = np.array([-9.0, -7.0, -4.0, -3.0, -3.5])
    terms = _terms(parts, base)
    told = explain(terms, np.eye(6) * 0.1, np.arange(6), is_moderated=is_moderated)
    assert np.abs(told.base + told.points.sum(axis=1) - told.log_odds).max() < 1e-12
    shrink = 1 / np.sqrt(1 + np.pi * 0.3 / 8) if is_moderated else 1.0
    assert told.log_odds == pytest.approx(joined(shrink * terms.mean), abs=1e-9)
    assert told.log_odds[0] == pytest.approx(joined(shrink * base))
    assert not told.points[0].any()


def test_with_one_interval_the_shares_are_the_plain_terms() -> None:
    parts = np.random.default_rng(3).normal(0, 1, (20, 3, 1))
    told = explain(_terms(parts, np.array([-1.0])), np.eye(3), np.arange(3), is_moderated=False)
    assert told.points == pytest.approx(parts[:, :, 0], abs=1e-9)


def test_a_share_is_as_sure_as_the_coefficients_behind_it() -> None:
    parts = np.zeros((1, 2, 1))
    parts[0, :, 0] = [2.0, 0.5]
    covariance = np.diag([0.01, 4.0])
    told = explain(_terms(parts, np.array([0.0])), covariance, np.arange(2), is_moderated=False)
    assert told.spread[0] == pytest.approx([2.0 * 0.1, 0.5 * 2.0])
    width = np.sqrt((2.0 * 0.1) ** 2 + (0.5 * 2.0) ** 2) * 1.65
    assert told.low[0] == pytest.approx(2.5 - width)
    assert told.high[0] == pytest.approx(2.5 + width)
