"""What may not be a feature, whatever table it stands in."""

import numpy as np
import pandas as pd
import pytest

from scoring.screen import (
    WORDS,
    Finding,
    Limits,
    Why,
    is_too_good,
    screen_columns,
    strong_columns,
)

ROWS = 600


def _world(seed: int = 0) -> tuple[pd.DataFrame, np.ndarray]:
    random = np.random.default_rng(seed)
    source = random.choice(["fair", "referral", "web"], ROWS)
    jobs = random.lognormal(3, 1, ROWS).round()
    chance = 1 / (1 + np.exp(-(1.2 * (source == "referral") + 0.5 * (np.log1p(jobs) - 3))))
    won = (random.random(ROWS) < chance).astype(int)
    return pd.DataFrame({"source": source, "jobs": jobs}), won


def _why(findings: list[Finding]) -> dict[str, Why]:
    return {finding.column: finding.why for finding in findings}


def test_what_is_known_before_the_end_stays() -> None:
    frame, won = _world()
    days = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(ROWS) // 2, unit="D")
    assert screen_columns(frame, won, time=days) == []


@pytest.mark.parametrize("kind", ["word", "number"])
def test_a_column_that_tells_the_end_alone_is_found_with_its_figure(kind: str) -> None:
    frame, won = _world()
    random = np.random.default_rng(1)
    told = np.where(random.random(ROWS) < 0.95, won, 1 - won)
    frame["canary"] = np.where(told == 1, "signed", "gone") if kind == "word" else told * 3.5
    (found,) = screen_columns(frame, won)
    assert (found.column, found.why) == ("canary", Why.ALONE_TELLS)
    assert found.figure == pytest.approx(0.95, abs=0.03)
    assert screen_columns(frame, won, limits=Limits(alone_auc=0.99)) == []


def test_filled_in_after_the_end_is_found_by_being_filled_in() -> None:
    frame, won = _world()
    random = np.random.default_rng(2)
    frame["lost to"] = np.where((won == 0) & (random.random(ROWS) < 0.7), "rival", None)
    frame["reason"] = np.where((won == 0) & (random.random(ROWS) < 0.1), "price", None)
    frame["size"] = np.where(random.random(ROWS) < 0.5, "big", None)
    found = screen_columns(frame, won)
    assert _why(found) == {"lost to": Why.MISSING_TELLS, "reason": Why.ONE_END}


def test_a_word_of_one_lead_each_cannot_tell_its_own_end() -> None:
    """A level's rate is learned from other rows, and from other groups where there are any."""
    frame, _ = _world()
    companies = np.repeat(np.arange(ROWS // 4), 4)
    ends = np.repeat(np.random.default_rng(3).integers(0, 2, ROWS // 4), 4)
    frame["company"] = [f"firm {number}" for number in companies]
    assert _why(screen_columns(frame, ends)) == {"company": Why.ALONE_TELLS}
    assert screen_columns(frame, ends, groups=companies) == []


def test_dates_and_their_words_and_years_are_the_calendar() -> None:
    frame, won = _world()
    random = np.random.default_rng(4)
    frame["seen"] = pd.Timestamp("2024-01-01")
    frame.loc[0, "seen"] = pd.Timestamp("2024-02-01")
    frame["month"] = random.choice(["Jan", "Feb", "Dec"], ROWS)
    frame["mois"] = random.choice(["août", "févr."], ROWS)
    frame["曜日"] = random.choice(["月曜日", "火曜日"], ROWS)
    frame["분기"] = random.choice(["1분기", "2분기"], ROWS)
    frame["Fiscal year"] = random.integers(2019, 2024, ROWS)
    frame["Year founded"] = random.integers(1890, 2020, ROWS)
    frame["Jobs this year"] = random.integers(50, 400, ROWS)
    calendar = ("month", "mois", "曜日", "분기", "Fiscal year")
    wanted = {"seen": Why.DATE, **dict.fromkeys(calendar, Why.CALENDAR)}
    assert _why(screen_columns(frame, won)) == wanted


def test_the_calendar_in_disguise_is_found_by_the_order_in_time() -> None:
    frame, won = _world()
    random = np.random.default_rng(5)
    order = random.permutation(ROWS)
    days = (pd.Timestamp("2023-01-01") + pd.to_timedelta(order, unit="D")).to_numpy()
    frame["running number"] = order * 7.3
    frame["interest rate"] = np.sin(order / 100.0) + random.normal(0, 0.02, ROWS)
    frame["campaign"] = [f"wave {number // 100}" for number in order]
    frame["kind of day"] = np.where(pd.DatetimeIndex(days).day_of_week < 5, "office", "weekend")
    frame["rarely"] = np.where(np.arange(ROWS) == 7, "yes", "no")
    found = _why(screen_columns(frame, won, time=days))
    disguised = ("running number", "interest rate", "campaign", "kind of day")
    assert found == dict.fromkeys(disguised, Why.CALENDAR)
    assert screen_columns(frame, won) == []


def test_names_of_rows_and_what_says_nothing_are_found() -> None:
    frame, won = _world()
    random = np.random.default_rng(6)
    frame["Lead No"] = random.permutation(ROWS) * 10_000_000
    frame["serial"] = random.permutation(ROWS) + 5000
    frame["text"] = [f"note {number}" for number in range(ROWS)]
    frame["amount"] = random.permutation(ROWS) * 1000.5
    frame["always"] = "Canada"
    frame["never"] = np.nan
    named = dict.fromkeys(("Lead No", "serial", "text"), Why.ROW_NAME)
    wanted = {**named, "always": Why.CONSTANT, "never": Why.EMPTY}
    assert _why(screen_columns(frame, won)) == wanted


def test_roles_come_first_and_every_reason_has_words() -> None:
    frame, won = _world()
    frame["end"] = won
    found = screen_columns(frame, won, roles={"end": Why.TARGET, "source": Why.NOT_WANTED})
    assert _why(found) == {"source": Why.NOT_WANTED, "end": Why.TARGET}
    assert set(WORDS) == set(Why)


def test_hardly_any_ends_prove_nothing() -> None:
    frame = pd.DataFrame({"source": ["a"] * 4 + ["b"] * 26})
    assert screen_columns(frame, [1] * 4 + [0] * 26) == []


def test_strong_columns_are_told_and_stay() -> None:
    frame, won = _world()
    frame["hint"] = won + np.random.default_rng(7).normal(0, 0.9, ROWS)
    assert screen_columns(frame, won) == []
    assert list(strong_columns(frame, won)) == ["hint"]


@pytest.mark.parametrize(
    ("mixed", "later", "said"),
    [(0.9, 0.7, True), (0.8, 0.75, False), (None, 0.7, None), (0.9, None, None)],
)
def test_too_good_is_ranking_at_random_far_above_ranking_later(
    mixed: float | None, later: float | None, said: bool | None
) -> None:
    assert is_too_good(mixed, later) is said
