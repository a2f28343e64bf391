"""Our model and its baselines on any table of leads: same samples, same later rows, with errors."""

import platform
import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from scoring.baselines import Contender, baselines
from scoring.evaluate import more_measures, resampled
from scoring.lead_model import LeadModel
from scoring.screen import LIMITS, Limits, is_too_good

Rows = npt.NDArray[np.intp]
Figures = Mapping[str, float | None]

OURS: Final = "model"
SIZES: Final = (30, 60, 120, 300, 1000, 5000)
SEEDS: Final = 10
TEST_SHARE: Final = 0.3
MOST_TESTED: Final = 3000
RESAMPLED: Final = 100
MANY: Final = 1000
VERY_MANY: Final = 5000
LEAST_ERRORS: Final = 2.0
"""How many standard errors a difference must exceed to be more than luck."""
FEWEST_ROWS: Final = 10
FEWEST_CLOSED: Final = 30
FEWEST_WON: Final = 5
"""With less to learn from, nothing is claimed: the product shows its scorecard there."""
ALARM_ROWS: Final = 2000
MEASURES: Final = (
    "auc",
    "log_loss",
    "brier",
    "average_precision",
    "ece",
    "slope",
    "lift",
    "mean_chance",
)
LIBRARIES: Final = ("numpy", "pandas", "scikit-learn", "scipy")


@dataclass(frozen=True, slots=True)
class LeadTable:
    """Closed leads, a row each, as the benchmark takes them.

    Parameters
    ----------
    features : data frame, shape (n, columns)
        What may be learned from; its index is 0 to n - 1.
    won : array of 0 and 1, shape (n,)
    time : array of dates or numbers, shape (n,), optional
        The newest rows are judged; without it, rows at random.
    groups : array, shape (n,), optional
        Rows of one group are all judged or none.
    stage : str, optional
        The feature that is a stage.
    manual : Series, optional
        People's own chance for each row, missing where they gave none.
    """

    features: pd.DataFrame
    won: npt.NDArray[np.int64]
    time: npt.NDArray[Any] | None = None
    groups: npt.NDArray[Any] | None = None
    stage: str | None = None
    manual: pd.Series | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "won", np.asarray(self.won, dtype=np.int64))


@dataclass(frozen=True, slots=True)
class Split:
    """Which rows are learned from and which are judged. `set_aside` are neither."""

    train: Rows
    test: Rows
    set_aside: int


@dataclass(frozen=True, slots=True)
class Plan:
    """How many rows are learned from, how often: None for all of them, once."""

    samples: tuple[tuple[int, int], ...]

    @property
    def sample_count(self) -> int:
        """How many samples are drawn in all."""
        return sum(seeds for _, seeds in self.samples)


def split_rows(table: LeadTable) -> Split:
    """Set the newest 30 % aside for judging, or 30 % at random; at most 3,000 are judged."""
    count = len(table.won)
    wanted = max(1, round(TEST_SHARE * count))
    random = np.random.default_rng(0)
    if table.time is not None:
        moments = pd.Series(table.time)
        # A row of unknown time may be old or new: to learn from, not to judge on.
        order = np.argsort(moments.to_numpy(), kind="stable")
        known = order[moments.notna().to_numpy()[order]]
        test = np.asarray(known[len(known) - min(wanted, len(known)) :], dtype=np.intp)
    elif table.groups is not None:
        codes = pd.factorize(table.groups)[0]
        drawn = random.permutation(codes.max() + 1)
        place = np.argsort(drawn)[codes]
        order = np.argsort(place, kind="stable")
        edge = place[order[wanted - 1]]
        test = np.flatnonzero(place <= edge)
    else:
        test = np.sort(random.permutation(count)[:wanted])
    rest = np.setdiff1d(np.arange(count), test)
    if table.groups is not None:
        codes = pd.factorize(table.groups)[0]
        rest = rest[~np.isin(codes[rest], codes[test])]
    judged = test if len(test) <= MOST_TESTED else np.sort(random.permutation(test)[:MOST_TESTED])
    return Split(rest, judged, count - len(rest) - len(judged))


def plan(pool: int, sizes: Sequence[int] = SIZES, seeds: int = SEEDS) -> Plan:
    """Say how many samples of each size are drawn: fewer of large ones, all rows once."""
    samples = []
    for size in sorted(set(sizes)):
        if 2 <= size < pool:
            samples.append(
                (size, seeds if size < MANY else 1 if size >= VERY_MANY else _few(seeds))
            )
    return Plan((*samples, (pool, 1)))


