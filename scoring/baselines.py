"""What our model is judged against: what offices have today, and what libraries give unasked.

Each takes a data frame as it is (text is categories, numbers are numbers, missing is missing) and
answers like a scikit-learn classifier. A sample with one end only leaves each with its rate.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler

from scoring.columns import MISSING, category_names, is_number

Numbers = npt.NDArray[np.float64]

STAGE_PRIOR: Final = 5.0
"""How many leads at the table's own rate a stage's rate starts with."""
NEW_CELL: Final = 0.1
NUMBER_BINS: Final = 5
MOST_CATEGORIES: Final = 200


class Contender(Protocol):
    """What is judged: fitted to a frame and its ends, it gives each row a chance."""

    def fit(self, frame: pd.DataFrame, won: npt.ArrayLike) -> Any:
        """Learn from rows, shape (n, columns), and ends of 0 and 1, shape (n,)."""

    def predict_proba(self, frame: pd.DataFrame) -> Numbers:
        """Return the chances of both ends, shape (n, 2)."""


class _Rated:
    """Keeps the rate of the sample, which is the answer where a method has none."""

    rate: float

    def fit(self, frame: pd.DataFrame, won: npt.ArrayLike) -> Self:
        """Learn from a sample."""
        ends = np.asarray(won, dtype=np.float64)
        self.rate = float((ends.sum() + 0.5) / (len(ends) + 1.0))
        self._learn(frame, ends)
        return self

    def predict_proba(self, frame: pd.DataFrame) -> Numbers:
        """Return the chances of both ends, shape (n, 2)."""
        chance = self._chances(frame)
        return np.column_stack([1.0 - chance, chance])

    def _learn(self, frame: pd.DataFrame, won: Numbers) -> None:
        """Nothing but the rate."""

    def _chances(self, frame: pd.DataFrame) -> Numbers:
        return np.full(len(frame), self.rate)


class BaseRate(_Rated):
    """The share of the sample that was won, for every lead."""


class StageOnly(_Rated):
    """The share that was won of the leads that stood at the same stage.

    Parameters
    ----------
    column : str
        The column of stages; a stage never seen has the rate of all.
    """

    def __init__(self, column: str) -> None:
        self.column = column

    def _learn(self, frame: pd.DataFrame, won: Numbers) -> None:
        counted = pd.Series(won).groupby(category_names(frame[self.column])).agg(["sum", "size"])
        rates = (counted["sum"] + STAGE_PRIOR * self.rate) / (counted["size"] + STAGE_PRIOR)
        self.rates = {str(stage): float(rate) for stage, rate in rates.items()}

    def _chances(self, frame: pd.DataFrame) -> Numbers:
        names = category_names(frame[self.column])
        return np.array([self.rates.get(str(name), self.rate) for name in names], dtype=np.float64)


class ManualLikelihood(_Rated):
    """What people wrote down themselves, taken as it stands; the sample's rate where they did not.

    Parameters
    ----------
    said : Series
        A chance from 0 to 1 for each row of the table, by the frame's index.
    """

    def __init__(self, said: pd.Series) -> None:
        self.said = said

    def _chances(self, frame: pd.DataFrame) -> Numbers:
        chances = self.said.loc[frame.index].to_numpy(dtype=np.float64)
        return np.asarray(np.where(np.isnan(chances), self.rate, chances))


class CountingBayes(_Rated):
    """Naive Bayes over counts per field value, as Odoo's predictive lead scoring has it.

    Won and lost leads are counted for each value of each field, every cell beginning with 0.1 of
    both; a lead's share among the won and among the lost is the product over its fields. Missing
    and unseen values are skipped, numbers are cut in fifths of equal count, and chances are rounded
    to 0.01 % and held within 0.01 % and 99.99 % (`_pls_get_naive_bayes_probabilities`).
    """

    def _learn(self, frame: pd.DataFrame, won: Numbers) -> None:
        self.edges: dict[str, Numbers] = {}
        self.cells: dict[str, dict[str, tuple[float, float]]] = {}
        self.prior = (float(won.sum()), float(len(won) - won.sum()))
        if not all(self.prior):
            return
        for name in map(str, frame.columns):
            if is_number(frame[name]):
                self.edges[name] = _fifths(frame[name])
            values = self._values(name, frame[name])
            table = pd.DataFrame({"value": values, "won": won})[values != MISSING]
            counted = table.groupby("value")["won"].agg(["sum", "size"])
            wins = counted["sum"] + NEW_CELL
            losses = counted["size"] - counted["sum"] + NEW_CELL
            if len(counted):
                logs = np.log(wins / wins.sum()), np.log(losses / losses.sum())
                self.cells[name] = {
                    str(value): (float(a), float(b))
                    for value, a, b in zip(counted.index, *logs, strict=True)
                }

    def _chances(self, frame: pd.DataFrame) -> Numbers:
        if not all(self.prior):
            return super()._chances(frame)
        odds = np.full(len(frame), np.log(self.prior[0] / self.prior[1]))
        for name, cells in self.cells.items():
            codes, values = pd.factorize(self._values(name, frame[name]))
            steps = [cells.get(str(value), (0.0, 0.0)) for value in values]
            odds += np.array([won - lost for won, lost in steps])[codes]
        chance = 1.0 / (1.0 + np.exp(-np.clip(odds, -500.0, 500.0)))
        return np.asarray(np.clip(np.round(chance, 4), 0.0001, 0.9999))

    def _values(self, name: str, raw: pd.Series) -> npt.NDArray[np.object_]:
        if name not in self.edges:
            return category_names(raw)
        numbers = _numbers(raw)
        bins = np.searchsorted(self.edges[name], numbers, side="left").astype(object)
        bins[np.isnan(numbers)] = MISSING
        return bins


class OneHotLogistic(_Rated):
    """scikit-learn's LogisticRegression (C = 1) on indicators and scaled numbers."""

    def _learn(self, frame: pd.DataFrame, won: Numbers) -> None:
        self.pipeline: Any = None
        if won.min() == won.max():
            return
        numbers, texts = _kinds(frame)
        parts = ColumnTransformer(
            [
                (
                    "numbers",
                    make_pipeline(SimpleImputer(strategy="median"), StandardScaler()),
                    numbers,
                ),
                ("texts", OneHotEncoder(handle_unknown="ignore"), texts),
            ]
        )
        self.pipeline = make_pipeline(parts, LogisticRegression(max_iter=1000))
        self.pipeline.fit(_plain(frame, numbers, texts), won)
        self.columns = (numbers, texts)

    def _chances(self, frame: pd.DataFrame) -> Numbers:
        if self.pipeline is None:
            return super()._chances(frame)
        found = self.pipeline.predict_proba(_plain(frame, *self.columns))
        return np.asarray(found[:, 1], dtype=np.float64)


