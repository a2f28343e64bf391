"""What may not be a feature: columns that tell the end, the calendar in disguise, names of rows.

It knows no table: the office's own features and any lead table go through the same screen. A
finding only names a column; who calls decides what to leave out, and lets a person overrule it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from models.errors import N_
from scoring.calendar_words import is_calendar_words, names_a_row, names_a_time
from scoring.columns import is_number
from scoring.evaluate import rank_auc

Numbers = npt.NDArray[np.float64]

FOLDS: Final = 5
BINS: Final = 20
PRIOR: Final = 2.0
"""How many rows of the whole table a level's rate starts with, in the test of one column."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Where the screen draws its lines.

    Parameters
    ----------
    alone_auc : float
        A column that ranks the ends better than this by itself tells the end.
    missing_auc : float
        The same for whether it is filled in at all.
    strong_auc : float
        From here on a column is worth a person's look, and stays.
    one_end_luck : float
        A column filled in for one end only is found out when luck would do that less often.
    distinct_share : float
        Text of which more than this share is different from row to row names rows.
    neighbour_share : float
        A column that varies less than this between neighbours in time, against its variation at
        large, follows the calendar.
    part_share : float
        A column of which at least this share is told by one part of the date does too.
    fewest_rows, fewest_ends : int
        With fewer rows, or fewer of either end, nothing is said of that kind.
    too_good : float
        The alarm: ranking of rows at random better than ranking of later rows by more than this.
    """

    alone_auc: float = 0.85
    missing_auc: float = 0.75
    strong_auc: float = 0.75
    one_end_luck: float = 0.001
    distinct_share: float = 0.5
    neighbour_share: float = 0.1
    part_share: float = 0.98
    fewest_rows: int = 20
    fewest_ends: int = 5
    too_good: float = 0.1


LIMITS: Final = Limits()


class Why(StrEnum):
    """Why a column may not be a feature."""

    TARGET = "target"
    TIME = "time"
    GROUP = "group"
    JUDGEMENT = "judgement"
    NOT_WANTED = "not_wanted"
    EMPTY = "empty"
    CONSTANT = "constant"
    DATE = "date"
    CALENDAR = "calendar"
    ROW_NAME = "row_name"
    ONE_END = "one_end"
    MISSING_TELLS = "missing_tells"
    ALONE_TELLS = "alone_tells"


WORDS: Final[Mapping[Why, str]] = {
    Why.TARGET: N_("says how the lead ended"),
    Why.TIME: N_("says when it was, which the next lead cannot share"),
    Why.GROUP: N_("says which rows belong together"),
    Why.JUDGEMENT: N_("is people's own estimate, which is judged beside the model"),
    Why.NOT_WANTED: N_("is left out as you asked"),
    Why.EMPTY: N_("is empty"),
    Why.CONSTANT: N_("says the same of every lead"),
    Why.DATE: N_("is a date"),
    Why.CALENDAR: N_("follows the calendar"),
    Why.ROW_NAME: N_("names single rows: it is different from lead to lead"),
    Why.ONE_END: N_("is filled in for one of the two ends only"),
    Why.MISSING_TELLS: N_("gives the end away by being filled in or not"),
    Why.ALONE_TELLS: N_("gives the end away by itself, as what is filled in afterwards does"),
}
"""What a person reads of each."""

LEAKS: Final = frozenset({Why.ONE_END, Why.MISSING_TELLS, Why.ALONE_TELLS})
"""What is put aside until a person says that it was known before the end."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One column that may not be a feature, why, and the figure that says so.

    `figure` is the AUC of what tells the end, the share of different values of what names rows,
    the variation between neighbours in time of what follows the calendar; else None.
    """

    column: str
    why: Why
    figure: float | None = None


def screen_columns(
    frame: pd.DataFrame,
    target: npt.ArrayLike,
    *,
    groups: npt.ArrayLike | None = None,
    time: npt.ArrayLike | None = None,
    roles: Mapping[str, Why] | None = None,
    limits: Limits = LIMITS,
) -> list[Finding]:
    """Find the columns that may not be features, the first reason for each.

    Parameters
    ----------
    frame : data frame, shape (n, columns)
        Text is categories, numbers are numbers, dates are dates.
    target : array of 0 and 1, shape (n,)
    groups : array, shape (n,), optional
        Rows of one group stay together when a column is tried by itself.
    time : array of dates or numbers, shape (n,), optional
        The order of the rows in time; without it only dates and their names are found out.
    roles : dict, optional
        Columns that are the target, the time or the group themselves.
    limits : Limits

    Returns
    -------
    list of Finding
        In the order of the columns.
    """
    won = np.asarray(target, dtype=np.float64)
    clock = Clock.of(time) if time is not None else None
    folds = fold_numbers(len(won), groups)
    found: list[Finding] = []
    for name in map(str, frame.columns):
        raw = frame[name]
        if roles and name in roles:
            found.append(Finding(name, roles[name]))
            continue
        finding = (
            _says_nothing(name, raw)
            or _is_the_calendar(name, raw)
            or _names_rows(name, raw, limits)
            or _tells_the_end(name, raw, won, folds, limits)
            or (_moves_with_time(name, raw, clock, limits) if clock is not None else None)
        )
        if finding is not None:
            found.append(finding)
    return found


def strong_columns(
    frame: pd.DataFrame,
    target: npt.ArrayLike,
    *,
    groups: npt.ArrayLike | None = None,
    limits: Limits = LIMITS,
) -> dict[str, float]:
    """Return columns that rank the ends well by themselves, with their AUC: worth a look."""
    won = np.asarray(target, dtype=np.float64)
    if not _has_both(won, limits):
        return {}
    folds = fold_numbers(len(won), groups)
    ranked = {str(name): alone_auc(frame[name], won, folds) for name in frame.columns}
    return {name: auc for name, auc in ranked.items() if auc > limits.strong_auc}


def is_too_good(
    random_auc: float | None, later_auc: float | None, limits: Limits = LIMITS
) -> bool | None:
    """Whether rows at random are ranked suspiciously better than later ones; None is not known."""
    if random_auc is None or later_auc is None:
        return None
    return random_auc - later_auc > limits.too_good


def fold_numbers(count: int, groups: npt.ArrayLike | None = None) -> npt.NDArray[np.intp]:
    """Return the fold of each row, the rows of a group in one; the same for the same table."""
    codes = np.arange(count) if groups is None else pd.factorize(np.asarray(groups))[0]
    order = np.random.default_rng(0).permutation(int(codes.max(initial=-1)) + 2)
    return np.asarray(order[codes] % FOLDS, dtype=np.intp)


def alone_auc(raw: pd.Series, won: Numbers, folds: npt.NDArray[np.intp]) -> float:
    """Return the AUC of one column by itself: the rate of each level, learned in other folds."""
    levels = _levels(raw)
    count = int(levels.max(initial=0)) + 1
    rows = np.zeros((FOLDS, count))
    wins = np.zeros((FOLDS, count))
    np.add.at(rows, (folds, levels), 1.0)
    np.add.at(wins, (folds, levels), won)
    other_rows, other_wins = rows.sum(axis=0) - rows, wins.sum(axis=0) - wins
    base = (other_wins.sum(axis=1) + 0.5) / (other_rows.sum(axis=1) + 1.0)
    rate = (other_wins + PRIOR * base[:, None]) / (other_rows + PRIOR)
    # Against the base of its own fold: else the folds' own rates would rank the rows.
    return ranking(won, (rate - base[:, None])[folds, levels])


def ranking(won: Numbers, said: Numbers) -> float:
    """Return the AUC, .5 where there is only one end."""
    if not len(won) or won.min() == won.max():
        return 0.5
    return rank_auc(won, said)


@dataclass(frozen=True, slots=True)
class Clock:
    """The rows in order of time, and the parts of their dates where they have dates."""

    order: npt.NDArray[np.intp]
    parts: Mapping[str, npt.NDArray[np.intp]]

    @classmethod
    def of(cls, time: npt.ArrayLike) -> Self:
        """Sort stably: rows of the same moment stay in the order of the table."""
        moments = pd.Series(np.asarray(time))
        order = np.argsort(moments.to_numpy(), kind="stable")
        order = np.asarray(order[moments.notna().to_numpy()[order]], dtype=np.intp)
        parts: dict[str, npt.NDArray[np.intp]] = {}
        if pd.api.types.is_datetime64_any_dtype(moments):
            dates: Any = moments.dt
            named = {
                "year": dates.year,
                "quarter": dates.quarter,
                "month": dates.month,
                "week": dates.isocalendar().week,
                "day": dates.day,
                "weekday": dates.day_of_week,
                "hour": dates.hour,
                "year and month": dates.year * 12 + dates.month,
            }
            parts = {name: pd.factorize(part)[0] for name, part in named.items()}
        return cls(order, parts)


def _says_nothing(name: str, raw: pd.Series) -> Finding | None:
    if raw.isna().all():
        return Finding(name, Why.EMPTY)
    if raw.nunique(dropna=False) < 2:
        return Finding(name, Why.CONSTANT)
    return None


def _is_the_calendar(name: str, raw: pd.Series) -> Finding | None:
    if pd.api.types.is_datetime64_any_dtype(raw) or isinstance(raw.dtype, pd.PeriodDtype):
        return Finding(name, Why.DATE)
    if is_number(raw):
        held = raw.dropna().to_numpy(dtype=np.float64)
        return Finding(name, Why.CALENDAR) if names_a_time(name, held) else None
    texts = [value for value in raw.dropna().unique()[:200] if isinstance(value, str)]
    return Finding(name, Why.CALENDAR) if is_calendar_words(texts) else None


def _names_rows(name: str, raw: pd.Series, limits: Limits) -> Finding | None:
    held = raw.dropna()
    if len(held) < limits.fewest_rows:
        return None
    share = float(held.nunique() / len(held))
    if not is_number(raw):
        return Finding(name, Why.ROW_NAME, share) if share > limits.distinct_share else None
    if share < 1.0:
        return None
    values = held.to_numpy(dtype=np.float64)
    if not np.array_equal(values, np.round(values)):
        return None
    # Numbers given out one after the other, with some gaps; amounts are spread wider.
    is_dense = len(values) >= 200 and float(np.ptp(values)) <= 20.0 * len(values)
    return Finding(name, Why.ROW_NAME, share) if is_dense or names_a_row(name) else None


def _tells_the_end(
    name: str, raw: pd.Series, won: Numbers, folds: npt.NDArray[np.intp], limits: Limits
) -> Finding | None:
    if not _has_both(won, limits):
        return None
    missing = raw.isna().to_numpy().astype(np.float64)
    by_missing = ranking(won, missing)
    by_missing = max(by_missing, 1.0 - by_missing)
    if by_missing > limits.missing_auc:
        return Finding(name, Why.MISSING_TELLS, by_missing)
    held = won[missing == 0]
    if len(held) < len(won) and held.min() == held.max():
        share = won.mean() if held[0] else 1.0 - won.mean()
        if share ** len(held) < limits.one_end_luck:
            return Finding(name, Why.ONE_END, by_missing)
    alone = alone_auc(raw, won, folds)
    return Finding(name, Why.ALONE_TELLS, alone) if alone > limits.alone_auc else None


def _has_both(won: Numbers, limits: Limits) -> bool:
    return bool(min(won.sum(), len(won) - won.sum()) >= limits.fewest_ends)


def _moves_with_time(name: str, raw: pd.Series, clock: Clock, limits: Limits) -> Finding | None:
    varied = _neighbour_variation(raw.iloc[clock.order], limits)
    if varied is not None and varied < limits.neighbour_share:
        return Finding(name, Why.CALENDAR, varied)
    codes = pd.factorize(raw)[0] + 1
    for part in clock.parts.values():
        if _is_told_by(codes, part, limits):
            return Finding(name, Why.CALENDAR, 0.0)
    return None


def _neighbour_variation(ordered: pd.Series, limits: Limits) -> float | None:
    """Return how much neighbours in time differ, 1 for rows at random, near 0 for the calendar.

    For numbers von Neumann's ratio of their ranks (1941), halved; for codes the share of
    neighbours that differ, against that of any two rows.
    """
    count = len(ordered)
    if count < limits.fewest_rows:
        return None
    if is_number(ordered):
        ranks = ordered.rank().dropna().to_numpy()
        spread = float(((ranks - ranks.mean()) ** 2).sum()) if len(ranks) else 0.0
        if len(ranks) < limits.fewest_rows or not spread:
            return None
        # A column that rarely leaves its usual value says nothing by staying there.
        if not _varies(pd.factorize(ranks)[0]):
            return None
        return float((np.diff(ranks) ** 2).sum()) / (2.0 * spread)
    codes = pd.factorize(ordered)[0] + 1
    if not _varies(codes):
        return None
    shares = np.bincount(codes) / count
    return float((np.diff(codes) != 0).mean() / (1.0 - (shares**2).sum()))


def _varies(codes: npt.NDArray[np.intp]) -> bool:
    """Whether rows at random would differ from their neighbours a dozen times."""
    shares = np.bincount(codes + 1) / max(len(codes), 1)
    return bool(len(codes) * (1.0 - (shares**2).sum()) >= 12.0)


def _is_told_by(codes: npt.NDArray[np.intp], part: npt.NDArray[np.intp], limits: Limits) -> bool:
    table = pd.crosstab(part, codes).to_numpy() if codes.max() < 200 else None
    if table is None or len(table) < 2 or table.sum() < 4 * len(table):
        return False
    told = table.max(axis=1).sum() / table.sum()
    usual = table.sum(axis=0).max() / table.sum()
    return bool(told >= limits.part_share and usual < 0.9)


def _levels(raw: pd.Series) -> npt.NDArray[np.intp]:
    """Return a code for each row: values, or twentieths of a number; missing is one of its own."""
    if not is_number(raw):
        return np.asarray(pd.factorize(raw)[0] + 1, dtype=np.intp)
    values = raw.to_numpy(dtype=np.float64, na_value=np.nan)
    held = np.isfinite(values)
    if not held.any():
        return np.zeros(len(values), dtype=np.intp)
    edges = np.unique(np.quantile(values[held], np.linspace(0.0, 1.0, BINS + 1)[1:-1]))
    codes = np.searchsorted(edges, values, side="left") + 1
    return np.asarray(np.where(held, codes, 0), dtype=np.intp)