def _few(seeds: int) -> int:
    return min(seeds, max(3, seeds // 4))


def run_benchmark(
    table: LeadTable,
    *,
    sizes: Sequence[int] = SIZES,
    seeds: int = SEEDS,
    limits: Limits = LIMITS,
    on_step: Callable[[int], None] = lambda _: None,
) -> dict[str, Any]:
    """Fit our model and every baseline to samples of each size and judge all on the same rows.

    Parameters
    ----------
    table : LeadTable
    sizes : sequence of int
        How many rows to learn from; all of them come last in any case.
    seeds : int
        How many samples of a size below 1,000.
    on_step : function of the number of fits just done

    Returns
    -------
    dict
        Plain numbers: `rows`, `sizes` (for each size and contender the mean and standard error of
        each measure, and of its difference from our model), `too_good`, `verdict`, `versions`.

    Raises
    ------
    ValueError
        With fewer than ten rows.
    """
    if len(table.won) < FEWEST_ROWS:
        raise ValueError(f"{len(table.won)} rows are too few: {FEWEST_ROWS} are needed")
    split = split_rows(table)
    chosen = plan(len(split.train), sizes, seeds)
    contenders: Mapping[str, Callable[[], Contender]] = {
        OURS: lambda: LeadModel(random_state=0),
        **baselines(table.stage, table.manual),
    }
    # One thread a fit: seconds are comparable, and the same table gives the same bits.
    with threadpool_limits(limits=1), warnings.catch_warnings():
        # Baselines as they come warn of what their defaults do; their figures say it too.
        warnings.simplefilter("ignore")
        found = []
        for size, samples in chosen.samples:
            found.append(
                _one_size(table, split, contenders, size=size, samples=samples, on_step=on_step)
            )
        too_good = _alarm(table, split, limits) if table.time is not None else None
    won = table.won
    return {
        "rows": {
            "count": len(won),
            "won": int(won.sum()),
            "rate": float(won.mean()),
            "learned_from": len(split.train),
            "learned_rate": _rate(won[split.train]),
            "judged": len(split.test),
            "judged_rate": _rate(won[split.test]),
            "set_aside": split.set_aside,
        },
        "split": "newest" if table.time is not None else "random",
        "seeds": seeds,
        "sizes": found,
        "too_good": too_good,
        "verdict": verdict(found[-1], won[split.train]),
        "versions": {
            "python": platform.python_version(),
            **{name: version(name) for name in LIBRARIES},
        },
    }


def fit_count(table: LeadTable, sizes: Sequence[int] = SIZES, seeds: int = SEEDS) -> int:
    """Return how many fits `run_benchmark` will report to `on_step`."""
    chosen = plan(len(split_rows(table).train), sizes, seeds)
    return chosen.sample_count * (1 + len(baselines(table.stage, table.manual)))


def verdict(largest: Mapping[str, Any], learned: npt.NDArray[np.int64]) -> dict[str, Any]:
    """Say what the figures of the largest sample allow to say.

    Returns
    -------
    dict
        `code`: `too_few` (to learn from or to judge on), `no_pattern` (not better than the base
        rate by more than luck) or `useful`; `gain` and `gain_error` in log loss over the base
        rate; the contenders that our model is `better`, `level` or `worse` than.
    """
    said = {
        name: found["against"]["log_loss"]
        for name, found in largest["contenders"].items()
        if name != OURS
    }
    gain, error = said["base_rate"]["mean"], said["base_rate"]["error"]
    sides: dict[str, list[str]] = {"better": [], "level": [], "worse": []}
    for name, difference in said.items():
        sides[_side(difference["mean"], difference["error"])].append(name)
    closed, won = len(learned), int(learned.sum())
    if closed < FEWEST_CLOSED or min(won, closed - won) < FEWEST_WON or gain is None:
        code = "too_few"
    else:
        code = "useful" if "base_rate" in sides["better"] else "no_pattern"
    return {"code": code, "gain": gain, "gain_error": error, **sides}


def _side(mean: float | None, error: float | None) -> str:
    if mean is None or error is None or abs(mean) <= LEAST_ERRORS * error:
        return "level"
    return "better" if mean > 0 else "worse"


def _rate(won: npt.NDArray[np.int64]) -> float | None:
    return float(won.mean()) if len(won) else None


def _one_size(
    table: LeadTable,
    split: Split,
    contenders: Mapping[str, Callable[[], Contender]],
    *,
    size: int,
    samples: int,
    on_step: Callable[[int], None],
) -> dict[str, Any]:
    """Judge every contender on samples of one size.

    Standard errors are over samples where there are several, the judged rows being the same;
    else over the judged rows drawn again (Efron's bootstrap), the fit being the same.
    """
    won = table.won[split.test].astype(np.float64)
    figures: dict[str, list[Figures]] = {name: [] for name in contenders}
    said: dict[str, npt.NDArray[np.float64]] = {}
    for sample in _samples(split.train, size, samples):
        for name, make in contenders.items():
            started = time.perf_counter()
            model = _fitted(make(), table, sample)
            seconds = time.perf_counter() - started
            said[name] = _chances(model, table.features.iloc[split.test])
            figures[name].append({**more_measures(won, said[name]), "fit_seconds": seconds})
            on_step(1)
    again = figures
    if samples == 1:
        groups = table.groups[split.test] if table.groups is not None else None
        draws = _draws(won, groups)
        again = {
            name: [{**more_measures(won[rows], chance[rows])} for rows in draws]
            for name, chance in said.items()
        }
    divisor = np.sqrt(samples)
    return {
        "learned_from": size,
        "samples": samples,
        "error_of": "training samples" if samples > 1 else "judged rows, drawn again",
        "contenders": {
            name: {
                **{
                    measure: _figure(
                        [one[measure] for one in figures[name]],
                        [one.get(measure) for one in again[name]],
                        divisor,
                    )
                    for measure in (*MEASURES, "fit_seconds")
                },
                "against": {
                    measure: _figure(
                        _apart(figures[name], figures[OURS], measure),
                        _apart(again[name], again[OURS], measure),
                        divisor,
                    )
                    for measure in MEASURES
                },
            }
            for name in contenders
        },
    }


def _samples(pool: Rows, size: int, samples: int) -> Iterator[Rows]:
    for seed in range(samples):
        if size >= len(pool):
            yield pool
        else:
            yield np.random.default_rng(100 + seed).permutation(pool)[:size]


def _fitted(model: Contender, table: LeadTable, sample: Rows) -> Contender:
    frame, won = table.features.iloc[sample], table.won[sample]
    if isinstance(model, LeadModel) and table.groups is not None:
        return model.fit(frame, won, groups=table.groups[sample])
    model.fit(frame, won)
    return model


def _chances(model: Contender, frame: pd.DataFrame) -> npt.NDArray[np.float64]:
    return np.asarray(model.predict_proba(frame), dtype=np.float64)[:, 1]


def _draws(won: npt.NDArray[np.float64], groups: npt.NDArray[Any] | None) -> list[Rows]:
    drawn = resampled(len(won), groups, times=RESAMPLED)
    return [rows for rows in drawn if won[rows].min() < won[rows].max()]


def _apart(one: Sequence[Figures], other: Sequence[Figures], measure: str) -> list[float | None]:
    """Return the paired differences of a measure."""
    pairs = [(a[measure], b[measure]) for a, b in zip(one, other, strict=True)]
    return [None if a is None or b is None else a - b for a, b in pairs]


def _figure(
    values: Sequence[float | None], again: Sequence[float | None], divisor: float
) -> dict[str, float | None]:
    """Return the mean of values, and the spread of the same figure found again as its error."""
    held = [value for value in values if value is not None]
    spread = [value for value in again if value is not None]
    return {
        "mean": float(np.mean(held)) if held else None,
        "error": float(np.std(spread, ddof=1) / divisor) if len(spread) > 1 else None,
    }


def _alarm(table: LeadTable, split: Split, limits: Limits) -> dict[str, Any]:
    """Compare ranking rows at random with ranking later rows, from as many rows of learning."""
    mixed = LeadTable(table.features, table.won, None, table.groups)
    fair = split_rows(mixed)
    size = min(len(split.train), len(fair.train), ALARM_ROWS)
    ranked = []
    for part in (fair, split):
        sample = next(iter(_samples(part.train, size, 1)))
        model = _fitted(LeadModel(random_state=0), table, sample)
        chances = _chances(model, table.features.iloc[part.test])
        ranked.append(more_measures(table.won[part.test], chances)["auc"])
    return {
        "random_auc": ranked[0],
        "later_auc": ranked[1],
        "learned_from": size,
        "is_too_good": is_too_good(ranked[0], ranked[1], limits),
    }
