"""What an estimator of ours takes: any table of leads and two outcomes, checked at the door."""

import warnings
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import issparse
from sklearn.base import BaseEstimator
from sklearn.utils import Tags, check_array
from sklearn.utils.multiclass import check_classification_targets, type_of_target
from sklearn.utils.validation import _check_sample_weight, column_or_1d, validate_data

Matrix = npt.NDArray[np.float64]

DAY: Final = 86_400.0


def read_table(
    estimator: BaseEstimator, table: pd.DataFrame | npt.ArrayLike, *, is_fit: bool
) -> pd.DataFrame:
    """Return the table as a frame with text names, the same columns as at the fit.

    Durations are numbers of days. A column of dates is left out with a warning: what hangs on
    the calendar foretells nothing. Raises `ValueError` for names that occur twice.
    """
    if isinstance(table, pd.DataFrame):
        names = table.columns.map(str)
        doubled = sorted(set(names[names.duplicated()]))
        if doubled:
            raise ValueError(f"columns that occur twice: {', '.join(doubled)}")
        frame = table
        # scikit-learn takes names that are all text, or none at all.
        if any(isinstance(name, str) for name in table.columns):
            frame = table = table.set_axis(names, axis=1)
    else:
        frame = _from_array(table)
    if not len(frame):
        raise ValueError(
            f"Found array with 0 sample(s) (shape={frame.shape}) while a minimum of 1 is required."
        )
    if not frame.shape[1]:
        raise ValueError(
            f"Found array with 0 feature(s) (shape={frame.shape}) while a minimum of 1 is required."
        )
    validate_data(estimator, table, reset=is_fit, skip_check_array=True)
    frame = frame.set_axis([str(name) for name in frame.columns], axis=1)
    dates = [name for name in frame.columns if pd.api.types.is_datetime64_any_dtype(frame[name])]
    if dates and is_fit:
        warnings.warn(f"columns of dates are left out: {', '.join(dates)}", stacklevel=3)
    lasting = [name for name in frame.columns if pd.api.types.is_timedelta64_dtype(frame[name])]
    if lasting:
        frame = frame.assign(**{name: frame[name].dt.total_seconds() / DAY for name in lasting})
    return frame.drop(columns=dates)


def _from_array(table: npt.ArrayLike) -> pd.DataFrame:
    if issparse(table):
        raise TypeError("Sparse data was passed, but dense data is required.")
    array: npt.NDArray[Any] = np.asarray(table)
    if array.dtype.kind == "c":
        raise ValueError("Complex data not supported")
    if array.dtype.kind not in "OUS":
        array = check_array(
            array, dtype=None, ensure_all_finite=False, ensure_min_samples=0, ensure_min_features=0
        )
    if array.ndim != 2:
        raise ValueError(
            f"Expected 2D array, got {array.ndim}D array instead. Reshape your data, a row a lead."
        )
    names = [f"x{place}" for place in range(array.shape[1])]
    frame = pd.DataFrame(array, columns=names)
    # A table of mixed cells is an array of objects; a column of numbers in it is still one.
    return frame.infer_objects() if array.dtype.kind == "O" else frame


def read_outcomes(outcomes: npt.ArrayLike, count: int) -> tuple[npt.NDArray[Any], Matrix]:
    """Return the two classes, in order, and 1.0 where a row is of the second, shape (n,).

    With one class alone the other is made up: `False`, `True`, 0 or 1, whichever is lacking.
    """
    if outcomes is None:
        raise ValueError("requires y to be passed, but the target y is None")
    labels = column_or_1d(_plain(outcomes), warn=True)
    if len(labels) != count:
        raise ValueError(f"X has {count} rows and y has {len(labels)}: inconsistent lengths")
    if pd.isna(labels).any():
        raise ValueError("Input y contains NaN: leads without an outcome teach nothing")
    if labels.dtype.kind == "f" and not np.isfinite(labels).all():
        raise ValueError("Input y contains infinity")
    check_classification_targets(labels)
    classes = np.unique(labels)
    if len(classes) > 2:
        raise ValueError(
            "Only binary classification is supported. The type of the target is "
            f"{type_of_target(labels)}."
        )
    if len(classes) == 1:
        pair = np.array([False, True]) if labels.dtype.kind == "b" else np.array([0, 1])
        other = pair[pair != classes[0]][:1] if labels.dtype.kind in "biuf" else np.array([""])
        if labels.dtype.kind in "biuf":
            classes = np.unique(np.append(classes, other.astype(classes.dtype)))
        else:
            # The lone text counts as the second class: what the office has is what is asked for.
            classes = np.append(other.astype(classes.dtype), classes)
    return classes, (labels == classes[1]).astype(np.float64)


def _plain(outcomes: npt.ArrayLike) -> npt.NDArray[Any]:
    """Return labels as a plain array: pandas' own kinds would not compare with text."""
    if isinstance(outcomes, pd.Series | pd.DataFrame | pd.Index):
        held: npt.NDArray[Any] = outcomes.to_numpy()
        return np.asarray(held)
    if isinstance(outcomes, pd.api.extensions.ExtensionArray):
        return np.asarray(outcomes.to_numpy())
    return np.asarray(outcomes)


def read_weights(weights: npt.ArrayLike | None, count: int) -> Matrix:
    """Return each row's weight, 1 where none is given, shape (n,)."""
    found = _check_sample_weight(
        weights, np.empty((count, 1)), dtype=np.float64, ensure_non_negative=True
    )
    if not found.sum() > 0.0:
        raise ValueError("the weights of all rows are zero")
    return np.asarray(found)


def table_tags(tags: Tags) -> Tags:
    """Return tags of an estimator that takes text and missing cells and knows two classes."""
    tags.classifier_tags.multi_class = False
    tags.input_tags.allow_nan = True
    tags.input_tags.string = True
    tags.input_tags.categorical = True
    tags.input_tags.sparse = False
    return tags
