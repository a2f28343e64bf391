"""From chances to what is to be expected: against exact sums, and against drawn worlds."""

import itertools

import numpy as np
import pytest

from crm.reports.forecast import Expected
from crm.reports.forecast_draws import Chance, quarter_chances, tell

ENDS = (41.0, 131.0, 222.0, 314.0)


def chance(ever: float, *, spread: float = 0.0, **values: float | str | int | None) -> Chance:
    """A lead of which half of what ever comes comes within the year."""
    low, high = (1 / (1 + (1 - ever) / ever * np.exp(sign * spread)) for sign in (1, -1))
    return Chance(ever, ever * 0.15, ever * 0.3, ever * 0.5, float(low), float(high), **values)  # type: ignore[arg-type]


def some(count: int, *, seed: int = 3, spread: float = 0.0) -> list[Chance]:
    random = np.random.default_rng(seed)
    return [
        chance(
            float(random.uniform(0.02, 0.9)),
            spread=spread,
            currency="CAD",
            amount=int(random.integers(1, 90)) * 100_000,
            jobs=int(random.integers(1, 200)),
        )
        for _ in range(count)
    ]


def exact(chances: list[float]) -> np.ndarray:
    """The chance of each count, trial by trial."""
    found = np.array([1.0])
    for one in chances:
        found = np.convolve(found, [1.0 - one, one])
    return found


def ends_of(chances: list[float]) -> tuple[int, int]:
    reached = np.cumsum(exact(chances))
    return int(np.argmax(reached >= 0.1)), int(np.argmax(reached >= 0.9))


def test_the_quarters_of_a_year_are_the_chance_of_the_year() -> None:
    one = Chance(0.5, 0.1, 0.25, 0.4, 0.4, 0.6)
    found = quarter_chances([one], (90.0, 180.0, 365.0))[0]
    assert found.tolist() == pytest.approx([0.1, 0.15, 0.15])
    # At an even pace in between: of who is left, as many go in each half.
    halves = quarter_chances([one], (45.0, 90.0))[0]
    assert halves[0] / 1.0 == pytest.approx(halves[1] / (1 - halves[0]))
    assert quarter_chances([one], (366.0,))[0, 0] == pytest.approx(0.4)


def test_what_was_said_days_ago_goes_on_from_there() -> None:
    one = Chance(0.5, 0.1, 0.25, 0.4, 0.4, 0.6, said_days_ago=90.0)
    found = quarter_chances([one], (90.0,))[0, 0]
    assert found == pytest.approx(0.15 / 0.9)


@pytest.mark.parametrize("count", [1, 12, 120])
def test_a_likely_range_is_that_of_the_exact_sum(count: int) -> None:
    chances = some(count)
    told = tell(chances, ENDS, has_range=True)
    by_quarter = quarter_chances(chances, ENDS)
    columns = [*by_quarter.T.tolist(), by_quarter.sum(axis=1).tolist()]
    for said, column in zip(told.leads, columns, strict=True):
        assert said.mean == pytest.approx(sum(column))
        low, high = ends_of(column)
        assert said.low is not None
        assert said.high is not None
        # Drawn, not counted out: on the edge between two numbers it may be the other one.
        assert abs(said.low - low) <= 1
        assert abs(said.high - high) <= 1


def test_many_leads_drawn_together_are_as_leads_drawn_one_by_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    chances = some(700, spread=0.8)
    together = tell(chances, ENDS, has_range=True)
    monkeypatch.setattr("crm.reports.forecast_draws._DRAWN_ALL", 10_000)
    apart = tell(chances, ENDS, has_range=True)
    pairs = itertools.chain(
        zip(together.leads, apart.leads, strict=True),
        zip(together.jobs, apart.jobs, strict=True),
        zip(together.capex[0], apart.capex[0], strict=True),
    )
    for one, other in pairs:
        assert one.mean == pytest.approx(other.mean)
        assert one.low == pytest.approx(other.low, rel=0.04, abs=2)
        assert one.high == pytest.approx(other.high, rel=0.04, abs=2)


def test_the_range_covers_what_comes_in_worlds_that_are_as_unsure_as_said() -> None:
    random = np.random.default_rng(11)
    said = some(60, spread=1.0)
    whole = tell(said, ENDS, has_range=True).leads[-1]
    year = quarter_chances(said, ENDS).sum(axis=1)
    inside = 0
    for _world in range(400):
        came = int((random.random(len(year)) < year).sum())
        assert whole.low is not None
        assert whole.high is not None
        inside += whole.low <= came <= whole.high
    assert inside / 400 >= 0.8


def test_who_is_less_sure_says_a_wider_range() -> None:
    sure, unsure = (
        tell(some(200, spread=spread), ENDS, has_range=True).leads[-1] for spread in (0.0, 1.5)
    )
    assert unsure.mean == pytest.approx(sure.mean, rel=0.1)
    assert width(unsure) > 1.3 * width(sure)


def width(expected: Expected) -> int:
    assert expected.low is not None
    assert expected.high is not None
    return expected.high - expected.low


def test_amounts_are_by_currency_and_what_is_unknown_is_counted() -> None:
    chances = [
        chance(0.5, currency="CAD", amount=9_000_000, jobs=10),
        chance(0.5, currency="CAD", amount=1_000_000),
        chance(0.5, currency="JPY", amount=500),
        chance(0.5, currency="JPY"),
        chance(0.5, jobs=30, count=2),
    ]
    told = tell(chances, (365.0,), has_range=True)
    assert [(c.code, c.lead_count, c.unknown_count) for c in told.currencies] == [
        ("CAD", 2, 0),
        ("JPY", 1, 1),
        (None, 0, 2),
    ]
    assert told.capex[0][-1].mean == pytest.approx(2_500_000)
    assert told.capex[1][-1].mean == pytest.approx(125)
    assert told.currencies[0].largest_share == pytest.approx(0.9)
    assert told.currencies[2].largest_share is None
    assert told.unknown_jobs_count == 3
    assert told.jobs[-1].mean == pytest.approx(0.25 * 70)
    assert told.largest_jobs_share == pytest.approx(30 / 70)


def test_the_same_leads_give_the_same_futures_and_no_range_where_none_is_due() -> None:
    chances = some(40, spread=0.5)
    assert tell(chances, ENDS, has_range=True) == tell(chances, ENDS, has_range=True)
    assert {one.low for one in tell(chances, ENDS, has_range=False).leads} == {None}
    nothing = tell([], ENDS, has_range=False)
    assert [one.mean for one in nothing.leads] == [0.0] * 5