class BoostedDefaults(_Rated):
    """scikit-learn's HistGradientBoostingClassifier as it comes, told which columns are categories.

    The commonest 200 values of a column stand for themselves; it takes no more than 255.
    """

    def _learn(self, frame: pd.DataFrame, won: Numbers) -> None:
        self.trees: Any = None
        if won.min() == won.max():
            return
        numbers, texts = _kinds(frame)
        self.columns = (numbers, texts)
        self.encoder = OrdinalEncoder(
            handle_unknown="use_encoded_value",
            unknown_value=np.nan,
            max_categories=MOST_CATEGORIES,
        )
        if texts:
            self.encoder.fit(_plain(frame, [], texts))
        is_category = np.array([False] * len(numbers) + [True] * len(texts))
        self.trees = HistGradientBoostingClassifier(
            categorical_features=is_category, random_state=0
        ).fit(self._matrix(frame), won)

    def _chances(self, frame: pd.DataFrame) -> Numbers:
        if self.trees is None:
            return super()._chances(frame)
        return np.asarray(self.trees.predict_proba(self._matrix(frame))[:, 1], dtype=np.float64)

    def _matrix(self, frame: pd.DataFrame) -> Numbers:
        numbers, texts = self.columns
        parts = [_numbers(frame[name])[:, None] for name in numbers]
        if texts:
            parts.append(self.encoder.transform(_plain(frame, [], texts)))
        # It refuses a table without columns: one that never varies says as much.
        return np.concatenate(parts, axis=1) if parts else np.zeros((len(frame), 1))


def baselines(
    stage: str | None = None, manual: pd.Series | None = None
) -> Mapping[str, Callable[[], Contender]]:
    """Return the baselines by name, those that need a column only where there is one."""
    found: dict[str, Callable[[], Contender]] = {"base_rate": BaseRate}
    if stage is not None:
        found["stage_only"] = lambda: StageOnly(stage)
    if manual is not None:
        found["manual_likelihood"] = lambda: ManualLikelihood(manual)
    found["counting_bayes"] = CountingBayes
    found["one_hot_logistic"] = OneHotLogistic
    found["boosted_defaults"] = BoostedDefaults
    return found


def _kinds(frame: pd.DataFrame) -> tuple[list[str], list[str]]:
    """Return the columns of numbers, none of them empty, and the columns of categories."""
    numbers = [
        str(name)
        for name in frame.columns
        if is_number(frame[name]) and np.isfinite(_numbers(frame[name])).any()
    ]
    texts = [str(name) for name in frame.columns if not is_number(frame[name])]
    return numbers, texts


def _plain(frame: pd.DataFrame, numbers: list[str], texts: list[str]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            **{name: _numbers(frame[name]) for name in numbers},
            **{name: category_names(frame[name]) for name in texts},
        },
        index=frame.index,
    )


def _numbers(raw: pd.Series) -> Numbers:
    values = raw.to_numpy(dtype=np.float64, na_value=np.nan)
    return np.asarray(np.where(np.isfinite(values), values, np.nan))


def _fifths(raw: pd.Series) -> Numbers:
    values = _numbers(raw)
    held = values[~np.isnan(values)]
    if not len(held):
        return np.zeros(0)
    shares = np.linspace(0.0, 1.0, NUMBER_BINS + 1)[1:-1]
    return np.asarray(np.unique(np.quantile(held, shares)), dtype=np.float64)
