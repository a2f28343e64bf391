"""What a stored model must hold to: numbers that fit each other, and that some fit comes to."""

from typing import Final

import numpy as np
import numpy.typing as npt

from scoring.columns import CategoryColumn, Column, ColumnSet, NumberColumn
from scoring.evidence import Posterior
from scoring.features import CATEGORY, FEATURES
from scoring.sizes import SizeRanks
from scoring.timing import Timing

KIND_OF: Final = {feature.code: feature.kind for feature in FEATURES}
MOST_INTERVALS: Final = 64
LARGEST_DAYS: Final = 100_000.0
LARGEST: Final = 1_000.0
"""No coefficient, variance or log-odds of a fit comes near it."""


def check_timing(timing: Timing, stage_days: float) -> None:
    """Raise `ValueError` for more intervals or days than a model has."""
    if max(len(timing.intervals), len(timing.ages)) > MOST_INTERVALS:
        raise ValueError("more intervals than any model has")
    if timing.bounds[-1] > LARGEST_DAYS or not 0.0 < stage_days < LARGEST_DAYS:
        raise ValueError("days beyond any lead's life")


def check_columns(columns: ColumnSet) -> None:
    """Raise `ValueError` for columns that are not those of features."""
    names = [column.name for column in columns.columns]
    if not set(names) <= set(KIND_OF) or len(set(names)) < len(names):
        raise ValueError("columns that are no features")
    for column in columns.columns:
        if (KIND_OF[column.name] == CATEGORY) != isinstance(column, CategoryColumn):
            raise ValueError("a column of another kind than its feature")
        if len(column.centre) != len(column.labels) or not _all_finite(column):
            raise ValueError("the numbers of a column do not fit it")
        if isinstance(column, NumberColumn) and not (
            len(column.breaks) == len(column.ranks) and (np.diff(column.breaks) > 0.0).all()
        ):
            raise ValueError("breaks of a number that do not rise")


def check_posterior(posterior: Posterior, width: int, blocks: int) -> None:
    """Raise `ValueError` for coefficients and uncertainties that do not fit the columns."""
    covariance = posterior.covariance
    if not (
        posterior.coefficients.shape == (width,)
        and covariance.shape == (width, width)
        and posterior.precisions.shape == (blocks,)
    ):
        raise ValueError("the numbers of the model do not fit its columns")
    _check_size(posterior.coefficients)
    _check_size(covariance)
    is_possible = np.array_equal(covariance, covariance.T) and (np.diag(covariance) > 0.0).all()
    if not is_possible or not (posterior.precisions > 0.0).all() or posterior.rounds < 0:
        raise ValueError("an uncertainty that cannot be")


def check_centres(centres: npt.NDArray[np.float64], shape: tuple[int, int]) -> None:
    """Raise `ValueError` for log-odds of the average lead that do not fit."""
    if centres.shape != shape:
        raise ValueError("the average lead does not fit the features")
    _check_size(centres)


def check_sizes(sizes: SizeRanks) -> None:
    """Raise `ValueError` for amounts that do not rise."""
    for cuts in sizes.quantiles.values():
        if len(cuts) < 2 or not np.isfinite(cuts).all() or not (np.diff(cuts) >= 0.0).all():
            raise ValueError("sizes that do not rise")


def _all_finite(column: Column) -> bool:
    lists = [column.centre]
    if isinstance(column, NumberColumn):
        lists += [column.breaks, column.ranks, column.knots]
    return all(bool(np.isfinite(values).all()) for values in lists)


def _check_size(values: npt.NDArray[np.float64]) -> None:
    if not (np.abs(values) < LARGEST).all():
        raise ValueError("numbers that no fit comes to")
